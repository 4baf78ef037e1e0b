"""The self-evaluation with its numbers marked: every number of a figure knows which figure it is."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jubao.documents import reading as papers
from jubao.documents.evaluation_form import SelfEvaluationForm
from jubao.documents.evaluation_outline import Titled, appendix_tables, part_tables
from jubao.documents.evaluation_paper import paper_of
from jubao.documents.grid import Cell
from jubao.documents.reading import Paper, PaperTable
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.self_evaluation import MONEY_FIGURES, UNIT

BEGIN, BETWEEN, END = "\ufdd0", "\ufdd1", "\ufdd2"
"""Noncharacters: no text of the books can hold them, not even a rare name."""
_MARK = re.compile(f"{BEGIN}([^{BETWEEN}]*){BETWEEN}([^{END}]*){END}")
PROFILE, MONEY, PERFORMANCE = 0, 1, 2
POSTS, STAFF, SCORE, GRADE = "office.posts_authorised", "office.staff_actual", "performance.score", "performance.grade"


class MarkedReading(Reading):
    """A reading whose running text says of every number which figure it is."""

    def tell(self, figure_id: str) -> str:
        """A figure in running text, marked."""
        return marked(figure_id, super().tell(figure_id))


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``figure`` is the figure whose number it is, ``why`` the place of what is wrong with it."""

    text: str
    figure: str = ""
    why: str = ""


Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class ShownCell:
    """A cell of a printed table: its lines, and how many columns and rows it covers."""

    lines: tuple[Pieces, ...]
    across: int
    down: int


@dataclass(frozen=True)
class ShownTable:
    """A printed table under its heading; the first rows may be heads."""

    heading: str
    note: str
    rows: tuple[tuple[ShownCell, ...], ...]
    header_rows: int


def marked(figure_id: str, text: str) -> str:
    """A number with the figure it is; nothing stays nothing."""
    return f"{BEGIN}{figure_id}{BETWEEN}{text}{END}" if text else ""


def unmarked(text: str) -> str:
    """The text as it is printed."""
    return _MARK.sub(lambda found: found[2], text)


def pieces(text: str, wrong: Mapping[str, str]) -> Pieces:
    """The stretches of a marked text; ``wrong`` names the place of what is wrong with a figure."""
    found, passed = [], 0
    for mark in _MARK.finditer(text):
        if mark.start() > passed:
            found.append(Piece(text[passed : mark.start()]))
        found.append(Piece(mark[2], mark[1], wrong.get(mark[1], "")))
        passed = mark.end()
    if passed < len(text):
        found.append(Piece(text[passed:]))
    return tuple(found)


def plain_paper(form: SelfEvaluationForm, name: str) -> Paper:
    """The marked report as the paper that is printed and checked."""

    def line(one: papers.Line) -> papers.Line:
        return replace(one, text=unmarked(one.text))

    def part(one: papers.Line | PaperTable) -> papers.Line | PaperTable:
        if isinstance(one, papers.Line):
            return line(one)
        rows = tuple(tuple(replace(cell, lines=tuple(map(line, cell.lines))) for cell in row) for row in one.rows)
        return PaperTable(rows)

    paper = paper_of(form, name)
    return replace(paper, parts=tuple(part(one) for one in paper.parts))


def printed_parts(form: SelfEvaluationForm, wrong: Mapping[str, str]) -> tuple[ShownTable, ...]:
    """Parts 一 to 四 with their numbers open. Raises IndicatorNotOnForm."""
    tables = part_tables(form)
    rows = [list(map(list, table.rows)) for table in tables]
    _mark(rows[PROFILE][1], (1, 3), (POSTS, STAFF))
    amounts = [row for row in rows[MONEY] if row[0].text == UNIT]
    for row, ids in zip(amounts, MONEY_FIGURES, strict=True):
        _mark(row, range(1, len(ids) + 1), ids)
    for row, figure_id in zip(rows[PERFORMANCE][-2:], (SCORE, GRADE), strict=True):
        _mark(row, (1,), (figure_id,))
    return tuple(_shown(table, cells, wrong) for table, cells in zip(tables, rows, strict=True))


def printed_appendices(
    form: SelfEvaluationForm, ids: Sequence[str], wrong: Mapping[str, str]
) -> tuple[ShownTable, ...]:
    """The appendices; ``ids`` are the figures of the first one in its order."""
    found = []
    for table in appendix_tables(form):
        rows = [list(row) for row in table.rows]
        if len(rows) == len(ids) + table.header_rows:
            for row, figure_id in zip(rows[table.header_rows :], ids, strict=True):
                _mark(row, (2,), (figure_id,))
        found.append(_shown(table, rows, wrong))
    return tuple(found)


def numbers_in(tables: Iterable[ShownTable], texts: Iterable[Pieces]) -> Iterator[Piece]:
    """Every number of a figure that stands in the report."""
    for table in tables:
        for row in table.rows:
            for cell in row:
                for line in cell.lines:
                    yield from (piece for piece in line if piece.figure)
    for text in texts:
        yield from (piece for piece in text if piece.figure)


def _mark(row: list[Cell], places: Iterable[int], ids: Iterable[str]) -> None:
    """Mark the cells of a row at some places as numbers of figures."""
    for place, figure_id in zip(places, ids, strict=True):
        cell = row[place]
        assert isinstance(cell.text, str), "a number stands alone in its cell"
        row[place] = replace(cell, text=marked(figure_id, cell.text))


def _shown(table: Titled, rows: Sequence[Sequence[Cell]], wrong: Mapping[str, str]) -> ShownTable:
    shown = tuple(
        tuple(ShownCell(tuple(pieces(line.text, wrong) for line in cell.lines), cell.across, cell.down) for cell in row)
        for row in rows
    )
    return ShownTable(table.heading, table.note, shown, table.header_rows)
