"""One source of a list: its rows, whom they are about, what is worked out beside them, and how they are walked in order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from jubao.columns.ordered import CharacterOrder
from jubao.records.models import Division
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import Column, Told, value_at
from jubao.vocabulary.codes.office import DivisionLevel
from jubao.vocabulary.viewer import Viewer

CHUNK = 800
SORT = "sort_{}"
Order = Sequence[tuple[str, bool]]
Start = tuple[Any, ...]
LAST_KEY = 2**63 - 1
NOTHING: Told = {}


def nothing_beside(rows: Sequence[Any], _: Window) -> Iterable[Told | None]:
    """Nothing is worked out beside the rows."""
    return [NOTHING] * len(rows)


@dataclass(frozen=True)
class Found:
    """A row in its order: sort key, part and key, the row itself, what was worked out beside it, and its village."""

    sort: tuple[Any, ...]
    place: tuple[int, int]
    row: Any
    told: Told
    division: str


@dataclass(frozen=True)
class Part:
    """One source.

    Attributes:
        source: the rows of a window, with the relations that columns follow; None where there can be none.
        beside: for some rows at once, in their order, what is worked out for each by name; None leaves a row out.
        person: path to the person a row is about; empty where the row is the person, None where it is about nobody
            of the register.
        village: path to the code of a village, for rows about nobody of the register that name one.
        order: paths that order rows of one village, before their key; none of them may be empty.
        may_lack_person: whether the person may be missing; such rows stand first, and only who sees all sees them.
        is_exact: whether every row of the source is a row of the list.
        named: path to the person of the register whom a row names, where it is not ``person``.
        number: path to the resident number of whom a row is about, where that is nobody of the register.
    """

    source: Callable[[Window], QuerySet | None]
    beside: Callable[[Sequence[Any], Window], Iterable[Told | None]] = nothing_beside
    person: str | None = "person"
    village: str | None = None
    order: tuple[str, ...] = ()
    may_lack_person: bool = False
    is_exact: bool = True
    named: str | None = None
    number: str | None = None

    # ── Whom a row shows ──

    @property
    def shown(self) -> str | None:
        """Path to the person a row shows; empty where the row is the person, None where it shows nobody of the register."""
        return self.named if self.person is None else self.person

    def key_of(self, row: Any) -> int | None:
        """The key of the person a row shows; None where the register knows nobody."""
        if self.shown is None:
            return None
        person = value_at(row, self.shown) if self.shown else row
        return None if person is None else person.pk

    def number_of(self, row: Any) -> str:
        """The resident number of whom a row is about; empty where it is about nobody."""
        if self.number is not None:
            return str(value_at(row, self.number))
        if self.shown is None:
            return ""
        return str(value_at(row, f"{self.shown}__resident_number" if self.shown else "resident_number") or "")

    # ── Columns ──

    def of_person(self, name: str) -> str:
        """The path of a column of the person."""
        assert self.person is not None, "a row about nobody has no person"
        return f"{self.person}__{name}" if self.person else name

    def path(self, column: Column) -> str:
        """The column's path from a row of this part."""
        return self.of_person(column.path) if column.of_person else column.path

    def value(self, column: Column, row: Any, told: Told) -> Any:
        """What stands in a column: worked out beside the row, or stored."""
        return told[column.path] if column.path in told else value_at(row, self.path(column))

    # ── Places ──

    @property
    def village_column(self) -> str | None:
        """Path of the village's code; None where a row has no place."""
        return self.village if self.person is None else self.of_person("division")

    @property
    def natural_order(self) -> Order:
        """By township and village, then the part's own order."""
        place = [self.of_person("township")] if self.person is not None else []
        village = [self.village_column] if self.village_column is not None else []
        return [(path, False) for path in (*place, *village, *self.order)]

    def seen(self, rows: QuerySet, viewer: Viewer) -> QuerySet | None:
        """Those a viewer may see; None when there are none: who answers for some divisions sees no rows without a place."""
        if isinstance(viewer.scope, frozenset):
            return None if self.village_column is None else self.within(rows, viewer.scope)
        return rows

    def within(self, rows: QuerySet, divisions: frozenset[str]) -> QuerySet:
        """Rows of some townships and villages."""
        codes = sorted(divisions)
        if self.person is not None and _are_townships(codes):
            return rows.filter(**{f"{self.of_person('township')}__in": codes})
        below = Division.objects.filter(parent__in=codes).order_by("code").values_list("code", flat=True)
        return rows.filter(**{f"{self.village_column}__in": sorted({*codes, *below})})

    # ── Order ──

    def walk(
        self,
        rows: QuerySet,
        number: int,
        order: Order,
        window: Window,
        *,
        descending: bool,
        behind: Start | None,
        most: int | None,
    ) -> Iterator[Found]:
        """Rows in order, with what stands beside them.

        Args:
            rows: what is asked for; number: the part's place in its list.
            order: paths before the key.
            descending: whether the order runs downwards.
            behind: sort values, part and key of the row to begin behind; of another part, only its values count here.
            most: how many will be wanted at most: they are read by key in small pieces; None reads all in one query.
        """
        names = [SORT.format(place) for place in range(len(order))]
        columns = self._expressions(order)
        sign = "-" if descending else ""
        ordered = rows.annotate(**dict(zip(names, columns, strict=True))).order_by(
            *(sign + name for name in [*names, "pk"])
        )
        start = None if behind is None else _start(behind, number, descending=descending)
        if most is None:
            pieces = _whole(ordered)
        elif self.is_sorted_by_place(order):
            pieces = self._by_township(ordered, start, order[0][0], most, names)
        else:
            pieces = self._by_key(ordered, start, names, most, descending=descending)
        for some in pieces:
            for row, told in zip(some, self.beside(some, window), strict=True):
                if told is not None:
                    values = (*(getattr(row, name) for name in names), number, row.pk)
                    code = value_at(row, self.village_column) if self.village_column else None
                    yield Found(values, (number, row.pk), row, told, code or "")

    def is_sorted_by_place(self, order: Order) -> bool:
        """Whether rows about other people's facts come by place: no index of theirs is in that order."""
        return bool(self.person) and list(order) == list(self.natural_order)

    def _by_township(
        self, ordered: "QuerySet[Any]", start: Start | None, township: str, most: int, names: Sequence[str]
    ) -> Iterator[list[Any]]:
        """Pieces in the order of places, one township after the other, so that a page sorts a township and not the window.

        The place of a fact is where its person lives now: it is no column of the fact, since facts do not move.
        """
        townships = (
            Division.objects.filter(level=DivisionLevel.TOWNSHIP).order_by("code").values_list("code", flat=True)
        )
        left = most
        for code in ["", *townships] if self.may_lack_person else townships:
            if start is not None and code < start[0]:
                continue
            begin = start if start is not None and start[0] == code else None
            rows = ordered.filter(**{township if code else names[0]: code})
            for some in self._by_key(rows, begin, names, left, descending=False):
                yield some
                left = max(left - len(some), 1)

    def _by_key(
        self, ordered: "QuerySet[Any]", start: Start | None, names: Sequence[str], most: int, *, descending: bool
    ) -> Iterator[list[Any]]:
        """Pieces of the rows behind a start, until they end; only what is left out of the list asks for a second one."""
        size = most if self.is_exact else CHUNK
        while True:
            some = (
                list(ordered[:size]) if start is None else _behind(ordered, start, names, size, descending=descending)
            )
            if some:
                yield some
            if len(some) < size:
                return
            start = (*(getattr(some[-1], name) for name in names), some[-1].pk)

    def sort_values(self, key: int, order: Order, window: Window) -> Start | None:
        """The values that order a row, by its key; None when there is no such row in the list's source."""
        rows = self.source(window)
        if rows is None:
            return None
        columns = self._expressions(order)
        found = rows.filter(pk=key).order_by("pk").values_list("pk", *columns).first()
        return None if found is None else tuple(found[1:])

    def _expressions(self, order: Order) -> list[Any]:
        """The columns of an order; somebody who may be missing stands where the empty text does."""
        found: list[Any] = []
        for path, is_text in order:
            may_be_empty = self.may_lack_person and path.startswith(f"{self.person}__")
            column = Coalesce(F(path), Value("")) if may_be_empty else F(path)
            found.append(CharacterOrder(column) if is_text else column)
        return found


