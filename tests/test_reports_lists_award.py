"""Print-outs of one person: contributions by payer, changed data."""

from datetime import date

import pytest

from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.window import Window
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.printing import sheet_of
from tests.office import READER, Office, number

WINDOW = Window(2017, date(2017, 3, 31))


@pytest.mark.django_db
def test_a_contribution_print_out_shows_every_payer_of_a_credited_year():
    """A hundred yuan a year earns 30 yuan, half from the province and half from the county (2014 rules)."""
    office = Office()
    office.open_fund()
    who = number("19700101")
    office.register({"name": "王甲", "resident_number": who})
    office.contribute(who, "王甲", 10_000, date(2017, 2, 1))
    office.carry("contribution.credit", {"through": "2017-02-28"}, on=date(2017, 2, 28))
    [row] = sheet_of(find_list("contribution-years"), WINDOW, viewer=READER).rows
    assert row[5:] == (2017, 10_000, 1_500, 0, 1_500, 0, 0, 13_000, date(2017, 2, 28))
    office.carry(
        "account.rebind", {"person": who, "bank": "建设银行", "bank_account": "6217000001"}, on=date(2017, 3, 1)
    )
    [change] = sheet_of(find_list("changes"), WINDOW, viewer=READER).rows
    assert change[5:7] == ("银行账户", "建设银行 6217000001")


@pytest.mark.django_db
def test_the_renewal_rate_counts_who_of_last_years_payers_paid_again():
    """Two paid for 2017, one of them again for 2018: half."""
    office = Office()
    office.open_fund()
    first, second = number("19700101"), number("19710101", 2)
    office.register({"name": "王甲", "resident_number": first}, {"name": "李乙", "resident_number": second})
    office.contribute(first, "王甲", 10_000, date(2017, 2, 1))
    office.contribute(second, "李乙", 10_000, date(2017, 2, 2))
    office.contribute(first, "王甲", 10_000, date(2018, 2, 1))
    reading = Reading(2018, date(2018, 3, 1))
    assert [reading.number(f"register.{name}") for name in ("last_payers", "renewed")] == [2, 1]
    assert reading.value("register.renewal_rate").value == 50
    assert Reading(2017, date(2017, 3, 1)).value("register.renewal_rate").value is None
