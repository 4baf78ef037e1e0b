"""Contributors who leave: found in the employees' scheme by the comparison, or ended at home."""

from typing import Any

import numpy as np

from jubao.simulation.calendar_of_year import OfficeYear, due
from jubao.simulation.chance import spread, weighted
from jubao.simulation.comparison import request_months, since_months, write_comparison
from jubao.simulation.paper import Others, Paper, YearPlan
from jubao.simulation.people import Numbers
from jubao.simulation.roles import Role
from jubao.simulation.settings import section
from jubao.vocabulary import month

_IMPORT_DAY, _END_DAY, _REQUEST_DAY = 16, 15, 17
_DEATH, _EMPLOYEES = "6401", "6407"
_LATEST_DAY = {12: 11}  # nothing is decided between the last batch and the cut-off
_MEMOS = {
    "6401": "村（社区）报告死亡",
    "6406": "出国（境）定居",
    "6407": "本人声明已参加职保",
    "6499": "本人申请终止",
}
_NOTE = "居保关系已终止，请暂停对方险种待遇并核对重复领取"


def compare(plan: YearPlan, paper: Paper) -> None:
    """Import the comparison file and work off what it shows, month by month."""
    number = section("benefits")["comparison_month"]
    listed = f"SB-{plan.office.month(number)}"
    name = f"比对/全省参保比对数据-{plan.office.month(number)}.csv"
    write_comparison(plan, paper.folder / name)
    case = {
        "file": name,
        "list_kind": "PROVINCIAL",
        "list_number": listed,
        "received_from": "省城乡居民社会养老保险管理机构",
        "region": "湖南省",
    }
    paper.note(plan.office.day(number, _IMPORT_DAY), "match.import", [case])
    _end_payers(plan, paper, listed)
    _ask_others(plan, paper, listed)


def _end_payers(plan: YearPlan, paper: Paper, listed: str) -> None:
    rows = plan.people.rows(Role.ENDED_BY_MATCH)
    months = spread(plan.chance.stream("ends by match"), section("benefits")["match_end_months"], rows.size)
    since = since_months(plan)
    for number in np.unique(months).tolist():
        batch = rows[months == number]
        cases = [
            {
                "list_number": listed,
                "person": plan.people.who(row),
                "reason": "6407",
                "event_date": month.first_day(int(since[row])).isoformat(),
                "payee_name": str(plan.people.name[row]),
                "payee_account": str(plan.people.account[row]),
                "evidence": "职保参保证明",
            }
            for row in batch.tolist()
        ]
        paper.note(_end_day(plan.office, number), "match.end_payer", cases)


def _ask_others(plan: YearPlan, paper: Paper, listed: str) -> None:
    months = request_months(plan)
    for number in np.unique(months[months > 0]).tolist():
        cases = [
            {"list_number": listed, "person": plan.people.who(row), "note": _NOTE}
            for row in np.flatnonzero(months == number).tolist()
        ]
        paper.note(plan.office.day(number, _REQUEST_DAY), "match.request_other", cases)


def end_at_home(plan: YearPlan, paper: Paper) -> None:
    """End relations without a list; those who paid this year leave only after their money was credited.

    Of who joined the employees' scheme the account stays until the linkage; who moves away is sent, not ended.
    """
    stream = plan.chance.stream("ends at home")
    rows = plan.people.rows(Role.ENDED_AT_HOME)
    months = np.where(plan.paid.months[rows] > 0, stream.integers(7, 13, rows.size), stream.integers(1, 13, rows.size))
    reasons = weighted(stream, section("contributors")["ended_at_home_reasons"], rows.size)
    heirs = Others.invent(plan.chance, "contributors' heirs", rows.size)
    for number in np.unique(months).tolist():
        places = np.flatnonzero(months == number)
        cases = [_end_case(plan, int(rows[p]), str(reasons[p]), (number, heirs, int(p))) for p in places]
        paper.note(_end_day(plan.office, number), "enrolment.end", cases)
        left = rows[places[reasons[places] != _EMPLOYEES]]
        plan.refunds[number] += int(plan.past.balance[left].sum()) + _paid_this_year(plan, left)


def _end_case(plan: YearPlan, row: int, reason: str, case: tuple[int, Others, int]) -> dict[str, Any]:
    number, heirs, place = case
    before = 5 + place % 40 if plan.paid.months[row] == 0 else 5 + place % 10
    told: dict[str, Any] = {
        "person": plan.people.who(row),
        "reason": reason,
        "event_date": due(_end_day(plan.office, number), -before),
        "memo": _MEMOS[reason],
    }
    if reason != _DEATH:
        return told | {"payee_name": str(plan.people.name[row]), "payee_account": str(plan.people.account[row])}
    return told | {
        "evidence": f"居民死亡医学证明 {plan.office.year}-{row:05}",
        "payee_name": heirs.names[place],
        "payee_account": heirs.accounts[place],
        "heir_evidence": f"村（社区）亲属关系证明 {plan.office.year}-{row:05}",
    }


def _paid_this_year(plan: YearPlan, rows: Numbers) -> int:
    chosen = np.isin(plan.paid.person, rows)
    return int(plan.paid.amount[chosen].sum())


def _end_day(office: OfficeYear, number: int) -> Any:
    return office.day(number, _LATEST_DAY.get(number, _END_DAY))
