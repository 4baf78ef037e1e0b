"""Writing vouchers: balanced, numbered without gaps, pending first where the money is not yet certain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from jubao.ledger.chart import account_ids
from jubao.ledger.models import Voucher, VoucherLine, VoucherStep

FEWEST_LEGS = 2


class UnbalancedVoucher(ValueError):
    """Debits and credits differ, or a leg is not positive."""


class VoucherAlreadyFinal(ValueError):
    """Only a pending voucher can be posted or voided."""


@dataclass(frozen=True)
class Leg:
    """One leg: account key, and an amount in fen on one side."""

    account: str
    debit_fen: int = 0
    credit_fen: int = 0


def write_voucher(
    book: str, legs: Sequence[Leg], *, on: date, act_id: int, event: str, memo: str, reference: str = "",
    pending: bool = False,
) -> Voucher:  # fmt: skip
    """Append one voucher to a book.

    Args:
        book: FUND, DELEGATED or ACCOUNTS; books never mix.
        legs: at least two, each positive on exactly one side, in sum balanced.
        on: voucher date; its month is the period.
        act_id: the act in whose name it is written.
        pending: True while the money is on its way; ``finish_voucher`` posts or voids it.
    Raises:
        UnbalancedVoucher: the legs do not make a voucher; nothing is written.
    """
    debit, credit = sum(leg.debit_fen for leg in legs), sum(leg.credit_fen for leg in legs)
    one_sided = all((leg.debit_fen > 0) != (leg.credit_fen > 0) and min(leg.debit_fen, leg.credit_fen) == 0
                    for leg in legs)  # fmt: skip
    if debit != credit or len(legs) < FEWEST_LEGS or not one_sided:
        raise UnbalancedVoucher(f"{event}：借方 {debit} 分，贷方 {credit} 分，{len(legs)} 条分录，不成凭证")
    period = on.year * 100 + on.month
    last = Voucher.objects.filter(book=book, period=period).aggregate(last=Max("number"))["last"] or 0
    voucher = Voucher.objects.create(
        act_id=act_id, book=book, period=period, number=last + 1, date=on, event=event, memo=memo[:200],
        reference=reference, debit_fen=debit, credit_fen=credit,
        state=Voucher.State.PENDING if pending else Voucher.State.POSTED,
    )  # fmt: skip
    ids = account_ids([leg.account for leg in legs], on=on)
    VoucherLine.objects.bulk_create(
        VoucherLine(act_id=act_id, voucher=voucher, seq=seq, account_id=ids[leg.account],
                    debit_fen=leg.debit_fen, credit_fen=leg.credit_fen)
        for seq, leg in enumerate(legs, start=1)
    )  # fmt: skip
    return voucher


def finish_voucher(voucher: Voucher, *, state: str, act_id: int) -> None:
    """Post or void a pending voucher, once."""
    changed = Voucher.objects.filter(pk=voucher.pk, state=Voucher.State.PENDING).update(state=state)
    if not changed:
        raise VoucherAlreadyFinal(f"凭证 {voucher.book} {voucher.period}-{voucher.number} 不是待记账状态")
    VoucherStep.objects.create(act_id=act_id, voucher=voucher, state=state)
