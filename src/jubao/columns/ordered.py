"""Order that is the same on both engines: texts by their characters, rows by several columns at once."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, CharField, Func, Value
from django.db.models.expressions import Combinable


class CharacterOrder(Func):
    """A text compared character by character, whatever language a PostgreSQL database was made for.

    SQLite compares so by itself; on PostgreSQL an index and an order must both say it to meet each other.
    """

    template = "%(expressions)s"
    arity = 1
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """With the collation that knows no language."""
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


class _Row(Func):
    template = "(%(expressions)s)"
    output_field = BooleanField()


class Beyond(Func):
    """Rows that lie beyond one row in an order of several columns: ``(a, b) > (x, y)``, which an index on both answers.

    Args:
        columns: the expressions of the order.
        values: what they come to in the row.
        descending: whether the order runs downwards.
    """

    template = "%(expressions)s"
    output_field = BooleanField()

    def __init__(self, columns: Sequence[Combinable], values: Sequence[Any], *, descending: bool) -> None:
        """Compare both sides as rows; a None has no place in an order."""
        assert len(columns) == len(values), "one value for each column"
        assert None not in values, "a column that may be empty orders nothing"
        super().__init__(_Row(*columns), _Row(*map(Value, values)))
        self.extra["arg_joiner"] = " < " if descending else " > "
