"""The crematorium's quarterly ledger: a sender's own layout, numbers that cannot be read, and living namesakes."""

from typing import Any

import numpy as np

from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.people import Numbers, Text
from jubao.simulation.roles import Role, several
from jubao.simulation.settings import section
from jubao.simulation.slips import damaged_numbers

KIND, MAPPING = "CREMATION", "殡仪馆火化台账"
_SENDER = "区民政局殡葬管理所"
_COLUMNS = {
    "record_number": "序号",
    "name": "逝者姓名",
    "resident_number": "身份证号",
    "birth_date": "出生日期",
    "address": "家庭住址",
    "death_date": "火化日期",
}
_MAP_DAY, _LIST_DAY = 10, 17
_MONTHS_BACK = 3


def send_ledgers(plan: YearPlan, paper: Paper) -> None:
    """Record the sender's layout once, then let its ledger arrive every quarter."""
    mapping = {"name": MAPPING, "list_kind": KIND, "columns": _COLUMNS, "options": {"date_formats": ["%Y年%m月%d日"]}}
    paper.note(plan.office.day(1, _MAP_DAY), "register.map", [mapping])
    for number in section("cremations")["months"]:
        _send(plan, paper, number)


def _send(plan: YearPlan, paper: Paper, number: int) -> None:
    listed = f"HH-{plan.office.month(number)}"
    on = plan.office.day(number, _LIST_DAY)
    path = paper.folder / f"比对/殡仪馆火化台账-{listed}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\r\n" for line in _lines(plan, number)).encode("gb18030"))
    case = {
        "file": f"比对/{path.name}",
        "list_kind": KIND,
        "list_number": listed,
        "received_from": _SENDER,
        "mapping": MAPPING,
    }
    paper.note(on, "match.import", [case])


def _lines(plan: YearPlan, number: int) -> list[str]:
    """Header and rows: people whose relation had ended, strangers, and strangers whose number nobody could read."""
    habits, stream = section("cremations"), plan.chance.stream(f"cremations {number}")
    ended = np.flatnonzero(
        (plan.fates.decided > 0) & (plan.fates.decided < number) & (plan.people.role == Role.ALERT_DIED)
    )
    ended = ended[plan.fates.decided[ended] >= number - _MONTHS_BACK]
    strangers = _some(stream, plan.people.rows(Role.STRANGER), several(habits["strangers"], plan.scale) + 1)
    namesakes = _some(stream, plan.people.rows(Role.PENSIONER), several(habits["namesakes"], plan.scale))
    known = plan.people.number[strangers].copy()
    known[:1] = ""  # one of the strangers bears no number either: nobody of ours will be found for that row
    numbers = np.concatenate([plan.people.number[ended], known, _unreadable(plan, stream, namesakes)])
    rows = np.concatenate([ended, strangers, namesakes])
    homes = rows.copy()
    homes[rows.size - namesakes.size :] = stream.choice(plan.people.role.size, namesakes.size)
    order = stream.permutation(rows.size)
    days = stream.integers(1, 28, rows.size)
    month = plan.office.month(number - 1)
    lines = ["\t".join(_COLUMNS.values())]
    for place, at in enumerate(order.tolist(), start=1):
        row = int(rows[at])
        died = f"{month // 100}年{month % 100:02}月{days[at]:02}日"
        home = plan.people.address[homes[at]]
        told: list[Any] = [place, plan.people.name[row], numbers[at], plan.people.born[row], home, died]
        lines.append("\t".join(str(value) for value in told))
    return lines


def _some(stream: np.random.Generator, rows: Numbers, size: int) -> Numbers:
    return stream.choice(rows, size=min(size, rows.size), replace=False)


def _unreadable(plan: YearPlan, stream: np.random.Generator, rows: Numbers) -> Text:
    """The numbers of people of ours as a clerk elsewhere got them wrong for somebody of the same name and birthday."""
    numbers = plan.people.number[rows]
    wrong, _ = damaged_numbers(stream, numbers, numbers, {"two_digits": 500_000, "missing": 500_000})
    return np.where(wrong == numbers, "", wrong)
