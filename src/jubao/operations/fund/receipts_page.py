"""Receipts not placed as the desk shows them, each with the acts that may place it."""

from collections.abc import Sequence
from dataclasses import dataclass

from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.fund.offering import offered_of
from jubao.reports.reconciliation.receipts import Receipts, receipts
from jubao.vocabulary.viewer import Viewer

STATEMENT, HOLD, INTEREST, IDENTIFY, FISCAL = (
    "bank.statement",
    "receipt.unidentified",
    "receipt.interest",
    "receipt.identify",
    "fiscal.receive",
)
COLLECTED = "contribution.bank"


@dataclass(frozen=True)
class ReceiptsPage:
    """The receipts, and what may be done with them."""

    receipts: Receipts
    acts: Sequence[OfferedAct]


def receipts_page(*, after: str = "", viewer: Viewer) -> ReceiptsPage | None:
    """Receipts not placed, page by page; None where ``after`` is no line. Raises MayNotLook."""
    found = receipts(after=after, viewer=viewer)
    if found is None:
        return None
    return ReceiptsPage(found, offered_of(viewer, (STATEMENT, COLLECTED, FISCAL, HOLD, IDENTIFY, INTEREST), {}))
