"""Releasing a batch, and handing its file to the bank."""

from collections.abc import Sequence

from django.db.models import F, Q

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Paper, Unit, act, release
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import BatchRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.funds import FILL_UP, missing
from jubao.operations.payments.batch import PAID_FROM, Sendable, check_lines, move_on, outbound_name, released, sendable
from jubao.records.custody import left_before_restore
from jubao.records.models import DelegatedLine, PaymentBatch, PensionMonth
from jubao.records.outbox import OUTBOUND

State = PaymentBatch.State
RELEASE_EVENTS = {"PENSION": "payment_released", "SETTLEMENT": "payment_released", "DELEGATED": "delegated_released"}
MAKE_BATCHES = ("payroll.calculate", "payout.collect", "delegated.calculate")


class BatchArgument(Arguments):
    """A batch by its number."""

    batch: BatchRef = ask("支付批次", "Batch", hint="批次号，如 Y20170201")


@act(
    "payment.release",
    title="支付放行",
    asks=BatchArgument,
    maker=Post.ACCOUNTANT,
    chain=[release(Post.DEPUTY_FINANCE)],
    about=About.BATCH,
    undone_by=Final("放行后的款项交行支付：银行拒付的由回盘退回，支付成功后退回的另办发放款退回"),
    papers=[Paper("已审批的发放批次和支付凭证", in_books=True)],
    gives=[
        Given("batch", "批次号", "batch", Unit.TEXT),
        Given("total_fen", "放行金额", "amount released", Unit.FEN),
        Given("count", "放行笔数", "lines released", Unit.ROWS),
        Given("held", "扣留笔数", "lines held", Unit.ROWS),
        Given("file_sha256", "报盘文件的 SHA-256", "hash of the file", Unit.TEXT),
    ],
    most_cases=ONE,
    second_factor=True,
    also_seen_by=[Post.CASHIER],
    continues=MAKE_BATCHES,
)
class Release:
    """Finance check and release of what is not held: the voucher stays pending until the bank answers.

    Count, total and the hash of the file that may really leave are fixed here.
    Source: 社会保险经办条例第三十七条（分级审核）.
    """

    def check(self, cases: Sequence[BatchArgument], view: View) -> Faults:
        """A locked batch of its own case, no stopped month in it, something left to pay, and the money for it."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            batch = _check_step(number, case, State.LOCKED, view, faults)
            if batch is None:
                continue
            _check_stopped(number, batch, faults)
            check_lines(batch, view, faults, case=number)
            leaving = sendable(batch, view)
            if leaving is None:
                rule = f"批次 {batch.number} 的明细全部扣留，没有可放行的款项"
                faults.add(number, "batch", rule, next_step="请逐人查清后另行发放")
            elif short := missing(PAID_FROM[batch.kind], leaving.total_fen, view):
                rule = f"批次 {batch.number} 不能放行：{short}"
                faults.add(number, "batch", rule, next_step=FILL_UP[PAID_FROM[batch.kind]])
        return faults

    def plan(self, cases: Sequence[BatchArgument], view: View) -> Changes:
        """The release with what it fixes, and its pending voucher."""
        changes = Changes(view)
        batch = _batch(cases[0].batch, view)
        leaving = _leaving(batch, view)
        count, total = len(leaving.seq), leaving.total_fen
        move_on(batch, State.RELEASED, changes, count=count, total_fen=total, file_sha256=leaving.sha256)
        post(
            RELEASE_EVENTS[batch.kind],
            {"amount": total},
            changes=changes,
            reference=batch.number,
            pending=True,
            memo=f"批次{batch.number} {count}笔",
        )
        held = batch.count - count
        if held:
            changes.notice(f"批次 {batch.number} 有 {held} 笔扣留，不在本次放行之内")
        if left_before_restore(outbound_name(batch)):
            changes.notice(
                f"报盘文件《{outbound_name(batch)}》在账簿恢复以前已经交出，银行可能已付：请凭银行对账单核对，已付的只补记账，不得再交银行"
            )
        return changes.giving(batch=batch.number, total_fen=total, count=count, held=held, file_sha256=leaving.sha256)


def _check_step(number: int, case: BatchArgument, state: str, view: View, faults: Faults) -> PaymentBatch | None:
    """The batch at the state a step needs; the people of all its steps are different, so the case must be its own."""
    found = view.once(("batch", case.batch), lambda: PaymentBatch.objects.filter(number=case.batch).first())
    if found is None:
        faults.add(number, "batch", f"没有编号为 {case.batch} 的支付批次", next_step="请核对批次号")
        return None
    if view.case_ref != found.case_ref:
        faults.add(number, "batch", f"批次 {found.number} 的办理须接续案件 {found.case_ref}")
    if found.state != state:
        faults.add(number, "batch", f"批次 {found.number} {State(found.state).label}，不能再办理这一步")
    return None if faults else found


def _batch(number: str, view: View) -> PaymentBatch:
    return view.once(("batch", number), lambda: PaymentBatch.objects.get(number=number))


def _leaving(batch: PaymentBatch, view: View) -> Sendable:
    leaving = sendable(batch, view)
    assert leaving is not None, "a plan is made after its check"
    return leaving


def _check_stopped(number: int, batch: PaymentBatch, faults: Faults) -> None:
    """No month leaves that a confirmed ending, suspension or stop covers; its line must be held first."""
    covered = Q(month__gte=F("award__ended_month")) | Q(month__gte=F("award__suspended_from"))
    pensions = PensionMonth.objects.filter(batch=batch, state="DUE").filter(covered)
    stopped = pensions.order_by("person__personal_number").values_list("person__personal_number", flat=True).distinct()
    for personal_number in stopped:
        faults.add(
            number,
            "batch",
            "待遇已经停发或终止，不得发放",
            next_step="请先办理锁定后扣留",
            place=f"个人编号 {personal_number}",
        )
    covered = Q(month__gte=F("payee__ended_from")) | Q(month__gte=F("payee__stopped_from"))
    delegated = DelegatedLine.objects.filter(batch=batch, state="DUE").filter(covered)
    for payee in delegated.order_by("payee").values_list("payee", flat=True).distinct():
        rule, place = "代发已经停发或终止，不得发放", f"代发人员 D{payee:08d}"
        faults.add(number, "batch", rule, next_step="请先办理锁定后扣留", place=place)


@act(
    "payment.transmit",
    title="报盘交行",
    asks=BatchArgument,
    maker=Post.CASHIER,
    about=About.BATCH,
    undone_by=Final("报盘文件已交银行，只能由银行回盘答复"),
    papers=[Paper("已放行的支付凭证", in_books=True)],
    gives=[
        Given("batch", "批次号", "batch", Unit.TEXT),
        Given("file_sha256", "报盘文件的 SHA-256", "hash of the file", Unit.TEXT),
    ],
    most_cases=ONE,
    second_factor=True,
    also_seen_by=[Post.ACCOUNTANT, Post.DEPUTY_FINANCE],
    continues=MAKE_BATCHES,
)
class Transmission:
    """Hand the file to the bank: recorded first, then written, always the same file.

    Source: 城乡居民基本养老保险经办规程，待遇发放.
    """

    def check(self, cases: Sequence[BatchArgument], view: View) -> Faults:
        """A released batch of its own case, whose lines still give the file that was released."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            batch = _check_step(number, case, State.RELEASED, view, faults)
            if batch is not None:
                check_lines(batch, view, faults, case=number)
            if batch is not None and _leaving(batch, view).sha256 != released(batch).file_sha256:
                rule = f"批次 {batch.number} 的明细与放行时的文件不一致，不能交行"
                faults.add(number, "batch", rule, next_step="请立即核查账簿并报告上级")
        return faults

    def plan(self, cases: Sequence[BatchArgument], view: View) -> Changes:
        """The step, and the file for the bank."""
        changes = Changes(view)
        batch = _batch(cases[0].batch, view)
        leaving = _leaving(batch, view)
        move_on(batch, State.TRANSMITTED, changes)
        changes.hand_over(OUTBOUND, outbound_name(batch), leaving.content)
        return changes.giving(batch=batch.number, file_sha256=leaving.sha256)
