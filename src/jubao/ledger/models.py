"""Accounts, vouchers and their lines: only appended, balanced by constraint, numbered per book and month."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Posting(models.Model):
    """A row of the books that an act added; ``act`` refers to the audit event."""

    head_fields: ClassVar[tuple[str, ...]] = ()

    act = models.ForeignKey("records.AuditEvent", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Account(Posting):
    """An account of a dated chart (会计科目)."""

    chart = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    code = models.CharField("科目编码", max_length=20)
    name = models.CharField("科目名称", max_length=80)
    nature = models.CharField(max_length=12)
    book = models.CharField("账套", max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = "会计科目"
        constraints = (models.UniqueConstraint(fields=["chart", "key"], name="one_account_per_chart_and_key"),)


class Voucher(Posting):
    """A voucher (记账凭证): pending until the money is certain, then posted, or voided."""

    class State(models.TextChoices):
        """The two phases."""

        PENDING = "PENDING", "待记账"
        POSTED = "POSTED", "已记账"
        VOIDED = "VOIDED", "已作废"

    head_fields: ClassVar[tuple[str, ...]] = ("state",)

    book = models.CharField(max_length=12)
    period = models.IntegerField("会计期间")
    number = models.PositiveIntegerField("凭证号")
    date = models.DateField("凭证日期")
    event = models.CharField("业务", max_length=40)
    memo = models.CharField("摘要", max_length=200)
    reference = models.CharField("依据", max_length=160, blank=True)
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices)

    class Meta:
        verbose_name = "记账凭证"
        constraints = (
            models.UniqueConstraint(fields=["book", "period", "number"], name="one_voucher_per_number"),
            models.CheckConstraint(condition=Q(debit_fen=F("credit_fen"), debit_fen__gt=0), name="voucher_balances"),
        )


class VoucherStep(Posting):
    """The second phase of a voucher (凭证流转): posted or voided, once."""

    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="step")
    state = models.CharField(max_length=8, choices=Voucher.State.choices)

    class Meta:
        verbose_name = "凭证流转"


class VoucherLine(Posting):
    """One leg of a voucher (分录), debit or credit, never both, never zero, never negative."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="lines")
    seq = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()

    class Meta:
        verbose_name = "分录"
        constraints = (
            models.UniqueConstraint(fields=["voucher", "seq"], name="one_leg_per_seq"),
            models.CheckConstraint(
                condition=Q(debit_fen__gt=0, credit_fen=0) | Q(debit_fen=0, credit_fen__gt=0), name="leg_has_one_side"
            ),
        )
