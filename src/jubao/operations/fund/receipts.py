"""Bank statements, and the rule that money is only credited against a receipt the bank confirms, once."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Max, Sum

from jubao.exchange.statement_file import read_statement
from jubao.exchange.table import Table
from jubao.ledger.models import Reconciliation, Voucher, VoucherLine
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import read_inbound, take_in
from jubao.operations.people import SLICE
from jubao.records import bulk
from jubao.records.models import (
    ContributionBatch,
    DelegatedFunding,
    FiscalReceipt,
    RecoveryEvent,
    StatementLine,
    Transfer,
)
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

LAYOUT = "bank_statement"
ACCOUNTS = {
    "收入户": "COLLECTION_ACCOUNT",
    "支出户": "DISBURSEMENT_ACCOUNT",
    "财政专户": "FISCAL_ACCOUNT",
    "代发专户": "DELEGATED_BANK",
}
NAMES = {key: name for name, key in ACCOUNTS.items()}
USES = (ContributionBatch, FiscalReceipt, Transfer, RecoveryEvent, DelegatedFunding)
LENGTHS = {"reference": 60, "counterparty": 120, "memo": 200}
TITLES = {"reference": "流水号", "counterparty": "对方户名", "memo": "摘要"}
HELD, INTEREST_EVENT = "UNIDENTIFIED_RECEIPTS", "bank_interest_received"


class ImportStatement(Arguments):
    """A bank statement as the bank delivers it: CSV, MT940 or camt.053.

    ``account`` is the name of our account (收入户…); MT940 and camt.053 files do not bear it.
    """

    file: str
    account: str | None = None


@act("bank.statement", title="银行对账单导入", arguments=ImportStatement, maker=Post.ACCOUNTANT,
     chain=[check(Post.AUDIT)])  # fmt: skip
def import_statements(cases: Sequence[ImportStatement], *, on: date, act: ActReference) -> Result:
    """Import statement lines whose balances chain without a gap. Source: 社会保险经办条例第四十一条."""
    lines = 0
    for case in cases:
        table = _read(case)
        columns = table.columns
        account = [ACCOUNTS[name] for name in columns["account"]]
        number = _chain(table, account)
        bulk.insert(
            StatementLine,
            {
                "account": account, "date": columns["date"], "line": number, "reference": columns["reference"],
                "counterparty": [c or "" for c in columns["counterparty"]], "balance_fen": columns["balance"],
                "debit_fen": [fen or 0 for fen in columns["debit"]], "memo": [m or "" for m in columns["memo"]],
                "credit_fen": [fen or 0 for fen in columns["credit"]], "act_id": act.id,
            },
            count=table.rows,
        )  # fmt: skip
        take_in(case.file, LAYOUT, rows=table.rows, act=act)
        lines += table.rows
    return {"lines": lines}


def _read(case: ImportStatement) -> Table:
    if case.account is not None and case.account not in ACCOUNTS:
        raise Refused(f"没有账户“{case.account}”，应为：{'、'.join(ACCOUNTS)}")
    return read_inbound(case.file, f"{LAYOUT} {case.account or ''}", reader=partial(read_statement, account=case.account))


def _chain(table: Table, account: list[str]) -> list[int]:
    """Line numbers per account.

    Raises:
        Refused: naming every line that cannot stand: a balance that does not follow from the one before, a month
            already agreed with the bank, a reference known, money on both sides or none.
    """
    last = {key: _last_line(key) for key in {*account, *_stated(table)}}
    faults = [*_opening_faults(table, last), *_row_faults(table, account)]
    numbers = []
    c = table.columns
    rows = zip(table.row_numbers, account, c["debit"], c["credit"], c["balance"], strict=True)
    for row, name, debit, credit, balance in rows:
        number, held = last[name]
        expected = None if held is None else held - (debit or 0) + (credit or 0)
        if expected is not None and expected != balance:
            faults.append(f"第{row}行：余额与上一笔不连续，对账单缺页或被改动，请向银行重新索取")
        last[name] = (number + 1, balance)
        numbers.append(number + 1)
    if faults:
        raise Refused(f"文件《{table.filename}》未导入：共 {len(faults)} 处错误", faults=faults)
    return numbers


def _stated(table: Table) -> list[str]:
    """The account an MT940 or camt.053 file was said to be of."""
    return [ACCOUNTS[table.header["account"]]] if "opening" in table.header else []


def _last_line(account: str) -> tuple[int, int | None]:
    lines = StatementLine.objects.filter(account=account).order_by("-line").values_list("line", "balance_fen")
    return lines.first() or (0, None)


def _opening_faults(table: Table, last: dict[str, tuple[int, int | None]]) -> Iterator[str]:
    """A statement that states its opening balance must begin where the one before ended, even without a movement."""
    for key in _stated(table):
        held = last[key][1]
        if held is not None and held != table.header["opening"]:
            yield (f"期初余额 {format_yuan(table.header['opening'])} 元与{NAMES[key]}上一份对账单期末余额 "
                   f"{format_yuan(held)} 元不相接，中间缺对账单，请向银行补调")  # fmt: skip


def _row_faults(table: Table, account: list[str]) -> Iterator[str]:
    agreed = dict(Reconciliation.objects.values_list("account").annotate(last=Max("period")).order_by("account"))
    known, seen = _known_references(account, table.columns["reference"]), set[tuple[str, str]]()
    for row, key, line in zip(table.row_numbers, account, table.records(), strict=True):
        if (line["debit"] or 0) * (line["credit"] or 0) or not (line["debit"] or line["credit"]):
            yield f"第{row}行：借方和贷方须有且只有一方有金额，请向银行核对"
        if line["balance"] < 0:
            yield f"第{row}行：账户余额为负，请向银行核对"
        if months.of(line["date"]) <= agreed.get(key, 0):
            yield f"第{row}行：{NAMES[key]}{agreed[key]}及以前月份已签余额调节表，不能再补入流水，请先查明原因"
        if (key, line["reference"]) in known:
            yield f"第{row}行：流水号 {line['reference']} 已经导入过，请核对是否重复提供"
        if (key, line["reference"]) in seen:
            yield f"第{row}行：流水号 {line['reference']} 在文件中重复，请向银行核对"
        seen.add((key, line["reference"]))
        for field, most in LENGTHS.items():
            if len(line[field] or "") > most:
                yield f"第{row}行：{TITLES[field]}超过 {most} 个字符，请银行缩短后重新提供"


def _known_references(account: list[str], references: Sequence[str]) -> set[tuple[str, Any]]:
    return {
        known
        for start in range(0, len(references), SLICE)
        for known in StatementLine.objects.filter(
            account__in=set(account), reference__in=references[start : start + SLICE]
        ).values_list("account", "reference")
    }


def bank_receipt(account: str, reference: str) -> StatementLine:
    """The bank's line for money received under a reference. Raises Refused when there is none."""
    line = StatementLine.objects.filter(account=account, reference=reference, credit_fen__gt=0).first()
    if line is None:
        raise Refused(f"银行对账单上没有流水号 {reference} 的进账，款未到账不能入账")
    return line


