"""Reading the books: what each account holds, per book and up to a day."""

from datetime import date

from django.db.models import Sum

from jubao.ledger.models import Voucher, VoucherLine


def balances(book: str, *, through: date | None = None) -> dict[str, int]:
    """Debit minus credit of every account of a book, in fen, over posted and pending vouchers that are not void.

    Args:
        book: FUND, DELEGATED or ACCOUNTS.
        through: last voucher date counted; None counts all.
    """
    lines = VoucherLine.objects.filter(voucher__book=book).exclude(voucher__state=Voucher.State.VOIDED)
    if through is not None:
        lines = lines.filter(voucher__date__lte=through)
    sums = lines.values("account__key").annotate(debit=Sum("debit_fen"), credit=Sum("credit_fen"))
    return {row["account__key"]: int(row["debit"]) - int(row["credit"]) for row in sums.order_by("account__key")}
