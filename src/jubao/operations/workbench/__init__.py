"""The first page of everybody: what waits for whom, what is late, and what a post looks at first.

Map: ``matters`` (what is counted for a post, all of it in one statement), ``alerts`` (what the watch found and nobody has
answered), ``leaving`` (files that wait to leave), ``morning`` (all of it together, for one person and one day).
"""
