"""Signing in at the desk with a key of one's own: passphrase and code, one session, an end, a fresh code for what asks for it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from jubao.desk.frame.seat import cookie_name, seated
from jubao.operations.envelope.hands import NotProven, hand_of
from jubao.operations.identity.sessions import IDLE
from jubao.records.models import Attempts, Session
from tests.desk import text_of
from tests.test_identity import AT, PHRASE, code_of, home, keys, office, sealed

__all__ = ["home", "keys", "office", "sealed"]  # fixtures
pytestmark = pytest.mark.django_db


class Clock:
    """The clock of the machine, as the test turns it."""

    def __init__(self) -> None:
        """Begin when the office was founded."""
        self.at = AT + timedelta(hours=1)

    def pass_by(self, span: timedelta) -> datetime:
        self.at += span
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    turned = Clock()
    for module in ("jubao.desk.frame.clock", "jubao.desk.frame.seat", "jubao.desk.signin.sign_in"):
        monkeypatch.setattr(f"{module}.real_now", lambda: turned.at)
    return turned


def sign_in(client: Client, keys: Any, clock: Clock, **said: str) -> HttpResponse:
    """L1 signs in, unless something else is said."""
    typed = {"staff": "L1", "passphrase": PHRASE, "code": code_of(keys["L1"], clock.at), "next": "/lists"}
    return client.post("/sign-in/prove", typed | said)


def test_passphrase_and_code_open_a_session_whose_cookie_no_script_reads(office: Path, keys: Any, clock: Clock) -> None:
    client = Client()
    answer = sign_in(client, keys, clock)
    assert (answer.status_code, answer["Location"]) == (302, "/lists")
    cookie = answer.cookies[cookie_name()]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "职工L1" in text_of(client.get("/lists"))


def test_over_https_the_cookie_travels_by_nothing_else(office: Path, keys: Any, clock: Clock, settings: Any) -> None:
    settings.JUBAO_HTTPS = True
    answer = sign_in(Client(), keys, clock)
    assert answer.cookies["__Host-jubao"]["secure"]
    assert "max-age" in answer["Strict-Transport-Security"]


@pytest.mark.parametrize("wrong", [{"passphrase": "别的口令"}, {"code": "000000"}, {"staff": "X9"}])
def test_whatever_was_wrong_one_sentence_is_said(office: Path, keys: Any, clock: Clock, wrong: dict[str, str]) -> None:
    answer = sign_in(Client(), keys, clock, **wrong)
    assert answer.status_code == 422
    assert "登录未成功：工号、口令或动态码不对" in text_of(answer)
    assert not Session.objects.exists()


def test_a_code_serves_once(office: Path, keys: Any, clock: Clock) -> None:
    assert sign_in(Client(), keys, clock).status_code == 302
    assert sign_in(Client(), keys, clock).status_code == 422


def test_five_wrong_attempts_lock_the_account_for_a_quarter_of_an_hour(office: Path, keys: Any, clock: Clock) -> None:
    for _ in range(5):
        sign_in(Client(), keys, clock, passphrase="别的")
    locked = sign_in(Client(), keys, clock)
    assert locked.status_code == 429
    assert "已锁定" in text_of(locked)
    clock.pass_by(timedelta(minutes=16))
    assert sign_in(Client(), keys, clock).status_code == 302


def test_a_second_session_ends_the_first_and_says_so(office: Path, keys: Any, clock: Clock) -> None:
    first, second = Client(), Client()
    sign_in(first, keys, clock)
    clock.pass_by(timedelta(minutes=1))
    sign_in(second, keys, clock)
    assert "别处的登录已结束" in text_of(second.get("/lists"))
    assert first.get("/lists").status_code == 302


def test_a_session_serves_only_where_it_began(office: Path, keys: Any, clock: Clock) -> None:
    client = Client()
    sign_in(client, keys, clock)
    assert client.get("/lists", REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_session_ends_unused_and_leads_back(office: Path, keys: Any, clock: Clock) -> None:
    client = Client()
    sign_in(client, keys, clock)
    clock.pass_by(IDLE - timedelta(seconds=1))
    assert client.get("/lists").status_code == 200
    clock.pass_by(IDLE + timedelta(seconds=1))
    answer = client.get("/lists/register?order=name")
    assert answer["Location"] == "/sign-in?next=%2Flists%2Fregister%3Forder%3Dname"
    part = client.get("/lists/register", headers={"HX-Request": "true"})
    assert part.status_code == 204
    assert part["HX-Redirect"].startswith("/sign-in")


def test_signing_out_ends_the_session_and_leaves_nothing(office: Path, keys: Any, clock: Clock) -> None:
    client = Client()
    sign_in(client, keys, clock)
    answer = client.post("/sign-out")
    assert answer.cookies[cookie_name()].value == ""
    assert not Session.objects.exists()
    assert client.get("/lists").status_code == 302


def test_a_fresh_code_is_asked_within_a_session_and_taken_once(office: Path, keys: Any, clock: Clock) -> None:
    client = Client()
    sign_in(client, keys, clock)
    clock.pass_by(timedelta(minutes=6))
    request = client.get("/lists").wsgi_request
    seat = seated(request, command="test")
    assert seat is not None
    code = code_of(keys["L1"], clock.at)
    with seat.proven(code):
        assert hand_of("L1").proved_at == clock.at
    with pytest.raises(NotProven), seat.proven(code):
        pass
    with pytest.raises(NotProven), seat.proven("000000"):
        pass
    assert Attempts.objects.get(of=Attempts.Of.STAFF, name="L1").failed == 2
