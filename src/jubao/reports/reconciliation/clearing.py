"""Clearing accounts (过渡科目): what still rests on each, item by item with its age, until it is nought."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from django.db.models import Q, Sum

from jubao.ledger.models import Voucher, VoucherLine, VoucherStep
from jubao.records.models import Overpayment, RecoveryEvent
from jubao.reports.law import office_policy
from jubao.reports.reconciliation.lines import LATEST
from jubao.reports.streaming import CHUNK

Rested = tuple[str, date, int]
"""What rests: under which reference, since when, and fen."""
DEBIT, CREDIT = 1, -1
CLEARING: Mapping[str, tuple[str, str, int]] = {
    "PAYMENTS_IN_TRANSIT": ("发放在途", "FUND", DEBIT),
    "DELEGATED_IN_TRANSIT": ("代发在途", "DELEGATED", DEBIT),
    "UNIDENTIFIED_RECEIPTS": ("待查收款", "FUND", CREDIT),
    "RETURNED_PAYMENTS": ("退票待处理", "FUND", CREDIT),
    "RECOVERABLE_OVERPAYMENTS": ("应收回多发待遇", "FUND", DEBIT),
}
BY_CASE = "RECOVERABLE_OVERPAYMENTS"
# Which bank account waits for which clearing accounts: their items must be settled or explained to agree its month.
WATCHED: Mapping[str, tuple[str, ...]] = {
    "COLLECTION_ACCOUNT": ("UNIDENTIFIED_RECEIPTS",),
    "DISBURSEMENT_ACCOUNT": ("PAYMENTS_IN_TRANSIT", "RETURNED_PAYMENTS"),
    "DELEGATED_BANK": ("DELEGATED_IN_TRANSIT",),
}


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What rests on a clearing account under one reference; negative when more was cleared than came."""

    account: str
    reference: str
    since: date
    fen: int
    days: int
    limit: int

    @property
    def name(self) -> str:
        """The account as people call it."""
        return CLEARING[self.account][0]

    @property
    def is_overdue(self) -> bool:
        """Whether it has rested longer than it may."""
        return self.days > self.limit


def open_items(account: str, through: date, *, known: int = LATEST, as_of: date = date.max) -> list[OpenItem]:
    """What rests on a clearing account at the end of a day, oldest first.

    Args:
        account: key of a clearing account.
        through: last voucher date counted.
        known: last act whose facts count.
        as_of: last business date whose facts count.
    """
    return every_open_item([account], through, known=known, as_of=as_of)


def every_open_item(
    accounts: Collection[str], through: date, *, known: int = LATEST, as_of: date = date.max
) -> list[OpenItem]:
    """What rests on several clearing accounts, account by account; see ``open_items``."""
    counted = Q(act_id__lte=known, act__business_date__lte=as_of)
    limits = office_policy().table("books.clearing_limits", on=through)
    rested = _by_reference([key for key in accounts if key != BY_CASE], through, counted)
    if BY_CASE in accounts:
        rested[BY_CASE] = list(_by_case(through, counted))
    return [
        OpenItem(account, reference, since, fen, (through - since).days, int(limits[account]["days"]))
        for account in accounts
        for reference, since, fen in sorted(rested.get(account, ()), key=itemgetter(1, 0))
    ]


def _by_reference(accounts: Collection[str], through: date, counted: Q) -> dict[str, list[Rested]]:
    """Batches, bank references and cases with their balance; age counts from the first entry since the last nought."""
    voided = VoucherStep.objects.filter(counted, state=Voucher.State.VOIDED).values("voucher")
    rows = (
        VoucherLine.objects.filter(counted, account__key__in=accounts, voucher__date__lte=through)
        .exclude(voucher__in=voided)
        .order_by("voucher__date", "id")
        .values_list("account__key", "voucher__reference", "voucher__date", "debit_fen", "credit_fen")
    )
    held: dict[tuple[str, str], int] = defaultdict(int)
    since: dict[tuple[str, str], date] = {}
    for account, reference, on, debit, credit in rows.iterator(CHUNK) if accounts else ():
        if not held[account, reference]:
            since[account, reference] = on
        held[account, reference] += CLEARING[account][2] * (debit - credit)
    found: dict[str, list[Rested]] = defaultdict(list)
    for (account, reference), fen in held.items():
        if fen:
            found[account].append((reference, since[account, reference], fen))
    return found


def _by_case(through: date, counted: Q) -> Iterator[Rested]:
    """Overpayments by case: what was claimed less what came back."""
    counted &= Q(act__business_date__lte=through)
    back = dict(
        RecoveryEvent.objects.filter(counted)
        .values_list("overpayment")
        .annotate(fen=Sum("amount_fen"))
        .order_by("overpayment")
    )
    claims = Overpayment.objects.filter(counted).order_by("id")
    for key, person, on, fen in claims.values_list("id", "person__personal_number", "act__business_date", "amount_fen"):
        if left := fen - back.get(key, 0):
            yield f"{person}#{key}", on, left
