"""Wide facts and the lines told of them: nothing lost, nothing counted twice, and every look-up by an index."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from jubao.columns.bounded import Fen
from jubao.operations.envelope.view import tables_of
from jubao.operations.payments.due import LIVE, UNPAID
from jubao.operations.payments.outcome import PENSIONS
from jubao.operations.settlement.months_due import pension_months
from jubao.records.balances import carry
from jubao.records.line_views import PLACES, VIEWS, LineView, install_views, remove_views
from jubao.records.models import (
    AccountBalance,
    AccountEntry,
    AccountPosting,
    Award,
    IndividualAccount,
    PayrollLine,
    PensionMonth,
    Person,
)
from jubao.reports.invariants.verification import verify
from jubao.vocabulary.codes import Source
from tests.office import Office, number

pytestmark = pytest.mark.django_db
WANG, ZHAO, LI = number("19500101", 1), number("19510101", 3), number("19700101", 5)
each_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def office() -> Office:
    """An office that paid two pensioners for a month: 70 national and 15 province, one with 1.00 from the account."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0},
        {"name": "赵乙", "resident_number": ZHAO, "pension_start": 201301, "personal": 13_900, "pension_personal": 100},
        {"name": "李丙", "resident_number": LI},
    )
    office.pay(201701, date(2017, 1, 5))
    return office


# ── One list of codes ──


@each_view
def test_every_code_has_its_column_in_the_order_of_the_list(view: LineView) -> None:
    fen = [field.name for field in view.wide._meta.concrete_fields if isinstance(field, Fen)]
    assert fen == [f"{code.name.lower()}_fen" for code in view.codes]
    assert len(fen) <= PLACES


@each_view
def test_lines_and_rows_share_every_other_column(view: LineView) -> None:
    wide = {field.column for field in view.wide._meta.concrete_fields if not isinstance(field, Fen)}
    lines = {field.column for field in view.lines._meta.concrete_fields}
    assert lines - {view.code, view.amount} == wide - {view.code}


@each_view
def test_a_statement_that_names_a_view_is_marked_as_reading_its_table(view: LineView) -> None:
    assert tables_of(f'"{view.name}"') == {view.base}


# ── Pension months ──


def test_a_month_is_told_as_one_line_for_each_item_it_pays(office: Office) -> None:
    month = PensionMonth.objects.get(person__resident_number=ZHAO)
    lines = (
        PayrollLine.objects.filter(person=month.person)
        .order_by("item")
        .values_list("id", "item", "amount_fen", "state")
    )
    first = month.pk * 16
    assert list(lines) == [
        (first, "001001", 7_000, "PAID"),
        (first + 1, "001002", 1_500, "PAID"),
        (first + 5, "002001", 100, "PAID"),
    ]
    assert PayrollLine.objects.count() == 5
    assert PensionMonth.objects.count() == 2


def another(row: models.Model, **said: Any) -> None:
    """Write a row again, otherwise than it stands."""
    columns = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    type(row)._default_manager.create(**columns | said)


def test_the_database_keeps_a_second_live_row_of_a_month_out(office: Office) -> None:
    month = PensionMonth.objects.get(person__resident_number=WANG)
    for state in ("PAID", "DUE"):
        with pytest.raises(IntegrityError), transaction.atomic():
            another(month, state=state, basic_central_fen=0, basic_city_fen=1)  # of another item, too
    another(month, state="FAILED")
    another(month, state="HELD")
    another(month, state="DUE", adjustment=7)
    another(month, state="DUE", month=201702)


