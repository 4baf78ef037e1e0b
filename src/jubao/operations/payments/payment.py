"""Releasing a batch, handing it to the bank, and taking in the bank's answer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.models import F, Q, Sum

from jubao.exchange.payout import read_return
from jubao.exchange.table import Table
from jubao.ledger.models import Voucher
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Paper, Unit, act, check, release
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import BatchRef, FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import finish, post
from jubao.operations.fund.funds import FILL_UP, missing
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.payments.batch import PAID_FROM, Sendable, check_lines, outbound_name, released, sendable
from jubao.operations.payments.outcome import FAILED, PAID, Answers, settle_outcome
from jubao.records.models import BankLine, BatchStep, DelegatedLine, LineReturn, PaymentBatch, PensionMonth
from jubao.records.outbox import OUTBOUND
from jubao.vocabulary.name import same_name

State = PaymentBatch.State
RELEASE_EVENTS = {"PENSION": "payment_released", "SETTLEMENT": "payment_released", "DELEGATED": "delegated_released"}
MAKE_BATCHES = ("payroll.calculate", "payout.collect", "delegated.calculate")
LAYOUT = "bank_return"


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
        _step(batch, State.RELEASED, changes, count=count, total_fen=total, file_sha256=leaving.sha256)
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
        _step(batch, State.TRANSMITTED, changes)
        changes.hand_over(OUTBOUND, outbound_name(batch), leaving.content)
        return changes.giving(batch=batch.number, file_sha256=leaving.sha256)


def _step(batch: PaymentBatch, state: str, changes: Changes, **fixed: Any) -> None:
    """Move a batch one step, with what the step fixes."""
    changes.add(BatchStep(batch=batch, state=state, **fixed))
    changes.set(batch, state=state)


class TakeReturn(Arguments):
    """The bank's return file."""

    file: FileRef = ask("回盘文件", "Return file", hint="银行交来的发放回盘", layout=LAYOUT)


@act(
    "payment.return",
    title="银行回盘导入",
    asks=TakeReturn,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.BENEFITS)],
    about=About.BATCH,
    undone_by="payment.returned_late",
    papers=[Paper("银行发放回盘")],
    gives=[
        Given("batch", "批次号", "batch", Unit.TEXT),
        Given("paid", "成功笔数", "lines paid", Unit.ROWS),
        Given("failed", "失败笔数", "lines failed", Unit.ROWS),
        Given("paid_fen", "成功金额", "amount paid", Unit.FEN),
        Given("failed_fen", "失败金额", "amount failed", Unit.FEN),
    ],
    most_cases=ONE,
)
class Answer:
    """Take in the bank's answer: every line of the file or none; lines it does not mention stay in transit.

    Source: 城乡居民基本养老保险经办规程，待遇发放（回盘）.
    """

    def check(self, cases: Sequence[TakeReturn], view: View) -> Faults:
        """A file never taken in, of a batch the bank has, every line as it was sent and not answered otherwise."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            check_fresh(case.file, LAYOUT, faults, case=number)
            table = read_inbound(case.file, LAYOUT, view, faults, case=number, reader=read_return)
            batch = _answered_batch(table, view) if table else None
            if table is None:
                continue
            if batch is None or batch.state not in {State.TRANSMITTED, State.RETURNED}:
                rule = f"回盘批次 {table.header['batch_no']} 不是已交行的批次，整份回盘不入账"
                faults.add(number, "file", rule, next_step="请与银行核对")
                continue
            answers, found = _answers(number, table, batch, view)
            faults.extend(found)
            if not found and answers.line.size == 0:
                rule = f"回盘《{table.filename}》的结果均已导入"
                faults.add(number, "file", rule, next_step="不再重复导入")
        return faults

    def plan(self, cases: Sequence[TakeReturn], view: View) -> Changes:
        """The bank's word line by line, and what it means for pensions, sums and books."""
        changes = Changes(view)
        [case] = cases
        table = table_of(case.file, LAYOUT, view, reader=read_return)
        batch = _answered_batch(table, view)
        assert batch is not None, "a plan is made after its check"
        answers, _ = _answers(1, table, batch, view)
        inbound = take_in(case.file, LAYOUT, rows=table.rows, changes=changes)
        results = answers.results()
        changes.insert(
            LineReturn,
            {"bank_line_id": answers.line, "result": results, "code": list(answers.code)},
            count=answers.line.size,
        )
        changes.update(BankLine, answers.line, result=results)
        settle_outcome(batch, answers, changes=changes)
        _finish(batch, inbound.pk, answers, changes)
        return changes.giving(
            batch=batch.number,
            paid=answers.paid.size,
            failed=answers.failed.size,
            paid_fen=answers.paid_fen,
            failed_fen=answers.failed_fen,
        )


