"""Withdrawing: only the maker, only while it waits, with a reason that the chain keeps; nothing of it is ever done."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from jubao.cli import app
from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.seen.endings import End, endings_of
from jubao.operations.envelope.withdrawing import withdraw
from jubao.records.models import AuditEvent, Proposal, Target
from jubao.reports.invariants.verification import verify
from tests.office import Office

pytestmark = pytest.mark.django_db

ON = date(2017, 3, 1)
AT = datetime(2017, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TARGET = {"name": "collection.bureau", "year": 2017, "amount_fen": 900_000_000, "source": "局发任务"}


@pytest.fixture(autouse=True)
def office() -> Office:
    office = Office()
    propose("target.set", [TARGET], key="k1", by="L4", on=ON, at=AT)
    return office


def take_back(by: str = "L4", reason: str = "任务数报错了") -> None:
    withdraw("k1", by=by, on=ON, at=AT + timedelta(minutes=5), reason=reason)


def row() -> Proposal:
    return Proposal.objects.get(key="k1")


def test_the_maker_takes_back_what_waits_and_the_chain_says_who_and_why() -> None:
    take_back()
    assert row().state == Proposal.State.VOID
    last = AuditEvent.objects.order_by("-id").first()
    assert (last.kind, last.staff, last.code) == ("VOIDED", "L4", "target.set")
    ending = endings_of([row()])["k1"]
    assert (ending.end, ending.by, ending.reason) == (End.WITHDRAWN, "L4", "任务数报错了")


def test_what_was_taken_back_is_never_done() -> None:
    take_back()
    with pytest.raises(Refused, match="已作废，不再接受签署"):
        sign("k1", by="L1", on=ON, at=AT + timedelta(minutes=9), shown_hash=row().hash)
    assert not Target.objects.exists()


def test_taking_it_back_twice_changes_nothing() -> None:
    take_back()
    events = AuditEvent.objects.count()
    take_back(reason="又点了一次")
    assert AuditEvent.objects.count() == events
    assert endings_of([row()])["k1"].reason == "任务数报错了"


@pytest.mark.parametrize(
    ("by", "reason", "said"),
    [
        ("L1", "我不同意", "不是 L1 提出的"),
        ("L4", "  ", "撤回须写明理由"),
        ("L4", "长" * 201, "最多 200 个字，现在 201 个"),
    ],
)
def test_what_is_not_taken_back_says_why_and_waits_on(by: str, reason: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        take_back(by, reason)
    assert row().state == Proposal.State.PENDING
    assert AuditEvent.objects.order_by("-id").first().kind == "REFUSED"


def test_what_is_done_is_not_taken_back() -> None:
    sign("k1", by="L1", on=ON, at=AT, shown_hash=row().hash)
    with pytest.raises(Refused, match="已办结"):
        take_back()
    assert Target.objects.count() == 1


def test_nobody_knows_a_proposal_that_is_not_there() -> None:
    with pytest.raises(Refused, match="没有编号为 k9 的申请"):
        withdraw("k9", by="L4", on=ON, at=AT, reason="没有")


def test_the_books_hold_together_afterwards() -> None:
    take_back()
    assert not [finding for finding in verify() if finding.violations]


def test_the_command_says_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jubao.cli.withdraw.now", lambda: AT + timedelta(minutes=5))
    said = CliRunner().invoke(app, ["withdraw", "k1", "--reason", "任务数报错了", "--by", "L4"])
    assert said.exit_code == 0, said.output
    assert row().state == Proposal.State.VOID
