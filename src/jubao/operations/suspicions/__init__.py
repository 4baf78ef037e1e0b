"""Suspicions and the decisions people take on them; a score decides nothing.

- ``open_hits``: what a list or a watch found and nobody decided yet; ``decisions``: what all decisions share;
- ``hold_hits``, ``end_hits``, ``clear_hits``: the decisions; ``dismissal``: rows of nobody.
"""
