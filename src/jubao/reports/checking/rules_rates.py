"""Rates: a completion, share or growth must follow from the numbers that stand beside it."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

from jubao.reports.checking.finding import Finding, Rule, number, quoted
from jubao.reports.checking.statements import PERCENT, Statement

COMPLETION = re.compile(r"(完成(率|比例数?|百分比)|任务数?的|任务的#和|计划的|目标的|执行率)[为是达到]*$")
SHARE = re.compile(r"占(比|总数|全部)?[^#，]{0,8}$")
GROWTH = re.compile(r"(增长|上升|提高|下降|减少|降低)(了|率为?)?$")
TASK = re.compile(r"任务|目标|计划|预算|下达|应")
CHANGE = re.compile(r"增加|减少|增长|下降|提高|降低|净增")
LAST_YEAR = re.compile(r"上年|去年|同期|由[^#]*$")
CAPPED = re.compile(
    r"(知晓率|满意度|满意率|刷卡率|刷卡缴费率|成功率|社会化发放率|发放率|认证率|参保率|覆盖率|合格率)[为是达到]*$"
)
WHOLE = 100


def check_rates(statements: list[Statement]) -> Iterator[Finding]:
    """Every percentage that its own item allows to be worked out, and those that cannot exceed the whole."""
    for rate in statements:
        if rate.kind != PERCENT:
            continue
        if CAPPED.search(rate.lead) and rate.value > WHOLE:
            yield Finding(Rule.RATES, rate.place, quoted(_words(rate)), "这类比率不能超过100%")
        elif not rate.bound:
            yield from _worked_out(rate, [one for one in statements if one.item == rate.item])


def _worked_out(rate: Statement, beside: list[Statement]) -> Iterator[Finding]:
    """No pair of numbers in the item gives the rate, though the item states what it is a rate of."""
    if COMPLETION.search(rate.lead):
        pairs = [(a, b) for a, b in _pairs(rate, beside) if TASK.search(b.label) and not _is_task(a)]
        found = [_span(a, b) for a, b in pairs]
    elif SHARE.search(rate.lead):
        pairs = [(a, b) for a, b in _pairs(rate, beside) if a.value <= b.value and a.sentence == rate.sentence]
        found = [_span(a, b) for a, b in pairs]
    elif GROWTH.search(rate.lead):
        pairs = [(a, b) for a, b in _pairs(rate, beside) if _before(a, b)]
        found = [_growth(a, b) for a, b in pairs]
    else:
        return
    if pairs and not any(_fits(rate, low, high) for low, high in found):
        nearest = min(range(len(pairs)), key=lambda index: abs(found[index][0] - rate.value))
        (done, base), (low, _) = pairs[nearest], found[nearest]
        words = f"{base.label[-12:]}{base.printed}，{done.label[-12:]}{done.printed}，{rate.printed}"
        reason = f"按{done.printed}和{base.printed}推算约为{number(low, 2)}%，不是{rate.printed}"
        yield Finding(Rule.RATES, rate.place, quoted(words), reason)


def _pairs(rate: Statement, beside: list[Statement]) -> list[tuple[Statement, Statement]]:
    counted = [one for one in beside if one.kind != PERCENT and one.value > 0 and not one.bound]
    near = [one for one in counted if one.sentence <= rate.sentence]
    adjusted = [one for one in near if re.search("核减|调整后", one.label)]
    pairs = [(a, b) for a, b in permutations(near, 2) if a.kind == b.kind]
    if adjusted and any(b in adjusted for _, b in pairs):
        return [(a, b) for a, b in pairs if b in adjusted]
    return pairs


def _before(now: Statement, before: Statement) -> bool:
    """Whether one number is last year's level (not the change since) beside this year's, in one sentence."""
    changes = CHANGE.search(now.label) or CHANGE.search(before.label)
    return bool(LAST_YEAR.search(before.label)) and not changes and now.sentence == before.sentence


def _is_task(statement: Statement) -> bool:
    return TASK.search(statement.label) is not None and "完成" not in statement.label


def _span(part: Statement, whole: Statement) -> tuple[Fraction, Fraction]:
    """Least and most that the rate can be, given how the numbers are rounded; whole numbers count as exact."""
    low, high = (part.value + sign * _slack(part) for sign in (-1, 1))
    most, least = (whole.value + sign * _slack(whole) for sign in (1, -1))
    return low * WHOLE / most, high * WHOLE / least


def _growth(now: Statement, before: Statement) -> tuple[Fraction, Fraction]:
    low, high = _span(now, before)
    low, high = sorted((abs(low - WHOLE), abs(high - WHOLE)))
    return low, high


def _slack(statement: Statement) -> Fraction:
    exact = statement.ulp >= 1 and "." not in statement.printed
    return Fraction(0) if exact or statement.ulp < 1 else statement.ulp / 2


def _fits(rate: Statement, low: Fraction, high: Fraction) -> bool:
    """The printed rate is what lies between, rounded or cut off at its last digit."""
    return low - rate.ulp / 2 <= rate.value <= high + rate.ulp / 2 or rate.value <= low < rate.value + rate.ulp


def _words(statement: Statement) -> str:
    return f"{statement.label[-20:]}{statement.printed}"
