"""Payments on behalf of other departments."""
