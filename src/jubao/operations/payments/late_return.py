"""A payment the bank had confirmed and gives back weeks later: as if it had failed, so that it is paid again."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from jubao.operations.contributions.accounts import Postings, post_to_accounts
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import AccountNumber, BatchRef, Evidence, PersonRef, ReceiptRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.receipts import bank_receipt, unused_receipt
from jubao.operations.payments.outcome import FAILED, PAID
from jubao.operations.payments.returned_money import Found, drawn_by, take_back
from jubao.operations.people import shown
from jubao.operations.settlement.payees import Payee, add_payouts
from jubao.operations.settlement.stated_end import LONGEST_PAPER, EndOfRelation, check_payee
from jubao.records.models import (
    BankLine,
    OverpaidMonth,
    Payout,
    PensionMonth,
    Person,
    Settlement,
)
from jubao.records.programmes import LateReturn
from jubao.vocabulary.codes import EntryKind

ACCOUNT_OF = {"PENSION": "DISBURSEMENT_ACCOUNT", "SETTLEMENT": "DISBURSEMENT_ACCOUNT", "DELEGATED": "DELEGATED_BANK"}


class TakeLateReturn(Arguments):
    """A payment that came back after the bank had confirmed it: whose, of which batch, under which bank reference."""

    person: PersonRef = ask("收款人", "Payee", hint="公民身份号码、个人编号，或代发人员编号 D00000001")
    reference: ReceiptRef = ask("银行流水号", "Bank reference", hint="支出户（代发的为代发专户）对账单上退回的流水号")
    batch: BatchRef | None = ask("支付批次", "Batch", default=None, hint="同一金额发放过多次时须填，如 Y20170201")
    reason: Text = ask("退回原因", "Reason", shortest=1, hint="如 账户已销户", column=(LateReturn, "reason"))
    payee_name: Text = ask(
        "补付收款人", "Payee", default="", column=(Payout, "payee_name"), hint="关系已终止结算的：付给结算收款人的不填"
    )
    payee_account: AccountNumber | None = ask("补付收款账号", "Payee's account", default=None, hint="同上，只写数字")
    payee_bank: Text = ask(
        "补付开户银行", "Payee's bank", default="", column=(Payout, "payee_bank"), hint="另付继承人的填写"
    )
    heir_evidence: Evidence | None = ask(
        "继承关系证明", "Evidence of the heir", default=None, longest=LONGEST_PAPER, hint="另付继承人必填"
    )


@act(
    "payment.returned_late",
    title="发放款退回",
    asks=TakeLateReturn,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.BENEFITS)],
    about=About.BATCH,
    undone_by=Final("退回的款项由下一次发放或汇总重发，已终止结算的补付结算收款人；查明不应发放的办理暂停或终止"),
    papers=[Paper("银行退款回单", in_books=True)],
    gives=[
        Given("lines", "退回笔数", "payments returned", Unit.ROWS),
        Given("amount_fen", "退回金额", "amount", Unit.FEN),
        Given("account_fen", "其中退回个人账户", "of which back to accounts", Unit.FEN),
    ],
)
class LateReturned:
    """Take back what the bank had confirmed: the line fails after all, and the next payroll or collection pays it again.

    What was spent is taken off the expenditure, and what came out of the person's account goes back to it. Of a pension
    that was settled meanwhile the months are owed to whoever the settlement pays, out of the same account.
    Source: 城乡居民基本养老保险经办规程，待遇发放（发放失败重发）.
    """

    def check(self, cases: Sequence[TakeLateReturn], view: View) -> Faults:
        """A payment that was confirmed and never came back, and the bank's line of the same sum, each used once."""
        faults = Faults()
        times = Counter(case.reference for case in cases)
        seen: dict[int, int] = {}
        for number, case in enumerate(cases, start=1):
            found, against = _found(number, case, view)
            faults.extend(against)
            if times[case.reference] > 1:
                rule = f"流水号 {case.reference} 在同一申请中出现 {times[case.reference]} 次"
                faults.add(number, "reference", rule, next_step="一笔进账只能入账一次")
            if found is None:
                continue
            if found.line.pk in seen:
                rule = f"与第{seen[found.line.pk]}项是同一笔发放"
                faults.add(number, "person", rule, next_step="请填写支付批次", place=shown(case.person))
            seen[found.line.pk] = number
            _check_payable(number, case, found.line, view, faults)
        return faults

    def plan(self, cases: Sequence[TakeLateReturn], view: View) -> Changes:
        """The failed lines, their vouchers, and what goes back to accounts."""
        changes = Changes(view)
        total, accounts = 0, 0
        for case in cases:
            found, _ = _found(1, case, view)
            assert found is not None, "a plan is made after its check"
            line = found.line
            changes.set(line, result=FAILED)
            accounts += take_back(found, changes)
            payout = _owe_again(case, line, changes)
            changes.add(
                LateReturn(
                    bank_line_id=line.pk, statement_line_id=found.receipt.pk, reason=case.reason, payout_id=payout
                )
            )
            total += line.amount_fen
        return changes.giving(lines=len(cases), amount_fen=total, account_fen=accounts)


# ── Which payment it was ──


def _found(number: int, case: TakeLateReturn, view: View) -> tuple[Found | None, Faults]:
    """The payment and its money, and what stands against them, read once for check and plan."""

    def read() -> tuple[Found | None, Faults]:
        faults = Faults()
        return _find(number, case, faults), faults

    return view.once(("late return", case), read)


