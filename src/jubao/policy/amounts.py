"""The shapes of the smaller tables that decide a sum: bands of years and ages, shares of levels, grants, settlements."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from jubao.policy.schema import Sentence, Strict

WHOLE_PPM = 1_000_000
Level = Literal["CENTRAL", "PROVINCE", "CITY", "COUNTY"]
NotNegative = Annotated[int, Field(ge=0)]


class YearsBand(Strict):
    """What each contribution year beyond some years adds to a pension: fen a month, or millionths of the basic pension."""

    beyond_years: NotNegative
    per_year_fen: NotNegative = 0
    per_year_ppm: NotNegative = 0

    @model_validator(mode="after")
    def _one_way_only(self) -> Self:
        if self.per_year_fen and self.per_year_ppm:
            raise ValueError(f"{self.beyond_years} 年以上的加发须写金额或比例之一")
        return self


class AgeBand(Strict):
    """What an age adds to a pension, fen a month; of several bands reached only the highest counts."""

    from_age: NotNegative
    amount_fen: NotNegative


class LevelShare(Strict):
    """What a level of government pays of a sum."""

    level: Level
    ppm: Annotated[int, Field(gt=0, le=WHOLE_PPM)]


class GrantStandard(Strict):
    """A grant: an amount in fen, or months of a basic pension on a day, never below a floor.

    ``base`` PAID is the whole basic pension where the office is, PROVINCE the minimum of the province (national and
    provincial part). ``at`` DEATH is the month of death, LAST_YEAR_END the December before it.
    """

    fixed_fen: NotNegative = 0
    months: NotNegative = 0
    base: Literal["PAID", "PROVINCE"] = "PAID"
    at: Literal["DEATH", "LAST_YEAR_END"] = "DEATH"
    least_fen: NotNegative = 0

    @model_validator(mode="after")
    def _one_way_only(self) -> Self:
        if self.months and self.fixed_fen:
            raise ValueError("丧葬补助金须写定额或月数之一")
        return self


class EndOfAccount(Strict):
    """What becomes of an individual account when a relation ends for a reason.

    PAID: the whole balance is paid out; PAID_WITHOUT_SUBSIDY: what governments paid stays with the fund; MOVED: the
    account goes to another office and nothing is paid here; KEPT: it stays here and earns until a linkage merges it.
    """

    reason: Annotated[str, Field(pattern=r"^\d{4}$")]
    account: Literal["PAID", "PAID_WITHOUT_SUBSIDY", "MOVED", "KEPT"]
    uncertain: Sentence | None = None


def _ascending_years(bands: Sequence[YearsBand]) -> Sequence[YearsBand]:
    _refuse_disorder([band.beyond_years for band in bands], "年限")
    return bands


def _ascending_ages(bands: Sequence[AgeBand]) -> Sequence[AgeBand]:
    _refuse_disorder([band.from_age for band in bands], "年龄")
    return bands


def _refuse_disorder(limits: Sequence[int], what: str) -> None:
    if any(one >= following for one, following in pairwise(limits)):
        raise ValueError(f"各档的{what}须由低到高，不得重复")


def _whole(shares: Sequence[LevelShare]) -> Sequence[LevelShare]:
    if len({share.level for share in shares}) != len(shares):
        raise ValueError("同一级次写了两次")
    if (ppm := sum(share.ppm for share in shares)) != WHOLE_PPM:
        raise ValueError(f"各级分担合计为百万分之 {ppm}，应为百万分之 {WHOLE_PPM}")
    return shares


def _reasons_once(ends: Sequence[EndOfAccount]) -> Sequence[EndOfAccount]:
    if len({end.reason for end in ends}) != len(ends):
        raise ValueError("同一终止原因写了两次")
    return ends


class SubsidyFloor(Strict):
    """The least yearly subsidy from a tier on, all local levels together."""

    tier_fen: NotNegative
    subsidy_fen: NotNegative


MakeUpKind = Literal["TRANSITIONAL", "INTERRUPTION", "LATE"]
SHARES: TypeAdapter[Any] = TypeAdapter(Annotated[list[LevelShare], AfterValidator(_whole)])
AMOUNT_SHAPES: dict[str, TypeAdapter[Any]] = {
    "benefit.national_base_shares": SHARES,
    "benefit.years_increment": TypeAdapter(Annotated[list[YearsBand], AfterValidator(_ascending_years)]),
    "benefit.age_addon": TypeAdapter(Annotated[list[AgeBand], AfterValidator(_ascending_ages)]),
    "fiscal.government_paid_shares": SHARES,
    "fiscal.funeral_shares": SHARES,
    "fiscal.increment_shares": SHARES,
    "contribution.subsidy_floor": TypeAdapter(list[SubsidyFloor]),
    "contribution.subsidy_on_make_up": TypeAdapter(list[MakeUpKind]),
    "funeral.standard": TypeAdapter(GrantStandard),
    "scheme.settlement_by_reason": TypeAdapter(Annotated[list[EndOfAccount], AfterValidator(_reasons_once)]),
}
