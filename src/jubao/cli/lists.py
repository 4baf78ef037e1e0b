"""``jubao list``: a list of a month or year, page by page on the terminal, as Excel, or split by village into one zip."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jubao.cli.papers import print_sheet, save_sheets
from jubao.cli.setup import WRONG_USAGE, command
from jubao.cli.viewing import APPROVAL, NUMBERS, REASON, viewer_by
from jubao.vocabulary import month as months
from jubao.vocabulary.audience import PEOPLE

if TYPE_CHECKING:
    from jubao.documents.sheet import Sheet
    from jubao.reports.figures.window import Window
    from jubao.reports.lists.listing import Asked, Listing
    from jubao.vocabulary.viewer import Viewer

NAME = typer.Argument(metavar="NAME", help="名单名，写错时列出全部 / name of the list; a wrong one shows them all")
YEAR = typer.Option("--year", min=2009, max=2100, help="年度 / the year")
MONTH = typer.Option("--month", min=1, max=12, help="月份 / a month of it")
WEEK = typer.Option("--week", min=1, max=53, help="周次（每周一起） / a week of it, from Monday")
OUT = typer.Option("--out", help="写到这个 Excel、PDF 或压缩文件 / the Excel file, PDF or zip to write", dir_okay=False)
SPLIT = typer.Option("--split", help="按乡镇和村拆分并打包 / one file per village, zipped")
WHERE = typer.Option(
    "--where",
    metavar="COLUMN=VALUE",
    help="条件，可多个；日期、年月、金额可写区间 甲..乙 / a condition, repeatable; days, months, money may be a range a..b",
)
ORDER = typer.Option("--order", help="按某列排序，前加 - 为倒序 / a column to order by, with - downwards")
AFTER = typer.Option("--after", help="上一页末尾给出的位置 / where the page before ended")
LIMIT = typer.Option("--limit", min=1, max=1000, help="一页的行数 / lines of a page")
COUNTS = typer.Option("--counts", help="只列各村的行数 / only how many lines each village has")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "list",
        help="名单（月、年）：逐页查看，或打印并按乡镇和村拆分 / a list: by pages, or printed, split by village.",
    )(print_list)


@command(PEOPLE)
def print_list(  # noqa: PLR0913, PLR0917  a command has that many options
    name: Annotated[str, NAME],
    year: Annotated[int, YEAR],
    by: str,
    month: Annotated[int | None, MONTH] = None,
    out: Annotated[Path | None, OUT] = None,
    split: Annotated[bool, SPLIT] = False,
    week: Annotated[int | None, WEEK] = None,
    numbers: Annotated[bool, NUMBERS] = False,
    reason: Annotated[str, REASON] = "",
    approval: Annotated[str, APPROVAL] = "",
    where: Annotated[list[str] | None, WHERE] = None,
    order: Annotated[str, ORDER] = "",
    after: Annotated[str | None, AFTER] = None,
    limit: Annotated[int, LIMIT] = 50,
    counts: Annotated[bool, COUNTS] = False,
) -> None:
    """Show a page of a list, or write the list from the books."""
    from jubao.documents.sheet import ListNotWritable
    from jubao.documents.split import CannotSplit
    from jubao.reports.figures.window import Window
    from jubao.reports.lists.cursor import NoSuchPlace
    from jubao.reports.lists.every_list import NoSuchList, find_list
    from jubao.reports.lists.filters import CannotFilter
    from jubao.reports.lists.listing import Asked, CannotOrder
    from jubao.vocabulary.masks import Mask

    lifted = Mask if numbers else ()
    viewer = viewer_by(by, f"list {name}", lifted=lifted, reason=reason, approval=approval)
    window = Window(year, *_span(year, month, week))
    try:
        listing, asked = find_list(name), Asked(_conditions(where or []), order)
        if counts:
            print_sheet(_counted(listing, asked, window, viewer))
        elif out is None:
            _show(listing, asked, window, viewer, after, limit)
        else:
            _write(listing, asked, window, viewer, out, split=split)
    except (NoSuchList, CannotFilter, CannotOrder, NoSuchPlace) as wrong:
        sys.stderr.write(f"{wrong.args[0]}\n")
        raise typer.Exit(WRONG_USAGE) from None
    except (CannotSplit, ListNotWritable) as refused:
        sys.stderr.write(f"未写出：{refused}\n")
        raise typer.Exit(1) from None


def _show(
    listing: "Listing", asked: "Asked", window: "Window", viewer: "Viewer", after: str | None, limit: int
) -> None:
    from jubao.reports.lists.printing import sheet_of_page

    page = listing.page(asked, window=window, viewer=viewer, limit=limit, after=after)
    print_sheet(sheet_of_page(listing, page, window, viewer=viewer))
    if page.after:
        print(f"下一页：--after {page.after}")


def _write(listing: "Listing", asked: "Asked", window: "Window", viewer: "Viewer", out: Path, *, split: bool) -> None:
    from jubao.documents.split import write_split
    from jubao.reports.lists.column import TOWNSHIP, VILLAGE
    from jubao.reports.lists.printing import sheet_of

    sheet = sheet_of(listing, window, viewer=viewer, asked=asked)
    zipped = split or out.suffix == ".zip"
    digest = write_split(out, sheet, township=TOWNSHIP, village=VILLAGE) if zipped else save_sheets([sheet], out)
    print(f"已写出 {out}：{sheet.title} {len(sheet.rows)} 行，SHA-256 {digest}")


def _counted(listing: "Listing", asked: "Asked", window: "Window", viewer: "Viewer") -> "Sheet":
    from jubao.documents.sheet import INTEGER, Column, Sheet
    from jubao.documents.split import CannotSplit
    from jubao.reports.lists.column import TOWNSHIP, VILLAGE

    if not listing.has_place:
        raise CannotSplit(f"《{listing.title}》不按村登记，不能分村计数")
    found = listing.by_place(asked, window=window, viewer=viewer)
    columns = (Column(TOWNSHIP), Column(VILLAGE), Column("行数", INTEGER, is_totalled=True))
    rows = [(*one.place, one.rows) for one in found]
    return Sheet("分村计数", f"{listing.title}分村计数", "", window.as_of, columns, rows)


def _conditions(where: list[str]) -> dict[str, str]:
    from jubao.reports.lists.filters import CannotFilter

    found: dict[str, str] = {}
    for one in where:
        name, equals, text = one.partition("=")
        if not equals or not name or name in found:
            raise CannotFilter(f"条件 {one} 写法不对，应为 列名=值，每列一个")
        found[name] = text
    return found


def _span(year: int, month: int | None, week: int | None) -> tuple[date, date | None]:
    """Last and first day of a month or a week (ISO 8601) of the year; of the year only the last."""
    if week is not None:
        try:
            monday = date.fromisocalendar(year, week, 1)
        except ValueError:
            raise typer.BadParameter(f"{year} 年没有第 {week} 周", param_hint="--week") from None
        return monday + timedelta(days=6), monday
    last = months.last_day(months.make(year, month or 12))
    return last, date(year, month, 1) if month else None
