"""The append-only base of every record: a fact belongs to one act and never changes.

A model may name *head fields*: caches of what later facts say (a state, an end month). Heads may be
updated, everything else is refused by triggers (``guards``), and every head can be rebuilt from facts.
"""

from typing import ClassVar

from django.apps import apps
from django.db import models


class Fact(models.Model):
    """A row that an act added; ``act`` answers who, when, why and on what paper."""

    head_fields: ClassVar[tuple[str, ...]] = ()

    act = models.ForeignKey("records.AuditEvent", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


def fact_models() -> list[type[models.Model]]:
    """All models of the house that belong to an act (records and ledger), sorted by table name."""
    found = [model for model in apps.get_models() if hasattr(model, "head_fields")]
    return sorted(found, key=lambda model: model._meta.db_table)


def fact_columns(model: type[models.Model]) -> list[str]:
    """Columns that must never change, in definition order, ``id`` first."""
    heads = set(getattr(model, "head_fields", ()))
    return [str(field.column) for field in model._meta.concrete_fields if field.name not in heads]


def head_columns(model: type[models.Model]) -> list[str]:
    """Columns that cache what later facts say."""
    heads = set(getattr(model, "head_fields", ()))
    return [str(field.column) for field in model._meta.concrete_fields if field.name in heads]
