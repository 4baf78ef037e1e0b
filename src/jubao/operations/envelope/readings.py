"""What a plan read, kept while it is small, so that it can be asked again when a table it read has moved.

A plan follows from its arguments, the law and what it read. A table moves with every act that writes to it, mostly for
other people; where the same questions have the same answers still, the plan stands as it was made and approved.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import connection

from jubao.records.bulk import STAGED_NAMES

ROWS_KEPT, QUESTIONS_KEPT = 200, 100
"""The longest answer that is kept, and how many: to ask again must cost less than to plan again."""


@dataclass(frozen=True)
class Question:
    """One statement a plan read by, and what the books answered."""

    sql: str
    params: Any
    tables: frozenset[str]
    answer: list[tuple[Any, ...]]

    def stands(self) -> bool:
        """Whether the books answer the same now."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return bool(self.answer == cursor.fetchmany(ROWS_KEPT + 1))


@dataclass
class Readings:
    """The questions of one plan; tables of which more was read than is kept are known by name alone."""

    questions: list[Question] = field(default_factory=list)
    at_large: set[str] = field(default_factory=set)

    def note(self, sql: str, params: Any, tables: frozenset[str], cursor: Any) -> None:
        """Keep a statement just executed with its answer; whoever asked reads it from ``cursor`` as if nothing happened.

        Args:
            sql: the statement; ``params``: its values.
            tables: the tables it names.
            cursor: Django's cursor, still to be read.
        """
        if len(self.questions) >= QUESTIONS_KEPT or any(name in sql for name in STAGED_NAMES):
            self.at_large |= tables
            return
        source = cursor.cursor
        answer = source.fetchmany(ROWS_KEPT + 1)
        cursor.cursor = _Answered(source, answer)
        if len(answer) > ROWS_KEPT:
            self.at_large |= tables
        else:
            self.questions.append(Question(sql, params, tables, list(answer)))

    def stand(self, moved: Iterable[str]) -> bool:
        """Whether everything read of some tables, which have moved, is still as it was."""
        tables = set(moved)
        if tables & self.at_large:
            return False
        return all(question.stands() for question in self.questions if question.tables & tables)


class _Answered:
    """A cursor of which some rows were read ahead: they come first, then what the engine still holds."""

    def __init__(self, source: Any, ahead: Sequence[Any]) -> None:
        self.source = source
        self._ahead = list(ahead)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchone, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.source.close()

    def execute(self, *asked: Any, **more: Any) -> Any:
        """Another statement on the same cursor leaves the rows of this one behind."""
        return self._anew(self.source.execute, *asked, **more)

    def executemany(self, *asked: Any, **more: Any) -> Any:
        """As ``execute``."""
        return self._anew(self.source.executemany, *asked, **more)

    def _anew(self, ask: Callable[..., Any], *asked: Any, **more: Any) -> Any:
        self._ahead.clear()
        return ask(*asked, **more)

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._ahead.pop(0) if self._ahead else self.source.fetchone()

    def fetchmany(self, size: int = 1) -> list[Any]:
        """The next rows, ``size`` at most."""
        first, self._ahead = self._ahead[:size], self._ahead[size:]
        return first + list(self.source.fetchmany(size - len(first))) if len(first) < size else first

    def fetchall(self) -> list[Any]:
        """All further rows."""
        first, self._ahead = self._ahead, []
        return first + list(self.source.fetchall())
