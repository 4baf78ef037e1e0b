"""The benefits desk's own work: grants, suspensions, resumptions, ends on request, certification."""

from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.simulation.calendar_of_year import MONTHS, due
from jubao.simulation.chance import weighted
from jubao.simulation.fates import NEVER, held_back
from jubao.simulation.paper import Others, Paper, YearPlan, day_text
from jubao.simulation.people import Numbers
from jubao.simulation.roles import Role
from jubao.simulation.settings import section, sheet

_SUSPEND_DAY, _ROLL_DAY, _GRANT_DAY, _LATE_GRANT_DAY, _END_DAY = 13, 20, 22, 20, 13
_DECEMBER = 12
_FEW = 50  # what one checker alone may let pass (procedure.bulk_suspension_limit)
_METHODS = {"01": 70, "02": 15, "04": 10, "05": 5}
_MEMOS = {"1201": "超期未通过领取资格认证", "1202": "服刑收监，法院文书已核", "1299": "账户信息异常待核"}
_EVIDENCE = {
    "1201": "本人到村认证，照片及签名存档",
    "1202": "刑满释放证明",
    "1299": "核实情况说明及身份证复印件",
}


def grant(plan: YearPlan, paper: Paper) -> None:
    """Grant pensions late in the month in which 60 is reached; the year's last ones after the cut-off."""
    late = plan.people.rows(Role.AWARDED_LATE)
    person = np.concatenate([plan.awards.person, late])
    months = np.concatenate([plan.awards.granted, np.full(late.size, _DECEMBER)])
    for number in np.unique(months).tolist():
        on = plan.office.day(number, _GRANT_DAY if number < _DECEMBER else _LATE_GRANT_DAY)
        cases = [
            {
                "person": plan.people.who(row),
                "form": f"待遇领取申请表 {plan.office.month(number)}-{int(row)}",
                "applied_date": (on - timedelta(days=int(row) % 5)).isoformat(),
            }
            for row in person[months == number]
        ]
        paper.note(on, "award.grant", cases)


def suspend(plan: YearPlan, paper: Paper) -> None:
    """Suspend from the next payroll on, with a next step and a day for it."""
    rows = plan.people.rows(Role.SUSPENDED, Role.SUSPENDED_RESUMED)
    for number in np.unique(plan.fates.stop[rows]).tolist():
        on = plan.office.day(number - 1, _SUSPEND_DAY)
        cases = [
            {
                "person": plan.people.who(row),
                "reason": str(plan.fates.suspension_reason[row]),
                "from_month": plan.office.month(number),
                "memo": _MEMOS[str(plan.fates.suspension_reason[row])],
                "next_step_post": "BENEFITS",
                "due": due(on, 90),
            }
            for row in rows[plan.fates.stop[rows] == number]
        ]
        paper.note(on, "award.suspend" if len(cases) <= _FEW else "award.suspend_many", cases)


def resume(plan: YearPlan, paper: Paper) -> None:
    """Resume for the next payroll, on evidence dated after the suspension."""
    rows = np.flatnonzero(plan.fates.back > 0)
    for number in np.unique(plan.fates.back[rows]).tolist():
        on = plan.office.day(number - 1, _ROLL_DAY)
        cases = [
            {
                "person": plan.people.who(row),
                "evidence": _EVIDENCE[str(plan.fates.suspension_reason[row])],
                "evidence_date": _shown(on, int(row)).isoformat(),
            }
            for row in rows[plan.fates.back[rows] == number]
        ]
        paper.note(on, "award.resume", cases)


def end_on_request(plan: YearPlan, paper: Paper) -> None:
    """End the few pensions whose owners report another pension or settle abroad."""
    for row in plan.people.rows(Role.ENDED_EMPLOYEES, Role.ENDED_ABROAD).tolist():
        number = int(plan.fates.decided[row])
        on = plan.office.day(number, _END_DAY)
        abroad = plan.people.role[row] == Role.ENDED_ABROAD
        case: dict[str, Any] = {
            "person": plan.people.who(row),
            "reason": "1406" if abroad else "1407",
            "event_date": day_text(plan.fates.event[row]),
            "reported_date": on.isoformat(),
            "burial": None,
            "heir_name": None,
            "heir_account": None,
            "evidence": "定居证明和户籍注销证明" if abroad else "职保待遇核定表复印件",
            "memo": "本人申请出国（境）定居" if abroad else "本人报告已领取职保待遇",
        }
        paper.note(on, "award.terminate", [case])
        plan.refunds[number] += int(plan.past.balance[row].sum())


def certify(plan: YearPlan, paper: Paper) -> None:
    """Write monthly rolls: the undisturbed a month before they lapse, the resumed, the newly granted."""
    for number in MONTHS:
        on = plan.office.day(number, _ROLL_DAY)
        rows = _on_roll(plan, number)
        if not rows.size:
            continue
        stream = plan.chance.stream(f"roll {number}")
        columns = {
            "resident_number": plan.people.number[rows],
            "name": plan.people.name[rows],
            "certified_date": [_shown(on, int(row)) for row in rows],
            "method": weighted(stream, _METHODS, rows.size),
            "checker": stream.choice(sheet("names")["villagers"], rows.size),
        }
        name = f"认证/资格认证花名册-{plan.office.month(number)}.xlsx"
        paper.note(on, "certification.record", [{"file": paper.write(name, "certification_roll", columns)}])


def _on_roll(plan: YearPlan, number: int) -> Numbers:
    """Who certifies in a month."""
    lapses = plan.past.certified % 100 == number + 1
    calm = (plan.people.role == Role.PENSIONER) & lapses
    resumed: NDArray[np.bool_] = plan.fates.back == number + 1
    new = np.zeros(lapses.size, dtype=np.bool_)
    new[plan.awards.person[plan.awards.granted == number - 1]] = True
    return np.flatnonzero(calm | resumed | new)


def _shown(on: Any, row: int) -> Any:
    """The day somebody showed they are alive: some days before the roll is handed in."""
    return on - timedelta(days=1 + row % 5)


def refuse_payments(plan: YearPlan, paper: Paper) -> None:
    """List payments the banks will refuse, and the new accounts people bring afterwards."""
    codes = section("benefits")["failure_codes"]
    rows = np.flatnonzero(plan.fates.failed > 0)
    accounts = Others.invent(plan.chance, "new accounts", rows.size).accounts
    rows = rows[rows != held_back(plan.fates)]
    for place, row in enumerate(rows[np.argsort(plan.fates.failed[rows], kind="stable")].tolist()):
        number = int(plan.fates.failed[row])
        assert 0 < number < NEVER, "a payment is refused in a month of the year"
        refused = paper.agenda.bank_failures.setdefault(str(plan.office.month(number)), {})
        refused[str(plan.people.account[row])] = codes[len(refused) % len(codes)]
        rebind = {
            "on": plan.office.day(number, 19).isoformat(),
            "person": plan.people.who(row),
            "month": plan.office.month(number),
            "refused_account": str(plan.people.account[row]),
            "bank": str(plan.people.bank[row]),
            "bank_account": accounts[place],
        }
        paper.agenda.rebinds.append(rebind)
