"""The vouchers behind a line of a statement: number, day, memo, amount, the act and who signed it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from jubao.ledger.models import Voucher, VoucherLine
from jubao.reports.signatures import signers_of, told_signers
from jubao.reports.statements.reading import Named, Term, accounts_named, vouchers_known


class NoSuchAccountInBook(LookupError):
    """A book has no account of this code, name or key."""


@dataclass(frozen=True)
class Opened:
    """One voucher on one account, in fen; ``signed`` tells role and staff code of everybody who signed the act."""

    account: Named
    voucher: str
    on: date
    event: str
    memo: str
    reference: str
    state: str
    debit_fen: int
    credit_fen: int
    act: int
    code: str
    signed: str


def find_account(book: str, asked: str, *, on: date) -> Named:
    """The account by code, name or key. Raises NoSuchAccountInBook."""
    known = accounts_named(book, on=on)
    for account in known.values():
        if asked in {account.code, account.name, account.key}:
            return account
    near = [f"{one.code} {one.name}" for one in known.values() if one.code.startswith(asked[:1])] or list(known)
    raise NoSuchAccountInBook(f"{book} 没有科目 {asked}，可用编码、名称或代号，如 {'、'.join(near[:8])}")


def opened(book: str, account: Named, term: Term) -> list[Opened]:
    """Every voucher of the term that touches an account, in the order of days; the sums are the line's movements."""
    vouchers = vouchers_known(book, as_of=term.as_of, through=term.last).filter(date__gte=term.first)
    lines = VoucherLine.objects.filter(voucher__in=vouchers, account__key=account.key)
    sums = lines.values("voucher_id").annotate(debit=Sum("debit_fen"), credit=Sum("credit_fen")).order_by("voucher_id")
    moved = {row["voucher_id"]: (int(row["debit"]), int(row["credit"])) for row in sums}
    touching = vouchers.filter(lines__account__key=account.key).distinct().select_related("act", "step__act")
    rows = list(touching.order_by("date", "period", "number"))
    signed = signers_of({row.act_id for row in rows})
    return [
        Opened(
            account,
            number_of(row),
            row.date,
            row.event,
            memo_of(row),
            row.reference,
            state_known(row, as_of=term.as_of),
            *moved[row.pk],
            row.act_id,
            row.act.code,
            told_signers(signed.get(row.act_id, ())),
        )
        for row in rows
    ]


def number_of(voucher: Voucher) -> str:
    """Period and number as people write them: 201706-12."""
    return f"{voucher.period}-{voucher.number}"


def address_of(voucher: Voucher) -> str:
    """Book, period and number, which name one voucher of all books: FUND-201706-12."""
    return f"{voucher.book}-{number_of(voucher)}"


def memo_of(voucher: Voucher) -> str:
    """The memo, and the day of a closed month the voucher should have borne."""
    return f"{voucher.memo}（补记 {voucher.late_for}）" if voucher.late_for else voucher.memo


def state_known(voucher: Voucher, *, as_of: date) -> str:
    """PENDING, POSTED or VOIDED as it was known on a day; a step taken later had not happened yet."""
    step = getattr(voucher, "step", None)
    if step is None:
        return voucher.state
    return str(step.state) if step.act.business_date <= as_of else str(Voucher.State.PENDING)
