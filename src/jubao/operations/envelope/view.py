"""What an act may look at: one day, one snapshot of the books, the law of that day; and what it looked at.

While a view is open, every table a statement reads and every parameter of the law that is asked for is noted.
At execution the envelope asks whether any of them has moved since (``marks``); nothing else needs to be read again.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection

from jubao.operations.envelope.readings import Readings
from jubao.operations.law import Law, law
from jubao.policy.in_force import noting
from jubao.records.line_views import WIDE_TABLES
from jubao.records.models import TableMark
from jubao.reports.law import office_policy

Made = TypeVar("Made")
MARKS = TableMark._meta.db_table
_TABLES = re.compile(r"\b(?:records|ledger)_[a-z_]+\b")
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)\b", re.IGNORECASE)


@dataclass
class View:
    """The books as an act sees them.

    Args:
        on: the business date; ``at``: the instant of the request.
        case_ref: the case the act belongs to.
        taken_part: staff codes of everybody who took a step of the case, the one who asks included.
        tables: every table read while open; ``parameters``: every parameter of the law asked for, with what is
            uncertain about it, or nothing.
        readings: what was asked of the tables, and the answers while they are short.
    """

    on: date
    at: datetime
    case_ref: str
    taken_part: frozenset[str] = frozenset()
    tables: set[str] = field(default_factory=set)
    parameters: dict[str, str] = field(default_factory=dict)
    asked_persons: bool = False
    readings: Readings = field(default_factory=Readings)
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def persons(self) -> frozenset[str]:
        """Everybody who took a step of the case; an act that asks is checked again at every signature."""
        self.asked_persons = True
        return self.taken_part

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, read once for check and plan together; a snapshot does not change."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: Made = self._kept[key]
        return kept

    @property
    def law(self) -> Law:
        """The law of the business date where this office is, as it was known on that date."""
        return self.once("law", lambda: law(self.on))

    def law_on(self, day: date) -> Law:
        """The law of another day, for what belongs to that day, as it was known on the business date."""
        return Law(day, self.law.area, as_known=self.on)

    @contextmanager
    def open(self) -> Iterator["View"]:
        """Read from one snapshot, take no lock, write nothing; note what is read."""
        with snapshot(), noting(self.parameters), connection.execute_wrapper(self._note):
            yield self

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        tables = tables_of(sql)
        assert not (tables and _WRITES.match(sql)), f"a plan writes nothing: {sql[:80]}"
        self.tables |= tables
        result = execute(sql, params, many, context)
        if tables:
            self.readings.note(sql, params, tables, context["cursor"])
        return result

    def marks(self) -> dict[str, Any]:
        """What was read, as it stands now: last event per table, and a fingerprint per parameter of the law."""
        return {
            "tables": table_marks(self.tables),
            "law": law_marks(self.parameters),
            "persons": self.asked_persons,
        }


@cache
def tables_of(sql: str) -> frozenset[str]:
    """The tables of the house that a statement names; of a view, the table whose rows it tells."""
    return frozenset(WIDE_TABLES.get(name, name) for name in _TABLES.findall(sql))


def table_marks(tables: Iterable[str]) -> dict[str, int]:
    """By table, the number of the last event that added rows or moved heads in it; 0 when none has."""
    wanted = sorted(tables)
    if not wanted:
        return {}
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:  # asked at every step, so in plain SQL
        cursor.execute(f'SELECT "table", event FROM "{MARKS}" WHERE "table" IN ({marks})', wanted)
        found = dict(cursor.fetchall())
    return {table: found.get(table, 0) for table in wanted}


def law_marks(parameters: Iterable[str]) -> dict[str, str]:
    """By parameter, a fingerprint of all its rows."""
    policy = office_policy()
    return {key: policy.fingerprint_of(key) for key in sorted(parameters)}


def moved(marks: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What has moved since the marks were taken: tables, and parameters of the law, by name; both empty when nothing has."""
    now_tables, now_law = table_marks(marks["tables"]), law_marks(marks["law"])
    tables = [table for table, event in marks["tables"].items() if now_tables[table] != event]
    return tables, [key for key, mark in marks["law"].items() if now_law[key] != mark]


@contextmanager
def snapshot() -> Iterator[None]:
    """One consistent reading without the writer's lock; inside a transaction, that transaction's own."""
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
