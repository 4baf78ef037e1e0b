"""Lists read by key: plans, cursors, conditions, scope and masks, on a register of some thousands in several villages."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jubao.operations.envelope.changes import Changes
from jubao.records.models import Division, Person
from jubao.reports.figures.window import Window
from jubao.reports.lists.cursor import NoSuchPlace
from jubao.reports.lists.filters import CannotFilter
from jubao.reports.lists.listing import Asked, CannotOrder, Page
from jubao.reports.lists.lookup import asked_for, find_people
from jubao.reports.lists.part import Part
from jubao.reports.lists.people import REGISTER
from jubao.reports.viewers import viewer_of
from jubao.vocabulary.codes import RelationState
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.posts import Post
from jubao.vocabulary.resident_number import encode
from jubao.vocabulary.viewer import MayNotLook, Viewer
from tests.acts import any_act, write
from tests.office import READER, TOWNSHIP, VILLAGE, Office, number

pytestmark = pytest.mark.django_db
PEOPLE, LIMIT = 5_000, 20
SURNAMES = "王李张刘陈杨赵黄周吴"
SECOND_TOWN, SECOND_VILLAGE = "430602002", "430602002001"
WINDOW = Window(2018, READER.day)
NOBODY_LIFTS = replace(READER, lifted=frozenset())


@pytest.fixture
def register() -> Office:
    """Five thousand people in two townships, ten to a name."""
    office = Office()
    office.carry(
        "area.record",
        {
            "divisions": [
                {"code": SECOND_TOWN, "name": "丙镇", "level": "TOWNSHIP", "parent": office.district},
                {"code": SECOND_VILLAGE, "name": "丁村", "level": "VILLAGE", "parent": SECOND_TOWN},
            ],
        },
    )

    def people(changes: Changes) -> None:
        numbers = [number(f"19{50 + place // 900:02d}0101", place % 900 + 1) for place in range(PEOPLE)]
        second = [place % 4 == 0 for place in range(PEOPLE)]
        changes.insert(
            Person,
            {
                "personal_number": [f"4306020{place:07d}" for place in range(PEOPLE)],
                "name": [name_of(place) for place in range(PEOPLE)],
                "resident_number": numbers,
                "resident_key": [encode(one) for one in numbers],
                "birth_date": [f"{one[6:10]}-01-01" for one in numbers],
                "sex": "1",
                "division": [SECOND_VILLAGE if one else VILLAGE for one in second],
                "township": [SECOND_TOWN if one else TOWNSHIP for one in second],
                "state": [
                    str(RelationState.ENDED if place % 50 == 0 else RelationState.CONTRIBUTING)
                    for place in range(PEOPLE)
                ],
            },
            count=PEOPLE,
        )

    with any_act():
        write(people, "register")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return office


def name_of(place: int) -> str:
    """Ten surnames, then a number of two characters: ten people bear each name."""
    return f"{SURNAMES[place // 4 % 10]}{chr(0x4E00 + place // 100)}"


# ── Plans ──

SCANS = re.compile(r"Seq Scan|TEMP B-TREE|^SCAN \S+$")
SORTS = re.compile(r"^\s*(?:->  )?Sort  .*rows=([0-9]+)")


def statements_of(run: Callable[[], Any]) -> list[str]:
    """The statements that read people in an order."""
    with CaptureQueriesContext(connection) as queries:
        run()
    asked = [one["sql"] for one in queries if "ORDER BY" in one["sql"] and 'FROM "records_person"' in one["sql"]]
    return [one for one in asked if not one.endswith("LIMIT 1")]  # the last row's own values, by its key


def plan_of(statement: str, *, options: str = "") -> list[Any]:
    """The engine's plan of a statement, row by row."""
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else f"EXPLAIN {options} "
    with connection.cursor() as cursor:
        cursor.execute(explain + statement.replace("%", "%%"))
        return [row[-1] for row in cursor.fetchall()]


