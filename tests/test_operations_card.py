"""Social security cards: written down on the account in use, one person's each, compared with lists from outside."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jubao.documents.sheet import Sheet
from jubao.operations.envelope.fault import Refused
from jubao.records.models import BankAccount, BankLine, MatchCandidate, Person
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.window import Window
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.printing import sheet_of
from tests.office import READER, Office, number
from tests.test_operations_registers import map_register, take

pytestmark = pytest.mark.django_db

WANG, LI = number("19500315", 1), number("19700101", 2)
ON, CARD, OTHER = date(2017, 3, 1), "A12345678", "B87654321"


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0},
        {"name": "李乙", "resident_number": LI, "bank": "", "bank_account": ""},
    )
    return office


def card(**said: Any) -> dict[str, Any]:
    return {"person": WANG, "card_number": CARD, "receipt": "签收表2017-03 第1页"} | said


def refusal(office: Office, *cases: dict[str, Any], on: date = ON) -> str:
    with pytest.raises(Refused) as refused:
        office.carry("card.issue", *cases, on=on)
    return "\n".join(refused.value.faults)


def test_a_card_is_written_down_on_the_account_in_use(office: Office) -> None:
    before = BankAccount.objects.get(person__resident_number=WANG)
    assert office.carry("card.issue", card(), on=ON).result["issued"] == 1
    latest = BankAccount.objects.filter(person__resident_number=WANG).latest("id")
    assert (latest.bank, latest.account, latest.card_number) == (before.bank, before.account, CARD)
    office.verify()


def test_the_pension_goes_to_the_same_account_on_the_same_day(office: Office) -> None:
    """No cooling period: nothing about where the money goes has changed."""
    for month in (201701, 201702):
        office.pay(month, date(2017, month % 100, 5))
    office.carry("card.issue", card(), on=ON)
    office.pay(201703, ON)
    assert BankLine.objects.latest("id").account == "62284800" + f"{1:011d}"


def test_the_latest_card_of_a_person_counts(office: Office) -> None:
    office.carry("card.issue", card(), on=ON)
    assert "该卡已经登记" in refusal(office, card())
    office.carry("card.issue", card(card_number=OTHER), on=date(2017, 3, 2))
    assert BankAccount.objects.filter(person__resident_number=WANG).latest("id").card_number == OTHER


def test_a_card_is_one_persons(office: Office) -> None:
    office.carry(
        "account.rebind", {"person": LI, "bank": "农业银行", "bank_account": "6228480099999999"}, on=date(2017, 1, 10)
    )
    office.carry("card.issue", card(), on=ON)
    assert "登记在他人名下" in refusal(office, card(person=LI))
    assert "登记在他人名下" in refusal(office, card(card_number=OTHER), card(person=LI, card_number=OTHER))


def test_a_card_waits_for_an_account_that_can_be_used(office: Office) -> None:
    assert "没有可用的银行账户" in refusal(office, card(person=LI))
    office.carry("account.rebind", {"person": WANG, "bank": "建设银行", "bank_account": "6217000000000001"}, on=ON)
    assert "冷静期" in refusal(office, card(), on=date(2017, 3, 2))
    office.carry("card.issue", card(), on=date(2017, 4, 3))
    assert BankAccount.objects.filter(person__resident_number=WANG).latest("id").account == "6217000000000001"


def test_a_list_of_cards_is_compared_with_the_card_handed_out(office: Office) -> None:
    office.carry("card.issue", card(), on=ON)
    columns = {"name": "姓名", "resident_number": "身份证号", "card_number": "社保卡号"}
    mapping, header = map_register(office, "SOCIAL_CARD", columns), list(columns.values())
    take(office, "SOCIAL_CARD", [["王甲", WANG, CARD]], number="C1", mapping=mapping, header=header)
    assert not MatchCandidate.objects.exists()
    take(office, "SOCIAL_CARD", [["王甲", WANG, OTHER]], number="C2", mapping=mapping, header=header)
    assert MatchCandidate.objects.get().person == Person.objects.get(resident_number=WANG)


@pytest.mark.parametrize("said", [{"card_number": ""}, {"card_number": "1" * 31}, {"receipt": ""}])
def test_a_card_has_its_number_and_a_receipt(office: Office, said: dict[str, str]) -> None:
    assert refusal(office, card(**said))


def test_the_figure_counts_the_cards_handed_out_in_the_year(office: Office) -> None:
    """One in March and its replacement in May: one by the end of April, two by the end of May, none in 2018."""
    office.carry("card.issue", card(), on=ON)
    office.carry("card.issue", card(card_number=OTHER), on=date(2017, 5, 2))
    days = (date(2017, 2, 28), date(2017, 4, 30), date(2017, 5, 31), date(2018, 1, 31))
    assert [Reading(day.year, day).number("cards.issued") for day in days] == [0, 1, 2, 0]


def test_the_list_names_who_got_a_card_and_masks_its_number_for_whoever_need_not_see_it(office: Office) -> None:
    office.carry("card.issue", card(), on=ON)
    listing, window = find_list("cards"), Window(2017, date(2017, 3, 31))
    assert column(sheet_of(listing, window, viewer=READER), "社保卡号") == [CARD]
    assert column(sheet_of(listing, window, viewer=replace(READER, lifted=frozenset())), "社保卡号") != [CARD]
    assert not sheet_of(listing, Window(2017, date(2017, 2, 28)), viewer=READER).rows


def column(sheet: Sheet, title: str) -> list[Any]:
    """The values under a heading."""
    place = [one.title for one in sheet.columns].index(title)
    return [row[place] for row in sheet.rows]
