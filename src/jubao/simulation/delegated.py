"""People paid on behalf of other departments: their rosters, the money for them, the monthly runs."""

import numpy as np

from jubao.simulation.calendar_of_year import MONTHS
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.people import Numbers
from jubao.simulation.roles import Role
from jubao.simulation.settings import section

_ENROL_DAY, _FUND_DAY, _RUN_DAY = 4, 4, 8
_QUARTERS = (1, 4, 7, 10)
_LATER_START = (2, 3)  # months in which the few start who do not start in January


def pay_on_behalf(plan: YearPlan, paper: Paper) -> None:
    """Enrol three rosters, fund them every quarter, run them every month."""
    rosters = _rosters(plan)
    standards = {code: _standards(plan, code, rows.size) for code, rows in rosters.items()}
    name = _roster_file(plan, paper, rosters, standards)
    paper.note(plan.office.day(1, _ENROL_DAY), "delegated.enrol", [{"file": name}])
    for code, amounts in standards.items():
        for number in _QUARTERS:
            _fund(plan, paper, (code, number, int(amounts.sum()) * 3))
    for number in MONTHS:
        cases = [{"programme": code, "month": plan.office.month(number)} for code in rosters]
        paper.note(plan.office.day(number, _RUN_DAY), "delegated.calculate", cases)


def _rosters(plan: YearPlan) -> dict[str, Numbers]:
    """Old people for each programme: some draw a pension here undisturbed, most are strangers to us."""
    stream, people = plan.chance.stream("rosters"), plan.people
    old = people.sixty < 0
    strangers = stream.permutation(np.flatnonzero((people.role == Role.STRANGER) & old))
    calm = (people.role == Role.PENSIONER) & (plan.fates.failed == 0)
    ours = stream.permutation(np.flatnonzero(calm))
    counts = (plan.targets.only_child_parents, plan.targets.rural_teachers, plan.targets.rural_doctors)
    rosters, start = {}, 0
    for code, count in zip(section("delegated"), counts, strict=True):
        known = count // 3
        part = [ours[start : start + known], strangers[start : start + count - known]]
        rosters[code] = np.concatenate(part)
        start += count
    return rosters


def _standards(plan: YearPlan, code: str, size: int) -> Numbers:
    return plan.chance.stream(f"standards {code}").choice(section("delegated")[code]["monthly_fen"], size)


def _roster_file(
    plan: YearPlan, paper: Paper, rosters: dict[str, Numbers], standards: dict[str, Numbers]
) -> str:
    rows = np.concatenate(list(rosters.values()))
    stream, people = plan.chance.stream("start of rosters"), plan.people
    later = (stream.integers(0, 20, rows.size) == 0) * stream.choice(_LATER_START, rows.size)
    columns = {
        "programme": np.repeat(list(rosters), [part.size for part in rosters.values()]),
        "resident_number": people.number[rows],
        "name": people.name[rows],
        "division": people.division[rows],
        "bank": people.bank[rows],
        "bank_account": people.account[rows],
        "monthly_amount": np.concatenate(list(standards.values())),
        "start_month": [plan.office.month(max(1, int(number))) for number in later],
    }
    return paper.write("代发/代发人员名册.xlsx", "delegated_roster", columns)


def _fund(plan: YearPlan, paper: Paper, money: tuple[str, int, int]) -> None:
    code, number, amount = money
    on = plan.office.day(number, _FUND_DAY)
    reference = f"DF{code}{plan.office.month(number)}"
    payer = section("delegated")[code]["payer"]
    paper.agenda.expect(on, "DELEGATED", (reference, payer, amount, f"代发项目{code}资金"))
    case = {"programme": code, "amount_fen": amount, "reference": reference}
    paper.note(on, "delegated.fund", [case])
