"""``jubao fund``: fiscal money due and received, surplus remitted, the fund's budget, and its projection."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from jubao.cli.papers import save_sheets
from jubao.cli.setup import command
from jubao.vocabulary.audience import FIGURES

if TYPE_CHECKING:
    from jubao.documents.sheet import Sheet

YEAR = typer.Option("--year", min=2009, max=2100, help="年度 / the year")
MONTH = typer.Option("--month", min=1, max=12, help="月份 / a month of it")
QUARTER = typer.Option("--quarter", min=1, max=4, help="季度 / a quarter of it")
AS_OF = typer.Option("--as-of", formats=["%Y-%m-%d"], help="只计该日已入账的事实 / only facts known by this day")
OUT = typer.Option("--out", help="写到这个文件，.pdf 或 .xlsx / a PDF or Excel file", dir_okay=False)
JSON = typer.Option("--json", help="输出 JSON，金额为分 / print JSON, money in fen")
DRAFT = typer.Option(
    "--draft", help="按今天的底册测算草案，不保存 / reckon a draft from today's register, keep nothing"
)
FROM = typer.Option("--from", min=2009, max=2100, help="预测首年 / first year projected")
YEARS = typer.Option("--years", min=10, max=30, help="预测年数 / number of years")
SCENARIO = typer.Option("--scenario", help="情景，写错时列出全部 / scenario; a wrong one lists them all")
WIDEST = 400

fund_commands = typer.Typer(
    no_args_is_help=True, help="基金：财政补助、上解、预算、精算预测 / the fund between levels and years."
)


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(fund_commands, name="fund")


@fund_commands.command("fiscal", help="财政补助应拨与到位 / fiscal money due and received, by level and purpose.")
@command(FIGURES)
def fiscal(
    year: Annotated[int, YEAR],
    month: Annotated[int | None, MONTH] = None,
    quarter: Annotated[int | None, QUARTER] = None,
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print what each level owes and sent, with the gap explained, or write it."""
    from jubao.reports.fiscal.money import fiscal_sheets, fiscal_statement

    if month and quarter:
        raise typer.BadParameter("月份和季度只能选一个 / either a month or a quarter")
    made = fiscal_statement(year, month=month, quarter=quarter)
    _give(fiscal_sheets(made), out, as_json=as_json)


@fund_commands.command("remittance", help="个人账户结余资金上解情况 / account surplus remitted, by year and person.")
@command(FIGURES)
def remittance(
    as_of: Annotated[datetime | None, AS_OF] = None,
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print by year what is to go up, what went and what is left; a file carries every share."""
    from jubao.reports.fiscal.remittance import remittance_sheets

    _give(remittance_sheets(as_of=_day(as_of)), out, as_json=as_json, shown=1)


@fund_commands.command("budget", help="基金预算及其执行 / the fund's budget and its execution.")
@command(FIGURES)
def budget(
    year: Annotated[int, YEAR],
    month: Annotated[int | None, MONTH] = None,
    as_of: Annotated[datetime | None, AS_OF] = None,
    draft: Annotated[bool, DRAFT] = False,
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print execution line by line, or a draft that is not kept (the act fund.budget keeps one)."""
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.fiscal.draft import draft_sheets
    from jubao.reports.fiscal.fund_budget import NoFundBudget, budget_sheets, execute_fund_budget
    from jubao.reports.fiscal.people import NothingToReckonWith
    from jubao.reports.statements.reading import TermNotBegun

    try:
        if draft:
            sheets = draft_sheets(year, as_of=_day(as_of))
        else:
            until = year * 100 + month if month else None
            sheets = budget_sheets(execute_fund_budget(year, month=until, as_of=as_of.date() if as_of else None))
    except (NoFundBudget, NothingToReckonWith, TermNotBegun) as refused:
        raise Refused(str(refused)) from refused
    _give(sheets, out, as_json=as_json)


@fund_commands.command("projection", help="基金精算预测 / projection of the fund for 10 to 30 years.")
@command(FIGURES)
def projection(
    first: Annotated[int, FROM],
    years: Annotated[int, YEARS] = 30,
    scenario: Annotated[str, SCENARIO] = "base",
    as_of: Annotated[datetime | None, AS_OF] = None,
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print the years ahead under a scenario; an Excel file has charts as well."""
    from jubao.documents.chart import write_charted
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.fiscal.people import NothingToReckonWith
    from jubao.reports.fiscal.projection import NoSuchScenario, project_fund
    from jubao.reports.fiscal.projection_sheets import charts, paper_sheets, projection_sheets

    try:
        made = project_fund(first, years=years, scenario=scenario, as_of=as_of.date() if as_of else None)
    except NoSuchScenario as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--scenario") from None
    except NothingToReckonWith as refused:
        raise Refused(str(refused)) from refused
    sheets = projection_sheets(made)
    if out and out.suffix.lower() == ".xlsx":
        _told(out, write_charted(out, sheets, charts()))
        return
    _give(paper_sheets(made) if out and out.suffix.lower() == ".pdf" else sheets, out, as_json=as_json)


def _day(as_of: datetime | None) -> date:
    return as_of.date() if as_of else date.today()  # noqa: DTZ011 (the office's own day)


def _give(sheets: "list[Sheet]", out: Path | None, *, as_json: bool, shown: int | None = None) -> None:
    """Write the tables to a file, or print them (the first ``shown``)."""
    if out:
        _told(out, save_sheets(sheets, out))
    elif as_json:
        sys.stdout.write(json.dumps([_as_json(sheet) for sheet in sheets], ensure_ascii=False, indent=1) + "\n")
    else:
        for sheet in sheets[:shown]:
            _print(sheet)


def _told(out: Path, digest: str) -> None:
    print(f"已写出 {out}，SHA-256 {digest}")


def _print(sheet: "Sheet") -> None:
    from jubao.documents.sheet import NUMERIC
    from jubao.documents.sheet_pdf import outline

    told = outline(sheet)
    paper = Table(title=f"{sheet.title}　{told['head']}")
    for column in sheet.columns:
        paper.add_column(column.title, justify="right" if column.kind in NUMERIC else "left", overflow="fold")
    for row in told["rows"]:
        paper.add_row(*row)
    if told["totals"]:
        paper.add_row(*told["totals"], style="bold")
    console = Console(markup=False, highlight=False)
    Console(markup=False, highlight=False, width=max(console.width, WIDEST) if not console.is_terminal else None).print(
        paper
    )


def _as_json(sheet: "Sheet") -> dict[str, Any]:
    titles = [column.title for column in sheet.columns]
    rows = [
        dict(zip(titles, [str(one) if isinstance(one, date) else one for one in row], strict=True))
        for row in sheet.rows
    ]
    return {"name": sheet.name, "title": sheet.title, "as_of": str(sheet.as_of), "note": sheet.note, "rows": rows}
