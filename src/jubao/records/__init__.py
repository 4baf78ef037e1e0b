"""What the office knows: people, money rows, awards, cases and the acts behind them, as append-only facts.

Map: ``facts`` (the append-only base), ``acts`` (proposals, signatures,
audit chain), ``office``, ``people``, ``contributions``, ``accounts``, ``awards``, ``payments``, ``cases``,
``takeover``, ``programmes``, ``evaluation``, ``reporting``; ``bulk`` writes many rows at once, ``guards`` makes the database refuse
changes.
"""
