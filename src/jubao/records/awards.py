"""Awards: the right to a pension, its components by payer, its history, and months still owed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jubao.records.facts import Fact
from jubao.records.people import Person


class Award(Fact):
    """A pension awarded (待遇核定); end and suspension are heads of its events."""

    head_fields: ClassVar[tuple[str, ...]] = ("suspended_from", "ended_month")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="awards")
    start_month = models.IntegerField("待遇开始年月")
    applied_date = models.DateField("申请日期", null=True)
    contributed_years = models.PositiveSmallIntegerField("累计缴费年限")
    required_years = models.PositiveSmallIntegerField("应缴年限")
    balance_fen = models.BigIntegerField("核定时储存额")
    policy_fingerprint = models.CharField(max_length=64, blank=True)
    opened_with_register = models.BooleanField("期初接入", default=False)
    suspended_from = models.IntegerField("暂停年月", null=True)
    ended_month = models.IntegerField("终止年月", null=True)

    class Meta:
        verbose_name = "待遇核定"
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_month__isnull=True), name="one_running_award_per_person"
            ),
        )


class AwardComponent(Fact):
    """One paid part of a pension by payer (待遇项目), from a benefit month on."""

    head_fields: ClassVar[tuple[str, ...]] = ("to_month",)

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="components")
    item = models.CharField("待遇项目", max_length=6)
    amount_fen = models.BigIntegerField()
    from_month = models.IntegerField()
    to_month = models.IntegerField(null=True)

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

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    month = models.IntegerField("起始年月")
    reason = models.CharField("原因", max_length=6, blank=True)
    evidence = models.CharField("依据", max_length=200, blank=True)
    evidence_date = models.DateField(null=True)
    next_step_post = models.CharField("下一步岗位", max_length=20, blank=True)
    due_date = models.DateField("下一步期限", null=True)
    memo = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "待遇状态变动"
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="SUSPENDED") | Q(due_date__isnull=False) & ~Q(next_step_post=""),
                name="nothing_rests_without_a_next_step",
            ),
        )


class Arrears(Fact):
    """Months still owed to a pensioner (补发), half-open; the next run pays them.

    With an item and an amount it is a monthly difference (调整补发); without, the whole pension of those months.
    """

    head_fields: ClassVar[tuple[str, ...]] = ("taken_run",)

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="arrears")
    kind = models.CharField("补发类型", max_length=2)
    from_month = models.IntegerField()
    to_month = models.IntegerField()
    item = models.CharField("待遇项目", max_length=6, blank=True)
    amount_fen = models.BigIntegerField("月差额", null=True)
    taken_run = models.BigIntegerField("列入批次", null=True)

    class Meta:
        verbose_name = "待补发"
        constraints = (models.CheckConstraint(condition=Q(to_month__gt=F("from_month")), name="arrears_period"),)
