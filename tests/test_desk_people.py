"""Search first, and one page per person: what it says of planted people, to whom, masked, and in how many statements."""

import re
from datetime import date, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import HttpResponse
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext

from jubao.desk.frame.page import SEAT_QUERIES
from jubao.desk.frame.route import ROUTES
from jubao.ledger.models import Voucher
from jubao.operations.envelope.acting import propose, sign
from jubao.operations.person import pages
from jubao.operations.person.head import TABS
from jubao.records.models import Look, Person, Proposal
from jubao.reports.person.payments import Paid
from tests.desk import browse, text_of
from tests.office import VILLAGE, Office, number
from tests.test_desk_house import Walk

pytestmark = pytest.mark.django_db
WANG, LI, NAMESAKE = number("19500315", 1), number("19800101", 2), number("19520202", 3)
PHONE, CARD = "13800001111", "6217000000000000001"
DAY = date(2017, 2, 20)
AT = datetime(2017, 2, 13, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """A pensioner, somebody who pays, and his namesake; the clock of the desk stands on a day of the office's year."""
    monkeypatch.setenv("JUBAO_CLOCK", DAY.isoformat())
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
            "card_number": CARD,
            "certified_month": 201611,
        },
        {"name": "李乙", "resident_number": LI, "personal": 30_000},
        {"name": "李乙", "resident_number": NAMESAKE, "pension_start": 201203},
    )
    return office


def stay_away(resident_number: str) -> None:
    """D1 declares that this is a relative, and the deputy confirms it."""
    case = {"staff": "D1", "person": resident_number, "relation": "PARENT"}
    asked = propose("recusal.declare", [case], key=f"stay-away-{resident_number[-4:]}", by="D1", on=AT.date(), at=AT)
    sign(asked.proposal, by="L4", on=AT.date(), at=AT, shown_hash=asked.hash)


def key(resident_number: str) -> int:
    return Person.objects.get(resident_number=resident_number).pk


def address(resident_number: str, tab: str = "overview") -> str:
    return f"/people/{key(resident_number)}" + ("" if tab == "overview" else f"/{tab}")


def seen(staff: str, resident_number: str, tab: str = "overview") -> str:
    answer = browse(staff).get(address(resident_number, tab))
    assert answer.status_code == 200
    return text_of(answer)


def search(text: str, staff: str = "D1") -> HttpResponse:
    return browse(staff).post("/people/search", {"q": text})


