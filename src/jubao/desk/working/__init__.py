"""Long work: begun here, carried on beside the pages, with progress and an end."""
