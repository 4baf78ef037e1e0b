"""Simulation: a synthetic district whose staff work through the same operations as the desk.

The map of the generator, which knows how a district behaves and never how the system stores anything:
``targets`` (the figures) and ``settings`` (habits) -> ``roles`` -> ``people``, ``identity``, ``naming``,
``district`` -> ``fates``, ``histories``, ``contributions``, ``awards``, ``calibration`` (the plan) ->
``founding``, ``alerts``, ``recoveries``, ``comparison``, ``leaving``, ``collection``, ``moving``,
``pensions``, ``treasury``, ``delegated``, ``campaign``, ``office_money``, ``reporting``, ``mishaps``
(files and acts) ->
``generation`` and ``agenda``.
"""
