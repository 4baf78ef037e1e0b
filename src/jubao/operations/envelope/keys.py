"""Keys the database hands out: asked once for every table of a plan, put where its placeholders stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import connection, models

Model: TypeAlias = type[models.Model]


@dataclass(frozen=True)
class Keys:
    """The keys the database hands out: for each table of a plan, the first one; placeholder -k becomes first + k - 1."""

    first: Mapping[Model, int]

    def resolve(self, model: Model, values: Sequence[Any]) -> Sequence[Any]:
        """A column that refers to a table, with keys in the place of placeholders."""
        first = self.first.get(model)
        if first is None:
            return values
        return [first - value - 1 if value is not None and value < 0 else value for value in values]

    def resolve_one(self, model: Model, value: int) -> int:
        """One key."""
        return self.first[model] - value - 1 if value < 0 else value


def first_keys(tables: Sequence[Model]) -> dict[Model, int]:
    """The next key of each table, in one statement."""
    if not tables:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(first_keys_question(tables))
        return first_keys_told(tables, cursor.fetchall())


def first_keys_question(tables: Sequence[Model]) -> str:
    """The statement that gives the next key of each table."""
    return " UNION ALL ".join(
        f'SELECT {place}, coalesce(max(id), 0) + 1 FROM "{model._meta.db_table}"' for place, model in enumerate(tables)
    )


def first_keys_told(tables: Sequence[Model], rows: Iterable[tuple[int, int]]) -> dict[Model, int]:
    """Its answer, by table."""
    return {tables[place]: first for place, first in rows}
