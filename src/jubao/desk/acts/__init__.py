"""Acts (业务办理): what this viewer may do, one form for each act, the preview of what it would change, and submitting it."""
