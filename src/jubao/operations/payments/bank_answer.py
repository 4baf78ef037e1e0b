"""The bank's answer to a batch (回盘): every line as it was sent, paid or failed, and the release made certain."""

from collections.abc import Sequence

import numpy as np

from jubao.exchange.payout import read_return
from jubao.exchange.table import Table
from jubao.ledger.models import Voucher
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import finish
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.payments.batch import move_on
from jubao.operations.payments.outcome import FAILED, PAID, Answers, settle_outcome
from jubao.records.models import BankLine, LineReturn, PaymentBatch
from jubao.vocabulary.name import same_name

State = PaymentBatch.State
LAYOUT = "bank_return"


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
        move_on(batch, State.RETURNED, changes, inbound_file_id=inbound)
