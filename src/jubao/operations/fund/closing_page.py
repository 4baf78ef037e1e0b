"""A month to be closed as the desk shows it: what still stands against each book, agreements signed, the act offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jubao.ledger.models import PeriodClose, Reconciliation
from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.fund.obstacles import DECEMBER, Turn, obstacles
from jubao.operations.fund.offering import offered_of, withheld
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.reports.reconciliation.overview import account_name
from jubao.reports.signatures import Signer, signers_of
from jubao.reports.statements.reader import book_asked, require_reader
from jubao.reports.statements.shelf import BookState, book_states
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

CLOSE_MONTH, CLOSE_YEAR = "fund.close_month", "fund.close_year"


@dataclass(frozen=True)
class Seal:
    """The close of a month: the day, its manifest and the one before, what it seals, and who signed it."""

    on: date
    manifest: str
    previous: str
    vouchers: int
    lines: int
    debit_fen: int
    signers: Sequence[Signer]


@dataclass(frozen=True)
class SignedAccount:
    """A bank account of the book: its agreement of the month, None in place of the day where nobody signed one."""

    account: str
    name: Both
    signed_on: date | None
    signers: Sequence[Signer]


@dataclass(frozen=True)
class ClosingPage:
    """A month of a book on its way to being closed; ``obstacles`` are what the act's own check says of today."""

    month: int
    book: str
    states: Sequence[BookState]
    state: BookState
    seal: Seal | None
    obstacles: Sequence[str]
    agreements: Sequence[SignedAccount]
    acts: Sequence[OfferedAct]

    @property
    def is_december(self) -> bool:
        """Whether it is closed with its year."""
        return months.number(self.month) == DECEMBER

    @property
    def is_next(self) -> bool:
        """Whether it is its turn."""
        return self.state.next_month == self.month

    @property
    def earlier(self) -> int:
        """The month before."""
        return months.add(self.month, -1)

    @property
    def later(self) -> int:
        """The month after."""
        return months.add(self.month, 1)


def closing_page(month: int, book: str, *, viewer: Viewer) -> ClosingPage | None:
    """A month of a book, the fund where none is asked for; None where there is no such book.

    Raises:
        MayNotLook: the viewer is none of those who read the books.
    """
    require_reader(viewer, "月结")
    code = book_asked(book)
    if code is None:
        return None
    states = book_states()
    state = next(one for one in states if one.code == code)
    close = PeriodClose.objects.filter(book=code, kind="MONTH", period=month).select_related("act").first()
    turn = Turn({code: state.next_month})
    against = () if close else tuple(obstacles(code, month, turn, on=viewer.day))
    rows = Reconciliation.objects.filter(period=month).select_related("act").order_by("id")
    agreed = {one.account: one for one in rows}
    signers = signers_of({*(one.act_id for one in agreed.values()), *((close.act_id,) if close else ())})
    act = CLOSE_YEAR if months.number(month) == DECEMBER else CLOSE_MONTH
    offers = offered_of(viewer, (act,), {"book": code, "month": str(month), "year": str(months.year(month))})
    count = len(against)
    why = both(f"还有 {count} 项没有办妥", f"{count} still stand against it")
    return ClosingPage(
        month,
        code,
        states,
        state,
        _seal(close, signers.get(close.act_id, ())) if close else None,
        against,
        [
            SignedAccount(
                key,
                account_name(key),
                agreed[key].act.business_date if key in agreed else None,
                signers.get(agreed[key].act_id, ()) if key in agreed else (),
            )
            for key, (_, kept_in) in ACCOUNTS.items()
            if kept_in == code
        ],
        () if close else tuple(withheld(one, why) if against else one for one in offers),
    )


def _seal(close: PeriodClose, signers: Sequence[Signer]) -> Seal:
    return Seal(
        close.act.business_date,
        close.manifest,
        close.previous,
        close.vouchers,
        close.lines,
        close.debit_fen,
        signers,
    )
