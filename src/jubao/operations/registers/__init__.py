"""Registers from outside compared with ours: what each kind means, lists taken in, and what was found, before anybody decides.

- ``kinds``: what each kind of list means; ``mappings``: how a sender's columns are read, kept in versions;
- ``comparing``: a list beside the register, by number and by score, giving a ``comparison``; ``people`` and
  ``hit_meaning`` serve it; ``plausibility``: totals that need a reason;
- ``lists``: lists taken in; ``rerun``: compared again; ``runs``: what both leave;
- ``candidate_store``: rows and suspicions, and each step they take; ``sources``: what every source says of somebody;
- ``trial_run``: a comparison that writes nothing, for somebody who wants to see first.
"""
