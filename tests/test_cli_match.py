"""``jubao match``: preview, run, lists and show say what they found, write nothing, and never end in a traceback."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jubao.cli import app
from jubao.operations.inbound import keep
from jubao.records.models import AuditEvent, InboundFile, MatchCandidate, MatchList
from tests.office import Office, number

pytestmark = pytest.mark.django_db

OLD, PAYER = number("19500101", 11), number("19800303", 13)
ON = date(2017, 3, 9)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.register(
        {"name": "王建国", "resident_number": OLD, "pension_start": 201501, "certified_month": 201612},
        {"name": "张伟", "resident_number": PAYER},
    )
    return office


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["match", *arguments])


def cremated(folder: Path) -> Path:
    wrong = OLD[:17] + ("1" if OLD[17] != "1" else "2")
    rows = [
        "死者姓名,身份证号,火化日期,出生日期,家庭住址",
        f"王建国,{OLD},2017-02-03,,",
        f"王建国,{wrong},2017-02-03,1950-01-01,甲街道乙社区",
        "无名氏,,2017-02-04,,",
        ",,2017-02-04,,",
    ]
    path = folder / "火化名单.csv"
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode("gb18030"))
    return path


def test_preview_shows_columns_and_hides_people(office: Office, tmp_path: Path) -> None:
    done = run("preview", str(cremated(tmp_path)))
    assert done.exit_code == 0, done.output
    assert "resident_number" in done.output
    assert "火化日期" in done.output
    assert OLD not in done.output
    assert "王建国" not in done.output
    assert json.loads(run("preview", str(cremated(tmp_path)), "--json").stdout)["columns"]["death_date"] == "火化日期"


def test_run_compares_without_writing(office: Office, tmp_path: Path) -> None:
    before = AuditEvent.objects.count()
    done = run("run", str(cremated(tmp_path)), "--kind", "CREMATION", "--on", "2017-03-09", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["counts"] == {
        "rows": 4,
        "accepted": 1,
        "rejected": 1,
        "waiting": 2,
        "hits": 1,
        "asked": 0,
        "outside": 0,
        "exact": 1,
        "fuzzy": 1,
        "candidates": 2,
        "remembered": 0,
    }
    assert told["suspicions"] == {"CREMATION": 2}
    assert told["peak_mb"] > 0
    assert "每秒" in run("run", str(cremated(tmp_path)), "--kind", "CREMATION", "--on", "2017-03-09").output
    assert (
        AuditEvent.objects.count(),
        MatchList.objects.count(),
        InboundFile.objects.filter(layout__startswith="reg").count(),
    ) == (
        before,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("content", "more", "word"),
    [
        (b"%PDF-1.4", ["--kind", "CREMATION"], "PDF"),
        (b"", ["--kind", "CREMATION"], "空"),
        (b"a,b\r\n1,2\r\n", ["--kind", "CREMATION"], "无法识别"),
        ("姓名\r\n王\r\n".encode(), ["--kind", "NONSENSE"], "PRISON"),
        ("姓名\r\n王\r\n".encode(), ["--kind", "PRISON", "--mapping", "没有登记"], "没有名为"),
        ("姓名\r\n王\r\n".encode(), ["--kind", "PRISON", "--mapping", "{坏"], "无法使用"),
    ],
)
def test_run_refuses_in_sentences(office: Office, tmp_path: Path, content: bytes, more: list[str], word: str) -> None:
    path = tmp_path / "来文.csv"
    path.write_bytes(content)
    done = run("run", str(path), *more, "--on", "2017-03-09")
    assert done.exit_code == 1, done.output
    assert word in done.output + done.stderr
    assert run("run", str(tmp_path / "没有.csv"), "--kind", "PRISON").exit_code == 2


def test_lists_and_show_tell_progress_and_the_grounds_of_a_score(office: Office, tmp_path: Path) -> None:
    columns = {
        "name": "死者姓名",
        "resident_number": "身份证号",
        "death_date": "火化日期",
        "birth_date": "出生日期",
        "address": "家庭住址",
    }
    office.carry("register.map", {"name": "火化", "list_kind": "CREMATION", "columns": columns}, on=ON)
    office.carry(
        "match.import",
        {
            "file": keep(cremated(tmp_path)),
            "list_kind": "CREMATION",
            "list_number": "MZ-1",
            "received_from": "区民政局",
            "mapping": "火化",
        },
        on=ON,
    )
    (listed,) = json.loads(run("lists", "--on", "2017-03-19", "--json").stdout)
    assert (listed["number"], listed["rows"], listed["accepted"], listed["rejected"], listed["waiting"]) == (
        "MZ-1",
        4,
        1,
        1,
        2,
    )
    assert (listed["states"], listed["oldest_days"], listed["still_waiting"]) == ({"OPEN": 2}, 10, 1)
    assert "MZ-1" in run("lists", "--on", "2017-03-19").output
    shown = json.loads(run("show", "MZ-1", "--by", "D2", "--json").stdout)
    scored = next(one for one in shown["candidates"] if one["origin"] == "FUZZY")
    assert scored["score_ppm"] == MatchCandidate.objects.get(origin="FUZZY").score_ppm
    assert [row["state"] for row in shown["rows"]] == ["PAIRED", "WAITING", "REJECTED"]
    printed = run("show", "MZ-1", "--by", "D2", "--record", scored["record"]).output
    assert "得分" in printed
    assert not [
        text for text in (OLD, "王建国", "甲街道乙社区") if text in printed + json.dumps(shown, ensure_ascii=False)
    ]
    assert run("show", "没有", "--by", "D2").exit_code == 1


def test_without_an_office_a_list_is_refused_in_a_sentence(tmp_path: Path) -> None:
    done = run("run", str(cremated(tmp_path)), "--kind", "CREMATION")
    assert (done.exit_code, "还没有建立机构" in done.output + done.stderr) == (1, True)