def _find(number: int, case: TakeLateReturn, faults: Faults) -> Found | None:
    """The confirmed payment, and the bank's line of its sum; what is wrong goes to ``faults``."""
    place = shown(case.person)
    paid = list(_paid_lines(case).order_by("-id"))
    if not paid:
        of = f"批次 {case.batch} 中" if case.batch else ""
        rule = f"{of}没有此人已发放成功、尚未退回的款项"
        faults.add(number, "person", rule, next_step="请核对收款人和批次", place=place)
        return None
    account = ACCOUNT_OF[paid[0].batch.kind]
    arrived = bank_receipt(account, case.reference)
    same = [line for line in paid if arrived is not None and line.amount_fen == arrived.credit_fen]
    if len(same) > 1:
        batches = "、".join(sorted(line.batch.number for line in same))
        rule = f"该金额在批次 {batches} 中都发放过"
        faults.add(number, "batch", rule, next_step="请填写退回的是哪一批", place=place)
        return None
    line = same[0] if same else paid[0]
    receipt = unused_receipt(account, case.reference, line.amount_fen, faults, case=number, field="reference")
    if receipt is None:
        return None
    if LateReturn.objects.filter(statement_line=receipt).exists():
        faults.add(number, "reference", f"流水号 {case.reference} 的进账已经入账，不能重复使用", place=place)
        return None
    return Found(line, receipt)


def _paid_lines(case: TakeLateReturn) -> QuerySet[BankLine]:
    """The payee's confirmed payments that did not come back yet."""
    number = Person.objects.filter(resident_number=case.person).values_list("personal_number", flat=True).first()
    lines = BankLine.objects.filter(payee_number=number or case.person, result=PAID).select_related("batch")
    return lines.filter(batch__number=case.batch) if case.batch else lines


def _check_payable(number: int, case: TakeLateReturn, line: BankLine, view: View, faults: Faults) -> None:
    """A pension month can be paid again: it is not claimed back as overpaid; after a settlement somebody is to be paid."""
    if line.batch.kind != "PENSION":
        return
    paid = PensionMonth.objects.filter(bank_line=line)
    withdrawn = Coalesce(Sum("withdrawals__amount_fen"), 0)
    claims = OverpaidMonth.objects.filter(overpayment__person=line.person_id, month__in=paid.values("month"))
    claimed = claims.annotate(withdrawn=withdrawn).filter(amount_fen__gt=F("withdrawn"))
    month = claimed.order_by("month").values_list("month", flat=True).first()
    place = shown(case.person)
    if month is not None:
        rule = f"{month} 的待遇已认定多发并立案追回，退回的款项应冲抵追回案件"
        faults.add(number, "person", rule, next_step="请按多发待遇追回入账，或先撤销该案件", place=place)
    elif (settlement := _settlement(line)) is not None:
        if not case.payee_account and _payee_of(settlement) is None:
            rule = "关系已终止结算，结算没有应付款可照付"
            step = "请写明补付收款人、收款账号和继承关系证明"
            faults.add(number, "payee_account", rule, next_step=step, place=place)
        elif case.payee_account:
            check_payee(number, settlement.person, _ending(settlement, case), view, faults)


def _settlement(line: BankLine) -> Settlement | None:
    """The standing settlement of the pension a line belongs to."""
    standing = Settlement.objects.filter(person=line.person_id, award__isnull=False, reversed=False)
    return standing.select_related("person").order_by("-id").first() if line.batch.kind == "PENSION" else None


def _payee_of(settlement: Settlement) -> Payee | None:
    """Whoever the settlement pays; None where it owes nothing."""
    owed = Payout.objects.filter(person=settlement.person_id, act=settlement.act_id).order_by("id").first()
    return None if owed is None else Payee(owed.payee_name, owed.payee_account, owed.payee_bank)


def _ending(settlement: Settlement, case: TakeLateReturn) -> EndOfRelation:
    """The settled end, with the payee stated now."""
    return EndOfRelation(
        person=case.person,
        reason=settlement.reason,
        event_date=settlement.event_date,
        payee_name=case.payee_name,
        payee_account=case.payee_account or "",
        payee_bank=case.payee_bank,
        heir_evidence=case.heir_evidence or "",
    )


# ── Who is paid instead ──


def _owe_again(case: TakeLateReturn, line: BankLine, changes: Changes) -> int | None:
    """Plan that months which came back after a settlement are owed to its payee: the payout, or None where none is owed.

    Their account part, returned by the same act, leaves the account with them.
    """
    settlement = _settlement(line)
    if settlement is None:
        return None
    back = drawn_by(line, changes)
    memo = f"批次{line.batch.number}退票补付"
    leaving = Postings(back.person, -back.amount, back.value_month)
    post_to_accounts(leaving, EntryKind.SETTLEMENT, event="account_settled", changes=changes, memo=memo)
    stated = _ending(settlement, case).payee if case.payee_account else _payee_of(settlement)
    assert stated is not None, "a plan is made after its check"
    fen = np.array([line.amount_fen], dtype=np.int64)
    [payout] = add_payouts([settlement.person], fen, Payout.Kind.RETURNED, [stated], changes=changes).tolist()
    return int(payout)
