"""``jubao list``: a printed list of a month or year as Excel, or split by township and village into one zip."""

import sys
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.setup import command

NAME = typer.Argument(metavar="NAME", help="名单名，写错时列出全部 / name of the list; a wrong one shows them all")
YEAR = typer.Option("--year", min=2009, max=2100, help="年度 / the year")
MONTH = typer.Option("--month", min=1, max=12, help="月份 / a month of it")
OUT = typer.Option("--out", help="写到这个 Excel 或压缩文件 / the Excel file or zip to write", dir_okay=False)
SPLIT = typer.Option("--split", help="按乡镇和村拆分并打包 / one file per village, zipped")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list", help="打印名单（月、年），可按乡镇和村拆分打包 / a printed list, split by village if wanted.")(
        print_list
    )


@command
def print_list(
    name: Annotated[str, NAME],
    year: Annotated[int, YEAR],
    out: Annotated[Path, OUT],
    month: Annotated[int | None, MONTH] = None,
    split: Annotated[bool, SPLIT] = False,
) -> None:
    """Write a list from the books."""
    from jubao.documents.sheet import ListNotWritable
    from jubao.documents.split import CannotSplit, write_split
    from jubao.documents.workbook import write_workbook
    from jubao.reports.figures.window import Window
    from jubao.reports.lists.every_list import NoSuchList, find_list
    from jubao.reports.lists.listing import TOWNSHIP, VILLAGE, sheet_of

    try:
        sheet = sheet_of(find_list(name), Window(year, _last(year, month or 12), date(year, month, 1) if month else None))
        zipped = split or out.suffix == ".zip"
        digest = write_split(out, sheet, township=TOWNSHIP, village=VILLAGE) if zipped else write_workbook(out, [sheet])
    except NoSuchList as wrong:
        sys.stderr.write(f"{wrong.args[0]}\n")
        raise typer.Exit(2) from None
    except (CannotSplit, ListNotWritable) as refused:
        sys.stderr.write(f"未写出：{refused}\n")
        raise typer.Exit(1) from None
    print(f"已写出 {out}：{sheet.title} {len(sheet.rows)} 行，SHA-256 {digest}")


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
