"""Home checks: every death list goes to the villages, and their sheets come back with what was seen at the door."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from jubao.exchange.writing import write_table
from jubao.simulation.paper import Others, Paper, YearPlan, blank_day, blank_text
from jubao.simulation.people import Numbers
from jubao.simulation.roles import Role

_ANSWER_DAY, _SILENT_DAY, _LATEST = 12, 20, 12
_PREFIX, _VISITOR = "HC-", "李家访"
_NOBODY_MET, _DRAWS_ELSEWHERE = "2", "4"


def issue(plan: YearPlan, paper: Paper, listed: str, number: int) -> None:
    """Hand the people of a list to their villages on the day their pay is held."""
    paper.note(plan.office.hold_day(number), "verification.issue", [{"number": _round(listed), "lists": [listed]}])


def answer(plan: YearPlan, paper: Paper, number: int, cases: list[tuple[int, dict[str, Any]]]) -> None:
    """Send back, list by list, what was found about those who are decided in a month: (row, confirmation)."""
    by_list: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for row, case in cases:
        if plan.people.role[row] != Role.CROSS_PROVINCE:
            by_list.setdefault(case["list_number"], []).append((row, case))
    for listed, some in sorted(by_list.items()):
        _sheet(plan, paper, listed, (number, _ANSWER_DAY), [_seen(row, case) for row, case in some])


def answer_for_absent(plan: YearPlan, paper: Paper, listed: str, number: int, rows: Numbers) -> None:
    """Say of those nobody met that nobody met them; they stay suspended until somebody does."""
    absent = rows[plan.fates.decided[rows] == 0].tolist()
    seen = [{"row": row, "abnormal": _NOBODY_MET, "remark": "多次上门未见本人，家属联系不上"} for row in absent]
    if seen:
        _sheet(plan, paper, listed, (min(number + 1, _LATEST), _SILENT_DAY), seen)


def _seen(row: int, case: dict[str, Any]) -> dict[str, Any]:
    if case["reason"] != "1401":
        return {"row": row, "abnormal": _DRAWS_ELSEWHERE, "remark": "本人健在，已领取职工养老保险待遇，转稽核处理"}
    return {"row": row, "alive": "0", "abnormal": "0"} | {
        name: case[name] for name in ("burial", "heir_name", "heir_account")
    }


def _sheet(plan: YearPlan, paper: Paper, listed: str, when: tuple[int, int], seen: list[dict[str, Any]]) -> None:
    on = plan.office.day(*when)
    rows = np.array([one["row"] for one in seen], dtype=np.int64)
    visitors = Others.invent(plan.chance, f"visitors {listed} {when[0]}", len(seen))
    dead = np.array([one.get("alive") == "0" for one in seen])
    days = blank_day(plan.fates.event[rows])
    columns = {
        "list_number": [listed] * len(seen),
        "resident_number": plan.people.number[rows],
        "name": plan.people.name[rows],
        "alive": [one.get("alive") for one in seen],
        "death_date": [day if died else None for day, died in zip(days, dead.tolist(), strict=True)],
        "abnormal": [one["abnormal"] for one in seen],
        "card_held": [None] * len(seen),
        "burial": blank_text(np.array([one.get("burial") or "" for one in seen])),
        "heir_name": [one.get("heir_name") for one in seen],
        "heir_account": [one.get("heir_account") for one in seen],
        "method": ["上门"] * len(seen),
        "checker": visitors.names,
        "checker_phone": [None] * len(seen),
        "checked_date": [on] * len(seen),
        "remark": [one.get("remark") for one in seen],
    }
    name = paper.write(f"核查/核查结果-{listed}-{on:%Y%m%d}.xlsx", "verification_result", columns)
    paper.note(on, "verification.receive", [{"round": _round(listed), "file": name}])


def everybody_is_alive(folder: Path, number: str, people: list[tuple[str, str]], *, on: date) -> Path:
    """The sheet of a round in which everybody opened the door: (resident number, name) of each."""
    size = len(people)
    columns: dict[str, list[Any]] = {
        "list_number": [number.removeprefix(_PREFIX)] * size,
        "resident_number": [resident for resident, _ in people],
        "name": [name for _, name in people],
        "alive": ["1"] * size,
        "abnormal": ["0"] * size,
        "card_held": ["是"] * size,
        "method": ["上门"] * size,
        "checker": [_VISITOR] * size,
        "checked_date": [on] * size,
        "remark": ["本人在家，同名同生日的是另一人"] * size,
    }
    blank = ("death_date", "burial", "heir_name", "heir_account", "checker_phone")
    path = folder / f"核查结果-{number}.xlsx"
    write_table(path, "verification_result", columns | {name: [None] * size for name in blank})
    return path


def met(number: str, people: list[tuple[str, str]], *, on: date) -> list[dict[str, Any]]:
    """The clearing of everybody a round met."""
    evidence = {"evidence": f"核查轮次{number}上门见到本人", "evidence_kind": "SEEN", "evidence_date": on.isoformat()}
    listed = number.removeprefix(_PREFIX)
    return [{"list_number": listed, "person": resident} | evidence for resident, _ in people]


def _round(listed: str) -> str:
    return f"{_PREFIX}{listed}"
