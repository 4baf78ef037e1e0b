"""Fiscal money that arrives, by level and purpose, each notice against its own bank line."""

from collections.abc import Iterator, Sequence
from typing import Any

from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fresh_files import check_fits, fresh_tables
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import bank_receipt, unused_receipt
from jubao.operations.inbound import table_of, take_in
from jubao.records.models import FiscalReceipt

LEVELS = {"中央": "central", "省": "province", "市": "city", "县": "county"}
NOTICE = "fiscal_notice"
NOTICE_COLUMNS = {"notice_number": "notice", "amount": "amount_fen"}


class TakeNotices(Arguments):
    """A file of fiscal notices whose money arrived."""

    file: FileRef = ask("财政拨款通知文件", "Notices file", layout=NOTICE)


@act(
    "fiscal.receive",
    title="财政补助到账",
    asks=TakeNotices,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.RECEIPT,
    undone_by=Final("到账款项以银行回单为准，级次或用途写错时以手工凭证更正"),
    gives=[Given("amount_fen", "到账金额", "amount", Unit.FEN)],
    papers=[Paper("财政拨款通知", required=False)],
)
class FiscalReceipts:
    """Book fiscal money by level and purpose, each notice against its own bank line. Source: 财社〔2011〕16号."""

    def check(self, cases: Sequence[TakeNotices], view: View) -> Faults:
        """Every notice has its own receipt of its amount on the fiscal account's statement."""
        faults = Faults()
        references: set[str] = set()
        for number, table in fresh_tables(cases, NOTICE, view, faults):
            check_fits(table, FiscalReceipt, NOTICE_COLUMNS, faults, case=number)
            _check_receipts(number, table, references, faults)
        return faults

    def plan(self, cases: Sequence[TakeNotices], view: View) -> Changes:
        """One receipt with its voucher a row, dated when the money came, and the files."""
        changes = Changes(view)
        total = 0
        for case in cases:
            table = table_of(case.file, NOTICE, view)
            for row in table.records():
                _receive(row, changes)
                total += row["amount"]
            take_in(case.file, NOTICE, rows=table.rows, changes=changes)
        return changes.giving(amount_fen=total)


def _check_receipts(number: int, table: Table, references: set[str], faults: Faults) -> None:
    for row, reference, amount_fen in _notices(table):
        place = f"第{row}行"
        if reference and reference in references:
            faults.add(number, "file", f"流水号 {reference} 重复填报", next_step="一笔进账只对一份通知", place=place)
        references.add(reference)
        unused_receipt("FISCAL_ACCOUNT", reference, amount_fen, faults, case=number, field="file", place=place)


def _notices(table: Table) -> Iterator[tuple[int, str, int]]:
    """Row number, bank reference and fen of every notice."""
    columns = table.columns
    for row, reference, amount_fen in zip(table.row_numbers, columns["reference"], columns["amount"], strict=True):
        yield row, reference or "", amount_fen


def _receive(row: dict[str, Any], changes: Changes) -> None:
    """One notice: its receipt and its voucher."""
    line = bank_receipt("FISCAL_ACCOUNT", row["reference"])
    assert line is not None, "a plan is made after its check"
    changes.add(
        FiscalReceipt(
            notice=row["notice_number"],
            level=row["level"],
            purpose=row["purpose"],
            amount_fen=row["amount"],
            statement_line=line,
        )
    )
    post(
        "fiscal_received",
        {LEVELS[row["level"]]: row["amount"]},
        changes=changes,
        on=line.date,
        reference=row["reference"],
        memo=f"{row['notice_number']} {row['level']}{row['purpose']}",
    )
