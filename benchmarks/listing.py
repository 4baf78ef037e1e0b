"""A list by pages: the thousandth against the first, and against counting rows off, over a register of many people."""

from collections.abc import Iterator
from functools import partial

from django.db import connection

from benchmarks import district
from benchmarks.books import Books, statements
from benchmarks.measure import Contender, Run
from jubao.records.models import Person
from jubao.reports.figures.window import Window
from jubao.reports.lists.listing import Asked, Page
from jubao.reports.lists.people import REGISTER
from tests.office import READER

LINES, FAR, MOST = 50, 1_000, 1_000
BY_NAME = Asked({}, "name")
WINDOW = Window(READER.day.year, READER.day)
PAGE = "SELECT id, personal_number, name, resident_number FROM records_person ORDER BY {name}, id LIMIT {lines}"


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure pages of fifty lines by name over ``rows`` people."""
    district.found()
    changes = district.draft()
    district.add_people(changes, rows)
    district.write(changes)
    books.keep()
    books.fresh()
    seen, far = _walk(rows)
    notes = [
        "limit: the first page's bare rows by one statement over the index, nothing masked, scoped or counted",
        f"page {FAR:,}: behind {min(FAR * LINES, rows - LINES):,} people; offset: the same page by counting rows off",
    ]
    result = Run("listing", books.engine, rows, f"核对无误：{seen:,} 人按姓名逐页各见一次", notes)
    contenders = [
        Contender("bare", "limit", _bare, LINES),
        Contender("page 1", "ours", partial(_page, None), LINES, "bare"),
        Contender(f"page {FAR:,}", "ours", partial(_page, far), LINES, "bare"),
        Contender("offset", "peer", partial(_by_offset, min(FAR * LINES, rows - LINES)), LINES, "bare"),
    ]
    result.measure(contenders, rounds=rounds, count=statements)
    result.expect_at_most(f"page {FAR:,}", "page 1", 1.5)
    result.expect_faster(f"page {FAR:,}", "offset", 1)
    return result


def _page(after: str | None) -> Page:
    return REGISTER.page(BY_NAME, window=WINDOW, viewer=READER, limit=LINES, after=after)


def _bare() -> None:
    name = 'name COLLATE "C"' if connection.vendor == "postgresql" else "name"
    with connection.cursor() as cursor:
        cursor.execute(PAGE.format(name=name, lines=LINES))
        cursor.fetchall()


def _by_offset(start: int) -> list[Person]:
    return list(Person.objects.order_by("name", "id")[start : start + LINES])


def _walk(rows: int) -> tuple[int, str]:
    """Go through the whole register page by page; everybody is met once, in the order of names sorted beside the books.

    Returns:
        how many were met, and where the far page begins.
    """
    expected = iter(sorted((district.name_of(number), number) for number in range(rows)))
    met, far, wanted = 0, "", min(FAR * LINES, rows - LINES)
    for page in _pages(wanted):
        for line, (name, number) in zip(page.lines, expected, strict=False):
            assert (line.cells[3], line.cells[2]) == (name, f"4306020{number:08d}"), f"line {met} is another's"
            met += 1
        far = page.after if met == wanted and page.after else far
    assert met == rows, f"{met} of {rows} people were met"
    assert far, "the far page lies within the register"
    return met, far


def _pages(wanted: int) -> Iterator[Page]:
    """Pages of the whole register, one of which ends after ``wanted`` lines."""
    after, read = None, 0
    while True:
        limit = min(MOST, wanted - read) if read < wanted else MOST
        page = REGISTER.page(BY_NAME, window=WINDOW, viewer=READER, limit=limit, after=after)
        yield page
        read += len(page.lines)
        if (after := page.after) is None:
            return
