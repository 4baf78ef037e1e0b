"""Looking after the office: staff and absences, the chain, files, exports, the books checked."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from jubao.desk.frame import clock
from jubao.operations.envelope.acting import propose, sign
from jubao.records.models import AuditEvent, InboundFile
from tests.desk import browse, text_of
from tests.office import Office, number

pytestmark = pytest.mark.django_db
DAY = date(2017, 3, 1)
WANG = number("19500315", 1)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv(clock.STATED, DAY.isoformat())
    (Path(settings.JUBAO_HOME) / "reports" / "verification.json").unlink(missing_ok=True)
    office = Office()
    office.register({"name": "王甲", "resident_number": WANG, "pension_start": 201108})
    return office


def page(who: str, address: str) -> str:
    """A page somebody sees, with every break and run of blanks as one blank."""
    answer = browse(who).get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(text_of(answer).split())


# ── Staff ──


def absent(staff: str, first: str, back: str) -> None:
    case = {"staff": staff, "from_day": first, "to_day": back}
    asked = propose("staff.absent", [case], key=f"a-{staff}", by=staff, on=DAY, at=clock.now())
    sign(asked.proposal, by="L1", on=DAY, at=clock.now(), shown_hash=asked.hash)


def test_everybody_sees_who_holds_what_and_who_is_away(office: Office) -> None:
    absent("C2", "2017-03-01", "2017-03-03")
    told = page("D1", "/posts")
    assert "职工C2" in told
    assert "缺勤，2017-03-03 返岗" in told
    assert told.count("没有签名密钥") == 0


def test_a_supposed_absence_is_told_and_leaves_no_trace(office: Office) -> None:
    """Rights are approved by one person of the higher level alone: without them nobody joins. A deputy covers audit."""
    before = AuditEvent.objects.count()
    told = page("L1", "/posts?away=P1&first=2017-03-06&back=2017-03-08")
    assert "2017-03-06 至 2017-03-07" in told
    assert "《工作人员入职》" in told
    assert "这几天各项业务都有人可办" in page("L1", "/posts?away=C2&first=2017-03-06&back=2017-03-08")
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("away=X9&first=2017-03-06&back=2017-03-08", "没有工号"),
        ("away=D1&first=soon&back=2017-03-08", "请写明起始日和返岗日"),
        ("away=D1&first=2017-03-08&back=2017-03-06", "应在起始日之后"),
        ("away=D1&first=2017-03-08&back=2027-03-06", "不超过一年"),
    ],
)
def test_a_question_that_is_not_understood_is_told(office: Office, asked: str, sentence: str) -> None:
    assert sentence in page("L1", f"/posts?{asked}")


# ── The chain ──


def test_the_chain_is_shown_to_audit_and_the_director_with_its_seals_verified(office: Office) -> None:
    told = page("D2", "/audit")
    assert f"链头第 {AuditEvent.objects.count()} 号" in told
    assert "全部相符" in told
    assert "参保底册接入" in told
    assert browse("D1").get("/audit").status_code == 403
    assert browse("C2").get("/audit").status_code == 403


def test_an_event_changed_by_hand_is_told_on_its_page_and_in_the_list(office: Office) -> None:
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True)[1]
    changed(last, staff="C1")
    told = page("D2", "/audit")
    assert "本页有密封值不符" in told
    assert f"第 {last} 号：内容与密封值不符" in told
    assert "内容与密封值不符" in page("D2", f"/audit/{last}")
    assert "密封值已重算" in page("D2", f"/audit/{last - 1}")


def changed(event: int, **columns: str) -> None:
    """Change an event behind the program's back, guards taken away."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='records_auditevent'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("ALTER TABLE records_auditevent DISABLE TRIGGER USER")
        for name, value in columns.items():
            cursor.execute(f"UPDATE records_auditevent SET {name} = %s WHERE id = %s", [value, event])  # noqa: S608


def test_the_chain_is_asked_by_kind_person_and_act_and_a_wrong_place_shows_nothing(office: Office) -> None:
    assert "机构建账" in page("D2", "/audit?kind=EXECUTED&staff=P1")
    assert "没有事件" in page("D2", "/audit?kind=EXECUTED&staff=nobody")
    assert "参保底册接入" not in page("D2", "/audit?code=area.record")
    assert "没有事件" in page("D2", "/audit?before=x")
    assert browse("D2").get("/audit/999999").status_code == 404


