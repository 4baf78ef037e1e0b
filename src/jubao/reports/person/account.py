"""An individual account on any day: what it holds by source, and every entry that made it so."""

from dataclasses import dataclass
from datetime import date

from jubao.records.models import AccountEntry, Person
from jubao.vocabulary.codes import EntryKind, Source


@dataclass(frozen=True)
class Balance:
    """What an account holds of one source: its code and label, what came in, what grew, what went out, and the balance, fen."""

    source: str
    label: str
    in_fen: int
    interest_fen: int
    out_fen: int
    fen: int


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
        on: business date of the act that made it; kind: label; source: label; source_code: its code.
        year: of account; value_month: from which it earns; fen: signed; balance_fen: of the whole account after it.
        is_reversal: whether it takes another back; event: number of the event.
    """

    on: date
    kind: str
    source: str
    source_code: str
    year: int
    value_month: int
    fen: int
    balance_fen: int
    is_reversal: bool
    event: int


@dataclass(frozen=True)
class Account:
    """An account on a day: its sources in order, every entry the latest first, and the whole, fen."""

    as_of: date
    balances: tuple[Balance, ...]
    entries: tuple[Entry, ...]
    fen: int


GROWS = (EntryKind.INTEREST, EntryKind.SETTLED_INTEREST)


def account_of(person: Person, as_of: date) -> Account:
    """The account as the books knew it on a day, from one statement: only what an act of that day or earlier entered."""
    known = AccountEntry.objects.filter(person=person, act__business_date__lte=as_of).select_related("act")
    rows = sorted(known.order_by("pk"), key=lambda row: (row.act_id, row.pk))
    entries, balance = [], 0
    for row in rows:
        balance += row.amount_fen
        entries.append(_entry(row, balance))
    found = [_balance(source, [row for row in rows if row.source == source]) for source in Source]
    held = tuple(one for one in found if one is not None)
    return Account(as_of, held, tuple(reversed(entries)), balance)


def _entry(row: AccountEntry, balance: int) -> Entry:
    return Entry(
        on=row.act.business_date,
        kind=EntryKind(row.kind).label,
        source=Source(row.source).label,
        source_code=row.source,
        year=row.year,
        value_month=row.value_month,
        fen=row.amount_fen,
        balance_fen=balance,
        is_reversal=row.kind == EntryKind.REVERSAL,
        event=row.act_id,
    )


def _balance(source: Source, rows: list[AccountEntry]) -> Balance | None:
    """What one source holds; None where nothing ever moved in it."""
    if not rows:
        return None
    grown = sum(row.amount_fen for row in rows if row.kind in GROWS)
    inward = sum(row.amount_fen for row in rows if row.kind not in GROWS and row.amount_fen > 0)
    outward = sum(row.amount_fen for row in rows if row.kind not in GROWS and row.amount_fen < 0)
    return Balance(str(source), source.label, inward, grown, outward, inward + grown + outward)
