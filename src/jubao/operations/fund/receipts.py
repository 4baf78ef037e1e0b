"""Bank statements, and the rule that money is only credited against a receipt the bank confirms, once."""

from collections.abc import Sequence
from datetime import date

from jubao.exchange.table import Table
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import read_inbound, take_in
from jubao.records import bulk
from jubao.records.models import (
    ContributionBatch,
    DelegatedFunding,
    FiscalReceipt,
    RecoveryEvent,
    StatementLine,
    Transfer,
)

LAYOUT = "bank_statement"
ACCOUNTS = {
    "收入户": "COLLECTION_ACCOUNT",
    "支出户": "DISBURSEMENT_ACCOUNT",
    "财政专户": "FISCAL_ACCOUNT",
    "代发专户": "DELEGATED_BANK",
}
USES = (ContributionBatch, FiscalReceipt, Transfer, RecoveryEvent, DelegatedFunding)


class ImportStatement(Arguments):
    """A bank statement as the bank delivers it."""

    file: str


@act("bank.statement", title="银行对账单导入", arguments=ImportStatement, maker=Post.ACCOUNTANT,
     chain=[check(Post.AUDIT)])  # fmt: skip
def import_statements(cases: Sequence[ImportStatement], *, on: date, act: ActReference) -> Result:
    """Import statement lines whose balances chain without a gap. Source: 社会保险经办条例第四十一条."""
    lines = 0
    for case in cases:
        table = read_inbound(case.file, LAYOUT)
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


def _chain(table: Table, account: list[str]) -> list[int]:
    """Line numbers per account; refused where a balance does not follow from the one before."""
    last: dict[str, tuple[int, int | None]] = {}
    for name in set(account):
        before = StatementLine.objects.filter(account=name).order_by("-line").values_list("line", "balance_fen").first()
        last[name] = before or (0, None)
    numbers, faults = [], []
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


def unused_receipt(account: str, reference: str, amount_fen: int) -> StatementLine:
    """The bank's line for money received, not yet used for anything else.

    Raises:
        Refused: no such line, another amount, or already used.
    """
    line = StatementLine.objects.filter(account=account, reference=reference, credit_fen__gt=0).first()
    if line is None:
        raise Refused(f"银行对账单上没有流水号 {reference} 的进账，款未到账不能入账")
    if line.credit_fen != amount_fen:
        raise Refused(f"流水号 {reference} 银行进账 {line.credit_fen} 分，与应入账 {amount_fen} 分不符")
    if any(model.objects.filter(statement_line=line).exists() for model in USES):
        raise Refused(f"流水号 {reference} 的进账已经入账，不能重复使用")
    return line
