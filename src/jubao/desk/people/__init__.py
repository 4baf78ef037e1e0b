"""Search first, and one page per person with ten tabs; masks are lifted here, with a reason, for ten minutes."""
