"""The self-evaluation as a paper that can be checked: what would be read back from its Word file, without writing one."""

from collections.abc import Sequence

from jubao.documents import reading
from jubao.documents.evaluation_form import SelfEvaluationForm
from jubao.documents.evaluation_outline import (
    ANNEX,
    TEXT_PART,
    Titled,
    appendix_tables,
    chapters,
    cover_lines,
    filler_line,
    part_tables,
)
from jubao.documents.grid import Cell, Rows
from jubao.documents.reading import Paper, PaperCell, PaperTable

Parts = list[reading.Line | PaperTable]


def paper_of(form: SelfEvaluationForm, name: str) -> Paper:
    """The report as the checks read it: the same lines and tables as its Word file has, in the same order.

    Raises:
        IndicatorNotOnForm: an indicator has no place on the form.
    """
    cover = form.cover
    said = [ANNEX, *cover.title_lines, *(f"{label}：{value}" for label, value in cover_lines(cover))]
    parts: Parts = [reading.Line(text) for text in (*said, f"{cover.printer}（制）")]
    for part in part_tables(form):
        parts += _titled(part)
    parts += [reading.Line(filler_line(form.signatures)), reading.Line(TEXT_PART)]
    for title, paragraphs in chapters(form.narrative):
        parts += [reading.Line(text) for text in (title, *paragraphs)]
    for appendix in appendix_tables(form):
        parts += _titled(appendix)
    return Paper(name, tuple(parts))


def _titled(titled: Titled) -> Parts:
    note = [reading.Line(titled.note)] if titled.note else []
    return [reading.Line(titled.heading), *note, PaperTable(_rows(titled.rows, len(titled.widths_cm)))]


def _rows(rows: Rows, columns: int) -> tuple[tuple[PaperCell, ...], ...]:
    """Cells at their columns; places covered from above are there, and say so."""
    hanging: dict[int, tuple[int, int]] = {}  # column to rows still covered, and how many columns across
    found = []
    for row in rows:
        cells, waiting, place = [], iter(row), 0
        while place < columns:
            if place in hanging:
                left, across = hanging.pop(place)
                cells.append(PaperCell((reading.Line(""),), place, across, covered=True))
                if left > 1:
                    hanging[place] = (left - 1, across)
                place += across
                continue
            cell = next(waiting)
            cells.append(PaperCell(_lines(cell), place, cell.across))
            if cell.down > 1:
                hanging[place] = (cell.down - 1, cell.across)
            place += cell.across
        found.append(tuple(cells))
    return tuple(found)


def _lines(cell: Cell) -> tuple[reading.Line, ...]:
    texts: Sequence[str] = [part for line in cell.lines for part in line.text.split("\n")]
    return tuple(reading.Line(text) for text in texts)