def slow(plan: list[str]) -> list[str]:
    """Steps that go through the whole table or sort more than a page; PostgreSQL sorts the few who share a name."""
    sorts = [(line, found[1]) for line in plan if (found := SORTS.match(line))]
    return [line for line in plan if SCANS.search(line)] + [line for line, rows in sorts if int(rows) > LIMIT]


LOOK_UPS = {
    "everybody by name": ("", "", "person_by_name"),
    "a name": ("王", "", "person_by_name"),
    "a village by name": ("", VILLAGE, "person_by_village"),
    "a name in a village": ("王", VILLAGE, "person_by_village"),
    "a personal number": ("4306020", "", "personal_number"),
}


@pytest.mark.parametrize("case", LOOK_UPS)
def test_the_first_and_a_far_page_of_a_look_up_are_read_from_an_index(register, case):
    text, division, index = LOOK_UPS[case]
    after = find_people(text, viewer=READER, limit=300, division=division).after
    assert after, "there is a far page"
    for place in (None, after):
        statements = statements_of(
            lambda place=place: find_people(text, viewer=READER, limit=LIMIT, division=division, after=place)
        )
        assert statements
        for statement in statements:
            plan = plan_of(statement)
            assert "OFFSET" not in statement
            assert not slow(plan), plan
            assert [line for line in plan if index in line], plan


def test_a_resident_number_is_looked_up_by_its_index(register):
    wanted = number("19500101", 7)
    (statement,) = statements_of(lambda: find_people(wanted, viewer=READER, limit=LIMIT))
    plan = plan_of(statement)
    assert [line for line in plan if "resident_number" in line], plan
    assert not slow(plan), plan
    (line,) = find_people(wanted, viewer=READER, limit=LIMIT).lines
    assert line.cells[4] == wanted


def visited(run: Callable[[], Any]) -> int:
    """How much the engine does for a reading: steps of its machine on SQLite, rows touched on PostgreSQL."""
    if connection.vendor == "sqlite":
        steps = [0]

        def count() -> int:
            steps[0] += 1
            return 0

        connection.connection.set_progress_handler(count, 1)
        try:
            run()
        finally:
            connection.connection.set_progress_handler(None, 0)
        return steps[0]
    told = [plan_of(statement, options="(ANALYZE, FORMAT JSON)")[0] for statement in statements_of(run)]
    return sum(rows_touched((json.loads(one) if isinstance(one, str) else one)[0]["Plan"]) for one in told)


def rows_touched(node: dict[str, Any]) -> int:
    """Rows a plan's nodes gave or threw away."""
    own = int(node["Actual Rows"]) + int(node.get("Rows Removed by Filter", 0))
    return own + sum(rows_touched(below) for below in node.get("Plans", ()))


@pytest.mark.parametrize(
    "asked", [Asked(), Asked({}, "name"), Asked({}, "-name"), Asked({"division": SECOND_TOWN})], ids=str
)
def test_a_far_page_costs_what_the_first_one_does(register, asked):
    def page(after: str | None) -> Page:
        return REGISTER.page(asked, window=WINDOW, viewer=READER, limit=LIMIT, after=after)

    page(None)  # whatever is read once
    far = REGISTER.page(asked, window=WINDOW, viewer=READER, limit=1000).after
    assert far
    first, later = visited(lambda: page(None)), visited(lambda: page(far))
    assert later < 2 * first + 200, (first, later)


# ── Order and place ──


@pytest.mark.parametrize("order", ["", "name", "-name", "personal_number", "-personal_number"])
def test_every_order_visits_everybody_once_with_ten_of_each_name(register, order):
    asked, seen, after = Asked({}, order), [], None
    while True:
        page = REGISTER.page(asked, window=WINDOW, viewer=READER, limit=700, after=after)
        seen += [line.opens["personal_number"] for line in page.lines]
        if (after := page.after) is None:
            break
    people = list(Person.objects.order_by("pk").values_list("personal_number", "name", "township", "division", "pk"))
    keys = {"": lambda who: who[2:], "name": lambda who: (who[1], who[4]), "personal_number": lambda who: who[0]}
    expected = sorted(people, key=keys[order.removeprefix("-")], reverse=order.startswith("-"))
    assert seen == [who[0] for who in expected]


