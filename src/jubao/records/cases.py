"""How a relation ends in money: settlements, overpayments and their recovery, transfers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jubao.columns.bounded import Code, Count, Day, Fen, Month, Text
from jubao.records.awards import Award
from jubao.records.contributions import StatementLine
from jubao.records.facts import Fact
from jubao.records.people import BURIALS, REASONS, Person
from jubao.vocabulary.codes import BenefitItem, SuspensionReason, TerminationReason
from jubao.vocabulary.codes.membership import AccountEnd

RECOVERY_KINDS = [("OFFSET", "抵扣"), ("RECEIPT", "退回"), ("WRITTEN_OFF", "核销"), ("WITHDRAWN", "撤销")]


class Settlement(Fact):
    """What is owed both ways when a relation ends (终止结算, AAE417–AAE427); one stands at a time, others are reversed."""

    derived_fields: ClassVar[tuple[str, ...]] = ("reversed",)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="settlements", verbose_name="参保人")
    award = models.ForeignKey(
        Award, null=True, on_delete=models.PROTECT, related_name="settlements", verbose_name="待遇"
    )
    reason = Code("终止原因", choices=REASONS)
    event_date = Day("死亡或终止日期")
    reported_date = Day("报告日期", null=True)
    burial = Code("安葬方式", choices=BURIALS, blank=True)
    account = Code("账户处理", choices=AccountEnd.choices())
    refundable_fen = Fen("可退账户金额", at_least=0)
    personal_fen = Fen("其中个人缴费", at_least=0)
    backpay_fen = Fen("补发", at_least=0)
    drawn_fen = Fen("其中个人账户支付", at_least=0)
    overpaid_fen = Fen("多发", at_least=0)
    funeral_fen = Fen("丧葬补助金", at_least=0)
    offset_fen = Fen("抵扣", at_least=0)
    refund_fen = Fen("退款合计", at_least=0)
    to_recover_fen = Fen("应追回", at_least=0)
    memo = Text("备注", max_length=300, blank=True)
    reversed = models.BooleanField("已撤销", default=False)

    class Meta:
        verbose_name = "终止结算"
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(reversed=False) & ~Q(account="KEPT"), name="one_settlement_per_person"
            ),
            models.CheckConstraint(
                condition=Q(reported_date__isnull=True) | Q(reported_date__gte=F("event_date")),
                name="settlement_reported_after_event",
            ),
            models.CheckConstraint(
                condition=Q(account__in=["PAID", "PAID_WITHOUT_SUBSIDY"]) | Q(refundable_fen=0),
                name="settlement_pays_no_kept_account",
            ),
            models.UniqueConstraint(fields=["award"], condition=Q(reversed=False), name="one_settlement_per_award"),
            models.CheckConstraint(condition=Q(drawn_fen__lte=F("backpay_fen")), name="settlement_draws_for_backpay"),
            models.CheckConstraint(
                condition=Q(refund_fen=F("refundable_fen") + F("backpay_fen") + F("funeral_fen") - F("offset_fen"))
                & Q(to_recover_fen=F("overpaid_fen") - F("offset_fen"))
                & Q(offset_fen__gte=0, refund_fen__gte=0, to_recover_fen__gte=0),
                name="settlement_adds_up",
            ),
        )


class SettlementReversal(Fact):
    """What showed that an ending was none (终止结算撤销): the pension runs again, and the settlement does not stand."""

    settlement = models.OneToOneField(
        Settlement, on_delete=models.PROTECT, related_name="reversal", verbose_name="终止结算"
    )
    evidence = Text("依据", max_length=200)
    evidence_date = Day("依据日期")

    class Meta:
        verbose_name = "终止结算撤销"


class BackpayMonth(Fact):
    """One month and item still owed when a relation ends (终止补发), paid with the settlement."""

    settlement = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, related_name="backpay_months", verbose_name="终止结算"
    )
    month = Month("待遇所属月")
    item = Code("待遇项目", choices=BenefitItem.choices())
    amount_fen = Fen("金额", at_least=1)

    class Meta:
        verbose_name = "终止补发明细"
        constraints = (
            models.UniqueConstraint(fields=["settlement", "month", "item"], name="one_backpay_month_and_item"),
        )


class Overpayment(Fact):
    """A recovery case (多发追回): months paid without a right, to be offset or paid back."""

    derived_fields: ClassVar[tuple[str, ...]] = ("open_fen",)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="overpayments", verbose_name="参保人")
    reason = Code("多发原因", choices=[*SuspensionReason.choices(), *TerminationReason.choices()])
    from_month = Month("起始年月")
    to_month = Month("截止年月（不含）")
    amount_fen = Fen("多发金额", at_least=1)
    owner_post = Text("责任岗位", max_length=20)
    due_date = Day("还款期限")
    open_fen = Fen("未追回", at_least=0)

    class Meta:
        verbose_name = "多发追回"
        constraints = (
            models.UniqueConstraint(fields=["person", "reason", "act"], name="one_overpayment_per_reason_and_act"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, open_fen__gte=0, open_fen__lte=F("amount_fen")),
                name="recovery_never_exceeds_overpayment",
            ),
        )


class OverpaidMonth(Fact):
    """One overpaid month and item (多发明细)."""

    overpayment = models.ForeignKey(
        Overpayment, on_delete=models.PROTECT, related_name="months", verbose_name="追回案件"
    )
    month = Month("待遇所属月")
    item = Code("待遇项目", choices=BenefitItem.choices())
    amount_fen = Fen("金额", at_least=1)

    class Meta:
        verbose_name = "多发明细"
        constraints = (
            models.UniqueConstraint(fields=["overpayment", "month", "item"], name="one_overpaid_month_and_item"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="overpaid_positive"),
        )


class WithdrawnMonth(Fact):
    """A part of an overpaid month that is claimed no longer (多发撤销明细): the month turned out to be due after all."""

    overpaid_month = models.ForeignKey(
        OverpaidMonth, on_delete=models.PROTECT, related_name="withdrawals", verbose_name="多发明细"
    )
    amount_fen = Fen("金额", at_least=1)

    class Meta:
        verbose_name = "多发撤销明细"
        constraints = (
            models.UniqueConstraint(fields=["overpaid_month", "act"], name="one_withdrawal_a_month_and_act"),
        )


class RecoveryEvent(Fact):
    """How a claim gets less (追回): set off in the settlement, received by the bank, written off, or withdrawn."""

    overpayment = models.ForeignKey(
        Overpayment, on_delete=models.PROTECT, related_name="recoveries", verbose_name="追回案件"
    )
    kind = Code("追回方式", choices=RECOVERY_KINDS)
    amount_fen = Fen("金额", at_least=1)
    statement_line = models.OneToOneField(StatementLine, null=True, on_delete=models.PROTECT, verbose_name="银行流水")
    basis = Text("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = "追回"
        constraints = (
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_positive"),
            models.CheckConstraint(
                condition=Q(kind="OFFSET", statement_line__isnull=True)
                | Q(kind="RECEIPT", statement_line__isnull=False)
                | Q(kind__in=["WRITTEN_OFF", "WITHDRAWN"], statement_line__isnull=True) & ~Q(basis=""),
                name="recovery_receipt_has_bank_line",
            ),
        )


class Transfer(Fact):
    """A relation that moved in or out (关系转移、制度衔接)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers", verbose_name="参保人")
    direction = Code("方向", choices=[("IN", "转入"), ("OUT", "转出")])
    kind = Code(
        "转移类型",
        choices=[
            ("WITHIN_PROVINCE", "省内关系转移"),
            ("CROSS_PROVINCE", "跨省关系转移"),
            ("FROM_EMPLOYEES", "职保转居保"),
            ("TO_EMPLOYEES", "居保转职保"),
        ],
    )
    agency = Text("对方经办机构", max_length=120)
    amount_fen = Fen("转移金额", at_least=0)
    years = Count("随转年限")
    statement_line = models.OneToOneField(StatementLine, null=True, on_delete=models.PROTECT, verbose_name="银行流水")

    class Meta:
        verbose_name = "关系转移"
        constraints = (
            models.CheckConstraint(
                condition=Q(direction="OUT") | Q(amount_fen=0) | Q(statement_line__isnull=False),
                name="transfer_in_has_bank_line",
            ),
        )
