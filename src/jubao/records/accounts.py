"""Individual accounts: postings with a column for each source, and the account that is nothing but their sum."""

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import Code, Fen, Month, Year
from jubao.columns.by_code import none_above_zero, none_below_zero, some_above_zero, some_below_zero
from jubao.records.contributions import Contribution
from jubao.records.facts import Fact
from jubao.records.people import Person
from jubao.vocabulary.codes import EntryKind, Source

INWARD = none_below_zero(Source) & some_above_zero(Source)
OUTWARD = none_above_zero(Source) & some_below_zero(Source)
PAID_FOR = Q(kind="CONTRIBUTION") & ~Q(government_paid_fen=0)


class AccountPosting(Fact):
    """A posting to an individual account (个人账户入账), signed, a column for each source; never changed, only reversed.

    A contribution and the subsidies that come with it are one posting; ``AccountEntry`` tells it as one line for each
    source. A reversal takes back the whole posting.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="account_postings", verbose_name="参保人")
    kind = Code("类型", choices=EntryKind.choices())
    personal_fen = Fen(Source.PERSONAL.label, default=0)
    province_fen = Fen(Source.PROVINCE.label, default=0)
    city_fen = Fen(Source.CITY.label, default=0)
    county_fen = Fen(Source.COUNTY.label, default=0)
    collective_fen = Fen(Source.COLLECTIVE.label, default=0)
    government_paid_fen = Fen(Source.GOVERNMENT_PAID.label, default=0)
    transfer_fen = Fen(Source.TRANSFER.label, default=0)
    year = Year("记账年度")
    value_month = Month("起息月")
    # Most rows belong to no contribution and take nothing back: these two are indexed only where they say something.
    contribution = models.ForeignKey(
        Contribution, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="缴费", db_index=False
    )
    reversal_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", verbose_name="被红冲的入账", db_index=False
    )

    class Meta:
        verbose_name = "个人账户入账"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "year"], condition=Q(kind="INTEREST"), name="one_interest_a_year"
            ),
            models.UniqueConstraint(fields=["person", "year"], condition=PAID_FOR, name="one_government_paid_a_year"),
            models.UniqueConstraint(
                fields=["reversal_of"], condition=Q(reversal_of__isnull=False), name="each_posting_reversed_once"
            ),
            models.CheckConstraint(condition=INWARD | OUTWARD, name="posting_moves_one_way"),
        )
        indexes = (
            models.Index(
                fields=["contribution"], condition=Q(contribution__isnull=False), name="posting_of_contribution"
            ),
        )


class AccountEntry(Fact):
    """The part of a posting that is of one source (个人账户记账): a line of ``AccountPosting``, read from a view.

    What comes beside a contribution from anybody but the payer, or the government that pays for him, is a subsidy.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="account_entries", verbose_name="参保人")
    source = Code("来源", choices=Source.choices())
    kind = Code("类型", choices=EntryKind.choices())
    amount_fen = Fen("金额")
    year = Year("记账年度")
    value_month = Month("起息月")
    contribution = models.ForeignKey(
        Contribution, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="缴费"
    )
    reversal_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", verbose_name="被红冲的记账"
    )

    class Meta:
        managed = False
        verbose_name = "个人账户记账"


class IndividualAccount(models.Model):
    """What stands in a person's account by source: a cache the check rebuilds from the postings, never below zero."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account", verbose_name="参保人")
    personal_fen = Fen(Source.PERSONAL.label, at_least=0, default=0)
    province_fen = Fen(Source.PROVINCE.label, at_least=0, default=0)
    city_fen = Fen(Source.CITY.label, at_least=0, default=0)
    county_fen = Fen(Source.COUNTY.label, at_least=0, default=0)
    collective_fen = Fen(Source.COLLECTIVE.label, at_least=0, default=0)
    government_paid_fen = Fen(Source.GOVERNMENT_PAID.label, at_least=0, default=0)
    transfer_fen = Fen(Source.TRANSFER.label, at_least=0, default=0)

    class Meta:
        verbose_name = "个人账户"
        constraints = (models.CheckConstraint(condition=none_below_zero(Source), name="account_never_negative"),)


class AccountBalance(models.Model):
    """What an account holds of one source (个人账户余额): a line of ``IndividualAccount``, read from a view."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="balances", verbose_name="参保人")
    source = Code("来源", choices=Source.choices())
    balance_fen = Fen("余额", at_least=0)

    class Meta:
        managed = False
        verbose_name = "个人账户余额"
