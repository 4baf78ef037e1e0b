"""Money that leaves: payroll runs and lines, payouts, bank batches, their lines and the bank's answers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.records.awards import Award
from jubao.records.facts import Fact
from jubao.records.office import InboundFile
from jubao.records.people import Person

LIVE = Q(state__in=["DUE", "PAID"])


class PaymentBatch(Fact):
    """A batch for the bank (支付批次): fixed lines, fixed total, fixed file hash."""

    class State(models.TextChoices):
        """Where a batch stands."""

        LOCKED = "LOCKED", "已审批锁定"
        RELEASED = "RELEASED", "已放行"
        TRANSMITTED = "TRANSMITTED", "已交行"
        RETURNED = "RETURNED", "已回盘"

    head_fields: ClassVar[tuple[str, ...]] = ("state",)

    number = models.CharField("批次号", max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=[("PENSION", "养老金"), ("SETTLEMENT", "退付"), ("DELEGATED", "代发")])
    month = models.IntegerField("发放年月")
    programme = models.CharField(max_length=3, blank=True)
    count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    file_sha256 = models.CharField(max_length=64)
    case_ref = models.CharField(max_length=160)
    state = models.CharField(max_length=12, choices=State.choices, default=State.LOCKED)

    class Meta:
        verbose_name = "支付批次"
        constraints = (models.CheckConstraint(condition=Q(total_fen__gt=0, count__gt=0), name="payment_has_money"),)


class BatchStep(Fact):
    """A step a payment batch took (批次流转): released, transmitted, returned, each at most once."""

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=12, choices=PaymentBatch.State.choices)
    inbound_file = models.ForeignKey(InboundFile, null=True, on_delete=models.PROTECT)
    count = models.PositiveIntegerField("放行笔数", null=True)
    total_fen = models.BigIntegerField("放行金额", null=True)
    file_sha256 = models.CharField("放行报盘文件的 SHA-256", max_length=64, blank=True)

    class Meta:
        verbose_name = "批次流转"
        constraints = (models.UniqueConstraint(fields=["batch", "state"], name="each_batch_step_once"),)


class BankLine(Fact):
    """One payee's line of a batch (支付明细); the result is a head of the bank's answer."""

    head_fields: ClassVar[tuple[str, ...]] = ("result",)

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="lines")
    seq = models.PositiveIntegerField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    payee_number = models.CharField("收款人编号", max_length=20)
    payee_name = models.CharField(max_length=100)
    bank = models.CharField(max_length=40)
    account = models.CharField(max_length=30)
    amount_fen = models.BigIntegerField()
    result = models.CharField(max_length=6, blank=True)

    class Meta:
        verbose_name = "支付明细"
        constraints = (
            models.UniqueConstraint(fields=["batch", "seq"], name="one_bank_line_per_seq"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="bank_line_positive"),
        )


class LineReturn(Fact):
    """What the bank answered for one line (回盘结果); silence is never success."""

    bank_line = models.OneToOneField(BankLine, on_delete=models.PROTECT, related_name="returned")
    result = models.CharField(max_length=6, choices=[("PAID", "成功"), ("FAILED", "失败")])
    code = models.CharField("失败代码", max_length=6, blank=True)

    class Meta:
        verbose_name = "回盘结果"


class PayrollRun(Fact):
    """The monthly payroll (月度发放); one per month."""

    month = models.IntegerField("发放年月", unique=True)
    people = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    policy_fingerprint = models.CharField(max_length=64)
    batch = models.OneToOneField(PaymentBatch, on_delete=models.PROTECT, related_name="payroll_run")

    class Meta:
        verbose_name = "月度发放"


class PayrollLine(Fact):
    """A person's benefit month and item in a batch (发放明细).

    At most one live line exists per person, benefit month and item over all batches (I-05);
    ``adjustment`` is 0, or the arrears row whose difference the line pays.
    """

    head_fields: ClassVar[tuple[str, ...]] = ("state",)

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="payroll_lines")
    bank_line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="payroll_lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="payroll_lines")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="payroll_lines")
    month = models.IntegerField("待遇所属月")
    item = models.CharField("待遇项目", max_length=6)
    kind = models.CharField("补发类型", max_length=2, blank=True)
    adjustment = models.BigIntegerField("调整序号", default=0)
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=6, default="DUE")

    class Meta:
        verbose_name = "发放明细"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "month", "item", "adjustment"], condition=LIVE, name="one_live_line"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payroll_line_positive"),
            models.CheckConstraint(condition=Q(state__in=["DUE", "PAID", "FAILED", "HELD"]), name="payroll_line_state"),
        )


class Payout(Fact):
    """A single sum owed to somebody (一次性支付): refund, funeral grant, transfer out."""

    class Kind(models.TextChoices):
        """Why the sum is owed."""

        REFUND = "REFUND", "个人账户返还"
        FUNERAL = "FUNERAL", "丧葬补助金"
        BACKPAY = "BACKPAY", "终止补发"
        TRANSFER = "TRANSFER", "关系转出"
        DUPLICATE = "DUPLICATE", "重复缴费退款"

    head_fields: ClassVar[tuple[str, ...]] = ("state",)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="payouts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_fen = models.BigIntegerField()
    payee_name = models.CharField(max_length=120)
    payee_bank = models.CharField(max_length=60, blank=True)
    payee_account = models.CharField(max_length=40)
    case_ref = models.CharField(max_length=160)
    state = models.CharField(max_length=8, default="DUE")

    class Meta:
        verbose_name = "一次性支付"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "kind"], condition=~Q(kind="DUPLICATE"), name="each_payout_once_per_person"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payout_positive"),
            models.CheckConstraint(condition=Q(state__in=["DUE", "ORDERED", "PAID", "FAILED"]), name="payout_state"),
        )


class PayoutOrder(Fact):
    """A payout taken into a batch (支付单); after a failure it may be ordered again."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="orders")
    bank_line = models.OneToOneField(BankLine, on_delete=models.PROTECT, related_name="payout_order")

    class Meta:
        verbose_name = "支付单"
