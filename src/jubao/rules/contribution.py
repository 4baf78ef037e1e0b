"""What belongs to a contribution: the tiers in force and the subsidies of the collection rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.rules.eligibility import Days, Years, age_month, age_on
from jubao.vocabulary.codes import ContributionItem, ContributionKind, MakeUpKind
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.month import Months

Texts = NDArray[np.str_]
Flags = NDArray[np.bool_]

ANY = "*"


class AmbiguousCollectionRules(ValueError):
    """Two collection rule lines claim the same contribution with the same precision."""


class UnequalRuleColumns(ValueError):
    """The columns of the collection rules do not have one length."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What tells the transitional cohort: the launch of the scheme, and the ages at it and at which a pension begins."""

    launch: date
    transitional_age: int
    pension_age: int


@dataclass(frozen=True, slots=True)
class CollectionRules:
    """Collection rule lines as columns of one length m (征缴规则, in the shape the province keeps them).

    ``category`` and ``household`` hold codes or ``*``; ``item`` holds codes of ``ContributionItem``;
    ``valid_from`` is included, ``valid_to`` excluded, both YYYYMM of the month of payment.
    """

    category: Texts
    household: Texts
    tier_fen: Fen
    item: Texts
    amount_fen: Fen
    is_subsidy: Flags
    valid_from: Months
    valid_to: Months

    def __post_init__(self) -> None:
        """Refuse columns of different lengths."""
        lengths = {len(getattr(self, name)) for name in self.__slots__}
        if len(lengths) > 1:
            raise UnequalRuleColumns(f"征缴规则各列长度不一：{sorted(lengths)}；请检查政策参数")


def subsidies(
    tier_fen: Fen,
    category: Texts,
    kind: Texts,
    paid_month: Months,
    rules: CollectionRules,
    *,
    household: Texts | None = None,
    made_up_earns: Flags | None = None,
) -> dict[ContributionItem, Fen]:
    """Government subsidies that belong to contributions, by paying item (缴费补贴).

    The most precise rule line wins: category before household type before ``*``. Made-up years earn where it is said.

    Args:
        tier_fen: shape (n,), int64 fen; the tier paid.
        category: shape (n,), category codes (AAC066).
        kind: shape (n,), ``ContributionKind`` codes.
        paid_month: shape (n,), YYYYMM of payment.
        rules: m rule lines.
        household: shape (n,), household type codes (AAC009); None when no rule line asks for it.
        made_up_earns: shape (n,), bool; whether a made-up year earns the subsidy, see ``make_up_kind``. None: none does.
    Returns:
        for each subsidy item of the rules: shape (n,), int64 fen, 0 where no line applies.
    Raises:
        AmbiguousCollectionRules: two equally precise lines apply to one contribution and item.
    Source:
        国发〔2014〕8号, part 4(3) (subsidy); made-up years: policy ``contribution.subsidy_on_make_up``.
    """
    current = np.asarray(kind) == ContributionKind.CURRENT.value
    if made_up_earns is not None:
        current = current | made_up_earns
    amounts = rule_amounts(tier_fen, category, paid_month, rules, household=household, subsidy=True)
    return {item: np.where(current, amount, 0) for item, amount in amounts.items()}


def make_up_kind(
    birth: Days, enrolled_month: Months, year: Years, paid_month: Months, cohort: Cohort
) -> list[MakeUpKind]:
    """Why each year is made up (补缴类型).

    A year since the one of joining was interrupted. An earlier one is made up by the transitional cohort, who had
    reached its age at the launch, until the pension age; by anybody else, or later, it is made up late.

    Args:
        birth: shape (n,), datetime64[D].
        enrolled_month: shape (n,), YYYYMM; month of joining.
        year: shape (n,), the contribution year.
        paid_month: shape (n,), YYYYMM of payment.
        cohort: the launch and the ages.
    Returns:
        n kinds.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7 (cohorts); three kinds: 长府发〔2014〕19号, part 7.

    >>> births = np.array(["1958-03-01", "1958-03-01", "1980-03-01"], dtype="datetime64[D]")
    >>> joined, paid = np.array([201503, 201107, 201503]), np.array([201506] * 3)
    >>> cohort = Cohort(date(2011, 7, 1), transitional_age=45, pension_age=60)
    >>> [str(kind) for kind in make_up_kind(births, joined, np.array([2013, 2013, 2013]), paid, cohort)]
    ['TRANSITIONAL', 'INTERRUPTION', 'LATE']
    """
    interrupted = year >= enrolled_month // 100
    transitional = age_on(birth, cohort.launch) >= cohort.transitional_age
    in_time = paid_month <= age_month(birth, cohort.pension_age)
    names = np.select(
        [interrupted, transitional & in_time], [MakeUpKind.INTERRUPTION, MakeUpKind.TRANSITIONAL], MakeUpKind.LATE
    )
    return [MakeUpKind(name) for name in names.tolist()]


