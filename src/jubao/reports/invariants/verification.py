"""What must always hold in the books: invariants as pure functions that name every row that breaks one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import DatabaseError, connection

from jubao.policy.in_force import NoLawForDay
from jubao.records.anchors import read_anchors
from jubao.reports.streaming import one, rows_of, steady_view
from jubao.vocabulary.fen import format_yuan

SHOWN = 200
UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    ObjectDoesNotExist,
    MultipleObjectsReturned,
    NoLawForDay,
)
AREAS = (
    "engine",
    "guards",
    "line_views",
    "chain",
    "approval",
    "signing",
    "privacy",
    "files",
    "heads",
    "books",
    "closing",
    "accounts",
    "interest",
    "receipts",
    "reconciliation",
    "payments",
    "payees",
    "pension",
    "award",
    "cases",
    "registers",
    "settlement",
    "recovery",
    "remittance",
    "holds",
    "rounds",
    "backpay",
    "staffing",
    "custody",
)


@dataclass(frozen=True)
class Violation:
    """A row that breaks an invariant; personal numbers in the text are masked."""

    table: str
    id: int | str | None
    text: str


@dataclass(frozen=True)
class Notice:
    """Something to know that breaks nothing: a file that waits for its tray, a note that is late."""

    text: str


@dataclass
class Tally:
    """How many rows a check has looked at; ``outside`` is what its ``before`` read outside the database."""

    rows: int = 0
    outside: Any = None

    def add(self, number: int = 1) -> None:
        """Count rows looked at."""
        self.rows += number

    def whole(self, *tables: str) -> None:
        """Count all rows of some tables as looked at."""
        self.rows += sum(int(one(f'SELECT count(*) FROM "{table}"')) for table in tables)  # noqa: S608

    def each(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Pass rows on, counting them."""
        for row in rows:
            self.rows += 1
            yield row


Check = Callable[[Tally], Iterator[Violation | Notice]]


@dataclass(frozen=True)
class Invariant:
    """One sentence that must hold, under its number in the controls."""

    code: str
    title: str
    check: Check
    before: Callable[[], Any] | None = None


@dataclass
class Finding:
    """What came of one invariant: rows looked at, number of violations, the first of them, and what else to know."""

    code: str
    title: str
    rows: int = 0
    broken: int = 0
    violations: list[Violation] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


_DECLARED: dict[str, Invariant] = {}


def invariant(code: str, title: str, *, before: Callable[[], Any] | None = None) -> Callable[[Check], Check]:
    """Declare a check under its number; two checks may share a number, never a title.

    ``before`` reads what lies outside the database, before the books are viewed: what was noted there by then
    cannot be newer than the view.
    """

    def declare(check: Check) -> Check:
        assert title not in _DECLARED, f"invariant {title} declared twice"
        _DECLARED[title] = Invariant(code, title, check, before)
        return check

    return declare


def invariants() -> list[Invariant]:
    """Every declared invariant by its number."""
    for area in AREAS:
        import_module(f"jubao.reports.invariants.{area}")
    return sorted(_DECLARED.values(), key=lambda one: (one.code, one.title))


def verify(codes: Iterable[str] | None = None) -> list[Finding]:
    """Check the invariants over the whole book of record, as it stood at one instant.

    Args:
        codes: numbers such as ``I-05``; None checks all.
    Returns:
        one finding for each invariant; all is well when none has a violation.
    """
    wanted = None if codes is None else set(codes)
    chosen = [each for each in invariants() if wanted is None or each.code in wanted]
    tallies = [Tally(outside=each.before() if each.before else None) for each in chosen]
    with steady_view():
        return [_find(each, tally) for each, tally in zip(chosen, tallies, strict=True)]


def nothing_was_done() -> bool:
    """Whether no act was ever done here: none in the database, and none noted outside it."""
    return not any(noted.notes for noted in read_anchors()) and not one("SELECT max(id) FROM records_auditevent")


def _find(each: Invariant, tally: Tally) -> Finding:
    """What comes of one invariant; however many rows break it, only the first are kept, the others counted."""
    finding = Finding(each.code, each.title)
    for told in _checked(each, tally):
        if isinstance(told, Notice):
            finding.notices += [told.text] if len(finding.notices) < SHOWN else []
            continue
        finding.broken += 1
        if len(finding.violations) < SHOWN:
            finding.violations.append(told)
    finding.rows = tally.rows
    return finding


def _checked(each: Invariant, tally: Tally) -> Iterator[Violation | Notice]:
    """A row so damaged that the check cannot even read it breaks the invariant, too; the other checks go on."""
    _execute("SAVEPOINT jubao_check")
    try:
        yield from each.check(tally)
    except UNREADABLE as damage:
        yield Violation("", None, f"数据损坏，无法继续核对（{type(damage).__name__}: {damage}）")
    except DatabaseError as damage:
        _execute("ROLLBACK TO SAVEPOINT jubao_check")
        yield Violation("", None, f"数据库无法读取，无法继续核对（{type(damage.__cause__ or damage).__name__}）")
    _execute("RELEASE SAVEPOINT jubao_check")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def broken_rows(table: str, sql: str, text: str) -> Iterator[Violation]:
    """Violations from a query whose first column is the row's id; further columns fill ``text`` (``{0:yuan}``: fen)."""
    for row in rows_of(sql):
        yield Violation(table, row[0], text.format(*map(_Told, row[1:])))


@dataclass(frozen=True)
class _Told:
    """A value of a row in a sentence; ``{1:yuan}`` writes fen as yuan."""

    value: Any

    def __format__(self, wanted: str) -> str:
        if wanted != "yuan":
            return format(self.value, wanted)
        return "无金额" if self.value is None else yuan(int(self.value))


def yuan(fen: int) -> str:
    """An amount as people read it."""
    return f"{format_yuan(fen)} 元"


def title_of(table: str) -> str:
    """The Chinese name of a table."""
    model = next((m for m in apps.get_models() if m._meta.db_table == table), None)
    return str(model._meta.verbose_name) if model else table
