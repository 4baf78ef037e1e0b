"""Whom a plan touches: the person behind each row, found through whatever leads to one, rows of the same plan included."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from django.apps import apps
from django.db.models import QuerySet

from jubao.operations.envelope.changes import SLICE, Changes
from jubao.operations.envelope.seen.columns import Ids, Model, Table, tables_of
from jubao.operations.envelope.seen.words import column, veiled
from jubao.records.models import Person
from jubao.vocabulary.resident_number import mask

DENSE = 10  # a range of keys is read whole where at least one key in ten is wanted
Key = tuple[Model, int]


@dataclass(frozen=True)
class Lead:
    """How a table leads to people: the table they are kept in, and the relations to follow."""

    subject: Model
    path: tuple[str, ...]


@cache
def lead_of(model: Model) -> Lead | None:
    """The shortest way from a table to the insured, else to whoever else has a name and a number; None when it has none.

    Relations that may be empty are followed last: a bank line of a delegated programme has no insured behind it.
    """
    others = frozenset(one for one in apps.get_models() if _has_name(one))
    for wanted, empty in ((frozenset({Person}), False), (others, False), (frozenset({Person}), True), (others, True)):
        if (path := _path(model, wanted, empty=empty)) is not None:
            return Lead(_end_of(model, path), path)
    return None


def _has_name(model: Model) -> bool:
    return {"name", "resident_number"} <= {field.name for field in model._meta.concrete_fields}


def _end_of(model: Model, path: Sequence[str]) -> Model:
    for name in path:
        model = column(model, name).related_model  # type: ignore[assignment]
    return model


def _path(model: Model, wanted: frozenset[Model], *, empty: bool) -> tuple[str, ...] | None:
    """Relations from a table to the nearest of some others, the act behind a row left out."""
    waiting: deque[tuple[Model, tuple[str, ...]]] = deque([(model, ())])
    seen = {model}
    while waiting:
        here, path = waiting.popleft()
        if here in wanted:
            return path
        for field in here._meta.concrete_fields:
            follows = field.is_relation and field.name != "act" and (empty or not field.null)
            related = field.related_model if follows else None
            if isinstance(related, type) and related not in seen:
                seen.add(related)
                waiting.append((related, (*path, field.name)))
    return None


class People:
    """The people of a plan; what is read of them is read once, and names only for those who are shown."""

    def __init__(self, changes: Changes, tables: Mapping[Model, Table] | None = None) -> None:
        """Take over a plan, with the people it has read; nothing more is read yet."""
        self.changes = changes
        self.tables = dict(tables_of(changes) if tables is None else tables)
        self._rows: dict[Model, Ids] = {}
        self._followed: dict[Model, dict[int, int]] = {}
        self._names: dict[Key, tuple[str, str, str]] = {
            (Person, key): _named(cells) for key, cells in changes.view.persons_read.items()
        }
        self._numbers: dict[Key, str] = {(Person, key): cells[1] for key, cells in changes.view.persons_read.items()}

    def of_rows(self, model: Model) -> Ids:
        """Who stands behind each row added to a table: shape (n,), keys of the lead's subject, 0 for nobody.

        A negative key is the placeholder of somebody the plan itself adds.
        """
        if model not in self._rows:
            self._rows[model] = self._found_of_rows(model)
        return self._rows[model]

    def _found_of_rows(self, model: Model) -> Ids:
        table, lead = self.tables[model], lead_of(model)
        if lead is None:
            return np.zeros(table.count, dtype=np.int64)
        if not lead.path:
            return -np.arange(1, table.count + 1, dtype=np.int64)
        field = column(model, lead.path[0])
        keys = table.whole(field.attname)
        return self.behind(field.related_model, keys)  # type: ignore[arg-type]

    def behind(self, model: Model, ids: Ids) -> Ids:
        """Who stands behind rows of a table given by key or placeholder; 0 for nobody."""
        lead = lead_of(model)
        if lead is None or not lead.path:
            return ids if lead else np.zeros_like(ids)
        found = np.zeros_like(ids)
        if (planned := ids < 0).any():
            found[planned] = self.of_rows(model)[-ids[planned] - 1]
        if (stored := ids > 0).any():
            found[stored] = self._read(model, lead, ids[stored])
        return found

    def _read(self, model: Model, lead: Lead, ids: Ids) -> Ids:
        """Follow stored rows to people, each row once."""
        known = self._followed.setdefault(model, dict(self.changes.view.people_behind.get(model._meta.db_table, {})))
        wanted = np.unique(ids)
        if unknown := [key for key in wanted.tolist() if key not in known]:
            self._follow(model, lead, np.array(unknown, dtype=np.int64))
        found = np.array([known.get(key, 0) for key in wanted.tolist()], dtype=np.int64)
        return found[np.searchsorted(wanted, ids)]

    def _follow(self, model: Model, lead: Lead, wanted: Ids) -> None:
        """Read whom some rows lead to; where they are few, their names as well."""
        path, few = "__".join(lead.path), wanted.size <= SLICE
        names = [f"{path}__{name}" for name in _name_columns(lead.subject)] if few else []
        for key, person, *cells in _rows(model, wanted, ["pk", f"{path}_id", *names]):
            self._followed[model][key] = person or 0
            if few and person:
                self._keep((lead.subject, person), cells)

    def touched(self) -> dict[Model, Ids]:
        """Everybody the plan touches, by the table they are kept in, in the order the plan meets them; heads first."""
        found: dict[Model, list[Ids]] = {}
        for model in sorted(self.changes.heads, key=lambda one: str(one._meta.db_table)):
            if lead := lead_of(model):
                for moved in self.changes.heads[model]:
                    keys = np.array(moved.ids, dtype=np.int64)
                    found.setdefault(lead.subject, []).append(self.behind(model, keys))
        for model in self.tables:
            if lead := lead_of(model):
                found.setdefault(lead.subject, []).append(self.of_rows(model))
        listed = {subject: _in_order(np.concatenate(parts)) for subject, parts in found.items()}
        order = sorted(listed, key=lambda subject: (subject is not Person, str(subject._meta.db_table)))
        return {subject: listed[subject] for subject in order if listed[subject].size}

    def names(self, wanted: Iterable[Key]) -> dict[Key, dict[str, str]]:
        """Name, masked number and personal number of some people."""
        keys = list(dict.fromkeys(wanted))
        self._read_names([key for key in keys if key not in self._names])
        blank = ("", "", "")
        return {
            key: dict(zip(("name", "number", "personal_number"), self._names.get(key, blank), strict=True))
            for key in keys
        }

    def _read_names(self, keys: Sequence[Key]) -> None:
        stored: dict[Model, list[int]] = {}
        for subject, key in keys:
            if key < 0:
                table = self.tables[subject]
                self._keep((subject, key), [table.cell(name, -key - 1) for name in _name_columns(subject)])
            else:
                stored.setdefault(subject, []).append(key)
        for subject, some in stored.items():
            for row in _rows(subject, np.unique(some), ["pk", *_name_columns(subject)]):
                self._keep((subject, row[0]), row[1:])

    def _keep(self, key: Key, cells: Sequence[Any]) -> None:
        self._names[key], self._numbers[key] = _named(cells), str(cells[1] or "")

    def numbers(self, wanted: Sequence[Key]) -> list[str]:
        """The resident numbers of some people, to be compared and never shown; of many, nothing else is kept."""
        if len(wanted) <= SLICE:
            self._read_names([key for key in wanted if key not in self._numbers])
            return [self._numbers.get(key, "") for key in wanted]
        found = [self.tables[subject].cell("resident_number", -key - 1) for subject, key in wanted if key < 0]
        stored: dict[Model, list[int]] = {}
        for subject, key in wanted:
            if key > 0:
                stored.setdefault(subject, []).append(key)
        for subject, some in stored.items():
            found += (row[1] for row in _rows(subject, np.unique(some), ["pk", "resident_number"]))
        return [str(number or "") for number in found]


def _name_columns(subject: Model) -> list[str]:
    names = ["name", "resident_number"]
    return [*names, "personal_number"] if subject is Person else names


def _named(cells: Sequence[Any]) -> tuple[str, str, str]:
    name, number, *personal = (str(cell or "") for cell in cells)
    return name, mask(number), veiled("".join(personal))


def _in_order(keys: Ids) -> Ids:
    """Each key once, in the order they are met first; 0 is nobody."""
    kept, first = np.unique(keys, return_index=True)
    ordered: Ids = kept[np.argsort(first, kind="stable")]
    somebody: Ids = ordered[ordered != 0]
    return somebody


def _rows(model: Model, ids: Ids, columns: Sequence[str]) -> Iterable[Any]:
    """Some columns of rows by key: in slices, or as one range where most of it is wanted."""
    rows: QuerySet[Any, Any] = QuerySet(model).order_by("pk").values_list(*columns)
    if ids.size > SLICE and int(ids[-1] - ids[0]) < DENSE * ids.size:
        yield from rows.filter(pk__gte=int(ids[0]), pk__lte=int(ids[-1]))
        return
    for start in range(0, ids.size, SLICE):
        yield from rows.filter(pk__in=ids[start : start + SLICE].tolist())
