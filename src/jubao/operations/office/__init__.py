"""The office itself: who works here, what it serves, owes, spends and answers for.

Map: ``founding`` (people, posts, charts), ``joining``, ``leaving``, ``absences`` and ``standing_in`` (staff over time),
``posts_held`` and ``coverage`` (what these share), ``area`` (divisions, outlets), ``tasks`` (handed down, sent out), ``duty``
(reports owed, figures explained), ``own_papers`` (budget, spending, assets, surveys), ``performance`` (objectives and
answers of the year), ``signing`` (reports frozen), ``campaign`` (universal registration).
"""
