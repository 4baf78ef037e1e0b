"""Pensions: award, adjustment, certification, suspension and resumption, and claiming back what was paid too much.

- ``award``, ``components``, ``adjustment``: a new pension, what it consists of, a new basic pension for everybody;
- ``suspension``, ``grounds``, ``resumption``, ``lifted_suspensions``, ``certification``: resting and running again;
- ``open_month``: which month is paid first here, and which comes next;
- ``claims``, ``recovery``, ``instalments``, ``repayment``: getting back what was paid without a right.

How a pension ends, and what is claimed then, stands in ``settlement``.
"""
