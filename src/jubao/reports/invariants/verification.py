"""What must always hold in the books: invariants as pure functions that name every row that breaks one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist

from jubao.policy.store import NoRowInForce, PolicyNotVerified
from jubao.reports.streaming import one, rows_of, steady_view

SHOWN = 200
UNREADABLE = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, ObjectDoesNotExist,
    NoRowInForce, PolicyNotVerified,
)  # fmt: skip
AREAS = (
    "chain", "books", "closing", "accounts", "interest", "receipts", "reconciliation",
    "payments", "pension", "award", "cases", "registers", "settlement", "recovery", "approval",
    "heads", "remittance", "holds", "rounds",
)  # fmt: skip


@dataclass(frozen=True)
class Violation:
    """A row that breaks an invariant; personal numbers in the text are masked."""

    table: str
    id: int | str | None
    text: str


@dataclass
class Tally:
    """How many rows a check has looked at."""

    rows: int = 0

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


Check = Callable[[Tally], Iterator[Violation]]


@dataclass(frozen=True)
class Invariant:
    """One sentence that must hold, under its number in the controls."""

    code: str
    title: str
    check: Check


@dataclass
class Finding:
    """What came of one invariant: rows looked at, number of violations, and the first of them."""

    code: str
    title: str
    rows: int = 0
    broken: int = 0
    violations: list[Violation] = field(default_factory=list)


_DECLARED: dict[str, Invariant] = {}


def invariant(code: str, title: str) -> Callable[[Check], Check]:
    """Declare a check under its number; two checks may share a number, never a title."""

    def declare(check: Check) -> Check:
        assert title not in _DECLARED, f"invariant {title} declared twice"
        _DECLARED[title] = Invariant(code, title, check)
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
    with steady_view():
        return [_find(each) for each in invariants() if wanted is None or each.code in wanted]


def _find(each: Invariant) -> Finding:
    tally, finding = Tally(), Finding(each.code, each.title)
    for violation in _checked(each, tally):
        finding.broken += 1
        if len(finding.violations) < SHOWN:
            finding.violations.append(violation)
    finding.rows = tally.rows
    return finding


def _checked(each: Invariant, tally: Tally) -> Iterator[Violation]:
    """A row so damaged that the check cannot even read it breaks the invariant, too."""
    try:
        yield from each.check(tally)
    except UNREADABLE as damage:
        yield Violation("", None, f"数据损坏，无法继续核对（{type(damage).__name__}: {damage}）")


def broken_rows(table: str, sql: str, text: str) -> Iterator[Violation]:
    """Violations from a query whose first column is the row's id; further columns fill ``text``."""
    for row in rows_of(sql):
        yield Violation(table, row[0], text.format(*row[1:]))


def title_of(table: str) -> str:
    """The Chinese name of a table."""
    model = next((m for m in apps.get_models() if m._meta.db_table == table), None)
    return str(model._meta.verbose_name) if model else table
