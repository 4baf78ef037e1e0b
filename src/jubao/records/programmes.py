"""Other duties: payments on behalf, the registration campaign, and fund movements between levels."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.records.contributions import StatementLine
from jubao.records.facts import Fact
from jubao.records.payments import BankLine, PaymentBatch


class DelegatedPayee(Fact):
    """Somebody paid on behalf of another programme (代发人员); the owning department decides."""

    programme = models.CharField("代发项目", max_length=3)
    resident_number = models.CharField(max_length=18)
    name = models.CharField(max_length=100)
    division = models.CharField(max_length=12)
    bank = models.CharField(max_length=40)
    bank_account = models.CharField(max_length=30)
    monthly_fen = models.BigIntegerField()
    start_month = models.IntegerField()

    class Meta:
        verbose_name = "代发人员"
        constraints = (
            models.UniqueConstraint(fields=["programme", "resident_number"], name="one_payee_per_programme"),
            models.CheckConstraint(condition=Q(monthly_fen__gt=0), name="delegated_positive"),
        )


class DelegatedLine(Fact):
    """A month paid on behalf (代发明细); at most one live line per payee and month."""

    head_fields: ClassVar[tuple[str, ...]] = ("state",)

    payee = models.ForeignKey(DelegatedPayee, on_delete=models.PROTECT, related_name="lines")
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="delegated_lines")
    bank_line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="delegated_lines")
    month = models.IntegerField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=6, default="DUE")

    class Meta:
        verbose_name = "代发明细"
        constraints = (
            models.UniqueConstraint(
                fields=["payee", "month"], condition=Q(state__in=["DUE", "PAID"]), name="one_live_delegated_line"
            ),
        )


class DelegatedFunding(Fact):
    """Money another department sent for its programme (代发资金)."""

    programme = models.CharField(max_length=3)
    amount_fen = models.BigIntegerField()
    statement_line = models.OneToOneField(StatementLine, on_delete=models.PROTECT)

    class Meta:
        verbose_name = "代发资金"


class Campaign(Fact):
    """A registration campaign (全民参保登记) with the tasks handed down."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    year = models.PositiveIntegerField()
    city_target = models.PositiveIntegerField("市局任务数")
    earlier_target = models.PositiveIntegerField("前任务数")

    class Meta:
        verbose_name = "登记专项"


class CampaignTask(Fact):
    """A person on the campaign's list (任务清单)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="tasks")
    record_number = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    resident_number = models.CharField(max_length=18)
    division = models.CharField(max_length=12)

    class Meta:
        verbose_name = "登记任务"
        constraints = (models.UniqueConstraint(fields=["campaign", "record_number"], name="one_task_per_record"),)


class CampaignResult(Fact):
    """What came of one person (登记结果): completed, or cannot be recorded with its reason."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="results")
    record_number = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=100)
    resident_number = models.CharField(max_length=18)
    division = models.CharField(max_length=12)
    completed = models.BooleanField()
    code = models.CharField(max_length=8)
    registered_date = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "登记结果"
        constraints = (
            models.UniqueConstraint(fields=["campaign", "resident_number"], name="one_result_per_person"),
            models.CheckConstraint(condition=Q(completed=True) | ~Q(reason=""), name="cannot_record_needs_reason"),
        )


class FiscalReceipt(Fact):
    """Fiscal money that arrived, by level and purpose (财政补助到账)."""

    notice = models.CharField("文号", max_length=80)
    level = models.CharField("级次", max_length=10)
    purpose = models.CharField("用途", max_length=20)
    amount_fen = models.BigIntegerField()
    statement_line = models.OneToOneField(StatementLine, on_delete=models.PROTECT)

    class Meta:
        verbose_name = "财政补助"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="fiscal_receipt_positive"),)


class FundMovement(Fact):
    """Money moved between the fund's accounts or up to the province (归集、请款、上解)."""

    kind = models.CharField(max_length=8, choices=[("SWEEP", "归集"), ("DRAW", "请款"), ("REMIT", "上解")])
    month = models.IntegerField()
    amount_fen = models.BigIntegerField()
    purpose = models.CharField(max_length=120)
    reference = models.CharField(max_length=60, unique=True)

    class Meta:
        verbose_name = "资金划转"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="movement_positive"),)
