"""Registers from outside compared with ours, and the decisions people take on what was found.

- ``kinds``: what each kind of list means; ``mappings``: how a sender's columns are read, kept in versions;
- ``comparing``: a list beside the register, by number and by score, giving a ``comparison``; ``people`` and
  ``hit_meaning`` serve it; ``plausibility``: totals that need a reason;
- ``lists``: lists taken in; ``rerun``: compared again; ``runs``: what both leave; ``dismissal``: rows of nobody;
  ``candidate_store``: rows and suspicions, and each step they take;
- ``decisions``: what all decisions share; ``hold_hits``, ``end_hits``, ``clear_hits``: the decisions;
  ``sources``: what every source says, for whoever decides; ``open_hits``: what a list or a watch found;
- ``verification``: home checks go out; ``findings``: they come back; ``proposals``: what they ask for;
- ``watch``: what moves up every month; ``patterns``: what looks unusual;
- ``trial_run``: a comparison that writes nothing, for somebody who wants to see first.
"""
