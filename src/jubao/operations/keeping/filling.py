"""Filling empty books from a backup: every table in an order its references allow, and what must hold afterwards."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import IO, Any

import pyarrow.parquet as pq
from django.core.management.color import no_style
from django.db import connection

from jubao.ledger.models import PeriodClose
from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.backup import PROGRAM_TABLES, migrations
from jubao.operations.keeping.opened_backup import Opened
from jubao.operations.keeping.shape import make_tables, read_shape
from jubao.records.facts import fact_models
from jubao.records.keyring import Ring
from jubao.records.models import AuditEvent
from jubao.records.references import writing_order
from jubao.reports.invariants.approval import what_was_approved_is_what_is_stored
from jubao.reports.invariants.chain import broken_links, every_row_has_its_event, rows_are_as_sealed
from jubao.reports.invariants.files import what_left_is_kept
from jubao.reports.invariants.guards import guards_stand
from jubao.reports.invariants.verification import Tally, Violation
from jubao.reports.tables.columns import Model, every_table

SHOWN = 20


def make_tables_for(opened: Opened) -> None:
    """Empty tables of the shape the backup has.

    Raises:
        Refused: it was written by another version.
    """
    make_tables(read_shape())
    ours, theirs = set(migrations()), set(opened.manifest["migrations"])
    if ours != theirs:
        differing = sorted(ours ^ theirs)
        raise Refused("备份的数据库版本与本程序不同，请用同一版本的程序恢复后再升级", faults=differing[:SHOWN])


def load(opened: Opened) -> None:
    """Every table from its part; what a fresh database already holds of the program's own is replaced."""
    facts = {model._meta.db_table for model in fact_models()}
    tables = every_table()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in reversed(tables):
            if model._meta.db_table not in facts and model is not AuditEvent:
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
    order = writing_order()  # rows after those they refer to; and nothing enters a period once it is closed
    for model in sorted(tables, key=lambda one: (one is PeriodClose, order.index(one) if one in order else -1)):
        name = f"{PROGRAM_TABLES}/{model._meta.db_table}.parquet"
        expected, written = opened.manifest["rows"].get(model._meta.db_table, 0), 0
        if name in opened.entries:
            with opened.part(name) as content:
                written = _fill(model, content)
        if written != expected:
            raise Refused(f"表 {model._meta.db_table} 应有 {expected} 行，备份中有 {written} 行")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _fill(model: Model, content: IO[bytes]) -> int:
    """Write one table's rows, chunk by chunk; gives their number."""
    rows = 0
    names = [str(field.column) for field in model._meta.concrete_fields]
    for batch in pq.ParquetFile(content).iter_batches(batch_size=20_000, columns=names, use_threads=False):
        columns = [column.to_pylist() for column in batch.columns]
        _write(model._meta.db_table, names, _adapted(zip(*columns, strict=True)))
        rows += batch.num_rows
    return rows


def _adapted(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Values as the engine stores them."""
    if connection.vendor == "postgresql":
        yield from rows
        return
    for row in rows:
        yield tuple(_plain(value) if isinstance(value, date) else value for value in row)


def _plain(value: date) -> str:
    if isinstance(value, datetime):
        return str(connection.ops.adapt_datetimefield_value(value))
    return value.isoformat()


def _write(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" for _ in columns)
        cursor.cursor.connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)


def require_sound(manifest: dict[str, Any], ring: Ring) -> None:
    """The chain holds under the keys, ends where it ended, and every row is as it was sealed and approved."""
    head, tally = AuditEvent.objects.order_by("-id").values("id", "mac").first(), Tally()
    broken = [] if head == manifest["head"] else [Violation("", None, "审计链头与备份清单不符")]
    count = len(broken)
    for found in chain(
        broken_links(tally, ring=ring),
        rows_are_as_sealed(tally),
        every_row_has_its_event(tally),
        guards_stand(tally),
        what_was_approved_is_what_is_stored(tally),
        what_left_is_kept(tally),
    ):
        count += 1
        broken += [found] if len(broken) < SHOWN and isinstance(found, Violation) else []
    if count:
        raise Refused(
            f"备份的账簿通不过审计链核对，共 {count} 处，未恢复",
            faults=[f"{one.table} {one.id or ''} {one.text}" for one in broken],
        )
