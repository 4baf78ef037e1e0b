"""The command line: every act reachable, refusals in sentences, the documented list of acts true."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from jubao.cli import app
from jubao.cli import propose as door
from jubao.cli.acts import act_rows, acts_page
from jubao.operations import declare_all
from jubao.records.models import Target
from tests.golden import assert_page
from tests.office import Office

TARGET = json.dumps({"name": "collection.bureau", "year": 2017, "amount_fen": 100, "source": "局发任务"})


@pytest.fixture(autouse=True)
def _first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the commands stands on the day of these tests."""
    monkeypatch.setattr(door, "_now", lambda: datetime(2017, 3, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai")))


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


@pytest.mark.django_db
def test_an_act_goes_through_its_chain_by_the_commands_propose_pending_and_sign() -> None:
    Office()
    done = run("propose", "target.set", TARGET, "--by", "L4", "--key", "k1", "--on", "2017-03-01", "--json")
    assert done.exit_code == 0, done.output
    shown = json.loads(done.stdout)["hash"]
    assert "k1" in run("pending").output
    assert run("sign", "k1", "--by", "L1", "--hash", shown, "--on", "2017-03-01").exit_code == 0
    assert Target.objects.get().amount_fen == 100


@pytest.mark.django_db
def test_a_refusal_is_a_sentence_and_exit_code_1() -> None:
    Office()
    done = run("propose", "target.set", TARGET, "--by", "C2", "--key", "k1", "--on", "2017-03-01")
    assert done.exit_code == 1
    assert "未办理" in done.output + done.stderr
    assert not Target.objects.exists()


@pytest.mark.django_db
def test_wrong_usage_is_exit_code_2() -> None:
    assert run("propose", "target.set", "no json", "--by", "L4", "--key", "k").exit_code == 2
    assert run("propose").exit_code == 2


@pytest.mark.golden
def test_the_page_of_acts_is_what_the_command_acts_prints() -> None:
    declare_all()
    assert_page("acts.md", lambda _: acts_page(act_rows()))


def test_every_act_names_its_source() -> None:
    declare_all()
    assert [row[0] for row in act_rows() if not row[5]] == []


@pytest.mark.django_db
def test_the_command_acts_lists_every_act() -> None:
    done = run("acts", "--markdown")
    assert done.exit_code == 0
    assert "`payroll.calculate`" in done.output
