"""Finding people by the numbers a clerk states, as rows or as one table, and changing their two-code state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from numpy.typing import DTypeLike, NDArray

from jubao.operations.envelope.changes import Changes, Ids
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.records.models import Award, BankAccount, Contribution, Enrolment, EnrolmentEvent, Person
from jubao.vocabulary.codes import EnrolmentState, RelationState
from jubao.vocabulary.month import Days, Months
from jubao.vocabulary.resident_number import masked_reference

SLICE = 800
RESIDENT_NUMBER_LENGTH = 18
Key = TypeVar("Key", int, str)
Row = TypeVar("Row", Award, Enrolment)


def find_people(
    references: Sequence[str],
    view: View,
    faults: Faults | None = None,
    *,
    field: str = "person",
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
    view.persons_read |= {one.pk: (one.name, one.resident_number, one.personal_number) for one in found.values()}
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


# ── People as one table ──


@dataclass(frozen=True)
class Relations:
    """Insurance relations as columns of one length: their keys, whose they are, and the two codes as they stand."""

    enrolment: Ids
    person: Ids
    enrolment_state: NDArray[np.str_]
    contribution_state: NDArray[np.str_]

    @property
    def ended(self) -> NDArray[np.bool_]:
        """Which have ended; their accounts may still be kept here."""
        return np.equal(self.enrolment_state, EnrolmentState.ENDED.value)

    def of(self, rows: NDArray[Any]) -> "Relations":
        """Some of them."""
        names = Relations.__dataclass_fields__
        return Relations(**{name: getattr(self, name)[rows] for name in names})


@dataclass(frozen=True)
class PeopleTable(Relations):
    """The people of a case as columns of one length, in the order in which they were stated.

    ``number`` is masked; ``award`` is the running one and ``account`` the one to be paid to, 0 where there is none;
    ``uncredited`` tells who has money received and not yet credited.
    """

    number: NDArray[np.str_]
    birth: Days
    enrolled_month: Months
    award: Ids
    account: Ids
    uncredited: NDArray[np.bool_]


READ: Mapping[str, tuple[str, DTypeLike]] = {
    "person": ("id", np.int64),
    "enrolment": ("enrolment__id", np.int64),
    "enrolment_state": ("enrolment__enrolment_state", np.str_),
    "contribution_state": ("enrolment__contribution_state", np.str_),
    "number": ("resident_number", np.str_),
    "birth": ("birth_date", "datetime64[D]"),
    "enrolled_month": ("enrolment__enrolled_month", np.int64),
    "award": ("running_award", np.int64),
    "account": ("payable_account", np.int64),
    "uncredited": ("has_uncredited", np.bool_),
}
"""Where each column of the table is read."""


def people_table(references: Sequence[str], view: View, faults: Faults | None = None) -> PeopleTable:
    """The people of a case as one table, read once for check and plan; arguments as ``find_people`` has them."""
    keys = [person.pk for person in find_people(references, view, faults)]
    return view.once(("people table", tuple(keys)), lambda: _table_of(keys, view.on))


def _table_of(keys: Sequence[int], on: date) -> PeopleTable:
    running = Award.objects.filter(person=OuterRef("pk"), ended_month__isnull=True).order_by("-id").values("id")[:1]
    waiting = Contribution.objects.filter(person=OuterRef("pk"), crediting__isnull=True)
    people = Person.objects.order_by("id").annotate(
        running_award=Coalesce(Subquery(running), 0),
        payable_account=Coalesce(Subquery(_payable_account("pk", on)), 0),
        has_uncredited=Exists(waiting),
    )
    found = {
        row[0]: row
        for part in in_slices(keys)
        for row in people.filter(pk__in=part).values_list(*(path for path, _ in READ.values()))
    }
    rows = [found[key] for key in keys]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(READ)}
    columns["number"] = [shown(number) for number in columns["number"]]
    return PeopleTable(**{name: np.array(column, dtype=READ[name][1]) for name, column in columns.items()})


def relations_of(enrolments: Sequence[Enrolment]) -> Relations:
    """Enrolments that were read one by one, as columns."""
    return Relations(
        enrolment=ids_of(enrolments),
        person=np.array([one.person_id for one in enrolments], dtype=np.int64),
        enrolment_state=np.array([one.enrolment_state for one in enrolments], dtype=np.str_),
        contribution_state=np.array([one.contribution_state for one in enrolments], dtype=np.str_),
    )


# ── What belongs to them, row by row ──


def enrolments_of(people: Sequence[Person], view: View) -> dict[int, Enrolment]:
    """Enrolment by person id."""
    keys = [p.pk for p in people]
    found = view.once(("enrolments", tuple(keys)), lambda: _enrolments(keys))
    return _with_person_known(found, view)


def _enrolments(keys: Sequence[int]) -> dict[int, Enrolment]:
    return {
        e.person_id: e for part in in_slices(keys) for e in Enrolment.objects.filter(person_id__in=part).order_by("id")
    }


def awards_of(people: Sequence[Person], view: View) -> dict[int, Award]:
    """The running award by person id."""
    keys = [p.pk for p in people]
    found = view.once(("awards", tuple(keys)), lambda: _awards(keys))
    return _with_person_known(found, view)


def _with_person_known(found: dict[int, Row], view: View) -> dict[int, Row]:
    """Rows by person, which a preview need not ask for again."""
    for person, row in found.items():
        view.people_behind.setdefault(row._meta.db_table, {})[row.pk] = person
    return found


def _awards(keys: Sequence[int]) -> dict[int, Award]:
    running = Award.objects.filter(ended_month__isnull=True).order_by("id")
    return {a.person_id: a for part in in_slices(keys) for a in running.filter(person_id__in=part)}


def accounts_of(people: Sequence[Person], view: View) -> dict[int, BankAccount]:
    """The bank account each person can be paid to on the business date: the latest whose cooling period is over."""
    keys = [p.pk for p in people]
    return view.once(("accounts", tuple(keys)), lambda: _accounts(keys, view.on))


def _accounts(keys: Sequence[int], on: date) -> dict[int, BankAccount]:
    usable = BankAccount.objects.filter(id=Subquery(_payable_account("person", on))).order_by("id")
    return {a.person_id: a for part in in_slices(keys) for a in usable.filter(person_id__in=part)}


def _payable_account(person: str, on: date) -> QuerySet[BankAccount, int]:
    """For a query: the account of the person a column names that is paid to on a day."""
    usable = BankAccount.objects.filter(person=OuterRef(person), usable_from__lte=on)
    return usable.order_by("-usable_from", "-id").values_list("id", flat=True)[:1]


def change_state(relations: Relations, *, to: tuple[str, str], reason: str | Sequence[str], changes: Changes) -> None:
    """Move relations to a two-code state (AAC008, AAC031) and record why (domain 3.15)."""
    codes = ("enrolment_state", "contribution_state")
    after = dict(zip(codes, to, strict=True))
    told = {"enrolment_id": relations.enrolment, **after, "reason": reason, "effective_date": changes.view.on}
    changes.insert(EnrolmentEvent, told, count=relations.enrolment.size)
    stood = {name: getattr(relations, name).tolist() for name in codes}
    before = [str(RelationState.of(*pair)) for pair in zip(*stood.values(), strict=True)]
    changes.update(Person, relations.person, before={"state": before}, state=str(RelationState.of(*to)))
    changes.update(Enrolment, relations.enrolment, before=stood, **after)
