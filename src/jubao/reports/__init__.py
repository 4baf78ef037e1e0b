"""Reading: every figure with the rows behind it, the score of the year, the statutory report; never writing.

Map: ``window`` (year and day asked for), ``measure`` (how rows become a number, and back), ``figure`` and
``reading`` (named figures and their values), ``catalogue`` and ``catalogue_*`` (figures by business area),
``relation`` (what must hold between figures), ``beside`` (derived against stated); ``formula``, ``scoring``
and ``evaluation`` (the score of the year); ``narrative``, ``indicator`` and ``self_evaluation`` (附件1);
``verification`` and ``invariants_*`` (checks of the books), explanations and exports.
"""
