"""The people a budget or a projection begins with: who is insured, who draws, their ages, accounts and payments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np
from django.db.models import Count, Q, Sum
from numpy.typing import NDArray

from jubao.policy.in_force import NoRowInForce, PolicyNotVerified
from jubao.records.models import (
    AccountEntry,
    Award,
    AwardComponent,
    AwardEvent,
    Contribution,
    Enrolment,
    Office,
    Person,
)
from jubao.reports.figures.state_on_day import ENDED, awards, relations
from jubao.reports.figures.window import Window
from jubao.reports.law import office_policy
from jubao.rules.benefit import national_base_by_level
from jubao.rules.funeral import GrantBase, GrantStandard, grant_amount
from jubao.vocabulary.codes import BenefitItem, ContributionKind, Level, Sex
from jubao.vocabulary.fen import Fen, allocate

T = TypeVar("T")
RUNNING = (AwardEvent.Kind.STARTED, AwardEvent.Kind.RESUMED)
BASES = {
    Level.CENTRAL: "benefit.base_national",
    Level.PROVINCE: "benefit.base_province",
    Level.CITY: "benefit.base_city",
    Level.COUNTY: "benefit.base_county",
}
SUBSIDY_ITEMS = {"3": Level.PROVINCE, "4": Level.CITY, "5": Level.COUNTY}
ORDINARY = {"*", "011"}  # the ordinary enrolment category (AAC066)
ACCOUNT_ITEMS = tuple(str(item) for item in BenefitItem if item.is_account)


class NothingToReckonWith(LookupError):
    """The register or the law does not reach the day a reckoning needs."""


@dataclass(frozen=True)
class Standing:
    """Everybody whose relation stands on a day; arrays of shape (n,), int64.

    ``row`` is 0 for men and 1 for women, ``birth`` YYYYMM, ``balance`` fen, ``pension`` the account pension a month.
    ``drawing`` are people whose award runs; whoever is suspended is neither drawing nor ``insured``.
    """

    as_of: date
    person: Fen
    row: Fen
    birth: Fen
    drawing: NDArray[np.bool_]
    insured: NDArray[np.bool_]
    balance: Fen
    pension: Fen

    def age(self, *, at_end_of: int) -> Fen:
        """Completed years on the last day of a year, shape (n,)."""
        return at_end_of - self.birth // 100


def standing(as_of: date) -> Standing:
    """The register as known on a day. Raises NothingToReckonWith when nobody stands in it."""
    window = Window(as_of.year, as_of)
    states = relations(window).exclude(enrolment_state=ENDED).values_list("enrolment__person_id", flat=True)
    rows = list(Person.objects.filter(pk__in=states).order_by("pk").values_list("pk", "sex", "birth_date"))
    if not rows:
        raise NothingToReckonWith(f"截至 {as_of} 参保登记中没有人，请先办理底册接入或改用之后的日期")
    person = np.array([row[0] for row in rows], dtype=np.int64)
    started = dict(awards(window).values_list("award__person_id", "kind"))
    kinds = [started.get(key) for key in person.tolist()]
    drawing = np.array([kind in RUNNING for kind in kinds], dtype=np.bool_)
    return Standing(
        as_of,
        person,
        np.array([int(row[1] == Sex.FEMALE) for row in rows], dtype=np.int64),
        np.array([row[2].year * 100 + row[2].month for row in rows], dtype=np.int64),
        drawing,
        np.array([kind is None for kind in kinds], dtype=np.bool_),
        _balances(person, as_of),
        np.where(drawing, _pensions(person, window), 0),
    )


def _balances(person: Fen, as_of: date) -> Fen:
    known = AccountEntry.objects.filter(act__business_date__lte=as_of)
    sums = dict(known.order_by().values("person_id").annotate(fen=Sum("amount_fen")).values_list("person_id", "fen"))
    return np.array([max(int(sums.get(key, 0)), 0) for key in person.tolist()], dtype=np.int64)


def _pensions(person: Fen, window: Window) -> Fen:
    """The account pension a month in force on the day, by person."""
    month = window.as_of.year * 100 + window.as_of.month
    open_ = Q(to_month__isnull=True) | Q(to_month__gt=month)
    rows = AwardComponent.objects.filter(window.known(), open_, item__in=ACCOUNT_ITEMS)
    sums = dict(
        rows.order_by()
        .values("award__person_id")
        .annotate(fen=Sum("amount_fen"))
        .values_list("award__person_id", "fen")
    )
    return np.array([int(sums.get(key, 0)) for key in person.tolist()], dtype=np.int64)


@dataclass(frozen=True)
class Payers:
    """Who pays in an ordinary year, by tier (fen to people), and where that was read from."""

    by_tier: dict[int, int]
    origin: str

    @property
    def people(self) -> int:
        """All payers."""
        return sum(self.by_tier.values())

    @property
    def personal_fen(self) -> int:
        """What they pay in a year."""
        return sum(tier * people for tier, people in self.by_tier.items())


def payers(people: Standing, *, year: int) -> Payers:
    """Current contributions of the year before, of people still below the pension age at the end of ``year``.

    Where the books hold none of that year, the year itself counts once it is over, and before that the tiers stated in
    the register: everybody insured, so that somebody has to set the line lower with a reason.
    """
    age = int(law("scheme.pension_age", date(year, 1, 1), known=people.as_of))
    young = people.person[people.insured & (people.age(at_end_of=year) < age)]
    kept = set(young.tolist())
    over = (year,) if people.as_of.year > year else ()
    for paid in (year - 1, *over):
        rows = Contribution.objects.filter(
            act__business_date__lte=people.as_of, year=paid, kind=ContributionKind.CURRENT
        )
        rows = rows.exclude(refund__act__business_date__lte=people.as_of)
        found = [fen for key, fen in rows.order_by("pk").values_list("person_id", "amount_fen") if key in kept]
        if found:
            return Payers(_counted(found), f"{paid}年度实际缴费")
    stated = Enrolment.objects.filter(act__business_date__lte=people.as_of, tier_fen__gt=0).order_by("pk")
    found = [fen for key, fen in stated.values_list("person_id", "tier_fen") if key in kept]
    return Payers(_counted(found), "参保登记的缴费档次（尚无缴费记录）")


def made_up_fen(year: int, *, as_of: date) -> int:
    """Back payments received within a year as known on a day, in fen."""
    rows = Contribution.objects.filter(
        act__business_date__lte=as_of, kind=ContributionKind.MAKE_UP, received_date__year=year
    )
    rows = rows.exclude(refund__act__business_date__lte=as_of)
    return int(rows.aggregate(fen=Sum("amount_fen", default=0))["fen"])


def _counted(tiers: list[int]) -> dict[int, int]:
    values, counts = np.unique(np.array(tiers, dtype=np.int64), return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def subsidies_of(by_tier: dict[int, int], on: date, *, known: date) -> dict[Level, int]:
    """A year's subsidies by paying level for so many payers of each tier, ordinary category, in fen."""
    rules = [
        rule
        for rule in of_law(lambda day: office_policy().collection_rules(day, area(), as_known=known), on, known=known)
        if rule["is_subsidy"] and rule["household"] == "*" and rule["category"] in ORDINARY
    ]
    return {
        level: sum(rule["amount_fen"] * by_tier.get(rule["tier_fen"], 0) for rule in rules if rule["item"] == item)
        for item, level in SUBSIDY_ITEMS.items()
    }