def below_floor(tier_fen: Fen, subsidy_fen: Fen, floor: Sequence[tuple[int, int]]) -> Flags:
    """Which subsidies lie below the least the nation asks of local governments (补贴国家下限).

    Args:
        tier_fen: shape (n,), int64 fen; the tier paid.
        subsidy_fen: shape (n,), int64 fen; all levels together.
        floor: (first tier, least subsidy), fen, by ascending tier; policy ``contribution.subsidy_floor``.
    Returns:
        shape (n,), bool.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 4(3).

    >>> national = [(10_000, 3_000), (50_000, 6_000)]
    >>> below_floor(np.array([10_000, 40_000, 50_000]), np.array([3_000] * 3), national).tolist()
    [False, False, True]
    """
    firsts = np.array([first for first, _ in floor], dtype=np.int64)
    least = np.array([0, *(fen for _, fen in floor)], dtype=np.int64)
    return np.asarray(subsidy_fen < least[np.searchsorted(firsts, tier_fen, side="right")], dtype=np.bool_)


def rule_amounts(
    tier_fen: Fen,
    category: Texts,
    paid_month: Months,
    rules: CollectionRules,
    *,
    household: Texts | None = None,
    subsidy: bool,
) -> dict[ContributionItem, Fen]:
    """Amounts the collection rules set, by item, for subsidy lines or for the others.

    Args:
        tier_fen: shape (n,), int64 fen.
        category: shape (n,), category codes.
        paid_month: shape (n,), YYYYMM.
        rules: m rule lines.
        household: shape (n,), household type codes, or None.
        subsidy: True for the subsidy lines, False for personal and government-paid ones.
    Returns:
        for each such item of the rules: shape (n,), int64 fen, 0 where no line applies.
    Raises:
        AmbiguousCollectionRules: two equally precise lines apply to one contribution and item.
    Source:
        Collection rule shape of the province: category, household type, tier, period, item, amount.
    """
    homes = np.full(len(tier_fen), ANY) if household is None else np.asarray(household)
    first, place = _distinct([tier_fen, category, homes, paid_month])
    precision = _precision(tier_fen[first], category[first], homes[first], paid_month[first], rules)
    asked = rules.is_subsidy == subsidy
    return {
        ContributionItem(str(code)): _pick(precision, rules, asked & (rules.item == code))[place]
        for code in np.unique(rules.item[asked])
    }


def tier_in_force(amounts: Fen, tiers: Fen) -> Flags:
    """Which amounts are tiers in force (缴费档次).

    Args:
        amounts: shape (n,), int64 fen; amounts paid for one year.
        tiers: shape (t,), int64 fen; policy ``contribution.tiers`` in the year of payment.
    Returns:
        shape (n,), bool.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 4(1).

    >>> tier_in_force(np.array([10_000, 10_001]), np.array([10_000, 20_000])).tolist()
    [True, False]
    """
    return np.isin(amounts, tiers)


def _distinct(columns: list[NDArray[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the first place of each distinct row of the columns, and each row's distinct number."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, code = np.unique(column, return_inverse=True)
        _, number = np.unique(number * max(len(values), 1) + code, return_inverse=True)
    _, first, place = np.unique(number, return_index=True, return_inverse=True)
    return first, place


def _precision(
    tier: Fen, category: Texts, household: Texts, paid_month: Months, rules: CollectionRules
) -> NDArray[np.int64]:
    """Give a (k, m) matrix: 0 where a line does not apply, else 1 plus its precision."""
    same_category = category[:, None] == rules.category
    same_household = household[:, None] == rules.household
    applies = (tier[:, None] == rules.tier_fen) & (same_category | (rules.category == ANY))
    applies &= same_household | (rules.household == ANY)
    applies &= (rules.valid_from <= paid_month[:, None]) & (paid_month[:, None] < rules.valid_to)
    return np.where(applies, 1 + 2 * (rules.category != ANY) + (rules.household != ANY), 0)


def _pick(precision: NDArray[np.int64], rules: CollectionRules, lines: Flags) -> Fen:
    """Take the amount of the most precise of some lines for each of k rows; 0 where none applies."""
    scores = precision[:, lines]
    best = scores.max(axis=1, initial=0)
    if ((scores == best[:, None]).sum(axis=1) > 1)[best > 0].any():
        item = ContributionItem(str(rules.item[lines][0]))
        raise AmbiguousCollectionRules(f"项目“{item.label}”有两条同等精确的征缴规则同时适用；请在政策参数中保留一条")
    return np.asarray(np.where(best > 0, rules.amount_fen[lines][scores.argmax(axis=1)], 0), dtype=np.int64)
