"""Fiscal money, budget and remittance as the desk shows them, with the acts that move them on."""

from collections.abc import Sequence
from dataclasses import dataclass

from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.fund.offering import offered_of
from jubao.reports.fiscal.shown import (
    ShownBudget,
    ShownDraft,
    ShownFiscal,
    ShownRemittances,
    shown_budget,
    shown_draft,
    shown_fiscal,
    shown_remittances,
)
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class FiscalPage:
    """Due and received, and the acts that record what came and move it."""

    shown: ShownFiscal
    acts: Sequence[OfferedAct]


@dataclass(frozen=True)
class BudgetPage:
    """The budget beside the books, and the act that makes one."""

    shown: ShownBudget
    acts: Sequence[OfferedAct]


@dataclass(frozen=True)
class DraftPage:
    """A draft, and the act that keeps one."""

    shown: ShownDraft
    acts: Sequence[OfferedAct]


@dataclass(frozen=True)
class RemittancesPage:
    """What is to go up, and the act that sends it."""

    shown: ShownRemittances
    acts: Sequence[OfferedAct]


def fiscal_page(year: str, month: str, *, viewer: Viewer) -> FiscalPage | None:
    """As ``shown_fiscal``, with its acts. Raises MayNotLook."""
    found = shown_fiscal(year, month, viewer=viewer)
    if found is None:
        return None
    answers = {"month": str(found.month)} if found.month else {}
    codes = ("fiscal.receive", "fund.sweep", "fund.draw", "fiscal.confirm")
    return FiscalPage(found, offered_of(viewer, codes, answers))


def budget_page(month: str, *, viewer: Viewer) -> BudgetPage | None:
    """As ``shown_budget``, with its act. Raises MayNotLook."""
    found = shown_budget(month, viewer=viewer)
    return None if found is None else BudgetPage(found, _budgeting(found.year, viewer))


def draft_page(year: str, *, viewer: Viewer) -> DraftPage | None:
    """As ``shown_draft``, with its act. Raises MayNotLook."""
    found = shown_draft(year, viewer=viewer)
    return None if found is None else DraftPage(found, _budgeting(found.year, viewer))


def remittances_page(*, viewer: Viewer) -> RemittancesPage:
    """As ``shown_remittances``, with its act. Raises MayNotLook."""
    return RemittancesPage(shown_remittances(viewer=viewer), offered_of(viewer, ("fund.remit",), {}))


def _budgeting(year: int, viewer: Viewer) -> tuple[OfferedAct, ...]:
    return offered_of(viewer, ("fund.budget",), {"year": str(year)})
