"""An office founded after the law was last checked: every door says a sentence, and two people can answer for the law."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from jubao.cli import app, viewing
from jubao.cli import propose as door
from jubao.policy.store import Policy
from jubao.records.models import LawAcceptance
from tests.office import LAYOUT

pytestmark = pytest.mark.django_db

DAY = "2027-03-01"
TEMPLATES = "posting.templates"
OPENING = {"balances": [{"account": "FISCAL_ACCOUNT", "amount_fen": 100_000}]}


@pytest.fixture(autouse=True)
def _in_2027(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the commands stands after the last day up to which the law was checked."""
    instant = datetime(2027, 3, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(door, "_now", lambda: instant)
    monkeypatch.setattr(viewing, "now", lambda: instant)
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> Any:
    """A command, which never ends in a traceback."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code in {0, 1}, done.output
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done


def carry(code: str, *cases: dict[str, Any], by: str, signers: tuple[str, ...] = ()) -> Any:
    """An act through the commands, to the end of its chain."""
    key = f"{code}-{len(signers)}-{by}"
    done = run("propose", code, json.dumps(list(cases)), "--by", by, "--key", key, "--on", DAY, "--json")
    if done.exit_code:
        return done
    shown = json.loads(done.stdout)["hash"]
    for one in signers:
        done = run("sign", key, "--by", one, "--hash", shown, "--on", DAY, "--json")
        assert done.exit_code == 0, done.output
    return done


def found() -> None:
    members = [
        {"staff": code, "name": f"职工{code}", "title": title, "section": "综合", "posts": posts, "cover": cover}
        for code, title, posts, cover in LAYOUT
    ]
    members.append(
        {
            "staff": "P1",
            "name": "上级",
            "title": "系统管理员",
            "section": "市局",
            "posts": ["PERMISSION"],
            "external": True,
        }
    )
    done = carry(
        "office.found",
        {
            "office": "试验区居民养老保险中心",
            "city": "试验市",
            "district": "试验区",
            "district_code": "430602",
            "budget_code": "430609",
            "superior": "区人社局",
            "posts_authorised": 10,
            "staff": members,
        },
        by="P1",
    )
    assert done.exit_code == 0, done.output


def test_an_office_is_founded_and_opens_its_books_in_2027():
    found()
    refused = carry("fund.open", OPENING, by="C1")
    assert refused.exit_code == 1
    limit = Policy.load().parameter(TEMPLATES).limit
    told = refused.stderr + refused.output
    assert f"政策参数 {TEMPLATES}（" in told
    assert f"只核对到 {limit}，不能用于 {DAY}" in told.replace("\n", "")
    assert "law.accept" in told
    said = {
        "parameter": TEMPLATES,
        "valid_from": "2027-01-01",
        "until": "2027-12-31",
        "evidence": "财政局答复",
        "reason": "新会计制度补充规定未下发",
    }
    assert carry("law.accept", said, by="L4", signers=("L1",)).exit_code == 0
    assert LawAcceptance.objects.count() == 1
    assert carry("fund.open", OPENING, by="C1", signers=("L3", "L1")).exit_code == 0
    shown = run("show", "fund.open-2-C1")
    assert "承担责任" in shown.output


@pytest.mark.parametrize(
    "words",
    [
        "figures --year 2027",
        "figures --year 2030",
        "figures --year 2027 --as-of 2028-01-01",
        "verify",
        "pending",
        "acts award.grant",
        "list of-age-unpaid --year 2027 --month 2 --by D1 --out OUT.xlsx",
        "list certification-due --year 2027 --month 2 --by D1 --out OUT.xlsx",
        "statistics benefits --year 2027 --month 2 --by D1 --out OUT.xlsx",
        "books --statement balance --period 202702",
        "books --statement cash --year 2027",
        "reconcile FISCAL --month 202702",
        "reconcile clearing --as-of 2030-01-01",
        "fund fiscal --year 2027",
        "fund remittance --as-of 2027-12-31",
        "fund budget --year 2027 --draft",
        "fund projection --from 2028 --scenario base",
        "evaluate --year 2027",
        "explain 430602199001010013 202703 --by D1",
        "match lists",
    ],
)
def test_reading_in_2027_ends_in_a_sentence(words, tmp_path):
    found()
    done = run(*words.replace("OUT", str(tmp_path / "out")).split())
    assert done.output.strip() or done.exit_code == 0
