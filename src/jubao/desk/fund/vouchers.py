"""Vouchers (记账凭证): the latest of them, and one opened with everything behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse, QueryDict

from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Sent, submission
from jubao.desk.fund.taking import KINDS, as_file
from jubao.desk.listings.address import read
from jubao.desk.listings.table import Shown, show
from jubao.documents.voucher_pdf import voucher_pdf
from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.exports import note_taken_out
from jubao.operations.fund.offering import offered_of
from jubao.operations.fund.voucher_page import ENTER, VoucherPage, voucher_page
from jubao.reports.lists.every_list import find_list
from jubao.reports.statements.voucher_print import NoSuchVoucher, voucher_paper
from jubao.vocabulary.audience import BOOKS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

LIST = "vouchers"


@dataclass(frozen=True)
class Vouchers:
    """The vouchers of a period as the list gives them, and the act that enters one by hand."""

    shown: Shown
    acts: Sequence[OfferedAct]


@page("vouchers", title=both("凭证", "Vouchers"), audience=BOOKS, menu=("fund", 30))
def vouchers(viewer: Viewer, asked: QueryDict) -> Vouchers:
    """The latest vouchers of a period, the last day first; every other question is asked of their list."""
    address = read(LIST, {"order": "-date"} | {key: str(asked[key]) for key in asked})
    return Vouchers(show(find_list(LIST), address, viewer=viewer), offered_of(viewer, (ENTER,), {}))


@page("vouchers/<voucher:address>", title=both("记账凭证", "Voucher"), audience=BOOKS)
def voucher(viewer: Viewer, asked: QueryDict, address: str) -> VoucherPage | None:
    """One voucher: its legs, papers and signers, the act and the people behind it, and what may be done about it."""
    return voucher_page(address, viewer=viewer)


@submission("vouchers/<voucher:address>/print", audience=BOOKS, title=both("打印凭证", "Print a voucher"))
def print_voucher(seat: Seat, sent: Sent, address: str) -> HttpResponse:
    """The voucher as PDF, A5 across, as it is bound into the books."""
    book, period, number = address.split("-")
    try:
        content = voucher_pdf(voucher_paper(book, f"{period}-{number}"))
    except NoSuchVoucher:
        raise Http404 from None
    note_taken_out(seat.staff, f"voucher {address}", 1, "", "pdf", at=seat.at)
    return as_file(content, f"{address}.pdf", KINDS["pdf"])
