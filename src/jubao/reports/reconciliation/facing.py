"""A month of a bank account with its open lines facing each other: books left, bank right, what is ticked, what it comes to."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jubao.ledger.models import Reconciliation
from jubao.records.models import FiscalConfirmation, Proposal
from jubao.reports.reconciliation.agreement import IN_TRANSIT, Agreement, Item, agree, as_signed
from jubao.reports.reconciliation.clearing import WATCHED, OpenItem, every_open_item
from jubao.reports.reconciliation.lines import ACCOUNTS, Entry, Sides, sides
from jubao.reports.reconciliation.overview import account_name
from jubao.reports.reconciliation.three_way import ACCOUNT as FISCAL
from jubao.reports.signatures import Signer, signers_of
from jubao.reports.statements.reader import require_reader
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import Viewer

BY_HAND = "reconcile.match_by_hand"
CONFIRMATION = "财政专户对账单"
"""What the finance bureau's missing or different word is called among the reasons of a signed month."""
SIDES: dict[tuple[str, bool], Both] = {
    ("BANK", True): both("银行已收、单位未收", "Bank received, books not"),
    ("BANK", False): both("银行已付、单位未付", "Bank paid, books not"),
    ("BOOK", True): both("单位已收、银行未收", "Books received, bank not"),
    ("BOOK", False): both("单位已付、银行未付", "Books paid, bank not"),
}


@dataclass(frozen=True)
class OpenLine:
    """A line that is the same as nothing yet: ``fen`` is positive for money in, ``days`` its age at the month's end.

    ``voucher`` is the address of its voucher (empty for the bank's). Lines of one voucher are ticked together.
    ``is_proposed`` says that a proposal under way pairs it.
    """

    id: int
    on: date
    name: str
    voucher: str
    text: str
    fen: int
    days: int
    why: str
    is_ticked: bool
    is_proposed: bool
    is_later: bool


@dataclass(frozen=True)
class Between:
    """What stands between the two balances of the month's end: who has it and who has not, its age, and why.

    ``typed`` is a reason somebody wrote and has not signed yet.
    """

    side: Both
    on: date
    name: str
    voucher: str
    text: str
    fen: int
    days: int
    why: str
    typed: str


@dataclass(frozen=True)
class Overdue:
    """What rests too long on a clearing account this month waits for, and the reason somebody wrote."""

    item: OpenItem
    typed: str


@dataclass(frozen=True)
class Adjusted:
    """A line of the agreement as the form has it: the books on the left, the bank on the right, in fen."""

    ours: Both
    ours_fen: int
    theirs: Both
    theirs_fen: int


@dataclass(frozen=True)
class Facing:
    """The month, in fen; ``fault`` and ``faults`` are what was wrong with what was sent, as a whole and one by one.

    ``agreed`` is the month as signed, or as it stands now; ``overdue`` what rests on the clearing accounts it waits for.
    """

    account: str
    name: Both
    month: int
    is_over: bool
    agreed: Agreement
    signers: Sequence[Signer]
    groups: int
    stated_through: date | None
    book: Sequence[OpenLine]
    bank: Sequence[OpenLine]
    later: bool
    items: Sequence[Between]
    overdue: Sequence[Overdue]
    confirmed_fen: int | None
    asks_bureau: bool
    bureau_typed: str
    reason: str
    fault: str
    faults: Sequence[str] = ()

    @property
    def book_ticked_fen(self) -> int:
        """What is ticked on the left."""
        return sum(one.fen for one in self.book if one.is_ticked)

    @property
    def bank_ticked_fen(self) -> int:
        """What is ticked on the right."""
        return sum(one.fen for one in self.bank if one.is_ticked)

    @property
    def book_ticked(self) -> int:
        """How many are ticked on the left."""
        return sum(one.is_ticked for one in self.book)

    @property
    def bank_ticked(self) -> int:
        """How many are ticked on the right."""
        return sum(one.is_ticked for one in self.bank)

    @property
    def ticked(self) -> int:
        """How many are ticked on both sides."""
        return self.book_ticked + self.bank_ticked

    @property
    def apart_fen(self) -> int:
        """By how much the left comes to more than the right."""
        return self.book_ticked_fen - self.bank_ticked_fen

    @property
    def may_pair(self) -> bool:
        """Whether what is ticked can be the same money: two lines or more, and both sides come to the same."""
        return self.ticked > 1 and self.apart_fen == 0

    @property
    def open_lines(self) -> int:
        """How many lines of both sides are the same as nothing."""
        return len(self.book) + len(self.bank)

    @property
    def adjustment(self) -> list[Adjusted]:
        """Both balances, what only the other side has, and what they come to then."""
        agreed = self.agreed
        return [
            Adjusted(both("单位账面余额", "Books"), agreed.book_fen, both("银行对账单余额", "Bank"), agreed.bank_fen),
            Adjusted(
                both("加：银行已收、单位未收", "Plus: bank received, books not"),
                agreed.sum_of("BANK", into=True),
                both("加：单位已收、银行未收", "Plus: books received, bank not"),
                agreed.sum_of("BOOK", into=True),
            ),
            Adjusted(
                both("减：银行已付、单位未付", "Less: bank paid, books not"),
                agreed.sum_of("BANK", into=False),
                both("减：单位已付、银行未付", "Less: books paid, bank not"),
                agreed.sum_of("BOOK", into=False),
            ),
            Adjusted(
                both("调节后余额", "Adjusted"),
                agreed.adjusted_book_fen,
                both("调节后余额", "Adjusted"),
                agreed.adjusted_bank_fen,
            ),
        ]

    @property
    def year(self) -> int:
        """The year of the month."""
        return months.year(self.month)

    @property
    def gap_fen(self) -> int:
        """Books less bank at the month's end."""
        return self.agreed.book_fen - self.agreed.bank_fen

    @property
    def explained_fen(self) -> int:
        """What of the gap the items with a reason make up."""
        return sum(_of_gap(one) for one in self.agreed.items if one.why)

    @property
    def lacks_bureau(self) -> bool:
        """Whether the finance bureau has not said what the bank says, so that a reason is needed."""
        return self.asks_bureau and self.confirmed_fen != self.agreed.bank_fen

    @property
    def unexplained(self) -> int:
        """How many items nothing explains yet."""
        return sum(not one.why for one in self.items)

    @property
    def earlier(self) -> int:
        """The month before."""
        return months.add(self.month, -1)

    @property
    def next_month(self) -> int:
        """The month after."""
        return months.add(self.month, 1)


