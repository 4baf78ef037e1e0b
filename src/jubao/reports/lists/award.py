"""Lists around awards and changes: calculation sheets, data to be checked, changed data, contribution print-outs."""

from collections.abc import Iterator, Mapping

from django.db.models import Sum

from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONTH, TEXT, Column, Row
from jubao.records.models import (
    AccountEntry,
    Award,
    AwardComponent,
    BankAccount,
    CategoryPeriod,
    Crediting,
    Identity,
    Residence,
)
from jubao.reports.catalogue.people import PAID_FOR, SUBSIDY, of_age
from jubao.reports.figures.place import latest_of, places_of
from jubao.reports.figures.window import Window
from jubao.reports.lists.listing import AMOUNT, WHO, PrintedList, money
from jubao.vocabulary.codes import BenefitItem, Category, EntryKind, Source

NOWHERE = ("", "")
ITEMS = tuple(BenefitItem)
CATEGORIES = {str(code): code.label for code in Category}
OPENING_ACTS = ("register.open", "enrolment.enrol", "transfer.receive")


def _calculations(window: Window) -> Iterator[Row]:
    """One row per award of the period: years, balance, every part by payer (养老金计算表)."""
    places = places_of(window)
    awards = Award.objects.filter(window.acted(), opened_with_register=False).select_related("person").order_by("pk")
    for award in awards:
        parts = dict(
            AwardComponent.objects.filter(award=award, act=award.act).order_by("from_month").values_list(
                "item", "amount_fen"
            )
        )
        who = award.person
        amounts = [parts.get(str(item), 0) for item in ITEMS]
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, award.start_month,
               award.contributed_years, award.required_years, award.balance_fen, *amounts, sum(amounts))  # fmt: skip


def _to_be_checked(window: Window) -> Iterator[Row]:
    """Who is of age and not yet drawing, with the data the person confirms or corrects (信息核对报告表)."""
    rows = of_age(window)
    if rows is None:
        return
    places, category = places_of(window), latest_of(CategoryPeriod, "category", window)
    addresses, phones = latest_of(Residence, "address", window), latest_of(Residence, "phone", window)
    accounts = BankAccount.objects.filter(window.known()).order_by("usable_from", "pk")
    account = dict(accounts.values_list("person_id", "account"))
    for event in rows.select_related("enrolment__person").order_by("enrolment__person__personal_number"):
        who = event.enrolment.person
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, who.birth_date,
               CATEGORIES.get(category.get(who.pk, ""), ""), addresses.get(who.pk, ""), phones.get(who.pk, ""),
               account.get(who.pk, ""), "", "")  # fmt: skip


def _changes(window: Window) -> Iterator[Row]:
    """Every identity, residence, category or account recorded after a person was taken in (信息变更表)."""
    places = places_of(window)
    shown = (
        (Identity, "身份", ("name",)), (Residence, "户籍与联系", ("division", "address", "phone")),
        (CategoryPeriod, "参保身份", ("category",)), (BankAccount, "银行账户", ("bank", "account")),
    )  # fmt: skip
    for model, what, columns in shown:
        rows = model.objects.filter(window.acted()).exclude(act__code__in=OPENING_ACTS)
        for row in rows.select_related("person", "act").order_by("act_id", "pk"):
            who = row.person
            yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, what,
                   " ".join(str(getattr(row, column)) for column in columns), row.act.business_date,
                   row.act.code)  # fmt: skip


def _contribution_years(window: Window) -> Iterator[Row]:
    """Per person and contribution year kept what each payer put in and when it was credited (缴费查询单)."""
    places = places_of(window)
    kept = Crediting.objects.filter(window.acted()).exclude(
        contribution__refund__act__business_date__lte=window.as_of
    )
    credited = kept.select_related("contribution__person")
    paid: dict[int, dict[str, int]] = {}
    entries = AccountEntry.objects.filter(
        window.acted(), kind__in=[EntryKind.CONTRIBUTION, EntryKind.SUBSIDY], contribution__isnull=False
    )
    for key, source, fen in entries.order_by().values_list("contribution_id", "source").annotate(fen=Sum("amount_fen")):
        paid.setdefault(key, {})[source] = fen
    for one in credited.order_by("contribution__person__personal_number", "contribution__year"):
        who, by_source = one.contribution.person, paid.get(one.contribution_id, {})
        amounts = [by_source.get(str(source), 0) for source in PAYING]
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, one.contribution.year,
               *amounts, sum(amounts), one.credited_date)  # fmt: skip
    yield from _years_paid_for(window, places)


def _years_paid_for(window: Window, places: Mapping[int, tuple[str, str]]) -> Iterator[Row]:
    """Per person and year what governments paid and the subsidy with it, after everybody's own contributions."""
    rows = AccountEntry.objects.filter(window.acted(), SUBSIDY | PAID_FOR, contribution__isnull=True)
    found: dict[tuple[int, int], list[AccountEntry]] = {}
    for one in rows.select_related("person", "act").order_by("person__personal_number", "year", "pk"):
        found.setdefault((one.person_id, one.year), []).append(one)
    for (key, year), entries in found.items():
        who = entries[0].person
        amounts = [sum(one.amount_fen for one in entries if one.source == str(source)) for source in PAYING]
        yield (*places.get(key, NOWHERE), who.personal_number, who.name, who.resident_number, year, *amounts,
               sum(amounts), entries[0].act.business_date)  # fmt: skip


PAYING = (Source.PERSONAL, Source.PROVINCE, Source.CITY, Source.COUNTY, Source.GOVERNMENT_PAID, Source.COLLECTIVE)


AWARD_LISTS = (
    PrintedList("calculations", "养老金计算表",
                (*WHO, Column("开始年月", MONTH), Column("缴费年限", INTEGER), Column("应缴年限", INTEGER),
                 money("储存额"), *(money(item.label) for item in ITEMS), money("月养老金")), _calculations),
    PrintedList("check-sheets", "信息核对报告表",
                (*WHO, Column("出生日期", DATE), Column("参保身份", TEXT), Column("户籍地址", TEXT, width=24),
                 Column("联系电话", IDENTIFIER), Column("银行账号", IDENTIFIER), Column("是否正确", TEXT, width=8),
                 Column("更正", TEXT, width=16)), _to_be_checked),
    PrintedList("changes", "信息变更表",
                (*WHO, Column("变更项目", TEXT), Column("变更后", TEXT, width=28), Column("办理日期", DATE),
                 Column("业务", TEXT)), _changes),
    PrintedList("contribution-years", "缴费查询单",
                (*WHO, Column("缴费年度", INTEGER), *(money(source.label) for source in PAYING), AMOUNT,
                 Column("划拨日期", DATE)), _contribution_years),
)  # fmt: skip
