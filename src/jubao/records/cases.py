"""How a relation ends in money: settlements, overpayments and their recovery, transfers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jubao.records.awards import Award
from jubao.records.contributions import StatementLine
from jubao.records.facts import Fact
from jubao.records.people import Person


class Settlement(Fact):
    """What is owed both ways when a relation ends (终止结算, AAE417–AAE427)."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="settlement")
    award = models.OneToOneField(Award, null=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=6)
    event_date = models.DateField("死亡或终止日期")
    reported_date = models.DateField(null=True)
    burial = models.CharField("安葬方式", max_length=4, blank=True)
    refundable_fen = models.BigIntegerField("可退账户金额")
    personal_fen = models.BigIntegerField("其中个人缴费")
    backpay_fen = models.BigIntegerField("补发")
    overpaid_fen = models.BigIntegerField("多发")
    funeral_fen = models.BigIntegerField("丧葬补助金")
    offset_fen = models.BigIntegerField("抵扣")
    refund_fen = models.BigIntegerField("退款合计")
    to_recover_fen = models.BigIntegerField("应追回")
    memo = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "终止结算"
        constraints = (
            models.CheckConstraint(
                condition=Q(refund_fen=F("refundable_fen") + F("backpay_fen") + F("funeral_fen") - F("offset_fen"))
                & Q(to_recover_fen=F("overpaid_fen") - F("offset_fen"))
                & Q(offset_fen__gte=0, refund_fen__gte=0, to_recover_fen__gte=0),
                name="settlement_adds_up",
            ),
        )


class BackpayMonth(Fact):
    """One month and item still owed when a relation ends (终止补发), paid with the settlement."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="backpay_months")
    month = models.IntegerField()
    item = models.CharField(max_length=6)
    amount_fen = models.BigIntegerField()

    class Meta:
        verbose_name = "终止补发明细"
        constraints = (
            models.UniqueConstraint(fields=["settlement", "month", "item"], name="one_backpay_month_and_item"),
        )


class Overpayment(Fact):
    """A recovery case (多发追回): months paid without a right, to be offset or paid back."""

    head_fields: ClassVar[tuple[str, ...]] = ("open_fen",)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="overpayments")
    reason = models.CharField(max_length=6)
    from_month = models.IntegerField()
    to_month = models.IntegerField()
    amount_fen = models.BigIntegerField()
    owner_post = models.CharField(max_length=20)
    due_date = models.DateField()
    open_fen = models.BigIntegerField("未追回")

    class Meta:
        verbose_name = "多发追回"
        constraints = (
            models.UniqueConstraint(fields=["person", "reason"], name="one_overpayment_per_reason"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, open_fen__gte=0, open_fen__lte=F("amount_fen")),
                name="recovery_never_exceeds_overpayment",
            ),
        )


class OverpaidMonth(Fact):
    """One overpaid month and item (多发明细)."""

    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="months")
    month = models.IntegerField()
    item = models.CharField(max_length=6)
    amount_fen = models.BigIntegerField()

    class Meta:
        verbose_name = "多发明细"
        constraints = (
            models.UniqueConstraint(fields=["overpayment", "month", "item"], name="one_overpaid_month_and_item"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="overpaid_positive"),
        )


class RecoveryEvent(Fact):
    """Money that came back, or never will (追回): offset in the settlement, received by the bank, written off."""

    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="recoveries")
    kind = models.CharField(
        max_length=11, choices=[("OFFSET", "抵扣"), ("RECEIPT", "退回"), ("WRITTEN_OFF", "核销")]
    )
    amount_fen = models.BigIntegerField()
    statement_line = models.OneToOneField(StatementLine, null=True, on_delete=models.PROTECT)
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = "追回"
        constraints = (
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_positive"),
            models.CheckConstraint(
                condition=Q(kind="OFFSET", statement_line__isnull=True)
                | Q(kind="RECEIPT", statement_line__isnull=False)
                | Q(kind="WRITTEN_OFF", statement_line__isnull=True) & ~Q(basis=""),
                name="recovery_receipt_has_bank_line",
            ),
        )


class Transfer(Fact):
    """A relation that moved in or out (关系转移、制度衔接)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers")
    direction = models.CharField(max_length=3, choices=[("IN", "转入"), ("OUT", "转出")])
    kind = models.CharField(
        max_length=16,
        choices=[
            ("WITHIN_PROVINCE", "省内关系转移"),
            ("CROSS_PROVINCE", "跨省关系转移"),
            ("FROM_EMPLOYEES", "职保转居保"),
            ("TO_EMPLOYEES", "居保转职保"),
        ],
    )
    agency = models.CharField("对方经办机构", max_length=120)
    amount_fen = models.BigIntegerField()
    years = models.PositiveSmallIntegerField()
    statement_line = models.OneToOneField(StatementLine, null=True, on_delete=models.PROTECT)

    class Meta:
        verbose_name = "关系转移"
        constraints = (
            models.CheckConstraint(
                condition=Q(direction="OUT") | Q(amount_fen=0) | Q(statement_line__isnull=False),
                name="transfer_in_has_bank_line",
            ),
        )
