"""A month of a bank account agreed with the bank (银行存款余额调节表): two balances, and every item between them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jubao.ledger.models import Reconciliation
from jubao.reports.law import office_policy
from jubao.reports.reconciliation.lines import ACCOUNTS, LATEST, Entry, Sides, sides
from jubao.vocabulary import month as months
from jubao.vocabulary.canonical import canonical_json

IN_TRANSIT, CLEARED_LATER, RECENT = "发放在途，银行尚未回盘", "期后已达账", "未达账项，未超期"


@dataclass(frozen=True, slots=True)
class Item:
    """What stands on one side only at the month's end; ``why`` is empty where nothing explains it yet."""

    entry: Entry
    days: int
    why: str

    @property
    def number(self) -> str:
        """How a person names it: the voucher of the books, the bank's reference."""
        return self.entry.voucher or self.entry.reference


@dataclass(frozen=True)
class Agreement:
    """Books and bank at a month's end; in fen, money in positive."""

    account: str
    period: int
    book_fen: int
    bank_fen: int
    is_stated: bool
    items: Sequence[Item]
    signed_on: date | None = None

    @property
    def name(self) -> str:
        """The account as people call it."""
        return ACCOUNTS[self.account][0]

    @property
    def last(self) -> date:
        """The last day of the month."""
        return months.last_day(self.period)

    def sum_of(self, side: str, *, into: bool) -> int:
        """What one side has and the other has not yet, money in or money out, as a positive sum."""
        return sum(
            abs(item.entry.fen) for item in self.items if item.entry.side == side and (item.entry.fen > 0) == into
        )

    @property
    def adjusted_book_fen(self) -> int:
        """Books, plus what only the bank has received, less what only the bank has paid."""
        return self.book_fen + self.sum_of("BANK", into=True) - self.sum_of("BANK", into=False)

    @property
    def adjusted_bank_fen(self) -> int:
        """Bank, plus what only the books have received, less what only the books have paid."""
        return self.bank_fen + self.sum_of("BOOK", into=True) - self.sum_of("BOOK", into=False)

    @property
    def difference_fen(self) -> int:
        """What no item explains; nought when the month agrees."""
        return self.adjusted_book_fen - self.adjusted_bank_fen


def agree(account: str, period: int, *, known: int = LATEST, both: Sides | None = None) -> Agreement:
    """Put books and bank side by side at a month's end.

    Args:
        account: key of a bank account.
        period: the month, YYYYMM.
        known: last act whose facts count.
        both: the two sides, where they were read already.
    """
    both = both or sides(account, known=known)
    last = months.last_day(period)
    opening = both.book_opening_fen if both.bank_opening_fen is None else both.bank_opening_fen
    book = [one for one in both.book if one.on <= last]
    bank = [one for one in both.bank if one.on <= last]
    waiting = office_policy().value("reconciliation.transit_days", on=last)
    return Agreement(
        account,
        period,
        both.book_opening_fen + sum(one.fen for one in book),
        opening + sum(one.fen for one in bank),
        both.bank_opening_fen is not None,
        tuple(_items(both, last, waiting)),
    )


def as_signed_or_now(account: str, period: int) -> Agreement:
    """A month as it was signed, with the reasons people gave; a month not signed yet as it stands now."""
    row = Reconciliation.objects.filter(account=account, period=period).select_related("act").first()
    return agree(account, period) if row is None else as_signed(row)


def as_signed(row: Reconciliation, *, both: Sides | None = None) -> Agreement:
    """A month as it was signed, with the reasons people gave; ``both`` are its sides as known then, if read already."""
    told = {(one["side"], one["id"]): one["why"] for one in json.loads(row.items)}
    agreed = agree(row.account, row.period, known=row.act_id, both=both)
    items = (replace(one, why=one.why or told.get((one.entry.side, one.entry.id), "")) for one in agreed.items)
    return replace(agreed, items=tuple(items), signed_on=row.act.business_date)


def _items(both: Sides, last: date, waiting: int) -> Iterator[Item]:
    """Lines up to the day that are the same as nothing, or as something that came later."""
    uneven = _uneven_groups((*both.book, *both.bank), last)
    for one in sorted((*both.book, *both.bank), key=lambda one: (one.on, one.side, one.id)):
        if one.on <= last and (one.group is None or one.group in uneven):
            days = (last - one.on).days
            yield Item(one, days, _why(one, days, waiting))


def _uneven_groups(entries: Iterable[Entry], last: date) -> set[int]:
    """Groups whose two sides do not come to the same by the day."""
    found: dict[int, int] = defaultdict(int)
    for one in entries:
        if one.group is not None:
            found[one.group] += (one.fen if one.side == "BOOK" else -one.fen) if one.on <= last else 0
    return {group for group, fen in found.items() if fen}


def _why(one: Entry, days: int, waiting: int) -> str:
    if one.group is not None:
        return CLEARED_LATER
    if one.waiting:
        return IN_TRANSIT
    return RECENT if days <= waiting else ""


def listed(items: Iterable[Item], reasons: Mapping[str, str]) -> str:
    """Items as they are kept in a signed reconciliation (JSON), with the reasons people gave."""
    rows: list[dict[str, Any]] = [
        {
            "side": item.entry.side,
            "id": item.entry.id,
            "number": item.number,
            "on": item.entry.on.isoformat(),
            "fen": item.entry.fen,
            "days": item.days,
            "why": item.why or reasons.get(item.number, ""),
        }
        for item in items
    ]
    return canonical_json(rows)
