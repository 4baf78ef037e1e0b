"""The fund with its neighbours: the finance bureau's statement, remittance by person and year, the yearly budget."""

from django.db import models
from django.db.models import F, Q

from jubao.records.facts import Fact
from jubao.records.office import InboundFile
from jubao.records.people import Person
from jubao.records.programmes import FundMovement


class FiscalConfirmation(Fact):
    """What the finance bureau says its special account held for us in a month (财政专户对账单)."""

    month = models.IntegerField("对账月份", unique=True)
    opening_fen = models.BigIntegerField("期初余额")
    received_fen = models.BigIntegerField("本月收入")
    paid_fen = models.BigIntegerField("本月支出")
    closing_fen = models.BigIntegerField("期末余额")
    inbound_file = models.OneToOneField(InboundFile, on_delete=models.PROTECT)

    class Meta:
        verbose_name = "财政专户对账"
        constraints = (
            models.CheckConstraint(
                condition=Q(closing_fen=F("opening_fen") + F("received_fen") - F("paid_fen")), name="fiscal_month_adds_up"
            ),
        )


class RemittanceShare(Fact):
    """Whose account money of which year went up to the province (上解明细)."""

    movement = models.ForeignKey(FundMovement, on_delete=models.PROTECT, related_name="shares")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="remittance_shares")
    year = models.PositiveIntegerField("缴费年度")
    amount_fen = models.BigIntegerField()

    class Meta:
        verbose_name = "上解明细"
        constraints = (
            models.UniqueConstraint(fields=["movement", "person", "year"], name="one_share_per_person_and_year"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="share_positive"),
        )


class FundBudget(Fact):
    """A line of the fund's yearly budget (基金预算), by version; the latest approved version counts."""

    year = models.PositiveIntegerField("预算年度")
    version = models.PositiveSmallIntegerField("版本")
    line = models.CharField("预算项目", max_length=40)
    name = models.CharField("项目名称", max_length=80)
    amount_fen = models.BigIntegerField()
    basis = models.CharField("测算依据", max_length=300)

    class Meta:
        verbose_name = "基金预算"
        constraints = (
            models.UniqueConstraint(fields=["year", "version", "line"], name="one_budget_line_per_version"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="budget_not_negative"),
        )
