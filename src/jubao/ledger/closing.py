"""Closing months and years of a book: which periods are closed, and the manifest that seals what is in one."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Max, Min, QuerySet

from jubao.ledger.balances import balances
from jubao.ledger.models import Account, Attachment, PeriodClose, Voucher, VoucherLine
from jubao.vocabulary import month as months
from jubao.vocabulary.canonical import canonical_json

MONTH, YEAR = "MONTH", "YEAR"
CLOSED_THROUGH = "SELECT max(period) FROM ledger_periodclose WHERE book = %s AND kind = %s"
HEAD = (
    "number",
    "date",
    "event",
    "memo",
    "reference",
    "debit_fen",
    "credit_fen",
    "state",
    "late_for",
    "reversal_of__period",
    "reversal_of__number",
)
LEG = ("voucher_id", "seq", "account__chart", "account__key", "debit_fen", "credit_fen")
PAPER = ("voucher_id", "sha256", "filename", "pages")


@dataclass(frozen=True)
class Content:
    """What a close seals: number of vouchers and legs, debits in fen, balances as canonical JSON, and the hash."""

    vouchers: int
    lines: int
    debit_fen: int
    balances: str
    manifest: str


def closed_through(book: str) -> int | None:
    """The last closed month of a book (YYYYMM); everything up to it is closed."""
    with connection.cursor() as cursor:  # asked for every voucher, so in plain SQL
        cursor.execute(CLOSED_THROUGH, [book, MONTH])
        last: int | None = cursor.fetchone()[0]
    return last


def is_closed(book: str, month: int) -> bool:
    """Whether no voucher may enter a month of a book any more."""
    through = closed_through(book)
    return through is not None and month <= through


def first_month(book: str) -> int | None:
    """The month a book's vouchers begin in; None for an empty book."""
    first: int | None = Voucher.objects.filter(book=book).aggregate(first=Min("period"))["first"]
    return first


def next_month(book: str) -> int | None:
    """The month of a book that is to be closed next; None for an empty book."""
    through = closed_through(book)
    return first_month(book) if through is None else months.add(through, 1)


@dataclass(frozen=True)
class Drafted:
    """A voucher that is written together with the close of its month: not in the books yet, but part of what is sealed."""

    voucher: Voucher
    lines: Sequence[VoucherLine]


def draft_month_close(book: str, month: int, *, previous: str, drafted: Sequence[Drafted] = ()) -> PeriodClose:
    """The close of a month under its manifest, not yet written; the caller has checked the order.

    Args:
        book: FUND, DELEGATED or ACCOUNTS.
        month: the month, YYYYMM.
        previous: manifest of the close before it; empty for the first.
        drafted: vouchers of the month that are written with it, in their order.
    """
    return _close(book, MONTH, month, month_content(book, month, previous=previous, drafted=drafted), previous)


def draft_year_close(book: str, year: int, *, december: PeriodClose) -> PeriodClose:
    """The close of a year under the manifests of its months, not yet written, as its December, which it follows."""
    previous = december.manifest
    return _close(book, YEAR, year, year_content(book, year, previous=previous, december=december), previous)


def last_manifest(book: str, *, before: int | None = None) -> str:
    """Manifest of the latest close of a book, or of the latest before a close (its id); empty for the first."""
    closes = PeriodClose.objects.filter(book=book)
    earlier = closes if before is None else closes.filter(pk__lt=before)
    return earlier.order_by("-pk").values_list("manifest", flat=True).first() or ""


def month_content(book: str, month: int, *, previous: str, drafted: Sequence[Drafted] = ()) -> Content:
    """Everything a month of a book holds: SHA-256 over period, each voucher with legs and papers, and balances.

    The hash takes nothing the database hands out, so that the same books have it on either engine.
    """
    rows = Voucher.objects.filter(book=book, period=month)
    held = _balances(book, month, drafted)
    total = hashlib.sha256(canonical_json([book, MONTH, month, previous]).encode())
    vouchers = lines = debit = 0
    for head, legs, papers in (*_vouchers(rows), *_heads_of(drafted, rows)):
        total.update(f"\n{canonical_json([head, legs, papers])}".encode())
        vouchers, lines, debit = vouchers + 1, lines + len(legs), debit + head["debit_fen"]
    total.update(f"\n{held}".encode())
    return Content(vouchers, lines, debit, held, total.hexdigest())


