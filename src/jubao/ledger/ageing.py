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
    return {
        key: Resting(key, held[key], since)
        for key, since in _oldest(book, {key: held[key] for key in accounts if held.get(key)}, through).items()
    }


def _oldest(book: str, held: Mapping[str, int], through: date) -> dict[str, date]:
    """The day the oldest part of each balance came, in one walk back over the legs of all.

    The first in is taken to be the first out: counting back from the latest leg on the account's side, the balance
    is made up by the latest legs, and the oldest of these tells the age.
    """
    since, left = dict.fromkeys(held, through), {key: abs(fen) for key, fen in held.items()}
    if not held:
        return since
    legs = VoucherLine.objects.filter(voucher__book=book, account__key__in=list(held), voucher__date__lte=through)
    latest_first = (
        legs.exclude(voucher__state=Voucher.State.VOIDED)
        .order_by("-voucher__date", "-voucher__number", "-seq")
        .values_list("account__key", "voucher__date", "debit_fen", "credit_fen")
    )
    for key, day, debit, credit in latest_first.iterator(200):
        fen = debit if held[key] > 0 else credit
        if key in left and fen:
            left[key], since[key] = left[key] - fen, day
            if left[key] <= 0:
                del left[key]
        if not left:
            break
    return since
