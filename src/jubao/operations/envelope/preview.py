"""What an act will change, shown to approvers before it happens and compared when it does."""

from typing import Any

from django.db import connection, models

from jubao.records.models import Person
from jubao.records.sealing import as_sealed, table_digest, touched

RELATIONS_KEPT = {"person_id", "award_id", "batch_id", "payee_id"}


def preview_of(event_id: int) -> dict[str, dict[str, Any]]:
    """Summary per table of an event's rows: count, people, months, sums in fen, and a content digest.

    Keys the database hands out are left out of the digest, so that a rehearsal and the real act compare equal.
    """
    found = list(touched(event_id))
    created = {model for model, _ in found}
    return {
        model._meta.db_table: _summary(model, event_id, count, created)
        for model, count in found
        if model._meta.db_table not in ENVELOPE_TABLES
    }


ENVELOPE_TABLES = {"records_command", "records_proposal", "records_signature"}


def _summary(model: type[models.Model], event_id: int, count: int, created: set[type[models.Model]]) -> dict[str, Any]:
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
    return summary | {"digest": _content_digest(model, event_id, _compared(fields, created))}


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


def _content_digest(model: type[models.Model], event_id: int, fields: list[Any]) -> str:
    if not fields or model is Person:
        return ""
    columns = ", ".join(as_sealed(field) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" WHERE act_id = %s ORDER BY id', [event_id])
        return table_digest(row for rows in iter(lambda: cursor.fetchmany(5000), []) for row in rows)
