"""An order of texts that is the same on both engines."""

from typing import Any

from django.db.models import CharField, Func


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
