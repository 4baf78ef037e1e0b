"""What the checkers saw at the door, read back from their sheets (核查结果)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, RoundRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.membership.admission import is_account
from jubao.operations.people import shown
from jubao.records.models import VerificationFinding, VerificationRound

LAYOUT = "verification_result"
ALIVE, DEAD, UNKNOWN = "1", "0", ""
NOTHING_ABNORMAL, OTHER_ABNORMAL = "0", "4"
LONGEST_CHECKER, LONGEST_REMARK = 60, 200


class ReceiveFindings(Arguments):
    """A village's sheet as it came back, and the round it answers."""

    round: RoundRef = ask("核查轮次", "Round", hint="下发时的轮次编号，如 HC-201703")
    file: FileRef = ask("核查结果表", "Sheet", layout=LAYOUT)


@act(
    "verification.receive",
    title="核查结果回收",
    asks=ReceiveFindings,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT)],
    about=About.ROUND,
    undone_by="verification.receive",
    papers=[Paper("村社区签字的核查表")],
    gives=[
        Given("alive", "健在", "alive", Unit.PEOPLE),
        Given("dead", "已去世", "dead", Unit.PEOPLE),
        Given("unknown", "不明", "unknown", Unit.PEOPLE),
    ],
)
class ReceiptOfFindings:
    """Take in what was seen at the door: every row of a sheet or none; a later finding counts before an earlier one.

    Source: 社会保险经办条例第二十六条；疑似死亡“回头看”核查表填表规则.
    """

    def check(self, cases: Sequence[ReceiveFindings], view: View) -> Faults:
        """A known round, a sheet that was never taken in, and every row by the rules of the form."""
        faults, files = Faults(), set[str]()
        for number, case in enumerate(cases, start=1):
            issued = _round(case.round, view)
            if issued is None:
                step = "请核对轮次编号"
                faults.add(number, "round", f"没有编号为 {case.round} 的核查轮次", next_step=step)
            if case.file in files:
                faults.add(number, "file", "在同一申请中出现两次", next_step="请删去重复的一项")
            files.add(case.file)
            check_fresh(case.file, LAYOUT, faults, case=number)
            table = read_inbound(case.file, LAYOUT, view, faults, case=number)
            if table is not None and issued is not None:
                _check_sheet(number, table, _expected(issued, view), view, faults)
        return faults

    def plan(self, cases: Sequence[ReceiveFindings], view: View) -> Changes:
        """The findings, and how many people were found alive, dead, or not found."""
        changes, counts = Changes(view), {ALIVE: 0, DEAD: 0, UNKNOWN: 0}
        for case in cases:
            issued = _round(case.round, view)
            assert issued is not None, "a plan is made after its check"
            table = table_of(case.file, LAYOUT, view)
            inbound = take_in(case.file, LAYOUT, rows=table.rows, changes=changes)
            rows = _answered(table, _expected(issued, view))
            _record(rows, inbound.pk, changes)
            for _, record in rows:
                counts[record["alive"] or UNKNOWN] += 1
        return changes.giving(alive=counts[ALIVE], dead=counts[DEAD], unknown=counts[UNKNOWN])


Who = tuple[str, str]
"""Number of the list and resident number."""
Row = tuple[int, dict[str, Any]]
"""An item of a round and what a sheet says of it."""


@dataclass(frozen=True)
class Expected:
    """What a round asks for: items, name and birth day of everybody on it."""

    round: VerificationRound
    items: dict[Who, list[int]]
    names: dict[Who, str]
    births: dict[Who, date]


def _round(number: str, view: View) -> VerificationRound | None:
    return view.once(("round", number), lambda: VerificationRound.objects.filter(number=number).first())


def _expected(issued: VerificationRound, view: View) -> Expected:
    def read() -> Expected:
        expected = Expected(issued, {}, {}, {})
        items = issued.items.select_related("candidate__person", "candidate__match_list").order_by("id")
        for item in items:
            person = item.candidate.person
            key = (item.candidate.match_list.number, person.resident_number)
            expected.items.setdefault(key, []).append(item.pk)
            expected.births[key], expected.names[key] = person.birth_date, person.name
        return expected

    return view.once(("expected", issued.pk), read)


