"""The vouchers behind a line of a statement: number, day, memo, amount, the act and who signed it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from jubao.ledger.models import Voucher, VoucherLine
from jubao.reports.signatures import signatures_of
from jubao.reports.statements.reading import Named, Term, accounts_named, vouchers_known

ROLES = {"MAKE": "经办", "CHECK": "复核", "APPROVE": "审批", "AUDIT": "稽核", "RELEASE": "放行"}


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
    rows = vouchers.filter(lines__account__key=account.key).distinct().select_related("act", "step__act")
    signed: dict[int, str] = {}
    found = []
    for voucher in rows.order_by("date", "period", "number"):
        if voucher.act_id not in signed:
            signed[voucher.act_id] = signed_by(voucher.act_id)
        debit, credit = moved[voucher.pk]
        found.append(
            Opened(
                account,
                number_of(voucher),
                voucher.date,
                voucher.event,
                _memo(voucher),
                voucher.reference,
                state_known(voucher, as_of=term.as_of),
                debit,
                credit,
                voucher.act_id,
                voucher.act.code,
                signed[voucher.act_id],
            )
        )
    return found


def number_of(voucher: Voucher) -> str:
    """Period and number as people write them: 201706-12."""
    return f"{voucher.period}-{voucher.number}"


def _memo(voucher: Voucher) -> str:
    """The memo, and the day of a closed month the voucher should have borne."""
    return f"{voucher.memo}（补记 {voucher.late_for}）" if voucher.late_for else voucher.memo


def state_known(voucher: Voucher, *, as_of: date) -> str:
    """PENDING, POSTED or VOIDED as it was known on a day; a step taken later had not happened yet."""
    step = getattr(voucher, "step", None)
    if step is None:
        return voucher.state
    return str(step.state) if step.act.business_date <= as_of else str(Voucher.State.PENDING)


def signed_by(act: int) -> str:
    """Everybody who signed an act's proposal: 经办 C1、复核 L3."""
    return "、".join(f"{ROLES.get(one.role, one.role)} {one.person}" for one in signatures_of(act))
