"""Finding people by the numbers a clerk states, and changing their two-code state."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db.models import OuterRef, Subquery

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.declaration import ActReference, Refused
from jubao.records import bulk
from jubao.records.models import Award, BankAccount, Enrolment, EnrolmentEvent, Person
from jubao.vocabulary.resident_number import mask

SLICE = 800
RESIDENT_NUMBER_LENGTH = 18


def find_people(references: Sequence[str]) -> list[Person]:
    """Persons by resident number or personal number, in the order given.

    Raises:
        Refused: naming every number the register does not know, masked, and every number stated twice.
    """
    found: dict[str, Person] = {}
    wanted = list(references)
    for start in range(0, len(wanted), SLICE):
        part = wanted[start : start + SLICE]
        found |= {p.resident_number: p for p in Person.objects.filter(resident_number__in=part).order_by("id")}
        found |= {p.personal_number: p for p in Person.objects.filter(personal_number__in=part).order_by("id")}
    faults = [f"第{i}项：{shown(ref)} 不在参保登记中" for i, ref in enumerate(wanted, start=1) if ref not in found]
    people = [found[ref] for ref in wanted if ref in found]
    seen: set[int] = set()
    for index, person in enumerate(people, start=1):
        if person.pk in seen:
            faults.append(f"第{index}项：{shown(person.resident_number)} 在同一申请中出现两次")
        seen.add(person.pk)
    if faults:
        raise Refused(f"有 {len(faults)} 人无法办理，请核对公民身份号码", faults=faults)
    return people


def shown(reference: str) -> str:
    """A number as it may be shown: resident numbers masked."""
    return mask(reference) if len(reference) == RESIDENT_NUMBER_LENGTH else reference


def ids_of(rows: Iterable[Any]) -> Ids:
    """Primary keys as an array."""
    return np.array([row.pk for row in rows], dtype=np.int64)


def in_slices(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    """Keys in slices small enough for one query."""
    return (keys[start : start + SLICE] for start in range(0, len(keys), SLICE))


def enrolments_of(people: Sequence[Person]) -> dict[int, Enrolment]:
    """Enrolment by person id."""
    keys = [p.pk for p in people]
    return {e.person_id: e for part in in_slices(keys) for e in Enrolment.objects.filter(person_id__in=part)}


def awards_of(people: Sequence[Person]) -> dict[int, Award]:
    """The running award by person id."""
    keys = [p.pk for p in people]
    return {
        a.person_id: a
        for part in in_slices(keys)
        for a in Award.objects.filter(person_id__in=part, ended_month__isnull=True)
    }


def accounts_of(people: Sequence[Person], *, on: date) -> dict[int, BankAccount]:
    """The bank account each person can be paid to on a day: the latest whose cooling period is over."""
    latest = (
        BankAccount.objects.filter(person=OuterRef("person"), usable_from__lte=on)
        .order_by("-usable_from", "-id")
        .values("id")[:1]
    )
    keys = [p.pk for p in people]
    return {
        a.person_id: a
        for part in in_slices(keys)
        for a in BankAccount.objects.filter(person_id__in=part, id=Subquery(latest))
    }


def change_state(
    enrolments: Sequence[Enrolment], *, to: tuple[str, str], reason: str | Sequence[str], on: date, act: ActReference
) -> None:
    """Move enrolments to a two-code state and record why (domain 3.15)."""
    enrolment_state, contribution_state = to
    bulk.insert(
        EnrolmentEvent,
        {
            "enrolment_id": ids_of(enrolments), "enrolment_state": enrolment_state,
            "contribution_state": contribution_state, "reason": reason, "effective_date": on, "act_id": act.id,
        },
        count=len(enrolments),
    )  # fmt: skip
    for part in in_slices([e.pk for e in enrolments]):
        Enrolment.objects.filter(pk__in=part).update(
            enrolment_state=enrolment_state, contribution_state=contribution_state
        )
