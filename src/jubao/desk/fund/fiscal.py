"""Fiscal money, the fund's budget, its projection, and the surplus that goes up."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.utils.safestring import SafeString

from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Sent, submission
from jubao.desk.fund.drawn import balances_ahead, flows_ahead, months_of_budget
from jubao.desk.fund.taking import taken
from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.fund.fiscal_pages import (
    DraftPage,
    FiscalPage,
    RemittancesPage,
    budget_page,
    draft_page,
    fiscal_page,
    remittances_page,
)
from jubao.reports.fiscal.shown import ShownBudget, ShownProjection, shown_projection
from jubao.reports.fiscal.taken import fiscal_paper
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class DrawnBudget:
    """The budget beside the books, the act that makes one, and the year drawn by month."""

    shown: ShownBudget
    acts: Sequence[OfferedAct]
    drawing: SafeString


@dataclass(frozen=True)
class DrawnProjection:
    """The years ahead, with what is held and what comes and goes drawn."""

    shown: ShownProjection
    balances: SafeString
    flows: SafeString


@page("fiscal", title=both("财政补助", "Fiscal money"), audience=FIGURES, menu=("fund", 70), queries=40)
def fiscal(viewer: Viewer, asked: QueryDict) -> FiscalPage | None:
    """What each level owes for each purpose, what it sent, and what the gap consists of."""
    return fiscal_page(asked.get("year", ""), asked.get("month", ""), viewer=viewer)


@page("fiscal/budget", title=both("基金预算", "Fund budget"), audience=FIGURES, menu=("fund", 80))
def budget(viewer: Viewer, asked: QueryDict) -> DrawnBudget | None:
    """The budget beside the books: every line, the year by month, the versions."""
    told = budget_page(asked.get("month", ""), viewer=viewer)
    return None if told is None else DrawnBudget(told.shown, told.acts, months_of_budget(told.shown))


@page("fiscal/budget/draft", title=both("基金预算草案", "Draft of the fund budget"), audience=FIGURES, queries=60)
def draft(viewer: Viewer, asked: QueryDict) -> DraftPage | None:
    """A draft reckoned from the register of today, every line with its ground; it is not kept."""
    return draft_page(asked.get("year", ""), viewer=viewer)


@page("fiscal/projection", title=both("精算预测", "Projection"), audience=FIGURES, menu=("fund", 90), queries=40)
def projection(viewer: Viewer, asked: QueryDict) -> DrawnProjection | None:
    """The years ahead under a scenario, what was assumed, and the first year beside the actual one."""
    told = shown_projection(asked.get("first", ""), asked.get("years", ""), asked.get("scenario", ""), viewer=viewer)
    return None if told is None else DrawnProjection(told, balances_ahead(told), flows_ahead(told))


@page("remittances", title=both("结余上解", "Surplus sent up"), audience=FIGURES, menu=("fund", 100))
def remittances(viewer: Viewer, asked: QueryDict) -> RemittancesPage:
    """Account money by year: credited here, kept here, due upward, sent, left."""
    return remittances_page(viewer=viewer)


@submission("fiscal/take-out", audience=FIGURES, title=both("打印财政补助各表", "Print fiscal tables"))
def take_fiscal(seat: Seat, sent: Sent) -> HttpResponse:
    """One of the tables of this section as PDF or Excel."""
    typed = sent.fields
    name = typed.get("paper", "")
    sheets = fiscal_paper(name, typed.get("period", ""), typed.get("scenario", ""), viewer=seat.viewer)
    return taken(seat, sheets, f"{name}-{typed.get('period', '')}", typed.get("form", ""))
