"""A list (名单): columns over one or several sources, read page by page by key, or streamed whole, for one viewer.

No page is found by counting rows off: each begins behind the key of the last row of the one before, so that the
thousandth costs what the first did. Rows come by township and village unless another order is asked for; the key
decides last, so every row has one place.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from jubao.vocabulary.resident_number import masked
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
    """One row as its viewer sees it: cells in the order of the columns, and what they lead to, by column name.

    ``person`` is the key of whom the row shows; None where the register knows nobody.
    """

    cells: Row
    opens: Mapping[str, str]
    person: int | None


@dataclass(frozen=True)
class Page:
    """Some lines, where the next page begins (None after the last), and how many people were left out by recusal."""

    lines: tuple[Line, ...]
    after: str | None
    left_out: int = 0


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
        given_out: an act others signed gives these people's numbers to whoever must have them, however many they are.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]
    audience: frozenset[Post] = SEARCHING
    given_out: bool = False

    @property
    def has_place(self) -> bool:
        """Whether its rows say where people live, so that it can be cut by village."""
        return all(part.village_column is not None for part in self.parts)

    # ── Reading ──

    def page(self, asked: Asked, *, window: Window, viewer: Viewer, limit: int, after: str | None = None) -> Page:
        """The lines behind a place, at most ``limit``; the first ones without a place.

        Raises:
            MayNotLook: none of the viewer's posts may see the list.
            CannotFilter, CannotOrder, NoSuchPlace: what is asked is not understood; nothing is shown.
        """
        assert 0 < limit <= MOST_LINES, "a page is bounded"
        bound = f"{self.name}/{asked.order}"
        last = None if after is None else read_cursor(after, bound)
        left_out: set[str] = set()
        rows = self._found(asked, window, viewer, after=last, most=limit + 1, left_out=left_out)
        found = list(islice(rows, limit + 1))
        self._note(found[:limit], asked, window, viewer)
        cells = self._cells(viewer)
        lines = tuple(cells(one) for one in found[:limit])
        more = len(found) > limit
        return Page(lines, Cursor(*found[limit - 1].place).write(bound) if more else None, len(left_out))

    def rows(self, asked: Asked, *, window: Window, viewer: Viewer) -> Iterator[Row]:
        """All rows, streamed: each part is one query, read in chunks; memory does not grow with the list. Raises as ``page``."""
        cells = self._cells(viewer)
        if self._unmasks(viewer):
            self._note(self._found(asked, window, viewer), asked, window, viewer)
        return (cells(one).cells for one in self._found(asked, window, viewer))

    def count(self, asked: Asked, *, window: Window, viewer: Viewer, most: int | None = None) -> int:
        """How many rows there are, counted by the database wherever it can tell, and no further than ``most``.

        Raises as ``page``.
        """
        if (counted := self._counted(viewer)) is None:
            return sum(1 for _ in islice(self._found(asked, window, viewer), most))
        sources = [rows for _, _, rows in self._sources(counted, asked, window, viewer)]
        if most is None:
            return sum(rows.count() for rows in sources)
        return min(sum(rows.order_by()[:most].count() for rows in sources), most)

    def by_place(self, asked: Asked, *, window: Window, viewer: Viewer) -> list[PlaceCount]:
        """How many rows concern each village, in the order of the codes, counted as in ``count``. Raises as ``page``."""
        assert self.has_place, f"{self.name} has no places"
        found: Counter[str] = Counter()
        if (counted := self._counted(viewer)) is None:
            found.update(one.division for one in self._found(asked, window, viewer))
        else:
            for _, part, rows in self._sources(counted, asked, window, viewer):
                grouped = rows.order_by().values_list(str(part.village_column)).annotate(rows=Count("pk"))
                for code, number in grouped:
                    found[code or ""] += number
        names = place_names()
        return [PlaceCount(names.get(code, (code, code)), code, found[code]) for code in sorted(found)]

    def left_out(self, asked: Asked, *, window: Window, viewer: Viewer) -> int:
        """How many people the viewer does not get because he stays away from them. Raises as ``page``."""
        if not viewer.recused:
            return 0
        left_out: set[str] = set()
        for _ in self._found(asked, window, viewer, left_out=left_out):
            pass
        return len(left_out)

    def _counted(self, viewer: Viewer) -> list[Part] | None:
        """The parts whose rows the database may count; None where only going through the list tells."""
        if viewer.recused:
            return None
        return list(self.parts) if all(part.is_exact for part in self.parts) else None

    # ── Whom a viewer sees unmasked, and whom not at all ──

    def _unmasks(self, viewer: Viewer) -> bool:
        """Whether some column shows this viewer more than he would see under its mask."""
        return any(column.shows_whole(viewer) for column in self.columns)

    def _note(self, rows: Iterable[Found], asked: Asked, window: Window, viewer: Viewer) -> None:
        """Have the people of some rows written down before they are shown unmasked. Raises MayNotLook."""
        if self._unmasks(viewer):
            keys = [self.parts[one.place[0]].key_of(one.row) for one in rows]
            viewer.looks_at(keys, self.name, conditions=conditions_of(asked, window), approved=self.given_out)

    def _seen(self, part: Part, rows: Iterator[Found], viewer: Viewer, left_out: set[str]) -> Iterator[Found]:
        """Rows without those about people from whom the viewer stays away."""
        if not viewer.recused:
            yield from rows
            return
        for one in rows:
            number = part.number_of(one.row)
            if number in viewer.recused:
                left_out.add(number)
            else:
                yield one

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
            return Line(cells, opens, part.key_of(one.row))

        return line

    def _found(
        self,
        asked: Asked,
        window: Window,
        viewer: Viewer,
        *,
        after: Cursor | None = None,
        most: int | None = None,
        left_out: set[str] | None = None,
    ) -> Iterator[Found]:
        """Rows in order behind a place; ``most`` says that no more will be wanted, so that they are read as a page.

        The numbers of whom he stays away from are collected in ``left_out``.
        """
        away = set() if left_out is None else left_out
        sources = self._sources(self.parts, asked, window, viewer)
        behind = None
        if after is not None:
            last = self.parts[after.part] if after.part < len(self.parts) else None
            values = last.sort_values(after.key, self._order(last, asked), window) if last else None
            if values is None:
                raise NoSuchPlace("翻页位置所指的记录已不在名单中，请从第一页重新查看")
            behind = (*values, after.part, after.key)
        walks = [
            self._seen(
                part,
                part.walk(
                    rows,
                    number,
                    self._order(part, asked),
                    window,
                    descending=asked.descending,
                    behind=behind,
                    most=most,
                ),
                viewer,
                away,
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


def conditions_of(asked: Asked, window: Window) -> str:
    """What is asked of a list in one line, as an approved export names it; whole numbers are hidden."""
    filters = [f"{name}={text}" for name, text in sorted(asked.filters.items())]
    return masked(" ".join([f"{window.first}..{window.as_of}", *filters]))


def _division(text: str) -> str:
    code = text.strip()
    if not Division.objects.filter(code=code).exists():
        raise CannotFilter(f"条件“{VILLAGE}”：没有登记区划 {code}，请填乡镇或村社区的编码")
    return code
