"""A restored office answers for everything that was done after the backup before any money may leave again."""

import hashlib
import inspect
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from jubao.operations.envelope import acting, audit
from jubao.operations.envelope.anchor import write_anchor
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.outbox import FileGone, deliver, deliver_again
from jubao.operations.inbound import keep
from jubao.operations.keeping.missing import missing_items
from jubao.operations.keeping.restored import Restored, note_restoration
from jubao.operations.payments.batch import outbound_name
from jubao.records.anchors import name_of, note_of
from jubao.records.custody import open_restoration
from jubao.records.keyring import office_ring
from jubao.records.models import (
    AuditEvent,
    OutboxContent,
    OutboxItem,
    PaymentBatch,
    Restoration,
    RestorationAnswer,
    RestorationClosed,
    Target,
)
from jubao.reports.invariants.verification import verify
from jubao.vocabulary.codes.custody import MONEY_LEAVES
from tests.office import STARTED, Office, number

pytestmark = pytest.mark.django_db
TARGET = {"name": "collection.bureau", "year": 2017, "amount_fen": 1, "source": "任务文件"}
COMPARED = {"compared": "恢复前后各专户对账单 2017-1"}
DRAW = {"month": 201701, "amount_fen": 100}


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Office:
    """A founded office with money, in a home of its own."""
    settings.JUBAO_HOME = tmp_path
    office = Office()
    office.open_fund()
    write_anchor()
    return office


def restored(lost: int = 0, aside: str = "") -> Restoration:
    """What a restore leaves in the books; ``lost`` events after the backup are known outside."""
    head = audit.head()
    at = datetime(2017, 1, 3, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    note_restoration(Restored("f" * 64, head.id + lost, "", aside, max(at, head.at)), office_ring())
    return Restoration.objects.latest("id")


def span(first: int, last: int, **said: Any) -> dict[str, Any]:
    answer = {"kind": "EVENTS", "first_event": first, "last_event": last}
    return answer | (said or {"outcome": "NOT_DONE", "reason": "当日查询，未办业务"})


def reconcile(office: Office, *answers: dict[str, Any]) -> Any:
    return office.carry("restore.reconcile", COMPARED | {"answers": list(answers)})


def broken(*codes: str) -> dict[str, list[str]]:
    write_anchor()
    return {one.title: [v.text for v in one.violations] for one in verify(list(codes) or None) if one.broken}


def test_no_money_leaves_a_restored_office_until_two_people_reconciled_it(office: Office) -> None:
    restored()
    with pytest.raises(Refused, match="尚未核对办结，不能办理“请款拨入支出户”"):
        office.carry("fund.draw", DRAW)
    assert [
        str(f)
        for f in acting.check("fund.draw", [DRAW], by="C1", on=STARTED, at=audit.head().at)
        if "尚未核对办结" in str(f)
    ]
    office.carry("target.set", TARGET)
    assert reconcile(office).result == {"redone": 0, "left": 0}
    assert office.carry("fund.draw", DRAW).state == "EXECUTED"
    assert broken() == {}


def test_what_was_proposed_before_the_restore_is_not_signed_before_the_reconciliation(office: Office) -> None:
    """The last signature is the one that lets money leave."""
    proposal = acting.propose("fund.draw", [DRAW], key="draw-1", by="C1", on=STARTED, at=office.staff._now(STARTED))
    restored()
    with pytest.raises(Refused, match="尚未核对办结"):
        acting.sign("draw-1", by="L3", on=STARTED, at=office.staff._now(STARTED), shown_hash=proposal.hash)
    reconcile(office)
    signed = acting.sign("draw-1", by="L3", on=STARTED, at=office.staff._now(STARTED), shown_hash=proposal.hash)
    assert signed.state == "EXECUTED"


def test_no_file_for_the_bank_leaves_a_restored_office_until_it_is_reconciled(office: Office, tmp_path: Path) -> None:
    """The backup was made while a file waited for its tray: it left afterwards, and the bank may have it already."""
    item = OutboxItem.objects.filter(pk=waiting_file(office, "养老金201701.txt").pk)
    restored()
    [left] = deliver()
    assert "尚未核对办结" in left.failure
    with pytest.raises(FileGone, match="是否已交银行"):
        deliver_again("outbound", "养老金201701.txt")
    assert not (tmp_path / "outbound" / "养老金201701.txt").exists()
    reconcile(office)
    assert deliver() == []
    assert (tmp_path / "outbound" / "养老金201701.txt").read_text() == "报盘"
    assert item.get().state == "DELIVERED"


def waiting_file(office: Office, name: str) -> OutboxItem:
    """A file of an act that is done, not yet in its tray."""
    act = AuditEvent.objects.latest("id")
    content = "报盘".encode()
    item = OutboxItem(
        act=act, tray="outbound", name=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content)
    )
    item.save(force_insert=True)
    OutboxContent.objects.create(item=item, packed=zlib.compress(content))
    return item


