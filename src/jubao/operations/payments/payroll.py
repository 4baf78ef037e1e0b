"""The monthly payroll: who is due what, for which months and by which payer, locked for the bank."""

import hashlib
import json
from collections.abc import Sequence

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from jubao.operations.envelope.changes import Changes, Ids
from jubao.operations.envelope.declaration import ONE, About, Arguments, Form, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Month, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View, law_marks
from jubao.operations.open_suspicions import HoldingSuspicion, holding_suspicions
from jubao.operations.payments.batch import HELD, Payees, check_accounts, lock_batch
from jubao.operations.payments.due import Payroll, payroll_of
from jubao.operations.payments.items import AMOUNTS
from jubao.operations.payments.required_lists import missing_lists
from jubao.operations.pensions.adjustment import notice_unadjusted
from jubao.operations.pensions.open_month import first_open_month
from jubao.records.models import Arrears, LineHold, PayrollRun, PensionMonth
from jubao.vocabulary import month as months

LONGEST_REASON = 200
NAMED = 10


class CalculatePayroll(Arguments):
    """The month to pay, and why without a match if one is missing."""

    month: Month = ask("发放年月", "Month", hint="如 201702")
    reason: Text = ask(
        "未比对理由", "Reason", default="", hint="缺少应比对名单而仍须发放的，写明理由", longest=LONGEST_REASON
    )


