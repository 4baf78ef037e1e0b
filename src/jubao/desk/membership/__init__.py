"""The insurance relation: who moves in and out, and who waits to be registered."""
