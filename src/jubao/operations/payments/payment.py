"""Releasing a batch, handing it to the bank, and taking in the bank's answer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F, Q, Sum

from jubao.exchange.payout import read_return
from jubao.exchange.table import Table
from jubao.ledger.models import Voucher
from jubao.ledger.vouchers import finish_voucher
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check, release
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import post
from jubao.operations.inbound import read_inbound, take_in
from jubao.operations.payments.batch import file_hash, offer_file, released, unheld
from jubao.operations.payments.outcome import SENT, Sent, answered, settle_outcome
from jubao.records import bulk
from jubao.records.models import BankLine, BatchStep, LineReturn, PaymentBatch, PayrollLine

State = PaymentBatch.State
RELEASE_EVENTS = {"PENSION": "payment_released", "SETTLEMENT": "payment_released", "DELEGATED": "delegated_released"}


class BatchArgument(Arguments):
    """A batch by its number."""

    batch: str


@act("payment.release", title="支付放行", arguments=BatchArgument, maker=Post.ACCOUNTANT,
     chain=[release(Post.DEPUTY_FINANCE)])  # fmt: skip
def release_batches(cases: Sequence[BatchArgument], *, on: date, act: ActReference) -> Result:
    """Finance check and release of what is not held: the voucher stays pending until the bank answers.

    Count, total and the hash of the file that may really leave are fixed here.
    Source: 社会保险经办条例第三十七条（分级审核）.
    """
    batch = _at(cases, State.LOCKED, act)
    _refuse_stopped(batch)
    seq, payees = unheld(batch)
    total = int(payees.amount.sum())
    digest = file_hash(batch, seq, payees)
    _step(batch, State.RELEASED, act, count=len(seq), total_fen=total, file_sha256=digest)
    post(RELEASE_EVENTS[batch.kind], {"amount": total}, act=act, reference=batch.number, pending=True,
         memo=f"批次{batch.number} {len(seq)}笔")  # fmt: skip
    held = batch.count - len(seq)
    return {"batch": batch.number, "total_fen": total, "count": len(seq), "held": held, "file_sha256": digest}


def _refuse_stopped(batch: PaymentBatch) -> None:
    """No month leaves that a confirmed ending or suspension covers; its line must be held first."""
    lines = PayrollLine.objects.filter(batch=batch, state="DUE").filter(
        Q(month__gte=F("award__ended_month")) | Q(month__gte=F("award__suspended_from"))
    )
    stopped = lines.order_by("person__personal_number").values_list("person__personal_number", flat=True).distinct()
    if faults := [f"个人编号 {number}：待遇已经停发或终止，请先办理锁定后扣留" for number in stopped]:
        raise Refused(f"批次 {batch.number} 未放行：{len(faults)} 人的待遇已停，不得发放", faults=faults)


@act("payment.transmit", title="报盘交行", arguments=BatchArgument, maker=Post.CASHIER)
def transmit_batches(cases: Sequence[BatchArgument], *, on: date, act: ActReference) -> Result:
    """Hand the file to the bank: recorded first, then written, always the same file.

    Source: 城乡居民基本养老保险经办规程，待遇发放.
    """
    batch = _at(cases, State.RELEASED, act)
    _step(batch, State.TRANSMITTED, act)
    transaction.on_commit(lambda: offer_file(batch))
    return {"batch": batch.number, "file_sha256": released(batch).file_sha256}


def _at(cases: Sequence[BatchArgument], state: str, act: ActReference) -> PaymentBatch:
    """The batch at the state a step needs; the people of all its steps are different, so the case must be its own."""
    if len(cases) != 1:
        raise Refused("支付批次须逐批办理")
    batch = PaymentBatch.objects.filter(number=cases[0].batch).first()
    if batch is None:
        raise Refused(f"没有编号为 {cases[0].batch} 的支付批次")
    if act.case_ref != batch.case_ref:
        raise Refused(f"批次 {batch.number} 的办理须接续案件 {batch.case_ref}")
    if batch.state != state:
        raise Refused(f"批次 {batch.number} {State(batch.state).label}，不能再办理这一步")
    return batch


def _step(batch: PaymentBatch, state: str, act: ActReference, **fixed: Any) -> None:
    """Move a batch one step, with what the step fixes."""
    BatchStep.objects.create(act_id=act.id, batch=batch, state=state, **fixed)
    PaymentBatch.objects.filter(pk=batch.pk).update(state=state)
    batch.state = state


class TakeReturn(Arguments):
    """The bank's return file."""

    file: str


