"""Money received that nobody has placed yet: bank lines booked nowhere, receipts held for want of a name, and the files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Substr

from jubao.ledger.models import Voucher, VoucherLine
from jubao.records.models import (
    ContributionBatch,
    DelegatedFunding,
    FiscalReceipt,
    InboundFile,
    LateReturn,
    RecoveryEvent,
    StatementLine,
    Transfer,
)
from jubao.reports.law import office_policy
from jubao.reports.reconciliation.clearing import OpenItem, every_open_item
from jubao.reports.reconciliation.overview import account_name
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both
from jubao.vocabulary.posts import Post
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import BOOKKEEPING, Viewer

READERS = frozenset(
    {Post.DEPUTY_FINANCE, Post.DEPUTY_AUDIT, Post.AUDIT, Post.COLLECTION, Post.ACCOUNTS, Post.ACCOUNTANT}
)
"""Who may see which receipts are not placed yet: collection and accounts match orders to them (controls e.2, rows 9 and 25)."""
USES = (ContributionBatch, FiscalReceipt, Transfer, RecoveryEvent, DelegatedFunding, LateReturn)
"""Everything that may be credited from a line of the bank."""
HELD = "UNIDENTIFIED_RECEIPTS"
LAYOUT = "bank_statement"
MOST = 50


@dataclass(frozen=True)
class Unplaced:
    """Money the bank says came in and the books know nothing of, in fen; ``days`` since it came."""

    id: int
    account: str
    name: Both
    on: date
    reference: str
    counterparty: str
    memo: str
    fen: int
    days: int

    @property
    def month(self) -> int:
        """The month it came in."""
        return months.of(self.on)


@dataclass(frozen=True)
class StatementFile:
    """A statement file taken in: rows, the day, and its hash."""

    filename: str
    rows: int
    on: date
    sha256: str


@dataclass(frozen=True)
class StatedAccount:
    """How far the bank's lines of an account are here, and how many are the same as nothing yet."""

    account: str
    name: Both
    lines: int
    stated_through: date
    unmatched: int

    @property
    def year(self) -> int:
        """The year of the last line."""
        return self.stated_through.year


@dataclass(frozen=True)
class Receipts:
    """Lines not placed (the oldest first, of all ``count``), receipts held, accounts, and the latest files."""

    unplaced: Sequence[Unplaced]
    count: int
    total_fen: int
    after: int | None
    is_first: bool
    held: Sequence[OpenItem]
    accounts: Sequence[StatedAccount]
    files: Sequence[StatementFile]
    opens_books: bool

    @property
    def held_fen(self) -> int:
        """What is held for want of a name."""
        return sum(one.fen for one in self.held)

    @property
    def overdue(self) -> int:
        """How many receipts are held longer than they may be."""
        return sum(one.is_overdue for one in self.held)


def receipts(*, after: str = "", viewer: Viewer) -> Receipts | None:
    """Receipts not placed, page by page behind the line ``after``; None where that is no line.

    Raises:
        MayNotLook: the viewer is none of those who match receipts or read statements.
    """
    viewer.require(READERS, "待入账收款")
    viewer.require_everywhere("待入账收款")
    rows = unplaced_lines(viewer.day)
    page = rows
    if after:
        last = StatementLine.objects.filter(pk=int(after)).first() if after.isascii() and after.isdigit() else None
        if last is None:
            return None
        page = rows.filter(Q(date__gt=last.date) | Q(date=last.date, pk__gt=last.pk))
    found = list(page.order_by("date", "pk")[: MOST + 1])
    whole = rows.aggregate(count=Count("pk"), fen=Sum("credit_fen"))
    return Receipts(
        [_unplaced(one, viewer.day) for one in found[:MOST]],
        whole["count"],
        int(whole["fen"] or 0),
        found[MOST - 1].pk if len(found) > MOST else None,
        not after,
        every_open_item([HELD], viewer.day),
        _accounts(),
        _files(),
        not viewer.posts.isdisjoint(BOOKKEEPING),
    )


def unplaced_lines(day: date) -> "QuerySet[StatementLine]":
    """Money in that nothing was credited from, and that no voucher of its account bears as its reference, the bank's prefix aside."""
    rows = StatementLine.objects.filter(credit_fen__gt=0, reconciled__isnull=True)
    for use in USES:
        rows = rows.filter(~Exists(use._default_manager.filter(statement_line=OuterRef("pk"))))
    rows = rows.filter(~Exists(_booked(OuterRef("reference"))))
    for prefix in _prefixes(day):
        stripped = _booked(Substr(OuterRef("reference"), len(prefix) + 1))
        rows = rows.filter(~(Q(reference__startswith=prefix) & Exists(stripped)))
    return rows


def _booked(reference: Any) -> "QuerySet[VoucherLine]":
    """Legs on the line's account whose voucher bears a reference and stands."""
    legs = VoucherLine.objects.filter(account__key=OuterRef("account"), voucher__reference=reference)
    return legs.exclude(voucher__state=Voucher.State.VOIDED)


def _prefixes(day: date) -> list[str]:
    """What the bank puts before our own references where money comes in (``reconciliation.reference_prefixes``)."""
    said = office_policy().value("reconciliation.reference_prefixes", on=day)
    return [str(one["prefix"]) for one in said if one["side"] == "IN"]


def _unplaced(one: StatementLine, day: date) -> Unplaced:
    return Unplaced(
        one.pk,
        one.account,
        account_name(one.account),
        one.date,
        one.reference,
        masked(one.counterparty),
        masked(one.memo),
        one.credit_fen,
        (day - one.date).days,
    )


def _accounts() -> list[StatedAccount]:
    open_lines = Count("id", filter=Q(reconciled__isnull=True))
    rows = StatementLine.objects.values_list("account").annotate(count=Count("id"), last=Max("date"), open=open_lines)
    return [StatedAccount(key, account_name(key), *told) for key, *told in rows.order_by("account")]


def _files() -> list[StatementFile]:
    """The latest statement files."""
    rows = InboundFile.objects.filter(layout=LAYOUT).order_by("-id")
    return [StatementFile(*told) for told in rows.values_list("filename", "rows", "act__business_date", "sha256")[:12]]
