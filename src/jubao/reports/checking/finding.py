"""A finding: where a report contradicts itself, its own words, the rule it breaks and why."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from jubao.reports.figures.figure import rounded

YUAN_IN_WAN = 10_000
LONGEST_QUOTE = 40


class Rule(StrEnum):
    """The kinds of contradiction, in the words the list prints."""

    SUM = "合计与分项"
    TEXT_AND_TABLE = "文字与表格"
    REPEATED_FIGURE = "同一指标两个数"
    DATES = "日期与期间"
    TARGETS = "目标与完成"
    NUMBERING = "编号顺序"
    RATES = "比率推算"
    TASKS = "任务数推算"
    UNITS = "计量单位"
    COPIES = "重复段落"
    PEOPLE = "人员与签字"
    EMPTY_TOTAL = "合计空缺"
    GRADE = "得分与等次"
    BOOKS = "与账簿核对"


@dataclass(frozen=True)
class Finding:
    """One contradiction, or a warning: what invites one without being one yet."""

    rule: Rule
    place: str
    quote: str
    reason: str
    warning: bool = False

    @property
    def as_json(self) -> dict[str, object]:
        """The finding as plain data."""
        return {
            "kind": "warning" if self.warning else "contradiction",
            "rule": self.rule.name,
            "title": str(self.rule),
            "place": self.place,
            "quote": self.quote,
            "reason": self.reason,
        }


def quoted(text: str) -> str:
    """A short quote in one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_QUOTE else f"{flat[: LONGEST_QUOTE - 1]}…"


def number(value: Fraction, places: int = 6) -> str:
    """An exact number as people read it."""
    return f"{rounded(value, places):f}"


def wan(yuan: Fraction) -> str:
    """Yuan as 万元."""
    return number(yuan / YUAN_IN_WAN)
