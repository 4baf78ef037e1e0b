"""Bank statements: lines whose balances chain without a gap, numbered by account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.db.models import Max

from jubao.exchange.statement_file import read_statement
from jubao.exchange.table import Table
from jubao.ledger.models import Reconciliation
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, OfficeAccountRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fresh_files import check_fits, is_named_once
from jubao.operations.fund.receipts import ACCOUNTS, NAMES, account_key
from jubao.operations.inbound import check_fresh, read_inbound, take_in
from jubao.operations.people import SLICE
from jubao.records.models import StatementLine
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

LAYOUT = "bank_statement"
COLUMNS = {
    "date": "date",
    "reference": "reference",
    "counterparty": "counterparty",
    "debit": "debit_fen",
    "credit": "credit_fen",
    "balance": "balance_fen",
    "memo": "memo",
}
Rules = Iterator[tuple[int, str, str]]
"""Rules broken by rows of a file: the row (0 for the file as a whole), the rule, and what to do next."""


class ImportStatement(Arguments):
    """A bank statement as the bank delivers it: CSV, MT940 or camt.053.

    ``account`` is the name of our account (收入户…); MT940 and camt.053 files do not bear it.
    """

    file: FileRef = ask("对账单文件", "Statement file", hint="CSV、MT940 或 camt.053")
    account: OfficeAccountRef | None = ask(
        "账户", "Account", hint="收入户、支出户、财政专户或代发专户；文件中写明账户的可不填", default=None
    )


@act(
    "bank.statement",
    title="银行对账单导入",
    asks=ImportStatement,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.AUDIT)],
    about=About.BANK_ACCOUNT,
    undone_by=Final("银行流水以银行为准，只增不改；有误时由银行另出更正流水"),
    gives=[Given("lines", "导入笔数", "lines", Unit.ROWS)],
    papers=[Paper("银行对账单", required=False)],
)
class StatementImport:
    """Import statement lines whose balances chain without a gap. Source: 社会保险经办条例第四十一条."""

    def check(self, cases: Sequence[ImportStatement], view: View) -> Faults:
        """Files that follow each other and the books without a gap; every fault of every line."""
        faults = Faults()
        for statement in _statements(cases, view):
            faults.extend(statement.faults)
        return faults

    def plan(self, cases: Sequence[ImportStatement], view: View) -> Changes:
        """One statement line a row, numbered by account, and the files."""
        changes = Changes(view)
        for case, statement in zip(cases, _statements(cases, view), strict=True):
            table = statement.table
            assert table is not None, "a plan is made after its check"
            columns = table.columns
            changes.insert(
                StatementLine,
                {
                    "account": statement.accounts,
                    "date": columns["date"],
                    "line": statement.numbers,
                    "reference": columns["reference"],
                    "counterparty": [one or "" for one in columns["counterparty"]],
                    "debit_fen": [fen or 0 for fen in columns["debit"]],
                    "credit_fen": [fen or 0 for fen in columns["credit"]],
                    "balance_fen": columns["balance"],
                    "memo": [one or "" for one in columns["memo"]],
                },
                count=table.rows,
            )
            take_in(case.file, LAYOUT, rows=table.rows, changes=changes)
            _tell_of_ends(statement, changes)
        return changes.giving(lines=changes.count(StatementLine))


@dataclass
class Statement:
    """One file read: the account key and the number of every line, and what stands against it."""

    table: Table | None = None
    accounts: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)


def _tell_of_ends(statement: Statement, changes: Changes) -> None:
    """The balance each account ends with, for whoever signs to compare with the bank: the file came through our hands."""
    assert statement.table is not None, "a plan is made after its check"
    ends = dict(zip(statement.accounts, statement.table.columns["balance"], strict=True))
    for account, fen in ends.items():
        changes.notice(f"{NAMES[account]}期末余额 {format_yuan(fen)} 元，请与银行自行核对后签署")


@dataclass
class Chain:
    """Where the lines of the books end, moved on by every file of the request: number and balance by account."""

    last: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    references: set[tuple[str, str]] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def end_of(self, account: str) -> tuple[int, int | None]:
        """Number and balance of the account's last line; 0 and None before there is one."""
        if account not in self.last:
            lines = StatementLine.objects.filter(account=account).order_by("-line").values_list("line", "balance_fen")
            self.last[account] = lines.first() or (0, None)
        return self.last[account]


def _statements(cases: Sequence[ImportStatement], view: View) -> list[Statement]:
    """Every file of a request, each continuing the one before; read once for check and plan."""
    key = ("statements", *((case.file, case.account) for case in cases))
    return view.once(key, lambda: _chained(cases, view))


