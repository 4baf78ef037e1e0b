"""The register as comparisons read it: by key, by bank account, and with all a score can use."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection
from django.db.models import F

from jubao.matching.exact import Keys, Register, match
from jubao.operations.people import in_slices
from jubao.operations.registers.hit_meaning import Insurant
from jubao.records.models import (
    AuditEvent,
    Award,
    BankAccount,
    CategoryPeriod,
    EnrolmentEvent,
    Identity,
    Person,
    Residence,
)

if TYPE_CHECKING:
    import pyarrow as pa

_FEW = 4_000
_KEPT_PEOPLE = 300_000  # a larger register is read and prepared again rather than held in memory
_DATED = (EnrolmentEvent, Identity, Residence, CategoryPeriod, BankAccount, Award)
SCORED = ("key", "name", "resident_number", "birth_date", "sex", "division", "address", "phone")


def register_seal() -> str | None:
    """Seal of the last event that changed anything a comparison looks at; None while that event is not sealed yet.

    A seal covers its event's rows and the seal before it, so equal seals mean equal registers, whatever was rolled back.
    """
    latest = " UNION ALL ".join(f"SELECT max(act_id) AS act FROM {model._meta.db_table}" for model in (Person, *_DATED))
    with connection.cursor() as cursor:  # asked with every list, so in one statement
        cursor.execute(f"SELECT mac FROM {AuditEvent._meta.db_table} WHERE id = (SELECT max(act) FROM ({latest}) l)")
        found = cursor.fetchone()
    return str(found[0]) if found else None


@dataclass(frozen=True)
class Scored:
    """Everybody as a score wants them.

    Attributes:
        table: n rows of text columns (``SCORED``).
        prepared: the same rows as comparison columns (``matching.features.prepare``).
        people: who stands in each row.
    """

    table: "pa.Table"
    prepared: "pa.Table"
    people: list[Insurant]


_KEPT: dict[str, Scored] = {}


class RegisterIndex:
    """Our people by key; read in full only when a list is long."""

    def find(self, keys: Keys) -> list[tuple[int, Insurant]]:
        """Place in ``keys`` and person of every hit, ascending by place."""
        valid = np.flatnonzero(keys >= 0)
        if len(valid) <= _FEW:
            stated = keys[valid].tolist()
            known = self._few(sorted(set(stated)))
            return [(place, known[key]) for place, key in zip(valid.tolist(), stated, strict=True) if key in known]
        register, people = self._all
        left, right = match(keys, register)
        return [(place, people[at]) for place, at in zip(left.tolist(), right.tolist(), strict=True)]

    def _few(self, keys: list[int]) -> dict[int, Insurant]:
        return {
            key: who
            for part in in_slices(keys)
            for key, who in _insurants(Person.objects.filter(resident_key__in=part))
        }

    @cached_property
    def _all(self) -> tuple[Register, list[Insurant]]:
        rows = list(_insurants(Person.objects.all()))
        return Register.of(np.array([key for key, _ in rows], dtype=np.int64)), [who for _, who in rows]

    @cached_property
    def by_account(self) -> dict[str, list[Insurant]]:
        """People in payment by the latest bank account of each."""
        paid = {who.person: who for _, who in _insurants(Person.objects.all()) if who.in_payment}
        latest = dict(BankAccount.objects.order_by("id").values_list("person_id", "account"))
        found: dict[str, list[Insurant]] = {}
        for person in sorted(paid):
            if account := latest.get(person):
                found.setdefault(account, []).append(paid[person])
        return found

    @cached_property
    def scored(self) -> Scored:
        """Everybody with the columns a score uses; kept in the process while nothing in the register changes."""
        seal = register_seal()
        if seal is not None and seal in _KEPT:
            return _KEPT[seal]
        _KEPT.clear()
        found = _scored()
        if seal is not None and len(found.people) <= _KEPT_PEOPLE:
            _KEPT[seal] = found
        return found


def _scored() -> Scored:
    from jubao.matching.features import prepare

    people = [who for _, who in _insurants(Person.objects.all())]
    facts = {row[0]: row[1:] for row in Person.objects.order_by("id").values_list("id", "birth_date", "sex")}
    lived = Residence.objects.order_by("id").values_list("person_id", "division", "address", "phone")
    homes = {row[0]: row[1:] for row in lived}
    rows = [
        (
            str(who.person),
            who.name,
            who.number,
            str(facts[who.person][0]),
            facts[who.person][1],
            *homes.get(who.person, ("", "", "")),
        )
        for who in people
    ]
    table = table_of(rows)
    return Scored(table, prepare(table), people)


def table_of(rows: list[tuple[Any, ...]]) -> "pa.Table":
    """Rows as the table of text columns that scoring takes."""
    import pyarrow as pa  # heavy, and declaring the acts needs none of it

    return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(SCORED)})


def _insurants(people: Any) -> Iterator[tuple[int, Insurant]]:
    rows: Iterable[Any] = (
        people.order_by("resident_key")
        .annotate(enrolled=F("enrolment__enrolment_state"), paying=F("enrolment__contribution_state"))
        .values_list("resident_key", "id", "enrolled", "paying", "name", "resident_number")
        .iterator(20000)
    )
    return ((key, Insurant(*rest)) for key, *rest in rows)
