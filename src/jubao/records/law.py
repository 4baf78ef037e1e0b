"""Law the office took responsibility for where nobody had checked it, and what was withdrawn of it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jubao.columns.bounded import Day, Text
from jubao.records.facts import Fact


class LawAcceptance(Fact):
    """Two people's decision that a parameter has a value on some days (政策沿用): a row that goes on, or one of their own."""

    parameter = Text("政策参数", max_length=60)
    valid_from = Day("沿用起始日")
    accepted_until = Day("沿用到（含当日）")
    stated = models.TextField("本机构写明的值", blank=True)
    continues = Text("所沿用规定的 SHA-256", max_length=64, blank=True)
    row_from = Day("所沿用规定的起始日", null=True)
    evidence = Text("依据材料", max_length=120)
    reason = Text("理由", max_length=200)

    class Meta:
        verbose_name = "政策沿用"
        constraints: ClassVar = (
            models.CheckConstraint(condition=Q(accepted_until__gte=F("valid_from")), name="acceptance_period"),
            models.CheckConstraint(
                condition=Q(stated="", row_from__isnull=False) | Q(continues="", row_from__isnull=True),
                name="acceptance_continues_or_states",
            ),
        )


class LawWithdrawal(Fact):
    """The end of an acceptance before its time (政策沿用撤回)."""

    acceptance = models.OneToOneField(
        LawAcceptance, on_delete=models.PROTECT, related_name="withdrawal", verbose_name="所撤回的沿用"
    )
    reason = Text("理由", max_length=200)

    class Meta:
        verbose_name = "政策沿用撤回"
