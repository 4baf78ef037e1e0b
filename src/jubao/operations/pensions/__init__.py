"""Pensions: award, adjustment, suspension, termination with its settlement, and what was paid too much.

- ``award``, ``account_stages``, ``components``, ``adjustment``: a new pension, the account it is reckoned from, what it
  consists of, a new basic pension for everybody;
- ``suspension``, ``grounds``, ``resumption``, ``lifted_suspensions``, ``certification``: resting and running again;
- ``termination``, ``reckoning``, ``ending_terms``, ``months_due``, ``backpay``, ``months_overpaid``: an ending and its
  settlement;
- ``reinstatement``, ``settlement_reversal``, ``withdrawal``: an ending that was none, a claim on months that were due;
- ``overpayment``, ``claims``, ``recovery``, ``instalments``, ``repayment``: claiming back what was paid without a right.
"""
