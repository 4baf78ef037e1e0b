"""Lists around awards and changes: calculation sheets, data to be checked, changed data, contribution print-outs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from jubao.documents.sheet import IDENTIFIER, INTEGER, MONTH, TEXT
from jubao.records.models import (
    AccountEntry,
    Award,
    AwardComponent,
    BankAccount,
    CategoryPeriod,
    Crediting,
    EnrolmentEvent,
    Identity,
    Residence,
)
from jubao.reports.catalogue.duties import cards_issued
from jubao.reports.catalogue.people import PAID_FOR, SUBSIDY, of_age
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import BIRTH, WHO, Column, Told, Veiled, day, money
from jubao.reports.lists.known import latest_known
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.part import Part
from jubao.reports.lists.people import CATEGORIES
from jubao.vocabulary.codes import BenefitItem, EntryKind, Source
from jubao.vocabulary.masks import Mask

ITEMS = tuple(BenefitItem)
PAYING = (Source.PERSONAL, Source.PROVINCE, Source.CITY, Source.COUNTY, Source.GOVERNMENT_PAID, Source.COLLECTIVE)
OPENING_ACTS = ("register.open", "enrolment.enrol", "transfer.receive")
TOTAL = "total_fen"
Dated = type[Identity | Residence | CategoryPeriod | BankAccount]


def _calculations(window: Window) -> QuerySet[Award]:
    """The awards of the period (养老金计算表)."""
    return Award.objects.filter(window.acted(), opened_with_register=False).select_related("person")


def _beside_calculations(rows: Sequence[Award], _: Window) -> Iterator[Told]:
    """Every part by payer, as awarded."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    parts = AwardComponent.objects.filter(award__in=[row.pk for row in rows]).order_by("from_month", "pk")
    for award, act, item, fen in parts.values_list("award_id", "act_id", "item", "amount_fen"):
        found.setdefault((award, act), {})[item] = fen
    for row in rows:
        amounts = found.get((row.pk, row.act_id), {})
        yield {str(item): amounts.get(str(item), 0) for item in ITEMS} | {TOTAL: sum(amounts.values())}


def _to_be_checked(window: Window) -> QuerySet[EnrolmentEvent] | None:
    """Who is of age and not yet drawing (信息核对报告表)."""
    rows = of_age(window)
    if rows is None:
        return None
    who = "enrolment__person"
    accounts = BankAccount.objects.filter(window.known(), person=OuterRef(who)).order_by("-usable_from", "-pk")
    return rows.select_related(who).annotate(
        category=latest_known(CategoryPeriod, "category", window, person=who),
        address=latest_known(Residence, "address", window, person=who),
        phone=latest_known(Residence, "phone", window, person=who),
        account=Coalesce(Subquery(accounts.values("account")[:1]), Value("")),
    )


def _beside_to_be_checked(rows: Sequence[EnrolmentEvent], _: Window) -> Iterator[Told]:
    """Blank cells in which a person confirms or corrects."""
    return ({"right": "", "corrected": ""} for _ in rows)


def _changed(model: Dated) -> Callable[[Window], "QuerySet[Any]"]:
    """What was recorded of people after they had been taken in (信息变更表)."""

    def source(window: Window) -> "QuerySet[Any]":
        rows: QuerySet[Any] = model._default_manager.filter(window.acted())
        return rows.exclude(act__code__in=OPENING_ACTS).select_related("person", "act")

    return source


def _beside_changed(what: str, *columns: str, mask: Mask | None = None) -> Callable[..., Iterator[Told]]:
    """What was changed, in words; with a mask the last column is a number under it."""

    def beside(rows: Sequence[Any], _: Window) -> Iterator[Told]:
        for row in rows:
            *words, last = (str(getattr(row, column)) for column in columns)
            after = Veiled(" ".join(words), last, mask) if mask else " ".join([*words, last])
            yield {"what": what, "after": after}

    return beside


def _cards(window: Window) -> QuerySet[BankAccount]:
    """Cards handed out in the span (社会保障卡发放名册)."""
    return cards_issued(window).select_related("person", "act")


def _credited(window: Window) -> QuerySet[Crediting]:
    """Contributions kept that were credited in the span (缴费查询单)."""
    kept = Crediting.objects.filter(window.acted()).exclude(contribution__refund__act__business_date__lte=window.as_of)
    return kept.select_related("contribution__person")


