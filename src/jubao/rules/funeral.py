"""The funeral grant (丧葬补助金) and the conditions a locality ties to it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from jubao.rules.eligibility import Days
from jubao.vocabulary.fen import Fen

Flags = NDArray[np.bool_]

CONDITIONS = {
    "died_in_validity": "死亡日期在丧葬补助政策有效期内",
    "reported_in_time": "在规定期限内报告死亡",
    "cremated": "遗体火化",
    "in_payment": "死亡时正在领取待遇",
    "contributed": "有过缴费记录",
}


class GrantBase(StrEnum):
    """Which basic pension a grant is counted in."""

    PAID = "PAID"
    PROVINCE = "PROVINCE"


class GrantDay(StrEnum):
    """When that basic pension is looked up."""

    DEATH = "DEATH"
    LAST_YEAR_END = "LAST_YEAR_END"


@dataclass(frozen=True, slots=True)
class GrantStandard:
    """A grant in fen, or in months of a basic pension on a day, never below a floor; policy ``funeral.standard``."""

    fixed_fen: int = 0
    months: int = 0
    base: GrantBase | str = GrantBase.PAID
    at: GrantDay | str = GrantDay.DEATH
    least_fen: int = 0

    def day(self, died: date) -> date:
        """The day whose basic pension counts: that of the death, or the last of the year before."""
        return died if GrantDay(self.at) is GrantDay.DEATH else date(died.year - 1, 12, 31)


def grant_amount(standard: GrantStandard, *, base_fen: int) -> int:
    """What a grant comes to (丧葬补助金标准).

    Args:
        standard: the locality's standard.
        base_fen: fen a month; the basic pension named by ``standard.base`` on ``standard.day``.
    Returns:
        fen.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7 (localities may set up a grant); standards: policy ``funeral.standard``.

    >>> grant_amount(GrantStandard(months=4, base="PROVINCE", at="LAST_YEAR_END"), base_fen=14_500)
    58000
    >>> grant_amount(GrantStandard(months=10, least_fen=200_000), base_fen=18_000)
    200000
    """
    return max(standard.fixed_fen + standard.months * base_fen, standard.least_fen)


@dataclass(frozen=True, slots=True)
class FuneralRule:
    """The locality's rule on one day: amount in fen, conditions, validity half-open."""

    amount_fen: int
    valid_from: date
    valid_to: date | None = None
    report_within_days: int | None = None
    requires_cremation: bool = False
    requires_award_in_payment: bool = False
    requires_contributions: bool = False


def funeral_conditions(
    died: Days,
    reported: Days,
    cremated: Flags,
    in_payment: Flags,
    *,
    rule: FuneralRule,
    contributed: Flags | None = None,
) -> dict[str, Flags]:
    """Which conditions of the grant each death meets; a condition the rule does not ask for is met.

    Args:
        died: shape (n,), datetime64[D]; day of death, NaT when unknown.
        reported: shape (n,), datetime64[D]; day the death was reported, NaT when it was not.
        cremated: shape (n,), bool.
        in_payment: shape (n,), bool; whether the award was in payment at death.
        rule: the locality's rule; policy ``funeral``.
        contributed: shape (n,), bool; needed only when the rule asks for contributions.
    Returns:
        for each name in ``CONDITIONS``: shape (n,), bool. An unknown day meets no condition on it.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7 (localities may set up a grant); conditions: policy ``funeral``.
    """
    assert contributed is not None or not rule.requires_contributions, "the rule asks who contributed"
    paid = np.zeros(len(died), dtype=np.bool_) if contributed is None else contributed
    valid = died >= np.datetime64(rule.valid_from, "D")
    if rule.valid_to is not None:
        valid &= died < np.datetime64(rule.valid_to, "D")
    in_time = np.ones(len(died), dtype=np.bool_)
    if rule.report_within_days is not None:
        last_day = died + np.timedelta64(rule.report_within_days, "D")
        in_time = (reported >= died) & (reported <= last_day)
    return {
        "died_in_validity": valid,
        "reported_in_time": in_time,
        "cremated": _asked(cremated, asked=rule.requires_cremation),
        "in_payment": _asked(in_payment, asked=rule.requires_award_in_payment),
        "contributed": _asked(paid, asked=rule.requires_contributions),
    }


def funeral_grant(
    died: Days,
    reported: Days,
    cremated: Flags,
    in_payment: Flags,
    *,
    rule: FuneralRule,
    contributed: Flags | None = None,
) -> Fen:
    """Funeral grant due for each death: the amount where every condition is met, else nothing.

    Args:
        died: shape (n,), datetime64[D], NaT when unknown.
        reported: shape (n,), datetime64[D], NaT when not reported.
        cremated: shape (n,), bool.
        in_payment: shape (n,), bool.
        rule: the locality's rule; policy ``funeral``.
        contributed: shape (n,), bool; needed only when the rule asks for contributions.
    Returns:
        shape (n,), int64 fen.
    Raises:
        Nothing.
    Source:
        As ``funeral_conditions``.

    >>> rule = FuneralRule(100_000, date(2014, 1, 1), report_within_days=30, requires_cremation=True)
    >>> days = np.array(["2017-03-05", "2017-03-05"], dtype="datetime64[D]")
    >>> yes, cremated = np.array([True, True]), np.array([True, False])
    >>> funeral_grant(days, days + 30, cremated, yes, rule=rule).tolist()
    [100000, 0]
    """
    met = funeral_conditions(died, reported, cremated, in_payment, rule=rule, contributed=contributed)
    due = np.logical_and.reduce(list(met.values()))
    return np.where(due, np.int64(rule.amount_fen), np.int64(0))


def _asked(fact: Flags, *, asked: bool) -> Flags:
    """Give a fact where the rule asks for it, else True for everybody."""
    return np.asarray(fact, dtype=np.bool_) | (not asked)
