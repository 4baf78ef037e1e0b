"""The fund with its neighbours: the finance bureau's statement, remittance by person and year, the yearly budget."""

from django.db import models
from django.db.models import F, Q

from jubao.columns.bounded import Count, Fen, Month, Text, Year
from jubao.records.facts import Fact
from jubao.records.office import InboundFile
from jubao.records.people import Person
from jubao.records.programmes import FundMovement


class FiscalConfirmation(Fact):
    """What the finance bureau says its special account held for us in a month (财政专户对账单)."""

    month = Month("对账月份", unique=True)
    opening_fen = Fen("期初余额", at_least=0)
    received_fen = Fen("本月收入", at_least=0)
    paid_fen = Fen("本月支出", at_least=0)
    closing_fen = Fen("期末余额", at_least=0)
    inbound_file = models.OneToOneField(InboundFile, on_delete=models.PROTECT, verbose_name="来文")

    class Meta:
        verbose_name = "财政专户对账"
        constraints = (
            models.CheckConstraint(
                condition=Q(closing_fen=F("opening_fen") + F("received_fen") - F("paid_fen")),
                name="fiscal_month_adds_up",
            ),
        )


class RemittanceShare(Fact):
    """Whose account money of which year went up to the province (上解明细)."""

    movement = models.ForeignKey(FundMovement, on_delete=models.PROTECT, related_name="shares", verbose_name="资金划转")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="remittance_shares", verbose_name="参保人"
    )
    year = Year("缴费年度")
    amount_fen = Fen("上解金额", at_least=1)

    class Meta:
        verbose_name = "上解明细"
        constraints = (
            models.UniqueConstraint(fields=["movement", "person", "year"], name="one_share_per_person_and_year"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="share_positive"),
        )


class FundBudget(Fact):
    """A line of the fund's yearly budget (基金预算), by version; the latest approved version counts."""

    year = Year("预算年度")
    version = Count("版本", at_least=1)
    line = Text("预算项目", max_length=40)
    name = Text("项目名称", max_length=80)
    amount_fen = Fen("预算金额", at_least=0)
    basis = Text("测算依据", max_length=300)

    class Meta:
        verbose_name = "基金预算"
        constraints = (
            models.UniqueConstraint(fields=["year", "version", "line"], name="one_budget_line_per_version"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="budget_not_negative"),
        )
