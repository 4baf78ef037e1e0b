"""The table of the same numbers as a drawing: for who listens, prints or wants the exact value."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from jubao.desk.drawings.element import element, together
from jubao.desk.drawings.point import Words
from jubao.desk.drawings.unit import NOTHING


@dataclass(frozen=True)
class Cell:
    """A number of the table, written, and the address it opens."""

    written: str = NOTHING
    address: str = ""


@dataclass(frozen=True)
class Row:
    """One row: what it is called, the address that opens it, its numbers."""

    label: Words
    cells: tuple[Cell, ...]
    address: str = ""


@dataclass(frozen=True)
class Numbers:
    """A table: what it shows, the heads of its columns (the first names the rows), its rows."""

    title: Words
    heads: tuple[Words, ...]
    rows: tuple[Row, ...]


def table(numbers: Numbers) -> SafeString:
    """The table as HTML; it scrolls by itself where the panel is narrow."""
    first, *others = numbers.heads
    head = element(
        "tr", element("th", first, scope="col"), *(element("th", name, scope="col", class_="num") for name in others)
    )
    body = together(*(_row(row) for row in numbers.rows))
    caption = element("caption", numbers.title, class_="hide")
    whole = element("table", caption, element("thead", head), element("tbody", body))
    return element("div", whole, class_="scroll", tabindex="0", role="group", aria_label=numbers.title)


def _row(row: Row) -> SafeString:
    cells = (element("td", _linked(cell.written, cell.address), class_="num") for cell in row.cells)
    return element("tr", element("th", _linked(row.label, row.address), scope="row"), *cells)


def _linked(said: object, address: str) -> object:
    return element("a", said, href=address) if address else said
