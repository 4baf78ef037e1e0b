"""Quantitative indicators of the report: as declared, with targets and results from live figures."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from jubao.documents.evaluation_form import IndicatorRow
from jubao.records.models import Indicator
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import FigureValue, rounded

NOTHING = ("", "无")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
LiveRow = Callable[[Reading], tuple[str, str, str]]


def indicator_rows(reading: Reading, declared: Sequence[Indicator]) -> tuple[IndicatorRow, ...]:
    """The form's rows: declared indicators first; where one has no measure, the live one of its kind is used.

    A declared "无" stands only where the kind has nothing else, and then without a result.
    """
    return tuple(_row(reading, indicator) for indicator in declared)


def _row(reading: Reading, indicator: Indicator) -> IndicatorRow:
    group, kind, content = indicator.group, indicator.kind, indicator.content
    if indicator.figure:
        value = reading.value(indicator.figure)
        return IndicatorRow(
            group,
            kind,
            content,
            indicator.target,
            against_target(indicator.target, value, reading.tell(indicator.figure)),
        )
    if indicator.target and content not in NOTHING:
        return IndicatorRow(group, kind, content, indicator.target, indicator.actual)
    if kind in LIVE:
        name, target, actual = LIVE[kind](reading)
        return IndicatorRow(group, kind, name if content in NOTHING else f"{content}（{name}）", target, actual)
    if content in NOTHING:
        return IndicatorRow(group, kind, "无")
    return IndicatorRow(group, kind, content, indicator.target, indicator.actual)


def against_target(target: str, value: FigureValue, told: str) -> str:
    """A result as the form states it: a percentage above its target is "target以上", else the value as it is told."""
    bound = _PERCENT.fullmatch(target)
    if bound is None or not isinstance(value.value, int | Fraction):
        return "" if value.value is None else told
    if Fraction(value.value) > Fraction(bound[1]):
        return f"{target}以上"
    return f"{_percent(Fraction(value.value))}%"


def _percent(value: Fraction) -> Decimal:
    return rounded(value)


def _registration(reading: Reading) -> tuple[str, str, str]:
    return "全民参保登记完成率", "100%", _result(reading, "universal.completion_rate")


def _collected(reading: Reading) -> tuple[str, str, str]:
    return "征缴金额", _result(reading, "collection.target.bureau"), _result(reading, "collection.received")


def _paid_monthly(reading: Reading) -> tuple[str, str, str]:
    due = reading.as_of.month if reading.as_of.year == reading.year else 12
    return "养老金按月发放", f"{due}个月", _result(reading, "payment.months_paid")


def _within_ceiling(reading: Reading) -> tuple[str, str, str]:
    ceiling = _result(reading, "three_public_budget.total")
    return "“三公”经费支出", f"不超过{ceiling}" if ceiling else "", _result(reading, "three_public.total")


def _result(reading: Reading, figure_id: str) -> str:
    value = reading.value(figure_id)
    return "" if value.value is None else reading.tell(figure_id)


LIVE: dict[str, LiveRow] = {
    "质量指标": _registration,
    "数量指标": _collected,
    "时效指标": _paid_monthly,
    "成本指标": _within_ceiling,
}
