"""A plan read by column: the rows it adds to one table as arrays, so that a million of them are summed in a breath."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from django.db import models
from numpy.typing import NDArray

from jubao.operations.envelope.changes import Changes, Part, varies

Model = type[models.Model]
Ids = NDArray[np.int64]


class Table:
    """The rows a plan adds to one table."""

    def __init__(self, model: Model, parts: Sequence[Part]) -> None:
        """Take over the parts; a column is put together when it is asked for."""
        self.model, self.parts = model, parts
        self._whole: dict[str, Ids] = {}
        self._groups: dict[str, tuple[Ids, list[Any]]] = {}

    @cached_property
    def starts(self) -> list[int]:
        """Where each part begins, and where the last one ends."""
        return [0, *accumulate(part.count for part in self.parts)]

    @property
    def count(self) -> int:
        """How many rows."""
        return self.starts[-1]

    @property
    def title(self) -> str:
        """What people call the table."""
        return str(self.model._meta.verbose_name)

    def fields(self) -> "Iterator[models.Field[Any, Any]]":
        """The columns a plan gives."""
        for field in self.model._meta.concrete_fields:
            if field.attname in self.parts[0].columns:
                yield field

    def has(self, name: str) -> bool:
        """Whether the plan gives this column."""
        return name in self.parts[0].columns

    def cell(self, name: str, place: int) -> Any:
        """One value, plain."""
        number = bisect_right(self.starts, place) - 1
        value = self.parts[number].columns[name]
        if not varies(value):
            return value
        one = value[place - self.starts[number]]
        return one.item() if isinstance(one, np.generic) else one

    def whole(self, name: str) -> Ids:
        """A column of whole numbers, shape (n,); 0 stands for none."""
        if name not in self._whole:
            self._whole[name] = np.concatenate([_whole(part.columns[name], part.count) for part in self.parts])
        return self._whole[name]

    def groups(self, name: str) -> tuple[Ids, list[Any]]:
        """A column as numbers of its distinct values, shape (n,), and these values in the order they are met first."""
        if name not in self._groups:
            self._groups[name] = _grouped([(part.columns[name], part.count) for part in self.parts])
        return self._groups[name]


def tables_of(changes: Changes) -> dict[Model, Table]:
    """The tables a plan adds rows to, by their names."""
    listed = sorted(changes.rows.items(), key=lambda item: str(item[0]._meta.db_table))
    return {model: Table(model, parts) for model, parts in listed}


def _whole(value: Any, count: int) -> Ids:
    if not varies(value):
        return np.full(count, value or 0, dtype=np.int64)
    if isinstance(value, np.ndarray) and value.dtype.kind in "iub":
        return value.astype(np.int64)
    return np.fromiter((int(one or 0) for one in value), dtype=np.int64, count=count)


def _grouped(columns: Sequence[tuple[Any, int]]) -> tuple[Ids, list[Any]]:
    known: dict[Any, int] = {}
    parts = []
    for value, count in columns:
        if not varies(value):
            parts.append(np.full(count, known.setdefault(value, len(known)), dtype=np.int64))
            continue
        listed = value.tolist() if isinstance(value, np.ndarray) else value
        for one in dict.fromkeys(listed):
            known.setdefault(one, len(known))
        parts.append(np.fromiter(map(known.__getitem__, listed), dtype=np.int64, count=count))
    return np.concatenate(parts), list(known)


def combined(groupings: Sequence[tuple[Ids, list[Any]]]) -> tuple[Ids, list[tuple[Any, ...]]]:
    """Several groupings of the same rows as one: the group of each row, and the values of each group.

    Args:
        groupings: each as ``Table.groups`` gives it, for n rows.
    Returns:
        shape (n,), int64; and per group one value of each grouping.
    """
    joint = groupings[0][0]
    for numbers, values in groupings[1:]:
        joint = joint * len(values) + numbers
    kept, first, group = np.unique(joint, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")  # in the order of the plan, not of the values
    rank = np.empty_like(order)
    rank[order] = np.arange(kept.size)
    places = first[order].tolist()
    return rank[group], [tuple(values[numbers[place]] for numbers, values in groupings) for place in places]


def sums(group: Ids, amounts: Ids, count: int) -> Ids:
    """Whole sums by group, shape (count,); no float is ever formed."""
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, group, amounts)
    return total


def distinct(group: Ids, keys: Ids, count: int) -> Ids:
    """How many different keys each group has, shape (count,); 0 is none."""
    real = keys != 0
    _, number = np.unique(keys[real], return_inverse=True)
    pairs = np.unique(group[real] * (number.max(initial=0) + 1) + number)
    return np.bincount(pairs // (number.max(initial=0) + 1), minlength=count).astype(np.int64)
