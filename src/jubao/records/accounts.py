"""Individual accounts: entries by source, and the balance that is nothing but their sum."""

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import Code, Fen, Month, Year
from jubao.records.contributions import Contribution
from jubao.records.facts import Fact
from jubao.records.people import Person
from jubao.vocabulary.codes import EntryKind, Source


class AccountEntry(Fact):
    """A posting to an individual account (个人账户记账), signed, by source; never changed, only reversed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="account_entries", verbose_name="参保人")
    source = Code("来源", choices=Source.choices())
    kind = Code("类型", choices=EntryKind.choices())
    amount_fen = Fen("金额")
    year = Year("记账年度")
    value_month = Month("起息月")
    contribution = models.ForeignKey(Contribution, null=True, on_delete=models.PROTECT, verbose_name="缴费")
    reversal_of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, verbose_name="被红冲的记账")

    class Meta:
        verbose_name = "个人账户记账"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "source", "year"], condition=Q(kind="INTEREST"), name="one_interest_a_year_and_source"
            ),
            models.UniqueConstraint(
                fields=["person", "year"],
                condition=Q(kind="CONTRIBUTION", source="GOVERNMENT_PAID"),
                name="one_government_paid_a_year",
            ),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="entry_moves_money"),
        )


class AccountBalance(models.Model):
    """The sum of a person's entries of one source: a cache the check rebuilds, never below zero."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="balances", verbose_name="参保人")
    source = Code("来源", choices=Source.choices())
    balance_fen = Fen("余额", at_least=0)

    class Meta:
        verbose_name = "个人账户余额"
        constraints = (
            models.UniqueConstraint(fields=["person", "source"], name="one_balance_per_source"),
            models.CheckConstraint(condition=Q(balance_fen__gte=0), name="account_never_negative"),
        )
