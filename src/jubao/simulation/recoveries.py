"""Money that people who drew in two provinces pay back, planned to the fen."""

from dataclasses import dataclass
from datetime import date
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
_DEMAND_DAY, _AGREE_DAY, _RECEIVED_DAY, _UNPLACED_DAY, _WRITE_OFF_DAY = 13, 14, 16, 9, 19
_LATEST, _DECEMBER = 11, 12


@dataclass(frozen=True)
class Duplicates:
    """By position of the person: first month of the other pension, and what is paid back (fen)."""

    start_month: dict[int, int]
    repaid: dict[int, int]

    def first_day(self, row: int) -> str:
        """The day the other pension began."""
        return month.first_day(self.start_month[row]).isoformat()


def plan_duplicates(chance: Chance, people: People, fates: Fates, recovered_fen: int, office: OfficeYear) -> Duplicates:
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


@dataclass(frozen=True)
class Repayment:
    """Money one person pays back in one month of the year, in fen, with its number."""

    row: int
    fen: int
    number: int
    serial: int


@dataclass(frozen=True)
class Part:
    """One part of an agreement: the day it is due, and fen."""

    due: date
    fen: int


def claim_back(plan: YearPlan, paper: Paper, duplicates: Duplicates) -> None:
    """Ask everybody in writing, agree on parts with those who cannot pay at once, and receive what they pay.

    One of them never pays his last part; what he owes is given up at the end of the year. Of the first repayment
    nobody knows at first whose it is.
    """
    repayments, owes = _schedule(plan, duplicates), _still_owes(duplicates)
    for place, row in enumerate(sorted(duplicates.repaid), start=1):
        _demand(plan, paper, row, place)
        parts = [Part(plan.office.day(one.number, _RECEIVED_DAY), one.fen) for one in repayments if one.row == row]
        if row == owes:
            parts.append(Part(plan.office.day(_DECEMBER, _RECEIVED_DAY), _claimed(plan, duplicates, row)))
        if len(parts) > 1:
            _agree(plan, paper, row, parts)
    unplaced = min(repayments, key=lambda one: (one.number, one.serial))
    for repayment in repayments:
        _receive(plan, paper, repayment, unplaced=repayment is unplaced)
    _give_up(plan, paper, owes)


def _still_owes(duplicates: Duplicates) -> int:
    """The one who does not pay everything back: the last that was planned."""
    return list(duplicates.repaid)[-1]


def _claimed(plan: YearPlan, duplicates: Duplicates, row: int) -> int:
    """What of a claim stays open when everything planned is paid, in fen."""
    last = plan.office.month(int(plan.fates.stop[row]) - 1)
    count = month.between(duplicates.start_month[row], last) + 1
    open_fen: int = count * custom("base_month_fen") - duplicates.repaid[row]
    assert open_fen > 0, "the last that was planned pays less than is claimed"
    return open_fen


def _schedule(plan: YearPlan, duplicates: Duplicates) -> list[Repayment]:
    """Some people pay in two parts, one after the other."""
    stream = plan.chance.stream("repayments")
    repayments: list[Repayment] = []
    for row, fen in sorted(duplicates.repaid.items()):
        first = int(plan.fates.decided[row]) + 1
        halves = [fen // 2, fen - fen // 2] if stream.integers(0, 3) == 0 else [fen]
        last = _LATEST - len(halves) + 1
        months = [min(first + int(stream.integers(0, 4)), last)]
        months += [min(months[0] + 1 + int(stream.integers(0, 3)), _LATEST)] * (len(halves) - 1)
        repayments += [
            Repayment(row, part, number, len(repayments) + place)
            for place, (part, number) in enumerate(zip(halves, months, strict=True), start=1)
        ]
    return repayments


def _demand(plan: YearPlan, paper: Paper, row: int, place: int) -> None:
    on = plan.office.day(int(plan.fates.decided[row]), _DEMAND_DAY)
    case = {"person": plan.people.who(row), "number": f"ZH{plan.office.year}-{place:03}"}
    paper.note(on, "recovery.demand", [case])


def _agree(plan: YearPlan, paper: Paper, row: int, parts: list[Part]) -> None:
    on = plan.office.day(int(plan.fates.decided[row]), _AGREE_DAY)
    case = {
        "person": plan.people.who(row),
        "debtor": str(plan.people.name[row]),
        "agreed_date": on.isoformat(),
        "evidence": f"分期还款协议 {on}",
        "parts": [{"due_date": part.due.isoformat(), "amount_fen": part.fen} for part in parts],
    }
    paper.note(on, "recovery.instalments", [case])


def _receive(plan: YearPlan, paper: Paper, repayment: Repayment, *, unplaced: bool) -> None:
    """Receive a repayment; unplaced, it came some days before, from somebody whose name told nothing."""
    on = plan.office.day(repayment.number, _RECEIVED_DAY)
    came = plan.office.day(repayment.number, _UNPLACED_DAY) if unplaced else on
    reference = f"TH{plan.office.year}{repayment.serial:06}"
    name = "现金缴款" if unplaced else str(plan.people.name[repayment.row])
    memo = "缴款" if unplaced else "退回重复领取养老金"
    paper.agenda.expect(came, "COLLECTION", (reference, name, repayment.fen, memo))
    if unplaced:
        paper.note(came, "receipt.unidentified", [{"reference": reference, "reason": "现金缴款，缴款人未留姓名"}])
        found = {"outcome": "IDENTIFIED", "finding": "当事人持缴款回单到场，系退回重复领取养老金"}
        paper.note(on, "receipt.identify", [{"reference": reference} | found])
    case: dict[str, Any] = {
        "person": plan.people.who(repayment.row),
        "amount_fen": repayment.fen,
        "reference": reference,
        "received_date": came.isoformat(),
    }
    paper.note(on, "recovery.receive", [case])


def _give_up(plan: YearPlan, paper: Paper, row: int) -> None:
    """Give up what somebody cannot pay, on a decision of the office's meeting."""
    case = {
        "person": plan.people.who(row),
        "basis": f"{plan.office.year}年第12次主任办公会纪要：特困供养人员，无偿还能力",
    }
    paper.note(plan.office.day(_DECEMBER, _WRITE_OFF_DAY), "recovery.write_off", [case])
