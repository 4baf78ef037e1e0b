"""Checking a self-evaluation report that somebody else wrote: its figures, and where it contradicts itself.

Map: ``finding`` (what is reported), ``items`` (lines of the paper under their headings), ``statements`` (numbers in
sentences with unit and wording), ``concepts`` (which number means what), ``form`` (the tables of 附件1);
``rules_sums``, ``rules_budget``, ``rules_rates``, ``rules_figures``, ``rules_dates``, ``rules_people``, ``rules_form``,
``rules_numbering``, ``rules_repeats``, ``rules_units`` (one kind of contradiction each), ``rules_books`` (against the
books of the house); ``check`` puts them together. Nothing here writes, and only ``rules_books`` meets the database.
"""
