"""What a pension consists of: basic parts by payer, account parts by source (国发〔2014〕8号)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jubao.rules.account import NegativeBalance
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.fen import PPM, Fen, allocate, divide_half_up, multiply_divide, round_parts

BASIC_ITEMS = (
    BenefitItem.BASIC_CENTRAL,
    BenefitItem.BASIC_PROVINCE,
    BenefitItem.BASIC_CITY,
    BenefitItem.BASIC_COUNTY,
    BenefitItem.INCREMENT,
)

_JIAO = 10  # fen


class NegativePart(ValueError):
    """Some part of a pension is below zero; ``positions`` says which rows."""

    def __init__(self, positions: NDArray[np.intp]) -> None:
        """Keep the rows, so that the caller can name the people."""
        self.positions = positions
        super().__init__(f"有 {len(positions)} 行待遇组成为负，未作任何计算；请核对待遇标准")


class AccountRounding(StrEnum):
    """How a month's account pension becomes whole money."""

    HALF_UP_FEN = "HALF_UP_FEN"
    UP_TO_JIAO = "UP_TO_JIAO"


def account_pension(
    balance: Fen, *, divisor: int, rounding: AccountRounding | str = AccountRounding.HALF_UP_FEN
) -> Fen:
    """Monthly pension paid out of the individual account (个人账户养老金).

    Args:
        balance: shape (n,), int64 fen; account balance when the award starts.
        divisor: months; policy ``benefit.annuity_divisor`` on the award date.
        rounding: policy ``benefit.account_rounding``: halves up to the fen, or any rest up to the next jiao (见分进角).
    Returns:
        shape (n,), int64 fen a month.
    Raises:
        NegativeBalance: some balance is below zero; nothing is computed.
        ValueError: the rounding is unknown.
    Source:
        国发〔2014〕8号, part 6.

    >>> account_pension(np.array([1_390_000, 1_000_000]), divisor=139).tolist()
    [10000, 7194]
    >>> account_pension(np.array([1_390_000, 1_000_000]), divisor=139, rounding="UP_TO_JIAO").tolist()
    [10000, 7200]
    """
    if (bad := np.flatnonzero(balance < 0)).size:
        raise NegativeBalance(bad)
    if AccountRounding(rounding) is AccountRounding.UP_TO_JIAO:
        return np.asarray(-(-balance // (divisor * _JIAO)) * _JIAO, dtype=np.int64)
    return divide_half_up(balance, divisor)


def account_pension_by_source(
    balances: Fen, *, divisor: int, rounding: AccountRounding | str = AccountRounding.HALF_UP_FEN
) -> Fen:
    """Monthly account pension split over the sources of the balance (账户养老金分来源).

    Args:
        balances: shape (n, s), int64 fen by source when the award starts.
        divisor: months; policy ``benefit.annuity_divisor``.
        rounding: as in ``account_pension``.
    Returns:
        shape (n, s), int64 fen a month; each row adds up to ``account_pension`` of its total.
    Raises:
        NegativeBalance: some balance is below zero; nothing is computed.
        ValueError: the rounding is unknown.
    Source:
        国发〔2014〕8号, part 6; parts by source: the province's calculation sheet.

    >>> account_pension_by_source(np.array([[700_000, 300_000]]), divisor=139).tolist()
    [[5036, 2158]]
    """
    if (bad := np.flatnonzero((balances < 0).any(axis=1))).size:
        raise NegativeBalance(bad)
    if AccountRounding(rounding) is AccountRounding.HALF_UP_FEN:
        return round_parts(balances, 1, divisor)
    return allocate(account_pension(balances.sum(axis=1), divisor=divisor, rounding=rounding), balances)


@dataclass(frozen=True, slots=True)
class YearsBand:
    """What each contribution year beyond some years adds: fen a month, or millionths of the basic pension."""

    beyond_years: int
    per_year_fen: int = 0
    per_year_ppm: int = 0


_NO_BAND = YearsBand(10_000)  # more years than anybody has


@dataclass(frozen=True, slots=True)
class AgeBand:
    """What an age adds to the basic pension, fen a month."""

    from_age: int
    amount_fen: int


def years_increment(years: NDArray[np.int64], bands: Sequence[YearsBand], *, base_fen: int = 0) -> Fen:
    """Addition to the basic pension for long contribution (年限养老金): each year by the band it lies in.

    Args:
        years: shape (n,), contribution years.
        bands: policy ``benefit.years_increment``, by ascending years; none means nothing is added.
        base_fen: fen; the basic pension a month that bands in millionths refer to.
    Returns:
        shape (n,), int64 fen a month; what bands in millionths give is added up and rounded half up once.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 6; 人社部发〔2018〕21号.

    >>> years_increment(np.array([14, 15, 18]), [YearsBand(15, per_year_fen=100)]).tolist()
    [0, 0, 300]
    >>> steps = [YearsBand(0, 100), YearsBand(15, 200), YearsBand(25, 300)]
    >>> years_increment(np.array([10, 20, 30]), steps).tolist()
    [1000, 2500, 5000]
    >>> years_increment(np.array([18]), [YearsBand(15, per_year_ppm=10_000)], base_fen=24_600).tolist()
    [738]
    """
    fen, ppm = np.zeros_like(years), np.zeros_like(years)
    for band, following in pairwise([*bands, _NO_BAND]):
        inside = np.maximum(np.minimum(years, following.beyond_years) - band.beyond_years, 0)
        fen += inside * band.per_year_fen
        ppm += inside * band.per_year_ppm
    return fen + multiply_divide(ppm, base_fen, PPM)


def age_addition(age: NDArray[np.int64], bands: Sequence[AgeBand]) -> Fen:
    """Addition to the basic pension at an age (高龄加发): the highest band reached, bands are not added up.

    Args:
        age: shape (n,), completed years that count in the month.
        bands: policy ``benefit.age_addon``, by ascending age; none means nothing is added.
    Returns:
        shape (n,), int64 fen a month.
    Raises:
        Nothing.
    Source:
        人社部发〔2018〕21号 (tilt to 65 and over); bands: provincial notices.

    >>> age_addition(np.array([64, 65, 79, 80]), [AgeBand(65, 200), AgeBand(70, 500), AgeBand(80, 1000)]).tolist()
    [0, 200, 500, 1000]
    """
    amounts = np.array([0, *(band.amount_fen for band in bands)], dtype=np.int64)
    reached = np.searchsorted(np.array([band.from_age for band in bands], dtype=np.int64), age, side="right")
    return np.asarray(amounts[reached], dtype=np.int64)


def national_base_by_level(national_fen: int, shares_ppm: Mapping[str, int]) -> dict[str, int]:
    """The national minimum by the level that pays it: the centre all of it in the middle and west, half in the east.

    Args:
        national_fen: fen a month; policy ``benefit.base_national``.
        shares_ppm: level to millionths, adding up to the whole; policy ``benefit.national_base_shares``.
    Returns:
        level to fen, adding up to the minimum.
    Raises:
        CannotAllocate: no share at all.
    Source:
        国发〔2014〕8号, part 4(3).

    >>> national_base_by_level(9_301, {"CENTRAL": 500_000, "PROVINCE": 500_000})
    {'CENTRAL': 4651, 'PROVINCE': 4650}
    """
    return dict(zip(shares_ppm, allocate(national_fen, list(shares_ppm.values())).tolist(), strict=True))


def account_draw(balances: Fen, parts: Fen) -> Fen:
    """What one month's account pension takes out of the account, by source.

    The pension itself does not change when a source is used up: the fund pays the rest, for life.

    Args:
        balances: shape (n, s), int64 fen by source before payment.
        parts: shape (n, s), int64 fen; the month's account pension by source.
    Returns:
        shape (n, s), int64 fen drawn; never more than the balance of the source.
    Raises:
        NegativeBalance: some balance is below zero.
        NegativePart: some part is below zero.
    Source:
        国发〔2014〕8号, part 6 (paid for life).

    >>> account_draw(np.array([[500, 100]]), np.array([[300, 300]])).tolist()
    [[300, 100]]
    """
    if (bad := np.flatnonzero((balances < 0).any(axis=1))).size:
        raise NegativeBalance(bad)
    if (bad := np.flatnonzero((parts < 0).any(axis=1))).size:
        raise NegativePart(bad)
    return np.minimum(parts, balances)
