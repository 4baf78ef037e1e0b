"""Numbers given when a row is written: vouchers without gaps in their book and month, personal numbers after the highest.

A plan leaves such a column empty, so that two plans made at once do not compete for a number. A model says
``numbered_by = (column, columns it is numbered within)``, and of a number that is text ``before_first``.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from django.db.models.functions import Length

Model = type[models.Model]


def numbered_column(model: Model) -> str | None:
    """The column a table's rows are numbered in, if they are."""
    numbered_by: tuple[str, tuple[str, ...]] | None = getattr(model, "numbered_by", None)
    return numbered_by[0] if numbered_by else None


def numbered_within(model: Model) -> tuple[str, ...]:
    """The columns that a number is unique and without gaps in; empty for the whole table."""
    within: tuple[str, ...] = getattr(model, "numbered_by", ("", ()))[1]
    return within


def last_number(model: Model, within: Mapping[str, Any]) -> Any:
    """The highest number given so far; figures written as text keep their length and stand apart from other texts."""
    name = numbered_column(model)
    assert name is not None, f"{model.__name__} is not numbered"
    if isinstance(model._meta.get_field(name), models.IntegerField):
        return _highest(model, name, within)
    rows = model.objects.filter(**within)  # type: ignore[attr-defined]
    figures = rows.filter(**{f"{name}__regex": r"^[0-9]+$"}).order_by(Length(name).desc(), f"-{name}")
    return figures.values_list(name, flat=True).first() or model.before_first()  # type: ignore[attr-defined]


def _highest(model: Model, name: str, within: Mapping[str, Any]) -> int:
    """The highest whole number in a column, 0 for none; asked for every voucher, so in plain SQL."""
    same = " AND ".join(f'"{one}" = %s' for one in within) or "1 = 1"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT max("{name}") FROM "{model._meta.db_table}" WHERE {same}', list(within.values()))
        return int(cursor.fetchone()[0] or 0)


def next_number(last: Any) -> Any:
    """The number after one."""
    return last + 1 if isinstance(last, int) else str(int(last) + 1).zfill(len(last))
