"""``jubao figures``: every figure of a year, beside a document's if wanted, down to the rows behind it."""

import json
import sys
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from jubao.cli.setup import command
from jubao.cli.viewing import viewer_of_figures
from jubao.vocabulary.audience import FIGURES_TO_PEOPLE

if TYPE_CHECKING:
    from jubao.reports.catalogue.reading import Reading
    from jubao.reports.evaluation.compare_with_document import Comparison
    from jubao.reports.figures.evidence import Evidence
    from jubao.reports.figures.figure import Unit
    from jubao.vocabulary.viewer import Viewer

ROWS_A_TABLE = 1000
"""Rows behind a figure are printed in tables of so many, as they are read."""
YEAR = typer.Option("--year", min=2009, max=2100, help="业务年度 / the year")
AS_OF = typer.Option(
    "--as-of", formats=["%Y-%m-%d"], help="数据截止日，默认年末 / facts up to this day, default year's end"
)
AS_JSON = typer.Option("--json", help="输出 JSON / print JSON")
BESIDE = typer.Option("--beside", help="与文件中的数对照 / compare with a document's figures (YAML)", exists=True)
STRICT = typer.Option("--strict", help="有差额即以 1 退出 / exit 1 when a figure differs")
BEHIND = typer.Option("--behind", help="列出某一指标背后的记录 / list the rows behind one figure")
OF = typer.Option("--of", help="只看某一指标，与 --across 合用 / one figure, together with --across")
ACROSS = typer.Option(
    "--across", help="分组：township division sex age_band category tier level channel month 等 / break down by"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("figures", help="列出年度指标，可与文件对照、可追到记录 / a year's figures, down to their rows.")(
        figures
    )


@command(FIGURES_TO_PEOPLE)
def figures(  # noqa: PLR0913, PLR0917  a command has that many options
    year: Annotated[int, YEAR],
    by: str,
    as_of: Annotated[datetime | None, AS_OF] = None,
    as_json: Annotated[bool, AS_JSON] = False,
    beside: Annotated[Path | None, BESIDE] = None,
    strict: Annotated[bool, STRICT] = False,
    behind: Annotated[str | None, BEHIND] = None,
    of: Annotated[str | None, OF] = None,
    across: Annotated[str | None, ACROSS] = None,
) -> None:
    """Print the figures of a year as of a day."""
    from jubao.reports.catalogue.figures import NoSuchFigure
    from jubao.reports.catalogue.reading import DayBeforeYear, Reading
    from jubao.reports.evaluation.compare_with_document import CannotReadStatedFigures, compare, read_stated
    from jubao.reports.figures.breakdown import CannotBreakDown

    viewer = viewer_of_figures(by, "figures")
    try:
        reading = Reading(year, as_of.date() if as_of else date(year, 12, 31))
        if behind:
            _print_rows(reading, behind, viewer, as_json=as_json)
            return
        if of:
            _print_parts(reading, of, across, as_json=as_json)
            return
        path = beside or _own_document(year)
        compared = compare(reading, read_stated(path)) if path else []
        _print_figures(reading, compared, as_json=as_json)
    except (NoSuchFigure, DayBeforeYear, CannotReadStatedFigures, CannotBreakDown) as wrong:
        sys.stderr.write(f"{wrong.args[0]}\n")
        raise typer.Exit(2) from None
    if strict and not (compared and all(one.agrees for one in compared)):
        raise typer.Exit(1)


def print_figures(year: int, as_of: date) -> None:
    """Print the figures a document states beside the derived ones, or all of them where no document lies."""
    from jubao.reports.catalogue.reading import Reading
    from jubao.reports.evaluation.compare_with_document import compare, read_stated

    reading, path = Reading(year, as_of), _own_document(year)
    if path is None:
        _print_figures(reading, [], as_json=False)
        return
    compared = compare(reading, read_stated(path))
    console = Console()
    stated = {one.derived.figure.id: one for one in compared}
    console.print(_figure_table(reading, [one.derived for one in compared], stated))
    _print_agreement(console, compared)


def _own_document(year: int) -> Path | None:
    """The document's figures that lie beside the books, if any."""
    from django.conf import settings

    path = Path(settings.JUBAO_HOME) / f"beside-{year}.yaml"
    return path if path.exists() else None


def _print_figures(reading: "Reading", compared: "list[Comparison]", *, as_json: bool) -> None:
    from jubao.reports.plausibility.bounds import unusual
    from jubao.reports.plausibility.relation import breaches

    stated = {one.derived.figure.id: one for one in compared}
    extra = [figure_id for figure_id in stated if figure_id.startswith("budget.item.")]
    values = reading.all()
    known = {value.figure.id for value in values}
    values += reading.all(figure_id for figure_id in extra if figure_id not in known)
    wrong = [breach.text for breach in breaches(reading)]
    odd = unusual(reading)
    if as_json:
        rows = [_entry(value, stated.get(value.figure.id)) for value in values]
        body = {"year": reading.year, "as_of": str(reading.as_of), "whole_year_as_of": str(reading.settled)}
        outside = [{"id": one.bound.figure, "text": one.text, "reason": one.reason} for one in odd]
        told = body | {"figures": rows, "breaches": wrong, "unusual": outside}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    console = Console()
    console.print(_figure_table(reading, values, stated))
    for text in wrong:
        console.print(f"关系不符：{text}")
    for one in odd:
        console.print(f"异常（已说明）：{one.text}；{one.reason}" if one.reason else f"异常：{one.text}")
    if stated:
        _print_agreement(console, compared)


def _print_agreement(console: Console, compared: "list[Comparison]") -> None:
    differing = [one for one in compared if not one.agrees]
    console.print(f"对照 {len(compared)} 项，相符 {len(compared) - len(differing)} 项，不符 {len(differing)} 项。")


def _figure_table(reading: "Reading", values: list[Any], stated: "dict[str, Comparison]") -> Table:
    title = f"{reading.year}年度指标（业务截至{reading.as_of}，全年口径截至{reading.settled}）"
    table = Table(title=title, show_lines=False)
    table.add_column("指标", overflow="fold")
    for heading in ("数值", "单位", *(("文件数", "差额") if stated else ())):
        table.add_column(heading, justify="left" if heading == "单位" else "right", no_wrap=True)
    for value in values:
        one = stated.get(value.figure.id)
        beside = (one.stated_text, one.difference_text) if one else ("", "")
        style = "bold red" if one and not one.agrees else ""
        cells = (value.figure.name, value.text or "—", str(value.figure.unit), *(beside if stated else ()))
        table.add_row(*cells, style=style)
    return table


def _entry(value: Any, one: "Comparison | None") -> dict[str, Any]:
    """One figure as JSON: money in whole fen, everything else as a number or its exact decimal text."""
    figure = value.figure
    entry: dict[str, Any] = {
        "id": figure.id,
        "name": figure.name,
        "english": figure.english,
        "unit": "分" if figure.unit == "元" else str(figure.unit),
        "value": value.value if isinstance(value.value, int | str | None) else value.text,
        "text": value.text,
        "as_of": str(value.as_of),
        "definition": figure.definition,
    }
    if one:
        entry |= {"stated": one.stated_text, "difference": one.difference_text, "agrees": one.agrees}
    return entry


def _print_rows(reading: "Reading", figure_id: str, viewer: "Viewer", *, as_json: bool) -> None:
    value, rows = reading.value(figure_id), reading.behind(figure_id, viewer=viewer)
    if as_json:
        print(f'{{"figure": {json.dumps(_entry(value, None), ensure_ascii=False)},\n"rows": [')
        for place, row in enumerate(rows):
            print("," if place else "", json.dumps(_row(row), ensure_ascii=False))
        print("]}")
        return
    console, count = Console(), 0
    console.print(f"{value.figure.name}：{value.text or '—'}{value.figure.unit}", value.figure.definition, sep="\n")
    while some := list(islice(rows, ROWS_A_TABLE)):
        count += len(some)
        console.print(_evidence_table(value.figure.unit, some))
    console.print(f"共 {count} 行")


def _evidence_table(unit: "Unit", rows: "list[Evidence]") -> Table:
    from jubao.reports.figures.figure import Unit, show

    table = Table()
    for heading in ("编号", "名称", "证件号码或说明", "数量", "行为", "日期"):
        table.add_column(heading, justify="right" if heading == "数量" else "left", overflow="fold")
    for row in rows:
        amount = show(row.quantity, Unit.MONEY if row.money else unit)
        told = row.number or row.note
        table.add_row(row.reference, row.name, told, amount, str(row.act or ""), str(row.on or ""))
    return table


def _print_parts(reading: "Reading", figure_id: str, by: str | None, *, as_json: bool) -> None:
    """One figure with its definition and its breakdowns, or cut by one of them."""
    from jubao.reports.figures.dimension import LABELS
    from jubao.reports.figures.figure import show

    value, known = reading.value(figure_id), reading.breakdowns(figure_id)
    parts = reading.broken_down(figure_id, by) if by else []
    if as_json:
        rows = [{"label": label, "value": number} for label, number in parts]
        body = {"figure": _entry(value, None), "breakdowns": known, "by": by, "parts": rows}
        print(json.dumps(body, ensure_ascii=False, indent=1))
        return
    table = Table(title=f"{value.figure.name}：{value.text or '—'}{value.figure.unit}", caption=value.figure.definition)
    table.add_column(LABELS.get(by or "", "分组"))
    table.add_column("数值", justify="right")
    for label, number in parts:
        table.add_row(label, show(number, value.figure.unit))
    Console().print(table, f"可用的分组：{'、'.join(f'{name} {LABELS[name]}' for name in known) or '无'}")


def _row(row: "Evidence") -> dict[str, Any]:
    quantity = row.quantity if isinstance(row.quantity, int) else str(row.quantity)
    return {
        "reference": row.reference,
        "name": row.name,
        "number": row.number,
        "note": row.note,
        "quantity": quantity,
        "unit": "分" if row.money else "",
        "act": row.act,
        "date": str(row.on) if row.on else None,
    }
