"""Home checks: rounds go out as forms per village, findings come back whole, and only ever become proposals."""

import json
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from typer.testing import CliRunner

from jubao.cli import app
from jubao.documents.fill_in import fill_in_bytes
from jubao.exchange.reading import read_table
from jubao.operations.envelope.fault import Refused
from jubao.operations.home_checks.proposals import proposals
from jubao.records.models import MatchCandidate, VerificationFinding, VerificationItem, VerificationRound
from jubao.reports.lists.verification import choices, round_sheet
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.workdays import add_workdays
from tests.office import READER, Office, number

pytestmark = pytest.mark.django_db
WANG, LI, SUN = number("19500505", 11), number("19510606", 12), number("19520707", 13)
NAMES = {WANG: "王甲", LI: "李乙", SUN: "孙丙"}
LISTED, ISSUED, CHECKED, RETURNED = date(2017, 2, 6), date(2017, 2, 7), date(2017, 2, 10), date(2017, 2, 13)
NOTHING = {
    "death_date": None,
    "abnormal": None,
    "card_held": None,
    "burial": None,
    "heir_name": None,
    "heir_account": None,
    "checker_phone": None,
    "remark": None,
}


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register(
        *(
            {"name": name, "resident_number": who, "pension_start": 201301, "phone": "13800000000"}
            for who, name in NAMES.items()
        )
    )
    office.pay(201701, date(2017, 1, 5))
    columns = {
        "record_number": ["1", "2", "3"],
        "name": list(NAMES.values()),
        "resident_number": list(NAMES),
        "death_date": [date(2017, 1, 20)] * 3,
        "origin": ["火化登记"] * 3,
    }
    office.carry(
        "match.import",
        {
            "file": office.file("名单.xlsx", "death_list", columns),
            "list_kind": "POLICE_DEATH",
            "list_number": "GA-1",
            "received_from": "公安",
        },
        on=LISTED,
    )
    held = [{"list_number": "GA-1", "person": who, "from_month": 201702, "due": "2017-03-31"} for who in (WANG, LI)]
    office.carry("match.hold", *held, on=LISTED)
    office.carry("verification.issue", {"number": "HC-1"}, on=ISSUED)
    return office


def seen(person: str, alive: str | None, **said: Any) -> dict[str, Any]:
    row = {"list_number": "GA-1", "resident_number": person, "name": NAMES.get(person, "某某"), "alive": alive}
    return row | NOTHING | {"method": "上门", "checker": "周丁", "checked_date": CHECKED} | said


def dead(person: str, **said: Any) -> dict[str, Any]:
    return seen(person, "0", death_date=date(2017, 1, 18), **said)


def receive(office: Office, *rows: dict[str, Any], on: date = RETURNED) -> Any:
    columns = {field: [row[field] for row in rows] for field in rows[0]}
    file = office.file("核查.xlsx", "verification_result", columns)
    return office.carry("verification.receive", {"round": "HC-1", "file": file}, on=on)