def _answered_batch(table: Table, view: View) -> PaymentBatch | None:
    number = table.header["batch_no"]
    return view.once(("batch", number), lambda: PaymentBatch.objects.filter(number=number).first())


def _answers(number: int, table: Table, batch: PaymentBatch, view: View) -> tuple[Answers, Faults]:
    """What the file says that is new, and what is wrong with it, read once for check and plan."""

    def read() -> tuple[Answers, Faults]:
        faults = Faults()
        return _matched(number, table, batch, faults), faults

    return view.once(("answers", table.sha256, batch.number), read)


SENT = ("seq", "id", "payee_number", "payee_name", "account", "amount_fen", "result")
RETURNED = ("seq", "personal_number", "name", "account", "amount", "flag", "code")


def _matched(case: int, table: Table, batch: PaymentBatch, faults: Faults) -> Answers:
    """The answers that are new; every line that was not sent, or not so, goes to ``faults``."""
    sent = {row[0]: row[1:] for row in batch.lines.order_by("seq").values_list(*SENT)}
    fresh: list[tuple[int, int, bool, str]] = []
    columns = (table.columns[field] for field in RETURNED)
    for row, seq, number, name, account, amount, flag, code in zip(table.row_numbers, *columns, strict=True):
        key, payee, named, to, fen, result = sent.get(seq, (0, "", "", "", 0, ""))
        if rule := _line_fault(seq, (payee, named, to, fen, result), (number, name, account, amount, flag)):
            then = "请与银行核对后索取正确的回盘"
            faults.add(case, "file", rule, next_step=then, place=f"第{row}行")
        elif not result:
            fresh.append((key, fen, flag == "1", code or ""))
    keys, amounts, paid, codes = zip(*fresh, strict=True) if fresh else ((), (), (), ())
    return Answers(
        np.array(keys, dtype=np.int64), np.array(amounts, dtype=np.int64), np.array(paid, dtype=np.bool_), codes
    )


def _line_fault(seq: int, sent: tuple[str, str, str, int, str], answered: tuple[str, str, str, int, str]) -> str:
    """What is wrong with one returned line; empty when it is as it was sent."""
    (payee, named, to, fen, result), (number, name, account, amount, flag) = sent, answered
    if payee != number:
        return f"序号 {seq} 不是本批次报出的明细"
    if (fen, to) != (amount, account):
        return "金额或账号与报出的不一致，不得采用回盘金额"
    if not same_name(named, name):
        return f"序号 {seq} 收款人姓名与报出的不一致，不能确认款项付给了谁"
    if result == "HELD":
        return f"序号 {seq} 已扣留，没有报出"
    if result and result != (PAID if flag == "1" else FAILED):
        return "该笔已有相反的回盘结果"
    return ""


def _finish(batch: PaymentBatch, inbound: int, answers: Answers, changes: Changes) -> None:
    """With the first answer the release voucher is certain; with the last the batch is done."""
    pending = Voucher.objects.filter(reference=batch.number, state=Voucher.State.PENDING)
    for voucher in pending.order_by("id"):
        finish(changes, voucher, state=Voucher.State.POSTED)
    if batch.lines.filter(result="").count() == answers.line.size:
        _step(batch, State.RETURNED, changes, inbound_file_id=inbound)


def in_transit_fen() -> int:
    """Sum of everything handed to the bank that it has not answered."""
    waiting = BankLine.objects.filter(result="", batch__state__in=[State.RELEASED, State.TRANSMITTED, State.RETURNED])
    return int(waiting.aggregate(sum=Sum("amount_fen"))["sum"] or 0)
