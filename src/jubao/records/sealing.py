"""What a sealed event vouches for: canonical texts, the keyed hash of an event, the digest of its rows."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from django.db import connection, models

from jubao.records.acts import AuditEvent
from jubao.records.facts import fact_columns
from jubao.records.keyring import key_of
from jubao.vocabulary.canonical import canonical_json

Model = TypeVar("Model", bound=models.Model)
Rows: TypeAlias = Sequence[tuple[Any, ...]]
Measured: TypeAlias = dict[str, list[Any]]  # table to count and digest of its rows, as an event seals it
GENESIS = "0" * 64
MOMENT = "%Y-%m-%d %H:%M:%S"
BLOCK = 1_000  # rows read and digested at once; more leave the caches


def canonical(value: Any) -> str:
    """The canonical text of what events seal; a value with no form of its own is refused (``plain``)."""
    return canonical_json(value, plain=plain)


def digest(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(event: AuditEvent, *, key: str | None = None) -> str:
    """Keyed hash of an event and of the hash before it, under the algorithm the event names.

    Args:
        event: the event; its own ``mac`` takes no part.
        key: the key (of a backup being checked); default the office's own key that the event names.
    Raises:
        KeyNotAtHand: the office does not have that key.
    """
    text = canonical(
        [
            event.previous_mac,
            event.id,
            event.kind,
            event.code,
            event.staff,
            event.business_date,
            event.at.astimezone(UTC).strftime(MOMENT),
            event.payload,
            event.algorithm,
            event.key_number,
        ]
    )
    secret = (key or key_of(event.key_number)).encode()
    if event.algorithm == "HMAC-SM3":
        mac = HMAC(secret, hashes.SM3())
        mac.update(text.encode())
        return mac.finalize().hex()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def fact_rows(model: type[models.Model], event_id: int) -> Iterator[Rows]:
    """The unchangeable columns of an event's rows in one table, by primary key, some at a time."""
    with connection.chunked_cursor() as cursor:  # on a server, too, no more than these are held here
        cursor.execute(rows_of_event(model), [event_id])
        while rows := cursor.fetchmany(BLOCK):
            yield rows


@cache
def rows_of_all_events(model: type[models.Model]) -> str:
    """The statement that gives every row of a table with its event before it, event by event."""
    return f'SELECT act_id, {listed(model)} FROM "{model._meta.db_table}" ORDER BY act_id, id'


@cache
def rows_of_event(model: type[models.Model]) -> str:
    """The statement behind ``fact_rows``; its one value is the event's number."""
    return f'SELECT {listed(model)} FROM "{model._meta.db_table}" WHERE act_id = %s ORDER BY id'


def listed(model: type[models.Model]) -> str:
    """The unchangeable columns of a table as SQL, in the order of the seal."""
    return ", ".join(as_sealed(field) for field in sealed_fields(model))


