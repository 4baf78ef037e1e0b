"""Writing vouchers: balanced, numbered without gaps, pending first where the money is not yet certain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jubao.ledger.chart import account_ids
from jubao.ledger.closing import is_closed
from jubao.ledger.models import Voucher, VoucherLine, VoucherStep
from jubao.vocabulary import month as months

FEWEST_LEGS = 2
LONGEST_MEMO = 200


class UnbalancedVoucher(ValueError):
    """Debits and credits differ, or a leg is not positive."""


class PeriodClosed(ValueError):
    """The voucher's month is closed; nothing enters it any more."""


class VoucherAlreadyFinal(ValueError):
    """Only a pending voucher can be posted or voided."""


@dataclass(frozen=True)
class Leg:
    """One leg: account key, and an amount in fen on one side."""

    account: str
    debit_fen: int = 0
    credit_fen: int = 0


def draft_voucher(  # noqa: PLR0913  the heading of a voucher has that many words
    book: str,
    legs: Sequence[Leg],
    *,
    on: date,
    event: str,
    memo: str,
    reference: str = "",
    pending: bool = False,
    late_for: date | None = None,
    reversal_of: Voucher | None = None,
) -> tuple[Voucher, list[VoucherLine]]:
    """One voucher and its lines, not yet written; it gets its number when it is.

    Args:
        book: FUND, DELEGATED or ACCOUNTS; books never mix.
        legs: at least two, each positive on exactly one side, in sum balanced.
        on: voucher date; its month is the period.
        pending: True while the money is on its way; ``draft_step`` posts or voids it.
        late_for: the day of a closed month it should have borne.
        reversal_of: the voucher it takes back.
    Raises:
        UnbalancedVoucher: the legs do not make a voucher.
        PeriodClosed: the month of ``on`` is closed.
    """
    debit, credit = sum(leg.debit_fen for leg in legs), sum(leg.credit_fen for leg in legs)
    one_sided = all(
        (leg.debit_fen > 0) != (leg.credit_fen > 0) and min(leg.debit_fen, leg.credit_fen) == 0 for leg in legs
    )
    if debit != credit or len(legs) < FEWEST_LEGS or not one_sided:
        raise UnbalancedVoucher(f"{event}：借方 {debit} 分，贷方 {credit} 分，{len(legs)} 条分录，不成凭证")
    period = months.of(on)
    if is_closed(book, period):
        raise PeriodClosed(f"{book} 账套 {period} 已结账，{event} 不能以 {on} 记账")
    voucher = Voucher(
        book=book,
        period=period,
        date=on,
        event=event,
        memo=memo[:LONGEST_MEMO],
        reference=reference,
        debit_fen=debit,
        credit_fen=credit,
        state=Voucher.State.PENDING if pending else Voucher.State.POSTED,
        late_for=late_for,
        reversal_of=reversal_of,
    )
    ids = account_ids([leg.account for leg in legs], on=on)
    lines = [
        VoucherLine(
            voucher=voucher, seq=seq, account_id=ids[leg.account], debit_fen=leg.debit_fen, credit_fen=leg.credit_fen
        )
        for seq, leg in enumerate(legs, start=1)
    ]
    return voucher, lines


def draft_step(voucher: Voucher, *, state: str) -> VoucherStep:
    """The second phase of a pending voucher, not yet written; in a closed month it can be posted, no longer voided.

    Raises:
        PeriodClosed: it is to be voided, and its month is closed.
        VoucherAlreadyFinal: it does not wait.
    """
    if state == Voucher.State.VOIDED and is_closed(voucher.book, voucher.period):
        raise PeriodClosed(f"凭证 {voucher.book} {voucher.period}-{voucher.number} 所在期间已结账，不能作废，请红冲")
    if voucher.state != Voucher.State.PENDING:
        raise VoucherAlreadyFinal(f"凭证 {voucher.book} {voucher.period}-{voucher.number} 不是待记账状态")
    return VoucherStep(voucher=voucher, state=state)
