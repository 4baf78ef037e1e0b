"""Reading: every figure with the rows behind it, the score of the year, the statutory report; never writing.

Map: ``window`` (year and day asked for), ``measure`` (how rows become a number, and back), ``figure`` and
``reading`` (named figures and their values), ``catalogue`` and ``catalogue_*`` (figures by business area),
``standing``, ``averaging`` and ``place`` (who stands where on a day, money a head, where people live),
``breakdown`` and ``dimension`` (a figure by place, sex, age, tier…), ``table`` and ``statistics`` (tables as data
under ``tables``), ``lists`` and ``lists_*`` (printed lists), ``bounds`` and ``bounds_neighbours`` (what is plausible, what
needs a reason),
``relation`` (what must hold between figures), ``beside`` (derived against stated); ``formula``, ``scoring``
and ``evaluation`` (the score of the year); ``monitoring_score`` (opened to its evidence), ``monitoring``
(targets within the year), ``monitoring_years`` (years side by side) and ``budget_execution``; ``narrative``,
``indicator`` and ``self_evaluation`` (附件1), ``signed`` (what was signed against the books of today),
``own_template`` (what a template may name);
``statements`` and ``statements_*`` (the books' statements, down to vouchers), ``journal``, ``journal_text`` and
``journal_files`` (the books for Beancount and hledger), ``voucher_print`` (one voucher on paper);
``verification`` and ``invariants_*`` (checks of the books), explanations and exports.
The small room ``checking`` finds where a report that others wrote contradicts itself.
"""