def require_unused(line: StatementLine) -> None:
    """Refuse a bank line that is credited to somebody, or rests among the unidentified receipts."""
    if any(model.objects.filter(statement_line=line).exists() for model in USES):
        raise Refused(f"流水号 {line.reference} 的进账已经入账，不能重复使用")
    if _is_interest(line):
        raise Refused(f"流水号 {line.reference} 的进账已作存款利息入账，不能重复使用")
    if line.account == ACCOUNTS["收入户"] and held_unidentified_fen(line.reference):
        raise Refused(f"流水号 {line.reference} 的进账挂在待查收款，请先办理待查收款查明（receipt.identify）")


def _is_interest(line: StatementLine) -> bool:
    booked = VoucherLine.objects.filter(
        account__key=line.account, voucher__event=INTEREST_EVENT, voucher__reference=line.reference,
        voucher__reversed_by__isnull=True,
    )  # fmt: skip
    return booked.exclude(voucher__state=Voucher.State.VOIDED).exists()


def unused_receipt(account: str, reference: str, amount_fen: int) -> StatementLine:
    """The bank's line for money received, not yet used for anything else.

    Raises:
        Refused: no such line, another amount, or already used.
    """
    line = bank_receipt(account, reference)
    if line.credit_fen != amount_fen:
        raise Refused(f"流水号 {reference} 银行进账 {line.credit_fen} 分，与应入账 {amount_fen} 分不符")
    require_unused(line)
    return line


def held_unidentified_fen(reference: str) -> int:
    """What of a bank line still rests on the account of unidentified receipts, in fen."""
    lines = VoucherLine.objects.filter(account__key=HELD, voucher__reference=reference)
    sums = lines.exclude(voucher__state=Voucher.State.VOIDED).aggregate(debit=Sum("debit_fen"), credit=Sum("credit_fen"))
    return int(sums["credit"] or 0) - int(sums["debit"] or 0)
