"""The two sides of a bank account: what the books say moved, and what the bank says moved, in one shape."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Q

from jubao.ledger.models import ReconciledLine, Voucher, VoucherLine, VoucherStep
from jubao.records.models import ContributionBatch, StatementLine

ACCOUNTS: Mapping[str, tuple[str, str]] = {
    "COLLECTION_ACCOUNT": ("收入户", "FUND"),
    "DISBURSEMENT_ACCOUNT": ("支出户", "FUND"),
    "FISCAL_ACCOUNT": ("财政专户", "FUND"),
    "DELEGATED_BANK": ("代发专户", "DELEGATED"),
}
OPENING = ("fund_opened", "delegated_opened")
RELEASES = ("payment_released", "delegated_released")
LATEST = 2**62
Side = Literal["BOOK", "BANK"]


class NoSuchBankAccount(LookupError):
    """The office keeps no bank account of this name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement on one side; ``fen`` is positive for money in. ``group`` is what it was found the same as."""

    side: Side
    id: int
    on: date
    fen: int
    reference: str
    text: str
    event: str = ""
    voucher: str = ""
    reversal_of: int | None = None
    voucher_id: int = 0
    waiting: bool = False
    group: int | None = None


@dataclass(frozen=True)
class Sides:
    """An account as known when an act was done: balances before the first movement, and every movement since."""

    account: str
    book_opening_fen: int
    bank_opening_fen: int | None
    book: Sequence[Entry]
    bank: Sequence[Entry]


def account_named(asked: str) -> str:
    """The key of a bank account by key or Chinese name. Raises NoSuchBankAccount."""
    for key, (name, _) in ACCOUNTS.items():
        if asked in {key, name}:
            return key
    names = "、".join(name for name, _ in ACCOUNTS.values())
    raise NoSuchBankAccount(f"没有银行账户“{asked}”，应为：{names}")


@dataclass(frozen=True)
class Behind:
    """What tells the same for every account: vouchers voided, releases settled, and the receipt of each file taken in."""

    voided: frozenset[int]
    settled: frozenset[int]
    receipts: Mapping[str, str]


def behind(*, known: int = LATEST) -> Behind:
    """What to know of vouchers, whatever account they move, as the books stood when an act was done."""
    steps = VoucherStep.objects.filter(act_id__lte=known)
    receipts = ContributionBatch.objects.values_list("number", "statement_line__reference").order_by("id")
    return Behind(
        frozenset(steps.filter(state=Voucher.State.VOIDED).values_list("voucher", flat=True)),
        frozenset(steps.filter(voucher__event__in=RELEASES).values_list("voucher", flat=True)),
        dict(receipts),
    )


def sides(account: str, *, known: int = LATEST, vouchers: Behind | None = None) -> Sides:
    """Both sides of an account.

    Args:
        account: key of a bank account.
        known: last act (audit event) whose facts count; the books as they stood when it was done.
        vouchers: what ``behind`` told for that act; asked where it is not given.
    """
    groups = _groups(account, known)
    opening, book = _book(account, known, groups["BOOK"], vouchers or behind(known=known))
    bank_opening, bank = _bank(account, known, groups["BANK"])
    return Sides(account, opening, bank_opening, book, bank)


def _groups(account: str, known: int) -> dict[str, dict[int, int]]:
    """Group of every line that was found the same as something, by side and line."""
    rows = ReconciledLine.objects.filter(group__account=account, act_id__lte=known).order_by("id")
    found: dict[str, dict[int, int]] = {"BOOK": {}, "BANK": {}}
    for book, bank, group in rows.values_list("voucher_line_id", "statement_line_id", "group_id"):
        for side, line in (("BOOK", book), ("BANK", bank)):
            if line is not None:
                found[side][line] = group
    return found


def _book(account: str, known: int, groups: Mapping[int, int], vouchers: Behind) -> tuple[int, list[Entry]]:
    """Opening balance and movements of the books; a voucher that moves nothing in sum says nothing to a bank."""
    rows = (
        VoucherLine.objects.filter(account__key=account, act_id__lte=known)
        .order_by("voucher__date", "id")
        .values_list(
            "id",
            "voucher_id",
            "voucher__date",
            "voucher__period",
            "voucher__number",
            "voucher__event",
            "voucher__reference",
            "voucher__memo",
            "voucher__reversal_of",
            "debit_fen",
            "credit_fen",
        )
    )
    opening, entries, moved = 0, [], defaultdict[int, int](int)
    for key, voucher, on, period, number, event, reference, memo, reverses, debit, credit in rows.iterator(5000):
        if voucher in vouchers.voided:
            continue
        if event in OPENING:
            opening += debit - credit
            continue
        moved[voucher] += debit - credit
        entries.append(
            Entry(
                "BOOK",
                key,
                on,
                debit - credit,
                vouchers.receipts.get(reference, reference),
                memo,
                event,
                f"{period}-{number}",
                reverses,
                voucher,
                event in RELEASES and voucher not in vouchers.settled,
                groups.get(key),
            )
        )
    return opening, [entry for entry in entries if moved[entry.voucher_id]]


def _bank(account: str, known: int, groups: Mapping[int, int]) -> tuple[int | None, list[Entry]]:
    """Balance before the first line (None where the bank has sent none) and every line."""
    rows = list(
        StatementLine.objects.filter(Q(account=account), act_id__lte=known)
        .order_by("line")
        .values_list("id", "date", "reference", "counterparty", "memo", "debit_fen", "credit_fen", "balance_fen")
    )
    opening = rows[0][7] - rows[0][6] + rows[0][5] if rows else None
    return opening, [
        Entry("BANK", key, on, credit - debit, reference, " ".join(t for t in (who, memo) if t), group=groups.get(key))
        for key, on, reference, who, memo, debit, credit, _ in rows
    ]
