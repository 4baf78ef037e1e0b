"""The command about staff: who holds what today, who is away, what nobody can do; and what an absence would do."""

import json
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from jubao.cli import app
from jubao.records.models import Absence, AuditEvent
from tests.office import Office

pytestmark = pytest.mark.django_db
ON = date(2017, 3, 1)


@pytest.fixture
def office() -> Office:
    return Office()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["staff", *arguments])


def test_everybody_is_listed_with_posts_terms_and_absences(office: Office) -> None:
    office.carry("staff.absent", {"staff": "L2", "from_day": "2017-03-01", "to_day": "2017-03-09"}, on=ON)
    sent = {
        "post": "CASHIER",
        "staff": "P2",
        "name": "援助",
        "title": "科长",
        "section": "市中心",
        "from_day": "2017-03-01",
        "to_day": "2017-03-08",
        "evidence": "市批〔2017〕1号",
    }
    office.carry("staff.stand_in", sent, on=ON)
    told = run("--on", "2017-03-02")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert "L2  职工L2  副主任，缺勤至 2017-03-09" in lines
    assert lines[lines.index("G1  职工G1  科员") + 1] == "    A岗  个人账户岗（2017-01-03 起）"
    assert "    上级代办  出纳岗（2017-03-01 起，2017-03-08 到期）" in lines
    assert lines[-1] == "各项业务都有人可办。"


def test_what_nobody_can_do_today_is_said(office: Office) -> None:
    for code in ("C1", "C2"):
        office.carry("staff.absent", {"staff": code, "from_day": "2017-03-01", "to_day": "2017-03-09"}, on=ON)
    told = run("--on", "2017-03-02")
    assert told.exit_code == 1
    assert "3 项业务无人可办（其中涉及资金 3 项）" in told.stdout
    assert "staff.stand_in" in told.stdout


def test_an_absence_is_asked_about_beforehand_and_nothing_is_written(office: Office) -> None:
    office.carry("staff.absent", {"staff": "D2", "from_day": "2017-03-06", "to_day": "2017-03-13"}, on=ON)
    before = AuditEvent.objects.count()
    free = run("--away", "D1", "--from", "2017-03-06", "--to", "2017-03-13")
    assert (free.exit_code, free.stdout.splitlines()[-1]) == (0, "各项业务都有人可办。")
    stuck = run("--away", "L4", "--from", "2017-03-10", "--to", "2017-03-17", "--json")
    assert stuck.exit_code == 1
    [sentence] = json.loads(stuck.stdout)["broken"]
    assert sentence.startswith("2017-03-10 至 2017-03-12，"), "D2 is back on the 13th"
    assert (Absence.objects.count(), AuditEvent.objects.count()) == (1, before)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--away", "X9", "--from", "2017-03-06", "--to", "2017-03-13"),
        ("--away", "D1"),
        ("--away", "D1", "--from", "2017-03-06", "--to", "2017-03-06"),
    ],
)
def test_a_question_that_cannot_be_meant_is_wrong_usage(office: Office, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_page_is_printed_for_the_office_itself(office: Office) -> None:
    page = run("--markdown", "--on", "2017-03-02").stdout
    assert "## 二人同时缺勤 · Two away（45 种组合" in page
    assert "| L2 | 0 | 0 | — |" in page, "nobody's absence alone keeps anything from being done"
    assert "| J1 | 征缴扩面岗 | 个人账户岗 |" in page