def test_every_lost_event_is_answered_without_gap_or_overlap(office: Office) -> None:
    restoration = restored(lost=5)
    first, last = restoration.head + 1, restoration.head + 5
    assert [(item.first_event, item.last_event) for item in missing_items(restoration)] == [(first, last)]
    again = office.carry("target.set", TARGET)
    done = {"outcome": "REDONE", "proposal": again.proposal}
    for answers, word in (
        ([], f"第 {first} 至 {last} 号事件没有核对结果"),
        ([span(first, last - 1)], f"第 {last} 至 {last} 号事件没有核对结果"),
        ([span(first, last - 2), span(last - 2, last)], "不接前一段"),
        ([span(first, last + 1)], "没有核对结果"),
        ([span(first, last, outcome="NOT_DONE")], "没有写明原因"),
        ([span(first, last, outcome="REDONE")], "没有写明请求号"),
        ([span(first, last, outcome="REDONE", proposal="test:no-such")], "不是恢复之后办结的业务"),
    ):
        with pytest.raises(Refused) as refused:
            reconcile(office, *answers)
        assert any(word in fault for fault in refused.value.faults), (answers, refused.value.faults)
    assert reconcile(office, span(last, last), span(first, last - 1, **done)).result == {"redone": 1, "left": 1}
    assert open_restoration() is None
    assert RestorationAnswer.objects.count() == 2
    with pytest.raises(Refused, match="1 处不符") as refused:
        reconcile(office)
    assert "没有待核对的恢复" in refused.value.faults[0]
    assert broken() == {}


def test_what_was_done_before_the_restore_was_not_done_again(office: Office) -> None:
    earlier = office.carry("target.set", TARGET).proposal
    restoration = restored(lost=1)
    first = restoration.head + 1
    with pytest.raises(Refused) as refused:
        reconcile(office, span(first, first, outcome="REDONE", proposal=earlier))
    assert "不是恢复之后办结的业务" in refused.value.faults[0]


def test_files_that_the_books_do_not_know_are_answered_by_name(office: Office, tmp_path: Path) -> None:
    """Files in the trays, and those kept aside with the replaced books."""
    (tmp_path / "outbound").mkdir(exist_ok=True)
    (tmp_path / "outbound" / "养老金201702.txt").write_text("报盘")
    (tmp_path / "replaced-01" / "outbound").mkdir(parents=True)
    (tmp_path / "replaced-01" / "outbound" / "养老金201703.txt").write_text("报盘")
    slip = tmp_path / "名单.csv"
    slip.write_text("未登记的来文")
    sha256 = keep(slip)
    restoration = restored(aside="replaced-01")
    assert [(str(item.kind), item.name) for item in missing_items(restoration)] == [
        ("OUTBOUND", "养老金201702.txt"),
        ("OUTBOUND", "养老金201703.txt"),
        ("INBOUND", sha256),
    ]
    left = {"outcome": "NOT_DONE", "reason": "银行已撤回"}
    answers = [{"kind": "OUTBOUND", "name": f"养老金20170{month}.txt"} | left for month in (2, 3)]
    for stated in (answers, [*answers, {"kind": "OUTBOUND", "name": "没有的.txt"} | left]):
        with pytest.raises(Refused, match="不符"):
            reconcile(office, *stated)
    assert reconcile(office, *answers, {"kind": "INBOUND", "name": sha256} | left).result["left"] == 3