@dataclass(frozen=True)
class Written:
    """What somebody ticked and wrote on the page.

    Attributes:
        book, bank: keys of the lines ticked on either side; what is no open line is passed over.
        later: whether lines dated after the month are offered, too.
        reason: of the ticks; reasons: of what stands between, by voucher, reference or 财政专户对账单.
    """

    book: Collection[str] = ()
    bank: Collection[str] = ()
    later: bool = False
    reason: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


BLANK = Written()
"""Nothing yet."""


def facing(account: str, month: int, written: Written = BLANK, *, viewer: Viewer) -> Facing | None:
    """A month of a bank account; None where the office keeps no such account.

    Args:
        account: key; month: YYYYMM.
        written: what was ticked and written so far; viewer: who reads.
    Raises:
        MayNotLook: he is none of those who read the books.
    """
    require_reader(viewer, "银行对账")
    if account not in ACCOUNTS:
        return None
    last = months.last_day(month)
    row = Reconciliation.objects.filter(account=account, period=month).select_related("act").first()
    both_sides = sides(account, known=row.act_id) if row else sides(account)
    agreed = as_signed(row, both=both_sides) if row else agree(account, month, both=both_sides)
    proposed = set() if row else _proposed(account)
    left, right = (
        () if row else tuple(_lines(account, every, ticked, proposed, last, later=written.later))
        for every, ticked in ((both_sides.book, set(written.book)), (both_sides.bank, set(written.bank)))
    )
    typed = written.reasons
    said = FiscalConfirmation.objects.filter(month=month).values_list("closing_fen", flat=True).first()
    return Facing(
        account,
        account_name(account),
        month,
        last < viewer.day,
        agreed,
        signers_of([row.act_id]).get(row.act_id, ()) if row else (),
        _groups(both_sides, month),
        max((one.on for one in both_sides.bank), default=None),
        left,
        right,
        written.later,
        [_between(one, account, typed) for one in agreed.items],
        [
            Overdue(one, typed.get(one.reference, ""))
            for one in every_open_item(WATCHED.get(account, ()), last)
            if one.is_overdue
        ],
        said if account == FISCAL else None,
        account == FISCAL,
        typed.get(CONFIRMATION, ""),
        written.reason,
        "",
    )


def _lines(
    account: str,
    every: Iterable[Entry],
    ticked: Collection[str],
    proposed: Collection[str],
    last: date,
    *,
    later: bool,
) -> Iterable[OpenLine]:
    """Open lines, the oldest first; a tick on one leg of a voucher is a tick on all of them."""
    kept = [one for one in every if one.group is None and (later or one.on <= last)]
    names = {_name(one) for one in kept if str(one.id) in ticked} - set(proposed)
    for one in sorted(kept, key=lambda one: (one.on, one.id)):
        name = _name(one)
        yield OpenLine(
            one.id,
            one.on,
            name,
            _address(one, account),
            masked(one.text),
            one.fen,
            max((last - one.on).days, 0),
            IN_TRANSIT if one.waiting else "",
            name in names,
            name in proposed,
            one.on > last,
        )


def _name(one: Entry) -> str:
    return one.voucher or one.reference


def _address(one: Entry, account: str) -> str:
    """The address of the voucher behind a line of the books; empty for the bank's."""
    return f"{ACCOUNTS[account][1]}-{one.voucher}" if one.voucher else ""


def _between(item: Item, account: str, typed: Mapping[str, str]) -> Between:
    entry = item.entry
    return Between(
        SIDES[entry.side, entry.fen > 0],
        entry.on,
        item.number,
        _address(entry, account),
        masked(entry.text),
        abs(entry.fen),
        item.days,
        item.why,
        typed.get(item.number, ""),
    )


def _of_gap(item: Item) -> int:
    """What an item adds to books less bank."""
    return item.entry.fen if item.entry.side == "BOOK" else -item.entry.fen


def _groups(both_sides: Sides, month: int) -> int:
    """Into how many groups lines of the month were found the same."""
    return len(
        {
            one.group
            for one in (*both_sides.book, *both_sides.bank)
            if one.group is not None and months.of(one.on) == month
        }
    )


def _proposed(account: str) -> set[str]:
    """Vouchers and references that proposals under way pair on this account."""
    waiting = Proposal.objects.filter(code=BY_HAND, state=Proposal.State.PENDING).order_by("id")
    cases = [case for arguments in waiting.values_list("arguments", flat=True) for case in json.loads(arguments)]
    names = {account, ACCOUNTS[account][0]}
    return {
        one for case in cases if case["account"] in names for one in (*case.get("bank", ()), *case.get("vouchers", ()))
    }