def test_a_page_of_the_chain_begins_below_the_one_before(office: Office) -> None:
    for place in range(30):
        case = {"name": f"任务{place}", "year": 2017, "count": 1, "source": "文"}
        office.carry("target.set", case, on=DAY)
    answer = browse("D2").get("/audit").content.decode()
    assert answer.count("/audit/") == 50
    assert "before=" in answer


# ── Files ──


def test_a_file_is_shown_masked_to_whom_an_act_names_it_and_to_nobody_else(office: Office) -> None:
    sha256 = InboundFile.objects.get(layout="opening_register").sha256
    told = page("G1", f"/files/{sha256}")
    assert "王甲" in told
    assert WANG not in told
    assert f"{WANG[:6]}********{WANG[-4:]}" in told
    for who in ("C1", "C2"):
        assert browse(who).get(f"/files/{sha256}").status_code == 403, who
    assert browse("D2").get(f"/files/{'0' * 64}").status_code == 404
    assert f"/files/{sha256}" in page("D2", "/imports")
    assert f"/files/{sha256}" not in page("C1", "/imports"), "what does not open is no link"


def test_a_file_named_by_what_waits_stands_first(office: Office) -> None:
    columns: dict[str, list[Any]] = {
        "name": ["赵新"],
        "resident_number": [number("19800101", 5)],
        "household_type": ["20"],
        "category": ["011"],
        "division": [office.village],
        "address": [None],
        "phone": [None],
        "tier": [300],
        "bank": ["农业银行"],
        "bank_account": ["6228480000000000011"],
        "card_number": [None],
        "applied_date": [DAY],
    }
    sha256 = office.file("新参保.xlsx", "enrolment_batch", columns)
    propose("enrolment.enrol", [{"file": sha256}], key="e-1", by="J1", on=DAY, at=clock.now())
    told = page("G1", "/imports")
    assert "待签申请所附" in told
    assert "新参保.xlsx" in told
    assert "赵新" in page("G1", f"/files/{sha256}")


# ── Exports and the archive ──


def approve(maker: str) -> None:
    case = {
        "staff": maker,
        "subject": "register",
        "conditions": "无",
        "most_people": 90,
        "purpose": "分发各村",
        "until": "2017-03-20",
    }
    asked = propose("export.approve", [case], key=f"x-{maker}", by=maker, on=DAY, at=clock.now())
    sign(asked.proposal, by="L4", on=DAY, at=clock.now(), shown_hash=asked.hash)


def test_exports_are_shown_to_audit_and_to_whoever_made_them(office: Office) -> None:
    approve("D1")
    assert "分发各村" in page("D2", "/exports")
    assert "分发各村" in page("D1", "/exports")
    assert "分发各村" not in page("G1", "/exports")
    assert "没有批准过批量导出" in page("G1", "/exports")
    assert "可用" in page("D1", "/exports")


def test_the_archive_says_what_to_expect_where_nothing_was_handed_over(office: Office) -> None:
    told = page("L4", "/archive")
    assert "还没有签定的报告" in told
    assert browse("P1").get("/archive").status_code == 403


# ── The books checked ──


def test_the_books_are_checked_from_the_page_and_the_answer_is_kept(office: Office) -> None:
    assert "未核对" in page("D2", "/invariants")
    answer = browse("D2").post("/invariants/check", {})
    assert answer.status_code == 302
    told = page("D2", "/invariants")
    assert "全部相符" in told
    assert "D2" in told
    assert "未核对" not in told


def test_a_violation_is_told_first(office: Office) -> None:
    changed(2, staff="C1")
    browse("D2").post("/invariants/check", {})
    told = page("D2", "/invariants")
    assert "处不符" in told
    rows = told.partition("<tbody")[2]
    assert rows.index("内容与密封值不符") < rows.index("相符</span>")


def test_only_who_answers_for_the_books_checks_them(office: Office) -> None:
    client: Client = browse("D1")
    assert client.get("/invariants").status_code == 403
    assert client.post("/invariants/check", {}).status_code == 403
