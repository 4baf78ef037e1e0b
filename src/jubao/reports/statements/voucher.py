"""One voucher opened: its legs, its papers, who made and signed it, whom its act was about, and what took it back."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.ledger.closing import is_closed
from jubao.ledger.models import Attachment, Voucher, VoucherLine
from jubao.records.models import Person, Proposal
from jubao.reports.recusals import concerned_in
from jubao.reports.signatures import Signer, signers_of
from jubao.reports.statements.reader import BOOK_NAMES, event_titles, require_reader
from jubao.reports.statements.vouchers_behind import address_of, number_of
from jubao.reports.streaming import told
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import SEARCHING, Viewer

MOST_PEOPLE = 10
STATES: Mapping[str, Both] = {
    "PENDING": both("待记账", "Waiting"),
    "POSTED": both("已记账", "Posted"),
    "VOIDED": both("已作废", "Void"),
}
ADDRESS = re.compile(r"([A-Z]{1,20})-([0-9]{6})-([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True)
class Leg:
    """A leg: account, and fen on one side."""

    account: str
    code: str
    name: str
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True)
class AttachedPaper:
    """A paper behind the voucher: name, sheets, and the hash under which it is kept."""

    filename: str
    pages: int
    sha256: str


@dataclass(frozen=True)
class NamedPerson:
    """Somebody the act was about: internal key, name, and the masked number."""

    key: int
    name: str
    number: str


@dataclass(frozen=True)
class OtherVoucher:
    """Another voucher: its address, and book and number as people write them."""

    address: str
    book: Both
    number: str


@dataclass(frozen=True)
class OpenedVoucher:
    """A voucher with everything behind it, in fen.

    ``people_count`` is how many people its act was about, ``people`` the first of them; ``is_recused`` says that they
    are not shown because the viewer stays away from one of them.
    """

    address: str
    book: str
    book_name: Both
    number: str
    on: date
    period: int
    event: str
    event_title: str
    memo: str
    reference: str
    state: str
    state_label: Both
    late_for: date | None
    total_fen: int
    legs: Sequence[Leg]
    papers: Sequence[AttachedPaper]
    signers: Sequence[Signer]
    act: int
    act_code: str
    acted_on: date
    proposal: str
    people: Sequence[NamedPerson]
    people_count: int
    is_recused: bool
    reversal_of: OtherVoucher | None
    reversed_by: OtherVoucher | None
    is_period_closed: bool
    siblings: Sequence[OtherVoucher]

    @property
    def stands(self) -> bool:
        """Whether it counts: neither void nor taken back."""
        return self.state != Voucher.State.VOIDED and self.reversed_by is None

    @property
    def sheets(self) -> int:
        """How many sheets of paper are attached."""
        return sum(one.pages for one in self.papers)


def opened_voucher(address: str, *, viewer: Viewer) -> OpenedVoucher | None:
    """A voucher by book, period and number (``FUND-201706-12``); None where there is none.

    Raises:
        MayNotLook: the viewer is none of those who read the books.
    """
    require_reader(viewer, "记账凭证")
    named = ADDRESS.fullmatch(address)
    if named is None:
        return None
    one = Voucher.objects.filter(book=named[1], period=int(named[2]), number=int(named[3]))
    row = one.select_related("act", "reversal_of", "reversed_by").first()
    if row is None:
        return None
    lines = VoucherLine.objects.filter(voucher=row).select_related("account").order_by("seq")
    papers = Attachment.objects.filter(voucher=row).order_by("id").values_list("filename", "pages", "sha256")
    proposal = str(told(row.act.payload).get("proposal", ""))
    people, count, recused = _people(proposal, viewer)
    others = Voucher.objects.filter(act_id=row.act_id).exclude(pk=row.pk).order_by("id")[:MOST_PEOPLE]
    return OpenedVoucher(
        address,
        row.book,
        BOOK_NAMES[row.book],
        number_of(row),
        row.date,
        row.period,
        row.event,
        event_titles(row.date).get(row.event, row.event),
        masked(row.memo),
        masked(row.reference),
        row.state,
        STATES[row.state],
        row.late_for,
        row.debit_fen,
        [Leg(one.account.key, one.account.code, one.account.name, one.debit_fen, one.credit_fen) for one in lines],
        [AttachedPaper(*one) for one in papers],
        signers_of([row.act_id]).get(row.act_id, ()),
        row.act_id,
        row.act.code,
        row.act.business_date,
        proposal,
        people,
        count,
        recused,
        _other(row.reversal_of),
        _other(getattr(row, "reversed_by", None)),
        is_closed(row.book, row.period),
        [_named(one) for one in others],
    )


def _other(row: Voucher | None) -> OtherVoucher | None:
    return None if row is None else _named(row)


def _named(row: Voucher) -> OtherVoucher:
    return OtherVoucher(address_of(row), BOOK_NAMES[row.book], number_of(row))


def _people(proposal: str, viewer: Viewer) -> tuple[list[NamedPerson], int, bool]:
    """The first people of what the act's signers saw, and how many there were; nobody beside somebody to stay away from."""
    row = Proposal.objects.filter(key=proposal).values_list("preview", "concerns").first()
    if row is None or not viewer.posts & SEARCHING:
        return [], 0, False
    seen: Mapping[str, Any] = json.loads(row[0]).get("people") or {}
    count = int(seen.get("count", 0))
    if not concerned_in(row[1]).isdisjoint(viewer.recused.keyed_numbers):
        return [], count, True
    numbers = [one["personal_number"] for one in seen.get("shown", ())][:MOST_PEOPLE]
    rows = Person.objects.filter(personal_number__in=numbers).order_by("personal_number")
    found = [
        NamedPerson(key, name, str(Mask.NUMBER.hide(number)))
        for key, name, number in rows.values_list("pk", "name", "resident_number")
        if number not in viewer.recused
    ]
    return found, count, False
