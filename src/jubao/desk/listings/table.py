"""One page of a list as its address asks: heads that sort, conditions, rows, where the next page begins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from jubao.desk.frame.route import ROUTES
from jubao.desk.listings.address import Address
from jubao.desk.parts.tags import NOTHING, month, tail, yuan
from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONEY, MONTH, Value
from jubao.reports.figures.place import Township, townships
from jubao.reports.lists.column import NAME, Column, Opens
from jubao.reports.lists.listing import DESCENDING, DIVISION, Line, Listing
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import Viewer

ROWS = 50
COUNTED_UP_TO = 10_000
TAIL = "证件尾号"
FIGURES = frozenset({MONEY, INTEGER})
HINTS: Mapping[str, Both] = {
    DATE: both("2017-03-01..2017-03-31", "2017-03-01..2017-03-31"),
    MONTH: both("201703..201706", "201703..201706"),
    MONEY: both("100..500，元", "100..500 yuan"),
    INTEGER: both("1..15", "1..15"),
}
PERSON = "people.overview"
LEADS: Mapping[Opens, str] = {
    Opens.BATCH: "payments.batch",
    Opens.LIST: "suspicions.list_received",
    Opens.ROUND: "suspicions.round",
    Opens.VOUCHER: "fund.voucher",
}


@dataclass(frozen=True)
class Head:
    """The head of a column: its title, whether figures stand below it, and what sorting by it asks; None where it cannot."""

    title: str
    name: str
    is_figure: bool
    address: str | None
    sorted: str


@dataclass(frozen=True)
class Cell:
    """What stands in a row: words, where they lead, whether they are figures, whether negative."""

    text: str
    label: str
    address: str | None
    is_figure: bool
    is_red: bool


@dataclass(frozen=True)
class Question:
    """A condition one may ask: its column, what is asked now, its codes where it has some."""

    name: str
    title: str
    text: str
    hint: Both | None
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Chip:
    """A condition that is asked, in words, and the address without it."""

    words: str
    address: str


@dataclass(frozen=True)
class Shown:
    """One page of a list.

    Attributes:
        title, name: of the list; address: as asked; heads, rows: what stands there.
        first, last: which rows these are, counted from 1; count: how many there are, None above what is counted.
        next: where the next page begins; start: the first page, where this is not it.
        questions: what may be asked; chips: what is; townships: by which it may be cut; left_out: people recused.
        export: where it is taken out; years: that may be chosen.
    """

    title: str
    name: str
    address: Address
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    first: int
    last: int
    count: int | None
    next: str | None
    start: str | None
    questions: tuple[Question, ...]
    chips: tuple[Chip, ...]
    townships: tuple[Township, ...]
    division: str
    left_out: int
    export: str
    years: tuple[int, ...]
    day: date

    @property
    def is_narrowed(self) -> bool:
        """Whether something narrows it."""
        return bool(self.chips)

    @property
    def whole(self) -> str:
        """The address of the list without conditions."""
        return Address(self.name).write()


def show(listing: Listing, address: Address, *, viewer: Viewer) -> Shown:
    """One page of a list. Raises as ``Listing.page``."""
    window = address.window(viewer.day)
    page = listing.page(address.asked, window=window, viewer=viewer, limit=ROWS, after=address.after)
    is_whole = page.after is None and address.after is None
    count = len(page.lines) if is_whole else _counted(listing, address, viewer)
    last = address.passed + len(page.lines)
    return Shown(
        title=listing.title,
        name=listing.name,
        address=address,
        heads=tuple(_head(column, address) for column in listing.columns),
        rows=tuple(_row(listing, line) for line in page.lines),
        first=address.passed + 1 if page.lines else 0,
        last=last,
        count=count,
        next=replace(address, after=page.after, passed=last).write() if page.after else None,
        start=replace(address, after=None, passed=0).write() if address.after else None,
        questions=tuple(_question(one, address) for one in listing.columns if _may_be_asked(one)),
        chips=tuple(_chips(listing, address)),
        townships=townships() if listing.has_place else (),
        division=address.asked.filters.get(DIVISION, ""),
        left_out=page.left_out,
        export=address.write("listings.export"),
        years=tuple(range(viewer.day.year, viewer.day.year - 6, -1)),
        day=window.as_of,
    )


def _counted(listing: Listing, address: Address, viewer: Viewer) -> int | None:
    window = address.window(viewer.day)
    count = listing.count(address.asked, window=window, viewer=viewer, most=COUNTED_UP_TO + 1)
    return count if count <= COUNTED_UP_TO else None


def _may_be_asked(column: Column) -> bool:
    """A whole number never stands in an address: it is searched for, not asked of a list."""
    return column.is_filtered and column.mask is None


def _head(column: Column, address: Address) -> Head:
    order = address.asked.order
    is_sorted = order.removeprefix(DESCENDING) == column.name
    turned = f"{DESCENDING}{column.name}" if is_sorted and not address.asked.descending else column.name
    told = "" if not is_sorted else "descending" if address.asked.descending else "ascending"
    leads = address.ordered(turned).write() if column.is_sorted else None
    return Head(_title(column), column.name, column.kind in FIGURES, leads, told)


def _is_number(column: Column) -> bool:
    """Whether it holds resident numbers: on the screen their ends must do."""
    return column.mask is Mask.NUMBER and column.kind == IDENTIFIER


def _title(column: Column) -> str:
    return TAIL if _is_number(column) else column.title


def _row(listing: Listing, line: Line) -> tuple[Cell, ...]:
    cells = zip(listing.columns, line.cells, strict=True)
    return tuple(_cell(column, value, _leads(column, line)) for column, value in cells)


def _cell(column: Column, value: Value, leads: str | None) -> Cell:
    is_red = isinstance(value, int) and value < 0
    words = tail(str(value)) if _is_number(column) else _words(column.kind, value)
    return Cell(words, _title(column), leads, column.kind in FIGURES, is_red)


def _leads(column: Column, line: Line) -> str | None:
    """Where a cell leads: the person a row shows by key, what else it names by its number."""
    if column.opens is Opens.PERSON or column is NAME:
        return None if line.person is None else _address(PERSON, line.person)
    if column.opens is None or column.name not in line.opens:
        return None
    return _address(LEADS[column.opens], line.opens[column.name])


def _address(route: str, value: str | int) -> str | None:
    return reverse(route, args=[value]) if route in ROUTES else None


def _words(kind: str, value: Value) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, int):
        if kind == MONEY:
            return yuan(value)
        return month(value) if kind == MONTH else f"{value}" if kind == IDENTIFIER else f"{value:,}".replace("-", "−")
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def _question(column: Column, address: Address) -> Question:
    choices = tuple(dict.fromkeys((code, label) for code, label in column.words.items()))
    return Question(
        column.name, column.title, address.asked.filters.get(column.name, ""), HINTS.get(column.kind), choices
    )


def _chips(listing: Listing, address: Address) -> list[Chip]:
    titles = {column.name: column for column in listing.columns}
    found = []
    for name, text in address.asked.filters.items():
        column = titles.get(name)
        title = column.title if column else str(both("区划", "Division"))
        told = column.words.get(text, text) if column else text
        found.append(Chip(f"{title}：{told}", address.filtered(name, "").write()))
    return found
