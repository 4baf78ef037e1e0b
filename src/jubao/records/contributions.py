"""Money that arrives: bank statement lines, contribution batches, contributions and their crediting."""

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import Code, Count, Day, Fen, Text, Whole, Year
from jubao.records.facts import Fact
from jubao.records.office import InboundFile, Outlet
from jubao.records.people import Person
from jubao.vocabulary.codes import Channel, ContributionKind


class StatementLine(Fact):
    """A line of a bank statement (银行对账单流水); money may only be credited against one of these."""

    account = Text("账户", max_length=30)
    date = Day("日期")
    line = Whole("序号", at_least=1)
    reference = Text("流水号", max_length=60)
    counterparty = Text("对方户名", max_length=120, blank=True)
    debit_fen = Fen("借方金额", at_least=0)
    credit_fen = Fen("贷方金额", at_least=0)
    balance_fen = Fen("余额", at_least=0)
    memo = Text("摘要", max_length=200, blank=True)

    class Meta:
        verbose_name = "银行流水"
        constraints = (
            models.UniqueConstraint(fields=["account", "reference"], name="one_statement_line_once"),
            models.UniqueConstraint(fields=["account", "line"], name="statement_lines_without_gap"),
            models.CheckConstraint(
                condition=(Q(debit_fen__gt=0, credit_fen=0) | Q(debit_fen=0, credit_fen__gt=0)) & Q(balance_fen__gte=0),
                name="statement_line_one_side",
            ),
        )


class ContributionBatch(Fact):
    """Contributions that came in one file against one bank receipt (缴费批次)."""

    channel = Code("缴费渠道", choices=Channel.choices())
    number = Text("批次号", max_length=60, unique=True)
    received_date = Day("到账日期")
    count = Count("笔数", at_least=1)
    total_fen = Fen("合计金额", at_least=1)
    statement_line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, verbose_name="银行流水")
    inbound_file = models.OneToOneField(InboundFile, on_delete=models.PROTECT, verbose_name="来文")

    class Meta:
        verbose_name = "缴费批次"
        constraints = (models.CheckConstraint(condition=Q(total_fen__gt=0, count__gt=0), name="batch_has_money"),)


class Contribution(Fact):
    """Personal contribution money received (个人缴费到账), not yet credited by itself.

    A year is paid once; one that was given back may be paid again, and then says how often it was given back before.
    A receipt without a number of its own is called by its batch and line, so its number may be longer than a batch's.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contributions", verbose_name="参保人")
    batch = models.ForeignKey(
        ContributionBatch, on_delete=models.PROTECT, related_name="contributions", verbose_name="缴费批次"
    )
    line = Count("批次内序号", at_least=1)
    year = Year("缴费年度")
    kind = Code("缴费类型", choices=ContributionKind.choices())
    amount_fen = Fen("缴费金额", at_least=1)
    received_date = Day("到账日期", db_index=True)
    receipt_number = Text("收据号", max_length=80, blank=True)
    outlet = models.ForeignKey(Outlet, null=True, on_delete=models.PROTECT, verbose_name="服务网点")
    refunds_before = Count("此前退款次数", default=0)
    paid_by = Code("支付方式", choices=[("代扣", "代扣"), ("刷卡", "刷卡"), ("现金", "现金")])

    class Meta:
        verbose_name = "缴费"
        constraints = (
            models.UniqueConstraint(fields=["batch", "line"], name="one_contribution_per_line"),
            models.UniqueConstraint(fields=["person", "year", "refunds_before"], name="one_contribution_a_year"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="contribution_positive"),
        )


class Crediting(Fact):
    """The day a contribution was credited to the account (划拨); only then does its year count."""

    contribution = models.OneToOneField(
        Contribution, on_delete=models.PROTECT, related_name="crediting", verbose_name="缴费"
    )
    credited_date = Day("记账日期")

    class Meta:
        verbose_name = "记账划拨"
