"""Registers from outside compared with ours, and the decisions people take on what was found.

- ``kinds``: what each kind of list means; ``mappings``: how a sender's columns are read, kept in versions;
- ``comparing``: a list beside the register, by number and by score; ``people`` and ``judging`` serve it;
- ``lists``: lists taken in, compared again, rows that belong to nobody; ``plausibility``: totals that need a reason;
- ``writing``: what a comparison leaves behind; ``decisions``: hold, confirm, clear, end, ask the other agency;
- ``trying``: a comparison that writes nothing, for somebody who wants to see first.
"""
