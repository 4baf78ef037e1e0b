"""Reading: every figure with the rows behind it, the score of the year, the statutory report; never writing.

Map, one small room each:

- ``figures``: what a figure is: window, measure, reading, breakdown, relations, plausible bounds;
- ``catalogue``: the named figures by business area;
- ``tables``: statistical tables as data; ``lists``: printed lists;
- ``statements``: the books' statements, journals for other programs, vouchers on paper;
- ``reconciliation``: books beside the bank, clearing accounts, the fiscal account three ways;
- ``fiscal``: fiscal money due and received, surplus remitted, the fund's budget, its projection;
- ``evaluation``: score, monitoring, budget execution, self-evaluation, signed reports;
- ``explanation``: how one pension came about; ``export``: the whole book of record;
- ``invariants``: what must always hold; ``checking``: where a report others wrote contradicts itself.

``law`` is the law where the office is; ``streaming`` reads large results in portions for all of them.
"""
