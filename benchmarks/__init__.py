"""How fast the set-based runs are, against named limits: ``python -m benchmarks JOB --rows N``.

Map: ``machine`` (what ran it), ``measure`` (rounds, memory, noise, the report), ``books`` (a throw-away
database that every measurement finds in the same state), ``district`` (seeded people in it), ``ledgers``
(raw bulk writing, the limit), then one module per job: ``payroll``, ``interest``, ``post``, ``match_exact``.

Every job checks its answers per person before it measures anything, and stops at one fen of difference.
"""
