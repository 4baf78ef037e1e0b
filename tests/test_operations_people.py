"""People as one table, and the years they paid: every column as the case states it, every year once."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.people import people_table
from jubao.records.models import Award, BankAccount, Enrolment, Person
from jubao.reports.paid_years import PaidYears, contributed_years, paid_years
from jubao.vocabulary.resident_number import mask
from tests.office import Office, number

WANG, ZHAO, LI = number("19500315", 1), number("19620101", 3), number("19700101", 5)


@pytest.fixture
def office() -> Office:
    """A pensioner, a contributor without a bank account, and one whose money of this year is not credited yet."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0},
        {"name": "赵乙", "resident_number": ZHAO, "contributed_years": 4, "bank": "", "bank_account": ""},
        {"name": "李丙", "resident_number": LI, "contributed_years": 5},
    )
    office.contribute(LI, "李丙", 10_000, date(2017, 3, 1))
    return office


def seen() -> View:
    return View(date(2017, 3, 2), datetime(2017, 3, 2, 9, tzinfo=UTC), "")


@pytest.mark.django_db
def test_the_table_tells_of_everybody_in_the_order_stated_what_the_books_know(office: Office) -> None:
    people = people_table([LI, WANG, ZHAO], seen())
    keys = dict(Person.objects.values_list("resident_number", "id"))
    assert people.person.tolist() == [keys[LI], keys[WANG], keys[ZHAO]]
    assert people.number.tolist() == [mask(LI), mask(WANG), mask(ZHAO)]
    assert people.birth.tolist() == [date(1970, 1, 1), date(1950, 3, 15), date(1962, 1, 1)]
    assert people.award.tolist() == [0, Award.objects.get().pk, 0]
    accounts = dict(BankAccount.objects.values_list("person_id", "id"))
    assert people.account.tolist() == [accounts[keys[LI]], accounts[keys[WANG]], 0]
    assert people.uncredited.tolist() == [True, False, False]
    assert people.contribution_state.tolist() == ["1", "3", "1"]
    assert people.enrolment.tolist() == [Enrolment.objects.get(person=one).pk for one in people.person.tolist()]
    assert people.of(np.array([1])).person.tolist() == [keys[WANG]]


@pytest.mark.django_db
def test_nobody_is_a_table_of_no_rows_and_a_stranger_a_fault(office: Office) -> None:
    assert people_table([], seen()).person.size == 0
    faults = Faults()
    assert people_table([number("19800101")], seen(), faults).person.size == 0
    assert len(list(faults)) == 1


def test_a_year_paid_twice_counts_once_from_the_month_it_was_first_paid() -> None:
    """Person 7 paid 2015 in June 2015 and, by the government, in January 2016; 2016 in March 2016, 2014 made up last."""
    rows = [(7, 2015, 201601), (9, 2016, 201605), (7, 2016, 201603), (7, 2015, 201506), (7, 2014, 201701)]
    paid = PaidYears.of(np.array(rows, dtype=np.int64))
    assert list(zip(paid.person.tolist(), paid.year.tolist(), paid.month.tolist(), strict=True)) == [
        (7, 2015, 201506),
        (7, 2016, 201603),
        (7, 2014, 201701),
        (9, 2016, 201605),
    ]
    who = np.array([9, 8, 7])
    assert paid.count(who).tolist() == [1, 0, 3]
    wanted = np.array([2, 1, 2])  # more than 9 paid, 8 paid nothing, the second of 7 came in March 2016
    assert paid.complete_in(who, wanted, otherwise=190001).tolist() == [190001, 190001, 201603]
    assert paid.complete_in(who, np.array([1, 0, -1]), otherwise=190001).tolist() == [201605, 190001, 190001]
    assert PaidYears.of(np.zeros((0, 3), dtype=np.int64)).count(who).tolist() == [0, 0, 0]


@pytest.mark.django_db
def test_years_are_known_from_the_day_they_are_credited_and_no_longer_when_refunded(office: Office) -> None:
    office.carry("contribution.credit", {"through": "2017-03-31"}, on=date(2017, 3, 31))
    office.carry("contribution.refund", {"person": LI, "years": [2017], "reason": "重复"}, on=date(2017, 9, 5))
    key = np.array([Person.objects.get(resident_number=LI).pk])
    days = [date(2017, 3, 30), date(2017, 3, 31), date(2017, 9, 4), date(2017, 9, 5), None]
    assert [int(contributed_years(key, paid_years(key, day))[0]) for day in days] == [5, 6, 6, 5, 5]
