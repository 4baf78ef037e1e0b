"""One person as the books know him, tab by tab; each reader takes the person that ``seen`` let through.

Map: ``seen`` (who may be shown, within scope and at a distance), ``standing`` (the one sentence: paid or not, and why),
``history`` (identity, residence, category, relation), ``contributions``, ``account``, ``pension`` (award and calculation
sheet), ``payments``, ``certification``, ``cards``, ``cases``, ``papers``, ``trail`` (acts and looks), ``behind`` (the
proposal behind an event), ``search`` (what a typed text may mean).
"""
