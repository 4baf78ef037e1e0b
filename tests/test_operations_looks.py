"""Whole numbers: why they are shown is asked, whom they belong to is written down first, and many need an approval."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from openpyxl import load_workbook
from typer.testing import CliRunner

from jubao.cli import app
from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.looking import viewer_for
from jubao.records.models import AuditEvent, ExportUse, Look, Person
from jubao.reports.explanation.access import accesses
from jubao.reports.figures.window import Window
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.listing import Asked
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import MayNotLook, Viewer
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, LI, D1S_NAMESAKE = number("19500315", 1), number("19700101", 2), number("19800101", 3)
PHONE = "13800001111"
NOW = datetime(2018, 3, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
REGISTER = ("list", "insured", "--year", "2018")


@pytest.fixture
def office() -> Office:
    office = Office()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0, "phone": PHONE},
        {"name": "李乙", "resident_number": LI},
        {"name": "职三", "resident_number": D1S_NAMESAKE},
    )
    return office


@pytest.fixture
def jubao(office: Office) -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(app, [*words])


def viewer(staff: str = "D1", *, reason: str = "核对原件", approval: str = "", at: datetime = NOW) -> Viewer:
    return viewer_for(staff, at=at, lifted=Mask, reason=reason, command="jubao list insured", approval=approval)


def page(who: Viewer, limit: int = 50, **filters: str) -> Any:
    return find_list("insured").page(Asked(filters), window=Window(2018, NOW.date()), viewer=who, limit=limit)


def looked() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(kind="LOOKED").order_by("id"))


@pytest.mark.parametrize("reason", ["", "看看", "OTHER", "其他：  "])
def test_no_number_is_shown_without_a_reason(jubao: Callable[..., Result], reason: str) -> None:
    done = jubao(*REGISTER, "--by", "D1", "--numbers", "--reason", reason)
    assert done.exit_code == 1
    assert WANG not in done.output
    assert not Look.objects.exists()


def test_a_list_of_many_is_one_event_with_one_row_for_each_person(office: Office) -> None:
    page(viewer(reason="答复本人查询：窗口"))
    [event] = looked()
    assert (event.staff, json.loads(event.payload)["people"]) == ("D1", 3)
    rows = Look.objects.filter(act=event)
    assert {row.person.resident_number for row in rows} == {WANG, LI, D1S_NAMESAKE}
    assert {(row.post, row.reason, row.words, row.command) for row in rows} == {
        ("BENEFITS", "ENQUIRY", "窗口", "jubao list insured")
    }
    office.verify()


def test_masked_views_leave_no_trace(jubao: Callable[..., Result]) -> None:
    for words in ((*REGISTER, "--by", "D1"), ("find", "王", "--by", "C2")):
        assert jubao(*words).exit_code == 0
    assert not looked()


def test_what_cannot_be_written_down_is_not_shown(
    jubao: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise MayNotLook("写不下")

    monkeypatch.setattr("jubao.operations.envelope.looking.Looking._write", fails)
    done = jubao(*REGISTER, "--by", "D1", "--numbers", "--reason", "CASE")
    assert (done.exit_code, WANG in done.output) == (1, False)


@pytest.mark.parametrize(
    "words",
    [
        REGISTER,
        ("find", WANG),
        ("find", "王"),
        ("explain", WANG, "201801"),
        ("show", "待签"),
        ("show", "待签", "--json"),
        ("explain", WANG, "201801", "--json"),
    ],
)
def test_every_unmasked_view_has_an_event(office: Office, jubao: Callable[..., Result], words: tuple[str, ...]) -> None:
    case = {"person": WANG, "card_number": "A12345678", "receipt": "签收表1"}
    propose("card.issue", [case], key="待签", by="G1", on=date(2017, 3, 1), at=office.staff._now(date(2017, 3, 1)))
    done = jubao(*words, "--by", "D2", "--numbers", "--reason", "稽核检查：抽查")
    assert done.exit_code == 0, done.output
    assert WANG in done.output
    assert "D2 于" in done.output
    assert Look.objects.filter(person__resident_number=WANG, staff="D2", reason="AUDIT").count() == 1
    assert WANG not in "".join(event.payload for event in looked())
    office.verify()


def test_whoever_only_checks_books_lifts_no_mask(jubao: Callable[..., Result]) -> None:
    done = jubao("show", "待签", "--by", "C1", "--numbers", "--reason", "PAPERS")
    assert done.exit_code == 1
    assert not looked()


def test_more_than_one_may_take_out_need_an_approval_of_the_same_list_for_the_same_person_once(
    office: Office, ruled: Callable[[str, Any], None]
) -> None:
    ruled("procedure.bulk_export_limit", 2)
    with pytest.raises(MayNotLook, match="须先经批准") as told:
        page(viewer())
    assert "2018-01-01..2018-03-01" in str(told.value)
    assert not looked()
    page(viewer(), limit=2)
    approve(office, "D1", "批1")
    for wrong in (
        viewer("G1", approval="批1"),
        viewer(approval="没有"),
        viewer(approval="批1", at=NOW + timedelta(days=40)),
    ):
        with pytest.raises(MayNotLook, match="不能使用"):
            page(wrong)
    with pytest.raises(MayNotLook, match="批的是"):
        page(viewer(approval="批1"), division=office.village)
    page(viewer(approval="批1"))
    assert ExportUse.objects.get().people == 3
    with pytest.raises(MayNotLook, match="已经用过一次"):
        page(viewer(approval="批1"))
    office.verify()


def approve(office: Office, by: str, key: str, most: int = 3) -> None:
    on = NOW.date()
    case = {
        "staff": by,
        "subject": "insured",
        "conditions": "2018-01-01..2018-03-01",
        "most_people": most,
        "purpose": "报市局核对",
        "until": "2018-03-31",
    }
    answer = propose("export.approve", [case], key=key, by=by, on=on, at=office.staff._now(on))
    sign(key, by="L4", on=on, at=office.staff._now(on), shown_hash=answer.hash)


def test_an_approval_for_fewer_people_does_not_do(office: Office, ruled: Callable[[str, Any], None]) -> None:
    ruled("procedure.bulk_export_limit", 1)
    approve(office, "D1", "批2", most=2)
    with pytest.raises(MayNotLook, match="只批 2 人"):
        page(viewer(approval="批2"))


def test_a_file_carries_who_when_and_why(office: Office, jubao: Callable[..., Result]) -> None:
    out = office.folder / "名册.xlsx"
    done = jubao(*REGISTER, "--by", "D1", "--numbers", "--reason", "报送或移交：市局", "--out", str(out))
    assert done.exit_code == 0, done.output
    head = str(load_workbook(out).active["A2"].value)
    assert "D1 于" in head
    assert "报送或移交：市局" in head
    assert Look.objects.count() == 3


def test_somebody_is_told_who_looked_without_names_and_auditors_with(
    office: Office, jubao: Callable[..., Result]
) -> None:
    page(viewer(reason="其他：信访件"))
    page(viewer("D2", reason="AUDIT"))
    told = json.loads(jubao("access", WANG, "--by", "J1", "--json").output)
    assert [(one["post"], one["reason"]) for one in told["looks"]] == [
        ("稽核内控岗", "稽核检查"),
        ("待遇经办岗", "其他"),
    ]
    assert all("staff" not in one and "words" not in one for one in told["looks"])
    named = accesses(WANG, viewer=viewer("D2"), with_staff=True)["looks"]
    assert [one["staff"] for one in named] == ["D2", "D1"]
    assert jubao("access", WANG, "--by", "J1", "--staff").exit_code == 1
    assert jubao("access", WANG, "--by", "P1").exit_code == 1


def test_the_week_is_gone_through_by_the_audit_posts(office: Office, jubao: Callable[..., Result]) -> None:
    """D1 is 职工D1: one of three shares his surname, one he had a case about, all live in one village."""
    case = {"person": WANG, "card_number": "A12345678", "receipt": "签收表1"}
    answer = propose("card.issue", [case], key="案", by="G1", on=date(2018, 2, 27), at=NOW - timedelta(days=2))
    sign("案", by="D1", on=date(2018, 2, 27), at=NOW - timedelta(days=2) + timedelta(hours=1), shown_hash=answer.hash)
    page(viewer())
    asked = Window(2018, date(2018, 3, 4), date(2018, 2, 26))
    auditor = viewer_for("D2", at=NOW, lifted=(), reason="", command="jubao list looks")
    [row] = find_list("looks").rows(Asked(), window=asked, viewer=auditor)
    assert list(row) == ["D1", "职工D1", 3, 1, 0, 2, 1, 3, 1]
    assert jubao("list", "looks", "--year", "2018", "--week", "9", "--by", "D2").exit_code == 0
    assert jubao("list", "look-records", "--year", "2018", "--week", "9", "--by", "D2").exit_code == 0
    assert jubao("list", "looks", "--year", "2018", "--by", "D1").exit_code == 1
    early = Window(2018, date(2018, 2, 25), date(2018, 2, 19))
    assert not list(find_list("looks").rows(Asked(), window=early, viewer=auditor))


def test_whoever_stays_away_gets_neither_the_page_nor_the_row(office: Office, jubao: Callable[..., Result]) -> None:
    on = date(2017, 3, 1)
    case = {"staff": "D1", "person": WANG, "relation": "PARENT"}
    answer = propose("recusal.declare", [case], key="回避", by="D1", on=on, at=office.staff._now(on))
    sign("回避", by="L4", on=on, at=office.staff._now(on), shown_hash=answer.hash)
    listed = jubao(*REGISTER, "--by", "D1").output
    assert "李乙" in listed
    assert "王甲" not in listed
    assert "另有 1 人因回避未列出" in listed
    assert "王甲" in jubao(*REGISTER, "--by", "G1").output
    found = jubao("find", WANG, "--by", "D1")
    assert (found.exit_code, "王甲" in found.output) == (1, False)
    for words in (("explain", WANG, "201801"), ("access", WANG)):
        refused = jubao(*words, "--by", "D1")
        assert refused.exit_code == 1
        assert "应当回避" in refused.stderr
    who = viewer()
    assert find_list("insured").count(Asked(), window=Window(2018, NOW.date()), viewer=who) == 2
    assert len(list(find_list("insured").rows(Asked(), window=Window(2018, NOW.date()), viewer=who))) == 2
    assert Person.objects.get(resident_number=WANG).looks.count() == 0


def test_whoever_configures_rights_sees_nobody(jubao: Callable[..., Result]) -> None:
    for words in (
        REGISTER,
        ("find", "王"),
        ("explain", WANG, "201801"),
        ("figures", "--year", "2018"),
        ("match", "lists"),
    ):
        assert jubao(*words, "--by", "P1").exit_code == 1, words
    assert "共 0" not in jubao("pending", "--by", "P1").output
