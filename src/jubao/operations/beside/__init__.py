"""What passes beside the books and is no record of the office: drafts, and long work under way."""
