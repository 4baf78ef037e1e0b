"""The commands about acts: explained, checked, proposed from a line or a template, shown, signed; hashes never cut."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from jubao.cli import app
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import approve, check
from jubao.operations.envelope.posts import Post
from jubao.records.models import OutboxItem, Proposal, Target
from tests.acts import PLANS, any_act, insured, pensioners, write
from tests.office import Office

pytestmark = pytest.mark.django_db

TARGET = json.dumps({"name": "collection.bureau", "year": 2017, "amount_fen": 100, "source": "局发任务"})
AS_L4 = ("--by", "L4", "--key", "k1", "--on", "2017-03-01")


@pytest.fixture(autouse=True)
def _wide_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(autouse=True)
def _first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the doors stands on the day of these tests."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    import jubao.cli.propose as door

    monkeypatch.setattr(door, "_now", lambda: datetime(2017, 3, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai")))


@pytest.fixture
def office() -> Office:
    return Office()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


def suspended(**said: Any) -> str:
    case = {"person": "4306020000002", "reason": "1201", "from_month": 201703, "due": "2017-06-30", "memo": "未认证"}
    return json.dumps(case | said)


@pytest.fixture
def register(office: Office) -> Iterator[None]:
    with any_act():
        write(lambda changes: pensioners(3, changes) and None, "people")
        yield


# ── acts ──


def test_the_list_of_acts_names_chain_deadline_and_undoing() -> None:
    listed = {row["code"]: row for row in json.loads(run("acts", "--json").stdout)}
    assert listed["target.set"]["deadline"] == "无法定时限"
    assert listed["award.suspend"]["undone_by"] == "award.resume（待遇续发）"


def test_an_act_is_explained_with_fields_codes_chain_papers_result_and_example() -> None:
    told = run("acts", "award.suspend").output
    for words in (
        "award.suspend 待遇暂停（对象：待遇）",
        "环节：经办 待遇经办岗 → 复核 个人账户岗",
        "时限：无法定时限",
        "业务日期：不能倒填",
        "可否撤销：award.resume（待遇续发）",
        "* person  参保人 / Pensioner：人员",
        "1201  未通过领取资格认证",
        "suspended  暂停人数 / people suspended（人）",
        "示例：",
    ):
        assert words in told, words


def test_the_example_of_the_command_is_json_that_can_be_checked(register: None) -> None:
    example = json.loads(run("acts", "target.set", "--json").stdout)["example"]
    done = run("check", "target.set", json.dumps(example), "--by", "L4", "--on", "2017-03-01")
    assert "共" in done.output or "没有发现问题" in done.output


def test_the_schema_of_an_act_is_printed_as_json() -> None:
    schema = json.loads(run("acts", "award.suspend", "--schema").stdout)
    assert schema["$id"] == "urn:jubao:act:award.suspend"
    assert schema["properties"]["reason"]["oneOf"][0] == {"const": "1201", "title": "未通过领取资格认证"}


def test_an_unknown_act_and_a_template_of_another_kind_are_told(tmp_path: Path) -> None:
    assert run("acts", "no.such").exit_code == 1
    assert run("acts", "award.suspend", "--template", str(tmp_path / "t.xls")).exit_code == 2
    assert run("acts", "--schema").exit_code == 2


# ── check ──


def test_check_names_every_fault_and_changes_nothing(register: None) -> None:
    good = run("check", "award.suspend", suspended(), "--by", "D1", "--on", "2017-03-01")
    assert (good.exit_code, good.output) == (0, "没有发现问题，可以提出（1 项）。\n")
    cases = f"[{suspended(person='4306020000009')}, {suspended(from_month=201101)}]"
    bad = run("check", "award.suspend", cases, "--by", "D1", "--on", "2017-03-01")
    assert bad.exit_code == 1
    assert "共 1 处不符" in bad.output
    assert "第1项" in bad.output
    assert not Proposal.objects.filter(code="award.suspend").exists()


def test_check_gives_faults_as_data() -> None:
    Office()
    done = run("check", "award.suspend", suspended(from_month=201713), "--json", "--on", "2017-03-01")
    [fault] = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (fault["case"], fault["field"]) == (1, "from_month")


# ── propose and sign ──


def test_a_proposal_is_answered_in_sentences_with_its_whole_hash(register: None) -> None:
    done = run("propose", "award.suspend", suspended(), "--by", "D1", "--key", "s1", "--on", "2017-03-01")
    assert done.exit_code == 0, done.output
    assert "申请 s1（待遇暂停）待审，待 个人账户岗 复核（G1 职工G1" in done.output
    assert Proposal.objects.get(key="s1").hash in done.output.splitlines()
    assert "居民2 430602********0023 4306020000002" in done.output
    assert "待遇核定 暂停年月：无 → 2017年3月" in done.output
    assert "暂停人数：1 人" in done.output


def test_a_program_gets_the_answer_as_data(office: Office) -> None:
    answer = json.loads(run("propose", "target.set", TARGET, *AS_L4, "--json").stdout)
    assert answer["state"] == "PENDING"
    done = run("sign", "k1", "--by", "L1", "--hash", answer["hash"], "--on", "2017-03-01", "--json")
    assert json.loads(done.stdout)["state"] == "EXECUTED"
    assert Target.objects.get().amount_fen == 100


def test_a_refusal_is_printed_fault_by_fault_and_as_data(register: None) -> None:
    cases = f"[{suspended(person='4306020000008')}, {suspended(person='4306020000009')}]"
    asked = ("propose", "award.suspend", cases, "--by", "D1", "--key", "s1", "--on", "2017-03-01")
    done = run(*asked)
    assert done.exit_code == 1
    assert len([line for line in done.stderr.splitlines() if line.startswith("第")]) == 2
    told = json.loads(run(*asked, "--json").stdout)
    assert "共 2 处不符" in told["refused"]
    assert [fault["field"] for fault in told["faults"]] == ["person", "person"]


def test_cases_come_from_a_template_and_faults_name_its_cells(register: None, tmp_path: Path) -> None:
    form = tmp_path / "暂停.xlsx"
    assert run("acts", "award.suspend", "--template", str(form)).exit_code == 0
    book = load_workbook(form)
    sheet = book["事项"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for row, (person, month) in enumerate((("4306020000001", "2017-03"), ("4306020000002", "201704")), start=3):
        for heading, value in (
            ("参保人", person),
            ("暂停原因", "1201 未通过领取资格认证"),
            ("暂停年月", month),
            ("下一步期限", "2017-06-30"),
        ):
            sheet.cell(row, headings[heading], value)
    book.save(form)
    done = run("propose", "award.suspend", "--cases", str(form), "--by", "D1", "--key", "s1", "--on", "2017-03-01")
    assert done.exit_code == 0, done.output
    assert "暂停人数：2 人" in done.output

    sheet.cell(4, headings["暂停年月"], "201101")
    book.save(form)
    done = run("propose", "award.suspend", "--cases", str(form), "--by", "D1", "--key", "s2", "--on", "2017-03-01")
    assert done.exit_code == 1
    assert "工作表“事项”第4行 D列 暂停年月" in done.stderr

    sheet.cell(3, headings["暂停年月"], "三月")
    book.save(form)
    done = run("check", "award.suspend", "--cases", str(form), "--by", "D1", "--on", "2017-03-01")
    assert done.exit_code == 1
    assert "工作表“事项”第3行 D列 暂停年月：应为六位年月" in done.stderr


def test_what_is_no_case_is_wrong_usage(office: Office, tmp_path: Path) -> None:
    for stated in ("no json", "[1]", '"x"'):
        assert run("propose", "target.set", stated, *AS_L4).exit_code == 2
    assert run("propose", "target.set", *AS_L4).exit_code == 2
    assert run("propose", "target.set", "--cases", str(tmp_path / "none.xlsx"), *AS_L4).exit_code == 2
    assert run("propose", "target.set", TARGET, "--file", str(tmp_path), *AS_L4).exit_code == 2


# ── show and pending ──


def test_pending_never_cuts_a_hash(office: Office) -> None:
    run("propose", "target.set", TARGET, *AS_L4)
    done = run("pending")
    assert "  " + Proposal.objects.get(key="k1").hash in done.output.splitlines()
    assert "k1  任务下达" in done.output or "k1  " in done.output
    [one] = json.loads(run("pending", "--json").stdout)
    assert (one["key"], one["waits_for"]) == ("k1", "主任")


def test_show_tells_an_approver_everything_and_the_hash_on_a_line_of_its_own(register: None) -> None:
    run("propose", "award.suspend", suspended(), "--by", "D1", "--key", "s1", "--on", "2017-03-01")
    lines = run("show", "s1").output.splitlines()
    row = Proposal.objects.get(key="s1")
    assert lines[-1] == row.hash
    told = "\n".join(lines)
    for words in (
        "待遇暂停（award.suspend）申请 s1：待审",
        "经办 待遇经办岗：D1 职工D1 2017-03-01 10:00 提出",
        "复核 个人账户岗：待签（G1 职工G1",
        "暂停原因：未通过领取资格认证（1201）",
        "暂停年月：2017年3月",
        "居民2 430602********0023 4306020000002",
        "待遇核定 暂停年月：无 → 2017年3月",
        "暂停人数：1 人",
    ):
        assert words in told, words
    shown = json.loads(run("show", "s1", "--json").stdout)
    assert shown["hash"] == row.hash
    assert shown["people"]["shown"][0]["name"] == "居民2"


def test_show_veils_numbers_unless_they_are_compared_with_the_papers(register: None) -> None:
    number = insured(2).resident_number
    run("propose", "award.suspend", suspended(person=number), "--by", "D1", "--key", "s1", "--on", "2017-03-01")
    assert number not in run("show", "s1").output
    assert number not in run("show", "s1", "--json").output
    assert number in run("show", "s1", "--numbers", "--reason", "核对原件").output


def test_show_names_who_signed_and_when(office: Office) -> None:
    run("propose", "target.set", TARGET, *AS_L4)
    run("sign", "k1", "--by", "L1", "--hash", Proposal.objects.get(key="k1").hash, "--on", "2017-03-01")
    told = run("show", "k1").output
    assert "申请 k1：已办结" in told
    assert "审批 主任：L1 职工L1 2017-03-01 10:00 同意" in told
    assert run("show", "nothing").exit_code == 1


def test_show_lists_everybody_while_a_proposal_waits_and_after_it_is_done(office: Office) -> None:
    with any_act(chain=[check(Post.AUDIT), approve(Post.DIRECTOR)]):
        PLANS.append(lambda changes: changes.add_all([insured(place) for place in range(1, 251)]) and None)
        shown_hash = write(PLANS[-1], "many").hash
        assert "另有 50 人" in run("show", "many").output
        assert "居民250 " in run("show", "many", "--people").output
        for by in ("D2", "L1"):
            run("sign", "many", "--by", by, "--hash", shown_hash, "--on", "2017-03-01")
        assert "居民250 " in run("show", "many", "--people").output


# ── outbox ──


def test_the_outbox_lists_what_left_and_offers_it_again(office: Office) -> None:
    from jubao.operations.envelope.outbox import place_of

    def hands_over(changes: Changes) -> None:
        changes.hand_over("outbound", "试.txt", b"content")

    with any_act():
        write(hands_over, "file")
    done = run("outbox", "--all")
    assert (done.exit_code, "outbound/试.txt" in done.output) == (0, True)
    path = place_of(OutboxItem.objects.get(name="试.txt"))
    path.unlink()
    assert run("outbox", "--again", "outbound/试.txt").exit_code == 0
    assert path.read_bytes() == b"content"
    assert run("outbox", "--again", "outbound/无.txt").exit_code == 1
    assert run("outbox", "--again", "无").exit_code == 2


def test_a_file_that_cannot_be_written_waits_and_says_why(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from jubao.operations.envelope import outbox

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with any_act(), monkeypatch.context() as patch:
        patch.setattr(outbox, "write_atomically", full)
        write(lambda changes: changes.hand_over("outbound", "满.txt", b"x"), "file")
        done = run("outbox")
        assert done.exit_code == 1
        assert "满.txt" in done.output
        assert "共 1 个文件待写出" in done.output
    assert run("outbox").exit_code == 0
    assert json.loads(run("outbox", "--json").stdout) == []