def faults(office: Office, *rows: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        receive(office, *rows)
    assert not VerificationFinding.objects.exists(), "nothing of a faulty sheet is taken in"
    return "\n".join(refused.value.faults)


def test_a_round_holds_every_open_and_held_suspicion_with_the_deadline_of_the_law(office: Office) -> None:
    issued = VerificationRound.objects.get()
    assert (issued.count, issued.items.count()) == (3, 3)
    assert issued.due_date == add_workdays(ISSUED, 20)  # suspension.verification_workdays of 2017
    assert set(VerificationItem.objects.values_list("division", flat=True)) == {"430602001001"}
    office.verify()


def test_a_round_without_suspicions_or_with_a_used_number_is_refused(office: Office) -> None:
    with pytest.raises(Refused, match="已经用过"):
        office.carry("verification.issue", {"number": "HC-1"}, on=RETURNED)
    with pytest.raises(Refused, match="没有编号为"):
        office.carry("verification.issue", {"number": "HC-2", "lists": ["NO"]}, on=RETURNED)


def test_findings_become_proposals_that_the_decisions_accept(office: Office) -> None:
    alive = seen(LI, "1", card_held="是", checker_phone="13900000000")
    buried = dead(WANG, burial="火化", heir_name="王小甲", heir_account="6228480099999999999")
    answer = receive(office, buried, alive, seen(SUN, None, abnormal="2"))
    assert answer.result == {"alive": 1, "dead": 1, "unknown": 1}
    told = proposals("HC-1", viewer=READER)
    assert set(told.acts) == {"match.clear", "match.confirm"}
    assert [case["person"] for case in told.acts["match.confirm"]] == [WANG]
    assert len(told.waiting) == 1
    assert "下一轮" in told.waiting[0]
    for act, cases in sorted(told.acts.items()):
        office.carry(act, *cases, on=RETURNED)
    office.verify()
    states = dict(MatchCandidate.objects.values_list("person__resident_number", "state"))
    assert states == {WANG: "TERMINATED", LI: "CLEARED", SUN: "OPEN"}
    assert not proposals("HC-1", viewer=READER).acts


def test_a_later_finding_counts_and_the_earlier_one_stays(office: Office) -> None:
    receive(office, seen(LI, None, abnormal="1"))
    receive(office, seen(LI, "1"), on=date(2017, 2, 14))
    assert VerificationFinding.objects.count() == 2
    assert [case["person"] for case in proposals("HC-1", viewer=READER).acts["match.clear"]] == [LI]
    office.verify()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (seen(LI, "1", death_date=date(2017, 1, 1)), "健在的不填死亡日期"),
        (seen(LI, "1", abnormal="1"), "异常类型应为0"),
        (seen(LI, "0"), "须填死亡日期"),
        (dead(LI, abnormal="3"), "异常类型应为0"),
        (seen(LI, None), "须填异常类型"),
        (seen(LI, None, abnormal="2", death_date=date(2017, 1, 1)), "不明的不填死亡日期"),
        (seen(LI, None, abnormal="4"), "备注"),
        (seen(LI, "1", burial="火化"), "只有已去世的"),
        (seen(LI, "1", name="李某"), "姓名"),
        (seen(LI, "1", checked_date=date(2017, 1, 1)), "核查日期"),
        (seen(LI, "1", checked_date=date(2017, 3, 1)), "核查日期"),
        (seen(LI, "0", death_date=date(2017, 2, 11)), "死亡日期"),
        (seen(number("19600101", 77), "1"), "不在核查轮次"),
    ],
)
def test_each_rule_of_the_form_refuses_the_whole_sheet(office: Office, row: dict[str, Any], fault: str) -> None:
    assert fault in faults(office, seen(WANG, "1"), row)


def test_every_fault_of_a_sheet_is_listed(office: Office) -> None:
    told = faults(office, seen(LI, "0"), seen(WANG, None), seen(SUN, "1", abnormal="1"))
    assert len(told.splitlines()) == 3


def test_a_sheet_is_taken_in_once(office: Office) -> None:
    columns = {field: [value] for field, value in seen(LI, "1").items()}
    case = {"round": "HC-1", "file": office.file("核查.xlsx", "verification_result", columns)}
    office.carry("verification.receive", case, on=RETURNED)
    with pytest.raises(Refused, match="已经导入过"):
        office.carry("verification.receive", case, on=RETURNED)


def test_contradictions_name_what_must_be_explained(office: Office) -> None:
    roll = {
        "resident_number": [WANG],
        "name": ["王甲"],
        "certified_date": [date(2017, 1, 30)],
        "method": ["01"],
        "checker": ["吴戊"],
    }
    office.carry("certification.record", {"file": office.file("认证.xlsx", "certification_roll", roll)}, on=RETURNED)
    receive(office, dead(SUN), seen(WANG, "0", death_date=date(2016, 11, 2)))
    told = "\n".join(proposals("HC-1", viewer=READER).contradictions)
    assert "待遇仍为正常" in told
    assert "早于暂停前一个月 201701" in told
    assert "2017-01-30 通过资格认证（认证人 吴戊）" in told