@act(
    "payroll.calculate",
    title="月度发放核算",
    asks=CalculatePayroll,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.MONTH,
    undone_by="payment.hold",
    papers=[Paper("当月应比对名单的比对结果", required=False)],
    gives=[
        Given("batch", "批次号", "batch", Unit.TEXT),
        Given("people", "发放人数", "people", Unit.PEOPLE),
        Given("lines", "发放明细条数", "lines", Unit.ROWS),
        Given("total_fen", "应发合计", "total", Unit.FEN),
        Given("arrears_fen", "其中补发", "of which back-pay", Unit.FEN),
        Given("held", "因疑点扣留人数", "people held for suspicions", Unit.PEOPLE),
        Given("held_fen", "因疑点扣留金额", "amount held for suspicions", Unit.FEN),
        Given("file_sha256", "报盘文件的 SHA-256", "hash of the file", Unit.TEXT),
        Given("missing_lists", "未比对的名单", "lists not matched", Unit.TEXT),
    ],
    most_cases=ONE,
    also_seen_by=[Post.ACCOUNTANT, Post.DEPUTY_FINANCE],
    prints=[Form("发放花名册", "jubao list payments --year 年度 --month 月 --by 工号 --out F.xlsx")],
)
class PayrollCalculation:
    """Lock the month's payroll: regular months, arrears, and what failed or was held before.

    Months run one after the other, from the first after the register on; a month is run once, and one in which nobody
    is due is passed over. Lists that should have been matched before are named; where
    the law wants them, only a stated reason lets the payroll pass without. Whoever an open suspicion of a list that
    holds payment stands against is in the run, and the line is held from the start: it never goes to the bank, and
    the month is owed on, so that a later run pays it once the suspicion is cleared.
    Source: 城乡居民基本养老保险经办规程，待遇发放.
    """

    def check(self, cases: Sequence[CalculatePayroll], view: View) -> Faults:
        """The month whose turn it is, lists matched or a reason, somebody to pay, and an account for everybody."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            _check_month(number, case.month, view, faults)
            missing = _missing(view)
            if missing and view.law.value("watch.payroll_requires_lists") and not case.reason:
                rule = f"{case.month} 发放核算之前没有比对{'、'.join(missing)}"
                step = "请先导入名单比对，确无名单的写明理由后重新提出"
                faults.add(number, "reason", rule, next_step=step)
            if faults:
                continue
            due = _payroll(case.month, view).due
            if len(due) == 0:
                faults.add(number, "month", f"{case.month} 没有应发放的待遇")
            check_accounts(due.person, view, faults, case=number)
        return faults

    def plan(self, cases: Sequence[CalculatePayroll], view: View) -> Changes:
        """The locked batch with its lines, the run, and the arrears it takes up."""
        changes = Changes(view)
        [case] = cases
        payroll = _payroll(case.month, view)
        due = payroll.due
        payees = Payees.of_people(due.person, due.amount, view)
        suspected = _suspected(payees, view)
        held = np.array([one is not None for one in suspected], dtype=np.bool_)
        batch, bank_line = lock_batch("PENSION", case.month, payees, changes=changes, held=held.tolist())
        changes.insert(
            PensionMonth,
            {
                "batch_id": batch.pk,
                "bank_line_id": bank_line,
                "person_id": due.person,
                "award_id": due.award,
                "month": due.month,
                "kind": due.kind,
                "adjustment": due.adjustment,
                **dict(zip(AMOUNTS, due.fen.T, strict=True)),
                "state": np.where(held[payees.place], HELD, "DUE") if held.any() else "DUE",
            },
            count=len(due),
        )
        _hold(suspected, held, payees, bank_line, changes)
        run = changes.add(
            PayrollRun(
                month=case.month,
                people=batch.count,
                count=due.lines,
                total_fen=batch.total_fen,
                policy_fingerprint=_law_read(view),
                batch=batch,
            )
        )
        changes.update(Arrears, payroll.taken, taken_run=run.pk)
        notice_unadjusted(case.month, changes)
        missing = _missing(view)
        if missing:
            changes.notice(f"发放核算之前没有比对{'、'.join(missing)}，理由：{case.reason or '未写'}")
        return changes.giving(
            batch=batch.number,
            people=batch.count,
            lines=due.lines,
            total_fen=batch.total_fen,
            arrears_fen=int(due.amount[due.kind != ""].sum()),
            held=int(held.sum()),
            held_fen=int(payees.amount[held].sum()),
            file_sha256=batch.file_sha256,
            missing_lists=missing,
        )


def _check_month(number: int, month: int, view: View, faults: Faults) -> None:
    """No month is paid twice, before the register was taken over, before it comes, or while an earlier one waits."""
    last, following = PayrollRun.objects.aggregate(last=Max("month"))["last"], first_open_month(view)
    since = f"上次发放到 {last}" if last is not None else f"本机构自 {following} 起发放，此前由接入前的机构发放"
    earlier = months.span(following, min(month, months.add(months.of(view.on), 1)))
    unpaid = next((one for one in earlier if len(_payroll(one, view).due)), None)
    if month < following or unpaid is not None:
        turn = following if unpaid is None else unpaid
        rule = f"{since}，应接着发放 {turn}，不能发放 {month}"
        faults.add(number, "month", rule, next_step=f"请先办理 {turn} 的发放核算")
    if month > months.of(view.on):
        faults.add(number, "month", f"{month} 尚未到来，不能发放", next_step="请到当月再办")


def _missing(view: View) -> list[str]:
    return view.once("missing lists", lambda: missing_lists(view.on))


def _payroll(month: int, view: View) -> Payroll:
    return view.once(("payroll", month), lambda: payroll_of(month))


def _suspected(payees: Payees, view: View) -> list[HoldingSuspicion | None]:
    """For every payee the open suspicion that stands against paying, if there is one and suspicions hold."""
    if not view.law.value("suspension.suspicion_suspends"):
        return [None for _ in payees.person]
    found = view.once("open suspicions", holding_suspicions)
    return [found.get(person) if person is not None else None for person in payees.person]


def _hold(
    suspected: Sequence[HoldingSuspicion | None],
    held: NDArray[np.bool_],
    payees: Payees,
    bank_line: Ids,
    changes: Changes,
) -> None:
    """Why each held line is held, and a word to the approver."""
    _, first = np.unique(payees.place, return_index=True)
    behind = [one for one in suspected if one is not None]
    changes.insert(
        LineHold,
        {
            "bank_line_id": bank_line[first][held],
            "candidate_id": [one.id for one in behind],
            "reason": [one.why[:LONGEST_REASON] for one in behind],
        },
        count=len(behind),
    )
    if behind:
        people = [payees.number[place] for place in np.flatnonzero(held).tolist()]
        more = "等" if len(people) > NAMED else ""
        changes.notice(
            f"{len(people)} 人有未了结的疑点，本月不报银行，查清后补发：个人编号 {'、'.join(people[:NAMED])}{more}"
        )


def _law_read(view: View) -> str:
    """Fingerprint of the law this payroll read: another row of it, and no other, makes another payroll."""
    marks = json.dumps(law_marks(view.parameters), sort_keys=True)
    return hashlib.sha256(marks.encode()).hexdigest()