def _beside_credited(rows: Sequence[Crediting], window: Window) -> Iterator[Told]:
    """What each payer put in for the year."""
    paid: dict[int, dict[str, int]] = {}
    entries = AccountEntry.objects.filter(
        window.acted(),
        kind__in=[EntryKind.CONTRIBUTION, EntryKind.SUBSIDY],
        contribution__in=[row.contribution_id for row in rows],
    )
    grouped = entries.order_by().values_list("contribution_id", "source").annotate(fen=Sum("amount_fen"))
    for key, source, fen in grouped:
        paid.setdefault(key, {})[source] = fen
    for row in rows:
        yield _by_payer(paid.get(row.contribution_id, {})) | {"year": row.contribution.year, "day": row.credited_date}


def _by_payer(amounts: dict[str, int]) -> dict[str, Any]:
    by_payer = {str(source): amounts.get(str(source), 0) for source in PAYING}
    return by_payer | {TOTAL: sum(by_payer.values())}


def _paid_for(window: Window) -> QuerySet[AccountEntry]:
    """For each person and year that governments paid for, and the subsidy with it: the first entry of the span."""
    entries = _entries_paid_for(window)
    earlier = entries.filter(person=OuterRef("person"), year=OuterRef("year"), pk__lt=OuterRef("pk"))
    return entries.filter(~Exists(earlier)).select_related("person", "act")


def _entries_paid_for(window: Window) -> QuerySet[AccountEntry]:
    return AccountEntry.objects.filter(window.acted(), SUBSIDY | PAID_FOR, contribution__isnull=True)


def _beside_paid_for(rows: Sequence[AccountEntry], window: Window) -> Iterator[Told]:
    """The sums of all entries of the person and year."""
    paid: dict[tuple[int, int | None], dict[str, int]] = {}
    some = _entries_paid_for(window).filter(person__in=[row.person_id for row in rows]).order_by()
    for person, year, source, fen in some.values_list("person_id", "year", "source").annotate(fen=Sum("amount_fen")):
        paid.setdefault((person, year), {})[source] = fen
    for row in rows:
        yield _by_payer(paid[row.person_id, row.year]) | {"day": row.act.business_date}


AWARD_LISTS: tuple[Listing, ...] = (
    Listing(
        "calculations",
        "养老金计算表",
        (
            *WHO,
            Column("开始年月", "start_month", MONTH, is_filtered=True, is_sorted=True),
            Column("缴费年限", "contributed_years", INTEGER, is_filtered=True),
            Column("应缴年限", "required_years", INTEGER),
            money("储存额", "balance_fen"),
            *(money(item.label, str(item)) for item in ITEMS),
            money("月养老金", TOTAL),
        ),
        (Part(_calculations, _beside_calculations),),
    ),
    Listing(
        "check-sheets",
        "信息核对报告表",
        (
            *WHO,
            BIRTH,
            Column("参保身份", "category", words=CATEGORIES),
            Column("户籍地址", "address", TEXT, width=24),
            Column("联系电话", "phone", IDENTIFIER, mask=Mask.PHONE),
            Column("银行账号", "account", IDENTIFIER, mask=Mask.ACCOUNT),
            Column("是否正确", "right", TEXT, width=8),
            Column("更正", "corrected", TEXT, width=16),
        ),
        (Part(_to_be_checked, _beside_to_be_checked, person="enrolment__person"),),
    ),
    Listing(
        "changes",
        "信息变更表",
        (
            *WHO,
            Column("变更项目", "what"),
            Column("变更后", "after", TEXT, width=28, veils=tuple(Mask)),
            day("办理日期", "act__business_date", is_filtered=True, is_sorted=True),
            Column("业务", "act__code", is_filtered=True),
        ),
        (
            Part(_changed(Identity), _beside_changed("身份", "name")),
            Part(_changed(Residence), _beside_changed("户籍与联系", "division", "address", "phone", mask=Mask.PHONE)),
            Part(_changed(CategoryPeriod), _beside_changed("参保身份", "category")),
            Part(_changed(BankAccount), _beside_changed("银行账户", "bank", "account", mask=Mask.ACCOUNT)),
        ),
    ),
    Listing(
        "cards",
        "社会保障卡发放名册",
        (
            *WHO,
            Column("社保卡号", "card_number", IDENTIFIER, mask=Mask.ACCOUNT),
            day("登记日期", "act__business_date", is_filtered=True, is_sorted=True),
        ),
        (Part(_cards),),
    ),
    Listing(
        "contribution-years",
        "缴费查询单",
        (
            *WHO,
            Column("缴费年度", "year", INTEGER),
            *(money(source.label, str(source)) for source in PAYING),
            money("金额", TOTAL),
            day("划拨日期", "day"),
        ),
        (
            Part(
                _credited,
                _beside_credited,
                person="contribution__person",
                order=("contribution__person_id", "contribution__year"),
            ),
            Part(_paid_for, _beside_paid_for, order=("person_id", "year")),
        ),
    ),
)
