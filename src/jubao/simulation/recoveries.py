"""Money that people who drew in two provinces pay back, planned to the fen."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from jubao.simulation.calendar_of_year import OfficeYear
from jubao.simulation.chance import Chance
from jubao.simulation.fates import Fates
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.people import People
from jubao.simulation.roles import Role
from jubao.simulation.settings import custom
from jubao.vocabulary import month

_FEWEST, _MOST = 10, 26  # months drawn twice; the longest begins in January two years before
_RECEIVED_DAY = 16
_LATEST = 11


@dataclass(frozen=True)
class Duplicates:
    """By position of the person: first month of the other pension, and what is paid back (fen)."""

    start_month: dict[int, int]
    repaid: dict[int, int]

    def first_day(self, row: int) -> str:
        """The day the other pension began."""
        return month.first_day(self.start_month[row]).isoformat()


def plan_duplicates(
    chance: Chance, people: People, fates: Fates, recovered_fen: int, office: OfficeYear
) -> Duplicates:
    """Choose how long each person drew twice so that repayments sum to a figure.

    Everybody pays all base pensions of the double months back, except one who still owes some.
    """
    stream = chance.stream("duplicates")
    rows = stream.permutation(people.rows(Role.CROSS_PROVINCE)).tolist()
    base: int = custom("base_month_fen")
    total = min(recovered_fen, len(rows) * (_MOST - 1) * base - 1)
    months = _months(stream, len(rows), total // base)
    repaid = [count * base for count in months[:-1]]
    repaid.append(total - sum(repaid))
    last_paid = [office.month(int(fates.stop[row]) - 1) for row in rows]
    starts = [month.add(last, 1 - count) for last, count in zip(last_paid, months, strict=True)]
    return Duplicates(dict(zip(rows, starts, strict=True)), dict(zip(rows, repaid, strict=True)))


def _months(stream: np.random.Generator, people: int, total: int) -> list[int]:
    """Months per person between the fewest and the most; all but the last sum to less than the total.

    The last person's months cover the rest and one or two more, which stay owed.
    """
    months = np.full(people, total // people, dtype=np.int64)
    months += stream.integers(-4, 5, people)
    months = np.clip(months, min(_FEWEST, max(total // people, 1)), _MOST - 2)
    while not 1 <= total - int(months[:-1].sum()) <= _MOST - 2:
        step = 1 if total > int(months[:-1].sum()) else -1
        free = np.flatnonzero((months[:-1] < _MOST) if step > 0 else (months[:-1] > 1))
        months[stream.choice(free)] += step
    months[-1] = total - int(months[:-1].sum()) + 2
    return [int(count) for count in months]


def pay_back(plan: YearPlan, paper: Paper, duplicates: Duplicates) -> None:
    """Receive the repayments after the end was confirmed; some people pay in two instalments."""
    stream = plan.chance.stream("repayments")
    serial = 0
    for row, fen in sorted(duplicates.repaid.items()):
        first = int(plan.fates.decided[row]) + 1
        halves = [fen // 2, fen - fen // 2] if stream.integers(0, 3) == 0 else [fen]
        for later, part in enumerate(halves):
            serial += 1
            number = min(first + int(stream.integers(0, 4)) + later, _LATEST)
            _receive(plan, paper, (row, part, number, serial))


def _receive(plan: YearPlan, paper: Paper, receipt: tuple[int, int, int, int]) -> None:
    row, fen, number, serial = receipt
    on = plan.office.day(number, _RECEIVED_DAY)
    reference = f"TH{plan.office.year}{serial:06}"
    name = str(plan.people.name[row])
    paper.agenda.expect(on, "COLLECTION", (reference, name, fen, "退回重复领取养老金"))
    case: dict[str, Any] = {
        "person": plan.people.who(row),
        "amount_fen": fen,
        "reference": reference,
        "received_date": on.isoformat(),
    }
    paper.note(on, "recovery.receive", [case])
