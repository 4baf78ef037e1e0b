"""Taking in contributions: whole files against the register, once, unread when they came before; balances follow."""

import json
from datetime import date

import numpy as np
import pytest
from django.db import connection

from jubao.operations import inbound
from jubao.operations.contributions.accounts import SOURCES, Postings, post_to_accounts
from jubao.operations.envelope.applying import apply
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.view import View
from jubao.records import bulk
from jubao.records.models import AccountBalance, AccountEntry, AuditEvent, Contribution, Outlet
from jubao.records.sealing import fact_rows, table_digest
from jubao.vocabulary.codes import EntryKind
from tests.office import Office, number

pytestmark = pytest.mark.django_db
ON = date(2017, 3, 6)
PEOPLE = {
    number(f"1970{month:02d}1{day}", 1): f"甲{chr(0x4E00 + 9 * month + day)}" for month in (1, 2, 3) for day in range(5)
}
TIERS = (10_000, 20_000, 30_000)


@pytest.fixture
def office() -> Office:
    made = Office()
    made.open_fund()
    made.register(*({"resident_number": n, "name": name} for n, name in PEOPLE.items()))
    return made


def collection(office: Office, numbers: list[str]) -> tuple[str, list[int]]:
    amounts = [TIERS[place % 3] for place in range(len(numbers))]
    office.receive("COLLECTION", sum(amounts), "HD1", ON)
    file = office.file(
        "代收.txt",
        "bank_collection",
        {
            "seq": [100 + place for place in range(len(numbers))],
            "resident_number": numbers,
            "name": [PEOPLE.get(n, "无名") for n in numbers],
            "contribution_year": [2017] * len(numbers),
            "kind": ["10"] * len(numbers),
            "amount": amounts,
        },
        {"bank": "农业银行", "batch_no": "P1", "date": ON, "receipt_reference": "HD1"},
    )
    return file, amounts


def test_lines_become_contributions_in_the_order_of_the_file(office: Office) -> None:
    numbers = sorted(PEOPLE, reverse=True)
    file, amounts = collection(office, numbers)
    office.carry("contribution.bank", {"file": file}, on=ON)
    found = Contribution.objects.order_by("id").values_list(
        "line", "person__resident_number", "amount_fen", "receipt_number", "paid_by", "outlet_id", "received_date"
    )
    lines = range(1, len(numbers) + 1)
    assert list(found) == [
        (line, n, fen, f"P1-{line + 99}", "代扣", None, ON)
        for line, n, fen in zip(lines, numbers, amounts, strict=True)
    ]
    office.verify()


def test_outlet_lines_keep_receipt_outlet_and_way_of_payment(office: Office) -> None:
    (resident, name), *_ = PEOPLE.items()
    outlet = Outlet.objects.get()
    office.receive("COLLECTION", 10_000, "HD2", ON)
    row = {
        "outlet": outlet.code,
        "terminal": None,
        "receipt_number": "SJ-7",
        "paid_date": ON,
        "name": name,
        "resident_number": resident,
        "contribution_year": 2017,
        "kind": "10",
        "amount": 10_000,
        "card_number": None,
        "paid_by": "现金",
    }
    file = office.file(
        "网点.csv",
        "outlet_batch",
        {field: [value] for field, value in row.items()},
        {"batch_no": "W1", "date": ON, "receipt_reference": "HD2"},
    )
    office.carry("contribution.outlet", {"file": file}, on=ON)
    made = Contribution.objects.get()
    assert (made.receipt_number, made.outlet_id, made.paid_by) == ("SJ-7", outlet.pk, "现金")
    office.carry("contribution.credit", {"through": ON.isoformat()}, on=ON)
    given_back = {"person": resident, "years": [2017], "reason": "重复缴费"}
    assert office.carry("contribution.refund", given_back, on=ON).result["amount_fen"] == 10_000
    office.verify()


