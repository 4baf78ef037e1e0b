"""Acts: commands, proposals, signatures, and the chain of audit events that seals every row."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.records.facts import Fact


class AuditEvent(models.Model):
    """One link of the audit chain (审计事件): what happened, by whom, sealed with a keyed hash.

    ``payload`` is canonical JSON; for an executed act it holds count and digest of the rows the act added
    to each table, so that a row changed by hand no longer fits its event.
    """

    class Kind(models.TextChoices):
        """What an event tells."""

        PROPOSED = "PROPOSED", "提出"
        SIGNED = "SIGNED", "签署"
        EXECUTED = "EXECUTED", "执行"
        REJECTED = "REJECTED", "退回"
        VOIDED = "VOIDED", "作废"
        REFUSED = "REFUSED", "拒绝"

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.CharField("行为", max_length=40)
    staff = models.CharField("经办人", max_length=20)
    business_date = models.DateField("业务日期", db_index=True)
    at = models.DateTimeField("时间")
    payload = models.TextField("内容")
    algorithm = models.CharField("算法", max_length=16)
    previous_mac = models.CharField(max_length=64)
    mac = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "审计事件"


class Command(Fact):
    """The stored answer to a request key (请求): the same key and body gets the same answer."""

    key = models.CharField("请求号", max_length=160, unique=True)
    code = models.CharField(max_length=40)
    body_hash = models.CharField(max_length=64)
    result = models.TextField()


class Proposal(Fact):
    """What a maker proposes (申请): arguments, their hash, and the preview approvers sign."""

    class State(models.TextChoices):
        """Where a proposal stands."""

        PENDING = "PENDING", "待审"
        EXECUTED = "EXECUTED", "已办结"
        REJECTED = "REJECTED", "已退回"
        VOID = "VOID", "已作废"

    head_fields: ClassVar[tuple[str, ...]] = ("state", "next_step")

    key = models.CharField(max_length=160, unique=True)
    code = models.CharField("行为", max_length=40, db_index=True)
    case_ref = models.CharField("案件号", max_length=160, db_index=True)
    maker = models.CharField("经办人", max_length=20)
    business_date = models.DateField("业务日期")
    proposed_at = models.DateTimeField()
    due_date = models.DateField("办结期限", null=True)
    arguments = models.TextField()
    preview = models.TextField()
    hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING, db_index=True)
    next_step = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = "申请"


class Signature(Fact):
    """One step of a case by one person (签署); the maker's own step is number 0."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="signatures")
    case_ref = models.CharField(max_length=160)
    step = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12)
    post = models.CharField("岗位", max_length=20)
    person = models.CharField("签署人", max_length=20)
    decision = models.CharField(max_length=8)
    reason = models.CharField(max_length=400, blank=True)
    shown_hash = models.CharField(max_length=64)
    business_date = models.DateField()
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = "签署"
        constraints = (
            models.UniqueConstraint(fields=["proposal", "step"], name="one_signature_per_step"),
            models.UniqueConstraint(fields=["case_ref", "person"], name="no_person_signs_a_case_twice"),
            models.CheckConstraint(condition=Q(decision__in=["AGREE", "REJECT"]), name="signature_decides"),
        )
