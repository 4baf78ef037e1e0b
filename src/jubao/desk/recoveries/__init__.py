"""Money paid without a right, and how it comes back."""
