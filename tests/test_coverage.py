"""Enough people: the ten of the office carry every case with anybody away, and two absences break what the controls say."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from itertools import combinations

import pytest
from django.db import connection

from jubao.operations.envelope.posts import ACTED, holders
from jubao.operations.office.coverage import broken, every_case, newly_broken
from jubao.operations.office.coverage_page import coverage_page
from jubao.records.models import Absence, AbsenceEnd, AuditEvent, PostEnd, PostHolding
from jubao.records.models import Staff as StaffRow
from jubao.reports.roster import StaffFacts, roster
from jubao.simulation.settings import section
from jubao.vocabulary.coverage import people_for
from jubao.vocabulary.posts import NOT_IN_ONE_MONTH, AnyPost, Post, Taker, taker_of, who_may
from jubao.vocabulary.roster import Away, Holding, Roster, conflicts_over_time
from tests.golden import assert_page
from tests.office import LAYOUT, Office

DAY = date(2017, 3, 1)
TEN = [code for code, _, _, _ in LAYOUT]
LEAD = AnyPost((Post.DEPUTY_BUSINESS, Post.DEPUTY_FINANCE, Post.DEPUTY_AUDIT))
COLLECTION, ACCOUNTS, BENEFITS, AUDIT = Post.COLLECTION, Post.ACCOUNTS, Post.BENEFITS, Post.AUDIT
BUSINESS, DIRECTOR, ABOVE = Post.DEPUTY_BUSINESS, Post.DIRECTOR, Post.PERMISSION
MONEY = (Post.ACCOUNTANT, Post.DEPUTY_FINANCE, Post.CASHIER)
OF_THE_CONTROLS: dict[str, tuple[Taker, ...]] = {
    "enrol": (COLLECTION, ACCOUNTS),
    "name or number": (ACCOUNTS, COLLECTION, BUSINESS),
    "name and number": (ACCOUNTS, COLLECTION, BUSINESS, AUDIT),
    "bank account": (ACCOUNTS, AnyPost((COLLECTION, BENEFITS)), BUSINESS),
    "benefit start": (BENEFITS, ACCOUNTS, BUSINESS),
    "suspension": (BENEFITS, ACCOUNTS),
    "resumption": (BENEFITS, ACCOUNTS, BUSINESS, AUDIT),
    "termination": (ACCOUNTS, BENEFITS, BUSINESS, *MONEY),
    "refund": (COLLECTION, ACCOUNTS, BUSINESS, *MONEY),
    "transfer out": (ACCOUNTS, COLLECTION, BUSINESS, *MONEY),
    "re-issue": (BENEFITS, ACCOUNTS, BUSINESS, *MONEY),
    "payroll": (BENEFITS, AnyPost((ACCOUNTS, COLLECTION)), BUSINESS, *MONEY),
    "bank return": (Post.ACCOUNTANT, BENEFITS),
    "reconciliation": (Post.ACCOUNTANT, AnyPost((Post.DEPUTY_FINANCE, AUDIT))),
    "manual voucher": (Post.ACCOUNTANT, Post.DEPUTY_FINANCE),
    "policy parameters": (AnyPost((COLLECTION, BENEFITS)), ACCOUNTS, DIRECTOR),
    "write-off": (BENEFITS, Post.ACCOUNTANT, AUDIT, DIRECTOR),
    "rights": (LEAD, AUDIT, DIRECTOR, ABOVE),
    "bulk export": (AnyPost(), AnyPost((Post.DEPUTY_AUDIT, DIRECTOR))),
    "restore": (DIRECTOR, AnyPost((Post.DEPUTY_AUDIT, AUDIT)), ABOVE),
}
"""The twenty operations of the controls (e.3), each with the posts of its chain."""


def shipped(layout: Iterable[tuple[str, list[str], list[str]]]) -> Roster:
    """The roster of a layout: code, posts held, posts covered."""
    return Roster(
        tuple(
            Holding(code, Post(post), capacity, DAY)
            for code, held, covered in layout
            for capacity, posts in (("A", held), ("B", covered))
            for post in posts
        )
    )


OFFICES = {
    "tests": shipped([*((code, held, cover) for code, _, held, cover in LAYOUT), ("P1", ["PERMISSION"], [])]),
    "simulation": shipped(
        (code, held, section("office")["cover"].get(code, [])) for code, held in section("office")["posts"].items()
    ),
}


def without(people: Roster, *codes: str) -> Roster:
    return people.plus(absences=[Away(code, DAY, DAY + timedelta(days=1)) for code in codes])


def nobody(post: Post) -> list[str]:
    return []


def stuck(people: Roster) -> list[str]:
    """The operations of the controls for which there are not enough people."""
    present = partial(people.present, on=DAY)
    return [name for name, steps in OF_THE_CONTROLS.items() if people_for(steps, present=present, acted=nobody) is None]


# ── The shipped offices ──


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("away", [None, *TEN])
def test_ten_people_carry_every_case_with_anybody_away(office: str, away: str | None) -> None:
    """Whole cases: a payroll, its release and its hand-over are six people (T-12)."""
    people = without(OFFICES[office], *([away] if away else []))
    assert [case.codes for case in broken(people, DAY)] == []
    assert stuck(people) == []


def test_two_absences_break_what_the_controls_say() -> None:
    """Controls e.1: 30 of 45 pairs leave all twenty feasible; money is blocked in 13 pairs, the other two are named."""
    pairs = {pair: stuck(without(OFFICES["tests"], *pair)) for pair in combinations(sorted(TEN), 2)}
    blocked = {pair for pair, operations in pairs.items() if operations}
    payers, fields = {"C1", "C2", "L3"}, {"D1", "G1", "J1"}
    money = {tuple(sorted(pair)) for group in (payers, fields) for pair in combinations(group, 2)}
    money |= {tuple(sorted((leader, payer))) for leader in ("L1", "L2") for payer in payers} | {("L1", "L2")}
    assert (len(pairs), len(pairs) - len(blocked), len(money)) == (45, 30, 13)
    assert blocked == money | {("D2", "L4"), ("L1", "L4")}
    assert {pair for pair in blocked if "payroll" in pairs[pair]} == money
    assert pairs["L1", "L4"] == ["bulk export"]
    assert set(pairs["D2", "L4"]) == {"name and number", "resumption", "write-off", "rights", "restore"}


def test_every_pair_the_controls_find_blocked_blocks_a_case_of_ours() -> None:
    blocked = {pair for pair in combinations(sorted(TEN), 2) if broken(without(OFFICES["tests"], *pair), DAY)}
    assert {pair for pair in combinations(sorted(TEN), 2) if stuck(without(OFFICES["tests"], *pair))} <= blocked


@pytest.mark.golden
def test_the_page_of_absences_is_true() -> None:
    assert_page("coverage.md", lambda _: coverage_page(OFFICES["simulation"], DAY))


def test_a_case_is_as_long_as_the_acts_that_go_on_with_it() -> None:
    [payroll] = [case for case in every_case() if case.codes[0] == "payroll.calculate"]
    assert payroll.codes == ("payroll.calculate", "payment.release", "payment.transmit")
    assert [str(step) for step in payroll.steps[-3:]] == ["ACCOUNTANT", "DEPUTY_FINANCE", "CASHIER"]
    assert payroll.money


def test_days_on_which_the_same_is_missing_are_told_as_one_span() -> None:
    people = OFFICES["tests"].plus(absences=[Away("C1", date(2017, 3, 6), date(2017, 3, 13))])
    after = people.plus(absences=[Away("C2", date(2017, 3, 9), date(2017, 3, 20)), Away("J1", DAY, date(2017, 3, 10))])
    gaps = newly_broken(people, after, DAY, date(2017, 3, 20), lambda post, on: [])
    assert [(gap.first, gap.end, len(gap.cases)) for gap in gaps] == [(date(2017, 3, 9), date(2017, 3, 13), 3)]


# ── The rule itself ──


def test_a_stand_in_acts_only_where_nobody_of_the_post_is_free_or_all_are_needed_elsewhere() -> None:
    def able(*away: str, taken: tuple[str, ...] = ()) -> list[str]:
        present = partial(without(OFFICES["tests"], *away).present, on=DAY)
        return who_may(Post.DEPUTY_FINANCE, present=present, taken=taken, acted=nobody)

    assert able() == ["L3"]
    assert able("L3") == ["L1"]
    assert able(taken=("L3",)) == ["L1"]
    assert able("C2") == ["L1", "L3"], "L3 alone handles the cash"
    assert able("C1") == ["L1", "L3"], "L3 alone keeps the books"
    assert able("C2", "L1") == ["L3"]


def test_nobody_acts_in_both_posts_of_a_month() -> None:
    present = partial(OFFICES["tests"].present, on=DAY)
    assert who_may(Post.CASHIER, present=present, taken=(), acted=lambda post: ["L3"] * (post == Post.ACCOUNTANT)) == [
        "C2"
    ]
    assert who_may(Post.CASHIER, present=present, taken=(), acted=lambda post: ["L3"] * (post == Post.CASHIER)) == [
        "C2",
        "L3",
    ]


@pytest.mark.parametrize("taker", [Post.AUDIT, AnyPost(), LEAD])
def test_who_takes_a_step_is_read_as_it_was_stored(taker: Taker) -> None:
    assert taker_of(str(taker)) == taker


def test_posts_exclude_each_other_from_the_day_they_meet() -> None:
    own = [
        Holding("X", Post.ACCOUNTANT, "A", DAY, date(2017, 3, 10)),
        Holding("X", Post.CASHIER, "S", date(2017, 3, 9), date(2017, 3, 12)),
        Holding("X", Post.COLLECTION, "B", date(2017, 3, 12)),
    ]
    assert list(conflicts_over_time(own)) == [(date(2017, 3, 9), "会计岗与出纳岗不得由一人兼任")]


# ── One rule, asked of the books in two ways ──


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_the_books_asked_for_one_post_and_the_roster_tell_the_same_people(seed: int) -> None:
    """The envelope asks for every step in plain SQL, the verifier and the coverage go by the roster."""
    Office()
    some, event = random.Random(seed), AuditEvent.objects.order_by("-id").first()
    days = [DAY + timedelta(days=number) for number in range(12)]
    people = list(StaffRow.objects.order_by("id"))
    founded = set(PostHolding.objects.order_by("id").values_list("staff_id", "post"))
    further = [(one, str(post)) for one in people for post in Post if (one.pk, str(post)) not in founded]
    for staff, post in some.sample(further, 8):
        first, last = sorted(some.sample(days, 2))
        held = PostHolding.objects.create(
            act=event,
            staff=staff,
            post=post,
            capacity=some.choice("ABS"),
            valid_from=first,
            granted_from=some.choice(days),
            valid_to=some.choice([None, last]),
        )
        if some.random() < 0.5:
            PostEnd.objects.create(
                act=event, holding=held, valid_from=some.choice(days), granted_from=some.choice(days), reason="x"
            )
        gone = Absence.objects.create(act=event, staff=some.choice(people), valid_from=first, valid_to=last)
        if some.random() < 0.5:
            AbsenceEnd.objects.create(act=event, absence=gone, returned_on=some.choice(days), reason="x")
    told = roster()
    for day in days:
        for post in map(Post, Post):
            by_roster = who_may(post, present=partial(told.present, on=day), taken=(), acted=nobody)
            assert holders(post, on=day) == by_roster, (post, day)
            held_on = PostHolding.objects.on(day).filter(post=post)
            assert set(held_on.values_list("staff__code", flat=True).order_by("id")) == {
                one.code for one in told.holdings if one.post == post and one.runs(day)
            }


@pytest.mark.django_db
def test_who_kept_books_or_cash_in_a_month_is_found_by_the_index_of_just_these_signatures() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a small table is read through on PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {ACTED}", ["CASHIER", "2017-03-01", "2017-03-31"])
        assert "USING INDEX who_kept_books_or_cash" in str(cursor.fetchall())
    assert all(f"'{post}'" in ACTED for post in NOT_IN_ONE_MONTH)


@pytest.mark.django_db
def test_the_books_tell_who_was_there_as_they_knew_it_then() -> None:
    office = Office()
    before = AuditEvent.objects.latest("id").id
    office.carry("staff.absent", {"staff": "J1", "from_day": "2017-03-02", "to_day": "2017-03-09"}, on=DAY)
    told = AuditEvent.objects.latest("id").id
    office.carry("staff.return", {"staff": "J1", "on_day": "2017-03-04", "reason": "x"}, on=DAY)
    facts, day = StaffFacts(), date(2017, 3, 5)
    known = {when: facts.roster(before=when).away(day) for when in (before + 1, told + 1, None)}
    assert known == {before + 1: frozenset(), told + 1: {"J1"}, None: frozenset()}
