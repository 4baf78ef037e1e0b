"""Death alerts and cross-province duplicates: lists arrive, people are held, ends are confirmed."""

from typing import Any

import numpy as np

from jubao.simulation import home_checks
from jubao.simulation.calendar_of_year import due
from jubao.simulation.paper import Others, Paper, YearPlan, blank_day, day_text
from jubao.simulation.people import Numbers
from jubao.simulation.recoveries import Duplicates
from jubao.simulation.roles import Role
from jubao.simulation.settings import custom, sheet

_SENDERS = {
    "MINISTRY_DEATH": ("BW", "人力资源和社会保障部", "全国"),
    "POLICE_DEATH": ("GA", "区公安分局", "岳阳楼区"),
    "CROSS_PROVINCE": ("KS", "省社会保险经办机构", "跨省"),
}
_POLICE = "POLICE_DEATH"
_CONFIRM_DAY, _RERUN_DAY = 12, 23
_HALF_YEAR = 6


def send_lists(plan: YearPlan, paper: Paper, duplicates: Duplicates) -> None:
    """Let every list arrive, hold everybody on it from the next payroll, and confirm what homes show."""
    fates = plan.fates
    for origin in _SENDERS:
        for number in np.unique(fates.listed[fates.origin == origin]).tolist():
            rows = np.flatnonzero((fates.origin == origin) & (fates.listed == number))
            shuffled = plan.chance.stream(f"{origin}-{number}").permutation(rows)
            _send(plan, paper, duplicates, (origin, number, shuffled))
    _compare_again(plan, paper)
    _confirm(plan, paper, duplicates)


def _compare_again(plan: YearPlan, paper: Paper) -> None:
    """Compare the first list of the police once more at half-year, with everybody who joined since."""
    first = int(plan.fates.listed[plan.fates.origin == _POLICE].min())
    case = {"list_number": list_number(plan, _POLICE, first)}
    paper.note(plan.office.day(max(first + 1, _HALF_YEAR), _RERUN_DAY), "match.rerun", [case])


def list_number(plan: YearPlan, origin: str, number: int) -> str:
    """The number a list bears."""
    return f"{_SENDERS[origin][0]}-{plan.office.month(number)}"


def _send(plan: YearPlan, paper: Paper, duplicates: Duplicates, batch: tuple[str, int, Numbers]) -> None:
    origin, number, rows = batch
    listed = list_number(plan, origin, number)
    if origin == "CROSS_PROVINCE":
        name = _duplicate_list(plan, paper, duplicates, (listed, rows))
    else:
        name = _death_list(plan, paper, listed, rows)
    sender, region = _SENDERS[origin][1:]
    import_case = {
        "file": name,
        "list_kind": origin,
        "list_number": listed,
        "received_from": sender,
        "region": region,
    }
    paper.note(plan.office.list_day(number), "match.import", [import_case])
    held = plan.office.hold_day(number)
    from_month = plan.office.month(number + 1)
    cases = [
        {
            "list_number": listed,
            "person": plan.people.who(row),
            "from_month": from_month,
            "due": due(held, 60),
        }
        for row in rows
    ]
    paper.note(held, "match.hold", cases)
    if origin != "CROSS_PROVINCE":
        home_checks.issue(plan, paper, listed, number)
        home_checks.answer_for_absent(plan, paper, listed, number, rows)


def _death_list(plan: YearPlan, paper: Paper, listed: str, rows: Numbers) -> str:
    """A death list; for every tenth dead person the list states another day than the family will."""
    stream = plan.chance.stream(f"deaths on {listed}")
    wrong = stream.integers(0, 10, rows.size) == 0
    stated = plan.fates.event[rows] - np.where(wrong, stream.integers(1, 20, rows.size), 0)
    columns = {
        "record_number": [f"{listed}-{place:04}" for place in range(1, rows.size + 1)],
        "name": plan.people.name[rows],
        "resident_number": plan.people.number[rows],
        "death_date": blank_day(stated),
        "origin": stream.choice(["户籍注销", "火化登记", "死亡医学证明"], rows.size),
    }
    return paper.write(f"比对/疑似死亡名单-{listed}.xlsx", "death_list", columns)


def _duplicate_list(plan: YearPlan, paper: Paper, duplicates: Duplicates, batch: tuple[str, Numbers]) -> str:
    listed, rows = batch
    stream = plan.chance.stream("duplicate areas")
    places = stream.integers(0, len(sheet("divisions")["other_provinces"]), rows.size)
    areas = [sheet("divisions")["other_provinces"][place]["name"] for place in places]
    columns = {
        "record_number": [f"{listed}-{place:04}" for place in range(1, rows.size + 1)],
        "name": plan.people.name[rows],
        "resident_number": plan.people.number[rows],
        "other_area": areas,
        "other_agency": [f"{area}城乡居民养老保险中心" for area in areas],
        "other_scheme": ["170"] * rows.size,
        "other_start": [duplicates.start_month[int(row)] for row in rows],
        "other_amount": (custom("base_month_fen") + stream.integers(0, 60, rows.size) * 100).tolist(),
    }
    return paper.write(f"比对/跨省重复领取名单-{listed}.xlsx", "duplicate_list", columns)


def _confirm(plan: YearPlan, paper: Paper, duplicates: Duplicates) -> None:
    """Confirm ends in the month the visits are over, with heirs where somebody died."""
    fates = plan.fates
    rows = np.flatnonzero((fates.decided > 0) & (fates.listed > 0))
    heirs = Others.invent(plan.chance, "heirs", rows.size)
    cases: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    for place, row in enumerate(rows.tolist()):
        case = _confirmation(plan, row, duplicates)
        if case["reason"] == "1401":
            case |= {"heir_name": heirs.names[place], "heir_account": heirs.accounts[place]}
            case["heir_evidence"] = "亲属关系证明"
        cases.setdefault(int(fates.decided[row]), []).append((row, case))
        plan.refunds[fates.decided[row]] += int(plan.past.balance[row].sum())
    for number, batch in sorted(cases.items()):
        home_checks.answer(plan, paper, number, batch)
        paper.note(plan.office.day(number, _CONFIRM_DAY), "match.confirm", [case for _, case in batch])


def _confirmation(plan: YearPlan, row: int, duplicates: Duplicates) -> dict[str, Any]:
    fates, role = plan.fates, plan.people.role[row]
    decided = plan.office.day(int(fates.decided[row]), _CONFIRM_DAY)
    died = role == Role.ALERT_DIED
    reason = {Role.ALERT_DIED: "1401", Role.ALERT_EMPLOYEES: "1407", Role.CROSS_PROVINCE: "1499"}[Role(int(role))]
    event = duplicates.first_day(row) if role == Role.CROSS_PROVINCE else day_text(fates.event[row])
    return {
        "list_number": list_number(plan, str(fates.origin[row]), int(fates.listed[row])),
        "person": plan.people.who(row),
        "reason": reason,
        "event_date": event,
        "reported_date": day_text(fates.reported[row]) if died else decided.isoformat(),
        "burial": str(fates.burial[row]) or None,
        "heir_name": None,
        "heir_account": None,
        "evidence": "死亡医学证明" if died else "对方经办机构答复",
    }
