"""Reading the books: what each account holds, per book and up to a day."""

from datetime import date

from django.db import connection

from jubao.ledger.models import Voucher

HELD = """
SELECT a.key, sum(l.debit_fen) - sum(l.credit_fen)
FROM ledger_voucherline l
JOIN ledger_voucher v ON v.id = l.voucher_id
JOIN ledger_account a ON a.id = l.account_id
WHERE v.book = %s AND v.state <> %s {until}
GROUP BY a.key ORDER BY a.key
"""


def balances(book: str, *, through: date | None = None) -> dict[str, int]:
    """Debit minus credit of every account of a book, in fen, over posted and pending vouchers that are not void.

    Args:
        book: FUND, DELEGATED or ACCOUNTS.
        through: last voucher date counted; None counts all.
    """
    until = "" if through is None else "AND v.date <= %s"
    days = [] if through is None else [through.isoformat()]
    with connection.cursor() as cursor:  # asked with most payments, so in plain SQL
        cursor.execute(HELD.format(until=until), [book, str(Voucher.State.VOIDED), *days])
        return {key: int(fen) for key, fen in cursor.fetchall()}