def basic_parts(on: date, *, known: date) -> dict[Level, int]:
    """The basic pension a month by paying level, in fen."""
    parts = {level: int(law(term, on, known=known)) for level, term in BASES.items()}
    shares = {row["level"]: row["ppm"] for row in law("benefit.national_base_shares", on, known=known)}
    for level, fen in national_base_by_level(parts.pop(Level.CENTRAL), shares).items():
        parts[Level(level)] = parts.get(Level(level), 0) + fen
    return {level: parts.get(level, 0) for level in Level}


def funeral_fen(on: date, *, known: date) -> int:
    """What the funeral grant of a death on a day comes to, in fen."""
    standard = GrantStandard(**law("funeral.standard", on, known=known))
    base = 0
    if standard.months:
        names = ("base_national", "base_province", "base_city", "base_county")
        counted = names if standard.base == GrantBase.PAID else names[:2]
        base = sum(int(law(f"benefit.{name}", standard.day(on), known=known)) for name in counted)
    return grant_amount(standard, base_fen=base)


def by_level(fen: int, shares: str, on: date, *, known: date) -> dict[Level, int]:
    """A sum by the levels that pay it; ``shares`` names the parameter that says so."""
    rows = law(shares, on, known=known)
    parts = allocate(fen, [row["ppm"] for row in rows]).tolist()
    return {Level(row["level"]): part for row, part in zip(rows, parts, strict=True)}


def death_ppm(on: date, *, known: date) -> Fen:
    """The life table, shape (2, ages): men, women."""
    table = of_law(lambda day: office_policy().table("mortality.table", on=day), on, known=known)
    return np.array([table["male"], table["female"]], dtype=np.int64)


def law(name: str, on: date, *, known: date) -> Any:
    """A value of the law of a day where the office is, by what had been announced then. Raises NothingToReckonWith."""
    return of_law(lambda day: office_policy().value(name, on=day, area=area(), as_known=known), on, known=known)


def of_law(read: Callable[[date], T], on: date, *, known: date) -> T:
    """What the law of a day says; the coming year, which nobody can have checked yet, goes by the law of today.

    Raises:
        NothingToReckonWith: nobody checked the law that far, or it says nothing.
    """
    try:
        return read(on)
    except PolicyNotVerified as unknown:
        if on.year != known.year + 1:
            raise NothingToReckonWith(str(unknown)) from unknown
        return of_law(read, known, known=known)
    except NoRowInForce as unknown:
        raise NothingToReckonWith(str(unknown)) from unknown


def area() -> str:
    """The office's division code. Raises NothingToReckonWith before there is an office."""
    code = Office.objects.values_list("district_code", flat=True).first()
    if code is None:
        raise NothingToReckonWith("尚未建立机构，请先办理机构设立（office.found）")
    return str(code)


def increments_month_fen(as_of: date) -> int:
    """What increments of running awards come to a month, in fen."""
    running = awards(Window(as_of.year, as_of)).filter(kind__in=RUNNING).values("award")
    rows = AwardComponent.objects.filter(
        award__in=Award.objects.filter(pk__in=running),
        item=BenefitItem.INCREMENT,
        to_month__isnull=True,
        act__business_date__lte=as_of,
    )
    return int(rows.aggregate(fen=Sum("amount_fen", default=0), n=Count("pk"))["fen"])