def _chained(cases: Sequence[ImportStatement], view: View) -> list[Statement]:
    chain = Chain()
    return [_statement(number, case, chain, view) for number, case in enumerate(cases, start=1)]


def _statement(number: int, case: ImportStatement, chain: Chain, view: View) -> Statement:
    statement = Statement()
    faults = statement.faults
    account = NAMES.get(account_key(case.account) or "") if case.account else None
    if case.account and account is None:
        faults.add(number, "account", f"没有账户“{case.account}”", next_step=f"应为：{'、'.join(ACCOUNTS)}")
        return statement
    if not is_named_once(number, case.file, chain.files, faults):
        return statement
    if not check_fresh(case.file, LAYOUT, faults, case=number):
        return statement
    reader = partial(read_statement, account=account)
    table = read_inbound(case.file, f"{LAYOUT} {account or ''}", view, faults, case=number, reader=reader)
    if table is None:
        return statement
    statement.table = table
    statement.accounts = [ACCOUNTS[name] for name in table.columns["account"]]
    check_fits(table, StatementLine, COLUMNS, faults, case=number)
    found = [*_opening_rules(table, chain), *_row_rules(table, statement.accounts, chain, view.on)]
    for row, rule, then in (*found, *_balance_rules(table, statement, chain)):
        faults.add(number, "file", rule, next_step=then, place=_place(table, row))
    return statement


def _place(table: Table, row: int) -> str:
    return f"《{table.filename}》第{row}行" if row else f"《{table.filename}》"


def _opening_rules(table: Table, chain: Chain) -> Rules:
    """A statement that states its opening balance must begin where the one before ended, even without a movement."""
    if "opening" not in table.header:
        return
    name, opening = table.header["account"], table.header["opening"]
    held = chain.end_of(ACCOUNTS[name])[1]
    if held is not None and held != opening:
        ended = f"{name}上一份对账单期末余额 {format_yuan(held)} 元"
        yield 0, f"期初余额 {format_yuan(opening)} 元与{ended}不相接，中间缺对账单", "请向银行补调"


def _row_rules(table: Table, accounts: Sequence[str], chain: Chain, on: date) -> Rules:
    """What a line must be by itself: past, money on one side, a reference of its own, in a month not yet agreed."""
    agreed = dict(Reconciliation.objects.values_list("account").annotate(last=Max("period")).order_by("account"))
    known, seen = _known_references(accounts, table.columns["reference"]), set[tuple[str, str]]()
    for row, key, line in zip(table.row_numbers, accounts, table.records(), strict=True):
        if (line["debit"] or 0) * (line["credit"] or 0) or not (line["debit"] or line["credit"]):
            yield row, "借方和贷方须有且只有一方有金额", "请向银行核对"
        if line["date"] > on:
            yield row, f"日期 {line['date']} 晚于业务日期 {on}", "请向银行核对"
        if months.of(line["date"]) <= agreed.get(key, 0):
            rule = f"{NAMES[key]}{agreed[key]}及以前月份已签余额调节表，不能再补入流水"
            yield row, rule, "请先查明原因"
        reference = (key, line["reference"])
        if reference in known or reference in chain.references:
            yield row, f"流水号 {line['reference']} 已经导入过", "请核对是否重复提供"
        if reference in seen:
            yield row, f"流水号 {line['reference']} 在文件中重复", "请向银行核对"
        seen.add(reference)
    chain.references |= seen


def _balance_rules(table: Table, statement: Statement, chain: Chain) -> Rules:
    """Number the lines, and say which balances do not follow from the ones before."""
    columns = table.columns
    rows = zip(
        table.row_numbers, statement.accounts, columns["debit"], columns["credit"], columns["balance"], strict=True
    )
    for row, account, debit, credit, balance in rows:
        number, held = chain.end_of(account)
        if held is not None and held - (debit or 0) + (credit or 0) != balance:
            yield row, "余额与上一笔不连续，对账单缺页或被改动", "请向银行重新索取"
        chain.last[account] = (number + 1, balance)
        statement.numbers.append(number + 1)


def _known_references(accounts: Sequence[str], references: Sequence[str]) -> set[tuple[str, str]]:
    """Account and reference of the lines the books have already."""
    lines = StatementLine.objects.filter(account__in=sorted(set(accounts))).order_by("id")
    known: set[tuple[str, str]] = set()
    for start in range(0, len(references), SLICE):
        part = lines.filter(reference__in=references[start : start + SLICE])
        known.update(part.values_list("account", "reference"))
    return known
