"""The books as journals for other programs: accounts to open, vouchers in order, balances to be met."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Max

from jubao.ledger.models import Account, Voucher, VoucherLine
from jubao.records.models import AuditEvent
from jubao.reports.statements.lines import CONTROL
from jubao.reports.statements.reading import BOOKS, accounts_named, day_before, held, vouchers_known

ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "net": "Equity",
    "income": "Income",
    "expenditure": "Expenses",
    "memo": "Liabilities",
}
FIELDS = (
    "voucher_id",
    "voucher__date",
    "voucher__period",
    "voucher__number",
    "voucher__event",
    "voucher__memo",
    "voucher__reference",
    "voucher__act_id",
    "voucher__act__code",
    "voucher__state",
    "voucher__step__state",
    "voucher__step__act__business_date",
    "account__key",
    "debit_fen",
    "credit_fen",
)
CHUNK = 5000


class NothingToWrite(ValueError):
    """The books hold no voucher up to the day."""


@dataclass(frozen=True)
class JournalAccount:
    """An account under one name for all charts: key, code, name, full path, and the day its first chart began."""

    key: str
    code: str
    name: str
    path: str
    opened: date


@dataclass(frozen=True)
class Entry:
    """A voucher with its legs: account path and fen, debit positive."""

    on: date
    number: str
    event: str
    memo: str
    reference: str
    act: int
    code: str
    pending: bool
    legs: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Journal:
    """One book up to a day: ``balances`` gives, for ends of years and the last day, every account's fen."""

    book: str
    title: str
    as_of: date
    accounts: dict[str, JournalAccount]
    balances: dict[date, dict[str, int]]


def journals(*, as_of: date | None = None) -> list[Journal]:
    """Every book that has vouchers, as it was known on a day (default: the latest act's).

    Raises:
        NothingToWrite: no book has any.
    """
    day = as_of or AuditEvent.objects.aggregate(day=Max("business_date"))["day"]
    found = [journal for book in BOOKS if day and (journal := _journal(book, day))]
    if not found:
        raise NothingToWrite(f"截至 {day or '今日'} 账簿中没有凭证，没有可写的日记账，请先建账或改用较晚的截止日")
    return found


def entries(journal: Journal) -> Iterator[Entry]:
    """Vouchers of a journal by day and number, streamed; void ones are left out."""
    lines = VoucherLine.objects.filter(
        voucher__in=vouchers_known(journal.book, as_of=journal.as_of, through=journal.as_of)
    )
    order = ("voucher__date", "voucher__period", "voucher__number", "seq")
    rows = lines.order_by(*order).values(*FIELDS).iterator(chunk_size=CHUNK)
    for _, legs in groupby(rows, key=itemgetter("voucher_id")):
        yield _entry(list(legs), journal)


def _entry(legs: list[dict[str, Any]], journal: Journal) -> Entry:
    head = {name.removeprefix("voucher__"): value for name, value in legs[0].items()}
    moved = tuple((journal.accounts[leg["account__key"]].path, leg["debit_fen"] - leg["credit_fen"]) for leg in legs)
    return Entry(
        head["date"],
        f"{head['period']}-{head['number']}",
        head["event"],
        head["memo"],
        head["reference"],
        head["act_id"],
        head["act__code"],
        _is_pending(head, journal.as_of),
        moved,
    )


def _is_pending(head: dict[str, Any], as_of: date) -> bool:
    """Whether the voucher's second phase had not come by the day."""
    stepped = head["step__act__business_date"]
    return bool(head["state"] == Voucher.State.PENDING if stepped is None else stepped > as_of)


def _journal(book: str, as_of: date) -> Journal | None:
    last = vouchers_known(book, as_of=as_of, through=as_of).aggregate(last=Max("date"))["last"]
    if last is None:
        return None
    first_year = vouchers_known(book, as_of=as_of, through=as_of).order_by("date").values_list("date__year").first()
    assert first_year is not None
    ends = {day_before(date(year + 1, 1, 1)) for year in range(first_year[0], as_of.year + 1)}
    days = sorted({day for day in ends if day <= as_of} | {last})
    accounts = _accounts(book, last)
    balances = {day: dict.fromkeys(accounts, 0) | held(book, through=day, as_of=as_of) for day in days}
    return Journal(book, BOOKS[book], as_of, accounts, balances)


def _accounts(book: str, last: date) -> dict[str, JournalAccount]:
    """Every account, named by the chart in force on the last voucher's day."""
    rows = (
        Account.objects.filter(book=book, valid_from__lte=last).order_by("-valid_from").values_list("key", "valid_from")
    )
    opened = dict(rows)  # the earliest chart comes last and stays
    named = accounts_named(book, on=last).values()
    accounts = {
        one.key: JournalAccount(
            one.key, one.code, one.name, path_of(one.key, one.nature, one.code, one.name), opened[one.key]
        )
        for one in named
    }
    assert len({one.path for one in accounts.values()}) == len(accounts), "two accounts share one name"
    return accounts


def path_of(key: str, nature: str, code: str, name: str) -> str:
    """Root and one part of letters, digits and dashes that starts with a capital or digit: Assets:1004财政专户存款."""
    root = "Assets" if key == CONTROL else ROOTS[nature]
    part = "".join(letter if letter.isalnum() else "-" for letter in f"{code}{name}")
    while "--" in part:
        part = part.replace("--", "-")
    part = part.strip("-")
    return f"{root}:{part if part[0].isdecimal() or part[0].isupper() else 'N' + part}"


def next_day(day: date) -> date:
    """Tomorrow."""
    return day + timedelta(days=1)
