"""Registers from outside compared with ours, and the decisions people take on what was found."""
