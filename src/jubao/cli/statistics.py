"""``jubao statistics``: a statistical table of a month, quarter or year as Excel, each cell with its query."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.setup import command
from jubao.cli.viewing import viewer_of_figures
from jubao.vocabulary.audience import FIGURES_TO_PEOPLE

TABLE = typer.Argument(metavar="TABLE", help="统计表名，写错时列出全部 / name of the table; a wrong one lists them all")
YEAR = typer.Option("--year", min=2009, max=2100, help="年度 / the year")
MONTH = typer.Option("--month", min=1, max=12, help="月份 / a month of it")
QUARTER = typer.Option("--quarter", min=1, max=4, help="季度 / a quarter of it")
OUT = typer.Option("--out", help="写到这个 Excel 文件 / the Excel file to write", dir_okay=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "statistics", help="统计表（月、季、年），附每个单元格的取数说明 / a statistical table with its queries."
    )(statistics)


@command(FIGURES_TO_PEOPLE)
def statistics(
    table: Annotated[str, TABLE],
    year: Annotated[int, YEAR],
    by: str,
    out: Annotated[Path, OUT],
    month: Annotated[int | None, MONTH] = None,
    quarter: Annotated[int | None, QUARTER] = None,
) -> None:
    """Fill a table from the books and write it."""
    from jubao.documents.workbook import write_workbook
    from jubao.reports.tables.statistics import PeriodNotOffered, fill, period_of, sheets_of
    from jubao.reports.tables.table import CannotReadTable, NoSuchTable, find_table

    if month and quarter:
        sys.stderr.write("--month 与 --quarter 只能给一个\n")
        raise typer.Exit(2)
    try:
        filled = fill(
            find_table(table), period_of(year, month=month, quarter=quarter), viewer=viewer_of_figures(by, "statistics")
        )
    except (NoSuchTable, CannotReadTable, PeriodNotOffered) as wrong:
        sys.stderr.write(f"{wrong.args[0]}\n")
        raise typer.Exit(2) from None
    digest = write_workbook(out, sheets_of(filled))
    cells = sum(len(row) for row in filled.cells)
    print(f"已写出 {out}：{filled.statistic.title} {filled.period.name}，{cells} 个单元格，SHA-256 {digest}")
