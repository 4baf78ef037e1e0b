"""Figures by area, as people look for them: each area of the catalogue stands in one group."""

from collections.abc import Iterable
from dataclasses import dataclass

from jubao.vocabulary.both import Both, both


@dataclass(frozen=True)
class Group:
    """Areas of the catalogue that are looked at together."""

    key: str
    title: Both
    areas: tuple[str, ...]

    def of(self, figure_ids: Iterable[str]) -> list[str]:
        """Those of some figures that stand in this group, in their order."""
        return [figure_id for figure_id in figure_ids if figure_id.partition(".")[0] in self.areas]


GROUPS = (
    Group("register", both("参保", "Membership"), ("register", "universal", "cards")),
    Group("collection", both("缴费", "Contributions"), ("collection", "outlets")),
    Group("payment", both("待遇", "Pensions"), ("payment", "benefits", "certification", "funeral")),
    Group("accounts", both("个人账户", "Accounts"), ("accounts", "transfers")),
    Group(
        "matching", both("比对与疑点", "Matching"), ("matching", "registers", "alerts", "cross_province", "in_province")
    ),
    Group("audit", both("稽核与追回", "Audit and recovery"), ("audit", "recovery")),
    Group("fiscal", both("财政补助", "Fiscal money"), ("fiscal",)),
    Group("fund", both("基金收支", "Fund"), ("fund",)),
    Group("books", both("对账与月结", "Books"), ("reconciliation", "clearing", "closing")),
    Group("delegated", both("代发", "Paid on behalf"), ("delegated",)),
    Group("watch", both("监测", "Watch"), ("watch",)),
    Group("office", both("单位与报送", "Office"), ("office", "assets", "survey", "reports")),
    Group("budget", both("部门预算", "Department budget"), ("budget", "three_public", "three_public_budget")),
    Group("performance", both("绩效", "Performance"), ("tasks", "performance")),
)
NAMED = Group("named", both("报告所列", "In the report"), ())
"""What the self-evaluation names: shown first."""


def group_of(figure_id: str) -> Group:
    """The group a figure stands in."""
    area = figure_id.partition(".")[0]
    return next(group for group in GROUPS if area in group.areas)


def find_group(key: str) -> Group | None:
    """The group of a key; None where there is none."""
    return next((group for group in (NAMED, *GROUPS) if group.key == key), None)
