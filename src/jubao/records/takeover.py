"""What was told of the time before: the register as it was handed over, years paid before, and months paid before."""

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import Code, Day, Fen, Month, Year
from jubao.records.awards import Award
from jubao.records.cases import Transfer
from jubao.records.facts import Fact
from jubao.records.office import InboundFile
from jubao.records.people import Person
from jubao.vocabulary.codes import BenefitItem, Source

TOLD_SOURCES = tuple(source for source in Source if source is not Source.TRANSFER)
"""The sources a year is told by; what other schemes send is told by the transfer."""


class RegisterOpening(Fact):
    """The register handed over (底册接入): the day it stands for, and the month to whose end its balances hold interest."""

    as_of = Day("底册截止日")
    interest_through = Month("余额已计息至")
    inbound_file = models.OneToOneField(InboundFile, on_delete=models.PROTECT, verbose_name="来文")

    class Meta:
        verbose_name = "底册接入"


class EarlierYear(Fact):
    """A year somebody had paid before he came to these books (接入前缴费年度): tier, money by source, and its interest.

    Told by the office that handed the register over, or on the sheet of a ``transfer`` in. Nobody pays it again.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="earlier_years", verbose_name="参保人")
    transfer = models.ForeignKey(
        Transfer, null=True, on_delete=models.PROTECT, related_name="years_brought", verbose_name="关系转移"
    )
    year = Year("缴费年度")
    tier_fen = Fen("缴费档次", at_least=0)
    personal_fen = Fen(Source.PERSONAL.label, at_least=0, default=0)
    province_fen = Fen(Source.PROVINCE.label, at_least=0, default=0)
    city_fen = Fen(Source.CITY.label, at_least=0, default=0)
    county_fen = Fen(Source.COUNTY.label, at_least=0, default=0)
    collective_fen = Fen(Source.COLLECTIVE.label, at_least=0, default=0)
    government_paid_fen = Fen(Source.GOVERNMENT_PAID.label, at_least=0, default=0)
    interest_fen = Fen("该年度记入的利息", at_least=0, default=0)

    class Meta:
        verbose_name = "接入前缴费年度"
        constraints = (
            models.UniqueConstraint(fields=["person", "year"], name="one_earlier_year_a_year"),
            models.CheckConstraint(
                condition=Q(personal_fen__gt=0) | Q(government_paid_fen__gt=0) | Q(collective_fen__gt=0),
                name="earlier_year_was_paid",
            ),
        )


class EarlierPayment(Fact):
    """A benefit month and item that was paid before these books (接入前发放), as the office before lists it."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="earlier_payments", verbose_name="待遇")
    month = Month("待遇所属月")
    item = Code("待遇项目", choices=BenefitItem.choices())
    amount_fen = Fen("金额", at_least=1)

    class Meta:
        verbose_name = "接入前发放"
        constraints = (
            models.UniqueConstraint(fields=["award", "month", "item"], name="one_earlier_payment_a_month_and_item"),
        )
