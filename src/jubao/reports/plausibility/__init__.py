"""Whether figures can be true: what must hold between them, and the bounds they plausibly lie in."""
