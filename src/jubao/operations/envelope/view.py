"""What an act may look at: one day, one snapshot of the books, the law of that day; and what it looked at.

While a view is open, every table a statement reads and every parameter of the law that is asked for is noted.
At execution the envelope asks whether any of them has moved since (``marks``); nothing else needs to be read again.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection

from jubao.operations.envelope.progress import move
from jubao.operations.envelope.readings import Readings
from jubao.operations.law import Law, law
from jubao.policy.in_force import noting
from jubao.records import bulk
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
        area: where the office is, which never changes; asked where it is not given.
        tables: every table read while open; ``parameters``: every parameter of the law asked for, with what is
            uncertain about it, or nothing.
        readings: what was asked of the tables, and the answers while they are short.
        persons_read: people the plan has read: name, resident number and personal number by key.
        people_behind: by table and key, the person behind a row the plan has read.
    """

    on: date
    at: datetime
    case_ref: str
    taken_part: frozenset[str] = frozenset()
    area: str = ""
    tables: set[str] = field(default_factory=set)
    parameters: dict[str, str] = field(default_factory=dict)
    asked_persons: bool = False
    readings: Readings = field(default_factory=Readings)
    persons_read: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    people_behind: dict[str, dict[int, int]] = field(default_factory=dict)
    _kept: dict[Hashable, Any] = field(default_factory=dict)
    _closing: bulk.Together = field(default_factory=bulk.Together)

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
        return self.once("law", lambda: Law(self.on, self.area, as_known=self.on) if self.area else law(self.on))

    def law_on(self, day: date) -> Law:
        """The law of another day, for what belongs to that day, as it was known on the business date."""
        return Law(day, self.law.area, as_known=self.on)

    @contextmanager
    def open(self) -> Iterator["View"]:
        """Read from one snapshot, take no lock, write nothing; note what is read."""
        with snapshot(self._closing), noting(self.parameters), connection.execute_wrapper(self._note):
            yield self

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        move()
        tables = tables_of(sql)
        assert not (tables and _WRITES.match(sql)), f"a plan writes nothing: {sql[:80]}"
        self.tables |= tables
        result = execute(sql, params, many, context)
        if tables:
            self.readings.note(sql, params, tables, context["cursor"])
        return result

    def marks(self) -> dict[str, Any]:
        """What was read: last event per table, a fingerprint per parameter of the law, and whether persons were asked.

        The events are those of the view's own snapshot; they are asked, and filled in, when it closes.
        """
        tables: dict[str, int] = {}
        if wanted := sorted(self.tables):
            self._closing.ask(*marks_question(wanted), then=lambda rows: tables.update(marks_told(wanted, rows)))
        return {"tables": tables, "law": law_marks(self.parameters), "persons": self.asked_persons}


@cache
def tables_of(sql: str) -> frozenset[str]:
    """The tables of the house that a statement names; of a view, the table whose rows it tells."""
    return frozenset(WIDE_TABLES.get(name, name) for name in _TABLES.findall(sql))


def table_marks(tables: Iterable[str]) -> dict[str, int]:
    """By table, the number of the last event that added rows or moved heads in it; 0 when none has."""
    wanted = sorted(tables)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(*marks_question(wanted))
        return marks_told(wanted, cursor.fetchall())


def marks_question(wanted: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The statement that gives the last event of some tables, and its values; asked at every step, so in plain SQL."""
    marks = ", ".join(["%s"] * len(wanted))
    return f'SELECT "table", event FROM "{MARKS}" WHERE "table" IN ({marks})', wanted


def marks_told(wanted: Sequence[str], rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Its answer: 0 for a table that no event has touched."""
    found = dict(rows)
    return {table: found.get(table, 0) for table in wanted}


def law_marks(parameters: Iterable[str]) -> dict[str, str]:
    """By parameter, a fingerprint of all its rows."""
    policy = office_policy()
    return {key: policy.fingerprint_of(key) for key in sorted(parameters)}


def moved(marks: Mapping[str, Any], now: Mapping[str, int] | None = None) -> tuple[list[str], list[str]]:
    """What has moved since the marks were taken: tables, and parameters of the law, by name; both empty when nothing has.

    ``now`` gives the marks of these tables, where they were asked already.
    """
    now_tables, now_law = table_marks(marks["tables"]) if now is None else now, law_marks(marks["law"])
    tables = [table for table, event in marks["tables"].items() if now_tables[table] != event]
    return tables, [key for key, mark in marks["law"].items() if now_law[key] != mark]


_READING: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def snapshot(closing: bulk.Together) -> Iterator[None]:
    """One consistent reading without the writer's lock; inside a transaction or another reading, that one's own.

    What waits in ``closing`` is asked last, in one message with the end of the reading.
    """
    if connection.in_atomic_block or _READING.get():
        yield
        closing.run()
        return
    token = _READING.set(True)
    try:
        with _begun(closing):
            yield
    finally:
        _READING.reset(token)


@contextmanager
def _begun(closing: bulk.Together) -> Iterator[None]:
    connection.ensure_connection()
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    except BaseException:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
        raise
    closing.ask("ROLLBACK", [])
    closing.run()
