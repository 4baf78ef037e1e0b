"""The ledger of one account (明细账): what it held before a term, every leg in it with the balance after it, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from jubao.ledger.models import VoucherLine
from jubao.reports.statements.reader import (
    BOOK_NAMES,
    Sided,
    Turnover,
    book_asked,
    event_titles,
    month_asked,
    require_reader,
    sided,
    year_asked,
)
from jubao.reports.statements.reading import Named, Term, accounts_named, term_of, vouchers_known
from jubao.reports.statements.vouchers_behind import address_of, memo_of, number_of, state_known
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import Viewer

PAGE = 50
_PLACE = ("voucher__date", "voucher__period", "voucher__number", "seq")
"""The order of a ledger: by day, and on a day as the vouchers are numbered; no two legs share a place."""


@dataclass(frozen=True)
class LedgerLine:
    """A leg: its voucher, what it is about, its amount in fen, and what the account held after it (debit minus credit)."""

    voucher: str
    number: str
    on: date
    event: str
    memo: str
    reference: str
    debit_fen: int
    credit_fen: int
    balance_fen: int
    is_waiting: bool

    @property
    def balance(self) -> Sided:
        """What the account held after it, with its side."""
        return sided(self.balance_fen)


@dataclass(frozen=True)
class AccountLedger(Turnover):
    """One page of an account's ledger, in fen; balances are debit minus credit.

    ``brought_fen`` is what it held before the first line of the page, ``after`` where the next page begins (None after
    the last), and the sums are those of the whole term; of one event alone, what it moved is added to the opening.
    """

    book: str
    book_name: Both
    account: Named
    term: Term
    month: int | None
    year: int
    event: str
    event_title: str
    opening_fen: int
    debit_fen: int
    credit_fen: int
    count: int
    brought_fen: int
    lines: Sequence[LedgerLine]
    is_first: bool
    after: int | None
    accounts: Sequence[Named]

    @property
    def brought(self) -> Sided:
        """What it held before the first line of the page, with its side."""
        return sided(self.brought_fen)

    @property
    def earlier(self) -> int:
        """The month or year before."""
        return months.add(self.month, -1) if self.month else self.year - 1

    @property
    def later(self) -> int:
        """The month or year after."""
        return months.add(self.month, 1) if self.month else self.year + 1


def account_ledger(
    book: str, account: str, *, month: str = "", year: str = "", event: str = "", after: str = "", viewer: Viewer
) -> AccountLedger | None:
    """A page of an account's ledger; None where there is no such book, account, term or place.

    Args:
        book: code of a book; account: key of an account.
        month: YYYYMM; year: a whole year instead; neither: the month of the viewer's day.
        event: only legs of this business event.
        after: key of the leg the page begins behind.
        viewer: who reads.
    Raises:
        MayNotLook: he is none of those who read the books.
    """
    require_reader(viewer, "账簿")
    term = _term(month, year, viewer.day)
    if book_asked(book) is None or term is None:
        return None
    named = accounts_named(book, on=term.last)
    known = VoucherLine.objects.filter(
        voucher__in=vouchers_known(book, as_of=term.as_of, through=term.last), account__key=account
    )
    within = known.filter(voucher__date__gte=term.first)
    if event:
        within = within.filter(voucher__event=event)
    if account not in named or (start := _start(within, after)) is None:
        return None
    before = _sum(known.filter(voucher__date__lt=term.first))
    rows = within.filter(*start).select_related("voucher__act", "voucher__step__act").order_by(*_PLACE)
    found = list(rows[: PAGE + 1])
    whole = within.aggregate(debit=Sum("debit_fen", default=0), credit=Sum("credit_fen", default=0))
    brought = before + (_sum(within.exclude(*start)) if start else 0)
    titles = event_titles(term.last)
    return AccountLedger(
        book,
        BOOK_NAMES[book],
        named[account],
        term,
        None if year else months.of(term.first),
        term.first.year,
        event,
        titles.get(event, event),
        before,
        int(whole["debit"]),
        int(whole["credit"]),
        within.count(),
        brought,
        _lines(found[:PAGE], brought, titles, term),
        not after,
        found[PAGE - 1].pk if len(found) > PAGE else None,
        list(named.values()),
    )


def _term(month: str, year: str, day: date) -> Term | None:
    if year:
        asked = year_asked(year, default=day.year)
        return None if asked is None else term_of(year=asked)
    of = month_asked(month, default=months.of(day))
    return None if of is None else term_of(year=months.year(of), month=of)


def _start(rows: "QuerySet[VoucherLine]", after: str) -> tuple[Q, ...] | None:
    """What lies behind a leg in the order of the ledger; nothing stands in the way of the first page. None: no such leg."""
    if not after:
        return ()
    last = rows.filter(pk=int(after)).values_list(*_PLACE).first() if after.isascii() and after.isdigit() else None
    if last is None:
        return None
    behind = Q()
    for place in range(len(_PLACE)):
        same = dict(zip(_PLACE[:place], last[:place], strict=True))
        behind |= Q(**same, **{f"{_PLACE[place]}__gt": last[place]})
    return (behind,)


def _sum(rows: "QuerySet[VoucherLine]") -> int:
    sums = rows.aggregate(debit=Sum("debit_fen", default=0), credit=Sum("credit_fen", default=0))
    return int(sums["debit"]) - int(sums["credit"])


def _lines(rows: Sequence[VoucherLine], brought: int, titles: Mapping[str, str], term: Term) -> list[LedgerLine]:
    found, held = [], brought
    for row in rows:
        held += row.debit_fen - row.credit_fen
        found.append(
            LedgerLine(
                address_of(row.voucher),
                number_of(row.voucher),
                row.voucher.date,
                titles.get(row.voucher.event, row.voucher.event),
                masked(memo_of(row.voucher)),
                masked(row.voucher.reference),
                row.debit_fen,
                row.credit_fen,
                held,
                state_known(row.voucher, as_of=term.as_of) == "PENDING",
            )
        )
    return found
