"""Other duties: payments on behalf, money the bank gives back late, the registration campaign, fund movements."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import AccountNumber, Code, Count, Day, Fen, Month, ResidentNumber, Text, Year
from jubao.records.contributions import StatementLine
from jubao.records.facts import Fact
from jubao.records.payments import LINE_STATES, BankLine, PaymentBatch, Payout
from jubao.vocabulary.codes import DelegatedProgramme
from jubao.vocabulary.codes.delegated import DelegatedReason


class DelegatedPayee(Fact):
    """Somebody paid on behalf of another programme (代发人员); the owning department decides.

    Stopped and ended months are heads of the payee's events: the first month of each that is not paid any more.
    """

    derived_fields: ClassVar[tuple[str, ...]] = ("stopped_from", "ended_from")

    programme = Code("代发项目", choices=DelegatedProgramme.choices())
    resident_number = ResidentNumber("公民身份号码")
    name = Text("姓名", max_length=100)
    division = Text("村社区", max_length=12, blank=True)
    bank = Text("开户银行", max_length=40, blank=True)
    bank_account = AccountNumber("银行账号")
    monthly_fen = Fen("月标准", at_least=1)
    service_years = Count("服务年限", at_most=80, null=True)
    start_month = Month("起始年月")
    stopped_from = Month("停发年月", null=True)
    ended_from = Month("终止年月", null=True)

    class Meta:
        verbose_name = "代发人员"
        constraints = (
            models.UniqueConstraint(fields=["programme", "resident_number"], name="one_payee_per_programme"),
            models.CheckConstraint(condition=Q(monthly_fen__gt=0), name="delegated_positive"),
        )


class DelegatedPayeeEvent(Fact):
    """Why somebody on a roster is no longer paid, or again (代发状态变动), from a month on."""

    class Kind(models.TextChoices):
        """The steps of somebody on a roster."""

        STOPPED = "STOPPED", "停发"
        RESUMED = "RESUMED", "恢复"
        ENDED = "ENDED", "终止"

    payee = models.ForeignKey(DelegatedPayee, on_delete=models.PROTECT, related_name="events", verbose_name="代发人员")
    kind = Code("变动", choices=Kind.choices)
    month = Month("起始年月")
    reason = Code("原因", choices=DelegatedReason.choices(), blank=True)
    evidence = Text("依据", max_length=200)

    class Meta:
        verbose_name = "代发状态变动"
        constraints = (
            models.CheckConstraint(condition=Q(kind="RESUMED") | ~Q(reason=""), name="nobody_stops_without_a_reason"),
        )


class DelegatedLine(Fact):
    """A month paid on behalf (代发明细); at most one live line per payee and month."""

    derived_fields: ClassVar[tuple[str, ...]] = ("state",)

    payee = models.ForeignKey(DelegatedPayee, on_delete=models.PROTECT, related_name="lines", verbose_name="代发人员")
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, related_name="delegated_lines", verbose_name="支付批次"
    )
    bank_line = models.ForeignKey(
        BankLine, on_delete=models.PROTECT, related_name="delegated_lines", verbose_name="支付明细"
    )
    month = Month("代发年月")
    amount_fen = Fen("金额", at_least=1)
    state = Code("状态", choices=LINE_STATES, default="DUE")

    class Meta:
        verbose_name = "代发明细"
        constraints = (
            models.UniqueConstraint(
                fields=["payee", "month"], condition=Q(state__in=["DUE", "PAID"]), name="one_live_delegated_line"
            ),
        )


class DelegatedFunding(Fact):
    """Money another department sent for its programme (代发资金)."""

    programme = Code("代发项目", choices=DelegatedProgramme.choices())
    amount_fen = Fen("到账金额", at_least=1)
    statement_line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, verbose_name="银行流水")

    class Meta:
        verbose_name = "代发资金"


class DelegatedReturn(Fact):
    """Unused money given back to the department it came from (代发余款退回)."""

    programme = Code("代发项目", choices=DelegatedProgramme.choices())
    amount_fen = Fen("退回金额", at_least=1)
    reference = Text("凭据号", max_length=60, unique=True)
    evidence = Text("依据", max_length=200)

    class Meta:
        verbose_name = "代发余款退回"


class LateReturn(Fact):
    """A payment the bank had confirmed and gave back afterwards (发放款退回): the line failed after all.

    Of a pension that was settled meanwhile no payroll pays it again; ``payout`` owes it to whoever the settlement pays.
    """

    bank_line = models.OneToOneField(
        BankLine, on_delete=models.PROTECT, related_name="late_return", verbose_name="支付明细"
    )
    statement_line = models.OneToOneField(
        StatementLine, on_delete=models.PROTECT, related_name="late_return", verbose_name="银行流水"
    )
    reason = Text("退回原因", max_length=200)
    payout = models.OneToOneField(
        Payout, null=True, on_delete=models.PROTECT, related_name="late_return", verbose_name="补付"
    )

    class Meta:
        verbose_name = "发放款退回"


class Campaign(Fact):
    """A registration campaign (全民参保登记) with the tasks handed down."""

    code = Text("专项编号", max_length=40, unique=True)
    title = Text("专项名称", max_length=120)
    year = Year("年度")
    city_target = Count("市局任务数")
    earlier_target = Count("前任务数")

    class Meta:
        verbose_name = "登记专项"


class CampaignTask(Fact):
    """A person on the campaign's list (任务清单)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="tasks", verbose_name="登记专项")
    record_number = Text("记录号", max_length=40)
    name = Text("姓名", max_length=100)
    resident_number = ResidentNumber("公民身份号码")
    division = Text("村社区", max_length=12)

    class Meta:
        verbose_name = "登记任务"
        constraints = (models.UniqueConstraint(fields=["campaign", "record_number"], name="one_task_per_record"),)


class CampaignResult(Fact):
    """What came of one person (登记结果): completed, or cannot be recorded with its reason."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="results", verbose_name="登记专项")
    record_number = Text("记录号", max_length=40, blank=True)
    name = Text("姓名", max_length=100)
    resident_number = ResidentNumber("公民身份号码")
    division = Text("村社区", max_length=12)
    completed = models.BooleanField("是否完成")
    code = Text("结果代码", max_length=8, blank=True)
    registered_date = Day("登记日期")
    reason = Text("原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "登记结果"
        constraints = (
            models.UniqueConstraint(fields=["campaign", "resident_number"], name="one_result_per_person"),
            models.CheckConstraint(condition=Q(completed=True) | ~Q(reason=""), name="cannot_record_needs_reason"),
        )


class FiscalReceipt(Fact):
    """Fiscal money that arrived, by level and purpose (财政补助到账)."""

    notice = Text("文号", max_length=80)
    level = Code("级次", choices=[("中央", "中央"), ("省", "省"), ("市", "市"), ("县", "县")])
    purpose = Text("用途", max_length=20)
    amount_fen = Fen("到账金额", at_least=1)
    statement_line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, verbose_name="银行流水")

    class Meta:
        verbose_name = "财政补助"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="fiscal_receipt_positive"),)


class FundMovement(Fact):
    """Money moved between the fund's accounts or up to the province (归集、请款、上解)."""

    kind = Code("划转类型", choices=[("SWEEP", "归集"), ("DRAW", "请款"), ("REMIT", "上解")])
    month = Month("所属年月")
    amount_fen = Fen("划转金额", at_least=1)
    purpose = Text("用途", max_length=120)
    reference = Text("凭据号", max_length=60, unique=True)

    class Meta:
        verbose_name = "资金划转"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="movement_positive"),)
