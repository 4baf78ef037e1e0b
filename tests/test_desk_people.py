"""Search first, and one page per person: what it says of planted people, to whom, masked, and in how many statements."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jubao.desk.frame.page import SEAT_QUERIES
from jubao.desk.frame.route import ROUTES
from jubao.operations.person.head import TABS
from jubao.records.models import Look, Person
from tests.desk import browse, text_of
from tests.office import Office, number

pytestmark = pytest.mark.django_db
WANG, LI, ZHOU = number("19500315", 1), number("19800101", 2), number("19520202", 3)
PHONE = "13800001111"


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201108,
            "contributed_years": 0,
            "pension_personal": 1000,
            "personal": 50_000,
            "phone": PHONE,
            "certified_month": 201611,
        },
        {"name": "李乙", "resident_number": LI, "personal": 30_000},
        {"name": "李乙", "resident_number": ZHOU, "pension_start": 201203},
    )
    return office


def key(resident_number: str) -> int:
    return Person.objects.get(resident_number=resident_number).pk


def address(resident_number: str, tab: str = "overview") -> str:
    return f"/people/{key(resident_number)}" + ("" if tab == "overview" else f"/{tab}")


ALL = [name for name, _ in TABS] + ["history"]


@pytest.mark.parametrize("tab", ALL)
def test_every_tab_opens_masked_within_its_statements(office: Office, tab: str) -> None:
    office.pay(201701, date(2017, 1, 15))
    for who in (WANG, LI):
        seat, asked = browse("D1"), address(who, tab)
        with CaptureQueriesContext(connection) as queries:
            answer = seat.get(asked)
        print(tab, len(queries))
        if tab in ("award", "contributions"):
            print("\n".join(q["sql"][:170] for q in queries))
        assert answer.status_code == 200
        text = text_of(answer)
        assert ("王甲" if who == WANG else "李乙") in text
        assert PHONE not in text
        assert "1950-03-15" not in text
        assert len(queries) <= ROUTES[f"people.{tab}"].queries + SEAT_QUERIES, [q["sql"][:100] for q in queries]
