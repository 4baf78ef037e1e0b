"""Every address of the desk, asked by every post and by nobody: answered as declared, whole, and leading nowhere closed.

The addresses are read from Django's resolver, not from our register, so a stray one fails here; a new parameter needs an
example below, or fails here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, get_resolver

from jubao.desk.frame import clock, reading
from jubao.desk.frame.page import SEAT_QUERIES
from jubao.desk.frame.route import ROUTES, Asks, Route
from jubao.records.models import Proposal
from jubao.vocabulary.audience import Shows
from jubao.vocabulary.posts import Post
from tests import office as offices
from tests.crawl import Address, every_address, faults_of, pages, read, route_of, submissions
from tests.crawl_office import ALONE, examples_of, worked
from tests.desk import browse
from tests.office import Office
from tests.reports_year import built_once

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # what it asks is the desk, not the engine

RESOLVER = get_resolver()
EVERY, PAGES, SUBMISSIONS = list(every_address(RESOLVER)), pages(RESOLVER), submissions(RESOLVER)
WHO: list[str | None] = [*ALONE, None]
DAY = date(2017, 12, 29)
NEEDS_A_SIGN_IN = 302
NO_ANSWER = 500
FOLLOWED = 2  # links to one route that are really opened from one page, for each who looks
OPENED: set[tuple[str | None, str]] = set()
"""What was followed already: whoever looks opens each address once, however many pages lead there."""
KEEPS = frozenset({"records_auditevent", "records_tablemark"})
"""Where a refusal is written down: the chain."""


@pytest.fixture(scope="module")
def office(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """A quarter's work in an office in which each post is one person's, and something waiting on every desk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            offices, "LAYOUT", [(code, "科员", [str(post)], []) for code, post in ALONE.items() if code != "P1"]
        )
        patch.setenv(clock.STATED, DAY.isoformat())
        yield from built_once(django_db_blocker, worked)


@pytest.fixture(scope="module")
def examples(office: Office) -> Mapping[str, Any]:
    """An example for each parameter of an address."""
    return examples_of(office)


# ── What is declared ──


@pytest.mark.parametrize("address", EVERY, ids=str)
def test_whatever_answers_is_declared(address: Address) -> None:
    assert address.route is not None, "no route object: not declared by a page or a submission"
    assert ROUTES[address.route.name] is address.route
    assert address.route.audience.posts


@pytest.mark.parametrize("address", EVERY, ids=str)
def test_every_parameter_has_an_example(address: Address, examples: Mapping[str, Any]) -> None:
    assert address.filled(examples).startswith("/")


def test_whoever_sees_nothing_of_the_office_signs_in_there() -> None:
    """What is open to anybody is signing in and out, the language, and staying; nothing else ever is."""
    free = {one.name for one in ROUTES.values() if one.audience.shows is Shows.NOTHING}
    assert {name.partition(".")[0] for name in free} <= {"signin"}


def test_a_stray_address_is_no_route() -> None:
    """Seen failing: an address put into the resolver by hand carries no route."""
    from django.urls import path
    from django.urls.resolvers import RegexPattern, URLResolver

    stray = URLResolver(RegexPattern(""), [path("stray", lambda request: HttpResponse())])
    assert [one.route for one in every_address(stray)] == [None]


GOOD = (
    '<!doctype html><html lang="zh-Hans"><head><title>甲</title></head><body><h1>甲</h1>'
    '<label for="a">乙</label><input id="a" name="a"></body></html>'
)
BAD = {
    "</h1>": "ends",
    '<html lang="zh-Hans">': "lang",
    "<h1>甲</h1>": "0 h1",
    "<title>甲</title>": "no title",
    '<label for="a">乙</label>': "no label: a",
}


def test_the_crawl_sees_a_sound_page_as_sound() -> None:
    assert not read(GOOD).told()


@pytest.mark.parametrize("lacking", BAD)
def test_the_crawl_sees_what_a_page_lacks(lacking: str) -> None:
    told = read(GOOD.replace(lacking, "<html>" if lacking.startswith("<html") else "", 1)).told()
    assert any(BAD[lacking] in one for one in told), told


