"""Fiscal money due and received, by level, purpose and month, in a quarter counted by hand."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from jubao.reports.catalogue.reading import Reading
from jubao.reports.fiscal.money import FiscalLine, explain, fiscal_statement
from tests.office import READER, Office
from tests.reports_year import quarter

pytestmark = pytest.mark.django_db
DECEMBER = date(2017, 12, 29)


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """The quarter of tests/reports_year.py, its contributions credited at the end of December."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = quarter()
        office.carry("contribution.credit", {"through": "2017-12-29"}, on=DECEMBER)
        yield office
        transaction.set_rollback(True)


def lines(**term: int) -> dict[tuple[str, str], FiscalLine]:
    return {(one.purpose, one.level): one for one in fiscal_statement(2017, **term).lines}


# ── Fiscal money due and received ──


def test_each_level_owes_its_part_of_every_pension_paid(books: Office) -> None:
    """21 pensions were paid: 70.00 of each is the centre's, 15.00 the province's."""
    due = {key: one.year_due_fen for key, one in lines().items()}
    assert due["基础养老金", "中央"] == 21 * 7_000
    assert due["基础养老金", "省"] == 21 * 1_500
    assert due["缴费补贴", "省"] == due["缴费补贴", "县"] == 2_500 + 1_500 + 2_000  # tiers 300, 100 and 200
    assert due["丧葬补助", "县"] == 100_000 - 8_500  # the grant paid, less a month paid after the death


def test_the_gap_is_received_less_due_and_is_explained(books: Office) -> None:
    centre, city = lines()["基础养老金", "中央"], lines()["基础养老金", "市"]
    assert (centre.year_received_fen, centre.gap_fen, centre.closing_fen) == (80_000, -67_000, -67_000)
    assert centre.explanation == "当年欠拨670.00元"
    assert (city.year_due_fen, city.explanation) == (0, "当年预拨100.00元")


def test_months_quarters_and_the_year_say_the_same(books: Office) -> None:
    whole = fiscal_statement(2017)
    assert [due for _, due, _, _ in whole.months] == [51_000, 42_500, 176_500, *[0] * 8, 12_000]
    assert whole.months[-1][3] == whole.total.gap_fen == 95_000 - 282_000
    quarters = [fiscal_statement(2017, quarter=one).total for one in (1, 2, 3, 4)]
    assert [one.due_fen for one in quarters] == [270_000, 0, 0, 12_000]
    assert sum(one.received_fen for one in quarters) == whole.total.year_received_fen == 95_000
    assert fiscal_statement(2017, month=2).total.due_fen == 42_500


def test_what_a_year_leaves_over_is_carried_into_the_next(books: Office) -> None:
    following = {(one.purpose, one.level): one for one in fiscal_statement(2018).lines}
    centre = following["基础养老金", "中央"]
    assert (centre.carried_fen, centre.gap_fen, centre.closing_fen) == (-67_000, 0, -67_000)
    assert fiscal_statement(2018).total.closing_fen == fiscal_statement(2017).total.closing_fen


@pytest.mark.parametrize(
    ("carried", "gap", "words"),
    [
        (0, 0, "当年已拨足"),
        (-500, 0, "当年已拨足"),
        (0, 300, "当年预拨3.00元"),
        (-500, 300, "补拨以前年度欠拨3.00元"),
        (-500, 700, "补拨以前年度欠拨5.00元，当年预拨2.00元"),
        (500, -300, "使用以前年度预拨3.00元"),
        (500, -800, "使用以前年度预拨5.00元，当年欠拨3.00元"),
        (-500, -300, "当年欠拨3.00元"),
        (500, 300, "当年预拨3.00元"),
    ],
)
def test_a_gap_first_settles_what_earlier_years_left(carried: int, gap: int, words: str) -> None:
    assert explain(carried, gap) == words


def test_every_amount_of_the_statement_opens_to_the_rows_behind_it(books: Office) -> None:
    reading = Reading(2017, date(2017, 12, 31))
    for one in fiscal_statement(2017).lines:
        assert sum(int(row.quantity) for row in reading.behind(one.expected, viewer=READER)) == one.year_due_fen
        assert sum(int(row.quantity) for row in reading.behind(one.received, viewer=READER)) == one.year_received_fen
    assert reading.value("fund.fiscal_gap").value == fiscal_statement(2017).total.gap_fen
    assert reading.value("fund.remitted_shares").value == reading.value("fund.remitted").value == 30_000
    assert reading.value("fund.remitted_people").value == 3


def test_the_task_stands_beside_what_came_from_above(books: Office) -> None:
    (task,) = fiscal_statement(2017).tasks
    assert (task.name, task.amount_fen, task.received_fen) == ("争取上级转移支付", 100_000, 90_000)
