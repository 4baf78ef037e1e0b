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
    reversal_of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    late_for = models.DateField("应记日期", null=True)

    class Meta:
        verbose_name = "记账凭证"
        constraints = (
            models.UniqueConstraint(fields=["book", "period", "number"], name="one_voucher_per_number"),
            models.CheckConstraint(
                condition=Q(late_for__isnull=True) | Q(late_for__lt=F("date")), name="late_voucher_is_later"
            ),
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


class Attachment(Posting):
    """A paper behind a voucher (附件), kept under its hash."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="attachments")
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=200)
    pages = models.PositiveSmallIntegerField("张数", default=1)

    class Meta:
        verbose_name = "凭证附件"
        constraints = (models.UniqueConstraint(fields=["voucher", "sha256"], name="one_paper_once_per_voucher"),)


class PeriodClose(Posting):
    """A month or year of a book that is closed (结账): its manifest seals every voucher and balance of it.

    No voucher enters a closed period any more; a trigger says so as well.
    """

    book = models.CharField("账套", max_length=12)
    kind = models.CharField(max_length=5, choices=[("MONTH", "月结"), ("YEAR", "年结")])
    period = models.IntegerField("会计期间，月为 YYYYMM，年为 YYYY")
    vouchers = models.PositiveIntegerField("凭证张数")
    lines = models.PositiveIntegerField("分录条数")
    debit_fen = models.BigIntegerField("借方发生额")
    balances = models.TextField("期末余额（JSON，分）")
    previous = models.CharField("上一份清单的 SHA-256", max_length=64, blank=True)
    manifest = models.CharField("清单的 SHA-256", max_length=64)

    class Meta:
        verbose_name = "结账"
        constraints = (models.UniqueConstraint(fields=["book", "kind", "period"], name="each_period_closed_once"),)


class Reconciliation(Posting):
    """A month of one bank account agreed with the bank (银行存款余额调节表): two balances and every difference."""

    account = models.CharField("账户", max_length=40)
    period = models.IntegerField("会计期间")
    book_fen = models.BigIntegerField("账面余额")
    bank_fen = models.BigIntegerField("银行余额")
    items = models.TextField("未达账项（JSON）")

    class Meta:
        verbose_name = "银行对账"
        constraints = (models.UniqueConstraint(fields=["account", "period"], name="one_reconciliation_a_month"),)


class ReconciledGroup(Posting):
    """Lines of bank and books that are the same money (勾对): found by a rule, or by hand with a reason."""

    account = models.CharField("账户", max_length=40)
    method = models.CharField(max_length=4, choices=[("RULE", "规则"), ("HAND", "手工")])
    rule = models.CharField("规则", max_length=40)
    note = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "勾对"
        constraints = (
            models.CheckConstraint(condition=Q(method="RULE") | ~Q(note=""), name="match_by_hand_has_reason"),
        )


class ReconciledLine(Posting):
    """One line in a group: the bank's or the books', each in one group at most."""

    group = models.ForeignKey(ReconciledGroup, on_delete=models.PROTECT, related_name="lines")
    statement_line = models.OneToOneField(
        "records.StatementLine", null=True, on_delete=models.PROTECT, related_name="reconciled"
    )
    voucher_line = models.OneToOneField(VoucherLine, null=True, on_delete=models.PROTECT, related_name="reconciled")

    class Meta:
        verbose_name = "勾对明细"
        constraints = (
            models.CheckConstraint(
                condition=Q(statement_line__isnull=True) ^ Q(voucher_line__isnull=True), name="bank_or_books"
            ),
        )
