"""Relations that move: people who bring their account here, and people who take it away."""

from typing import Any

import numpy as np

from jubao.simulation.chance import spread
from jubao.simulation.histories import SOURCES, subsidy
from jubao.simulation.paper import Others, Paper, YearPlan
from jubao.simulation.roles import Role
from jubao.simulation.settings import sheet

_RECEIVE_DAY, _SEND_DAY = 14, 21
_LATEST = 11
_KINDS = {
    Role.RECEIVED_WITHIN: "WITHIN_PROVINCE",
    Role.RECEIVED_CROSS: "CROSS_PROVINCE",
    Role.RECEIVED_BRIDGING: "FROM_EMPLOYEES",
    Role.SENT_WITHIN: "WITHIN_PROVINCE",
    Role.SENT_BRIDGING: "TO_EMPLOYEES",
}


def receive(plan: YearPlan, paper: Paper) -> None:
    """Take over relations with their accounts; the money arrives the same day under the same reference."""
    rows = plan.people.rows(Role.RECEIVED_WITHIN, Role.RECEIVED_CROSS, Role.RECEIVED_BRIDGING)
    stream = plan.chance.stream("received")
    months = spread(stream, list(range(1, _LATEST + 1)), rows.size)
    for place in np.argsort(months, kind="stable").tolist():
        row = int(rows[place])
        on = plan.office.day(int(months[place]), _RECEIVE_DAY)
        agency = _agency(stream, Role(int(plan.people.role[row])))
        amounts = _account(stream, plan, row)
        reference = f"ZR{plan.office.year}{place + 1:05}"
        memo = f"关系转入{plan.people.name[row]}"
        paper.agenda.expect(on, "COLLECTION", (reference, agency, sum(amounts.values()), memo))
        case = _identity(plan, row) | amounts | {"from_agency": agency, "reference": reference}
        case |= {"sheet": f"{agency}关系转移接续信息表 {reference}"}
        paper.note(on, "transfer.receive", [case | {"years": max(1, int(plan.past.years[row]))}])


def _identity(plan: YearPlan, row: int) -> dict[str, Any]:
    people = plan.people
    return {
        "person": people.who(row),
        "name": str(people.name[row]),
        "kind": _KINDS[Role(int(people.role[row]))],
        "division": str(people.division[row]),
        "household_type": str(people.household[row]),
        "category": str(people.category[row]),
        "tier": int(plan.past.tier[row]),
        "bank": str(people.bank[row]),
        "bank_account": str(people.account[row]),
    }


def _account(stream: np.random.Generator, plan: YearPlan, row: int) -> dict[str, int]:
    """Account by source in fen; the employees' scheme brings a personal account only."""
    years = max(1, int(plan.past.years[row]))
    odd = int(stream.integers(0, 10_000))
    amounts = dict.fromkeys((f"{source}_fen" for source in SOURCES), 0)
    if plan.people.role[row] == Role.RECEIVED_BRIDGING:
        return amounts | {"personal_fen": years * 180_000 + odd}
    subsidised = int(subsidy(plan.past.tier[row : row + 1])[0]) * years
    amounts["personal_fen"] = int(plan.past.tier[row]) * 100 * years + odd
    return amounts | {"province_fen": subsidised - subsidised // 2, "county_fen": subsidised // 2}


def _agency(stream: np.random.Generator, role: Role) -> str:
    if role is Role.RECEIVED_CROSS:
        places = sheet("divisions")["other_provinces"]
        return f"{places[int(stream.integers(0, len(places)))]['name']}城乡居民养老保险中心"
    if role in (Role.RECEIVED_BRIDGING, Role.SENT_BRIDGING):
        return "岳阳市企业职工养老保险经办机构"
    places = sheet("divisions")["neighbours"]
    return f"{places[int(stream.integers(0, len(places)))]}城乡居民养老保险中心"


def send(plan: YearPlan, paper: Paper) -> None:
    """Send relations away to the agency's account."""
    rows = plan.people.rows(Role.SENT_WITHIN, Role.SENT_BRIDGING)
    stream = plan.chance.stream("sent")
    months = spread(stream, list(range(1, _LATEST + 1)), rows.size)
    accounts = Others.invent(plan.chance, "agencies", rows.size).accounts
    for place, row in enumerate(rows.tolist()):
        role = Role(int(plan.people.role[row]))
        on = plan.office.day(int(months[place]), _SEND_DAY)
        case = {
            "person": plan.people.who(row),
            "kind": _KINDS[role],
            "to_agency": _agency(stream, role),
            "to_account": accounts[place],
            "applied_date": plan.office.day(int(months[place]), 6).isoformat(),
        }
        paper.note(on, "transfer.send", [case])
        plan.refunds[int(months[place]) + 1] += int(plan.past.balance[row].sum())
