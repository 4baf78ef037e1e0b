"""Money out: payroll, single payouts, bank batches and what became of them.

Map: ``payroll`` (the month's run) over ``due`` (what it owes) and ``required_lists`` (compared before it);
``payout`` (single sums) and ``redirect`` (their other payees); ``batch`` (locked lines and their file), ``holding``
(lines kept back), ``payment`` (release and hand-over), ``bank_answer`` with ``outcome`` (what the answer means),
``late_return`` with ``returned_money`` (what comes back weeks later); ``items`` and ``columns`` (reading).
"""
