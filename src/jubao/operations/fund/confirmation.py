"""The finance bureau's statement of its special account (财政专户对账单), month by month without a gap."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fresh_files import check_fits, fresh_tables
from jubao.operations.inbound import table_of, take_in
from jubao.records.models import FiscalConfirmation
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

LAYOUT = "fiscal_confirmation"
COLUMNS = {
    "month": "month",
    "opening": "opening_fen",
    "received": "received_fen",
    "paid": "paid_fen",
    "closing": "closing_fen",
}
Last = tuple[int, int] | None
"""The last month told, and what the account held at its end in fen; None before the first."""


class ConfirmFiscal(Arguments):
    """The bureau's statement of one month as a file."""

    file: FileRef = ask("财政专户对账单文件", "Statement file", hint="一月一份", layout=LAYOUT)


@act(
    "fiscal.confirm",
    title="财政专户对账单登记",
    asks=ConfirmFiscal,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.AUDIT)],
    about=About.BANK_ACCOUNT,
    undone_by=Final("对账单以财政部门为准，登记后不改动，差异在余额调节表中说明"),
    gives=[
        Given("months", "对账月份", "months", Unit.MONTH),
        Given("closing_fen", "最后一月期末余额", "closing balance", Unit.FEN),
    ],
    papers=[Paper("财政专户对账单", required=False)],
)
class FiscalConfirming:
    """Record what the finance bureau says it held for us; a difference to our books is shown, never adjusted.

    Source: 财社〔2011〕16号（财政专户对账）.
    """

    def check(self, cases: Sequence[ConfirmFiscal], view: View) -> Faults:
        """Files of one month each, that add up and follow the last one told, and each other."""
        faults = Faults()
        last = _last_told()
        for number, table in fresh_tables(cases, LAYOUT, view, faults):
            last = _check_month(number, table, last, view.on, faults)
        return faults

    def plan(self, cases: Sequence[ConfirmFiscal], view: View) -> Changes:
        """One confirmed month a file, and the files."""
        changes = Changes(view)
        told = []
        for case in cases:
            row = next(table_of(case.file, LAYOUT, view).records())
            changes.add(
                FiscalConfirmation(
                    inbound_file=take_in(case.file, LAYOUT, rows=1, changes=changes),
                    **{column: row[name] for name, column in COLUMNS.items()},
                )
            )
            told.append(row)
        return changes.giving(months=[row["month"] for row in told], closing_fen=told[-1]["closing"])


def _last_told() -> Last:
    rows = FiscalConfirmation.objects.order_by("-month").values_list("month", "closing_fen")
    return rows.first()


def _check_month(number: int, table: Table, last: Last, on: date, faults: Faults) -> Last:
    """One file against the month before; the month it tells, for the file after it."""
    place = f"《{table.filename}》"
    if table.rows != 1:
        rule = f"有 {table.rows} 行：财政专户对账单一月一份"
        faults.add(number, "file", rule, next_step="请逐月上传", place=place)
        return last
    check_fits(table, FiscalConfirmation, COLUMNS, faults, case=number)
    row = next(table.records())
    for rule, then in _rules(row, last, on):
        faults.add(number, "file", rule, next_step=then, place=place)
    return row["month"], row["closing"]


def _rules(row: dict[str, Any], last: Last, on: date) -> Iterator[tuple[str, str]]:
    """The month adds up, has ended, is told once, and begins where the one before ended."""
    ended = row["opening"] + row["received"] - row["paid"]
    if ended != row["closing"]:
        stated = format_yuan(row["closing"])
        yield (
            f"期初加收入减支出应为 {format_yuan(ended)} 元，与期末余额 {stated} 元不符",
            "请向财政部门核对",
        )
    if on <= months.last_day(row["month"]):
        yield f"{row['month']} 尚未结束", "请月终以后登记"
    if last is None:
        return
    month, closing_fen = last
    following = months.add(month, 1)
    if row["month"] <= month:
        yield f"已登记到 {month}，{row['month']} 的财政专户对账单不能再登记", "请核对月份"
    elif row["month"] != following:
        yield f"缺 {following} 的财政专户对账单", "请先补登"
    elif row["opening"] != closing_fen:
        yield f"期初余额与上月期末 {format_yuan(closing_fen)} 元不符", "请向财政部门核对"
