"""Acts at the desk: the form, the preview that stores nothing, submitting once, drafts, workbooks, and who may not."""

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from jubao.desk.forms import uploading
from jubao.desk.forms.stated import typed_of
from jubao.desk.frame.page import SEAT_QUERIES
from jubao.desk.frame.route import ROUTES
from jubao.desk.frame.seat import cookie_name, trial_token
from jubao.exchange.writing import write_table
from jubao.operations.beside.drafts import Kept, drafts_of, keep, kept
from jubao.operations.envelope.audit import AuditEvent
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.posts import holders
from jubao.operations.envelope.seen.example import example_of
from jubao.operations.inbound import inbound_path
from jubao.records.facts import fact_models
from jubao.records.models import Draft, Enrolment, Proposal
from jubao.vocabulary.posts import Post
from tests.desk import browse, text_of
from tests.office import VILLAGE, Office, number

pytestmark = pytest.mark.django_db

WANG, LI, NEW = number("19500315", 1), number("19700101", 2), number("19850505", 3)
KEY = "FORM-AAAA"
REBIND = "/acts/account.rebind"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """A pensioner, a contributor, and two of one name."""
    office = Office()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0},
        {"name": "李乙", "resident_number": LI},
        {"name": "张丁", "resident_number": number("19720202", 3)},
        {"name": "张丁", "resident_number": number("19730303", 4)},
    )
    monkeypatch.setenv("JUBAO_CLOCK", "2017-03-01")
    return office


def rebind(**said: Any) -> dict[str, Any]:
    """An ordinary change of account, as it is typed."""
    typed = {"person": "李乙", "bank": "农业银行", "bank_account": "6228 4800 0000 0001 234", "card_number": ""}
    return {"_key": KEY} | typed | said


def rows() -> int:
    """Everything the books hold."""
    return sum(model._default_manager.count() for model in (*fact_models(), AuditEvent))


def previewed(clerk: Any, address: str, typed: dict[str, Any]) -> str:
    """Try a form out and open its preview."""
    answer = clerk.post(f"{address}/try", typed)
    assert answer.status_code == 302, sentences(answer)
    shown = clerk.get(answer["Location"])
    assert shown.status_code == 200, sentences(shown)
    return text_of(shown)


def submitted(clerk: Any, address: str, text: str, **said: str) -> HttpResponse:
    """Submit what a preview shows."""
    sent = dict(re.findall(r'name="(_key|_mark)" value="([^"]*)"', text))
    return clerk.post(f"{address}/submit", sent | said)


def pressed(clerk: Any, address: str, typed: dict[str, Any]) -> str:
    """Press a button that only draws the form again, and see it."""
    answer = clerk.post(f"{address}/check", typed)
    assert answer.status_code == 302
    return text_of(clerk.get(answer["Location"].partition("#")[0]))


def sentences(answer: HttpResponse) -> list[str]:
    """What the summary of a form says is wrong."""
    return re.findall(
        r"<li>(?:<a [^>]*>)?([^<]+)", answer.content.decode().partition('id="faults"')[2].partition("</div></div>")[0]
    )


def beside(text: str, field: str) -> str:
    """The error beside a field."""
    found = re.search(rf'<span class="error" id="f-{field}-error"[^>]*>([^<]*)', text)
    return found.group(1) if found else ""


# ── The form ──


def test_wrong_values_stand_beside_their_fields_in_a_summary_of_links_and_in_the_title(office: Office) -> None:
    answer = browse("G1").post(f"{REBIND}/try", rebind(bank="", bank_account="12"))
    assert answer.status_code == 422
    text = text_of(answer)
    assert "<title>有误：办理 银行账户变更" in text
    assert "有 2 处要改，改好再提交" in text
    assert '<a href="#f-bank">还没有填“开户银行”。</a>' in text
    assert '<a href="#f-bank_account">“12”格式不对。请填 8 至 32 位数字的账号。</a>' in text
    assert beside(text, "bank") == "还没有填“开户银行”。"
    assert 'value="12"' in text, "what was typed stays"
    assert not Proposal.objects.filter(key=KEY).exists()


def test_a_name_becomes_a_key_and_no_number_stands_in_the_page(office: Office) -> None:
    text = pressed(browse("G1"), REBIND, rebind(person=LI, _find="person"))
    assert "<b>李乙，尾号 0022，甲街道乙社区</b>" in text
    assert '<input type="hidden" name="person" value="4306020000002">' in text
    assert LI not in text
    assert "正常缴费" in text, "how he stands is shown beside the form"


