"""Rows that come in thousands refer to rows that are there, asked once a statement on PostgreSQL and by key on SQLite."""

import pytest
from django.db import IntegrityError, connection, models, transaction

from jubao.records.facts import fact_models
from jubao.records.models import AccountPosting, BankLine, PaymentBatch, PensionMonth
from jubao.records.references import asked_tables, writing_order
from jubao.reports.invariants.guards import guards_stand
from jubao.reports.invariants.verification import Tally
from tests.office import Office, number

pytestmark = pytest.mark.django_db
NOBODY = 10**12


@pytest.fixture
def office() -> Office:
    """A pension locked for the bank."""
    office = Office()
    office.open_fund()
    office.register({"resident_number": number("19500315"), "pension_start": 201108, "contributed_years": 0})
    office.carry("payroll.calculate", {"month": 201701, "reason": "没有名单"}, on=office.started.replace(day=5))
    return office


def test_every_table_is_written_after_those_it_refers_to() -> None:
    order = writing_order()
    assert sorted(order, key=lambda one: one.__name__) == sorted(fact_models(), key=lambda one: one.__name__)
    for later, earlier in ((BankLine, PaymentBatch), (PensionMonth, BankLine), (PensionMonth, PaymentBatch)):
        assert order.index(later) > order.index(earlier)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("records_pensionmonth", "bank_line_id"),
        ("records_pensionmonth", "person_id"),
        ("records_pensionmonth", "award_id"),
        ("records_pensionmonth", "act_id"),
        ("records_bankline", "batch_id"),
        ("records_bankline", "person_id"),
    ],
)
def test_a_row_that_refers_to_nothing_is_refused(office: Office, table: str, column: str) -> None:
    model = next(one for one in fact_models() if one._meta.db_table == table)
    copied = model._default_manager.order_by("pk").values().first()
    copied |= {"id": NOBODY - 1} | ({"month": 201702} if "month" in copied else {"seq": 77}) | {column: NOBODY}
    before = model._default_manager.count()
    with pytest.raises(IntegrityError):
        insert(model, copied)
    assert model._default_manager.count() == before


def insert(model: type[models.Model], row: dict[str, object]) -> None:
    """Write one row past every act, and have the engine ask what it asks at the end."""
    with transaction.atomic():
        model._default_manager.bulk_create([model(**row)])
        connection.check_constraints()


@pytest.mark.postgres
@pytest.mark.parametrize("table", sorted(asked_tables()))
def test_verify_finds_a_question_that_is_asked_no_more(office: Office, table: str) -> None:
    assert [one.id for one in guards_stand(Tally())] == []
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION jubao_{table}_refers() RETURNS trigger LANGUAGE plpgsql AS "
            "$guard$ BEGIN RETURN NULL; END $guard$"
        )
    assert [one.id for one in guards_stand(Tally())] == [f"jubao_{table}_refers"]
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER {table}_refers ON "{table}"')
    assert {one.id for one in guards_stand(Tally())} == {f"{table}_refers", f"jubao_{table}_refers"}


def test_a_reversal_refers_to_the_posting_it_takes_back(office: Office) -> None:
    names = {column for column, _ in asked_tables()["records_accountposting"]}
    assert {"person_id", "contribution_id", "reversal_of_id"} <= names
    assert AccountPosting._meta.get_field("reversal_of").related_model is AccountPosting
