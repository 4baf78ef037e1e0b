"""Keeping the books safe: backup and restoration."""
