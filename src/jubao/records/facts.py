"""The append-only base of every record: a fact belongs to one act and never changes.

A model may name *derived fields* (heads): caches of what later facts say (a state, an end month). Heads may be
updated, everything else is refused by triggers (``guards``), and every head can be rebuilt from facts.
"""

from typing import Any, ClassVar

from django.apps import apps
from django.db import models


class Fact(models.Model):
    """A row that an act added; ``act`` answers who, when, why and on what paper."""

    derived_fields: ClassVar[tuple[str, ...]] = ()
    key_fields: ClassVar[dict[str, str]] = {}
    """Whole-number columns that hold keys of another table without a foreign key: column to ``app.Model``."""
    counted_from_execution: ClassVar[tuple[str, ...]] = ()
    """Days that run from the last signature: a plan states them from its business date, they are stored as many days later."""

    act = models.ForeignKey("records.AuditEvent", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


def fact_models() -> list[type[models.Model]]:
    """All tables of the house that belong to an act (records and ledger), sorted by name; views of them are none."""
    found = [model for model in apps.get_models() if hasattr(model, "derived_fields") and model._meta.managed]
    return sorted(found, key=lambda model: model._meta.db_table)


def content_fields(model: type[models.Model], *, numbered: bool) -> "list[models.Field[Any, Any]]":
    """The unchangeable columns that a plan states: all but the key, the act, and the number, if it is given when written.

    Args:
        model: the table.
        numbered: whether its numbers were left to be given (``records.numbering``).
    """
    left_out = {*getattr(model, "derived_fields", ()), "act"}
    left_out |= {model.numbered_by[0]} if numbered else set()  # type: ignore[attr-defined]
    return [f for f in model._meta.concrete_fields if not f.primary_key and f.name not in left_out]


def counted_from_execution(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a table whose days run from the last signature."""
    named: tuple[str, ...] = getattr(model, "counted_from_execution", ())
    return named


def refers_to(field: "models.Field[Any, Any]") -> type[models.Model] | None:
    """The fact table whose key a column holds, by foreign key or by ``key_fields``; None for any other column."""
    if field.is_relation:
        related = field.related_model
        return related if isinstance(related, type) and hasattr(related, "derived_fields") else None
    named = getattr(field.model, "key_fields", {}).get(field.name)
    return apps.get_model(named) if named else None


def fact_columns(model: type[models.Model]) -> list[str]:
    """Columns that must never change, in definition order, ``id`` first."""
    heads = set(getattr(model, "derived_fields", ()))
    return [str(field.column) for field in model._meta.concrete_fields if field.name not in heads]


def head_columns(model: type[models.Model]) -> list[str]:
    """Columns that cache what later facts say."""
    heads = set(getattr(model, "derived_fields", ()))
    return [str(field.column) for field in model._meta.concrete_fields if field.name in heads]