def test_a_payment_whose_file_left_before_the_restore_says_so_to_everybody_who_lets_it_go(
    office: Office, tmp_path: Path
) -> None:
    """Answered as not done again, the same month would be paid a second time, by people who are shown nothing unusual."""
    office.register(
        {"name": "王甲", "resident_number": number("19500315", 1), "pension_start": 201504, "certified_month": 201612}
    )
    answer = office.carry("payroll.calculate", {"month": 201701})
    name = outbound_name(PaymentBatch.objects.get())
    (tmp_path / "outbound").mkdir(exist_ok=True)
    (tmp_path / "outbound" / name).write_text("报盘")
    restored()
    closed = reconcile(office, {"kind": "OUTBOUND", "name": name, "outcome": "NOT_DONE", "reason": "未查"})
    assert [one for one in closed.preview["notices"] if name in one and "不得重复支付" in one]
    released = office.carry("payment.release", {"batch": answer.result["batch"]}, case_ref=answer.proposal)
    assert [one for one in released.preview["notices"] if name in one and "银行可能已付" in one]


def test_a_head_noted_elsewhere_that_the_chain_contradicts_is_an_event_to_answer_for(
    office: Office, tmp_path: Path, settings: Any
) -> None:
    """A second device plugged in after the restore still knows of later acts."""
    settings.ANCHOR_COPY = str(tmp_path / "device")
    restoration = restored()
    (tmp_path / "device").mkdir()
    later = restoration.head + 3
    (tmp_path / "device" / name_of(later)).write_bytes(note_of(later, "0" * 64, 1))
    assert [(item.first_event, item.last_event) for item in missing_items(restoration)] == [
        (restoration.head + 1, later)
    ]


# ── What verify finds ──


def drop_guard(table: str, kind: str) -> None:
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_no_{kind}{on}")


def test_a_reconciliation_forged_in_the_database_is_found(office: Office) -> None:
    restoration = restored(lost=2)
    RestorationClosed.objects.create(act=AuditEvent.objects.latest("id"), restoration=restoration, compared="伪造")
    found = broken("I-42", "I-03")
    assert "恢复后缺失的事件都已核对" in found
    assert any("没有封存这张表的行" in text for text in found["每项业务写下的行与封存的条数和摘要一致"])


def test_a_restoration_taken_out_of_the_database_is_found(office: Office) -> None:
    """Without it money could leave at once."""
    restored()
    drop_guard("records_restoration", "delete")
    Restoration.objects.all().delete()
    assert open_restoration() is None
    found = broken("I-42", "I-03")
    assert found["恢复由恢复命令写下，接在备份的链头之后"] == ["恢复事件没有恢复记录"]
    assert "每项业务写下的行与封存的条数和摘要一致" in found


def test_money_that_left_before_the_reconciliation_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody runs a program in which the question is not asked."""
    restored()
    monkeypatch.setattr("jubao.operations.envelope.request.MONEY_LEAVES", frozenset())
    office.carry("fund.draw", DRAW)
    reconcile(office)
    assert broken() == {"恢复之后、核对办结以前没有付款": ["fund.draw 在恢复后核对办结以前办理"]}


def test_rows_slipped_under_the_event_of_a_restore_are_found(office: Office) -> None:
    restored()
    Target.objects.create(act=AuditEvent.objects.latest("id"), name="x", year=2017, count=1, source="y")
    assert "所批即所存：办结业务写下的行与所批预览逐行一致" in broken()


def test_every_act_that_lets_money_out_is_on_the_list() -> None:
    """House rule: whoever releases money, or hands a file to the bank, waits for the reconciliation."""
    releases = {code for code, one in ACTS.items() if any(step.role == "RELEASE" for step in one.chain)}
    hands = {code for code, one in ACTS.items() if "hand_over(OUTBOUND" in inspect.getsource(type(one.act))}
    remits = {"fund.remit"}  # checked and approved, without a release of its own
    assert hands == {"payment.transmit"}
    assert {code for code in releases | hands | remits if not code.startswith("test.")} == MONEY_LEAVES