def test_several_of_one_name_are_offered_to_choose_from(office: Office) -> None:
    clerk, typed = browse("G1"), rebind(person="张丁")
    text = pressed(clerk, REBIND, typed | {"_find": "person"})
    assert "叫“张丁”的不止一人" in text
    picks = re.findall(r'name="person.pick" value="([^"]+)"', text)
    assert picks == ["4306020000003", "4306020000004"]
    chosen = typed | {"person.pick": picks[1], "person.for": "张丁", "_find": "person"}
    assert f'name="person" value="{picks[1]}"' in pressed(clerk, REBIND, chosen)
    retyped = pressed(clerk, REBIND, chosen | {"person": "王甲"})
    assert "王甲，尾号 0011" in retyped, "what is typed anew counts, not what was ticked for another text"


def test_nobody_of_a_name_is_said_before_anything_else_is_asked(office: Office) -> None:
    text = text_of(browse("G1").post(f"{REBIND}/try", rebind(person="无此人")))
    assert beside(text, "person") == "没有“无此人”这个人，或不在您的范围内。请核对姓名或号码。"


def test_faults_come_while_one_types_as_a_part_and_an_empty_field_is_none_yet(office: Office) -> None:
    typing = browse("G1", hx_request="true", hx_target="faults")
    answer = typing.post(f"{REBIND}/check", rebind(bank="", bank_account="12"))
    assert answer.status_code == 200
    text = text_of(answer)
    assert text.lstrip().startswith('<div id="faults"')
    assert "<html" not in text
    assert "格式不对" in text
    assert "开户银行" not in text
    assert "autofocus" not in text
    without_script = text_of(browse("G1").post(f"{REBIND}/check", rebind(bank_account="12")))
    assert "<html" in without_script
    assert "格式不对" in without_script


def test_what_the_books_contradict_stands_beside_its_field(office: Office) -> None:
    case = {"_key": KEY, "person": "王甲", "reason": "1201", "from_month": "2010.1", "due": "20170401"}
    code = ACTS["award.suspend"].questions[1].choices[0][0]
    answer = browse("D1").post("/acts/award.suspend/try", case | {"reason": code, "next_step_post": "BENEFITS"})
    text = text_of(answer)
    assert answer.status_code == 422
    assert beside(text, "from_month")
    assert "2010年1月" in text, "what was typed is said again in words"


def test_a_row_is_added_and_taken_away_without_a_script(office: Office) -> None:
    clerk, address = browse("C1"), "/acts/voucher.enter"
    typed = {"_key": KEY, "legs.0.account": "1002", "legs.0.debit_fen": "5.00", "memo": "摘要"}
    more = pressed(clerk, address, typed | {"_more": "legs"})
    assert 'name="legs.1.account"' in more
    assert 'value="摘要"' in more or ">摘要</textarea>" in more
    assert not sentences_of(more), "nothing is wrong yet"
    fewer = pressed(clerk, address, typed | {"legs.1.account": "4003", "_less": "legs.0"})
    assert 'value="4003"' in fewer
    assert 'name="legs.1.account"' not in fewer


def sentences_of(text: str) -> list[str]:
    return re.findall(r'<span class="error"', text)


def test_an_address_fills_in_what_is_known_and_people_by_their_internal_key(office: Office) -> None:
    key = Enrolment.objects.get(person__resident_number=LI).person_id
    text = text_of(browse("G1").get(f"{REBIND}?person={key}&bank=农业银行"))
    assert "李乙，尾号 0022" in text
    assert 'value="农业银行"' in text
    assert browse("G1").get(f"{REBIND}?person=999999").status_code == 404


def test_a_post_that_may_not_is_told_who_may(office: Office) -> None:
    for address in (REBIND, f"{REBIND}/preview/{KEY}", f"{REBIND}/batch"):
        answer = browse("C1").get(address)
        assert answer.status_code == 403
        assert "“银行账户变更”由个人账户岗办理" in text_of(answer)
    for end in ("try", "check", "keep", "submit", "workbook"):
        before = rows()
        assert browse("C1").post(f"{REBIND}/{end}", rebind()).status_code == 403
        assert not Draft.objects.exists()
        assert Proposal.objects.filter(key=KEY).count() == 0
        assert rows() == before + 1, "the refusal is an event"


