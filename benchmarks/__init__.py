"""How fast the office works, against named limits and peers: ``python -m benchmarks JOB --rows N``.

Map: ``machine`` (what ran it, memory, processor time), ``measure`` (rounds, noise, goals, the report), ``server`` (a
throw-away PostgreSQL that survives a power cut), ``books`` (a database that every measurement finds in the same state,
and processes of their own at it), ``district`` and ``pensioners`` (seeded people in it), ``ledgers`` and ``line_form``
(raw bulk writing, the limit), ``ours`` (the ways in which this program does one act), then one module per job:
``payroll``, ``interest``, ``post``, ``credit``, ``acts``, ``growth``, ``commands``, ``match_exact``, ``match_fuzzy``.

Every job checks its answers per person before it measures anything, and stops at one fen of difference.
"""