def year_content(book: str, year: int, *, previous: str, december: PeriodClose | None = None) -> Content:
    """A year of a book: SHA-256 over the manifests of its months and its closing balances.

    Args:
        december: the close of December, where it is not in the books yet.
    """
    first, last = months.make(year, 1), months.make(year, 12)
    closes = PeriodClose.objects.filter(book=book, kind=MONTH, period__gte=first, period__lte=last).order_by("period")
    sealed = [*closes, *([december] if december else [])]
    held = december.balances if december else _balances(book, last)
    manifests = [[one.period, one.manifest] for one in sealed]
    text = canonical_json([book, YEAR, year, previous, manifests, held])
    vouchers, lines = sum(one.vouchers for one in sealed), sum(one.lines for one in sealed)
    debit = sum(one.debit_fen for one in sealed)
    return Content(vouchers, lines, debit, held, hashlib.sha256(text.encode()).hexdigest())


def _close(book: str, kind: str, period: int, content: Content, previous: str) -> PeriodClose:
    return PeriodClose(
        book=book,
        kind=kind,
        period=period,
        vouchers=content.vouchers,
        lines=content.lines,
        debit_fen=content.debit_fen,
        balances=content.balances,
        previous=previous,
        manifest=content.manifest,
    )


def _balances(book: str, month: int, drafted: Sequence[Drafted] = ()) -> str:
    held = balances(book, through=months.last_day(month))
    keys = _accounts(drafted)
    for line in (line for one in drafted for line in one.lines):
        key = keys[line.account_id][1]
        held[key] = held.get(key, 0) + line.debit_fen - line.credit_fen
    return canonical_json({key: fen for key, fen in held.items() if fen})


def _accounts(drafted: Sequence[Drafted]) -> dict[int, tuple[str, str]]:
    """Chart and key of the accounts some drafted vouchers use."""
    used = {line.account_id for one in drafted for line in one.lines}
    rows = Account.objects.filter(pk__in=used).order_by("id").values_list("id", "chart", "key")
    return {key: (chart, name) for key, chart, name in rows}


def _vouchers(rows: "QuerySet[Voucher]") -> Iterator[tuple[dict[str, Any], list[Any], list[Any]]]:
    """Each voucher by number with its legs and papers; whether it waits is no part of it, that it is void is."""
    legs = _by_voucher(VoucherLine.objects.filter(voucher__in=rows).order_by("voucher_id", "seq").values_list(*LEG))
    papers = _by_voucher(
        Attachment.objects.filter(voucher__in=rows).order_by("voucher_id", "sha256").values_list(*PAPER)
    )
    for row in rows.order_by("number").values("id", *HEAD):
        key = row.pop("id")
        head = row | {"state": "VOIDED" if row["state"] == Voucher.State.VOIDED else "VALID"}
        yield head, legs.get(key, []), papers.get(key, [])


def _by_voucher(rows: Any) -> dict[int, list[Any]]:
    return {key: [list(row[1:]) for row in some] for key, some in groupby(rows.iterator(), key=itemgetter(0))}


def _heads_of(
    drafted: Sequence[Drafted], rows: "QuerySet[Voucher]"
) -> Iterator[tuple[dict[str, Any], list[Any], list[Any]]]:
    """Drafted vouchers as ``_vouchers`` gives written ones, under the numbers they will get."""
    keys, last = _accounts(drafted), rows.aggregate(last=Max("number"))["last"] or 0
    for number, one in enumerate(drafted, start=last + 1):
        assert one.voucher.reversal_of_id is None, "no reversal is written with a close"
        head: Mapping[str, Any] = {name: getattr(one.voucher, name, None) for name in HEAD}
        legs = [[line.seq, *keys[line.account_id], line.debit_fen, line.credit_fen] for line in one.lines]
        yield {**head, "number": number, "state": "VALID"}, legs, []
