"""Claiming money back (追回): notices, instalment plans, and contributions refunded as duplicates."""

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import Count, Day, Fen, Text
from jubao.records.cases import Overpayment
from jubao.records.contributions import Contribution
from jubao.records.facts import Fact
from jubao.records.payments import Payout


class RecoveryDemand(Fact):
    """A notice that asks for money back (追回通知书)."""

    overpayment = models.ForeignKey(
        Overpayment, on_delete=models.PROTECT, related_name="demands", verbose_name="追回案件"
    )
    number = Text("文书编号", max_length=60, unique=True)
    amount_fen = Fen("追回金额", at_least=1)
    sent_date = Day("发出日期")
    due_date = Day("还款期限")
    receiver = Text("送达对象", max_length=120)

    class Meta:
        verbose_name = "追回通知"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="demand_positive"),)


class InstalmentPlan(Fact):
    """An agreement to pay back in parts (分期还款协议); a later one of the same case replaces it."""

    overpayment = models.ForeignKey(
        Overpayment, on_delete=models.PROTECT, related_name="plans", verbose_name="追回案件"
    )
    agreed_date = Day("协议日期")
    amount_fen = Fen("分期总额", at_least=1)
    debtor = Text("还款人", max_length=100)
    evidence = Text("协议", max_length=80)
    memo = Text("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "分期还款协议"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="plan_positive"),)


class Instalment(Fact):
    """One part of a plan (分期)."""

    plan = models.ForeignKey(
        InstalmentPlan, on_delete=models.PROTECT, related_name="instalments", verbose_name="分期还款协议"
    )
    seq = Count("期次", at_least=1)
    due_date = Day("应还日期")
    amount_fen = Fen("应还金额", at_least=1)

    class Meta:
        verbose_name = "分期"
        constraints = (
            models.UniqueConstraint(fields=["plan", "seq"], name="one_instalment_per_seq"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="instalment_positive"),
        )


class ContributionRefund(Fact):
    """A contribution given back (缴费退款), once at most, to be paid through a payout."""

    contribution = models.OneToOneField(
        Contribution, on_delete=models.PROTECT, related_name="refund", verbose_name="缴费"
    )
    payout = models.ForeignKey(
        Payout, on_delete=models.PROTECT, related_name="contribution_refunds", verbose_name="一次性支付"
    )
    amount_fen = Fen("退还个人缴费", at_least=1)
    reason = Text("原因", max_length=200)

    class Meta:
        verbose_name = "缴费退款"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="contribution_refund_positive"),)
