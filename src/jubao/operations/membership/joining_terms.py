"""Of what age, at which tier and with how many years somebody may come in."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.law import Law
from jubao.operations.membership.newcomers import FEN_IN_YUAN, Newcomers
from jubao.rules.contribution import ANY
from jubao.rules.eligibility import age_on
from jubao.vocabulary import resident_number as numbers
from jubao.vocabulary.codes import Category
from jubao.vocabulary.codes.membership import WayIn


def check_terms(people: Newcomers, view: View, faults: Faults) -> None:
    """Refuse whose age, tier or years the law does not allow; numbers and codes are known to be good."""
    _check_ages(people, view, faults)
    _check_tiers(people, view, faults)
    _check_years(people, view, faults)


def most_years(birth: NDArray[np.datetime64], way: Sequence[WayIn], on: date, law: Law) -> Ids:
    """Contribution years nobody can pass by a day: paid from sixteen on, and not before there was a scheme.

    Who had reached the transitional age at the launch may have made years up to the cap; the employees' scheme is
    older than this one, so years from there are bounded by age alone.

    Returns:
        shape (n,), years.
    Source:
        国发〔2014〕8号第七部分（过渡人群补缴）；人社部发〔2014〕17号（职保年限）.
    """
    born = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    launch = law.value("scheme.launch_date")
    of_age = born + int(law.value("scheme.min_age"))
    linked = np.array([one is WayIn.LINKED for one in way])
    lived = np.maximum(on.year - np.where(linked, of_age, np.maximum(of_age, launch.year)) + 1, 0)
    transitional = ~linked & (age_on(birth, launch) >= int(law.value("scheme.transitional_age")))
    cap = int(law.value("scheme.transitional_years_cap"))
    counted: Ids = np.where(transitional, np.maximum(lived, cap), lived)
    return counted


def _births(references: Sequence[str]) -> NDArray[np.datetime64]:
    return np.array([numbers.birth_date(n) for n in references], dtype="datetime64[D]")


def _check_ages(people: Newcomers, view: View, faults: Faults) -> None:
    """Who joins or moves is of contributing age; who comes from the employees' scheme may have reached sixty there.

    A relation that draws a pension does not move, so nobody of sixty is moved in from another residents' office.
    Source: 国发〔2014〕8号第三、八部分；人社部发〔2014〕17号第三条（达到法定退休年龄后可转入）.
    """
    ages = age_on(_births(people.columns["resident_number"]), view.on)
    youngest, oldest = (int(view.law.value(f"scheme.{name}")) for name in ("min_age", "pension_age"))
    for place, (age, way) in enumerate(zip(ages.tolist(), people.way, strict=True)):
        if way is WayIn.TAKEN_OVER or (youngest <= age and (age < oldest or way is WayIn.LINKED)):
            continue
        upper = "" if way is WayIn.LINKED else f"且未满 {oldest} 周岁"
        rule = f"在 {view.on} 为 {age} 周岁，{way.label}年龄须满 {youngest} 周岁{upper}"
        then = "请核对出生日期" if age < youngest or way is WayIn.NEW else "到龄人员的关系不转移，请由原参保地办理待遇"
        people.fault(faults, place, "resident_number", rule, next_step=then, source="国发〔2014〕8号")


def _check_tiers(people: Newcomers, view: View, faults: Faults) -> None:
    """A tier is one of those in force; the lowest that is kept for the hard-up is for their groups; none chosen is nothing."""
    law = view.law
    tiers, lowest = (
        {int(fen) for fen in law.value("contribution.tier_list")},
        int(law.value("contribution.poor_min_tier")),
    )
    groups = _groups_of_tier(lowest, law)
    given = zip(people.columns["tier"], people.columns["category"], people.way, strict=True)
    for place, (tier, category, way) in enumerate(given):
        fen = (tier or 0) * FEN_IN_YUAN
        own = tiers | {lowest} if category in groups else tiers
        if way is WayIn.TAKEN_OVER or fen in own or (not tier and way is not WayIn.NEW):
            continue
        then = f"请填 {'、'.join(str(one // FEN_IN_YUAN) for one in sorted(own))}（元/年）之一"
        why = "只留给困难群体" if fen == lowest else "不是现行缴费档次"
        people.fault(faults, place, "tier", f"缴费档次 {tier or 0} 元{why}", next_step=then)


def _groups_of_tier(tier_fen: int, law: Law) -> set[str]:
    """Categories for whom somebody pays a tier by the collection rules, the person or governments."""
    rules = law.collection_rules()
    named = set(rules.category[(rules.tier_fen == tier_fen) & ~rules.is_subsidy].tolist())
    return {str(one) for one in Category} if ANY in named else named


def _check_years(people: Newcomers, view: View, faults: Faults) -> None:
    """Nobody brings more years than could be paid."""
    given = people.columns.get("contributed_years")
    if given is None or all(way is WayIn.TAKEN_OVER for way in people.way):
        return
    years = np.array([y or 0 for y in given], dtype=np.int64)
    most = most_years(_births(people.columns["resident_number"]), people.way, view.on, view.law)
    for place in np.flatnonzero((years > most) | (years < 0)).tolist():
        rule = f"累计缴费年限 {years[place]} 年，按年龄和制度启动日至多 {most[place]} 年"
        people.fault(faults, place, "contributed_years", rule, next_step="请与转出地核对缴费明细")