def test_who_stays_away_is_refused_before_anything_is_shown(office: Office) -> None:
    declare(office)
    key = Enrolment.objects.get(person__resident_number=LI).person_id
    clerk = browse("G1")
    answers = [
        clerk.get(f"{REBIND}?person={key}"),
        clerk.post(f"{REBIND}/check", rebind(person=LI)),
        clerk.post(f"{REBIND}/try", rebind(person="4306020000002")),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert "李乙" not in text_of(answer)
        assert "农业银行" not in text_of(answer)


def declare(office: Office) -> None:
    """G1 declares a relative, and a deputy confirms."""
    from jubao.operations.envelope.acting import propose, sign

    on = date(2017, 2, 1)
    case = {"staff": "G1", "person": LI, "relation": "PARENT"}
    answer = propose("recusal.declare", [case], key="回避", by="G1", on=on, at=office.staff._now(on))
    for step in ACTS["recusal.declare"].chain:
        holder = {Post.DEPUTY_AUDIT: "L4", Post.DIRECTOR: "L1"}[step.post]
        sign("回避", by=holder, on=on, at=office.staff._now(on), shown_hash=answer.hash)


# ── Preview and submitting ──


def test_a_preview_shows_whom_what_and_who_signs_and_stores_nothing(office: Office) -> None:
    before, clerk = rows(), browse("G1")
    text = previewed(clerk, REBIND, rebind())
    assert "还没有提交，什么都没有变" in text
    assert "涉及 1 人" in text
    assert "开户银行 农业银行，账号 6228****1234" in text
    assert "待遇经办岗 职工D1" in text
    assert "变更收款账户冷静期" in text, "the law that was read"
    assert "动态口令" in text, "the act asks for a second factor"
    assert rows() == before
    assert not Proposal.objects.filter(key=KEY).exists()


def test_submitting_twice_gives_one_proposal_and_the_same_answer(office: Office) -> None:
    clerk = browse("G1")
    text = previewed(clerk, REBIND, rebind())
    first, second = submitted(clerk, REBIND, text), submitted(clerk, REBIND, text)
    assert first["Location"] == second["Location"] == f"/proposals/{KEY}"
    assert Proposal.objects.filter(code="account.rebind").count() == 1
    assert Proposal.objects.get(key=KEY).maker == "G1"
    assert not Draft.objects.exists()
    assert browse("J1").post(f"{REBIND}/submit", {"_key": KEY}).status_code == 404, "nobody else's form"
    office.verify()


def test_what_changed_in_another_window_is_looked_at_again(office: Office) -> None:
    clerk = browse("G1")
    text = previewed(clerk, REBIND, rebind())
    clerk.post(f"{REBIND}/check", rebind(bank="建设银行", _turn="1"))
    answer = submitted(clerk, REBIND, text)
    assert answer["Location"] == f"{REBIND}/preview/{KEY}"
    assert not Proposal.objects.filter(key=KEY).exists()


def test_a_business_date_is_asked_only_where_the_act_may_be_dated_back(office: Office) -> None:
    assert 'id="f-_on"' not in text_of(browse("G1").get(REBIND))
    clerk, address = browse("L4"), "/acts/submission.record"
    assert 'name="_on" value="2017-03-01"' in text_of(clerk.get(address))
    typed = {"_key": KEY, "title": "简报", "kind": "简报", "sent_date": "20170220", "receiver": "市局"}
    late = text_of(clerk.post(f"{address}/try", typed | {"_on": "2017-01-15"}))
    assert "最多可倒填 31 天" in beside(late, "_on")
    text = previewed(clerk, address, typed | {"_on": "20170221"})
    submitted(clerk, address, text)
    assert Proposal.objects.get(key=KEY).business_date == date(2017, 2, 21)


def test_what_came_to_nothing_is_proposed_anew_from_what_it_said(office: Office) -> None:
    from jubao.operations.envelope.withdrawing import withdraw

    clerk = browse("G1")
    submitted(clerk, REBIND, previewed(clerk, REBIND, rebind()))
    assert clerk.get(f"{REBIND}?again={KEY}").status_code == 404, "it still waits"
    withdraw(KEY, by="G1", on=date(2017, 3, 1), at=office.staff._now(date(2017, 3, 1)), reason="账号写错")
    text = text_of(clerk.get(f"{REBIND}?again={KEY}"))
    assert 'value="6228480000000001234"' in text
    assert f'value="{KEY}"' not in text, "under another key"


# ── Drafts ──


def test_a_draft_survives_a_lost_session_and_is_its_writers_alone(office: Office) -> None:
    browse("G1").post(f"{REBIND}/check", rebind(bank="建设银行"))
    assert browse(None).post(f"{REBIND}/try", rebind()).status_code == 302, "the session was lost"
    again = browse("G1")
    assert f'href="{REBIND}?draft={KEY}"' in text_of(again.get("/drafts"))
    assert f'href="{REBIND}?draft={KEY}"' in text_of(again.get(REBIND)), "the empty form offers it"
    text = text_of(again.get(f"{REBIND}?draft={KEY}"))
    assert 'value="建设银行"' in text
    assert f'name="_key" value="{KEY}"' in text
    assert KEY not in text_of(browse("D1").get("/drafts"))
    assert browse("J1").get(f"{REBIND}?draft={KEY}").status_code in {403, 404}
    again.post("/drafts/drop", {"key": KEY})
    assert not Draft.objects.exists()


def test_keeping_for_later_leads_to_the_drafts_and_nothing_is_checked(office: Office) -> None:
    answer = browse("G1").post(f"{REBIND}/keep", rebind(bank_account="?"))
    assert answer["Location"] == "/drafts"
    assert Draft.objects.get().typed["fields"]["bank_account"] == ["?"]


def test_a_draft_goes_after_seven_days(office: Office) -> None:
    at = office.staff._now(date(2017, 3, 1))
    keep(Kept(KEY, "account.rebind", {"bank": ["农"]}), staff="G1", at=at)
    assert kept(KEY, staff="G1", at=at.replace(day=8)) is not None
    assert kept(KEY, staff="G1", at=at.replace(day=9)) is None
    assert drafts_of("G1", at=at.replace(day=9)) == ()
    keep(Kept("OTHER", "account.rebind"), staff="J1", at=at.replace(day=9))
    assert Draft.objects.get().key == "OTHER"


def test_a_number_that_is_only_compared_is_kept_nowhere(office: Office) -> None:
    typed = {"_key": KEY, "staff": "G1", "person": NEW, "relation": "CHILD"}
    choice = ACTS["recusal.declare"].questions[2].choices[0][0]
    clerk, address = browse("G1"), "/acts/recusal.declare"
    clerk.post(f"{address}/check", typed | {"person": "43060219850505003"})
    assert Draft.objects.get().typed["fields"]["person"] == [""]
    text = pressed(clerk, address, typed | {"_find": "staff"})
    assert NEW not in str(Draft.objects.get().typed)
    assert "号码已填，不再显示" in text
    assert not re.search(r'value="[0-9a-f]{64}"', text), "not even its hash stands in the page"
    submitted(clerk, address, previewed(clerk, address, typed | {"person": "kept", "relation": choice}))
    assert NEW not in Proposal.objects.get(key=KEY).arguments


# ── Files and workbooks ──


def enrolment(folder: Path, name: str = "新参保.xlsx", **said: Any) -> SimpleUploadedFile:
    """A file of one new registration."""
    row = {
        "name": "赵丙",
        "resident_number": NEW,
        "household_type": "20",
        "category": "011",
        "division": VILLAGE,
        "address": "乙社区 1 号",
        "phone": "",
        "tier": 100,
        "bank": "农业银行",
        "bank_account": "6228480000000007777",
        "card_number": "",
        "applied_date": date(2017, 2, 20),
    } | said
    from jubao.exchange.layout import layout

    columns = {column.field: [row.get(column.field)] for column in layout("enrolment_batch").columns}
    path = folder / name
    write_table(path, "enrolment_batch", columns)
    return SimpleUploadedFile("C:\\户口\\..\\新参保.xlsx", path.read_bytes())


def test_somebody_is_enrolled_from_a_file_kept_under_its_hash(office: Office, tmp_path: Path) -> None:
    clerk, address = browse("J1"), "/acts/enrolment.enrol"
    text = previewed(clerk, address, {"_key": KEY, "file.upload": enrolment(tmp_path)})
    assert "赵丙" in text
    name = Draft.objects.get().typed["fields"]["file"][0]
    assert inbound_path(name).exists()
    assert inbound_path(name).with_suffix(".name").read_text("utf-8") == "新参保.xlsx"
    assert not list((Path(settings.JUBAO_HOME) / "inbound").glob("*.part"))
    back = text_of(clerk.get(f"{address}?draft={KEY}"))
    assert "《新参保.xlsx》" in back
    submitted(clerk, address, text)
    assert Proposal.objects.get(key=KEY).code == "enrolment.enrol"


def test_a_file_that_cannot_be_taken_in_does_not_stay_among_those_that_count(office: Office, tmp_path: Path) -> None:
    clerk, address = browse("J1"), "/acts/enrolment.enrol"
    wrong = enrolment(tmp_path, resident_number=NEW[:17] + ("1" if NEW[17] != "1" else "2"))
    answer = clerk.post(f"{address}/try", {"_key": KEY, "file.upload": wrong})
    assert answer.status_code == 422
    assert "第" in beside(text_of(answer), "file")
    assert "新参保" not in str(Draft.objects.get().typed)
    assert Draft.objects.get().typed["fields"]["file"] == [""]


def test_a_file_too_large_is_refused_as_soon_as_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MOST_BYTES", 1000)
    large = SimpleUploadedFile("大.xlsx", b"x" * 200_000)
    answer = browse("J1").post("/acts/enrolment.enrol/try", {"_key": KEY, "file.upload": large})
    assert answer.status_code == 413
    assert "太多" in text_of(answer)
    assert not list((Path(settings.JUBAO_HOME) / "inbound").glob(".*.part"))
    monkeypatch.setattr(uploading, "ROOM_FOR_FIELDS", 0)
    guarded = Client(enforce_csrf_checks=True)  # the token is read before anything else
    guarded.cookies[cookie_name()] = trial_token("J1")
    assert guarded.get("/acts/enrolment.enrol").status_code == 200
    answer = guarded.post(
        "/acts/enrolment.enrol/try", {"_key": KEY, "file.upload": SimpleUploadedFile("大.xlsx", b"x" * 2000)}
    )
    assert answer.status_code == 413
    assert "文件或内容太大" in text_of(answer)


def filled_template(clerk: Any, *cases: dict[str, Any]) -> SimpleUploadedFile:
    """The act's own template as the desk hands it out, filled in."""
    answer = clerk.get(f"{REBIND}/batch?as=xlsx")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book["事项"]
    heads = [cell.value for cell in sheet[1]]
    for place, case in enumerate(cases, start=3):
        for head, value in case.items():
            sheet.cell(place, heads.index(head) + 1, value)
    kept_ = io.BytesIO()
    book.save(kept_)
    return SimpleUploadedFile("换卡.xlsx", kept_.getvalue())


def test_a_workbook_of_three_bad_cells_names_all_three_and_stores_nothing(office: Office) -> None:
    before, clerk = rows(), browse("G1")
    bad = filled_template(
        clerk,
        {"参保人": LI, "开户银行": "农业银行", "银行账号": "12"},
        {"参保人": number("19990909", 9), "开户银行": "农业银行", "银行账号": "6228480000000001234"},
        {"参保人": WANG, "开户银行": "长" * 41, "银行账号": "6228480000000001235"},
    )
    answer = clerk.post(f"{REBIND}/workbook", {"workbook.upload": bad})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "<title>有误：批量导入 银行账户变更" in text
    said = re.findall(r"<li>([^<]*第\d行[^<]*)", text)
    assert len(said) == 3, said
    assert "第3行 D列 银行账号：格式不对" in said[0]
    assert "第4行 B列 参保人" in said[1]
    assert "第5行 C列 开户银行：最多40个字" in said[2]
    assert rows() == before
    assert not Draft.objects.exists()


def test_a_sound_workbook_leads_to_one_preview_and_one_proposal(office: Office) -> None:
    clerk = browse("G1")
    good = filled_template(
        clerk,
        {"参保人": LI, "开户银行": "农业银行", "银行账号": "6228480000000001234"},
        {"参保人": WANG, "开户银行": "农业银行", "银行账号": "6228480000000001235"},
    )
    answer = clerk.post(f"{REBIND}/workbook", {"workbook.upload": good})
    assert answer.status_code == 302, text_of(answer)
    text = text_of(clerk.get(answer["Location"]))
    assert "涉及 2 人" in text
    assert "《换卡.xlsx》" in text
    submitted(clerk, REBIND, text)
    assert len(json.loads(Proposal.objects.get(code="account.rebind").arguments)) == 2


# ── What may be done ──


def test_acts_are_grouped_searched_and_others_named_with_who_makes_them(office: Office) -> None:
    text = text_of(browse("G1").get("/acts"))
    assert 'href="/acts/account.rebind"' in text
    assert "别的岗位提出、由您签署的业务" in text
    assert 'href="/acts/fund.close_month"' not in text
    found = text_of(browse("G1").get("/acts?q=银行账户"))
    assert 'href="/acts/account.rebind"' in found
    assert 'href="/acts/card.issue"' not in found
    part = text_of(browse("G1", hx_request="true", hx_target="found").get("/acts?q=银行账户"))
    assert part.lstrip().startswith('<div id="found"')


def test_a_picker_never_searches_a_number_in_an_address(office: Office) -> None:
    clerk = browse("G1")
    assert "李乙" in text_of(clerk.get("/pick/person?q=李"))
    answer = clerk.get(f"/pick/person?q={LI}")
    assert answer["Location"] == "/pick/person?number=1"
    assert "号码不在这里查" in text_of(clerk.get(answer["Location"]))
    assert clerk.get("/pick/file?q=a").status_code == 404
    assert "收入户" in text_of(clerk.get("/pick/office_account"))
    assert browse("P1").get("/pick/person?q=李").status_code == 403


def test_every_act_opens_for_who_makes_it_and_answers_an_example(office: Office) -> None:
    """The form in both languages within its ceiling; its example is refused in Chinese beside fields, or previewed."""
    day, wrong = date(2017, 3, 1), []
    for code, declaration in sorted(ACTS.items()):
        maker = holders(declaration.maker, on=day)[0]
        clerk = browse(maker)
        with CaptureQueriesContext(connection) as asked:
            opened = clerk.get(f"/acts/{code}")
        if opened.status_code != 200 or len(asked) > ROUTES["acts.form"].queries + SEAT_QUERIES:
            wrong.append((code, "form", opened.status_code, len(asked)))
        clerk.cookies["language"] = "en"
        if "<h1>" not in text_of(clerk.get(f"/acts/{code}")):
            wrong.append((code, "English form"))
        clerk.cookies["language"] = "zh-Hans"
        typed = typed_of(declaration, example_of(declaration, on=day)) | {
            "_key": f"TRY-{code.replace('.', '-').replace('_', '-')}"
        }
        answer = clerk.post(f"/acts/{code}/try", typed)
        if answer.status_code == 302:
            shown = clerk.get(answer["Location"])
            if shown.status_code != 200:
                wrong.append((code, "preview", shown.status_code))
        elif answer.status_code != 422 or "改好再提交" not in answer.content.decode():
            wrong.append((code, "try", answer.status_code, re.sub("<[^>]+>", "", answer.content.decode())[-400:]))
    assert not wrong


def test_the_file_an_act_asks_for_is_handed_out_empty(office: Office) -> None:
    clerk = browse("J1")
    assert "/acts/enrolment.enrol?blank=enrolment_batch" in text_of(clerk.get("/acts/enrolment.enrol"))
    answer = clerk.get("/acts/enrolment.enrol?blank=enrolment_batch")
    heads = [cell.value for cell in next(load_workbook(io.BytesIO(answer.content)).active.iter_rows())]
    assert "公民身份号码" in heads
    assert clerk.get("/acts/enrolment.enrol?blank=opening_register").status_code == 404


def test_what_arrives_late_of_the_typing_before_does_not_undo_what_was_sent(office: Office, tmp_path: Path) -> None:
    """A check on its way when the form is sent with a file knows nothing of the file, and may be answered after it."""
    clerk, address = browse("J1"), "/acts/enrolment.enrol"
    shown = clerk.post(f"{address}/try", {"_key": KEY, "_turn": "0", "file.upload": enrolment(tmp_path)})
    browse("J1", hx_request="true").post(f"{address}/check", {"_key": KEY, "_turn": "0"})
    assert "赵丙" in text_of(clerk.get(shown["Location"]))
    assert 'name="_turn" value="1"' in text_of(clerk.get(f"{address}?draft={KEY}"))
    clerk.post(f"{address}/check", {"_key": KEY, "_turn": "1"})
    assert clerk.get(shown["Location"]).status_code == 422, "what is typed afterwards counts again"
