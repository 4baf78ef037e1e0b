"""Accounts, vouchers and their lines: only appended, balanced by constraint, numbered per book and month."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jubao.columns.bounded import Code, Count, Day, Fen, Month, Period, Sha256, Text

BOOKS = [("FUND", "基金"), ("DELEGATED", "代发"), ("ACCOUNTS", "个人账户")]


class Posting(models.Model):
    """A row of the books that an act added; ``act`` refers to the audit event."""

    derived_fields: ClassVar[tuple[str, ...]] = ()
    key_fields: ClassVar[dict[str, str]] = {}

    act = models.ForeignKey("records.AuditEvent", on_delete=models.PROTECT, related_name="+", verbose_name="经办事件")

    class Meta:
        abstract = True


class Account(Posting):
    """An account of a dated chart (会计科目)."""

    chart = Text("科目表", max_length=20)
    key = Text("科目代号", max_length=40)
    code = Text("科目编码", max_length=20)
    name = Text("科目名称", max_length=80)
    nature = Text("科目性质", max_length=12)
    book = Code("账套", choices=BOOKS)
    valid_from = Day("起始日")
    valid_to = Day("截止日（不含）", null=True)

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

    derived_fields: ClassVar[tuple[str, ...]] = ("state",)
    numbered_by: ClassVar[tuple[str, tuple[str, ...]]] = ("number", ("book", "period"))
    """Numbers without gaps in each book and period, given when the voucher is written."""

    book = Code("账套", choices=BOOKS)
    period = Month("会计期间")
    number = Count("凭证号", at_least=1)
    date = Day("凭证日期")
    event = Text("业务", max_length=40)
    memo = Text("摘要", max_length=200, blank=True)
    reference = Text("依据", max_length=160, blank=True)
    debit_fen = Fen("借方合计", at_least=1)
    credit_fen = Fen("贷方合计", at_least=1)
    state = Code("状态", choices=State.choices)
    reversal_of = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by", verbose_name="被红冲的凭证"
    )
    late_for = Day("应记日期", null=True)

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

    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="step", verbose_name="记账凭证")
    state = Code("状态", choices=Voucher.State.choices)

    class Meta:
        verbose_name = "凭证流转"


class VoucherLine(Posting):
    """One leg of a voucher (分录), debit or credit, never both, never zero, never negative."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="lines", verbose_name="记账凭证")
    seq = Count("分录序号", at_least=1)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines", verbose_name="会计科目")
    debit_fen = Fen("借方金额", at_least=0)
    credit_fen = Fen("贷方金额", at_least=0)

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

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="attachments", verbose_name="记账凭证")
    sha256 = Sha256("SHA-256 校验值")
    filename = Text("文件名", max_length=255)
    pages = Count("张数", at_least=1, default=1)

    class Meta:
        verbose_name = "凭证附件"
        constraints = (models.UniqueConstraint(fields=["voucher", "sha256"], name="one_paper_once_per_voucher"),)


class PeriodClose(Posting):
    """A month or year of a book that is closed (结账): its manifest seals every voucher and balance of it.

    No voucher enters a closed period any more; a trigger says so as well.
    """

    book = Code("账套", choices=BOOKS)
    kind = Code("结账种类", choices=[("MONTH", "月结"), ("YEAR", "年结")])
    period = Period("会计期间，月为 YYYYMM，年为 YYYY")
    vouchers = Count("凭证张数")
    lines = Count("分录条数")
    debit_fen = Fen("借方发生额", at_least=0)
    balances = models.TextField("期末余额（JSON，分）")
    previous = Sha256("上一份清单的 SHA-256", blank=True)
    manifest = Sha256("清单的 SHA-256")

    class Meta:
        verbose_name = "结账"
        constraints = (models.UniqueConstraint(fields=["book", "kind", "period"], name="each_period_closed_once"),)


class Reconciliation(Posting):
    """A month of one bank account agreed with the bank (银行存款余额调节表): two balances and every difference."""

    account = Text("账户", max_length=40)
    period = Month("会计期间")
    book_fen = Fen("账面余额")
    bank_fen = Fen("银行余额")
    items = models.TextField("未达账项（JSON）")

    class Meta:
        verbose_name = "银行对账"
        constraints = (models.UniqueConstraint(fields=["account", "period"], name="one_reconciliation_a_month"),)


class ReconciledGroup(Posting):
    """Lines of bank and books that are the same money (勾对): found by a rule, or by hand with a reason."""

    account = Text("账户", max_length=40)
    method = Code("勾对方式", choices=[("RULE", "规则"), ("HAND", "手工")])
    rule = Text("规则", max_length=40)
    note = Text("理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "勾对"
        constraints = (
            models.CheckConstraint(condition=Q(method="RULE") | ~Q(note=""), name="match_by_hand_has_reason"),
        )


class ReconciledLine(Posting):
    """One line in a group: the bank's or the books', each in one group at most."""

    group = models.ForeignKey(ReconciledGroup, on_delete=models.PROTECT, related_name="lines", verbose_name="勾对组")
    statement_line = models.OneToOneField(
        "records.StatementLine",
        null=True,
        on_delete=models.PROTECT,
        related_name="reconciled",
        verbose_name="银行流水",
    )
    voucher_line = models.OneToOneField(
        VoucherLine, null=True, on_delete=models.PROTECT, related_name="reconciled", verbose_name="分录"
    )

    class Meta:
        verbose_name = "勾对明细"
        constraints = (
            models.CheckConstraint(
                condition=Q(statement_line__isnull=True) ^ Q(voucher_line__isnull=True), name="bank_or_books"
            ),
        )
