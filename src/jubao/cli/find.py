"""``jubao find``: a person by number, personal number or name; or whatever else an act may refer to."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jubao.cli.papers import print_sheet
from jubao.cli.setup import REFUSED, WRONG_USAGE, command
from jubao.cli.viewing import NUMBERS, REASON, viewer_by
from jubao.vocabulary.audience import PEOPLE

if TYPE_CHECKING:
    from jubao.vocabulary.viewer import Viewer

TEXT = typer.Argument(metavar="[TEXT]", help="号码或姓名的开头 / the beginning of a number or name")
KIND = typer.Option("--kind", help="要找什么，如 award batch proposal division outlet list round / what to look for")
DIVISION = typer.Option("--division", help="只在这个乡镇或村找 / only in this township or village")
LIMIT = typer.Option("--limit", min=1, max=1000, help="一页的行数 / lines of a page")
AFTER = typer.Option("--after", help="上一页末尾给出的位置 / where the page before ended")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("find", help="查找参保人或其他可引用的事项 / find a person, or anything an act may refer to.")(find)


@command(PEOPLE)
def find(
    by: str,
    text: Annotated[str, TEXT] = "",
    kind: Annotated[str, KIND] = "person",
    division: Annotated[str, DIVISION] = "",
    numbers: Annotated[bool, NUMBERS] = False,
    reason: Annotated[str, REASON] = "",
    limit: Annotated[int, LIMIT] = 50,
    after: Annotated[str | None, AFTER] = None,
) -> None:
    """Print who or what a text may mean; numbers are masked unless the task needs them."""
    from jubao.reports.lists.cursor import NoSuchPlace
    from jubao.reports.lists.filters import CannotFilter
    from jubao.vocabulary.masks import Mask

    try:
        viewer = viewer_by(by, "find", lifted=Mask if numbers and kind == "person" else (), reason=reason)
        found = (
            _people(text, viewer, division, limit, after) if kind == "person" else _others(kind, text, viewer, limit)
        )
    except (CannotFilter, NoSuchPlace) as wrong:
        sys.stderr.write(f"{wrong.args[0]}\n")
        raise typer.Exit(WRONG_USAGE) from None
    if not found:
        print(f"没有找到“{text}”，请核对号码或姓名" if text else "没有可列的")
        raise typer.Exit(REFUSED)


def _people(text: str, viewer: "Viewer", division: str, limit: int, after: str | None) -> bool:
    """Whether a page of people was printed."""
    from jubao.reports.figures.window import Window
    from jubao.reports.lists.lookup import find_people
    from jubao.reports.lists.people import REGISTER
    from jubao.reports.lists.printing import note_of, sheet_of_page

    page = find_people(text, viewer=viewer, limit=limit, division=division, after=after)
    if page.lines:
        window = Window(viewer.day.year, viewer.day)
        print_sheet(sheet_of_page(REGISTER, page, window, viewer=viewer))
        if page.after:
            print(f"下一页：--after {page.after}")
    elif page.left_out:
        print(note_of(viewer, page.left_out))
    return bool(page.lines)


def _others(kind: str, text: str, viewer: "Viewer", limit: int) -> bool:
    """Whether candidates of another kind were printed."""
    from jubao.documents.sheet import IDENTIFIER, Column, Sheet
    from jubao.operations.envelope.fields import Kind
    from jubao.operations.envelope.references import REFERENCES, candidates

    asked = next((one for one in REFERENCES if kind.replace("-", "_") == one), None)
    if asked is None:
        known = "、".join(f"{one}（{reference.title}）" for one, reference in REFERENCES.items())
        sys.stderr.write(f"不认识的种类 {kind}，可用的有：{known}\n")
        raise typer.Exit(WRONG_USAGE)
    found = candidates(Kind(asked), text, viewer=viewer, limit=limit)
    if found:
        title = REFERENCES[asked].title
        columns = (Column(title, IDENTIFIER), Column("名称"), Column("说明"))
        rows = [(one.value, one.label, one.note) for one in found]
        print_sheet(Sheet("查找", f"查找{title}", "", viewer.day, columns, rows))
    return bool(found)
