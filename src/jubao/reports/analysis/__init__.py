"""Figures, statistics and reports as they are looked at (分析): a year, one figure opened, drawings, the report, the budget.

Map: ``days`` (which year and day is looked at), ``groups`` (figures by area), ``year`` (all figures of a year),
``opened`` (one figure down to its rows), ``path`` (a figure month by month), ``contradictions`` (what must be explained),
``people`` (drawings of people), ``report`` and ``marked`` (the self-evaluation as printed, its numbers open),
``budget`` (the department budget), ``statistics`` (official tables as
they are asked for). Nothing here writes; each answer is one dataclass.
"""
