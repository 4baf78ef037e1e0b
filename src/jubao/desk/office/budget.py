"""The department budget (部门预算): lines and execution, objectives and indicators, targets on their path, the score."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.safestring import SafeString

from jubao.desk.drawings.bars import bar
from jubao.desk.drawings.scale import scale_over
from jubao.desk.figures.addresses import figure_address
from jubao.desk.figures.words import SCALED, drawn_number
from jubao.desk.frame.page import page
from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.reports.analysis.budget import BudgetItem, DepartmentBudget, department_budget
from jubao.reports.evaluation.budget_execution import Deviation
from jubao.reports.evaluation.monitoring import Progress, Watched
from jubao.reports.figures.figure import Unit, share_text
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

DEVIATIONS = {
    Deviation.OVERSPENT: ("stop", both("超预算", "Overspent")),
    Deviation.AHEAD: ("warn", both("偏快", "Ahead")),
    Deviation.ON_PATH: ("ok", both("正常", "On path")),
    Deviation.BEHIND: ("warn", both("偏慢", "Behind")),
}
PROGRESS = {
    Progress.DONE: ("ok", both("完成", "Done")),
    Progress.ON_PATH: ("ok", both("正常", "On path")),
    Progress.BEHIND: ("stop", both("滞后", "Behind")),
    Progress.UNKNOWN: ("", both("无数据", "Unknown")),
}
ACTS = frozenset({"office.budget", "office.spend", "performance.declare", "performance.answer"})


@dataclass(frozen=True)
class ItemRow:
    """An item with its bar, its state and the address of its spending."""

    item: BudgetItem
    address: str
    bar: SafeString
    kind: str
    state: Both
    is_procured: bool


@dataclass(frozen=True)
class WatchedRow:
    """A target on its path."""

    watched: Watched
    address: str
    share: str
    bar: SafeString
    kind: str
    state: Both


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator as declared, with the address of its live figure."""

    group: str
    kind: str
    content: str
    target: str
    result: str
    address: str


@dataclass(frozen=True)
class ScoredRow:
    """An indicator of the scoring table: points, what was lost and why, what it rests on with addresses."""

    name: str
    levels: str
    points: int
    earned: str
    lost: str
    reason: str
    inputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShownBudget:
    """The page."""

    budget: DepartmentBudget
    items: tuple[ItemRow, ...]
    watched: tuple[WatchedRow, ...]
    indicators: tuple[IndicatorRow, ...]
    scored: tuple[ScoredRow, ...]
    counts: tuple[tuple[str, Both, int], ...]
    acts: tuple[OfferedAct, ...]


@page("office/budget", title=both("部门预算", "Department budget"), audience=FIGURES, menu=("analysis", 35), queries=50)
def budget(viewer: Viewer, asked: QueryDict) -> ShownBudget:
    """What the office may spend, what it spent, what it promised for it, and what that is worth."""
    it = department_budget(viewer=viewer, year=asked.get("year", ""), as_of=asked.get("as-of", ""))
    return _shown(it, viewer)


def _shown(it: DepartmentBudget, viewer: Viewer) -> ShownBudget:
    acts = offered(viewer, about=tuple(About), answers={"year": str(it.days.year)})
    return ShownBudget(
        budget=it,
        items=tuple(_item(one, it) for one in it.items),
        watched=tuple(_watched(one, it) for one in it.watched),
        indicators=tuple(
            IndicatorRow(
                one.group,
                one.kind,
                one.content,
                one.target,
                one.result,
                figure_address(one.figure, it.days) if one.figure else "",
            )
            for one in it.indicators
        ),
        scored=_scored(it),
        counts=tuple((*PROGRESS[progress], many) for progress, many in it.progress),
        acts=tuple(act for act in acts if act.code in ACTS),
    )


def _item(one: BudgetItem, it: DepartmentBudget) -> ItemRow:
    executed = one.executed
    scale = scale_over([executed.budget_fen, executed.spent_fen])
    goal = int(executed.budget_fen * executed.path)
    drawn = bar(executed.spent_fen, scale=scale, goal=goal, behind=executed.deviation is Deviation.BEHIND)
    kind, state = DEVIATIONS[executed.deviation]
    return ItemRow(one, figure_address(one.figure, it.days), drawn, kind, state, one in it.procurement)


def _watched(one: Watched, it: DepartmentBudget) -> WatchedRow:
    kind, state = PROGRESS[one.progress]
    whole = 100 * SCALED
    share = drawn_number(one.share, Unit.PERCENT) or 0
    goal = whole if one.path is None or not one.target else int(one.path * whole / one.target)
    drawn = bar(share, scale=scale_over([share, whole]), goal=goal, behind=one.progress is Progress.BEHIND)
    return WatchedRow(one, figure_address(one.figure, it.days), share_text(one.share), drawn, kind, state)


def _scored(it: DepartmentBudget) -> tuple[ScoredRow, ...]:
    if it.scored is None:
        return ()
    return tuple(
        ScoredRow(
            one.scored.name,
            " · ".join(one.scored.indicator.levels[:-1]),
            one.scored.indicator.points,
            share_text(one.scored.points).removesuffix("%"),
            share_text(one.scored.lost).removesuffix("%") if one.scored.lost else "",
            one.scored.reason,
            tuple((told.sentence, figure_address(told.figure, it.days) if told.figure else "") for told in one.inputs),
        )
        for one in it.scored.indicators
    )
