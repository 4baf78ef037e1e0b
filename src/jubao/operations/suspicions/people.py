"""The register as comparisons read it: by key, by bank account, and with all a score can use."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import Count, F, Max, Sum

from jubao.matching.exact import Keys, Register, match
from jubao.operations.people import in_slices
from jubao.operations.suspicions.judging import Insurant
from jubao.records.models import BankAccount, CategoryPeriod, EnrolmentEvent, Identity, Person, Residence

_FEW = 4_000
SCORED = ("key", "name", "resident_number", "birth_date", "sex", "division", "address", "phone")


def register_stamp() -> tuple[Any, ...]:
    """Changes whenever anything does that a comparison looks at."""
    people = Person.objects.aggregate(count=Count("id"), keys=Sum(F("resident_key") % 1_000_003))
    dated = (EnrolmentEvent, Identity, Residence, CategoryPeriod, BankAccount)
    return (*people.values(), *(model.objects.aggregate(Max("id"))["id__max"] for model in dated))


class Insured:
    """Our people; read in full only when a list is long."""

    def find(self, keys: Keys) -> list[tuple[int, Insurant]]:
        """Place in ``keys`` and person of every hit, ascending by place."""
        valid = np.flatnonzero(keys >= 0)
        if len(valid) <= _FEW:
            known = self._few(sorted(set(keys[valid].tolist())))
            return [(place, known[key]) for place, key in zip(valid.tolist(), keys[valid].tolist(), strict=True)
                    if key in known]  # fmt: skip
        register, people = self._all
        left, right = match(keys, register)
        return [(place, people[at]) for place, at in zip(left.tolist(), right.tolist(), strict=True)]

    def _few(self, keys: list[int]) -> dict[int, Insurant]:
        return {
            key: who for part in in_slices(keys) for key, who in _insurants(Person.objects.filter(resident_key__in=part))
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
    def scored(self) -> tuple[pa.Table, list[Insurant]]:
        """Everybody with the columns a score uses, and the people in the same order."""
        people = [who for _, who in _insurants(Person.objects.all())]
        facts = {row[0]: row[1:] for row in Person.objects.order_by("id").values_list("id", "birth_date", "sex")}
        homes = {row[0]: row[1:] for row in Residence.objects.order_by("id").values_list(
            "person_id", "division", "address", "phone")}  # fmt: skip
        rows = [
            (str(who.person), who.name, who.number, str(facts[who.person][0]), facts[who.person][1],
             *homes.get(who.person, ("", "", "")))
            for who in people
        ]  # fmt: skip
        return table_of(rows), people


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    """Rows as the table of text columns that scoring takes."""
    return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(SCORED)})


def _insurants(people: Any) -> Iterable[tuple[int, Insurant]]:
    rows = (
        people.order_by("resident_key")
        .annotate(state=F("enrolment__enrolment_state"), paying=F("enrolment__contribution_state"))
        .values_list("resident_key", "id", "state", "paying", "name", "resident_number")
        .iterator(20000)
    )
    return ((key, Insurant(*rest)) for key, *rest in rows)
