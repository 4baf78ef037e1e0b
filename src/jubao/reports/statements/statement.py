"""Statements of the books: trial balance, balance sheet, income and expenditure, cash by account, paying levels."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from jubao.reports.statements.cash import cash
from jubao.reports.statements.levels import levels
from jubao.reports.statements.lines import CONTROL, NATURES, account_lines
from jubao.reports.statements.reading import BOOKS, Term, accounts_named, day_before, held
from jubao.reports.statements.shape import CREDIT, DEBIT, YEARLY, Check, Line, Statement, add_up, footed, section

TRIAL = ("期初借方", "期初贷方", "本期借方", "本期贷方", "期末借方", "期末贷方")
BALANCE = ("期初余额", "本期借方", "本期贷方", "期末余额")


class NoSuchStatement(ValueError):
    """A book has no statement of this kind."""


def statement(kind: str, book: str, term: Term) -> Statement:
    """A statement that foots.

    Args:
        kind: trial, balance, income, cash or levels.
        book: FUND, DELEGATED or ACCOUNTS.
        term: the month or year, and the day up to which facts count.
    Raises:
        NoSuchStatement: the book does not exist, or has no such statement.
        StatementDoesNotFoot: sums contradict each other or the ledger.
    """
    if book not in KINDS:
        raise NoSuchStatement(f"没有账套 {book}，账套有 {'、'.join(KINDS)}")
    if kind not in KINDS[book]:
        raise NoSuchStatement(f"{BOOKS[book]}没有报表 {kind}，可出 {'、'.join(KINDS[book])}")
    return footed(KINDS[book][kind](book, term))


def _trial(book: str, term: Term) -> Statement:
    """试算平衡表: every account on its debit side, so that the whole adds up to nothing."""
    lines = account_lines(book, term, side_of=lambda _: DEBIT)
    whole = add_up("总计", (line for _, line in lines), side=DEBIT)
    parts = [
        (title, [line for account, line in lines if account.nature == nature]) for nature, title in NATURES.items()
    ]
    sections = tuple(section(title, some, side=DEBIT) for title, some in parts if some)
    closing = held(book, through=term.last, as_of=term.as_of)
    checks = (
        Check("期初借方合计等于贷方合计", whole.opening_fen, 0),
        Check("本期借方合计等于贷方合计", whole.debit_fen, whole.credit_fen),
        *(
            Check(f"{line.name}期末余额等于全部分录之和", line.closing_fen, closing.pop(account.key, 0))
            for account, line in lines
        ),
        Check("没有表外科目", sum(map(abs, closing.values())), 0),
    )
    return Statement("trial", f"{BOOKS[book]}试算平衡表", book, term, TRIAL, sections, whole, checks)


def _balance(book: str, term: Term) -> Statement:
    """资产负债表: what is there, and to whom it belongs; a result not yet carried over stands by itself."""
    lines = account_lines(book, term)
    assets = [line for account, line in lines if account.nature == "asset" or account.key == CONTROL]
    owed = [line for account, line in lines if account.nature in {"liability", "memo"} and account.key != CONTROL]
    net = [line for account, line in lines if account.nature == "net"]
    open_result = [line for account, line in lines if account.nature in {"income", "expenditure"}]
    left = section("资产", assets, side=DEBIT)
    right = [section("各来源个人账户" if book == "ACCOUNTS" else "负债", owed, side=CREDIT)]
    if net:
        right.append(section("净资产", _net(net, open_result), side=CREDIT))
    whole = add_up("总计", (part.total for part in right), side=CREDIT)
    now = held(book, through=term.last, as_of=term.as_of)
    checks = (
        Check("期初资产等于负债加净资产", left.total.opening_fen, whole.opening_fen),
        Check("期末资产等于负债加净资产", left.total.closing_fen, whole.closing_fen),
        Check("期末资产等于全部分录之和", left.total.closing_fen, sum(now.get(line.keys[0], 0) for line in assets)),
    )
    return Statement("balance", f"{BOOKS[book]}资产负债表", book, term, BALANCE, (left, *right), whole, checks)


def _net(net: list[Line], result: list[Line]) -> list[Line]:
    """Net assets; what the year earned and spent stands in a line of its own until it is carried to the balance.

    Once it is, its movements belong to the line it was carried to, so that the totals stay what the books moved.
    """
    unclosed = add_up("收支差额（未结转）", result, side=CREDIT)
    if unclosed.opening_fen or unclosed.closing_fen or not (unclosed.debit_fen or unclosed.credit_fen):
        return [*net, unclosed]
    first = add_up(net[0].name, [net[0], unclosed], side=CREDIT)
    return [replace(first, code=net[0].code), *net[1:]]


def _income(book: str, term: Term) -> Statement:
    """收支表: income and expenditure of the term and of the year so far; the year-end close is neither."""
    lines = account_lines(book, term, yearly=True)
    parts = [
        section(NATURES[nature], [line for account, line in lines if account.nature == nature], side=side)
        for nature, side in (("income", CREDIT), ("expenditure", DEBIT))
    ]
    surplus = add_up("收支结余", (part.total for part in parts), side=CREDIT)
    direct = sum(line.closing_fen for account, line in lines if account.nature == "net")
    grown = _net_assets(book, term, term.last) - _net_assets(book, term, day_before(term.year_start))
    checks = (Check("收支结余加直接记入基金的金额等于净资产增加额", surplus.closing_fen + direct, grown),)
    return Statement("income", f"{BOOKS[book]}收支表", book, term, YEARLY, tuple(parts), surplus, checks)


def _net_assets(book: str, term: Term, day: date) -> int:
    """Assets minus liabilities at the end of a day, from the plain sums of all legs."""
    named = accounts_named(book, on=term.last)
    holds = held(book, through=day, as_of=term.as_of)
    return sum(fen for key, fen in holds.items() if named[key].nature in {"asset", "liability"})


KINDS: dict[str, dict[str, Callable[[str, Term], Statement]]] = {
    "FUND": {"trial": _trial, "balance": _balance, "income": _income, "cash": cash, "levels": levels},
    "DELEGATED": {"trial": _trial, "balance": _balance, "cash": cash},
    "ACCOUNTS": {"trial": _trial, "balance": _balance},
}