@pytest.mark.parametrize("order", ["", "name", "-name", "-personal_number"])
def test_two_sources_of_equal_rows_are_merged_without_losing_or_doubling_any(register, order):
    """The same people from two sources: each stands twice, wherever a page ends."""

    def few(_: Window) -> Any:
        return Person.objects.filter(pk__lte=Person.objects.order_by("pk").values_list("pk", flat=True)[39])

    twice = replace(REGISTER, parts=(Part(few, person=""), Part(few, person="")))
    asked, seen, after = Asked({}, order), [], None
    while True:
        page = twice.page(asked, window=WINDOW, viewer=READER, limit=3, after=after)
        seen += [line.cells for line in page.lines]
        if (after := page.after) is None:
            break
    assert seen == list(twice.rows(asked, window=WINDOW, viewer=READER))
    assert len(seen) == 80
    assert set(Counter(map(str, seen)).values()) == {2}


def test_a_cursor_of_another_list_or_order_is_refused(register):
    page = REGISTER.page(Asked({}, "name"), window=WINDOW, viewer=READER, limit=LIMIT)
    assert page.after
    assert not any(sign in page.after for sign in SURNAMES), "no name stands in a place"
    for asked, after in (
        (Asked(), page.after),
        (Asked({}, "-name"), page.after),
        (Asked({}, "name"), page.after[:-1]),
        (Asked({}, "name"), "1; DROP"),
        (Asked({}, "name"), ""),
    ):
        with pytest.raises(NoSuchPlace, match="从第一页"):
            REGISTER.page(asked, window=WINDOW, viewer=READER, limit=LIMIT, after=after)


def test_a_list_is_ordered_by_declared_columns_only(register):
    with pytest.raises(CannotOrder, match=r"birth_date.*personal_number"):
        REGISTER.page(Asked({}, "birth_date"), window=WINDOW, viewer=READER, limit=LIMIT)


# ── Conditions ──


def test_a_condition_is_typed_and_a_wrong_one_is_a_sentence(register):
    def count(**filters: str) -> int:
        return REGISTER.count(Asked(filters), window=WINDOW, viewer=READER)

    assert count(state="终止参保") == count(state="43") == PEOPLE // 50
    assert count(name="王") == PEOPLE // 10
    assert count(division=SECOND_TOWN) == count(division=SECOND_VILLAGE) == PEOPLE // 4
    assert count(state="43", division=SECOND_TOWN) == PEOPLE // 100
    assert count(personal_number="43060200000") == 1_000
    wrong = {"state": "死亡", "resident_number": "123", "name": " ", "division": "999", "vilage": "甲"}
    for name, text in wrong.items():
        with pytest.raises(CannotFilter, match=name if name == "vilage" else "条件“"):
            count(**{name: text})