class WordsInEnglish(HTMLParser):
    """Every text of a page that is not marked as Chinese."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "path", "circle", "rect"})

    def __init__(self) -> None:
        """Begin in English."""
        super().__init__()
        self.open: list[bool] = [False]
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            said = dict(attrs).get("lang")
            self.open.append(said == "zh-Hans" if said else self.open[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open[-1]:
            self.found.append(data)


EVERY = [*(name for name, _ in TABS), "history"]

# ── One person ──


@pytest.mark.parametrize("tab", EVERY)
def test_every_tab_opens_masked_within_its_statements(office: Office, tab: str) -> None:
    office.pay(201701, date(2017, 1, 15))
    for who in (WANG, LI):
        seat, asked = browse("D1"), address(who, tab)
        with CaptureQueriesContext(connection) as queries:
            answer = seat.get(asked)
        assert answer.status_code == 200
        text = text_of(answer)
        assert ("王甲" if who == WANG else "李乙") in text
        assert not [whole for whole in (PHONE, CARD, "1950-03-15", "6228480000000000001") if whole in text]
        assert len(queries) <= ROUTES[f"people.{tab}"].queries + SEAT_QUERIES, [q["sql"][:100] for q in queries]
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("tab", EVERY)
def test_every_tab_says_its_words_in_english(office: Office, tab: str) -> None:
    office.pay(201701, date(2017, 1, 15))
    seat = browse("D1")
    seat.cookies["language"] = "en"
    text = text_of(seat.get(address(WANG, tab)))
    reader = WordsInEnglish()
    reader.feed(text)
    told = [words.replace("王甲", "") for words in reader.found]  # the title of the window is his name
    assert not [words for words in told if re.search(r"[\u4e00-\u9fff]", words)]


def test_a_person_of_nobody_is_absent_and_reads_like_any_other_page_that_is_not_there(office: Office) -> None:
    answer = browse("D1").get("/people/999999")
    assert answer.status_code == 404
    assert "没有这一页" in text_of(answer)


def test_who_configures_rights_sees_nobody(office: Office) -> None:
    assert browse("P1").get(address(WANG)).status_code == 403


@pytest.mark.parametrize("tab", EVERY)
def test_a_relative_is_refused_before_anything_is_shown(office: Office, tab: str) -> None:
    stay_away(WANG)
    answer = browse("D1").get(address(WANG, tab))
    assert answer.status_code == 403
    text = text_of(answer)
    assert "回避" in text
    assert "王甲" not in text
    assert browse("G1").get(address(WANG, tab)).status_code == 200


def test_the_page_links_to_the_form_by_key_and_says_who_makes_what_he_may_not(office: Office) -> None:
    text = seen("D1", WANG)
    assert f'href="/acts/award.suspend?person={key(WANG)}"' in text
    assert re.search(r"待遇续发</span> <small class=\"muted\">没有暂停中的待遇", text)
    assert (
        re.search(r"待遇暂停</span> <small class=\"muted\">由待遇经办岗办理", seen("D2", WANG)) is None
    )  # takes no step of it
    assert re.search(r"待遇续发</span> <small class=\"muted\">由待遇经办岗办理", seen("D2", WANG))


def test_a_proposal_that_waits_is_told_with_who_must_sign(office: Office) -> None:
    case = {
        "person": WANG,
        "reason": "1299",
        "from_month": 201703,
        "due": "2017-06-30",
        "next_step_post": "BENEFITS",
        "memo": "来信 1",
    }
    propose("award.suspend", [case], key="suspend-wang", by="D1", on=AT.date(), at=AT)
    proposal = Proposal.objects.get(state="PENDING")
    waits = "待遇暂停由职工D1于2017年2月13日提出，待个人账户岗签署"
    assert waits in seen("D1", WANG)
    text = seen("G1", WANG)
    assert waits in text
    assert f'<a class="btn go" href="/proposals/{proposal.key}">待我签：' in text
    assert "待我签" not in seen("D1", LI)
    assert "待审" in seen("G1", WANG, "trail")


# ── Masks ──


def lift(staff: str, **fields: str) -> tuple[HttpResponse, HttpResponse]:
    seat = browse(staff)
    return seat.post(f"{address(WANG)}/lift", fields), seat.get(address(WANG))


def test_a_mask_is_lifted_for_a_reason_and_every_look_is_written_down(office: Office) -> None:
    seat = browse("D1")
    answer = seat.post(f"{address(WANG)}/lift", {"reason": "PAPERS", "words": "换卡", "page": "people.cards"})
    assert (answer.status_code, answer["Location"]) == (302, address(WANG, "cards"))
    assert not Look.objects.exists()  # nothing was shown yet
    shown = seat.get(address(WANG)).content.decode()
    assert WANG in shown
    assert PHONE in shown
    assert "1950-03-15" in shown
    [look] = Look.objects.all()
    assert (look.person_id, look.staff, look.reason, look.words) == (key(WANG), "D1", "PAPERS", "换卡")
    assert LI not in seat.get(address(LI)).content.decode()
    assert CARD in seat.get(address(WANG, "cards")).content.decode()
    told = seen("L3", WANG, "trail")
    assert "核对原件" in told
    assert "换卡" not in told
    assert "换卡" in seen("D2", WANG, "trail")


@pytest.mark.parametrize(
    ("staff", "fields"),
    [("D1", {}), ("D1", {"reason": "OTHER"}), ("D1", {"reason": "看看"}), ("C2", {"reason": "PAPERS"})],
)
def test_no_mask_is_lifted_without_a_reason_or_by_a_post_that_lifts_none(
    office: Office, staff: str, fields: dict[str, str]
) -> None:
    answer, after = lift(staff, **fields)
    assert answer.status_code == 403
    assert WANG not in after.content.decode()
    assert not Look.objects.exists()


def test_who_lifts_no_mask_is_told_so_beside_the_button(office: Office) -> None:
    text = seen("C2", WANG)
    assert "/lift" not in text
    assert re.search(r"显示完整号码…</span> <small[^>]*>只有副主任（业务）、", text)


def test_the_masks_of_a_relative_are_not_lifted(office: Office) -> None:
    stay_away(WANG)
    answer, after = lift("D1", reason="PAPERS")
    assert (answer.status_code, after.status_code) == (403, 403)


# ── Search ──


@pytest.mark.parametrize(
    "text",
    [
        WANG,
        PHONE,
        CARD,
        "6228480000000000001",
        "43060200000 1".replace(" ", ""),
        "王甲",
        "王",
        "王甲 乙社区",
        "王甲 " + WANG[-4:],
    ],
)
def test_whoever_is_meant_alone_is_opened(office: Office, text: str) -> None:
    wang = Person.objects.get(resident_number=WANG)
    answer = search(wang.personal_number if text == "430602000001" else text)
    assert (answer.status_code, answer["Location"]) == (302, f"/people/{wang.pk}")


def test_a_full_width_number_is_read(office: Office) -> None:
    full = "".join(chr(ord(sign) + 0xFEE0) for sign in WANG)
    assert search(full)["Location"] == address(WANG)


def test_several_of_a_name_are_listed_by_an_address_without_a_number(office: Office) -> None:
    answer = search("李乙")
    assert answer["Location"] == "/people?name=%E6%9D%8E%E4%B9%99"
    text = text_of(browse("D1").get(answer["Location"]))
    assert text.count(">李乙</a>") == 2
    assert {f"/people/{key(LI)}", f"/people/{key(NAMESAKE)}"} <= set(re.findall(r'href="(/people/\d+)"', text))
    assert f">{LI[-4:]}<" in text


def test_a_village_is_listed(office: Office) -> None:
    answer = search("乙社区")
    assert answer["Location"] == f"/people?division={VILLAGE}"
    assert text_of(browse("D1").get(answer["Location"])).count('scope="row"') == 3


@pytest.mark.parametrize("text", [number("19610101", 9), "13999999999", "0000"])
def test_a_number_of_nobody_is_answered_here_and_enrolment_offered(office: Office, text: str) -> None:
    answer = search(text, "J1")
    assert answer.status_code == 200
    shown = text_of(answer)
    assert "没有找到" in shown
    assert 'href="/acts/enrolment.enrol"' in shown
    assert text not in shown or len(text) == 4
    seen_by_others = text_of(search(text, "D1"))
    assert 'href="/acts/enrolment.enrol"' not in seen_by_others


def test_a_tail_of_several_is_answered_here(office: Office) -> None:
    twins = [number("19700101", 11), number("19810101", 11)]
    tails = {one[-4:] for one in twins}
    assert len(tails) == 2 or twins  # the check digit differs: the tail alone names one of them
    answer = search(LI[-4:])
    assert answer.status_code in (200, 302)
    assert LI[-4:] not in answer.get("Location", "")


def test_the_key_of_a_proposal_and_a_voucher_lead_to_their_pages(office: Office) -> None:
    proposal = Proposal.objects.order_by("-pk").first()
    assert search(proposal.key)["Location"] == f"/proposals/{proposal.key}"
    office.pay(201701, date(2017, 1, 15))
    voucher = Voucher.objects.filter(book="FUND").order_by("pk").first()
    text = f"{voucher.period}-{voucher.number}"
    assert search(text, "C1")["Location"] == f"/vouchers/FUND-{voucher.period}-{voucher.number}"
    assert "没有找到" in text_of(search(text, "C2"))  # the cashier sees no books


def test_a_relative_is_left_out_of_lists_and_counted(office: Office) -> None:
    stay_away(LI)
    text = text_of(browse("D1").get("/people?name=李"))
    assert text.count(">李乙</a>") == 1
    assert "另有 1 人因回避未列出" in text


def test_nobody_is_listed_before_something_is_asked(office: Office) -> None:
    text = text_of(browse("D1").get("/people"))
    assert 'scope="row"' not in text
    assert "选一个村" in text


def test_the_hits_alone_are_those_of_the_whole_page(office: Office) -> None:
    asked = {"name": "李"}
    whole = text_of(browse("D1").get("/people", asked))
    part = text_of(browse("D1", **{"HX-Request": "true", "HX-Target": "hits"}).get("/people", asked))
    assert part.strip() in whole
    assert part.count(">李乙</a>") == 2
    assert "<form" not in part


# ── Templates that pages share ──


def test_the_shared_templates_name_only_what_their_answers_have() -> None:
    for name, known in (("one_person", {"it": pages.Overview}), ("months", {"months": tuple[Paid, ...]})):
        walk = Walk(None)
        walk.known |= known
        walk.go(get_template(f"people/{name}.html").template.nodelist)
        assert not walk.wrong, name
