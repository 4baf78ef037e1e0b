"""Lists of people, payments and suspicions.

Map: ``column`` (what a column is), ``part`` (where rows come from and how they are walked), ``listing`` (a list: pages by
key, streams, counts), ``cursor`` and ``filters`` (where a page ended, what is asked for), ``known`` (what was known of
some people by a day), ``printing`` (on paper), ``every_list`` (all of them by name).
"""
