"""Claiming money back (追回): notices, instalment plans, and contributions refunded as duplicates."""

from django.db import models
from django.db.models import Q

from jubao.records.cases import Overpayment
from jubao.records.contributions import Contribution
from jubao.records.facts import Fact
from jubao.records.payments import Payout


class RecoveryDemand(Fact):
    """A notice that asks for money back (追回通知书)."""

    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="demands")
    number = models.CharField("文书编号", max_length=60, unique=True)
    amount_fen = models.BigIntegerField()
    sent_date = models.DateField()
    due_date = models.DateField("还款期限")
    receiver = models.CharField("送达对象", max_length=120)

    class Meta:
        verbose_name = "追回通知"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="demand_positive"),)


class InstalmentPlan(Fact):
    """An agreement to pay back in parts (分期还款协议); a later one of the same case replaces it."""

    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="plans")
    agreed_date = models.DateField("协议日期")
    amount_fen = models.BigIntegerField("分期总额")
    debtor = models.CharField("还款人", max_length=100)
    memo = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "分期还款协议"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="plan_positive"),)


class Instalment(Fact):
    """One part of a plan (分期)."""

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.PROTECT, related_name="instalments")
    seq = models.PositiveSmallIntegerField("期次")
    due_date = models.DateField("应还日期")
    amount_fen = models.BigIntegerField()

    class Meta:
        verbose_name = "分期"
        constraints = (
            models.UniqueConstraint(fields=["plan", "seq"], name="one_instalment_per_seq"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="instalment_positive"),
        )


class ContributionRefund(Fact):
    """A contribution given back (缴费退款), once at most, to be paid through a payout."""

    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, related_name="refund")
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="contribution_refunds")
    amount_fen = models.BigIntegerField("退还个人缴费")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = "缴费退款"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="contribution_refund_positive"),)
