"""Finding people by the numbers a clerk states, and changing their two-code state."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

import numpy as np
from django.db.models import OuterRef, Subquery

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.records.models import Award, BankAccount, Enrolment, EnrolmentEvent, Person
from jubao.vocabulary.codes import RelationState
from jubao.vocabulary.resident_number import masked_reference

SLICE = 800
RESIDENT_NUMBER_LENGTH = 18
Key = TypeVar("Key", int, str)


def find_people(
    references: Sequence[str], view: View, faults: Faults | None = None, *, field: str = "person",
    rows: Sequence[int] | None = None,
) -> list[Person]:
    """Persons by resident number or personal number, in the order given, read once for check and plan.

    Args:
        references: the numbers a clerk stated, one a case.
        view: the books.
        faults: takes every number the register does not know, masked, and every number stated twice; the people
            returned are then those that were found, and the caller goes no further while there are faults.
        field: the argument a form marks.
        rows: where the numbers stood in a file, row by row; then all belong to one case, the first.
    Without ``faults`` every number must be known: a plan is made only after its check.
    """
    wanted = list(references)
    found = view.once(("people", tuple(wanted)), lambda: _by_number(wanted))
    people = [found[ref] for ref in wanted if ref in found]
    if faults is None:
        assert len(people) == len(wanted), "a plan is made after its check"
        return people
    seen: set[int] = set()
    for index, ref in enumerate(wanted):
        case, place = (index + 1, "") if rows is None else (1, f"第{rows[index]}行")
        if ref not in found:
            faults.add(case, field, f"{shown(ref)} 不在参保登记中", next_step="请核对公民身份号码", place=place)
        elif (kept := found[ref].merged_into) is not None:
            rule = f"{shown(ref)} 的档案已并入 {kept.personal_number}"
            faults.add(case, field, rule, next_step=f"请用个人编号 {kept.personal_number} 办理", place=place)
        elif found[ref].pk in seen:
            faults.add(case, field, f"{shown(ref)} 在同一申请中出现两次", next_step="请删去重复的一项", place=place)
        else:
            seen.add(found[ref].pk)
    return people


def _by_number(wanted: Sequence[str]) -> dict[str, Person]:
    """People by what a clerk wrote: what has the length of a resident number is one, unless nobody bears it."""
    found = _by_column("resident_number", [ref for ref in wanted if len(ref) == RESIDENT_NUMBER_LENGTH])
    return found | _by_column("personal_number", [ref for ref in wanted if ref not in found])


def _by_column(column: str, wanted: Sequence[str]) -> dict[str, Person]:
    return {
        getattr(person, column): person
        for start in range(0, len(wanted), SLICE)
        for person in Person.objects.filter(**{f"{column}__in": wanted[start : start + SLICE]}).order_by("id")
    }


def shown(reference: str) -> str:
    """A number as it may be shown: what may be a resident number is masked, however it was written."""
    return masked_reference(reference)


def ids_of(rows: Iterable[Any]) -> Ids:
    """Primary keys as an array."""
    return np.array([row.pk for row in rows], dtype=np.int64)


def in_slices(keys: Sequence[Key]) -> Iterable[Sequence[Key]]:
    """Keys, or numbers somebody stated, in slices small enough for one query."""
    return (keys[start : start + SLICE] for start in range(0, len(keys), SLICE))


def enrolments_of(people: Sequence[Person], view: View) -> dict[int, Enrolment]:
    """Enrolment by person id."""
    keys = [p.pk for p in people]
    return view.once(("enrolments", tuple(keys)), lambda: _enrolments(keys))


def _enrolments(keys: Sequence[int]) -> dict[int, Enrolment]:
    return {
        e.person_id: e for part in in_slices(keys) for e in Enrolment.objects.filter(person_id__in=part).order_by("id")
    }


def awards_of(people: Sequence[Person], view: View) -> dict[int, Award]:
    """The running award by person id."""
    keys = [p.pk for p in people]
    return view.once(("awards", tuple(keys)), lambda: _awards(keys))


def _awards(keys: Sequence[int]) -> dict[int, Award]:
    running = Award.objects.filter(ended_month__isnull=True).order_by("id")
    return {a.person_id: a for part in in_slices(keys) for a in running.filter(person_id__in=part)}


def accounts_of(people: Sequence[Person], view: View) -> dict[int, BankAccount]:
    """The bank account each person can be paid to on the business date: the latest whose cooling period is over."""
    keys = [p.pk for p in people]
    return view.once(("accounts", tuple(keys)), lambda: _accounts(keys, view.on))


def _accounts(keys: Sequence[int], on: date) -> dict[int, BankAccount]:
    latest = (
        BankAccount.objects.filter(person=OuterRef("person"), usable_from__lte=on)
        .order_by("-usable_from", "-id")
        .values("id")[:1]
    )
    usable = BankAccount.objects.filter(id=Subquery(latest)).order_by("id")
    return {a.person_id: a for part in in_slices(keys) for a in usable.filter(person_id__in=part)}


def change_state(
    enrolments: Sequence[Enrolment], *, to: tuple[str, str], reason: str | Sequence[str], changes: Changes
) -> None:
    """Move enrolments to a two-code state (AAC008, AAC031) and record why (domain 3.15)."""
    enrolment_state, contribution_state = to
    changes.insert(
        EnrolmentEvent,
        {
            "enrolment_id": ids_of(enrolments),
            "enrolment_state": enrolment_state,
            "contribution_state": contribution_state,
            "reason": reason,
            "effective_date": changes.view.on,
        },
        count=len(enrolments),
    )
    stood = [str(RelationState.of(one.enrolment_state, one.contribution_state)) for one in enrolments]
    changes.update(
        Person,
        [one.person_id for one in enrolments],
        before={"state": stood},
        state=str(RelationState.of(enrolment_state, contribution_state)),
    )
    for enrolment in enrolments:
        changes.set(enrolment, enrolment_state=enrolment_state, contribution_state=contribution_state)
