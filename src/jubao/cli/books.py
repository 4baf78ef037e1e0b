"""``jubao books``: statements of the books, every line with its account, opened down to vouchers."""

import json
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from jubao.cli.papers import save_sheets
from jubao.cli.setup import command
from jubao.vocabulary.audience import BOOKS

if TYPE_CHECKING:
    from jubao.documents.sheet import Sheet
    from jubao.reports.statements.reading import Term
    from jubao.reports.statements.shape import Statement


class Book(StrEnum):
    """The books that never mix."""

    FUND = "FUND"
    DELEGATED = "DELEGATED"
    ACCOUNTS = "ACCOUNTS"


class Kind(StrEnum):
    """What is asked of a book."""

    TRIAL = "trial"
    BALANCE = "balance"
    INCOME = "income"
    CASH = "cash"
    LEVELS = "levels"
    CHANGEOVER = "changeover"
    CLOSES = "closes"


WIDEST = 1000
NARROWEST = 20  # columns that a name of an account keeps on a narrow terminal
BOOK = typer.Option("--book", help="账套：基金、代发、个人账户 / the book")
KIND = typer.Option(
    "--statement", help="试算平衡、资产负债、收支、货币资金、分级次、科目转换、结账情况 / the statement"
)
PERIOD = typer.Option("--period", help="会计期间 YYYYMM / one month")
YEAR = typer.Option("--year", min=2009, max=2100, help="会计年度 / a whole year")
AS_OF = typer.Option("--as-of", formats=["%Y-%m-%d"], help="只计该日已入账的事实 / only facts recorded by this day")
OPEN = typer.Option("--open", help="列出一个科目（编码、名称或代号）背后的凭证 / the vouchers behind an account")
OUT = typer.Option("--out", help="写到这个文件，.pdf 或 .xlsx / a PDF or Excel file", dir_okay=False)
JSON = typer.Option("--json", help="输出 JSON，金额为分 / print JSON, money in fen")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("books", help="账簿报表，可追到凭证 / statements of the books, down to vouchers.")(books)