@pytest.mark.parametrize(
    "more",
    [
        '<p id="a"></p>',
        '<p style="color:red"></p>',
        '<p onclick="x()"></p>',
        '<p hx-on:click="x()"></p>',
        '<p hx-vals="js:x()"></p>',
        "<script>x()</script>",
        '<script src="https://example.com/x.js"></script>',
        "<style>p{}</style>",
        '<a href="javascript:x()">丙</a>',
        '<a href="https://example.com/">丙</a>',
        '<a href="/lists" hx-get="/lists/register">丙</a>',
        "<p><b></p></b>",
        "<p/>",
        "<p>{{ it.total }}</p>",
    ],
)
def test_the_crawl_sees_what_may_not_stand_in_a_page(more: str) -> None:
    assert read(GOOD.replace("<h1>", f"{more}<h1>")).told()


# ── Pages ──


@pytest.mark.parametrize("address", PAGES, ids=str)
def test_a_page_answers_each_post_as_declared(
    address: Address, examples: Mapping[str, Any], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each post and nobody; links are really followed as the first of the audience, for the others by their audience."""
    route, asked = declared(address), counting(monkeypatch)
    found = {who: told for who in WHO if (told := wrong_for(who, address, examples, asked))}
    assert not found, f"{route.name}: {found}"


def wrong_for(who: str | None, address: Address, examples: Mapping[str, Any], asked: list[int]) -> list[str]:
    """What is wrong with how a page answers somebody."""
    route, here = declared(address), address.filled(examples, who)
    asked[0] = 0
    answer = browse(who).get(here)
    statements = asked[0]
    if answer.status_code != expected(route, who, examples):
        return [f"{answer.status_code} instead of {expected(route, who, examples)}"]
    if answer.status_code != 200:
        return []
    most = route.queries + SEAT_QUERIES
    many = [f"{statements} statements, at most {most}"] if statements > most else []
    return faults_of(answer) + many + closed_to(who, here, answer, is_followed=who == one_of(route))


@pytest.mark.parametrize("address", [one for one in PAGES if one.route and one.route.parts], ids=str)
def test_a_part_is_answered_alone(address: Address, examples: Mapping[str, Any], office: Office) -> None:
    route = declared(address)
    who = one_of(route)
    for part in route.parts:
        answer = browse(who, HX_Request="true", HX_Target=part).get(address.filled(examples, who))
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "<html" not in text, f"#{part} brings the whole page"
        whole = browse(who, HX_Request="true", HX_Target=part, HX_History_Restore_Request="true")
        assert "<html" in whole.get(address.filled(examples, who)).content.decode(), (
            "going back asks for the whole page"
        )


@pytest.mark.parametrize("who", ALONE, ids=str)
def test_every_link_of_the_menu_opens(who: str, office: Office) -> None:
    first = browse(who).get("/lists") if Post(ALONE[who]) is not Post.PERMISSION else browse(who).get("/sign-in")
    for link in read(first.content.decode()).links:
        if link.startswith("/"):
            assert browse(who).get(link).status_code in {200, NEEDS_A_SIGN_IN}, link


@pytest.mark.parametrize("address", PAGES, ids=str)
def test_a_page_is_only_looked_at(address: Address, examples: Mapping[str, Any], office: Office) -> None:
    route = declared(address)
    for who in (one_of(route), None):
        assert browse(who).post(address.filled(examples)).status_code == 405


def test_no_page_is_reached_by_nobody() -> None:
    assert not [one.name for one in ROUTES.values() if not one.audience.posts & frozenset(Post)]


# ── Submissions ──


@pytest.mark.parametrize("who", WHO, ids=str)
@pytest.mark.parametrize("address", SUBMISSIONS, ids=str)
def test_a_submission_of_a_stranger_is_refused_and_writes_nothing(
    address: Address, who: str | None, examples: Mapping[str, Any], office: Office
) -> None:
    route = declared(address)
    if is_open(route) or (who and ALONE[who] in route.audience.posts):
        return
    with transaction.atomic():
        written = Written()
        with connection.execute_wrapper(written):
            answer = browse(who).post(address.filled(examples), dict(examples["sent"]))
        transaction.set_rollback(True)
    assert answer.status_code == (NEEDS_A_SIGN_IN if who is None else 403)
    assert not set(written.tables) - KEEPS, written.tables


@pytest.mark.parametrize("address", SUBMISSIONS, ids=str)
def test_a_submission_of_nothing_is_no_fault_of_ours(
    address: Address, examples: Mapping[str, Any], office: Office
) -> None:
    """Whoever may send it and sends an empty form is told what is missing; nobody meets our own error page."""
    route = declared(address)
    with transaction.atomic():
        answer = browse(one_of(route)).post(address.filled(examples), {})
        transaction.set_rollback(True)
    assert answer.status_code < NO_ANSWER


@pytest.mark.parametrize("address", SUBMISSIONS, ids=str)
def test_a_submission_without_its_token_is_refused(
    address: Address, examples: Mapping[str, Any], office: Office
) -> None:
    route = declared(address)
    client = Client(enforce_csrf_checks=True)
    client.cookies = browse(one_of(route)).cookies
    written = Written()
    with connection.execute_wrapper(written):
        assert client.post(address.filled(examples), dict(examples["sent"])).status_code == 403
    assert not written.tables


@pytest.mark.parametrize("address", SUBMISSIONS, ids=str)
def test_a_submission_is_not_looked_at(address: Address, examples: Mapping[str, Any], office: Office) -> None:
    assert browse(one_of(declared(address))).get(address.filled(examples)).status_code == 405


def test_nothing_of_the_crawl_was_decided(office: Office) -> None:
    """What waited on the desks before still waits."""
    assert Proposal.objects.filter(state=Proposal.State.PENDING).exists()


# ── How ──


def declared(address: Address) -> Route:
    assert address.route is not None, "no route object"
    return address.route


def is_open(route: Route) -> bool:
    """Whether it is for whoever has not signed in yet."""
    return route.audience.shows is Shows.NOTHING


def expected(route: Route, who: str | None, examples: Mapping[str, Any]) -> int:
    """What its audience says: shown, not theirs, or sign in first; the example itself may be for fewer posts."""
    if is_open(route):
        return 200
    if who is None:
        return NEEDS_A_SIGN_IN
    fewer = examples["fewer"].get(route.name, frozenset(Post))
    return 200 if ALONE[who] in route.audience.posts & fewer else 403


def one_of(route: Route) -> str:
    """Somebody of the audience."""
    return next(code for code, post in ALONE.items() if post in route.audience.posts)


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count what a page asks the books between its first statement and its last."""
    asked, inner = [0], reading._read

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        asked[0] += not sql.startswith(("SAVEPOINT", "RELEASE", "SET ", "BEGIN"))
        return inner(execute, sql, params, many, context)

    monkeypatch.setattr(reading, "_read", counted)
    return asked


class Written:
    """The tables that statements write to."""

    def __init__(self) -> None:
        """None so far."""
        self.tables: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        """Let a statement pass, and note what it writes to."""
        words = sql.replace('"', " ").split()
        if words and words[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
            place = 1 if words[0].upper() == "UPDATE" else words.index("INTO" if "INTO" in words else "FROM") + 1
            self.tables.append(words[place])
        return execute(sql, params, many, context)


def closed_to(who: str | None, here: str, answer: HttpResponse, *, is_followed: bool) -> list[str]:
    """Links and forms of a page that lead nowhere, or to what is not for this post; some are really opened, too."""
    page, closed, followed = read(answer.content.decode()), [], Counter[str]()
    for link in dict.fromkeys(page.links):
        if link.startswith("#"):
            continue
        try:
            route = route_of(link, here)
        except Resolver404:
            closed.append(f"{link}: no such address")
            continue
        if route is None:
            continue
        if who is not None and not is_open(route) and ALONE[who] not in route.audience.posts:
            closed.append(f"{link}: not for {who}")
        elif is_followed and followed[route.name] < FOLLOWED and link != here:
            followed[route.name] += 1
            address = f"{here}{link}" if link.startswith("?") else link
            if (who, address) in OPENED:
                continue
            OPENED.add((who, address))
            status = browse(who).get(address).status_code
            if status != 200 and not (who is None and status == NEEDS_A_SIGN_IN):
                closed.append(f"{link}: {status}")
    return closed + _closed_forms(who, here, page.actions)


def _closed_forms(who: str | None, here: str, actions: list[tuple[str, str]]) -> list[str]:
    closed = []
    for method, action in dict.fromkeys(actions):
        try:
            route = route_of(action, here)
        except Resolver404:
            closed.append(f"form {action}: no such address")
            continue
        if route is None or is_open(route):
            continue
        if who is None or ALONE[who] not in route.audience.posts:
            closed.append(f"form {action}: not for {who}")
        elif (method == "POST") != (route.asks is Asks.SUBMISSION):
            closed.append(f"form {action}: {method}")
    return closed
