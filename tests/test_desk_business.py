"""What the pages of the business say about planted people: certification, turning sixty, lists, recoveries, money that comes in."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jubao.operations.envelope.acting import propose
from jubao.operations.pensions.turning_sixty import Readiness, TurningSixty, turning_sixty
from jubao.records.keyed_numbers import keyed
from jubao.records.models import Person
from jubao.reports.business.certification import certifications
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import MayNotLook, Recused, Viewer
from tests.office import MASKED, Office, number

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def on(day: date, *posts: Post) -> Viewer:
    """Who looks on a day, by default an auditor."""
    return replace(MASKED, day=day, posts=frozenset(posts) or MASKED.posts)


def recused_from(who: str, viewer: Viewer) -> Viewer:
    """The same, who stays away from somebody."""
    return replace(viewer, recused=Recused(frozenset({keyed(who)}), keyed))


# ── Certification ──

PENSIONERS = [number("19500315", place) for place in range(1, 6)]


@pytest.fixture
def certified() -> Office:
    """Five draw: certified in April and August 2016, never, in February 2017, and one held for want of it."""
    office = Office()
    office.open_fund()
    days = (201604, 201608, None, None, 201601)
    drawing = [
        {"name": f"老人{place}", "resident_number": who, "pension_start": 201201, "certified_month": month}
        for place, (who, month) in enumerate(zip(PENSIONERS, days, strict=True), start=1)
    ]
    office.register(*drawing)
    roll = {"resident_number": [PENSIONERS[3]], "name": ["老人4"], "certified_date": [date(2017, 2, 3)]}
    roll |= {"method": ["01"], "checker": ["吴戊"]}
    office.carry(
        "certification.record", {"file": office.file("认证.xlsx", "certification_roll", roll)}, on=date(2017, 2, 6)
    )
    held = {"person": PENSIONERS[4], "reason": "1201", "from_month": 201703, "due": "2017-12-31"}
    office.carry("award.suspend", held, on=date(2017, 2, 20))
    return office


def test_certifications_stand_under_the_month_in_which_they_run_out(certified: Office) -> None:
    """Twelve months are good: April 2016 runs out in April 2017, August in August, February 2017 a year later."""
    found = certifications(viewer=on(date(2017, 4, 10)))
    assert found.months == (201704, 201705, 201706)
    [line] = found.townships
    assert (line.name, line.people, line.never, line.overdue, line.by_month, line.later, line.held) == (
        "甲街道",
        4,
        1,
        0,
        (1, 0, 0),
        2,
        1,
    )
    later = certifications(viewer=on(date(2017, 5, 10)))
    assert (later.total.overdue, later.total.by_month) == (1, (0, 0, 0))
    assert [(one.who.name, one.since) for one in later.longest] == [("老人3", None), ("老人1", 201705)]


def test_the_named_figures_stand_beside_and_whoever_stays_away_sees_nobody(certified: Office) -> None:
    found = certifications(viewer=on(date(2017, 5, 10)))
    told = {one.figure.id: one.value for one in found.figures}
    assert (told["certification.due"], told["certification.certified"], told["certification.held"]) == (5, 1, 1)
    away = certifications(viewer=recused_from(PENSIONERS[0], on(date(2017, 5, 10))))
    assert [one.who.name for one in away.longest] == ["老人3"]
    assert away.left_out == 1
    elsewhere = replace(on(date(2017, 5, 10)), scope=frozenset({"430602999"}))
    assert certifications(viewer=elsewhere).total.people == 0
    with pytest.raises(MayNotLook, match="资格认证"):
        certifications(viewer=on(date(2017, 5, 10), Post.CASHIER))


def test_certification_asks_few_queries(certified: Office) -> None:
    with CaptureQueriesContext(connection) as asked:
        certifications(viewer=on(date(2017, 4, 10)))
    assert len(asked) <= MOST_QUERIES


# ── Turning sixty ──

READY, SHORT, DRAWING, YOUNGER = (
    number("19570305", 1),
    number("19570320", 2),
    number("19570308", 3),
    number("19570405", 4),
)


@pytest.fixture
def of_age() -> Office:
    """Three were born in March 1957 (six years due), one in April: all years paid, two missing, awarded at once."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": READY, "contributed_years": 6},
        {"name": "李乙", "resident_number": SHORT, "contributed_years": 4, "tier": 300},
        {"name": "孙丙", "resident_number": DRAWING, "contributed_years": 6},
        {"name": "钱丁", "resident_number": YOUNGER, "contributed_years": 0},
    )
    office.carry("award.grant", {"person": DRAWING, "applied_date": "2017-03-09"}, on=date(2017, 3, 9))
    return office


def standing(found: TurningSixty) -> dict[str, tuple[Readiness, int, int]]:
    """How far each is, the years missing, and what they cost."""
    return {one.who.name: (one.readiness, one.missing, one.to_pay_fen) for one in found.lines}


def test_who_turns_sixty_says_the_years_missing_and_what_they_cost(of_age: Office) -> None:
    """Born in 1957, with the scheme of July 2011: six years. Two missing at 300 yuan are 600."""
    found = turning_sixty(201703, viewer=on(date(2017, 3, 15)))
    assert standing(found) == {
        "王甲": (Readiness.READY, 0, 0),
        "李乙": (Readiness.YEARS_MISSING, 2, 60_000),
        "孙丙": (Readiness.AWARDED, 0, 0),
    }
    assert (found.people, found.missing_years, found.to_pay_fen, found.first_month) == (3, 2, 60_000, 201704)
    assert dict(found.counts)[Readiness.READY] == 1
    only = turning_sixty(201703, viewer=on(date(2017, 3, 15)), only=Readiness.YEARS_MISSING)
    assert list(standing(only)) == ["李乙"]
    assert only.people == 3


def test_an_award_on_its_way_is_told_and_a_relative_is_nobody(of_age: Office) -> None:
    office, day = of_age, date(2017, 3, 20)
    case = {"person": READY, "applied_date": "2017-03-20", "form": "待遇领取申请表 2"}
    propose("award.grant", [case], key="desk-1", by="D1", on=day, at=office.staff._now(day))
    assert standing(turning_sixty(201703, viewer=on(day)))["王甲"][0] is Readiness.PROPOSED
    away = turning_sixty(201703, viewer=recused_from(READY, on(day)))
    assert "王甲" not in standing(away)
    assert away.left_out == 1
    with CaptureQueriesContext(connection) as asked:
        turning_sixty(201703, viewer=on(day))
    assert len(asked) <= MOST_QUERIES
    assert Person.objects.count() == 4
