"""What an act will change, shown to approvers before it happens and compared when it does."""

import hashlib
from typing import Any

from django.db import connection, models

from jubao.operations.audit import _touched
from jubao.records.models import Person

RELATIONS_KEPT = {"person_id", "award_id", "batch_id", "payee_id"}


def preview_of(event_id: int) -> dict[str, dict[str, Any]]:
    """Summary per table of an event's rows: count, people, months, sums in fen, and a content digest.

    Keys the database hands out are left out of the digest, so that a rehearsal and the real act compare equal.
    """
    touched = list(_touched(event_id))
    created = {model for model, _ in touched}
    return {
        model._meta.db_table: _summary(model, event_id, count, created)
        for model, count in touched
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


def _compared(fields: list[Any], created: set[type[models.Model]]) -> list[str]:
    """Columns that mean the same in a rehearsal and in the real act."""
    kept = []
    for field in fields:
        if field.primary_key or field.attname in {"act_id", "taken_run"}:
            continue
        if field.is_relation and (field.related_model in created or field.attname not in RELATIONS_KEPT):
            continue
        kept.append(field.column)
    return kept


def _content_digest(model: type[models.Model], event_id: int, columns: list[str]) -> str:
    from jubao.operations.audit import _text

    if not columns or model is Person:
        return ""
    listed = ", ".join(f'"{column}"' for column in columns)
    total = hashlib.sha256()
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {listed} FROM "{model._meta.db_table}" WHERE act_id = %s ORDER BY id', [event_id])
        while rows := cursor.fetchmany(5000):
            for row in rows:
                total.update("\x1f".join([_text(value) for value in row]).encode())
                total.update(b"\x1e")
    return total.hexdigest()
