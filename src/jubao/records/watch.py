"""Watching between the acts (预警): lines held after the lock, and alerts that somebody owns."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import Code, Day, Month, Text
from jubao.records.facts import Fact
from jubao.records.payments import BankLine
from jubao.records.registers import MatchCandidate
from jubao.vocabulary.codes import AlertKind


class LineHold(Fact):
    """A line taken out of a locked batch before its release (锁定后扣留): it is not paid, and not lost."""

    bank_line = models.OneToOneField(BankLine, on_delete=models.PROTECT, related_name="hold", verbose_name="支付明细")
    candidate = models.ForeignKey(
        MatchCandidate, null=True, on_delete=models.PROTECT, related_name="line_holds", verbose_name="疑点"
    )
    reason = Text("扣留原因", max_length=200)

    class Meta:
        verbose_name = "扣留明细"


class Alert(Fact):
    """Something unusual somebody must look at (预警): open, escalated or closed; found twice, it is one."""

    class State(models.TextChoices):
        """Where an alert stands."""

        OPEN = "OPEN", "待处理"
        ESCALATED = "ESCALATED", "已上报"
        CLOSED = "CLOSED", "已处理"

    derived_fields: ClassVar[tuple[str, ...]] = ("state", "owner_post", "due_date")

    kind = Code("预警类型", choices=AlertKind.choices())
    subject = Text("预警对象", max_length=120)
    month = Month("所属月份")
    text = Text("说明", max_length=300)
    details = models.TextField("明细（JSON）")
    state = Code("状态", choices=State.choices, default=State.OPEN)
    owner_post = Text("责任岗位", max_length=20, blank=True)
    due_date = Day("处理期限", null=True)

    class Meta:
        verbose_name = "预警"
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject", "month"], name="one_alert_per_subject_and_month"),
            models.CheckConstraint(
                condition=Q(state="CLOSED") | Q(due_date__isnull=False) & ~Q(owner_post=""), name="open_alert_is_owned"
            ),
        )


class AlertEvent(Fact):
    """A step an alert took (预警处理)."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events", verbose_name="预警")
    state = Code("状态", choices=Alert.State.choices)
    note = Text("处理情况", max_length=300)
    owner_post = Text("责任岗位", max_length=20, blank=True)
    due_date = Day("处理期限", null=True)

    class Meta:
        verbose_name = "预警处理"
