"""Print-outs of one person: contributions by payer, changed data."""

from datetime import date

import pytest

from jubao.reports.lists import find_list, sheet_of
from jubao.reports.window import Window
from tests.office import Office, number

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
    [row] = sheet_of(find_list("contribution-years"), WINDOW).rows
    assert row[5:] == (2017, 10_000, 1_500, 0, 1_500, 0, 0, 13_000, date(2017, 2, 28))
    office.carry("account.rebind", {"person": who, "bank": "建设银行", "bank_account": "6217001"}, on=date(2017, 3, 1))
    [change] = sheet_of(find_list("changes"), WINDOW).rows
    assert change[5:7] == ("银行账户", "建设银行 6217001")
