"""The bank beside the books (对账): accounts by month, one month with its lines facing each other, the fiscal account three ways."""

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse

from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Drawn, Goto, Sent, submission
from jubao.desk.fund.taking import taken
from jubao.operations.envelope.fault import Refused
from jubao.operations.fund.account_month import AccountMonthPage, account_month_page
from jubao.operations.fund.ticking import TicksDoNotAddUp, propose_signed, propose_ticked, reasons_of
from jubao.reports.reconciliation.facing import Written
from jubao.reports.reconciliation.overview import (
    ReconciliationYear,
    ThreeWayYear,
    reconciliation_year,
    three_way_year,
)
from jubao.reports.reconciliation.sheets import account_sheets
from jubao.vocabulary.audience import BOOKS
from jubao.vocabulary.both import both
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import Viewer

SENT = both("已提出勾对，请稽核内控岗复核", "Proposed; audit checks it next")
SIGNED = both("已提出签定，请稽核内控岗复核", "Proposed to be signed; audit checks it next")


@page("reconcile", title=both("对账", "Reconciliation"), audience=BOOKS, menu=("fund", 10))
def accounts(viewer: Viewer, asked: QueryDict) -> ReconciliationYear | None:
    """Every bank account in the months of a year: both balances, open lines, who signed."""
    return reconciliation_year(asked.get("year", ""), viewer=viewer)


@page("reconcile/three-way", title=both("财政专户三方对账", "The fiscal account three ways"), audience=BOOKS)
def three_way(viewer: Viewer, asked: QueryDict) -> ThreeWayYear | None:
    """Our books, the bank and the finance bureau's own statement, month by month."""
    return three_way_year(asked.get("year", ""), viewer=viewer)


@page(
    "reconcile/<account:account>/<month:month>",
    title=both("银行对账", "Bank reconciliation"),
    audience=BOOKS,
    parts=("ticks",),
)
def account_month(viewer: Viewer, asked: QueryDict, account: str, month: int) -> AccountMonthPage | None:
    """A month of a bank account: books left, bank right, what is ticked, and the agreement below."""
    return account_month_page(account, month, _written(asked), viewer=viewer)


def _written(typed: QueryDict) -> Written:
    """What was ticked, and why, as a form sends it."""
    book, bank = typed.getlist("book"), typed.getlist("bank")
    return Written(book, bank, later=bool(typed.get("later")), reason=typed.get("reason", ""))


@submission("reconcile/<account:account>/<month:month>/pair", audience=BOOKS, title=both("手工勾对", "Match by hand"))
def pair(seat: Seat, sent: Sent, account: str, month: int) -> Goto | Drawn:
    """Propose that what is ticked is the same money; what does not add up is shown again with the difference."""
    written, key = _written(sent.fields), sent.fields.get("key", "")
    page_of = account_month_page(account, month, written, viewer=seat.viewer)
    if page_of is None:
        raise Http404
    try:
        propose_ticked(
            account,
            book=written.book,
            bank=written.bank,
            reason=written.reason,
            key=key,
            by=seat.staff,
            on=seat.on,
            at=seat.at,
        )
    except TicksDoNotAddUp as wrong:
        return Drawn("fund.account_month", page_of.with_fault(wrong.message), part="ticks")
    return Goto(reverse("fund.account_month", kwargs={"account": account, "month": month}), said=SENT)


@submission("reconcile/<account:account>/<month:month>/sign", audience=BOOKS, title=both("签定", "Sign a month"))
def sign_month(seat: Seat, sent: Sent, account: str, month: int) -> Goto | Drawn:
    """Propose to sign the month with the reasons written beside its items; what still lacks one is shown again."""
    typed = sent.fields
    reasons = reasons_of(typed.getlist("item"), typed.getlist("why"))
    page_of = account_month_page(account, month, Written(reasons=reasons), viewer=seat.viewer)
    if page_of is None:
        raise Http404
    try:
        propose_signed(account, month, reasons=reasons, key=typed.get("key", ""), by=seat.staff, on=seat.on, at=seat.at)
    except Refused as no:
        return Drawn("fund.account_month", page_of.with_fault(masked(no.message), [masked(one) for one in no.faults]))
    return Goto(reverse("fund.account_month", kwargs={"account": account, "month": month}), said=SIGNED)


@submission("reconcile/<account:account>/<month:month>/take-out", audience=BOOKS, title=both("余额调节表", "Agreement"))
def take_agreement(seat: Seat, sent: Sent, account: str, month: int) -> HttpResponse:
    """The month's agreement with everything between the two balances, as PDF or Excel."""
    sheets = account_sheets(account, month, viewer=seat.viewer)
    return taken(seat, sheets, f"agreement-{account}-{month}", sent.fields.get("form", ""))