@cache
def sealed_fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The unchangeable columns of a table, in the order of the seal."""
    unchangeable = set(fact_columns(model))
    return [field for field in model._meta.concrete_fields if field.column in unchangeable]


def as_sealed(field: "models.Field[Any, Any]") -> str:
    """A column as SQL that gives the same whole number, text or null on both engines."""
    column, on_postgres = f'"{field.column}"', connection.vendor == "postgresql"
    if isinstance(field, models.DateTimeField):
        text = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
        return text if on_postgres else f"CAST({column} AS TEXT)"
    if isinstance(field, models.DateField):
        return f"CAST({column} AS TEXT)"
    if isinstance(field, models.BooleanField):
        return f"CAST({column} AS INTEGER)"
    return column


def fact_of(model: type[Model], cells: Sequence[Any]) -> Model:
    """An unchangeable row as a model: from its ``listed`` columns, heads are left out."""
    fields = sealed_fields(model)
    told = [_unsealed(field, cell) for field, cell in zip(fields, cells, strict=True)]
    return model.from_db(connection.alias, [field.attname for field in fields], told)


def _unsealed(field: "models.Field[Any, Any]", cell: Any) -> Any:
    """A cell as a model holds it; a day or an instant that nobody can read (a row changed by hand) is none."""
    if cell is None:
        return None
    if isinstance(field, models.BooleanField):
        return bool(cell)
    if not isinstance(field, models.DateField):
        return cell
    try:
        if isinstance(field, models.DateTimeField):
            return datetime.fromisoformat(cell).replace(tzinfo=UTC)
        return date.fromisoformat(cell)
    except ValueError:
        return None


class RowsDigest:
    """SHA-256 over the rows of a table, equal on both engines, whatever parts the rows come in.

    Rows are taken in blocks of ``BLOCK``, column by column: a column as Python's ``ascii`` of a tuple of whole numbers,
    texts and None, so no Unicode table decides, and a cell cannot pass for part of another.
    """

    def __init__(self) -> None:
        """Begin with no row."""
        self.count = 0
        self._total = hashlib.sha256()
        self._waiting: list[tuple[Any, ...]] = []

    def add(self, rows: Rows) -> None:
        """Take rows of ``as_sealed`` columns."""
        if self._waiting or len(rows) < BLOCK:
            self._waiting += rows
            rows, self._waiting = self._waiting, []
        whole = len(rows) - len(rows) % BLOCK
        for start in range(0, whole, BLOCK):
            self._take(BLOCK, zip(*rows[start : start + BLOCK], strict=True))
        self._waiting = list(rows[whole:])

    def add_columns(self, columns: Sequence[Sequence[Any]], count: int) -> None:
        """Take ``count`` rows given by column."""
        start = 0
        if not self._waiting:
            for start in range(BLOCK, count + 1, BLOCK):
                self._take(BLOCK, (tuple(column[start - BLOCK : start]) for column in columns))
        if start < count:
            rows = (
                list(zip(*(column[start:] for column in columns), strict=True)) if columns else [()] * (count - start)
            )
            self.add(rows)

    def _take(self, count: int, columns: Iterable[tuple[Any, ...]]) -> None:
        self.count += count
        self._total.update(f"{count};".encode())
        for column in columns:
            self._total.update(ascii(column).encode())

    def hexdigest(self) -> str:
        """The digest of all rows; none may be added afterwards."""
        if self._waiting:
            self._take(len(self._waiting), zip(*self._waiting, strict=True))
            self._waiting = []
        return self._total.hexdigest()


def table_digest(parts: Iterable[Rows]) -> str:
    """The digest of rows that come in parts."""
    total = RowsDigest()
    for rows in parts:
        total.add(rows)
    return total.hexdigest()


def by_event(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, int, str]]:
    """Event, number and digest of its rows, from rows that ``rows_of_all_events`` gives."""
    for event, some in groupby(rows, key=itemgetter(0)):
        total, count = RowsDigest(), 0
        while part := [row[1:] for row in islice(some, BLOCK)]:
            total.add(part)
            count += len(part)
        yield event, count, total.hexdigest()


def stored_and_sealed(field: "models.Field[Any, Any]", values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """A column as the engine takes it, and as the seal takes it (``as_sealed`` read back gives the latter).

    Args:
        field: the column.
        values: plain values: whole numbers, texts and their enumerations, days, instants, None.
    """
    on_postgres = connection.vendor == "postgresql"
    if isinstance(field, models.DateTimeField):
        moments: list[Any] = [None if value is None else plain(value) for value in values]
        return (list(values) if on_postgres else moments), moments
    if isinstance(field, models.DateField):
        days: list[Any] = [value.isoformat() if isinstance(value, date) else value for value in values]
        return days, days
    if isinstance(field, models.BooleanField):
        flags: list[Any] = [None if value is None else int(value) for value in values]
        return ([None if value is None else bool(value) for value in values] if on_postgres else flags), flags
    exact = int if isinstance(field, models.IntegerField | models.ForeignKey) else str
    if set(map(type, values)) <= {exact, type(None)}:
        listed = list(values)
    else:
        assert not any(isinstance(value, float) for value in values), "no float ever reaches a table"
        listed = [None if value is None else exact(value) for value in values]
    return listed, listed


def plain(value: Any) -> str:
    """A date or an instant as text; instants in UTC, which is also what an instant without zone means here."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).strftime(MOMENT)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical text")
