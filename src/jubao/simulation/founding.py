"""The first days of the year: the office, its map, its money, its targets, and the opening register."""

from typing import Any

import numpy as np

from jubao.simulation.histories import SOURCES
from jubao.simulation.paper import Paper, YearPlan, blank_text, blank_zero
from jubao.simulation.people import Numbers
from jubao.simulation.roles import CONTRIBUTORS, ENDED, PENSIONERS, Role
from jubao.simulation.settings import section, sheet

_ROWS_A_FILE = 100_000
_FEN = 100


def found(plan: YearPlan, paper: Paper) -> None:
    """Set the office up and hand it the register of the day before."""
    first = plan.office.day(1, 3)
    paper.note(first, "office.found", [_office()])
    paper.note(first, "area.record", [{"divisions": plan.divisions, "outlets": plan.outlets}])
    paper.note(first, "fund.open", [{"balances": _balances(plan)}])
    paper.note(first, "register.open", _registers(plan, paper))
    paper.note(plan.office.day(1, 10), "target.set", _targets(plan))


def _office() -> dict[str, Any]:
    office = sheet("figures-2017")["office"]
    return {
        "office": office["name"],
        "city": office["city"],
        "district": office["district"],
        "district_code": "430602",
        "budget_code": office["budget_code"],
        "superior": office["superior"],
        "posts_authorised": office["posts_authorised"],
        "contact": sheet("names")["staff"][section("office")["contact"]],
        "phone": section("office")["phone"],
        "staff": [_member(code, name) for code, name in sheet("names")["staff"].items()],
    }


def _member(code: str, name: str) -> dict[str, Any]:
    habits = section("office")
    return {
        "staff": code,
        "name": name,
        "title": habits["titles"][code],
        "section": habits["sections"][code],
        "posts": habits["posts"][code],
        "cover": habits["cover"].get(code, []),
        "external": code.startswith("P"),
    }


def _balances(plan: YearPlan) -> list[dict[str, Any]]:
    """First balances; the fiscal account holds a little more than all individual accounts together."""
    fund = section("fund")
    accounts = int(plan.past.balance.sum()) * fund["reserve_per_mille"] // 1000
    amounts = {"FISCAL_ACCOUNT": accounts + plan.money(2_000_000_00)}
    amounts |= {account: plan.money(fen) for account, fen in fund["first_balance_fen"].items()}
    return [{"account": account, "amount_fen": fen} for account, fen in amounts.items()]


def _targets(plan: YearPlan) -> list[dict[str, Any]]:
    operations = sheet("figures-2017")["operations"]
    tasks = [
        ("collection.province", operations["collection"]["target_province_yuan"], "省人力资源和社会保障厅"),
        ("collection.bureau", operations["collection"]["target_bureau_yuan"], "区人力资源和社会保障局"),
        ("fiscal.upper", operations["fund"]["upper_transfers_target_yuan"], "区人力资源和社会保障局"),
    ]
    year = plan.office.year
    return [
        {"name": name, "amount_fen": plan.money(yuan * _FEN), "year": year, "source": source}
        for name, yuan, source in tasks
    ]


def personal_numbers(plan: YearPlan) -> dict[int, str]:
    """Personal numbers of the people in the opening register, in no order that means anything."""
    rows = registered(plan)
    order = plan.chance.stream("personal numbers").permutation(rows.size)
    return {int(row): f"4306{serial:08}" for row, serial in zip(rows, order + 1, strict=True)}


def registered(plan: YearPlan) -> Numbers:
    """Positions of everybody in the opening register."""
    people = plan.people
    return np.concatenate([people.within(roles) for roles in (PENSIONERS, CONTRIBUTORS, ENDED)])


def _registers(plan: YearPlan, paper: Paper) -> list[dict[str, Any]]:
    """Write the register, in several files where one would be too large for a worksheet."""
    numbers = personal_numbers(plan)
    rows = np.array(sorted(numbers, key=numbers.__getitem__), dtype=np.int64)
    cases = []
    for place, start in enumerate(range(0, rows.size, _ROWS_A_FILE), start=1):
        part = rows[start : start + _ROWS_A_FILE]
        columns = {"personal_number": [numbers[int(row)] for row in part]} | _register_columns(plan, part)
        name = paper.write(f"期初/参保登记底册-{place:02}.xlsx", "opening_register", columns)
        before = plan.office.year - 1
        cases.append({"file": name, "as_of": f"{before}-12-31", "interest_through": before * 100 + 12})
    return cases


def _register_columns(plan: YearPlan, rows: Numbers) -> dict[str, list[Any]]:
    people, past = plan.people, plan.past
    columns: dict[str, list[Any]] = {
        "name": people.name[rows].tolist(),
        "resident_number": people.number[rows].tolist(),
        "household_type": people.household[rows].tolist(),
        "category": people.category[rows].tolist(),
        "division": people.division[rows].tolist(),
        "address": people.address[rows].tolist(),
        "phone": blank_text(people.phone[rows]),
        "enrolled_month": past.enrolled[rows].tolist(),
        "tier": past.tier[rows].tolist(),
        "contributed_years": past.years[rows].tolist(),
        "bank": people.bank[rows].tolist(),
        "bank_account": people.account[rows].tolist(),
        "card_number": people.card[rows].tolist(),
    }
    return columns | _states(plan, rows) | _money(plan, rows) | _benefit(plan, rows)


def _states(plan: YearPlan, rows: Numbers) -> dict[str, list[Any]]:
    """The two-code state of everybody on the last day of the year before."""
    role = plan.people.role[rows]
    pensioner = role < PENSIONERS.stop
    ended = (role >= ENDED.start) & (role < ENDED.stop)
    paused = (role == Role.PAUSED) | (pensioner & (plan.fates.suspended_from[rows] > 0))
    enrolment = np.where(ended, "4", np.where(paused, "2", "1"))
    contribution = np.where(pensioner | ended, "3", np.where(paused, "2", "1"))
    return {"enrolment_state": enrolment.tolist(), "contribution_state": contribution.tolist()}


def _money(plan: YearPlan, rows: Numbers) -> dict[str, list[Any]]:
    return {source: plan.past.balance[rows, place].tolist() for place, source in enumerate(SOURCES)}


def _benefit(plan: YearPlan, rows: Numbers) -> dict[str, list[Any]]:
    past, fates = plan.past, plan.fates
    draws = past.pension_start[rows] > 0
    held = fates.suspended_from[rows] > 0
    columns = {
        f"pension_{source}": [
            fen if drawing else None
            for fen, drawing in zip(past.pension[rows, place].tolist(), draws.tolist(), strict=True)
        ]
        for place, source in enumerate(SOURCES)
    }
    return columns | {
        "pension_start": blank_zero(past.pension_start[rows]),
        "suspended_from": blank_zero(fates.suspended_from[rows]),
        "suspension_reason": blank_text(np.where(held, fates.suspension_reason[rows], "")),
        "ended_month": blank_zero(past.ended[rows]),
        "end_reason": blank_text(past.end_reason[rows]),
        "certified_month": blank_zero(past.certified[rows]),
    }
