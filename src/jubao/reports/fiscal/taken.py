"""Fiscal money, budget, draft, projection and remittance as sheets to be taken out, for who may see them."""

from jubao.documents.sheet import Sheet
from jubao.reports.fiscal.draft import draft_sheets
from jubao.reports.fiscal.fund_budget import NoFundBudget, budget_sheets, execute_fund_budget
from jubao.reports.fiscal.money import fiscal_sheets, fiscal_statement
from jubao.reports.fiscal.people import NothingToReckonWith
from jubao.reports.fiscal.projection import BASE, MOST_YEARS, NoSuchScenario, project_fund
from jubao.reports.fiscal.projection_sheets import paper_sheets
from jubao.reports.fiscal.remittance import remittance_sheets
from jubao.reports.fiscal.shown import require_figures
from jubao.reports.statements.reader import month_asked, year_asked
from jubao.reports.statements.reading import TermNotBegun
from jubao.vocabulary import month as months
from jubao.vocabulary.viewer import Viewer

FISCAL, BUDGET, DRAFT, PROJECTION, REMITTANCES = "fiscal", "budget", "draft", "projection", "remittances"


def fiscal_paper(name: str, period: str, scenario: str, *, viewer: Viewer) -> list[Sheet] | None:
    """The sheets of a table; None where there is no such table, or nothing to put on it.

    Of the remittance only the sums by year: whose shares they are is a list of people.

    Args:
        name: fiscal, budget, draft, projection or remittances.
        period: a year, or a month of fiscal money and budget; scenario: of a projection.
        viewer: who takes it.
    Raises:
        MayNotLook: his posts do not see what the fund adds up to.
    """
    require_figures(viewer, "财政补助各表")
    try:
        return _sheets(name, period, scenario, viewer)
    except (NoFundBudget, NothingToReckonWith, NoSuchScenario, TermNotBegun):
        return None


def _sheets(name: str, period: str, scenario: str, viewer: Viewer) -> list[Sheet] | None:
    if name == REMITTANCES:
        return remittance_sheets(as_of=viewer.day)[:1]
    month = month_asked(period, default=0) or 0
    year = months.year(month) if month else year_asked(period, default=0)
    if not year:
        return None
    if name == FISCAL:
        number = months.number(month) if month else None
        return fiscal_sheets(fiscal_statement(year, month=number, with_months=False))
    if name == BUDGET:
        last = month or months.make(year, 12)
        return budget_sheets(execute_fund_budget(year, month=last, as_of=max(viewer.day, months.last_day(last))))
    if name == DRAFT:
        return draft_sheets(year, as_of=viewer.day)
    return paper_sheets(project_fund(year, years=MOST_YEARS, scenario=scenario or BASE)) if name == PROJECTION else None