def test_the_database_keeps_a_month_out_that_pays_nothing_or_takes(office: Office) -> None:
    month = PensionMonth.objects.get(person__resident_number=WANG)
    for said in ({"basic_central_fen": 0, "basic_province_fen": 0}, {"basic_city_fen": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            another(month, state="FAILED", **said)


# ── Postings and accounts ──


@pytest.fixture
def credited(office: Office) -> AccountPosting:
    """A contribution of 100 yuan with its subsidies of 30, the city's and the county's: one posting."""
    office.contribute(LI, "李丙", 10_000, date(2017, 3, 6))
    office.carry("contribution.credit", {"through": "2017-03-06"}, on=date(2017, 3, 6))
    return AccountPosting.objects.get(person__resident_number=LI)


def test_a_contribution_and_its_subsidies_are_one_posting_told_as_a_line_each(credited: AccountPosting) -> None:
    lines = AccountEntry.objects.filter(person=credited.person).order_by("id")
    told = [(line.id - credited.pk * 16, line.source, line.kind, line.amount_fen) for line in lines]
    assert told[0] == (0, "PERSONAL", "CONTRIBUTION", 10_000)
    assert {kind for _, _, kind, _ in told[1:]} == {"SUBSIDY"}
    assert sum(fen for _, _, _, fen in told[1:]) == 3_000
    assert {line.contribution_id for line in lines} == {credited.contribution_id}
    held = dict(
        AccountBalance.objects.filter(person=credited.person).order_by("id").values_list("source", "balance_fen")
    )
    assert held == {source: fen for _, source, _, fen in told}


def test_a_reversal_is_told_line_by_line_of_the_posting_it_takes_back(office: Office, credited: AccountPosting) -> None:
    office.carry("contribution.refund", {"person": LI, "years": [2017], "reason": "重复缴费"}, on=date(2017, 4, 5))
    lines = AccountEntry.objects.filter(person=credited.person, kind="REVERSAL").order_by("id")
    assert [(line.source, line.amount_fen) for line in lines] == [
        (line.reversal_of.source, -line.reversal_of.amount_fen) for line in lines
    ]
    taken_back = AccountPosting.objects.get(kind="REVERSAL")
    assert taken_back.reversal_of_id == credited.pk
    assert refused(taken_back)  # a second time, past the program
    assert lines.count() == AccountEntry.objects.filter(contribution=credited.contribution_id).count() / 2
    assert not AccountBalance.objects.filter(person=credited.person).exists()
    assert IndividualAccount.objects.filter(person=credited.person).count() == 1
    office.verify()


def refused(row: models.Model, **said: Any) -> bool:
    """Whether the database refuses a row like another."""
    try:
        with transaction.atomic():
            another(row, **said)
    except IntegrityError:
        return True
    return False


def test_the_database_keeps_a_second_interest_of_a_year_out_and_nothing_else(credited: AccountPosting) -> None:
    alone = {"contribution_id": None, "kind": "INTEREST"}
    assert not refused(credited, **alone)
    assert refused(credited, **alone)
    assert refused(
        credited, **alone, personal_fen=0, province_fen=0, city_fen=0, county_fen=1
    )  # of another source, too
    assert not refused(credited, **alone, year=2018)
    assert not refused(credited, contribution_id=None, kind="SETTLED_INTEREST")
    assert not refused(credited, contribution_id=None, kind="SETTLED_INTEREST")


def test_the_database_keeps_a_second_government_payment_of_a_year_out_and_nothing_else(
    credited: AccountPosting,
) -> None:
    alone = {"contribution_id": None, "personal_fen": 0}
    assert not refused(credited, **alone, government_paid_fen=10_000)
    assert refused(credited, **alone, government_paid_fen=10_000)
    assert refused(credited, **alone, government_paid_fen=1, city_fen=0, county_fen=0)
    assert not refused(credited, **alone, government_paid_fen=10_000, year=2018)
    assert not refused(credited, **alone, kind="SUBSIDY")
    assert not refused(credited, contribution_id=None)  # of the person's own


def test_a_posting_moves_something_and_one_way(credited: AccountPosting) -> None:
    nothing = dict.fromkeys((f"{source.name.lower()}_fen" for source in Source), 0) | {"contribution_id": None}
    assert refused(credited, **nothing)
    assert refused(credited, **nothing | {"personal_fen": 5, "city_fen": -1})
    assert not refused(credited, **nothing | {"personal_fen": -5, "city_fen": -1})


def test_an_account_that_is_not_there_cannot_be_drawn_on(credited: AccountPosting) -> None:
    """Whoever has no account has nothing to lose; whoever has one loses no more than it holds of each source."""
    stranger = Person.objects.get(resident_number=WANG)
    assert not IndividualAccount.objects.filter(person=stranger).exists()
    nothing = dict.fromkeys((f"{source.name.lower()}_fen" for source in Source), 0)
    drawn = {"act_id": credited.act_id, "kind": "SETTLEMENT", "year": 2017, "value_month": 201703}
    for person, amounts, fits in [
        (stranger, {"personal_fen": -1}, False),
        (credited.person, {"personal_fen": -10_001}, False),
        (credited.person, {"personal_fen": -10_000, "transfer_fen": -1}, False),
        (credited.person, {"personal_fen": -10_000}, True),
    ]:
        posting = AccountPosting.objects.create(person=person, **drawn, **nothing | amounts)
        if fits:
            carry(posting.pk, posting.pk)
            continue
        with pytest.raises(IntegrityError), transaction.atomic():
            carry(posting.pk, posting.pk)
    account = IndividualAccount.objects.get(person=credited.person)
    assert (account.personal_fen, account.city_fen, account.county_fen) == (0, credited.city_fen, credited.county_fen)


# ── The views themselves ──


def told() -> set[str]:
    """What the verifier says of views."""
    return {v.text.split("，")[0] for f in verify(["I-03"]) if "视图" in f.title for v in f.violations}


@each_view
def test_a_view_that_tells_something_else_is_found(office: Office, view: LineView) -> None:
    assert told() == set()
    with undone():
        run(f"DROP VIEW {view.name}")
        run(f"CREATE VIEW {view.name} AS {view.body} AND base.person_id <> 1")
        assert told() == {"明细视图的内容被替换"}
    with undone():
        first, second, *_ = view.codes
        run(f"DROP VIEW {view.name}")
        run(view.statement.replace(f"(0, '{first}')", f"(0, '{second}')"))
        assert told() == {"明细视图的内容被替换"}


def test_a_view_that_is_gone_or_that_nobody_knows_is_found(office: Office) -> None:
    with undone():
        run("CREATE VIEW records_shadow AS SELECT 1 AS one")
        assert told() == {"来历不明的视图：不是本程序所建"}
        remove_views(apps.get_app_config("records"))
        assert told() == {"来历不明的视图：不是本程序所建", "明细视图缺失"}


def test_the_views_come_back_with_the_next_migration(office: Office) -> None:
    with undone():
        remove_views(apps.get_app_config("records"))
        install_views(apps.get_app_config("records"))
        install_views(apps.get_app_config("records"))
        assert told() == set()
        assert PayrollLine.objects.count() == 5


# ── Look-ups go by an index ──


def columns_of(model: type[models.Model], told: dict[str, str]) -> str:
    """The columns of a table as an INSERT..SELECT copies them, but for what is told otherwise."""
    return ", ".join(told.get(f.column, f"r.{f.column}") for f in model._meta.concrete_fields if not f.primary_key)


def listed(model: type[models.Model]) -> str:
    return ", ".join(f.column for f in model._meta.concrete_fields if not f.primary_key)


@pytest.fixture
def three_years(office: Office) -> Iterator[None]:
    """Pension months, and as many postings, of three years for 300 people beside the office's own; taken back again."""
    told = {
        "person_id": "p.n",
        "award_id": "p.n",
        "bank_line_id": "p.n",
        "batch_id": "m.n + 100",
        "month": "201800 + m.n % 12 + 1 + m.n / 12 * 100",
    }
    with undone():
        if connection.vendor == "postgresql":  # nobody needs to stand behind these rows
            run("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("records_pensionmonth", "records_accountposting"):
                run(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refers")
            run("SET CONSTRAINTS ALL DEFERRED")
        run(f"""
            WITH RECURSIVE p(n) AS (SELECT 101 UNION ALL SELECT n + 1 FROM p WHERE n < 400),
                m(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM m WHERE n < 35)
            INSERT INTO records_pensionmonth ({listed(PensionMonth)})
            SELECT {columns_of(PensionMonth, told)} FROM records_pensionmonth r, p, m WHERE r.id = 1""")  # noqa: S608
        told = {"person_id": "p.n", "contribution_id": "p.n", "kind": "'PENSION'"}
        run(f"""
            WITH RECURSIVE p(n) AS (SELECT 101 UNION ALL SELECT n + 1 FROM p WHERE n < 400),
                m(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM m WHERE n < 35)
            INSERT INTO records_accountposting ({listed(AccountPosting)})
            SELECT {columns_of(AccountPosting, told)} FROM records_accountposting r, p, m WHERE r.id = 1""")  # noqa: S608
        run("ANALYZE records_pensionmonth")
        run("ANALYZE records_accountposting")
        yield


def plan(sql: str, parameters: Any) -> str:
    """How the engine answers a statement."""
    with connection.cursor() as cursor:
        explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{explain} {sql}", parameters)
        return "\n".join(str(row[0] if connection.vendor == "postgresql" else row[3]) for row in cursor.fetchall())


def walks_through(table: str, told: str) -> bool:
    """Whether a plan reads all rows of a table; on SQLite its names in our statements are one letter, or the view's."""
    names = f"({table}|base|[a-z])"
    return re.search(rf"Seq Scan on {table}|SCAN {names}( USING INDEX .*)?$", told, re.MULTILINE) is not None


MONTHS = {
    "a batch": PensionMonth.objects.filter(batch=1, state="DUE"),
    "bank lines": PensionMonth.objects.filter(bank_line__in=[1, 2]),
    "people": PensionMonth.objects.filter(person__in=[1, 2], state="DUE"),
    "an act": PensionMonth.objects.filter(act=1),
    "awards": PensionMonth.objects.filter(award__in=[101, 102], person__in=[101, 102]),
    "lines of a person's month": PayrollLine.objects.filter(person=1, month=201701).select_related(
        "batch", "bank_line"
    ),
    "lines of a batch": PayrollLine.objects.filter(batch=1, state="DUE"),
    "lines of a bank line": PayrollLine.objects.filter(bank_line=1),
}


@pytest.mark.parametrize("rows", MONTHS.values(), ids=MONTHS)
def test_pension_months_are_found_by_an_index(three_years: None, rows: "models.QuerySet[Any, Any]") -> None:
    assert not walks_through("records_pensionmonth", plan(*rows.order_by("id").query.sql_with_params()))


POSTINGS = {
    "people": AccountPosting.objects.filter(person__in=[101, 102], year__lte=2017),
    "contributions": AccountPosting.objects.filter(contribution__in=[101, 102]),
    "an act's draw": AccountPosting.objects.filter(act=1, person=101, kind="PENSION"),
    "what took it back": AccountPosting.objects.filter(reversal_of__in=[1, 2]),
    "lines of a person": AccountEntry.objects.filter(person=101, kind="PENSION"),
    "lines of a contribution": AccountEntry.objects.filter(contribution=101),
}


@pytest.mark.parametrize("rows", POSTINGS.values(), ids=POSTINGS)
def test_postings_are_found_by_an_index(three_years: None, rows: "models.QuerySet[Any, Any]") -> None:
    assert not walks_through("records_accountposting", plan(*rows.order_by("id").query.sql_with_params()))


def test_months_of_awards_are_asked_for_by_person(office: Office) -> None:
    award = Award.objects.get(person__resident_number=ZHAO)
    asked = pension_months([award.pk])
    assert [row.award_id for row in asked] == [award.pk]
    assert "person_id" in str(asked.query)
    assert pension_months([award.pk + 100]).count() == 0


def test_what_reads_all_months_is_known_as_such(three_years: None) -> None:
    rows = PayrollLine.objects.order_by("item").values("item").annotate(fen=models.Sum("amount_fen"))
    assert walks_through("records_pensionmonth", plan(*rows.query.sql_with_params()))


@pytest.mark.parametrize(
    ("sql", "parameters", "index"),
    [
        (UNPAID, [201701], "pension_month_gone"),
        (LIVE.format(awards="101, 102"), [], "records_pensionmonth_person_id"),
        (PENSIONS, [101], "records_pensionmonth_batch_id"),
    ],
    ids=["what came back", "paid months of awards", "a batch answered"],
)
def test_the_statements_of_a_payroll_go_by_an_index(
    three_years: None, sql: str, parameters: list[Any], index: str
) -> None:
    found = plan(sql, parameters)
    assert index in found
    assert not walks_through("records_pensionmonth", found)