def test_villages_are_counted_by_the_database(register):
    with CaptureQueriesContext(connection) as queries:
        found = REGISTER.by_place(Asked(), window=WINDOW, viewer=READER)
    assert [(one.place, one.rows) for one in found] == [
        (("甲街道", "乙社区"), 3 * PEOPLE // 4),
        (("丙镇", "丁村"), PEOPLE // 4),
    ]
    assert sum("GROUP BY" in one["sql"] for one in queries) == 1


# ── Viewers ──


def test_a_reader_without_a_viewer_is_an_error_not_everything(register):
    with pytest.raises(TypeError):
        REGISTER.page(Asked(), window=WINDOW, limit=LIMIT)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        find_people("王", limit=LIMIT)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Viewer(posts=frozenset({Post.AUDIT}), day=READER.day, lifted=frozenset())  # type: ignore[call-arg]


def test_who_answers_for_a_township_sees_nobody_else_in_pages_counts_and_streams(register):
    scoped = replace(READER, scope=frozenset({SECOND_TOWN}))
    by_village = replace(READER, scope=frozenset({SECOND_VILLAGE}))
    outside = Person.objects.filter(township=TOWNSHIP).order_by("pk").first()
    assert outside is not None
    for viewer in (scoped, by_village):
        assert REGISTER.count(Asked(), window=WINDOW, viewer=viewer) == PEOPLE // 4
        assert {row[1] for row in REGISTER.rows(Asked(), window=WINDOW, viewer=viewer)} == {"丁村"}
        assert find_people(outside.resident_number, viewer=viewer, limit=LIMIT).lines == ()
        assert REGISTER.count(Asked({"division": TOWNSHIP}), window=WINDOW, viewer=viewer) == 0
        assert [one.division for one in REGISTER.by_place(Asked(), window=WINDOW, viewer=viewer)] == [SECOND_VILLAGE]


def test_numbers_and_birth_days_are_masked_unless_the_task_lifts_them(register):
    first = number("19500101", 1)
    (line,) = find_people(first, viewer=NOBODY_LIFTS, limit=LIMIT).lines
    assert line.cells[4] == f"{first[:6]}********{first[-4:]}"
    assert line.cells[6] == "1950年"
    (whole,) = find_people(first, viewer=READER, limit=LIMIT).lines
    assert (whole.cells[4], whole.cells[6]) == (first, date(1950, 1, 1))
    only_phones = replace(READER, lifted=frozenset({Mask.PHONE}))
    assert find_people(first, viewer=only_phones, limit=LIMIT).lines == (line,)


def test_posts_decide_who_looks_and_who_may_lift_a_mask(register):
    """Controls e.2, row 1: the cashier sees masked, whoever configures rights sees nobody."""
    cashier = viewer_of("C2", on=READER.day, lifted=(), witness=None)
    assert find_people("王", viewer=cashier, limit=LIMIT).lines
    with pytest.raises(MayNotLook, match="遮盖"):
        viewer_of("C2", on=READER.day, lifted=[Mask.NUMBER], witness=READER.witness)
    assert viewer_of("D1", on=READER.day, lifted=[Mask.NUMBER], witness=READER.witness).shows(Mask.NUMBER)
    configuring = viewer_of("P1", on=READER.day, lifted=(), witness=None)
    with pytest.raises(MayNotLook, match="参保登记名册"):
        find_people("王", viewer=configuring, limit=LIMIT)
    for nobody in ("X9", "D1"):
        day = READER.day if nobody == "X9" else date(2016, 1, 1)
        with pytest.raises(MayNotLook, match=nobody):
            viewer_of(nobody, on=day, lifted=(), witness=None)


# ── Heads ──


def test_a_person_bears_village_township_and_state_as_acts_leave_them():
    """A district of another province and year; each state of a register, then a suspension and an ending."""
    office = Office("350203", date(2019, 1, 3))
    running = number("19500101", 1)
    states = {
        "11": {},
        "22": {"enrolment_state": "2", "contribution_state": "2"},
        "13": {"pension_start": 201501, "resident_number": running},
    }
    office.register(*states.values(), as_of=date(2018, 12, 31))
    kept = list(Person.objects.order_by("pk").values_list("division", "township", "state"))
    assert kept == [(office.village, office.township, state) for state in states]
    assert Division.objects.get(code=office.village).parent == office.township
    office.verify()


def test_what_a_text_means_is_told_by_its_form():
    assert asked_for("4306020", "").order == "personal_number"
    assert asked_for("王", VILLAGE).filters == {"division": VILLAGE, "name": "王"}
    assert asked_for(number("19500101").lower(), "").filters == {"resident_number": number("19500101")}
