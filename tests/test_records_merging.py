"""Two records of one person: the merged one points to the one that is kept, and no act takes it for somebody any more."""

import pytest
from django.db import IntegrityError, transaction

from jubao.operations.envelope.acting import check
from jubao.operations.envelope.changes import Changes
from jubao.records.models import Person, PersonMerge
from jubao.reports.invariants.heads import merged_people
from jubao.reports.invariants.verification import Tally
from tests.acts import AT, ON, any_act, write
from tests.office import Office, number

pytestmark = pytest.mark.django_db
TWICE, KEPT = number("19700101", 1), number("19700101", 3)


@pytest.fixture
def office() -> Office:
    """One person under two numbers."""
    office = Office()
    office.register({"resident_number": TWICE, "name": "王甲"}, {"resident_number": KEPT, "name": "王甲"})
    return office


def merge(merged: Person, kept: Person, key: str) -> None:
    """What an act of merging leaves in the books."""

    def plan(changes: Changes) -> None:
        changes.add(PersonMerge(merged=merged, kept=kept, evidence="派出所证明"))
        changes.update(Person, [merged.pk], merged_into=kept.pk)

    with any_act():
        write(plan, key)


def person(resident_number: str) -> Person:
    return Person.objects.get(resident_number=resident_number)


def test_whoever_asks_for_a_merged_record_is_sent_to_the_kept_one(office: Office) -> None:
    merge(person(TWICE), person(KEPT), "m1")
    case = {"person": TWICE, "bank": "农商行", "bank_account": "6222000000000001"}
    [fault] = check("account.rebind", [case], by="G1", on=ON, at=AT)
    assert f"已并入 {person(KEPT).personal_number}" in fault.rule
    assert not check("account.rebind", [case | {"person": KEPT}], by="G1", on=ON, at=AT)
    office.verify()


def test_a_head_without_its_merge_is_found(office: Office) -> None:
    Person.objects.filter(resident_number=TWICE).update(merged_into=person(KEPT))
    assert [one.id for one in merged_people(Tally())] == [person(TWICE).pk]


def test_a_record_is_merged_once_and_never_into_itself(office: Office) -> None:
    merge(person(TWICE), person(KEPT), "m1")
    act = PersonMerge.objects.get().act_id
    for merged, kept in ((TWICE, KEPT), (KEPT, KEPT)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonMerge.objects.create(act_id=act, merged=person(merged), kept=person(kept), evidence="又一次")
