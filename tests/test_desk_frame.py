"""The frame of the desk: who sits there, what is refused, what every answer tells the browser."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from openpyxl import load_workbook

from jubao.desk.frame.seat import cookie_name
from jubao.operations.beside.long_work import begin
from jubao.records.models import AuditEvent
from tests.desk import browse, text_of
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, LI = number("19500315", 1), number("19700101", 2)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201108,
            "contributed_years": 0,
            "phone": "13800001111",
        },
        {"name": "李乙", "resident_number": LI},
    )
    return office


@pytest.fixture
def real(office: Office) -> Iterator[None]:
    """The same office without its trial key: nobody here may be played."""
    key = Path(settings.JUBAO_HOME) / "keys" / "trial.key"
    kept = key.read_bytes()
    key.unlink()
    yield
    key.write_bytes(kept)


def test_nobody_sees_a_list_before_signing_in_and_comes_back_to_it_then(office: Office) -> None:
    answer = browse(None).get("/lists/register?order=name")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=%2Flists%2Fregister%3Forder%3Dname"
    played = browse(None).post("/sign-in/play", {"staff": "D1", "next": "/lists/register?order=name"})
    assert played["Location"] == "/lists/register?order=name"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)", "\\\\example.com"]
)
def test_signing_in_leads_nowhere_else(office: Office, elsewhere: str) -> None:
    assert browse(None).post("/sign-in/play", {"staff": "D1", "next": elsewhere})["Location"] == "/"


def test_a_real_office_has_no_people_to_play(office: Office, real: None) -> None:
    assert "虚构" not in text_of(browse(None).get("/sign-in"))
    assert browse(None).post("/sign-in/play", {"staff": "D1"}).status_code == 404


def test_a_forged_cookie_seats_nobody(office: Office) -> None:
    for forged in ("trial D1", "trial eyJzdGFmZiI6IkQxIn0:1:x", "00" * 32, "x.y"):
        client = Client()
        client.cookies[cookie_name()] = forged
        assert client.get("/lists/register").status_code == 302, forged


def test_a_wrong_passphrase_is_refused_and_the_code_kept(office: Office) -> None:
    answer = browse(None).post("/sign-in/prove", {"staff": "D1", "passphrase": "no", "code": "000000"})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "工号、口令或动态码不对" in text
    assert 'value="D1"' in text


def test_a_list_shows_masked_people_and_leads_to_them_by_key(office: Office) -> None:
    text = text_of(browse("D1").get("/lists/register"))
    assert "王甲" in text
    assert "李乙" in text
    assert f">{WANG[-4:]}<" in text
    assert f"{WANG[:6]}****" not in text
    assert "13800001111" not in text


def test_what_is_not_understood_shows_nobody(office: Office) -> None:
    answer = browse("D1").get("/lists/register?vilage=1")
    assert answer.status_code == 400
    text = text_of(answer)
    assert "不认识的条件 vilage" in text
    assert "王甲" not in text


def test_a_post_that_may_not_look_is_told_who_may_and_the_refusal_is_chained(office: Office) -> None:
    answer = browse("P1").get("/lists/register")
    assert answer.status_code == 403
    assert "待遇经办岗" in text_of(answer)
    assert AuditEvent.objects.filter(kind=AuditEvent.Kind.REFUSED, staff="P1").count() == 1


def test_absent_pages_look_alike_signed_in_or_not(office: Office) -> None:
    assert browse("D1").get("/nothing/here").status_code == 404
    assert browse("D1").get("/lists/none-such").status_code == 404


def test_every_answer_forbids_what_is_not_ours(office: Office) -> None:
    for address in ("/sign-in", "/lists/register", "/nothing"):
        answer = browse("D1").get(address)
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_form_from_elsewhere_is_not_taken(office: Office) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[cookie_name()] = browse("D1").cookies[cookie_name()].value
    answer = client.post("/lists/register/take-out", {"form": "xlsx"})
    assert answer.status_code == 403
    assert "页面太旧" in text_of(answer)


def test_the_other_language_is_kept(office: Office) -> None:
    client = browse("D1")
    client.post("/language", {"language": "en", "next": "/lists"})
    text = text_of(client.get("/lists"))
    assert '<html lang="en">' in text
    assert "Lists and exports" in text


def test_a_list_is_taken_out_masked_and_noted(office: Office, tmp_path: Path) -> None:
    asked = text_of(browse("D1").get("/lists/register/export"))
    assert "共 2 行" in asked
    answer = browse("D1").post("/lists/register/take-out", {"form": "xlsx"})
    path = tmp_path / "list.xlsx"
    path.write_bytes(answer.content)
    cells = [str(cell.value) for row in load_workbook(path).active.iter_rows() for cell in row]
    assert "王甲" in cells
    assert WANG not in cells
    told = AuditEvent.objects.filter(kind=AuditEvent.Kind.LOOKED).get().payload
    assert '"count":2' in told.replace(" ", "")


def test_the_clock_of_the_books_is_for_offices_on_trial_alone(
    office: Office, real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jubao.desk.frame.clock import now
    from jubao.operations.envelope.fault import Refused

    monkeypatch.setenv("JUBAO_CLOCK", "2018-01-08")
    with pytest.raises(Refused, match="试用机构"):
        now()


def test_an_office_on_trial_may_stand_at_the_day_of_its_books(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from jubao.desk.frame.clock import now

    monkeypatch.setenv("JUBAO_CLOCK", "2018-01-08")
    assert now().date() == date(2018, 1, 8)


def test_what_was_done_is_said_once(office: Office) -> None:
    client = browse("D1")
    number, _ = begin("D1", "k1", "长", at=datetime(2018, 1, 8, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    there = client.post(f"/long-work/{number}/stop")
    assert "已请求停止" in text_of(client.get(there["Location"]))
    assert "已请求停止" not in text_of(client.get(there["Location"]))


def test_a_list_takes_six_statements_at_most_on_the_first_page_and_far_behind() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from jubao.desk.frame.page import SEAT_QUERIES

    Office().register(
        *({"name": f"甲{place:03d}", "resident_number": number("19600101", place)} for place in range(3, 123))
    )
    client = browse("D1")
    first = text_of(client.get("/lists/register?order=name"))
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    for address in ("/lists/register?order=name", following[1].replace("&amp;", "&")):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 6 + SEAT_QUERIES, [one["sql"][:80] for one in asked]
