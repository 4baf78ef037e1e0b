"""What an act will change, shown to approvers before it happens and compared when it does."""

import hashlib
from operator import itemgetter
from typing import Any

from django.db import connection, models

from jubao.records.facts import fact_columns
from jubao.records.models import Person
from jubao.records.sealing import Measured, fact_rows, rows_bytes, touched

RELATIONS_KEPT = {"person_id", "award_id", "batch_id", "payee_id"}


def preview_of(event_id: int, measured: Measured | None = None) -> dict[str, dict[str, Any]]:
    """Summary per table of an event's rows: count, people, months, sums in fen, and a content digest.

    Keys the database hands out are left out of the digest, so that a rehearsal and the real act compare equal.

    Args:
        event_id: the event.
        measured: takes the digest of all unchangeable columns as well, for the seal; the rows are read once.
    """
    found = list(touched(event_id))
    created = {model for model, _ in found}
    return {
        model._meta.db_table: _summary(model, event_id, count, created, measured)
        for model, count in found
        if model._meta.db_table not in ENVELOPE_TABLES
    }


ENVELOPE_TABLES = {"records_command", "records_proposal", "records_signature"}


def _summary(
    model: type[models.Model], event_id: int, count: int, created: set[type[models.Model]], measured: Measured | None
) -> dict[str, Any]:
    fields = [field for field in model._meta.concrete_fields if field.name not in getattr(model, "head_fields", ())]
    names = {field.attname: field for field in fields}
    summary: dict[str, Any] = {"title": str(model._meta.verbose_name), "count": count}
    aggregates = {f"sum:{name}": f'sum("{name}")' for name in names if name.endswith("_fen")}
    if "person_id" in names:
        aggregates["people"] = "count(DISTINCT person_id)"
    if "month" in names:
        aggregates |= {"first_month": "min(month)", "last_month": "max(month)"}
    if aggregates:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT {", ".join(aggregates.values())} FROM "{model._meta.db_table}" WHERE act_id = %s', [event_id]
            )
            values = [None if value is None else int(value) for value in cursor.fetchone()]
        summary |= dict(zip(aggregates, values, strict=True))
    compared = _compared(fields, created)
    if not compared or model is Person:
        return summary | {"digest": ""}
    content, sealed = _digests(model, event_id, compared, seal=measured is not None)
    if measured is not None:
        measured[model._meta.db_table] = [count, sealed]
    return summary | {"digest": content}


def _compared(fields: list[Any], created: set[type[models.Model]]) -> list[Any]:
    """Columns that mean the same in a rehearsal and in the real act."""
    kept = []
    for field in fields:
        if field.primary_key or field.attname == "act_id":
            continue
        if field.is_relation and (field.related_model in created or field.attname not in RELATIONS_KEPT):
            continue
        kept.append(field)
    return kept


def _digests(model: type[models.Model], event_id: int, compared: list[Any], *, seal: bool) -> tuple[str, str]:
    """Digests of the compared columns and, for the seal, of all unchangeable columns, in one reading of the rows."""
    places = [fact_columns(model).index(field.column) for field in compared]
    pick = itemgetter(slice(places[0], places[0] + 1)) if len(places) == 1 else itemgetter(*places)
    content, sealed = hashlib.sha256(), hashlib.sha256()
    for rows in fact_rows(model, event_id):
        content.update(rows_bytes(list(map(pick, rows))))
        sealed.update(rows_bytes(rows) if seal else b"")
    return content.hexdigest(), sealed.hexdigest()