@command(BOOKS)
def books(
    book: Annotated[Book, BOOK] = Book.FUND,
    kind: Annotated[Kind, KIND] = Kind.TRIAL,
    period: Annotated[str | None, PERIOD] = None,
    year: Annotated[int | None, YEAR] = None,
    as_of: Annotated[datetime | None, AS_OF] = None,
    account: Annotated[str | None, OPEN] = None,
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print a statement of a month or a year, or write it as Excel or PDF with every voucher behind it."""
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.statements.reading import TermNotBegun
    from jubao.reports.statements.shape import StatementDoesNotFoot
    from jubao.reports.statements.statement import NoSuchStatement, statement
    from jubao.reports.statements.vouchers_behind import NoSuchAccountInBook

    if kind in {Kind.CLOSES, Kind.CHANGEOVER}:
        _list(
            _closes_sheet(book) if kind == Kind.CLOSES else _changeover_sheet(book, year, as_of), out, as_json=as_json
        )
        return
    try:
        term = _term(period, year, as_of.date() if as_of else None)
        if account:
            _print_opened(book, account, term, as_json=as_json)
            return
        made = statement(kind, book, term)
    except (NoSuchStatement, NoSuchAccountInBook, TermNotBegun, StatementDoesNotFoot) as refused:
        raise Refused(str(refused)) from refused
    if out:
        _write(made, out)
    elif as_json:
        sys.stdout.write(json.dumps(_as_json(made), ensure_ascii=False, indent=1) + "\n")
    else:
        _print(made)


def _closes_sheet(book: str) -> "Sheet":
    """Months and years of a book: open, or closed by whom and under which manifest."""
    from jubao.reports.statements.closes import closes_sheet

    return closes_sheet(book)


def _changeover_sheet(book: str, year: int | None, as_of: datetime | None) -> "Sheet":
    """Old account, balance and new account on New Year's Day of the year a chart begins with."""
    from datetime import date

    from jubao.operations.envelope.fault import Refused
    from jubao.reports.statements.changeover import NoChangeover, changeover, changeover_sheet

    if year is None:
        raise typer.BadParameter("科目转换表请用 --year YYYY 给出新科目启用的年度", param_hint="--year")
    try:
        made = changeover(book, date(year, 1, 1), as_of=as_of.date() if as_of else None)
    except NoChangeover as refused:
        raise Refused(str(refused)) from refused
    if wrong := [check.text for check in made.checks if not check.holds]:
        raise Refused(f"{made.title}不平，未出表。请先运行 jubao verify", faults=wrong)
    return changeover_sheet(made)


def _list(sheet: "Sheet", out: Path | None, *, as_json: bool) -> None:
    """A list as a file, as JSON (money in fen) or on the terminal."""
    if out:
        _save([sheet], out, sheet.title)
    elif as_json:
        titles = [column.title for column in sheet.columns]
        rows = [dict(zip(titles, row, strict=True)) for row in sheet.rows]
        sys.stdout.write(json.dumps({"title": sheet.title, "rows": rows}, ensure_ascii=False, indent=1) + "\n")
    else:
        paper = Table(title=f"{sheet.title}（元）", caption=sheet.note)
        for column in sheet.columns:
            paper.add_column(
                column.title, justify="right" if column.kind in {"money", "integer"} else "left", overflow="fold"
            )
        for row in sheet.rows:
            paper.add_row(*(_cell(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)))
        _put(paper)


def _cell(value: Any, kind: str) -> str:
    return _yuan(value) if kind == "money" else str("" if value is None else value)


def _term(period: str | None, year: int | None, as_of: date | None) -> "Term":
    from jubao.reports.statements.reading import term_of
    from jubao.vocabulary import month as months

    if (period is None) == (year is None):
        raise typer.BadParameter("请在 --period YYYYMM 和 --year YYYY 中给出一个")
    if period is None:
        assert year is not None
        return term_of(year=year, as_of=as_of)
    try:
        month = months.parse(period)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--period") from None
    return term_of(year=months.year(month), month=month, as_of=as_of)


def _yuan(fen: int | None) -> str:
    from jubao.vocabulary.fen import format_yuan

    return "" if fen is None else format_yuan(fen)


def _print(made: "Statement") -> None:
    from jubao.reports.statements.sheet import known_note, table

    paper = Table(
        title=f"{made.title}（{made.term.title}，元）", caption=f"{known_note(made)}；{len(made.checks)} 项勾稽相符"
    )
    paper.add_column("科目编码", no_wrap=True)
    paper.add_column("项目", overflow="fold", min_width=NARROWEST)
    for heading in made.headings:
        paper.add_column(heading, justify="right", no_wrap=True)
    for code, name, amounts in table(made):
        paper.add_row(code, name, *(_yuan(fen) for fen in amounts), style="" if code else "bold")
    _put(paper)


def _put(paper: Table, *after: str) -> None:
    """Print a table whole: where the terminal is too narrow, its lines run on; no amount is cut."""
    endless = Console(width=WIDEST)
    least = Measurement.get(endless, endless.options, paper).minimum
    width = max(least, Console().width)
    Console(markup=False, highlight=False, width=width).print(paper, *after)


def _write(made: "Statement", out: Path) -> None:
    from jubao.reports.statements.sheet import statement_sheets

    _save(statement_sheets(made), out, f"{made.title}，{made.term.title}，{len(made.checks)} 项勾稽相符")


def _save(sheets: "list[Sheet]", out: Path, told: str) -> None:
    print(f"已写出 {out}（{told}），SHA-256 {save_sheets(sheets, out)}")


def _as_json(made: "Statement") -> dict[str, Any]:
    lines = [
        {
            "section": part.title,
            "code": line.code,
            "name": line.name,
            "accounts": line.keys,
            "side": "debit" if line.side > 0 else "credit",
            "opening_fen": line.opening_fen,
            "debit_fen": line.debit_fen,
            "credit_fen": line.credit_fen,
            "closing_fen": line.closing_fen,
        }
        for part in made.sections
        for line in part.lines
    ]
    checks = [{"check": check.text, "left_fen": check.left_fen, "right_fen": check.right_fen} for check in made.checks]
    term = {"title": made.term.title, "first": str(made.term.first), "last": str(made.term.last)}
    return {
        "statement": made.kind,
        "title": made.title,
        "book": made.book,
        "term": term,
        "as_of": str(made.term.as_of),
        "lines": lines,
        "checks": checks,
    }


def _print_opened(book: str, asked: str, term: "Term", *, as_json: bool) -> None:
    from jubao.reports.statements.vouchers_behind import find_account, opened

    account = find_account(book, asked, on=term.last)
    rows = opened(book, account, term)
    if as_json:
        listed = [
            {
                "voucher": row.voucher,
                "date": str(row.on),
                "event": row.event,
                "memo": row.memo,
                "state": row.state,
                "reference": row.reference,
                "debit_fen": row.debit_fen,
                "credit_fen": row.credit_fen,
                "act": row.act,
                "code": row.code,
                "signed": row.signed,
            }
            for row in rows
        ]
        sys.stdout.write(json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
        return
    paper = Table(title=f"{account.code} {account.name}　{term.title}凭证（元）")
    for heading in ("凭证号", "日期", "摘要", "借方", "贷方", "事件", "业务", "签署"):
        fixed = heading in {"凭证号", "日期", "借方", "贷方"}
        least = None if fixed else len(heading) * 4
        paper.add_column(
            heading, justify="right" if heading[1:] == "方" else "left", no_wrap=fixed, overflow="fold", min_width=least
        )
    for row in rows:
        state = "" if row.state == "POSTED" else "（待记账）"
        amounts = (_yuan(row.debit_fen or None), _yuan(row.credit_fen or None))
        paper.add_row(row.voucher, str(row.on), row.memo + state, *amounts, str(row.act), row.code, row.signed)
    debit, credit = sum(row.debit_fen for row in rows), sum(row.credit_fen for row in rows)
    _put(paper, f"共 {len(rows)} 张凭证，借方 {_yuan(debit)} 元，贷方 {_yuan(credit)} 元")
