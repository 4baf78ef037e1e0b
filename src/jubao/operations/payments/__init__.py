"""Money out: payroll, single payouts, delegated programmes, bank batches and what became of them.

Map: ``payroll`` (the month's run) over ``due`` (what it owes) and ``required_lists`` (compared before it);
``payout`` (single sums) and ``redirect`` (their other payees); ``delegated`` (rosters, their money and months) and
``delegated_changes`` (stop, end, money back) over ``rosters``; ``batch`` (locked lines and their file), ``holding``
(lines kept back), ``payment`` (release, hand-over, the bank's answer) with ``outcome`` (what the answer means),
``late_return`` (what comes back weeks later); ``columns`` (reading).
"""
