"""Rosters of other departments taken in: who is to be paid, how much, and to which account."""

from collections.abc import Mapping, Sequence
from typing import Any

from jubao.exchange.table import Table
from jubao.operations.delegated.rosters import (
    dead_among,
    programmes,
)
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    About,
    Arguments,
    Given,
    Paper,
    Unit,
    act,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.records.models import DelegatedPayee

ROSTER = "delegated_roster"
SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 8, 32
MOST_SERVICE_YEARS = 80
PER_SERVICE_YEAR = "PER_SERVICE_YEAR"


class TakeRoster(Arguments):
    """A roster from the department that owns the programme."""

    file: FileRef = ask("代发名册", "Roster", hint="主管部门交来的代发人员名册", layout=ROSTER)


@act(
    "delegated.enrol",
    title="代发名册登记",
    asks=TakeRoster,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS)],
    about=About.PROGRAMME,
    undone_by="delegated.end",
    papers=[Paper("主管部门盖章的代发人员名册")],
    gives=[Given("payees", "登记人数", "payees", Unit.PEOPLE)],
)
class RosterEnrolment:
    """Record who is paid on behalf of whom; the owning department decides. Source: 各代发项目主管部门名册."""

    def check(self, cases: Sequence[TakeRoster], view: View) -> Faults:
        """A file never taken in, every row with an account and a standard, nobody twice on a programme's roster."""
        faults = Faults()
        seen: set[tuple[str, str]] = set()
        for number, case in enumerate(cases, start=1):
            check_fresh(case.file, ROSTER, faults, case=number)
            table = read_inbound(case.file, ROSTER, view, faults, case=number)
            if table is not None:
                _check_rows(number, table, seen, faults)
        return faults

    def plan(self, cases: Sequence[TakeRoster], view: View) -> Changes:
        """Everybody on the rosters."""
        changes = Changes(view)
        enrolled = 0
        for case in cases:
            table = table_of(case.file, ROSTER, view)
            rows = table.columns
            changes.insert(
                DelegatedPayee,
                {
                    "programme": rows["programme"],
                    "resident_number": rows["resident_number"],
                    "name": rows["name"],
                    "division": [division or "" for division in rows["division"]],
                    "bank": [bank or "" for bank in rows["bank"]],
                    "bank_account": rows["bank_account"],
                    "monthly_fen": rows["monthly_amount"],
                    "service_years": rows["service_years"],
                    "start_month": rows["start_month"],
                },
                count=table.rows,
            )
            take_in(case.file, ROSTER, rows=table.rows, changes=changes)
            _tell_of_rows(table, changes)
            enrolled += table.rows
        return changes.giving(payees=enrolled)


def _check_rows(number: int, table: Table, seen: set[tuple[str, str]], faults: Faults) -> None:
    known = set(DelegatedPayee.objects.order_by("id").values_list("programme", "resident_number"))
    for row, line in zip(table.row_numbers, table.records(), strict=True):
        key = (line["programme"], line["resident_number"])
        account = line["bank_account"] or ""
        if not account:
            faults.add(number, "file", "没有银行账号", next_step="请主管部门补齐", place=f"第{row}行")
        elif not (account.isascii() and account.isdigit() and SHORTEST_ACCOUNT <= len(account) <= LONGEST_ACCOUNT):
            rule = f"银行账号应为 {SHORTEST_ACCOUNT} 至 {LONGEST_ACCOUNT} 位数字"
            faults.add(number, "file", rule, next_step="请主管部门核对", place=f"第{row}行")
        if line["monthly_amount"] <= 0:
            faults.add(number, "file", "月标准须大于零", next_step="请主管部门核对", place=f"第{row}行")
        if line["service_years"] is not None and not 0 < line["service_years"] <= MOST_SERVICE_YEARS:
            rule = f"服务年限应为 1 至 {MOST_SERVICE_YEARS} 年"
            faults.add(number, "file", rule, next_step="请主管部门核对", place=f"第{row}行")
        if key in known or key in seen:
            step = "停发或终止过的请办理代发恢复（delegated.resume），重复的请删去"
            faults.add(number, "file", f"已在代发项目 {key[0]} 的名册中", next_step=step, place=f"第{row}行")
        seen.add(key)


def _tell_of_rows(table: Table, changes: Changes) -> None:
    """What an approver should know of a roster: other amounts than the standard, people said to be dead."""
    law = programmes(changes.view)
    rows = list(table.records())
    other = sum(_standard(law.get(row["programme"], {}), row) not in {None, row["monthly_amount"]} for row in rows)
    if other:
        changes.notice(f"名册《{table.filename}》有 {other} 人的月标准与项目标准不同，请与主管部门核对")
    by_years = [row for row in rows if law.get(row["programme"], {}).get("formula") == PER_SERVICE_YEAR]
    untold = sum(row["service_years"] is None for row in by_years)
    if untold:
        changes.notice(f"名册《{table.filename}》有 {untold} 人的项目按服务年限计发而没有服务年限，月标准无从核对")
    dead = dead_among([row["resident_number"] for row in rows])
    if dead:
        changes.notice(f"名册《{table.filename}》有 {len(dead)} 人已登记死亡或在死亡名单上，不予代发，请与主管部门核对")


def _standard(programme: Mapping[str, Any], row: Mapping[str, Any]) -> int | None:
    """What the law of a programme pays somebody on its roster a month, fen; None where the roster alone says so."""
    if programme.get("formula") != PER_SERVICE_YEAR:
        return programme.get("monthly_fen")
    a_year, years = programme.get("per_year_fen"), row["service_years"]
    return None if a_year is None or years is None else int(a_year) * int(years)