def test_a_file_taken_in_before_is_refused_unread(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    file, _ = collection(office, list(PEOPLE))
    office.carry("contribution.bank", {"file": file}, on=ON)
    monkeypatch.setattr(inbound, "_READ", {})
    monkeypatch.setattr(inbound, "read_table", None)  # reading it would fail
    with pytest.raises(Refused, match="已经导入过"):
        office.carry("contribution.bank", {"file": file}, on=ON)
    assert Contribution.objects.count() == len(PEOPLE)


def test_a_refused_file_leaves_nothing_in_the_next_ones_way(office: Office) -> None:
    file, _ = collection(office, [number("19800101", 1)])
    for _ in range(2):
        with pytest.raises(Refused):
            office.carry("contribution.bank", {"file": file}, on=ON)
    office.receive("COLLECTION", 10_000, "HD5", ON)
    (resident, name), *_ = PEOPLE.items()
    office.contribute(resident, name, 10_000, ON)
    assert Contribution.objects.count() == 1


def test_crediting_moves_every_balance_by_what_the_collection_rules_bring(office: Office) -> None:
    file, amounts = collection(office, list(PEOPLE))
    office.carry("contribution.bank", {"file": file}, on=ON)
    before = {(b.person_id, b.source): b.balance_fen for b in AccountBalance.objects.all()}
    office.carry("contribution.credit", {"through": ON}, on=ON)
    for resident, paid in zip(PEOPLE, amounts, strict=True):
        person = Contribution.objects.get(person__resident_number=resident).person_id
        personal = AccountBalance.objects.get(person_id=person, source="PERSONAL").balance_fen
        assert personal - before.get((person, "PERSONAL"), 0) == paid
    office.verify()


def test_several_postings_to_one_account_add_up_in_its_balance(office: Office) -> None:
    file, _ = collection(office, list(PEOPLE)[:2])
    office.carry("contribution.bank", {"file": file}, on=ON)
    first, second = Contribution.objects.order_by("id").values_list("person_id", flat=True)
    proposed = AuditEvent.objects.filter(kind=AuditEvent.Kind.PROPOSED).order_by("-id")[:2]

    def held() -> dict[tuple[int, str], int]:
        return {
            (b.person_id, b.source): b.balance_fen for b in AccountBalance.objects.filter(person__in=[first, second])
        }

    before = held()
    person = np.array([second, first, second, first, second])
    source = [SOURCES.index(one) for one in ("CITY", "CITY", "CITY", "COUNTY", "COUNTY")]
    for sign, event in zip((1, -1), proposed, strict=True):
        amount = np.zeros((5, len(SOURCES)), dtype=np.int64)
        amount[np.arange(5), source] = sign * np.array([100, 20, 3, 4000, 0])
        postings = Postings(person, amount, 201703)
        event_name = "account_transferred_in" if sign > 0 else "account_transferred_out"
        kind = EntryKind.TRANSFER_IN if sign > 0 else EntryKind.TRANSFER_OUT
        changes = Changes(View(ON, event.at, "test"))
        assert post_to_accounts(postings, kind, event=event_name, changes=changes) == 4
        together = bulk.Together()
        apply(changes, event.id, together)
        together.run()
        moved = {key: fen - before.get(key, 0) for key, fen in held().items() if fen != before.get(key, 0)}
        expected = {(second, "CITY"): 103, (first, "CITY"): 20, (first, "COUNTY"): 4000}
        assert moved == (expected if sign > 0 else {})
    assert AccountEntry.objects.filter(kind=EntryKind.TRANSFER_OUT).count() == 4


def test_what_is_sealed_of_a_file_is_what_is_stored(office: Office) -> None:
    file, _ = collection(office, list(PEOPLE))
    office.carry("contribution.bank", {"file": file}, on=ON)
    table = Contribution._meta.db_table
    event = AuditEvent.objects.get(code="contribution.bank", kind=AuditEvent.Kind.EXECUTED)
    stored = fact_rows(Contribution, event.id)
    assert json.loads(event.payload)["rows"][table] == [len(PEOPLE), table_digest(stored)]


def test_staged_rows_come_back_as_they_were_given(office: Office) -> None:
    texts = ["制表\t符", "换\n行", "反斜\\杠", "\\N", None, ""]
    numbers = [2**40, -1, 0, None, 5, 6]
    with bulk.staged(numbers={"n": numbers}, texts={"t": texts}) as stage, connection.cursor() as cursor:
        cursor.execute(f"SELECT n, t FROM {stage}")  # noqa: S608
        assert cursor.fetchall() == list(zip(numbers, texts, strict=True))
    with bulk.staged(numbers={"n": [1]}, texts={}) as stage, connection.cursor() as cursor:
        cursor.execute(f"SELECT n FROM {stage}")  # noqa: S608
        assert cursor.fetchall() == [(1,)]
