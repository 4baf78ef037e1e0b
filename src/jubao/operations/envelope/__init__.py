"""The one envelope of every act: declaration, posts, preview, acting (propose and sign), the audit chain and its anchor."""
