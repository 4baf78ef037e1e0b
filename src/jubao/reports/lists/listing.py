"""A list (名单): columns over one or several sources, read page by page by key, or streamed whole, for one viewer.

No page is found by counting rows off: each begins behind the key of the last row of the one before, so that the
thousandth costs what the first did. Rows come by township and village unless another order is asked for; the key
decides last, so every row has one place.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice

from django.db.models import Count, QuerySet

from jubao.documents.sheet import Row
from jubao.records.models import Division
from jubao.reports.figures.place import Place, place_names
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import VILLAGE, Column, Told
from jubao.reports.lists.cursor import Cursor, NoSuchPlace, read_cursor
from jubao.reports.lists.filters import CannotFilter, narrowed
from jubao.reports.lists.part import Found, Order, Part
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import SEARCHING, Viewer

DIVISION = "division"
DESCENDING = "-"
MOST_LINES = 1000


class CannotOrder(ValueError):
    """A list cannot be ordered so."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a list: conditions by column name (and ``division``), and the column that orders it.

    An order begins with ``-`` to run downwards; empty, it is the list's own: by township, village, then as it says.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    order: str = ""

    @property
    def descending(self) -> bool:
        """Whether the order runs downwards."""
        return self.order.startswith(DESCENDING)


@dataclass(frozen=True)
class Line:
    """One row as its viewer sees it: cells in the order of the columns, and what they lead to, by column name."""

    cells: Row
    opens: Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """Some lines, and where the next page begins; None after the last."""

    lines: tuple[Line, ...]
    after: str | None


@dataclass(frozen=True)
class PlaceCount:
    """How many rows of a list concern one village."""

    place: Place
    division: str
    rows: int


