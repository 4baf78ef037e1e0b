"""Pensions that start in the year, with the generator's own small model of their size.

This model is deliberately independent of the system's rules: where the two disagree, the year's figures
no longer meet, and that is how a mistake on either side shows.
"""

from dataclasses import dataclass

import numpy as np

from jubao.simulation.chance import Chance
from jubao.simulation.contributions import Contributions
from jubao.simulation.histories import Histories, subsidy
from jubao.simulation.people import Numbers, People
from jubao.simulation.roles import Role
from jubao.simulation.settings import custom
from jubao.vocabulary.fen import divide_half_up

_LATEST_GRANT = 11
_LATE = 12  # percent


@dataclass
class Awards:
    """New awards: position, month of the grant (1 to 12), first pension month, account pension in fen."""

    person: Numbers
    granted: Numbers
    start: Numbers  # 1 is January of the year
    account_pension: Numbers


def plan_awards(chance: Chance, people: People, past: Histories, paid: Contributions) -> Awards:
    """Grant everybody who reaches 60 in time; a few apply some months late and get arrears."""
    stream = chance.stream("grants")
    rows = people.rows(Role.AWARDED)
    due = np.maximum(people.sixty[rows], 1)
    late = np.where(stream.integers(0, 100, rows.size) < _LATE, stream.integers(1, 5, rows.size), 0)
    granted = np.minimum(due + late, _LATEST_GRANT)
    return Awards(rows, granted, people.sixty[rows] + 1, _account_pension(people, past, paid, rows))


def _account_pension(people: People, past: Histories, paid: Contributions, rows: Numbers) -> Numbers:
    """Opening balance, the year's credits and interest up to the month before the start, over the divisor.

    Interest is month product: the opening balance earns every month, a credit of month m those after m;
    one rounding for the account, one for the pension, halves up.
    """
    opening = past.balance[rows].sum(axis=1)
    credit_month = paid.months[rows]
    has_paid = credit_month > 0
    credit = np.where(has_paid, past.tier[rows] * 100 + subsidy(past.tier[rows]), 0)
    months = people.sixty[rows]
    product = opening * months + credit * np.where(has_paid, months - credit_month, 0)
    interest = divide_half_up(product, custom("interest_months_per_fen"))
    return divide_half_up(opening + credit + interest, custom("divisor"))
