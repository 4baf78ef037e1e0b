"""Bulk writing: what went in by column comes out by row, on both engines, awkward texts included."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from jubao.operations.envelope.applying import StoredOtherwise, apply
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.keys import first_keys
from jubao.operations.envelope.view import View
from jubao.records import bulk
from jubao.records.models import AuditEvent, Award, Person, Residence
from jubao.records.sealing import BLOCK, RowsDigest, table_digest
from tests.office import Office
from tests.test_operations_trust import drop_guards

ON, AT = date(2017, 3, 1), datetime(2017, 3, 1, 9, tzinfo=UTC)

AWKWARD = ["制表\t符", "换\n行", "回\r车", "反斜\\杠", "\\N", "\\.", "单'引\"号", "%s ? $1 {}", "", "尾反斜杠\\"]


@pytest.fixture
def person(db):
    office = Office()
    office.register({})
    return Person.objects.get()


def write(model, columns, *, count):
    """Plan rows by column and apply them under an event of their own; the keys they got."""
    changes = Changes(View(ON, AT, "case"))
    changes.insert(model, columns, count=count)
    with transaction.atomic():
        last = AuditEvent.objects.order_by("-id").first()
        event = AuditEvent.objects.create(
            id=last.id + 1,
            kind="EXECUTED",
            code="test",
            staff="T",
            business_date=ON,
            at=AT,
            payload="{}",
            algorithm="none",
            previous_mac=last.mac,
            mac=f"{last.id + 1:064d}",
        )
        first = first_keys([model])[model]
        together = bulk.Together()
        apply(changes, event.id, together)
        together.run()
    return np.arange(first, first + count)


def residences(person, count, **columns):
    said = {
        "person_id": person.pk,
        "division": "430602001001",
        "household_type": "20",
        "address": "",
        "phone": "",
        "valid_from": date(2017, 1, 1),
    }
    ids = write(Residence, said | columns, count=count)
    rows = Residence.objects.filter(pk__gte=ids[0], pk__lte=ids[-1]).order_by("pk")
    assert [row.pk for row in rows] == ids.tolist() == list(range(ids[0], ids[0] + count))
    return list(rows)


def test_texts_of_a_column_come_back_as_they_went_in(person):
    assert [row.address for row in residences(person, len(AWKWARD), address=AWKWARD)] == AWKWARD


@pytest.mark.parametrize("text", AWKWARD)
def test_a_text_for_every_row_comes_back_as_it_went_in(person, text):
    assert [row.address for row in residences(person, 2, address=text)] == [text, text]


def test_days_come_back_as_days(person):
    days = [date(2017, 2, 28), date(2000, 2, 29)]
    assert [row.valid_from for row in residences(person, 2, valid_from=days)] == days
    assert {row.valid_from for row in residences(person, 2, valid_from=days[0])} == {days[0]}


def test_arrays_scalars_nothing_and_defaults_each_find_their_column(person):
    other = [None, 201612]
    ids = write(
        Award,
        {
            "person_id": np.array([person.pk] * 2),
            "start_month": np.int64(201501),
            "applied_date": None,
            "contributed_years": [15, 16],
            "required_years": 0,
            "balance_fen": np.array([2**40, 0]),
            "suspended_from": other,
            "ended_month": 201701,
        },
        count=2,
    )
    rows = list(Award.objects.filter(pk__in=ids.tolist()).order_by("pk"))
    assert [row.contributed_years for row in rows] == [15, 16]
    assert [row.balance_fen for row in rows] == [2**40, 0]
    assert [row.suspended_from for row in rows] == other
    assert {
        (r.start_month, r.applied_date, r.ended_month, r.policy_fingerprint, r.opened_with_register) for r in rows
    } == {(201501, None, 201701, "", False)}


@pytest.mark.parametrize("count", [1, 99, 100, 10_000])
def test_rows_keep_their_order_and_take_consecutive_numbers(person, count):
    said = [f"第{place}户" for place in range(count)]
    assert [row.address for row in residences(person, count, address=said)] == said


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def rewrite(change: str) -> None:
    """A trigger that changes what was just written to residences, whatever the guards of the table say."""
    drop_guards("records_residence")
    if connection.vendor == "postgresql":
        run(f"CREATE FUNCTION skim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change}; RETURN NULL; END $$")
        run("CREATE TRIGGER skim AFTER INSERT ON records_residence FOR EACH ROW EXECUTE FUNCTION skim()")
    else:
        run(f"CREATE TRIGGER skim AFTER INSERT ON records_residence BEGIN {change}; END")


@pytest.mark.parametrize("count", [2, 99, 100, 1_200])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE records_residence SET address = '别处' WHERE id = NEW.id AND address = '第0户'",
        "UPDATE records_residence SET phone = '1' WHERE id = NEW.id AND address = '第1户'",
        "DELETE FROM records_residence WHERE id = NEW.id AND address = '第1户'",
    ],
    ids=["first", "another column", "gone"],
)
def test_rows_a_trigger_changes_while_they_are_written_are_refused(person, count, change):
    rewrite(change)
    with pytest.raises(StoredOtherwise), transaction.atomic():
        residences(person, count, address=[f"第{place}户" for place in range(count)])


@pytest.mark.parametrize("count", [2, 99, 100, 1_200])
def test_a_row_a_trigger_adds_under_the_same_event_is_refused(person, count):
    columns = "person_id, division, household_type, address, phone, valid_from, act_id"
    copied = "NEW.person_id, NEW.division, NEW.household_type, '多出', NEW.phone, NEW.valid_from, NEW.act_id"
    more = f"INSERT INTO records_residence (id, {columns}) SELECT NEW.id + 5000, {copied} WHERE NEW.address = '第1户'"
    rewrite(more)
    with pytest.raises(StoredOtherwise), transaction.atomic():
        residences(person, count, address=[f"第{place}户" for place in range(count)])


@pytest.mark.parametrize("amount", [1.5, [1.0, 2.0], np.array([1.0, 2.0])])
def test_a_float_is_our_own_mistake(person, amount):
    with pytest.raises(AssertionError, match="no float"):
        residences(person, 2, person_id=amount)


def test_columns_of_another_length_are_our_own_mistake(person):
    with pytest.raises(AssertionError, match="3 values for 2 rows"):
        residences(person, 2, address=["甲", "乙", "丙"])


def test_no_rows_write_nothing(person):
    before = Residence.objects.count()
    assert Changes(View(ON, AT, "case")).insert(Residence, {"person_id": []}, count=0).tolist() == []
    assert Residence.objects.count() == before


@pytest.mark.parametrize("good", [1, 500])
def test_a_broken_rule_of_the_table_refuses_all_rows(person, good):
    before = Residence.objects.count()
    for _ in range(2):  # a refused insertion leaves nothing in the next one's way
        with pytest.raises(IntegrityError), transaction.atomic():
            residences(person, good + 1, address=["甲"] * good + [None])
    assert Residence.objects.count() == before
    assert len(residences(person, good)) == good


def test_a_digest_does_not_depend_on_the_parts_rows_come_in() -> None:
    rows = [(n, f"第{n}行", None if n % 3 else n) for n in range(2 * BLOCK + 17)]
    columns = [list(column) for column in zip(*rows, strict=True)]

    def in_parts(size: int) -> str:
        digest = RowsDigest()
        for start in range(0, len(rows), size):
            digest.add(rows[start : start + size])
        return digest.hexdigest()

    def in_columns(size: int) -> str:
        digest = RowsDigest()
        for start in range(0, len(rows), size):
            digest.add_columns([column[start : start + size] for column in columns], len(rows[start : start + size]))
        return digest.hexdigest()

    sizes = (7, BLOCK - 1, BLOCK, BLOCK + 1, len(rows))
    assert len({in_parts(size) for size in sizes} | {in_columns(size) for size in sizes}) == 1


@pytest.mark.parametrize(
    "others",
    [
        [(1, "a"), (2, "b"), (3, "c")],
        [(1, "a"), (2, "c")],
        [(1, "a"), ("2", "b")],
        [(2, "b"), (1, "a")],
        [(1, "a', 'b"), (2, "")],
        [(1, "a")],
        [(1, "a", None), (2, "b", None)],
    ],
)
def test_other_rows_have_another_digest(others: list[tuple[object, ...]]) -> None:
    assert table_digest([others]) != table_digest([[(1, "a"), (2, "b")]])


def test_rows_without_columns_are_counted() -> None:
    assert table_digest([[()]]) != table_digest([[(), ()]])