@dataclass(frozen=True)
class Listing:
    """A list.

    Attributes:
        name: English, for commands and addresses; title: Chinese.
        columns: in the order shown.
        parts: where rows come from; several are merged into one order.
        audience: the posts that may see it.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]
    audience: frozenset[Post] = SEARCHING

    @property
    def has_place(self) -> bool:
        """Whether its rows say where people live, so that it can be cut by village."""
        return all(part.village_column is not None for part in self.parts)

    # ── Reading ──

    def page(
        self, asked: Asked, *, window: Window, viewer: Viewer, limit: int, after: str | None = None
    ) -> Page:
        """The lines behind a place, at most ``limit``; the first ones without a place.

        Raises:
            MayNotLook: none of the viewer's posts may see the list.
            CannotFilter, CannotOrder, NoSuchPlace: what is asked is not understood; nothing is shown.
        """
        assert 0 < limit <= MOST_LINES, "a page is bounded"
        bound = f"{self.name}/{asked.order}"
        last = None if after is None else read_cursor(after, bound)
        found = list(islice(self._found(asked, window, viewer, after=last, most=limit + 1), limit + 1))
        cells = self._cells(viewer)
        lines = tuple(cells(one) for one in found[:limit])
        more = len(found) > limit
        return Page(lines, Cursor(*found[limit - 1].place).write(bound) if more else None)

    def rows(self, asked: Asked, *, window: Window, viewer: Viewer) -> Iterator[Row]:
        """All rows, streamed: each part is one query, read in chunks; memory does not grow with the list. Raises as ``page``."""
        cells = self._cells(viewer)
        return (cells(one).cells for one in self._found(asked, window, viewer))

    def count(self, asked: Asked, *, window: Window, viewer: Viewer) -> int:
        """How many rows there are, counted by the database wherever it can tell. Raises as ``page``."""
        if (counted := self._counted()) is None:
            return sum(1 for _ in self._found(asked, window, viewer))
        return sum(rows.count() for _, _, rows in self._sources(counted, asked, window, viewer))

    def by_place(self, asked: Asked, *, window: Window, viewer: Viewer) -> list[PlaceCount]:
        """How many rows concern each village, in the order of the codes, counted as in ``count``. Raises as ``page``."""
        assert self.has_place, f"{self.name} has no places"
        found: Counter[str] = Counter()
        if (counted := self._counted()) is None:
            found.update(one.division for one in self._found(asked, window, viewer))
        else:
            for _, part, rows in self._sources(counted, asked, window, viewer):
                grouped = rows.order_by().values_list(str(part.village_column)).annotate(rows=Count("pk"))
                for code, number in grouped:
                    found[code or ""] += number
        names = place_names()
        return [PlaceCount(names.get(code, (code, code)), code, found[code]) for code in sorted(found)]

    def _counted(self) -> list[Part] | None:
        """The parts whose rows the database may count; None where only going through the list tells."""
        parts = [part if part.is_exact else part.counted for part in self.parts]
        return None if None in parts else [part for part in parts if part is not None]

    # ── How ──

    def _cells(self, viewer: Viewer) -> Callable[[Found], Line]:
        names = place_names()

        def line(one: Found) -> Line:
            township, village = names.get(one.division, (one.division, one.division))
            told: Told = {"township_name": township, "village_name": village, **one.told}
            part = self.parts[one.place[0]]
            values = [part.value(column, one.row, told) for column in self.columns]
            opens = {
                column.name: str(value)
                for column, value in zip(self.columns, values, strict=True)
                if column.opens and value
            }
            cells = tuple(column.cell(value, viewer) for column, value in zip(self.columns, values, strict=True))
            return Line(cells, opens)

        return line

    def _found(
        self,
        asked: Asked,
        window: Window,
        viewer: Viewer,
        *,
        after: Cursor | None = None,
        most: int | None = None,
    ) -> Iterator[Found]:
        """Rows in order behind a place; ``most`` says that no more will be wanted, so that they are read as a page."""
        sources = self._sources(self.parts, asked, window, viewer)
        behind = None
        if after is not None:
            last = self.parts[after.part] if after.part < len(self.parts) else None
            values = last.sort_values(after.key, self._order(last, asked), window) if last else None
            if values is None:
                raise NoSuchPlace("翻页位置所指的记录已不在名单中，请从第一页重新查看")
            behind = (*values, after.part, after.key)
        walks = [
            part.walk(
                rows,
                number,
                self._order(part, asked),
                window,
                descending=asked.descending,
                behind=behind,
                most=most,
            )
            for number, part, rows in sources
        ]
        return merge(*walks, key=lambda one: one.sort, reverse=asked.descending)

    def _sources(
        self, parts: Sequence[Part], asked: Asked, window: Window, viewer: Viewer
    ) -> list[tuple[int, Part, QuerySet]]:
        """Place and rows of each part, as far as this viewer may see them and they were asked for."""
        viewer.require(self.audience, f"《{self.title}》")
        found = []
        for number, part in enumerate(parts):
            rows = part.source(window)
            if rows is not None and (seen := part.seen(rows, viewer)) is not None:
                found.append((number, part, self._filtered(seen, part, asked)))
        return found

    def _filtered(self, rows: QuerySet, part: Part, asked: Asked) -> QuerySet:
        for name, text in asked.filters.items():
            if name == DIVISION and self.has_place:
                rows = part.within(rows, frozenset({_division(text)}))
                continue
            column = self._named(name, [one for one in self.columns if one.is_filtered], CannotFilter, "条件")
            rows = narrowed(rows, column, part.path(column), text)
        return rows

    def _order(self, part: Part, asked: Asked) -> Order:
        """Paths that order a part, and whether each is a text to be compared by its characters."""
        if not asked.order:
            return part.natural_order
        name = asked.order.removeprefix(DESCENDING)
        column = self._named(name, [one for one in self.columns if one.is_sorted], CannotOrder, "排序")
        return [(part.path(column), column.is_text)]

    @staticmethod
    def _named(name: str, columns: Sequence[Column], refusal: type[ValueError], what: str) -> Column:
        for column in columns:
            if column.name == name:
                return column
        known = "、".join(f"{one.name}（{one.title}）" for one in columns) or "无"
        raise refusal(f"不认识的{what} {name}，可用的有：{known}")


def _division(text: str) -> str:
    code = text.strip()
    if not Division.objects.filter(code=code).exists():
        raise CannotFilter(f"条件“{VILLAGE}”：没有登记区划 {code}，请填乡镇或村社区的编码")
    return code
