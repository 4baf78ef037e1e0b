"""Tables as columns: what each holds, its Arrow type, and its rows in chunks, equal on both engines."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from django.apps import apps
from django.db import models

from jubao.records.facts import fact_models
from jubao.records.line_views import AMOUNTS, VIEWS
from jubao.records.models import Attempts, AuditEvent, Draft, IndividualAccount, Session, Work
from jubao.reports.streaming import rows_of

CHUNK = 20_000
Model = type[models.Model]
PASSING: frozenset[Model] = frozenset({Session, Attempts, Draft, Work})
_WHOLE = {
    "AutoField",
    "BigAutoField",
    "SmallAutoField",
    "IntegerField",
    "BigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "PositiveBigIntegerField",
    "SmallIntegerField",
}


def book_of_record() -> list[Model]:
    """The book of record, by name: the audit chain, all facts, and the stored balances; what is wide, line by line."""
    told = [view.lines for view in VIEWS]
    stored: list[Model] = [AuditEvent, IndividualAccount, *fact_models()]
    kept = [model for model in stored if model not in AMOUNTS]
    return sorted([*kept, *told], key=lambda model: model._meta.db_table)


def every_table() -> list[Model]:
    """Every table the program keeps, by name; who is logged in, and who tried to, is nobody's record."""
    found = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    return sorted((m for m in found if m not in PASSING), key=lambda model: model._meta.db_table)


def arrow_type(field: Any) -> pa.DataType:
    """The Arrow type of a column; what has no own type travels as text."""
    plain = field.target_field if isinstance(field, models.ForeignKey) else field
    kind = plain.get_internal_type()
    if kind in _WHOLE:
        return pa.int64()
    named = {
        "BinaryField": pa.binary(),
        "BooleanField": pa.bool_(),
        "DateField": pa.date32(),
        "DateTimeField": pa.timestamp("us", tz="UTC"),
    }
    return named.get(kind, pa.string())


def schema_of(model: Model) -> pa.Schema:
    """Columns of a table in the order of the model."""
    return pa.schema([pa.field(f.column, arrow_type(f)) for f in model._meta.concrete_fields])


def batches_of(model: Model) -> Iterator[pa.RecordBatch]:
    """All rows of a table by primary key, in chunks; memory does not grow with the table."""
    schema, key = schema_of(model), model._meta.pk.column
    listed = ", ".join(f'"{name}"' for name in schema.names)
    rows = rows_of(f'SELECT {listed} FROM "{model._meta.db_table}" ORDER BY "{key}"')  # noqa: S608
    while part := list(islice(rows, CHUNK)):
        columns = [_column(values, field.type) for values, field in zip(zip(*part, strict=True), schema, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    """One column's values as either engine hands them out, as Arrow."""
    if pa.types.is_integer(kind):
        return pa.array(values, kind)
    return pa.array([None if v is None else _value(v, kind) for v in values], kind)


def _value(value: Any, kind: pa.DataType) -> Any:
    if pa.types.is_boolean(kind):
        return bool(value)
    if pa.types.is_date(kind):
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    if pa.types.is_timestamp(kind):
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if pa.types.is_binary(kind):
        return bytes(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value if isinstance(value, str) else str(value)
