"""Pensions: award, adjustment, suspension, termination with its settlement, and what was paid too much."""
