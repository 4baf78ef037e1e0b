"""What ends a person's money, and how it is settled: of pensioners and contributors, and back again.

- ``stated_end``, ``payees``: an end as anybody states it, and who is paid;
- ``ends_of_accounts``: what becomes of the account: paid out, moved or kept;
- ``contributors``, ``restoration``: a contributor's relation that ends, and one that had not ended after all;
- ``termination`` over ``ending_terms`` and ``reckoning``: a pension that ends, with the months it is owed (``months_due``,
  ``backpay``) and those it owes (``months_overpaid``, ``overpayment``); ``reinstatement``: one that had not ended;
- ``reversal``, ``withdrawal``: a settlement taken back, and a claim on months that were due.
"""
