"""What an act would change, as data: rows by table and column, heads before and after, files, and the result.

A plan fills it; nothing is written until the envelope applies it. New rows bear *placeholders*, -1, -2, … in the
order they were added to a table; columns that refer to them carry the placeholder, and applying puts the key the
database hands out in its place. So a plan made twice from the same books is the same plan.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
from django.db import models
from numpy.typing import NDArray

from jubao.operations.envelope.view import View
from jubao.records.facts import counted_from_execution
from jubao.records.models import OutboxItem

Column = Sequence[Any] | NDArray[Any]
Ids = NDArray[np.int64]
Row = TypeVar("Row", bound=models.Model)
SLICE = 800


@dataclass(frozen=True)
class Part:
    """Rows added by one call: attribute name to a column of ``count`` values, or to one value for every row."""

    columns: Mapping[str, Column | Any]
    count: int

    def column(self, name: str) -> Sequence[Any]:
        """One column in full, as plain values."""
        value = self.columns[name]
        return plain_column(value) if varies(value) else [value] * self.count


@dataclass(frozen=True)
class Moved:
    """Heads that move: keys of the rows, and per column the values before and after."""

    ids: Sequence[int]
    before: Mapping[str, Sequence[Any]]
    after: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Document:
    """A file that leaves the office: its outbox item (a placeholder) and its bytes."""

    item: int
    content: bytes


@dataclass
class Changes:
    """Everything an act would change."""

    view: View
    rows: dict[type[models.Model], list[Part]] = field(default_factory=dict)
    heads: dict[type[models.Model], list[Moved]] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    _heads_now: dict[tuple[type[models.Model], str], dict[int, Any]] = field(default_factory=dict)

    # ── New rows ──

    def insert(self, model: type[models.Model], columns: Mapping[str, Column | Any], *, count: int) -> Ids:
        """Add ``count`` rows given by column; a scalar stands for every row; ``act_id`` is not given.

        Args:
            model: the table.
            columns: attribute name (``person_id``, ``amount_fen``) to array, list or scalar. What is left out gets
                the field's default.
            count: number of rows, n.
        Returns:
            shape (n,), int64: placeholders of the new rows, to be used in columns that refer to them.
        """
        if count == 0:
            return np.zeros(0, dtype=np.int64)
        fields = {f.attname: f for f in model._meta.concrete_fields if not f.primary_key and f.attname != "act_id"}
        unknown = set(columns) - set(fields)
        assert not unknown, f"{model.__name__} has no columns {sorted(unknown)}"
        for name, value in columns.items():
            assert not varies(value) or len(value) == count, f"column {name} of {len(value)} values for {count} rows"
        given = {name: columns[name] if name in columns else f.get_default() for name, f in fields.items()}
        first = self.count(model)
        self.rows.setdefault(model, []).append(Part(given, count))
        return -np.arange(first + 1, first + count + 1, dtype=np.int64)

    def add(self, row: Row) -> Row:
        """Add one row given as an unsaved model; it bears its placeholder as key from now on, so others may refer to it."""
        return self.add_all([row])[0]

    def add_all(self, rows: Iterable[Row]) -> list[Row]:
        """Add unsaved models of one table; each bears its placeholder from now on."""
        listed = list(rows)
        if not listed:
            return listed
        model = type(listed[0])
        names = [f.attname for f in model._meta.concrete_fields if not f.primary_key and f.attname != "act_id"]
        columns = {name: [_key(row, name) for row in listed] for name in names}
        for row, placeholder in zip(listed, self.insert(model, columns, count=len(listed)).tolist(), strict=True):
            row.pk = placeholder
        return listed

    # ── Heads ──

    def set(self, row: models.Model, **after: Any) -> None:
        """Move heads of one row that was read; the model shows the new values from now on."""
        assert row.pk is not None, "a head of a row that exists"
        before = {name: [_attribute(row, name)] for name in after}
        self._move(type(row), [row.pk], before, {name: [value] for name, value in after.items()})
        for name, value in after.items():
            setattr(row, name, value)

    def update(
        self,
        model: type[models.Model],
        ids: Sequence[int] | Ids,
        *,
        before: Mapping[str, Column | Any] | None = None,
        **after: Any,
    ) -> None:
        """Move heads of many rows: per column one value for all, or one for each.

        ``before`` gives the values as the plan has read them; else they are read, so that a preview can show them. What
        this plan moved already is taken into account.
        """
        keys = [int(key) for key in ids]
        if not keys:
            return
        assert len(set(keys)) == len(keys), "each row once"
        given = {name: _full(value, len(keys)) for name, value in after.items()}
        known = {name: _full(value, len(keys)) for name, value in (before or {}).items()}
        told = known | self._read(model, keys, [name for name in given if name not in known])
        self._move(model, keys, {name: told[name] for name in given}, given)

    def _move(
        self,
        model: type[models.Model],
        ids: list[int],
        before: Mapping[str, Sequence[Any]],
        after: Mapping[str, Sequence[Any]],
    ) -> None:
        heads = set(getattr(model, "derived_fields", ()))
        assert set(after) <= heads, f"{model.__name__}: {set(after) - heads} are facts, not heads"
        for name, values in after.items():
            assert len(values) == len(ids), f"column {name} of {len(values)} values for {len(ids)} rows"
            self._heads_now.setdefault((model, name), {}).update(zip(ids, values, strict=True))
        self.heads.setdefault(model, []).append(Moved(ids, before, after))

    def _read(self, model: type[models.Model], ids: list[int], names: Sequence[str]) -> dict[str, list[Any]]:
        """Heads as they are now, by name: what this plan moved already, else what is stored."""
        now = {name: dict(self._heads_now.get((model, name), {})) for name in names}
        unknown = [key for key in ids if any(key not in moved for moved in now.values())]
        for start in range(0, len(unknown), SLICE):
            part = model._default_manager.filter(pk__in=unknown[start : start + SLICE]).order_by("pk")
            for key, *stored in part.values_list("pk", *names):
                for name, value in zip(names, stored, strict=True):
                    now[name].setdefault(key, value)
        missing = [key for key in ids if any(key not in moved for moved in now.values())]
        assert not missing, f"{model.__name__} {missing[:3]} are not there"
        return {name: [now[name][key] for key in ids] for name in names}

    # ── What a plan may look at of itself ──

    def count(self, model: type[models.Model]) -> int:
        """Rows added to a table so far."""
        return sum(part.count for part in self.rows.get(model, ()))

    def added(self, model: type[models.Model], *names: str) -> Iterator[tuple[Any, ...]]:
        """The rows added to a table so far, as tuples of some of their columns, in the order they were added."""
        for part in self.rows.get(model, ()):
            yield from zip(*(part.column(name) for name in names), strict=True)

    def head(self, model: type[models.Model], key: int, name: str, read: Any) -> Any:
        """A head as it will be: what this plan set it to, else ``read``."""
        return self._heads_now.get((model, name), {}).get(key, read)

    # ── Files, result, words to the approver ──

    def hand_over(self, tray: str, name: str, content: bytes) -> None:
        """A file that leaves the office with the act: written by the outbox after the books are safe."""
        sha256 = hashlib.sha256(content).hexdigest()
        item = self.add(OutboxItem(tray=tray, name=name, sha256=sha256, size=len(content)))
        self.documents.append(Document(item.pk, content))

    def notice(self, sentence: str) -> None:
        """Something an approver must see before anything else: an exception, an uncertain row of law."""
        self.notices.append(sentence)

    def giving(self, **result: Any) -> "Changes":
        """State the result; every name must be declared by the act. Returns itself, to end a plan."""
        self.result |= result
        return self

    def executed_after(self, waited: timedelta) -> None:
        """Move the days that run from the execution: the plan counted them from its business date, ``waited`` ago."""
        for model, parts in self.rows.items() if waited else ():
            for name in counted_from_execution(model):
                parts[:] = [replace(part, columns={**part.columns, name: _later(part, name, waited)}) for part in parts]

    def copy(self) -> "Changes":
        """The same plan, to which the envelope may add its own rows without changing what is remembered."""
        return replace(
            self,
            rows={model: list(parts) for model, parts in self.rows.items()},
            heads={model: list(moves) for model, moves in self.heads.items()},
        )


def _later(part: Part, name: str, waited: timedelta) -> list[date]:
    return [day + waited for day in part.column(name)]


def _full(value: Column | Any, count: int) -> list[Any]:
    return plain_column(value) if varies(value) else [value] * count


def varies(value: Any) -> bool:
    """Whether a value is a column rather than one value for every row."""
    return isinstance(value, (np.ndarray, list, tuple, range))


def plain_column(value: Column) -> list[Any]:
    """A column as a list of plain values; no float, ever."""
    if isinstance(value, np.ndarray):
        assert value.ndim == 1, f"column of shape {value.shape}"
        assert value.dtype.kind != "f", "no float ever reaches a table"
        listed: list[Any] = value.tolist()
        return listed
    return list(value)


def _key(row: models.Model, name: str) -> Any:
    """A column of an unsaved row; a relation to a row added meanwhile gives its placeholder."""
    value = getattr(row, name)
    if value is None and name.endswith("_id"):
        related = row.__dict__.get("_state").fields_cache.get(name.removesuffix("_id"))  # type: ignore[union-attr]
        return related.pk if related is not None else None
    return value


def _attribute(row: models.Model, name: str) -> Any:
    field: models.Field[Any, Any] = row._meta.get_field(name)  # type: ignore[assignment]
    return field.value_from_object(row)
