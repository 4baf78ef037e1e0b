"""Word tables from rows of cells that span columns and rows, as printed forms have them."""

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row

from jubao.documents.word import ALIGNMENTS, SONG, Face, add_text

BORDER_EIGHTHS = "4"  # half a point
PADDING_TWIPS = {"top": "40", "left": "60", "bottom": "40", "right": "60"}
LEADING = 1.45  # set exactly: Chinese fonts differ in height, and a form must not grow with them
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph in a cell that is aligned otherwise than its cell."""

    text: str
    align: str
    inset_cm: float = 0  # from the right edge


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its paragraphs, how many columns and rows it covers, how it is set."""

    text: str | Sequence[str | Line] = ""
    across: int = 1
    down: int = 1
    align: str = "center"
    face: Face = SONG

    @property
    def lines(self) -> tuple[Line, ...]:
        """The paragraphs in order; at least one, perhaps empty."""
        texts = (self.text,) if isinstance(self.text, str) else tuple(self.text) or ("",)
        return tuple(Line(text, self.align) if isinstance(text, str) else text for text in texts)


Rows = Sequence[Sequence[Cell]]


class CellsDoNotFit(AssertionError):
    """The spans of a table leave a hole or run over its edge: the form itself is declared wrongly."""


def draw_table(
    document: WordDocument,
    widths_cm: Sequence[float],
    rows: Rows,
    *,
    header_rows: int = 0,
    row_height_cm: float = 0.75,
    keeps_together: bool = False,
) -> Table:
    """Draw a bordered table of fixed column widths.

    Args:
        document: where the table is added, at the end.
        widths_cm: one width for each column, in centimetres.
        rows: cells from left to right; places covered from above are left out, as in HTML.
        header_rows: how many first rows repeat on every page; a table that has them never splits a row.
        row_height_cm: least height of a row.
        keeps_together: the whole table, and the paragraph after it, stay on one page.
    Raises:
        CellsDoNotFit: the cells do not fill the grid exactly.
    """
    places = _places(rows, columns=len(widths_cm))
    table: Table = document.add_table(rows=len(rows), cols=len(widths_cm))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _set_borders(table)
    _set_sizes(table, widths_cm, row_height_cm)
    grid = [list(row.cells) for row in table.rows]  # asked once: a table looks through all its cells each time
    for (top, left), cell in places.items():
        corner = grid[top][left]
        if cell.across > 1 or cell.down > 1:
            corner = corner.merge(grid[top + cell.down - 1][left + cell.across - 1])
        _write(corner, cell)
    for place, row in enumerate(table.rows if header_rows else ()):
        _flag_row(row, "w:cantSplit")
        if place < header_rows:
            _flag_row(row, "w:tblHeader")
    if keeps_together:
        _keep_together(table)
    return table


def _places(rows: Rows, *, columns: int) -> dict[Place, Cell]:
    """Where each cell's upper left corner lies; every place of the grid is covered exactly once."""
    taken: set[Place] = set()
    corners: dict[Place, Cell] = {}
    for top, cells in enumerate(rows):
        for cell in cells:
            left = next((x for x in range(columns) if (top, x) not in taken), columns)
            span = {(top + dy, left + dx) for dy in range(cell.down) for dx in range(cell.across)}
            if span & taken or left + cell.across > columns or top + cell.down > len(rows):
                raise CellsDoNotFit(top, left, cell.text)
            taken |= span
            corners[top, left] = cell
        if sum((top, x) in taken for x in range(columns)) != columns:
            raise CellsDoNotFit(top, "hole")
    return corners


def _write(place: _Cell, cell: Cell) -> None:
    """Set the paragraphs of one cell."""
    place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for number, line in enumerate(cell.lines):
        paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
        paragraph.alignment = ALIGNMENTS[line.align]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.right_indent = Cm(line.inset_cm) if line.inset_cm else None
        paragraph.paragraph_format.line_spacing = Pt(LEADING * cell.face.size_pt)
        if line.text:
            add_text(paragraph, line.text, cell.face)


def _set_sizes(table: Table, widths_cm: Sequence[float], row_height_cm: float) -> None:
    """Fix column widths (grid and cells agree) and the least height of rows."""
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        row.height, row.height_rule = Cm(row_height_cm), WD_ROW_HEIGHT_RULE.AT_LEAST
        for cell, width in zip(row.cells, widths_cm, strict=True):
            cell.width = Cm(width)


def _set_borders(table: Table) -> None:
    """Draw single lines around and between all cells, and keep the words off them."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", BORDER_EIGHTHS), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    layout = table._tbl.tblPr.find(qn("w:tblLayout"))  # noqa: SLF001  (borders have no API)
    layout.addprevious(borders)
    padding = OxmlElement("w:tblCellMar")
    for side, width in PADDING_TWIPS.items():
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), width)
        edge.set(qn("w:type"), "dxa")
        padding.append(edge)
    layout.addnext(padding)


def _keep_together(table: Table) -> None:
    """Tie every row to the next, so that signatures never stand on a page of their own."""
    for row in table.rows:
        _flag_row(row, "w:cantSplit")
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _flag_row(row: _Row, name: str) -> None:
    """Switch a yes-or-no property of a row on."""
    flag = OxmlElement(name)
    flag.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(flag)  # noqa: SLF001  (python-docx lacks these properties)
