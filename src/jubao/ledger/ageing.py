"""How long money has rested on a clearing account: what stands there, counted back to its oldest part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jubao.ledger.balances import balances
from jubao.ledger.models import Voucher, VoucherLine


@dataclass(frozen=True)
class Resting:
    """What an account held on a day: fen (debit positive), and the day its oldest part came."""

    account: str
    amount_fen: int
    since: date

    def days(self, on: date) -> int:
        """Whole days it has rested."""
        return (on - self.since).days


def resting(
    book: str, accounts: Iterable[str], *, through: date, held: Mapping[str, int] | None = None
) -> dict[str, Resting]:
    """What some accounts of a book held at the end of a day and since when; those that held nothing are left out.

    ``held`` gives what the accounts of the book held then, where that was read already.
    """
    if held is None:
        held = balances(book, through=through)
    return {key: _resting(book, key, held[key], through) for key in accounts if held.get(key)}


def _resting(book: str, account: str, held: int, through: date) -> Resting:
    """What one account held, and since when.

    The first in is taken to be the first out: counting back from the latest leg on the account's side, the balance
    is made up by the latest legs, and the oldest of these tells the age.
    """
    side = "debit_fen" if held > 0 else "credit_fen"
    legs = VoucherLine.objects.filter(
        voucher__book=book, account__key=account, voucher__date__lte=through, **{f"{side}__gt": 0}
    ).exclude(voucher__state=Voucher.State.VOIDED)
    left, since = abs(held), through
    latest_first = legs.order_by("-voucher__date", "-voucher__number", "-seq").values_list("voucher__date", side)
    for day, fen in latest_first.iterator(200):
        left, since = left - fen, day
        if left <= 0:
            break
    return Resting(account, held, since)
