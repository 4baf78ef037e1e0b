"""One voucher as the desk shows it: opened, with the act that wrote it by name and what may be done about it."""

from dataclasses import dataclass

from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.fund.offering import offered_of, title_of, withheld
from jubao.operations.fund.voucher_reversal import REVERSED, REVERSIBLE, instead_of
from jubao.reports.statements.voucher import OpenedVoucher, opened_voucher
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

REVERSE, ATTACH, ENTER = "voucher.reverse", "voucher.attach", "voucher.enter"


@dataclass(frozen=True)
class VoucherPage:
    """A voucher, the title of the act behind it, the proposal where it opens for the viewer (else empty), and acts offered."""

    voucher: OpenedVoucher
    act_title: Both
    proposal: str
    acts: tuple[OfferedAct, ...]


def voucher_page(address: str, *, viewer: Viewer) -> VoucherPage | None:
    """A voucher by book, period and number (``FUND-201706-12``); None where there is none.

    Raises:
        MayNotLook: the viewer is none of those who read the books.
    """
    found = opened_voucher(address, viewer=viewer)
    if found is None:
        return None
    period, number = found.number.split("-")
    answers = {"book": found.book, "month": period, "number": number, "voucher": number}
    why = _against_reversal(found)
    acts = tuple(
        withheld(act, why) if act.code == REVERSE and why is not None else act
        for act in offered_of(viewer, (ATTACH, REVERSE), answers)
    )
    opens = (
        found.act_code in ACTS and not viewer.posts.isdisjoint(ACTS[found.act_code].audience) and not found.is_recused
    )
    return VoucherPage(found, title_of(found.act_code), found.proposal if opens else "", acts)


def _against_reversal(found: OpenedVoucher) -> Both | None:
    """Why a voucher cannot be taken back by hand; None where only the act's own check can tell."""
    if found.event == REVERSED:
        return both("红冲凭证不再红冲，更正请另记手工凭证", "A reversal is not reversed; enter a voucher instead")
    if found.reversed_by is not None:
        return both("已经红冲", "Reversed already")
    if found.event not in REVERSIBLE:
        instead = instead_of(found.event)
        return both(
            f"由业务办理记账，请用相应业务更正（{instead}）", f"Posted by a business act; correct it there ({instead})"
        )
    return None
