"""Whatever is typed, a door answers in a Chinese sentence: no traceback, no English, no file that never ends."""

import re
import unicodedata
from pathlib import Path

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.refusals import without_numbers
from jubao.operations.envelope.seen.words import veiled
from jubao.records.models import Proposal
from jubao.reports.evaluation.compare_with_document import MOST_BYTES, CannotReadStatedFigures, read_stated
from jubao.reports.invariants.verification import verify
from jubao.vocabulary.resident_number import check_digit, masked_reference
from tests.office import Office
from tests.test_cli_doors import founded, home, jubao  # noqa: F401  fixtures
from tests.test_operations_trust import run
from tests.trial import on_trial

WRONG = [
    (["figures", "--year", "0"], "选项 --year：不应小于 2009"),
    (["figures", "--year", "abc"], "选项 --year：应为整数"),
    (["figures", "--year", "2017", "--as-of", "soon"], "选项 --as-of：应为日期"),
    (["figures"], "缺少选项 --year"),
    (["figures", "--nothing"], "没有选项 --nothing"),
    (["figures", "--year"], "选项 --year 缺少值"),
    (["figures", "--year", "2017", "more"], "多余的参数 more"),
    (["noteice"], "没有命令 noteice，是不是 notice"),
    (["books", "--book", "X", "--statement", "trial", "--year", "2017"], "应为其中之一"),
    (["check", "award.grant", "[1]"], "每一项应为一组填报项"),
    (["figures", "--year", "2017", "--beside", "/dev/zero"], "不是普通文件"),
    (["check", "award.grant", "--cases", "/dev/zero"], "不是普通文件"),
    (["report", "check", "/dev/zero"], "不是普通文件"),
    (["propose", "certification.record", "{}", "--file", "/dev/zero", "--by", "D1", "--key", "k"], "不是普通文件"),
]


@pytest.mark.sqlite
@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_cannot_be_meant_is_wrong_usage_in_chinese(tmp_path: Path, words: list[str], sentence: str) -> None:
    on_trial(tmp_path)
    done = jubao(tmp_path, *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert not re.search(r"Invalid|Missing|Input should|No such|Usage:", done.stderr)


CLOCK = [
    (["check", "payroll.calculate", '{"month": 202604, "reason": "x"}', "--on", "9999-12-31"], "晚于今天"),
    (
        ["check", "award.grant", '{"person": "x", "applied_date": "2026-01-06", "form": "1"}', "--on", "0001-01-01"],
        "不能倒填",
    ),
    (["reconcile", "clearing", "--as-of", "1900-01-01"], "没有生效的规定"),
]


@pytest.mark.sqlite
@pytest.mark.parametrize(("words", "sentence"), CLOCK, ids=[words[-1] for words, _ in CLOCK])
def test_a_day_beyond_clock_or_law_is_a_sentence(home: Path, words: list[str], sentence: str) -> None:  # noqa: F811
    done = jubao(home, *words)
    assert done.returncode == 1
    assert sentence in done.stdout + done.stderr


def test_a_document_to_compare_with_is_of_a_size_people_write(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(CannotReadStatedFigures, match="超过 1024 KB"):
        read_stated(path)


@pytest.mark.django_db
def test_a_second_office_in_the_books_is_told_and_stops_no_check() -> None:
    Office()
    columns = _columns_but_key()
    run(f"INSERT INTO records_office (id, {columns}) SELECT id + 1, {columns} FROM records_office")  # noqa: S608
    broken = {finding.code for finding in verify() if finding.broken}
    assert "I-03" in broken


def _columns_but_key() -> str:
    from jubao.records.models import Office as Row

    return ", ".join(f'"{field.column}"' for field in Row._meta.concrete_fields if not field.primary_key)


# ── What a door shows of numbers ──

BODY = "37020219500310001"
NUMBER = BODY + check_digit(BODY)
OLD_STYLE = NUMBER[:6] + NUMBER[8:17]
FULL_WIDTH = "".join(chr(ord(mark) + 0xFEE0) for mark in NUMBER)
WRITTEN = {
    "whole": NUMBER,
    "old style": OLD_STYLE,
    "without its check digit": BODY,
    "a digit too many": NUMBER[:17] + "12",
    "spaced": f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
    "with dashes": f"{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:]}",
    "full width": FULL_WIDTH,
    "with a name": f"王甲{NUMBER}",
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_number_is_masked_however_it_was_written(how: str) -> None:
    told = masked_reference(WRITTEN[how])
    assert "*" * 5 in told
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", told))
    assert "19500310" not in digits
    assert "500310" not in digits


@pytest.mark.parametrize("plain", ["3702020000001", "D00000001", "37020200000001", "王甲"])
def test_a_number_of_the_office_s_own_stays_readable(plain: str) -> None:
    assert masked_reference(plain) == plain


@pytest.mark.parametrize("how", WRITTEN)
def test_neither_refusal_nor_chain_tells_the_number(how: str) -> None:
    text = f"{WRITTEN[how]} 不在参保登记中"
    assert "0310" not in re.sub(r"[^\d*]", "", without_numbers(text)) or how == "with dashes"
    if how not in {"spaced", "with dashes"}:
        assert "19500310" not in veiled(text)


@pytest.mark.django_db
@pytest.mark.parametrize("how", WRITTEN)
def test_a_proposal_that_names_nobody_we_know_does_not_echo_the_number(how: str) -> None:
    office = Office()
    with pytest.raises(Refused) as refusal:
        office.carry("award.grant", {"person": WRITTEN[how], "applied_date": "2017-01-03"})
    assert WRITTEN[how] not in str(refusal.value)
    assert Proposal.objects.filter(code="award.grant").count() == 0


# ── Files beside ours ──


@pytest.mark.sqlite
def test_a_file_nobody_handed_over_is_named_by_verify_and_outbox(home: Path) -> None:  # noqa: F811
    assert jubao(home, "outbox").returncode == 0
    forged = home / "outbound" / "养老金202601.txt"
    forged.parent.mkdir(exist_ok=True)
    forged.write_text("伪造", encoding="utf-8")
    told = jubao(home, "outbox")
    assert told.returncode == 1
    assert "养老金202601.txt" in told.stderr
    assert "不是本系统交出的" in told.stderr
    found = jubao(home, "verify", "--only", "I-38")
    assert found.returncode == 1
    assert "养老金202601.txt" in found.stdout