def _who(record: dict[str, Any]) -> Who:
    return record["list_number"], record["resident_number"]


def _check_sheet(number: int, table: Table, expected: Expected, view: View, faults: Faults) -> None:
    """Every fault of every row of a sheet."""
    for row, record in zip(table.row_numbers, table.records(), strict=True):
        key, place = _who(record), f"第{row}行 {shown(record['resident_number'])}"
        if key not in expected.items:
            rule = f"不在核查轮次 {expected.round.number} 的名单 {record['list_number']} 上"
            faults.add(number, "file", rule, next_step="请核对名单号和号码", place=place)
            continue
        if record["name"] != expected.names[key]:
            faults.add(number, "file", "姓名与登记不一致", next_step="请核对是否填错了行", place=place)
        for rule in [*_rule_faults(record), *_day_faults(record, expected.births[key], expected.round, view.on)]:
            faults.add(number, "file", rule, next_step="请按核查表填表规则改正", place=place)


def _answered(table: Table, expected: Expected) -> list[Row]:
    """Item and record of every row; a person listed twice is seen once."""
    return [(item, record) for record in table.records() for item in expected.items[_who(record)]]


def _rule_faults(record: dict[str, Any]) -> list[str]:
    """The form's rules: alive, dead, or unknown with the reason why nobody could tell."""
    abnormal, died = record["abnormal"] or NOTHING_ABNORMAL, record["death_date"]
    heir = record["heir_name"] or record["heir_account"]
    told = record["alive"]
    rules = [
        (told == ALIVE and died, "健在的不填死亡日期"),
        (told == DEAD and not died, "已去世的须填死亡日期"),
        (told and abnormal != NOTHING_ABNORMAL, "健在或已去世的，异常类型应为0"),
        (not told and died, "是否健在不明的不填死亡日期"),
        (not told and abnormal == NOTHING_ABNORMAL, "是否健在不明的须填异常类型（1至4），没有见到人也要填"),
        (abnormal == OTHER_ABNORMAL and not record["remark"], "异常类型为4（其他）的须在备注中说明"),
        (told != DEAD and (record["burial"] or heir), "只有已去世的才填安葬方式和继承人"),
        (record["heir_account"] and not is_account(record["heir_account"]), "继承人账号应为 8 至 32 位数字"),
    ]
    return [rule for broken, rule in rules if broken]


def _day_faults(record: dict[str, Any], born: date, issued: VerificationRound, on: date) -> list[str]:
    """A check lies between the round's issue and today, a death between the birth and the check."""
    faults = []
    if not issued.issued_date <= record["checked_date"] <= on:
        faults.append(f"核查日期 {record['checked_date']} 不在下发日期 {issued.issued_date} 与今天 {on} 之间")
    if record["death_date"] and not born < record["death_date"] <= record["checked_date"]:
        faults.append(f"死亡日期 {record['death_date']} 不在出生之后、核查之前")
    return faults


HELD_BY_OWNER = {"是": True, "否": False}


def _record(rows: Sequence[Row], inbound: int, changes: Changes) -> None:
    told = [record for _, record in rows]
    checkers = [" ".join(filter(None, (r["checker"], r["checker_phone"])))[:LONGEST_CHECKER] for r in told]
    changes.insert(
        VerificationFinding,
        {
            "item_id": np.array([item for item, _ in rows], dtype=np.int64),
            "inbound_file_id": inbound,
            "alive": [r["alive"] or UNKNOWN for r in told],
            "death_date": [r["death_date"] for r in told],
            "abnormal": [r["abnormal"] or NOTHING_ABNORMAL for r in told],
            "card_held": [HELD_BY_OWNER.get(r["card_held"]) for r in told],
            "burial": [r["burial"] or "" for r in told],
            "heir_name": [r["heir_name"] or "" for r in told],
            "heir_account": [r["heir_account"] or "" for r in told],
            "method": [r["method"] for r in told],
            "checker": checkers,
            "checked_date": [r["checked_date"] for r in told],
            "remark": [(r["remark"] or "")[:LONGEST_REMARK] for r in told],
        },
        count=len(rows),
    )