@act("payment.return", title="银行回盘导入", arguments=TakeReturn, maker=Post.ACCOUNTANT,
     chain=[check(Post.BENEFITS)])  # fmt: skip
def take_returns(cases: Sequence[TakeReturn], *, on: date, act: ActReference) -> Result:
    """Take in the bank's answer: every line of the file or none; lines it does not mention stay in transit.

    Source: 城乡居民基本养老保险经办规程，待遇发放（回盘）.
    """
    table = read_inbound(cases[0].file, "bank_return", reader=read_return)
    batch = PaymentBatch.objects.filter(number=table.header["batch_no"]).first()
    if batch is None or batch.state not in {State.TRANSMITTED, State.RETURNED}:
        raise Refused(f"回盘批次 {table.header['batch_no']} 不是已交行的批次，整份回盘不入账")
    lines = _matched(table, batch)
    paid, failed = _record(table, lines, act)
    settle_outcome(batch, paid, failed, act=act)
    inbound = take_in(cases[0].file, "bank_return", rows=table.rows, act=act)
    _finish(batch, inbound.pk, act)
    return {
        "batch": batch.number, "paid": len(paid), "failed": len(failed),
        "paid_fen": sum(line.amount_fen for line in paid), "failed_fen": sum(line.amount_fen for line in failed),
    }  # fmt: skip


RETURNED = ("seq", "personal_number", "account", "amount", "flag")


def _matched(table: Table, batch: PaymentBatch) -> list[Sent]:
    """The sent line of every returned line; one that was not sent, or not so, refuses the file."""
    sent = {line.seq: line for line in map(Sent._make, batch.lines.order_by("seq").values_list(*SENT))}
    faults, lines = [], []
    columns = (table.columns[field] for field in RETURNED)
    for row, seq, number, account, amount, flag in zip(table.row_numbers, *columns, strict=True):
        line = sent.get(seq)
        if line is None or line.payee_number != number:
            faults.append(f"第{row}行：序号 {seq} 不是本批次报出的明细")
        elif line.amount_fen != amount or line.account != account:
            faults.append(f"第{row}行：金额或账号与报出的不一致，不得采用回盘金额")
        elif line.result == "HELD":
            faults.append(f"第{row}行：序号 {line.seq} 已扣留，没有报出，请与银行核对后索取正确的回盘")
        elif line.result and line.result != ("PAID" if flag == "1" else "FAILED"):
            faults.append(f"第{row}行：该笔已有相反的回盘结果")
        else:
            lines.append(line)
    if faults:
        raise Refused(f"回盘《{table.filename}》未导入：共 {len(faults)} 处错误", faults=faults)
    return lines


def _record(table: Table, lines: Sequence[Sent], act: ActReference) -> tuple[list[Sent], list[Sent]]:
    """Write the answers that are new and tell which lines were paid and which failed."""
    fresh = [(line, flag, code) for line, flag, code in zip(lines, table.columns["flag"], table.columns["code"],
                                                            strict=True) if not line.result]  # fmt: skip
    if not fresh:
        raise Refused(f"回盘《{table.filename}》的结果均已导入，不再重复导入")
    bulk.insert(
        LineReturn,
        {
            "bank_line_id": np.array([line.pk for line, _, _ in fresh], dtype=np.int64),
            "result": ["PAID" if flag == "1" else "FAILED" for _, flag, _ in fresh],
            "code": [code or "" for _, _, code in fresh], "act_id": act.id,
        },
        count=len(fresh),
    )  # fmt: skip
    paid = [line for line, flag, _ in fresh if flag == "1"]
    failed = [line for line, flag, _ in fresh if flag != "1"]
    for result in ("PAID", "FAILED"):
        BankLine.objects.filter(pk__in=answered(result, act)).update(result=result)
    return paid, failed


def _finish(batch: PaymentBatch, inbound: int, act: ActReference) -> None:
    """With the first answer the release voucher is certain; with the last the batch is done."""
    for voucher in Voucher.objects.filter(reference=batch.number, state=Voucher.State.PENDING):
        finish_voucher(voucher, state=Voucher.State.POSTED, act_id=act.id)
    if not batch.lines.filter(result="").exists():
        _step(batch, State.RETURNED, act, inbound_file_id=inbound)


def in_transit_fen() -> int:
    """Sum of everything handed to the bank that it has not answered."""
    waiting = BankLine.objects.filter(result="", batch__state__in=[State.RELEASED, State.TRANSMITTED, State.RETURNED])
    return int(waiting.aggregate(sum=Sum("amount_fen"))["sum"] or 0)
