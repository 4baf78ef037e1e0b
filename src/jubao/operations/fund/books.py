"""From a business event to its voucher, by the posting templates of the law."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from jubao.ledger.closing import closed_through, is_closed
from jubao.ledger.models import Reconciliation, Voucher
from jubao.ledger.vouchers import Leg, draft_step, draft_voucher
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.view import View
from jubao.reports.law import office_policy
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.codes.bookkeeping import Book

SIGNED = f"SELECT 1 FROM {Reconciliation._meta.db_table} WHERE period = %s AND account IN"
BOOKS: Mapping[str, str] = {str(book): book.label for book in Book}

AMOUNT_OF_ITEM: Mapping[str, str] = {
    BenefitItem.BASIC_CENTRAL: "basic_central",
    BenefitItem.BASIC_PROVINCE: "basic_province",
    BenefitItem.BASIC_CITY: "basic_city",
    BenefitItem.BASIC_COUNTY: "basic_county",
    BenefitItem.INCREMENT: "increment",
}


def amounts_by_item(sums: Mapping[str, int]) -> dict[str, int]:
    """Sums per benefit item turned into the amount names of the templates, in fen."""
    amounts: dict[str, int] = {}
    for item, fen in sums.items():
        name = AMOUNT_OF_ITEM.get(item, "account_pension")
        amounts[name] = amounts.get(name, 0) + fen
    return amounts


def post(
    event: str,
    amounts: Mapping[str, int],
    *,
    changes: Changes,
    on: date | None = None,
    memo: str = "",
    reference: str = "",
    pending: bool = False,
) -> Voucher | None:
    """Plan the voucher of a business event.

    Args:
        event: event of ``policy/posting.yaml``.
        amounts: amount name to fen; names the template does not know are an error, zero legs are left out.
        changes: the plan it becomes part of.
        on: voucher date, default the act's business date. A day in a month that is closed, or that a bank account
            it moves was signed for, is posted on the business date, and the voucher tells the day it should have
            borne (``late_for``).
    Returns:
        The voucher, or None when every amount is zero.
    Raises:
        Refused: the month of the business date is closed as well.
    """
    view = changes.view
    template = office_policy().posting(event, on or view.on)
    if not any(amounts.values()):
        return None
    accounts = {leg.account for leg in legs_of(template, amounts)}
    day, late_for = open_day(template["book"], on or view.on, view=view, accounts=accounts)
    if late_for:
        template = office_policy().posting(event, day)
    return enter(
        changes,
        template["book"],
        legs_of(template, amounts),
        on=day,
        event=event,
        memo=memo or template["title"],
        reference=reference or view.case_ref,
        pending=pending,
        late_for=late_for,
    )


def enter(changes: Changes, book: str, legs: Sequence[Leg], **heading: Any) -> Voucher:
    """Add one voucher with its lines to a plan; ``heading`` as ``ledger.vouchers.draft_voucher`` takes it."""
    voucher, lines = draft_voucher(book, legs, **heading)
    changes.add(voucher)
    changes.add_all(lines)
    return voucher


def finish(changes: Changes, voucher: Voucher, *, state: str) -> None:
    """Post or void a pending voucher in a plan; errors as ``ledger.vouchers.draft_step``."""
    changes.add(draft_step(voucher, state=state))
    changes.set(voucher, state=state)


def legs_of(template: Mapping[str, Any], amounts: Mapping[str, int], *, signed: bool = False) -> list[Leg]:
    """The legs of a posting template, one for each account and side.

    Args:
        template: a row of ``policy/posting.yaml``.
        amounts: amount name to fen; an unknown name is an error.
        signed: whether an amount below zero turns its pair round; otherwise it is an error.
    """
    unknown = {name for name, fen in amounts.items() if fen} - {pair["amount"] for pair in template["legs"]}
    assert not unknown, f"posting template {template['event']} has no amount {unknown}"
    sides: dict[tuple[str, bool], int] = {}
    for pair in template["legs"]:
        fen = amounts.get(pair["amount"], 0)
        assert signed or fen >= 0, f"{template['event']}: negative amount {pair['amount']}"
        for account, debited in ((pair["debit"], fen > 0), (pair["credit"], fen < 0)) if fen else ():
            sides[account, debited] = sides.get((account, debited), 0) + abs(fen)
    return [Leg(key, fen, 0) if debited else Leg(key, 0, fen) for (key, debited), fen in sides.items()]


def open_day(book: str, day: date, *, view: View, accounts: Collection[str] = ()) -> tuple[date, date | None]:
    """The voucher date for an event of a day, and the day it is late for, if that day's month is settled.

    A month is settled when it is closed, or when one of the accounts was agreed with the bank and signed for it.

    Raises:
        Refused: the business date lies in such a month, too.
    """
    if not is_closed(book, months.of(day)) and not _is_signed(accounts, months.of(day)):
        return day, None
    if _is_signed(accounts, months.of(view.on)):
        raise Refused(
            f"{months.of(view.on)} 的银行对账已经签定，业务日期 {view.on} 不能再记账，请以其后月份的业务日期重新提出"
        )
    if is_closed(book, months.of(view.on)):
        through = closed_through(book)
        raise Refused(
            f"{BOOKS[book]}账套已结账至 {through}，业务日期 {view.on} 不能再记账，请以 {through} 之后的业务日期重新提出"
        )
    return view.on, day


def _is_signed(accounts: Collection[str], month: int) -> bool:
    if not accounts:
        return False
    marks = ", ".join(["%s"] * len(accounts))
    with connection.cursor() as cursor:  # asked for every voucher, so in plain SQL
        cursor.execute(f"{SIGNED} ({marks}) LIMIT 1", [month, *accounts])
        return cursor.fetchone() is not None