def test_the_form_of_a_village_can_be_filled_in_and_read_back(office: Office) -> None:
    from openpyxl import load_workbook

    content = fill_in_bytes([round_sheet("HC-1", viewer=READER)], choices=choices())
    workbook = load_workbook(BytesIO(content))
    paper = workbook.active
    heads = {cell.value: cell.column for cell in paper[1]}
    for row in range(2, 5):
        for title, value in (("是否健在", "1"), ("核查方式", "上门"), ("核查人", "周丁"), ("核查日期", CHECKED)):
            paper.cell(row, heads[title]).value = value
    path = office.folder / "核查表回填.xlsx"
    workbook.save(path)
    table = read_table(path, "verification_result")
    assert sorted(table.columns["resident_number"]) == sorted(NAMES)
    assert set(table.columns["alive"]) == {"1"}


def test_the_form_says_why_somebody_is_on_it_and_paper_masks_the_numbers(office: Office) -> None:
    sheet = round_sheet("HC-1", viewer=READER)
    text = str(list(sheet.rows))
    assert "公安公安疑似死亡比对；死亡日期2017-01-20；数据来源火化登记" in text
    assert "201702起暂停" in text
    assert WANG in text
    masked = replace(READER, lifted=frozenset({Mask.PHONE}))
    paper = str(list(round_sheet("HC-1", viewer=masked).rows))
    assert WANG not in paper
    assert mask(WANG) in paper


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


def test_the_command_verification_writes_forms_and_tells_proposals(office: Office) -> None:
    receive(office, seen(LI, "1"))
    out = office.folder / "核查.zip"
    done = run("verification", "HC-1", "--by", "D2", "--out", str(out))
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(out) as package:
        assert sorted(package.namelist()) == ["甲街道/乙社区.xlsx", "目录.xlsx"]
    assert run("verification", "HC-1", "--by", "D2", "--out", str(office.folder / "一张.xlsx")).exit_code == 0
    told = run("verification", "HC-1", "--by", "D2")
    assert "可提出 match.clear 1 件" in told.output
    assert LI not in told.output
    assert json.loads(run("verification", "HC-1", "--by", "D2", "--json").output)["match.clear"][0]["person"] == LI


def test_the_command_verification_prints_paper_where_a_chinese_font_is(office: Office) -> None:
    from jubao.documents.typesetting import NoChineseFont, choose_fonts, installed_fonts

    try:
        choose_fonts(installed_fonts())
    except NoChineseFont:
        pytest.skip("no Chinese font on this machine")
    out = office.folder / "核查.pdf"
    done = run("verification", "HC-1", "--by", "D2", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF")


def test_an_unknown_round_is_wrong_usage_or_refused(office: Office) -> None:
    assert run("verification", "HC-9", "--by", "D2", "--out", str(office.folder / "x.zip")).exit_code == 2
    assert run("verification", "HC-9", "--by", "D2").exit_code == 1


def test_a_life_refutes_a_death_and_nothing_else(office: Office) -> None:
    """Somebody who draws twice is not cleared because he is at home; somebody found dead is ended on either list."""
    columns = {
        "record_number": ["1", "2"],
        "name": ["李乙", "孙丙"],
        "resident_number": [LI, SUN],
        "other_area": ["某省"] * 2,
        "other_agency": ["某县中心"] * 2,
        "other_scheme": ["170"] * 2,
        "other_start": [201601] * 2,
        "other_amount": [10_000] * 2,
    }
    office.carry(
        "match.import",
        {
            "file": office.file("跨省.xlsx", "duplicate_list", columns),
            "list_kind": "CROSS_PROVINCE",
            "list_number": "KS-1",
            "received_from": "省",
        },
        on=ISSUED,
    )
    office.carry("verification.issue", {"number": "HC-2", "lists": ["KS-1"]}, on=ISSUED)
    rows = [seen(LI, "1", list_number="KS-1"), dead(SUN, list_number="KS-1")]
    columns = {field: [row[field] for row in rows] for field in rows[0]}
    file = office.file("核查二.xlsx", "verification_result", columns)
    office.carry("verification.receive", {"round": "HC-2", "file": file}, on=RETURNED)
    told = proposals("HC-2", viewer=READER)
    assert [case["person"] for case in told.acts["match.confirm"]] == [SUN]
    assert "match.clear" not in told.acts
    assert "不因健在而排除" in told.waiting[0]
    office.carry("match.confirm", *told.acts["match.confirm"], on=RETURNED)
    office.verify()
    receive(office, dead(SUN))
    assert any("已自 201702 起终止" in line for line in proposals("HC-1", viewer=READER).waiting)
