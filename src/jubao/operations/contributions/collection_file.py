"""Contribution files of one request: each once, its money at the bank, its batch unknown; then batches and vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jubao.exchange.table import Table
from jubao.operations.contributions.taking import add_rows, check_rows, compare
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import bank_receipt, unused_receipt
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.records.models import ContributionBatch, StatementLine
from jubao.vocabulary.codes import Channel
from jubao.vocabulary.resident_number import mask

RECEIVED_AT = "COLLECTION_ACCOUNT"
LAYOUT_OF = {Channel.BANK: "bank_collection", Channel.OUTLET: "outlet_batch"}


@dataclass
class _Seen:
    """What earlier files of the same request have used already."""

    files: set[str]
    receipts: set[str]
    batches: set[str]
    years: set[tuple[str, int]]


def check_files(files: Sequence[str], channel: Channel, view: View) -> Faults:
    """Everything that stands against taking in some files, by file and row."""
    faults, seen = Faults(), _Seen(set(), set(), set(), set())
    for number, file in enumerate(files, start=1):
        if file in seen.files:
            faults.add(number, "file", "同一文件在本次申请中出现两次", next_step="请删去重复的一项")
            continue
        seen.files.add(file)
        if not check_fresh(file, LAYOUT_OF[channel], faults, case=number):
            continue
        table = read_inbound(file, LAYOUT_OF[channel], view, faults, case=number)
        if table is not None:
            _check_batch(number, table, seen, faults)
            received = _check_receipt(number, table, seen, faults)
            check_rows(number, file, table, received, view, faults)
            _check_between(number, table, seen, faults, alone=len(files) == 1)
    return faults


def _check_batch(number: int, table: Table, seen: _Seen, faults: Faults) -> None:
    """A batch has contributions; its number is used once, and fits the books."""
    batch = table.header["batch_no"]
    if not table.rows:
        faults.add(number, "file", f"文件《{table.filename}》没有一笔缴费", next_step="请核对是否报错文件")
    longest = int(ContributionBatch._meta.get_field("number").max_length or 0)
    if len(batch) > longest:
        faults.add(
            number, "file", f"批次号超过 {longest} 个字", next_step="请报送单位改正", place=f"《{table.filename}》"
        )
    if batch in seen.batches or ContributionBatch.objects.filter(number=batch).exists():
        then = "请核对是否重复报送"
        faults.add(number, "file", f"批次号 {batch} 已经入账", next_step=then, place=f"《{table.filename}》")
    seen.batches.add(batch)


def _check_receipt(number: int, table: Table, seen: _Seen, faults: Faults) -> date:
    """The money stands on the bank statement, for nothing else; the day it came, or the file's own while it has not."""
    reference = table.header["receipt_reference"]
    if reference in seen.receipts:
        faults.add(number, "file", f"流水号 {reference} 的进账已用于本次申请的另一文件，不能重复使用")
    else:
        unused_receipt(RECEIVED_AT, reference, table.header["total"], faults, case=number, field="file")
    seen.receipts.add(reference)
    line = bank_receipt(RECEIVED_AT, reference)
    day: date = line.date if line is not None else table.header["date"]
    return day


def _check_between(number: int, table: Table, seen: _Seen, faults: Faults, *, alone: bool) -> None:
    """Nobody pays a year twice, neither in one file nor in two of the same request."""
    paid = list(zip(table.columns["resident_number"], table.columns["contribution_year"], strict=True))
    if alone and len(set(paid)) == len(paid):
        return
    for row, (who, year) in zip(table.row_numbers, paid, strict=True):
        if (who, year) in seen.years:
            place = f"第{row}行 {mask(who)}"
            faults.add(number, "file", f"{year}年度在本次申请中缴了两次", next_step="请删去重复的一笔", place=place)
        seen.years.add((who, year))


def take_files(files: Sequence[str], channel: Channel, view: View) -> Changes:
    """Plan batches, their contributions in the order of the files, and the fund's vouchers on the day of receipt."""
    changes, count, amount = Changes(view), 0, 0
    for file in files:
        table = table_of(file, LAYOUT_OF[channel], view)
        receipt = _receipt(table)
        batch = changes.add(
            ContributionBatch(
                channel=channel,
                number=table.header["batch_no"],
                received_date=receipt.date,
                count=table.rows,
                total_fen=table.header["total"],
                statement_line=receipt,
                inbound_file=take_in(file, LAYOUT_OF[channel], rows=table.rows, changes=changes),
            )
        )
        add_rows(table, compare(file, table, receipt.date, view), batch, changes)
        post(
            "contribution_received",
            {"personal": batch.total_fen},
            changes=changes,
            on=receipt.date,
            reference=batch.number,
            memo=f"{channel.label} {batch.number} {table.rows}笔",
        )
        if view.law_on(receipt.date).value("contribution.collector") == "TAX":
            changes.notice(
                f"{receipt.date} 起征收机构为税务部门，批次 {batch.number} 仍由经办机构收取，请核对职责和缴库途径"
            )
        count, amount = count + table.rows, amount + batch.total_fen
    return changes.giving(contributions=count, amount_fen=amount)


def _receipt(table: Table) -> StatementLine:
    receipt = bank_receipt(RECEIVED_AT, table.header["receipt_reference"])
    assert receipt is not None, "a plan is made after its check"
    return receipt
