"""Money that leaves: payroll runs and the months they pay, payouts, bank batches, their lines and the bank's answers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import AccountNumber, Code, Count, Day, Fen, Month, RowKey, Sha256, Text
from jubao.columns.by_code import some_above_zero
from jubao.records.awards import Award
from jubao.records.facts import Fact
from jubao.records.office import InboundFile
from jubao.records.people import Person
from jubao.vocabulary.codes import ArrearsKind, BankFailure, BenefitItem, DelegatedProgramme

LIVE = Q(state__in=["DUE", "PAID"])
GONE = Q(state__in=["FAILED", "HELD"])
LINE_STATES = [("DUE", "待回盘"), ("PAID", "已发"), ("FAILED", "发放失败"), ("HELD", "已扣留")]
PAYOUT_STATES = [
    ("DUE", "待支付"),
    ("ORDERED", "已列批次"),
    ("PAID", "已支付"),
    ("FAILED", "支付失败"),
    ("VOID", "已作废"),
]


class PaymentBatch(Fact):
    """A batch for the bank (支付批次): fixed lines, fixed total, fixed file hash."""

    class State(models.TextChoices):
        """Where a batch stands."""

        LOCKED = "LOCKED", "已审批锁定"
        RELEASED = "RELEASED", "已放行"
        TRANSMITTED = "TRANSMITTED", "已交行"
        RETURNED = "RETURNED", "已回盘"

    derived_fields: ClassVar[tuple[str, ...]] = ("state",)

    number = Text("批次号", max_length=40, unique=True)
    kind = Code("批次类型", choices=[("PENSION", "养老金"), ("SETTLEMENT", "退付"), ("DELEGATED", "代发")])
    month = Month("发放年月")
    programme = Code("代发项目", choices=DelegatedProgramme.choices(), blank=True)
    count = Count("笔数", at_least=1)
    total_fen = Fen("合计金额", at_least=1)
    file_sha256 = Sha256("报盘文件的 SHA-256")
    case_ref = Text("案件号", max_length=160)
    state = Code("状态", choices=State.choices, default=State.LOCKED)

    class Meta:
        verbose_name = "支付批次"
        constraints = (models.CheckConstraint(condition=Q(total_fen__gt=0, count__gt=0), name="payment_has_money"),)


class BatchStep(Fact):
    """A step a payment batch took (批次流转): released, transmitted, returned, each at most once."""

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="steps", verbose_name="支付批次")
    state = Code("状态", choices=PaymentBatch.State.choices)
    inbound_file = models.ForeignKey(InboundFile, null=True, on_delete=models.PROTECT, verbose_name="来文")
    count = Count("放行笔数", at_least=1, null=True)
    total_fen = Fen("放行金额", at_least=1, null=True)
    file_sha256 = Sha256("放行报盘文件的 SHA-256", blank=True)

    class Meta:
        verbose_name = "批次流转"
        constraints = (models.UniqueConstraint(fields=["batch", "state"], name="each_batch_step_once"),)


class BankLine(Fact):
    """One payee's line of a batch (支付明细); the result is a head of the bank's answer."""

    derived_fields: ClassVar[tuple[str, ...]] = ("result",)

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="lines", verbose_name="支付批次")
    seq = Count("序号", at_least=1)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, verbose_name="参保人")
    payee_number = Text("收款人编号", max_length=20)
    payee_name = Text("收款人姓名", max_length=120)
    bank = Text("开户银行", max_length=40)
    account = AccountNumber("银行账号")
    amount_fen = Fen("金额", at_least=1)
    result = Code("结果", choices=[("PAID", "成功"), ("FAILED", "失败"), ("HELD", "已扣留")], blank=True)

    class Meta:
        verbose_name = "支付明细"
        constraints = (
            models.UniqueConstraint(fields=["batch", "seq"], name="one_bank_line_per_seq"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="bank_line_positive"),
        )


class LineReturn(Fact):
    """What the bank answered for one line (回盘结果); silence is never success."""

    bank_line = models.OneToOneField(
        BankLine, on_delete=models.PROTECT, related_name="returned", verbose_name="支付明细"
    )
    result = Code("结果", choices=[("PAID", "成功"), ("FAILED", "失败")])
    code = Code("失败代码", choices=BankFailure.choices(), blank=True)

    class Meta:
        verbose_name = "回盘结果"


class PayrollRun(Fact):
    """The monthly payroll (月度发放); one per month."""

    month = Month("发放年月", unique=True)
    people = Count("人数", at_least=1)
    count = Count("明细条数", at_least=1)
    total_fen = Fen("合计金额", at_least=1)
    policy_fingerprint = Sha256("政策指纹")
    batch = models.OneToOneField(
        PaymentBatch, on_delete=models.PROTECT, related_name="payroll_run", verbose_name="支付批次"
    )

    class Meta:
        verbose_name = "月度发放"


class PensionMonth(Fact):
    """What a batch pays somebody for one benefit month (发放月份): a row for each month, a column for each benefit item.

    At most one live row exists per person, benefit month and adjustment over all batches (I-05); ``adjustment`` is 0,
    or the arrears row whose difference the row pays. ``PayrollLine`` tells the same as one line for each item.
    """

    derived_fields: ClassVar[tuple[str, ...]] = ("state",)

    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, related_name="pension_months", verbose_name="支付批次"
    )
    bank_line = models.ForeignKey(
        BankLine, on_delete=models.PROTECT, related_name="pension_months", verbose_name="支付明细"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pension_months", verbose_name="参保人")
    # Who asks by award asks by its person as well: one index less to keep for every month of everybody.
    award = models.ForeignKey(
        Award, on_delete=models.PROTECT, related_name="pension_months", verbose_name="待遇", db_index=False
    )
    month = Month("待遇所属月")
    kind = Code("补发类型", choices=ArrearsKind.choices(), blank=True)
    adjustment = RowKey("调整序号", at_least=0, default=0)
    basic_central_fen = Fen(BenefitItem.BASIC_CENTRAL.label, at_least=0, default=0)
    basic_province_fen = Fen(BenefitItem.BASIC_PROVINCE.label, at_least=0, default=0)
    basic_city_fen = Fen(BenefitItem.BASIC_CITY.label, at_least=0, default=0)
    basic_county_fen = Fen(BenefitItem.BASIC_COUNTY.label, at_least=0, default=0)
    increment_fen = Fen(BenefitItem.INCREMENT.label, at_least=0, default=0)
    account_personal_fen = Fen(BenefitItem.ACCOUNT_PERSONAL.label, at_least=0, default=0)
    account_province_fen = Fen(BenefitItem.ACCOUNT_PROVINCE.label, at_least=0, default=0)
    account_city_fen = Fen(BenefitItem.ACCOUNT_CITY.label, at_least=0, default=0)
    account_county_fen = Fen(BenefitItem.ACCOUNT_COUNTY.label, at_least=0, default=0)
    account_collective_fen = Fen(BenefitItem.ACCOUNT_COLLECTIVE.label, at_least=0, default=0)
    account_transfer_fen = Fen(BenefitItem.ACCOUNT_TRANSFER.label, at_least=0, default=0)
    account_government_paid_fen = Fen(BenefitItem.ACCOUNT_GOVERNMENT_PAID.label, at_least=0, default=0)
    state = Code("状态", choices=LINE_STATES, default="DUE")

    class Meta:
        verbose_name = "发放月份"
        # Month first: the rows of a new month go to the end of the index, however many months stand before them.
        constraints = (
            models.UniqueConstraint(fields=["month", "person", "adjustment"], condition=LIVE, name="one_live_month"),
            models.CheckConstraint(condition=some_above_zero(BenefitItem), name="pension_month_pays"),
        )
        indexes = (models.Index(fields=["month"], condition=GONE, name="pension_month_gone"),)


class PayrollLine(Fact):
    """A benefit item of somebody's month in a batch (发放明细): a line of ``PensionMonth``, read from a view."""

    derived_fields: ClassVar[tuple[str, ...]] = ("state",)

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="+", verbose_name="支付批次")
    bank_line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="+", verbose_name="支付明细")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="参保人")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+", verbose_name="待遇")
    month = Month("待遇所属月")
    item = Code("待遇项目", choices=BenefitItem.choices())
    kind = Code("补发类型", choices=ArrearsKind.choices(), blank=True)
    adjustment = RowKey("调整序号", at_least=0, default=0)
    amount_fen = Fen("金额", at_least=1)
    state = Code("状态", choices=LINE_STATES, default="DUE")

    class Meta:
        managed = False
        verbose_name = "发放明细"


