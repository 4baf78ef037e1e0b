"""Suspicions: lists from outside, one row beside whom it may be, home checks, and what the watch found."""
