"""Lists as known on a day: the database says who is on them, and no page sorts more than a township; on both engines."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jubao.operations.envelope.changes import Changes
from jubao.records.models import CategoryPeriod, Enrolment, EnrolmentEvent, Person, Residence
from jubao.reports.figures.window import Window
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.listing import Asked, Page
from tests.acts import AT, any_act, write
from tests.office import READER, Office
from tests.test_reports_listing import LIMIT, PEOPLE, SECOND_TOWN, SORTS, plan_of, register, visited

__all__ = ["register"]
pytestmark = pytest.mark.django_db
READS_ALL = re.compile(
    r"Seq Scan on records_(person|enrolmentevent|categoryperiod|residence)|^SCAN (U\d+|records_\w+)$"
)
"""Steps that go through everybody, or everybody's facts; ``SCAN … USING INDEX`` walks an order and stops with the page."""
THEN = Window(2017, date(2017, 12, 31))


@pytest.fixture
def enrolled(register: Office) -> Office:
    """Everybody of the register enrolled, with a category and one residence of their own."""

    def facts(changes: Changes) -> None:
        people = list(Person.objects.order_by("pk").values_list("pk", "division"))
        person = [key for key, _ in people]
        state = {"enrolment_state": "1", "contribution_state": "1"}
        enrolment = changes.insert(
            Enrolment,
            {"person_id": person, "enrolled_month": 201201, "tier_fen": 10_000, "earlier_years": 5, **state},
            count=PEOPLE,
        )
        changes.insert(
            EnrolmentEvent,
            {"enrolment_id": enrolment, **state, "reason": "", "effective_date": "2012-01-01"},
            count=PEOPLE,
        )
        changes.insert(
            CategoryPeriod, {"person_id": person, "category": "011", "valid_from": "2012-01-01"}, count=PEOPLE
        )
        changes.insert(
            Residence,
            {
                "person_id": person,
                "division": [code for _, code in people],
                "household_type": "20",
                "address": "",
                "phone": "",
                "valid_from": "2012-01-01",
            },
            count=PEOPLE,
        )

    with any_act():
        write(facts, "enrolled")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return register


def statements(run: Callable[[], Any], table: str) -> list[str]:
    """The statements that read a table's rows in an order, page by page."""
    with CaptureQueriesContext(connection) as queries:
        run()
    return [
        one["sql"]
        for one in queries
        if "sort_0" in one["sql"] and f'FROM "{table}"' in one["sql"] and "LIMIT" in one["sql"]
    ]


def page(name: str, after: str | None = None, *, limit: int = LIMIT, **filters: str) -> Page:
    return find_list(name).page(Asked(filters), window=THEN, viewer=READER, limit=limit, after=after)


def test_a_page_of_the_insured_as_known_on_a_day_is_read_from_the_index_of_places(enrolled: Office) -> None:
    far = page("insured", limit=1000).after
    for after in (None, far):
        asked = statements(lambda after=after: page("insured", after), "records_person")
        assert asked
        for statement in asked:
            plan = plan_of(statement)
            assert [line for line in plan if "person_by_place" in line], plan
            assert not [line for line in plan if READS_ALL.search(line)], plan


def test_a_page_of_the_insured_asks_about_its_own_rows_only(enrolled: Office) -> None:
    page("insured")  # whatever is read once
    few, many = (visited(lambda limit=limit: page("insured", limit=limit)) for limit in (LIMIT, 50 * LIMIT))
    assert few < many / 10, (few, many)


def test_a_far_page_of_the_insured_costs_what_the_first_one_does(enrolled: Office) -> None:
    far = page("insured", limit=1000).after
    page("insured")  # whatever is read once
    first, later = (visited(lambda after=after: page("insured", after)) for after in (None, far))
    assert later < 2 * first + 200, (first, later)


def test_the_insured_are_counted_and_cut_by_what_was_known_on_the_day(enrolled: Office) -> None:
    """Every fiftieth relation ends in May; on the day before it stood, whatever the register says today."""
    gone = list(Enrolment.objects.order_by("pk").values_list("pk", flat=True))[::50]
    ends = {"enrolment_state": "4", "contribution_state": "3", "reason": "6499", "effective_date": date(2017, 5, 2)}

    def end(changes: Changes) -> None:
        changes.insert(EnrolmentEvent, {"enrolment_id": gone, **ends}, count=len(gone))

    with any_act():
        write(end, "ended", on=date(2017, 5, 2), at=datetime(2017, 5, 2, 9, tzinfo=AT.tzinfo))
    insured = find_list("insured")
    for day, count in ((date(2017, 5, 1), PEOPLE), (date(2017, 5, 2), PEOPLE - len(gone))):
        window = Window(2017, day)
        assert insured.count(Asked(), window=window, viewer=READER) == count
        assert insured.count(Asked({"state_then": "正常缴费"}), window=window, viewer=READER) == count
        places = insured.by_place(Asked(), window=window, viewer=READER)
        assert sum(one.rows for one in places) == count
    assert insured.count(Asked({"category": "021"}), window=THEN, viewer=READER) == 0


def test_a_page_of_facts_sorts_one_township_at_most(enrolled: Office) -> None:
    larger = Person.objects.exclude(township=SECOND_TOWN).count()
    for statement in statements(lambda: page("changes"), "records_residence"):
        plan = plan_of(statement)
        assert "township\" = '" in statement
        assert not [line for line in plan if "TEMP B-TREE" in line and "RIGHT PART" not in line], plan
        assert all(int(found[1]) <= larger for line in plan if (found := SORTS.match(line))), plan


def test_the_first_page_of_a_small_place_does_not_read_the_others(enrolled: Office) -> None:
    """A quarter of the people live in the second township: its first page touches no more than what is theirs."""
    page("changes"), page("changes", division=SECOND_TOWN)  # whatever is read once
    whole = visited(lambda: list(find_list("changes").rows(Asked(), window=THEN, viewer=READER)))
    small = visited(lambda: page("changes", division=SECOND_TOWN))
    if connection.vendor == "sqlite":  # where the engine's own steps are counted
        assert small < whole / 2, (small, whole)


def test_pages_of_facts_show_every_row_once_in_the_order_of_the_whole_list(enrolled: Office) -> None:
    listing, seen, after = find_list("changes"), [], None
    while True:
        part = page("changes", after, limit=700)
        seen += [line.cells for line in part.lines]
        if (after := part.after) is None:
            break
    assert seen == list(listing.rows(Asked(), window=THEN, viewer=READER))
    assert len(seen) == 2 * PEOPLE
    assert [one[0] for one in seen] == sorted((one[0] for one in seen), key=["甲街道", "丙镇"].index)
