"""What a pension consists of: basic parts by payer, account parts by source (国发〔2014〕8号)."""

import numpy as np
from numpy.typing import NDArray

from jubao.rules.account import NegativeBalance
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.fen import Fen, divide_half_up, round_parts

BASIC_ITEMS = (
    BenefitItem.BASIC_CENTRAL,
    BenefitItem.BASIC_PROVINCE,
    BenefitItem.BASIC_CITY,
    BenefitItem.BASIC_COUNTY,
    BenefitItem.INCREMENT,
)


class NegativePart(ValueError):
    """Some part of a pension is below zero; ``positions`` says which rows."""

    def __init__(self, positions: NDArray[np.intp]) -> None:
        """Keep the rows, so that the caller can name the people."""
        self.positions = positions
        super().__init__(f"有 {len(positions)} 行待遇组成为负，未作任何计算；请核对待遇标准")


def account_pension(balance: Fen, *, divisor: int) -> Fen:
    """Monthly pension paid out of the individual account (个人账户养老金).

    Args:
        balance: shape (n,), int64 fen; account balance when the award starts.
        divisor: months; policy ``benefit.annuity_divisor`` on the award date.
    Returns:
        shape (n,), int64 fen a month, halves rounded up.
    Raises:
        NegativeBalance: some balance is below zero; nothing is computed.
    Source:
        国发〔2014〕8号, part 6.

    >>> account_pension(np.array([1_390_000, 1_000_000]), divisor=139).tolist()
    [10000, 7194]
    """
    if (bad := np.flatnonzero(balance < 0)).size:
        raise NegativeBalance(bad)
    return divide_half_up(balance, divisor)


def account_pension_by_source(balances: Fen, *, divisor: int) -> Fen:
    """Monthly account pension split over the sources of the balance (账户养老金分来源).

    Args:
        balances: shape (n, s), int64 fen by source when the award starts.
        divisor: months; policy ``benefit.annuity_divisor``.
    Returns:
        shape (n, s), int64 fen a month; each row adds up to ``account_pension`` of its total.
    Raises:
        NegativeBalance: some balance is below zero; nothing is computed.
    Source:
        国发〔2014〕8号, part 6; parts by source: the province's calculation sheet.

    >>> account_pension_by_source(np.array([[700_000, 300_000]]), divisor=139).tolist()
    [[5036, 2158]]
    """
    if (bad := np.flatnonzero((balances < 0).any(axis=1))).size:
        raise NegativeBalance(bad)
    return round_parts(balances, 1, divisor)


def basic_pension(
    national: Fen | int, province: Fen | int, city: Fen | int, county: Fen | int, increment: Fen | int
) -> Fen:
    """Monthly basic pension by payer, in the order of ``BASIC_ITEMS`` (基础养老金).

    Args:
        national: shape (n,) or one value, fen; national minimum.
        province: the same; part the province adds.
        city: the same; part the city adds.
        county: the same; part the county adds.
        increment: the same; for long contribution, see ``increment``.
    Returns:
        shape (n, 5), int64 fen a month ((1, 5) when every argument is one value).
    Raises:
        NegativePart: some part is below zero.
    Source:
        国发〔2014〕8号, part 6; five parts: the province's calculation sheet.

    >>> basic_pension(7000, 1500, 0, 0, np.array([0, 200])).tolist()
    [[7000, 1500, 0, 0, 0], [7000, 1500, 0, 0, 200]]
    """
    columns = [np.atleast_1d(np.asarray(part, dtype=np.int64)) for part in (national, province, city, county)]
    columns.append(np.atleast_1d(np.asarray(increment, dtype=np.int64)))
    parts = np.stack(np.broadcast_arrays(*columns), axis=-1)
    if (bad := np.flatnonzero((parts < 0).any(axis=1))).size:
        raise NegativePart(bad)
    return parts


def increment(
    years: NDArray[np.int64], *, threshold: int, per_year_fen: int, cap_fen: int | None = None
) -> Fen:
    """Addition to the basic pension for years beyond a threshold (年限养老金、加发补贴).

    Args:
        years: shape (n,), contribution years.
        threshold: years; policy ``benefit.increment_threshold``.
        per_year_fen: fen a month for each further year.
        cap_fen: fen a month the addition may not pass, or None.
    Returns:
        shape (n,), int64 fen a month.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 6; 人社部发〔2018〕21号.

    >>> increment(np.array([14, 15, 18]), threshold=15, per_year_fen=100, cap_fen=200).tolist()
    [0, 0, 200]
    """
    amount = np.maximum(years - threshold, 0) * per_year_fen
    return amount if cap_fen is None else np.minimum(amount, cap_fen)


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
