"""Reading: every figure with the rows behind it, the score of the year, the statutory report; never writing.

Map, one small room each; presenting stands on proving, proving on reading, and a contract checks it.

Reading:

- ``figures``: what a figure is: window, measure, questions to the books, breakdown; it knows no figure by name;
- ``statements``: the books' statements, journals for other programs, vouchers on paper;
- ``reconciliation``: books beside the bank, clearing accounts, the fiscal account three ways;
- ``scoring``: the score of a year over its figures;
- ``catalogue``: the named figures by business area, and the reading of a year.

Proving:

- ``plausibility``: what must hold between figures, and the bounds they plausibly lie in;
- ``invariants``: what must always hold; ``checking``: where a report others wrote contradicts itself.

Presenting:

- ``evaluation``: the score opened, monitoring, budget execution, self-evaluation, signed reports;
- ``tables``: statistical tables as data; ``lists``: printed lists;
- ``explanation``: how one pension came about; ``export``: the whole book of record;
- ``business``: pages of certification, collection, outlets, campaigns, and a batch at the bank;
- ``fiscal``: fiscal money due and received, surplus remitted, the fund's budget, its projection;
- ``analysis``: figures, statistics, the report and the department budget as people look at them, down to the rows.

``law`` is the law where the office is, ``streaming`` reads large results in portions for all of them, ``signatures``
says who signed an act.
"""
