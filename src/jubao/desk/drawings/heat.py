"""A heat grid: villages by months, the fuller the darker; too many villages are drawn as their townships."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from jubao.desk.drawings.element import TENTHS, element, tenths
from jubao.desk.drawings.numbers import Cell as NumberCell
from jubao.desk.drawings.numbers import Numbers
from jubao.desk.drawings.numbers import Row as NumberRow
from jubao.desk.drawings.point import Words, drawing, opened, own_address, shortened, text
from jubao.desk.drawings.unit import PERCENT, Unit
from jubao.vocabulary.both import both
from jubao.vocabulary.fen import PPM, divide_half_up

ROWS_AT_MOST = 60
WIDTH, LABELS, ROW, TOP, FOOT = 680, 168, 20, 24, 8
LABEL_SIGNS = 24
SHADES = (15, 35, 55, 75, 100)
"""Opacity of the five shades, in hundredths; the number stands in the tooltip and in the table."""
OTHERS = both("其余 {n} 个", "{n} others")


@dataclass(frozen=True)
class Cell:
    """How many of how many in one month; without ``of`` the value stands alone. None in its place is no cell yet."""

    value: int
    of: int | None = None
    address: str = ""

    def __post_init__(self) -> None:
        """As every point: an address of our own."""
        assert own_address(self.address), "a drawing links to pages of the desk only"

    @property
    def degree(self) -> int:
        """What is compared: parts per million of the whole, or the value itself. Nought of nought is nought."""
        if self.of is None:
            return self.value
        return divide_half_up(self.value * PPM, self.of) if self.of > 0 else 0


@dataclass(frozen=True)
class Group:
    """What several rows belong to (a township), and the address that shows its rows."""

    label: Words
    address: str = ""


@dataclass(frozen=True)
class Row:
    """One row of the grid (a village): its name, its group, its address, one cell a month."""

    label: Words
    group: Group
    cells: tuple[Cell | None, ...]
    address: str = ""


@dataclass(frozen=True)
class Heat:
    """A grid: title, what rows are called (and their groups), the months above, the unit of values, the rows."""

    title: Words
    named: Words
    named_groups: Words
    months: tuple[Words, ...]
    unit: Unit
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        """Every row has a place for every month."""
        assert all(len(row.cells) == len(self.months) for row in self.rows), "a cell or None for each month"

    @property
    def is_grouped(self) -> bool:
        """Whether there are too many rows to draw each."""
        return len(self.rows) > ROWS_AT_MOST

    @property
    def drawn(self) -> tuple[Row, ...]:
        """The rows that are drawn: all, or their groups; of more than can be drawn, the last is all others."""
        if not self.is_grouped:
            return self.rows
        grouped = _by_group(self.rows)
        if len(grouped) <= ROWS_AT_MOST:
            return grouped
        kept, others = grouped[: ROWS_AT_MOST - 1], grouped[ROWS_AT_MOST - 1 :]
        return (*kept, _sum_of(OTHERS.with_(n=len(others)), Group(""), others))

    def numbers(self) -> Numbers:
        """The same numbers as a table."""
        named = self.named_groups if self.is_grouped else self.named
        rows = tuple(
            NumberRow(row.label, tuple(self._number(cell) for cell in row.cells), row.address) for row in self.drawn
        )
        return Numbers(self.title, (named, *self.months), rows)

    def _number(self, cell: Cell | None) -> NumberCell:
        return NumberCell() if cell is None else NumberCell(self.written(cell), cell.address)

    def written(self, cell: Cell) -> str:
        """The number of a cell: the rate where it is one of many, else the value."""
        return self.unit.show(cell.value) if cell.of is None else f"{PERCENT.show(cell.degree)} %"

    def said(self, row: Row, month: Words, cell: Cell) -> str:
        """“枫桥村 3月 86.00 %，43／50 人”."""
        if cell.of is None:
            return f"{row.label} {month} {self.unit.spoken(cell.value)}"
        many = f"{self.unit.show(cell.value)}／{self.unit.spoken(cell.of)}"
        return f"{row.label} {month} {self.written(cell)}，{many}"


def heat(grid: Heat) -> SafeString:
    """The grid; each cell opens its list, its shade compares it with the fullest."""
    rows = grid.drawn
    most = max((cell.degree for row in rows for cell in row.cells if cell is not None), default=0)
    edges = _edges(len(grid.months))
    pieces = [
        text(shortened(month, 6), tenths((edges[place] + edges[place + 1]) // 2), "16", anchor="middle")
        for place, month in enumerate(grid.months)
    ]
    for place, row in enumerate(rows):
        pieces += _row(grid, row, TOP + ROW * place, edges, most)
    return drawing(grid.title, *pieces, width=WIDTH, height=TOP + ROW * len(rows) + FOOT)


def _row(grid: Heat, row: Row, top: int, edges: Sequence[int], most: int) -> Iterable[SafeString]:
    label = text(shortened(row.label, LABEL_SIGNS), str(LABELS - 8), str(top + 14), anchor="end")
    yield opened(label, str(row.label), row.address)
    for place, cell in enumerate(row.cells):
        if cell is None:
            continue
        shape = element(
            "rect",
            class_="f1" if cell.degree >= 0 else "f2",
            fill_opacity=_shade(cell.degree, most),
            x=tenths(edges[place]),
            y=str(top + 1),
            width=tenths(edges[place + 1] - edges[place] - 2 * TENTHS),
            height=str(ROW - 2),
        )
        yield opened(shape, grid.said(row, grid.months[place], cell), cell.address)


def _edges(count: int) -> list[int]:
    """Where the columns begin, and the end of the last, in tenths."""
    start, end = LABELS * TENTHS, WIDTH * TENTHS
    return [start + (end - start) * place // max(count, 1) for place in range(count + 1)]


def _shade(degree: int, most: int) -> str:
    """One of five shades; nothing is nearly white, the fullest is full."""
    if degree == 0:
        return "0.04"
    place = min(abs(degree) * len(SHADES) // max(most, 1), len(SHADES) - 1)
    hundredths = SHADES[place]
    return "1" if hundredths == SHADES[-1] else f"0.{hundredths:02d}"


def _by_group(rows: Iterable[Row]) -> tuple[Row, ...]:
    members: dict[Group, list[Row]] = {}
    for row in rows:
        members.setdefault(row.group, []).append(row)
    return tuple(_sum_of(group.label, group, held) for group, held in members.items())


def _sum_of(label: Words, group: Group, rows: Sequence[Row]) -> Row:
    """Several rows as one: values and wholes added, so the rate is the group's, never a mean of rates."""
    columns = zip(*(row.cells for row in rows), strict=True)
    return Row(label, group, tuple(_added(column, group.address) for column in columns), group.address)


def _added(cells: Sequence[Cell | None], address: str) -> Cell | None:
    held = [cell for cell in cells if cell is not None]
    if not held:
        return None
    wholes = [cell.of for cell in held if cell.of is not None]
    return Cell(sum(cell.value for cell in held), sum(wholes) if wholes else None, address)