def _whole(ordered: "QuerySet[Any]") -> Iterator[list[Any]]:
    """All rows of one query, in chunks."""
    streamed = ordered.iterator(CHUNK)
    while some := list(islice(streamed, CHUNK)):
        yield some


def _behind(ordered: "QuerySet[Any]", start: Start, names: Sequence[str], size: int, *, descending: bool) -> list[Any]:
    """Rows behind a start: first those that share all of it but the last value, then those that share less and less.

    Each step states equal values and one bound, which an index in this order answers by itself. A comparison of whole
    rows at once does not: SQLite leaves the key out of it and goes through everybody of a village.
    """
    columns, beyond = [*names, "pk"][: len(start)], "lt" if descending else "gt"
    found: list[Any] = []
    for shared in range(len(start) - 1, -1, -1):
        same = dict(zip(columns[:shared], start[:shared], strict=True))
        rows = ordered.filter(**same, **{f"{columns[shared]}__{beyond}": start[shared]})
        found += rows[: size - len(found)]
        if len(found) == size:
            break
    return found


def _start(behind: Start, number: int, *, descending: bool) -> Start:
    """Where a part begins behind a row that may be another part's: of equal values, earlier parts come first."""
    *values, part, key = behind
    if part == number:
        return (*values, key)
    is_earlier = (number < part) != descending
    return tuple(values) if is_earlier else (*values, LAST_KEY if descending else -1)


def _are_townships(codes: Sequence[str]) -> bool:
    """Whether each of these codes is a township's."""
    return Division.objects.filter(code__in=codes, level=DivisionLevel.TOWNSHIP).count() == len(codes)
