"""People paid on behalf of other departments: their rosters, the money for them, the monthly runs, who drops out."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jubao.simulation import fates
from jubao.simulation.calendar_of_year import DELEGATED_DAY, MONTHS
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.people import Numbers
from jubao.simulation.roles import Role
from jubao.simulation.settings import section
from jubao.vocabulary import month as months

_ENROL_DAY, _FUND_DAY = 4, 4
_END_DAY, _REVIEW_DAY, _RETURN_DAY = 13, 24, 20
_QUARTERS, _QUARTER = (1, 4, 7, 10), 3
_LATER_START = (2, 3)  # months in which the few start who do not start in January
_REVIEWED = (5, 7)  # first month not paid to somebody under review, month in which the review is over
_MOVED_FROM = 9
_DECEMBER = 12


@dataclass
class Roster:
    """People of one programme in the order of its roster, with their monthly standard (fen) and first month (1 to 12).

    ``months`` counts for each the months of the year that are paid in the end.
    """

    rows: Numbers
    standard: Numbers
    start: Numbers
    months: Numbers = field(init=False)

    def __post_init__(self) -> None:
        """Everybody is paid from the first month on, unless something happens."""
        self.months = _DECEMBER + 1 - self.start

    @property
    def funded_fen(self) -> int:
        """What the department sends for the year."""
        return int(self.standard.sum()) * _DECEMBER

    @property
    def unused_fen(self) -> int:
        """What of it nobody is paid."""
        return self.funded_fen - int((self.standard * self.months).sum())


def pay_on_behalf(plan: YearPlan, paper: Paper) -> None:
    """Enrol three rosters, fund and run them, and give back what is left.

    Parents of only children are paid every month, teachers and doctors every quarter for its months.
    """
    rosters = _rosters(plan)
    name = _roster_file(plan, paper, rosters)
    paper.note(plan.office.day(1, _ENROL_DAY), "delegated.enrol", [{"file": name}])
    for code, roster in rosters.items():
        for number in _QUARTERS:
            _fund(plan, paper, (code, number, roster.funded_fen // len(_QUARTERS)))
    only_children, teachers, doctors = rosters
    for number in MONTHS:
        due = [only_children] if number % _QUARTER else [only_children, teachers, doctors]
        cases = [{"programme": code, "month": plan.office.month(number)} for code in due]
        paper.note(plan.office.day(number, DELEGATED_DAY), "delegated.calculate", cases)
    _lose_the_dead(plan, paper, only_children, rosters[only_children])
    _review_one(plan, paper, teachers, rosters[teachers])
    _lose_one_who_moved(plan, paper, only_children, rosters[only_children])
    _give_back(plan, paper, rosters)


def _rosters(plan: YearPlan) -> dict[str, Roster]:
    """Old people for each programme: some draw a pension here, most are strangers to us; one of the first will die."""
    stream, people = plan.chance.stream("rosters"), plan.people
    old = people.sixty < 0
    strangers = stream.permutation(np.flatnonzero((people.role == Role.STRANGER) & old))
    calm = (people.role == Role.PENSIONER) & (plan.fates.failed == 0)
    ours = np.concatenate([_dying(plan), stream.permutation(np.flatnonzero(calm))])
    counts = (plan.targets.only_child_parents, plan.targets.rural_teachers, plan.targets.rural_doctors)
    later = plan.chance.stream("start of rosters")
    rosters, start = {}, 0
    for code, count in zip(section("delegated"), counts, strict=True):
        known = count // 3
        rows = np.concatenate([ours[start : start + known], strangers[start : start + count - known]])
        first = (later.integers(0, 20, rows.size) == 0) * later.choice(_LATER_START, rows.size)
        first[:1] = first[-1:] = 1  # whoever drops out was paid before
        rosters[code] = Roster(rows, _standards(plan, code, rows.size), np.maximum(first, 1))
        start += count
    return rosters


def _dying(plan: YearPlan) -> Numbers:
    """One of those who die in the year and are not taken for dead by mistake; nobody where there is none."""
    died = plan.people.rows(Role.ALERT_DIED)
    return died[died != fates.taken_for_dead(plan.people, plan.fates)][:1]


def _standards(plan: YearPlan, code: str, size: int) -> Numbers:
    return plan.chance.stream(f"standards {code}").choice(section("delegated")[code]["monthly_fen"], size)


def _roster_file(plan: YearPlan, paper: Paper, rosters: dict[str, Roster]) -> str:
    people, rows = plan.people, np.concatenate([roster.rows for roster in rosters.values()])
    columns = {
        "programme": np.repeat(list(rosters), [roster.rows.size for roster in rosters.values()]),
        "resident_number": people.number[rows],
        "name": people.name[rows],
        "division": people.division[rows],
        "bank": people.bank[rows],
        "bank_account": people.account[rows],
        "monthly_amount": np.concatenate([roster.standard for roster in rosters.values()]),
        "start_month": [plan.office.month(int(first)) for roster in rosters.values() for first in roster.start],
    }
    return paper.write("代发/代发人员名册.xlsx", "delegated_roster", columns)


def _fund(plan: YearPlan, paper: Paper, money: tuple[str, int, int]) -> None:
    code, number, amount = money
    on = plan.office.day(number, _FUND_DAY)
    reference = f"DF{code}{plan.office.month(number)}"
    payer = section("delegated")[code]["payer"]
    paper.agenda.expect(on, "DELEGATED", (reference, payer, amount, f"代发项目{code}资金"))
    notice = f"{payer}拨款通知 {reference}"
    case = {"programme": code, "amount_fen": amount, "reference": reference, "notice": notice}
    paper.note(on, "delegated.fund", [case])


def _lose_the_dead(plan: YearPlan, paper: Paper, code: str, roster: Roster) -> None:
    """Stop whoever a death list names, and end them when the death is confirmed, from the month after it."""
    listed, decided = plan.fates.listed[roster.rows], plan.fates.decided[roster.rows]
    for place in np.flatnonzero(plan.people.role[roster.rows] == Role.ALERT_DIED).tolist():
        row, number = int(roster.rows[place]), int(listed[place])
        roster.months[place] = number
        case = _change(plan, code, row, plan.office.month(number + 1))
        told = {"reason": "UNDER_REVIEW", "evidence": "疑似死亡名单，已交村（社区）核查"}
        paper.note(plan.office.hold_day(number), "delegated.stop", [case | told])
        died = months.of_days(plan.fates.event[row : row + 1])
        case = _change(plan, code, row, int(months.add(died, 1)[0]))
        told = {"reason": "DEATH", "evidence": "入户核查结果和死亡证明"}
        paper.note(plan.office.day(int(decided[place]), _END_DAY), "delegated.end", [case | told])


def _review_one(plan: YearPlan, paper: Paper, code: str, roster: Roster) -> None:
    """The department doubts somebody's years of service, and finds them right; nothing is lost to them."""
    first, over = _REVIEWED
    case = _change(plan, code, int(roster.rows[0]), plan.office.month(first))
    told = {"reason": "DEPARTMENT", "evidence": "主管部门来函：任教年限待复核，暂缓代发"}
    paper.note(plan.office.day(first - 1, _REVIEW_DAY), "delegated.stop", [case | told])
    resumed = case | {"evidence": "主管部门复函：任教年限无误，从停发当月起恢复"}
    paper.note(plan.office.day(over - 1, _REVIEW_DAY), "delegated.resume", [resumed])


def _lose_one_who_moved(plan: YearPlan, paper: Paper, code: str, roster: Roster) -> None:
    """Somebody moves to another district, which pays them from then on."""
    roster.months[-1] = _MOVED_FROM - 1
    case = _change(plan, code, int(roster.rows[-1]), plan.office.month(_MOVED_FROM))
    told = {"reason": "MOVED", "evidence": "主管部门来函：户籍迁出本区，由迁入地发放"}
    paper.note(plan.office.day(_MOVED_FROM - 1, _REVIEW_DAY), "delegated.end", [case | told])


def _change(plan: YearPlan, code: str, row: int, from_month: int) -> dict[str, Any]:
    return {"programme": code, "person": plan.people.who(row), "from_month": from_month}


def _give_back(plan: YearPlan, paper: Paper, rosters: dict[str, Roster]) -> None:
    """Send back to each department what of its money nobody was paid."""
    on = plan.office.day(_DECEMBER, _RETURN_DAY)
    cases = [
        {"programme": code, "amount_fen": roster.unused_fen, "evidence": f"{plan.office.year}年度代发结算单"}
        for code, roster in rosters.items()
        if roster.unused_fen > 0
    ]
    paper.note(on, "delegated.return_fund", cases)
