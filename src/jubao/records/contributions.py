"""Money that arrives: bank statement lines, contribution batches, contributions and their crediting."""

from django.db import models
from django.db.models import Q

from jubao.records.facts import Fact
from jubao.records.office import InboundFile, Outlet
from jubao.records.people import Person


class StatementLine(Fact):
    """A line of a bank statement (银行对账单流水); money may only be credited against one of these."""

    account = models.CharField("账户", max_length=30)
    date = models.DateField()
    line = models.BigIntegerField("序号")
    reference = models.CharField("流水号", max_length=60)
    counterparty = models.CharField(max_length=120)
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()
    balance_fen = models.BigIntegerField()
    memo = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "银行流水"
        constraints = (
            models.UniqueConstraint(fields=["account", "reference"], name="one_statement_line_once"),
            models.UniqueConstraint(fields=["account", "line"], name="statement_lines_without_gap"),
            models.CheckConstraint(
                condition=(Q(debit_fen__gt=0, credit_fen=0) | Q(debit_fen=0, credit_fen__gt=0))
                & Q(balance_fen__gte=0),
                name="statement_line_one_side",
            ),
        )


class ContributionBatch(Fact):
    """Contributions that came in one file against one bank receipt (缴费批次)."""

    channel = models.CharField(max_length=1)
    number = models.CharField("批次号", max_length=60, unique=True)
    received_date = models.DateField()
    count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    statement_line = models.OneToOneField(StatementLine, on_delete=models.PROTECT)
    inbound_file = models.OneToOneField(InboundFile, on_delete=models.PROTECT)

    class Meta:
        verbose_name = "缴费批次"
        constraints = (models.CheckConstraint(condition=Q(total_fen__gt=0, count__gt=0), name="batch_has_money"),)


class Contribution(Fact):
    """Personal contribution money received (个人缴费到账), not yet credited by itself."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contributions")
    batch = models.ForeignKey(ContributionBatch, on_delete=models.PROTECT, related_name="contributions")
    line = models.PositiveIntegerField()
    year = models.PositiveIntegerField("缴费年度")
    kind = models.CharField("缴费类型", max_length=2)
    amount_fen = models.BigIntegerField()
    received_date = models.DateField("到账日期", db_index=True)
    receipt_number = models.CharField(max_length=40, blank=True)
    outlet = models.ForeignKey(Outlet, null=True, on_delete=models.PROTECT)
    paid_by = models.CharField(max_length=8)

    class Meta:
        verbose_name = "缴费"
        constraints = (
            models.UniqueConstraint(fields=["batch", "line"], name="one_contribution_per_line"),
            models.UniqueConstraint(fields=["person", "year"], name="one_contribution_a_year"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="contribution_positive"),
        )


class Crediting(Fact):
    """The day a contribution was credited to the account (划拨); only then does its year count."""

    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, related_name="crediting")
    credited_date = models.DateField()

    class Meta:
        verbose_name = "记账划拨"
