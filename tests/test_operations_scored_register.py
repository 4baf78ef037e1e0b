"""The register as scores read it is kept between two lists, and read again as soon as anybody in it changes."""

from datetime import date

import pytest
from django.db import transaction

from jubao.matching.features import prepare
from jubao.operations.registers.people import RegisterIndex, register_seal
from jubao.records.models import AuditEvent, BankAccount, Person
from tests.office import Office, number

pytestmark = pytest.mark.django_db

ON = date(2017, 3, 9)
ONE, OTHER = number("19500101", 11), number("19800303", 13)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王建国", "resident_number": ONE, "pension_start": 201501, "certified_month": 201612},
        {"name": "张伟", "resident_number": OTHER},
    )
    return office


def rebind(office: Office, account: str) -> None:
    office.carry("account.rebind", {"person": ONE, "bank": "农业银行", "bank_account": account}, on=ON)


def test_an_unchanged_register_is_prepared_once(office: Office) -> None:
    first = RegisterIndex().scored
    office.receive("COLLECTION", 100, "R-1", ON)  # another act, but nobody in the register changes
    assert RegisterIndex().scored is first
    assert first.prepared.equals(prepare(first.table))


def test_a_changed_account_makes_it_read_again(office: Office) -> None:
    first = RegisterIndex().scored
    rebind(office, "6228480000000000018")
    assert RegisterIndex().scored is not first


def test_a_register_rolled_back_is_not_mistaken_for_the_one_that_follows(office: Office) -> None:
    """Keys may be given out again after a rollback; the seal of the event may not."""
    with transaction.atomic():
        rebind(office, "6228480000000000018")
        undone, seal = RegisterIndex().scored, register_seal()
        transaction.set_rollback(True)
    rebind(office, "6228480000000000026")
    assert register_seal() not in {None, seal}
    assert RegisterIndex().scored is not undone


def test_nothing_is_kept_while_the_event_that_changed_the_register_is_not_sealed(office: Office) -> None:
    with transaction.atomic():
        latest = AuditEvent.objects.order_by("-id").first()
        assert latest is not None
        assert register_seal() is not None
        BankAccount.objects.create(
            act_id=latest.pk + 1,
            person=Person.objects.order_by("id")[0],
            bank="农业银行",
            account="6228480000000000018",
            usable_from=ON,
        )
        assert register_seal() is None
        transaction.set_rollback(True)
