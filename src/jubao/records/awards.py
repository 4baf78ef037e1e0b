"""Awards: the right to a pension, its components by payer, its history, and months still owed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jubao.columns.bounded import Code, Count, Day, Fen, Month, RowKey, Sha256, Text
from jubao.records.facts import Fact
from jubao.records.people import REASONS, Person
from jubao.vocabulary.codes import ArrearsKind, BenefitItem, SuspensionReason


class Award(Fact):
    """A pension awarded (待遇核定); end and suspension are heads of its events."""

    derived_fields: ClassVar[tuple[str, ...]] = ("suspended_from", "ended_month")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="awards", verbose_name="参保人")
    start_month = Month("待遇开始年月")
    applied_date = Day("申请日期", null=True)
    contributed_years = Count("累计缴费年限")
    required_years = Count("应缴年限")
    balance_fen = Fen("核定时储存额", at_least=0)
    policy_fingerprint = Sha256("政策指纹", blank=True)
    opened_with_register = models.BooleanField("期初接入", default=False)
    suspended_from = Month("暂停年月", null=True)
    ended_month = Month("终止年月", null=True)

    class Meta:
        verbose_name = "待遇核定"
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_month__isnull=True), name="one_running_award_per_person"
            ),
        )


class AwardComponent(Fact):
    """One paid part of a pension by payer (待遇项目), from a benefit month on."""

    derived_fields: ClassVar[tuple[str, ...]] = ("to_month",)

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="components", verbose_name="待遇")
    item = Code("待遇项目", choices=BenefitItem.choices())
    amount_fen = Fen("月金额", at_least=1)
    from_month = Month("起始年月")
    to_month = Month("截止年月（不含）", null=True)

    class Meta:
        verbose_name = "待遇项目"
        constraints = (
            models.UniqueConstraint(fields=["award", "item", "from_month", "act"], name="one_amount_per_item_and_act"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="component_positive"),
        )


class AwardEvent(Fact):
    """Why an award runs, rests or ended (待遇状态变动)."""

    class Kind(models.TextChoices):
        """The steps an award can take."""

        STARTED = "STARTED", "开始"
        SUSPENDED = "SUSPENDED", "暂停"
        RESUMED = "RESUMED", "续发"
        ENDED = "ENDED", "终止"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="events", verbose_name="待遇")
    kind = Code("变动", choices=Kind.choices)
    month = Month("起始年月")
    reason = Code("原因", choices=REASONS, blank=True)
    evidence = Text("依据", max_length=200, blank=True)
    evidence_date = Day("依据日期", null=True)
    next_step_post = Text("下一步岗位", max_length=20, blank=True)
    due_date = Day("下一步期限", null=True)
    memo = Text("备注", max_length=300, blank=True)
    custody_date = Day("收监日期", null=True)
    judgment = Text("判决文书", max_length=80, blank=True)

    class Meta:
        verbose_name = "待遇状态变动"
        constraints = (
            models.CheckConstraint(
                condition=Q(custody_date__isnull=True, judgment="")
                | Q(kind="SUSPENDED", reason=SuspensionReason.IN_CUSTODY.value),
                name="custody_is_told_of_custody",
            ),
            models.CheckConstraint(
                condition=~Q(kind="SUSPENDED") | Q(due_date__isnull=False) & ~Q(next_step_post=""),
                name="nothing_rests_without_a_next_step",
            ),
        )


class Arrears(Fact):
    """Months still owed to a pensioner (补发), half-open; the next run pays them.

    With an item and an amount it is a monthly difference (调整补发); without, the whole pension of those months.
    """

    derived_fields: ClassVar[tuple[str, ...]] = ("taken_run",)

    key_fields: ClassVar[dict[str, str]] = {"taken_run": "records.PayrollRun"}

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="arrears", verbose_name="待遇")
    kind = Code("补发类型", choices=ArrearsKind.choices())
    from_month = Month("起始年月")
    to_month = Month("截止年月（不含）")
    item = Code("待遇项目", choices=BenefitItem.choices(), blank=True)
    amount_fen = Fen("月差额", at_least=1, null=True)
    taken_run = RowKey("列入批次", null=True)

    class Meta:
        verbose_name = "待补发"
        constraints = (models.CheckConstraint(condition=Q(to_month__gt=F("from_month")), name="arrears_period"),)