class Payout(Fact):
    """A single sum owed to somebody (一次性支付): refund, funeral grant, transfer out, what came back after a settlement."""

    class Kind(models.TextChoices):
        """Why the sum is owed."""

        REFUND = "REFUND", "个人账户返还"
        FUNERAL = "FUNERAL", "丧葬补助金"
        BACKPAY = "BACKPAY", "终止补发"
        TRANSFER = "TRANSFER", "关系转出"
        DUPLICATE = "DUPLICATE", "重复缴费退款"
        RETURNED = "RETURNED", "退汇待遇补付"

    derived_fields: ClassVar[tuple[str, ...]] = ("state",)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="payouts", verbose_name="参保人")
    kind = Code("支付类型", choices=Kind.choices)
    amount_fen = Fen("金额", at_least=1)
    payee_name = Text("收款人姓名", max_length=120)
    payee_bank = Text("收款银行", max_length=40, blank=True)
    payee_account = AccountNumber("收款账号")
    case_ref = Text("案件号", max_length=160)
    state = Code("状态", choices=PAYOUT_STATES, default="DUE")

    class Meta:
        verbose_name = "一次性支付"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=~Q(kind__in=["DUPLICATE", "RETURNED"]) & ~Q(state="VOID"),
                name="each_payout_once_per_person",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payout_positive"),
            models.CheckConstraint(condition=Q(state__in=[state for state, _ in PAYOUT_STATES]), name="payout_state"),
        )


class PayoutOrder(Fact):
    """A payout taken into a batch (支付单); after a failure it may be ordered again."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="orders", verbose_name="一次性支付")
    bank_line = models.OneToOneField(
        BankLine, on_delete=models.PROTECT, related_name="payout_order", verbose_name="支付明细"
    )

    class Meta:
        verbose_name = "支付单"


class PayoutRedirect(Fact):
    """Another payee for a sum owed and not yet paid (收款账户变更): the latest counts, from its day on."""

    counted_from_execution: ClassVar[tuple[str, ...]] = ("usable_from",)

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="redirects", verbose_name="一次性支付")
    payee_name = Text("收款人姓名", max_length=120)
    payee_bank = Text("收款银行", max_length=40, blank=True)
    payee_account = AccountNumber("收款账号")
    evidence = Text("依据", max_length=80)
    usable_from = Day("可用起始日")

    class Meta:
        verbose_name = "收款账户变更"
