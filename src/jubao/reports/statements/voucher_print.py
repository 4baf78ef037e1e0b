"""A voucher of the books, ready to be printed: legs, papers, and the people who signed its act."""

import re

from jubao.documents.voucher import VoucherLeg, VoucherPaper
from jubao.ledger.models import Voucher, VoucherLine
from jubao.reports.signatures import signers_of
from jubao.reports.statements.reading import BOOKS
from jubao.reports.statements.sheet import office_name
from jubao.reports.statements.vouchers_behind import number_of

NUMBER = re.compile(r"(\d{6})-(\d{1,9})")


class NoSuchVoucher(LookupError):
    """A book has no voucher of this number."""


def voucher_paper(book: str, number: str) -> VoucherPaper:
    """A voucher by book and number (``201706-12``).

    Raises:
        NoSuchVoucher: unknown book, a number in another shape, or no such voucher.
    """
    shaped = NUMBER.fullmatch(number.strip())
    if book not in BOOKS or shaped is None:
        raise NoSuchVoucher(f"没有凭证 {book} {number}：账套为 {'、'.join(BOOKS)}，凭证号写作 期间-序号，如 201706-12")
    voucher = Voucher.objects.filter(book=book, period=int(shaped[1]), number=int(shaped[2])).first()
    if voucher is None:
        raise NoSuchVoucher(_nearby(book, int(shaped[1]), number))
    event = voucher.act
    return VoucherPaper(
        office=office_name(),
        book=BOOKS[book],
        number=number_of(voucher),
        dated=voucher.date,
        memo=voucher.memo,
        legs=_legs(voucher),
        papers=_papers(voucher),
        signed=_signed(event.pk),
        source=f"审计事件 {event.pk} {event.code}，业务日期 {event.business_date}",
        mark=_mark(voucher),
        attachments=sum(voucher.attachments.values_list("pages", flat=True)),
    )


def _papers(voucher: Voucher) -> tuple[str, ...]:
    """What a voucher rests on: its reference, the day it is late for, what it takes back, and its attachments."""
    told = [voucher.reference] if voucher.reference else []
    if voucher.late_for:
        told.append(f"补记 {voucher.late_for} 的业务（该期已结账）")
    if voucher.reversal_of:
        told.append(f"红冲凭证 {number_of(voucher.reversal_of)}")
    told += [
        f"附件《{name}》{pages}张 {sha256[:12]}"
        for name, pages, sha256 in voucher.attachments.order_by("id").values_list("filename", "pages", "sha256")
    ]
    return tuple(told)


def _mark(voucher: Voucher) -> str:
    if voucher.state != Voucher.State.POSTED:
        return str(Voucher.State(voucher.state).label)
    return "已红冲" if Voucher.objects.filter(reversal_of=voucher).exists() else ""


def _nearby(book: str, period: int, number: str) -> str:
    last = Voucher.objects.filter(book=book, period=period).order_by("-number").values_list("number", flat=True).first()
    told = f"该期凭证号为 1 至 {last}" if last else "该期没有凭证"
    return f"{BOOKS[book]}没有凭证 {number}，{told}；可用 jubao books --open 查找凭证号"


def _legs(voucher: Voucher) -> tuple[VoucherLeg, ...]:
    lines = VoucherLine.objects.filter(voucher=voucher).select_related("account").order_by("seq")
    return tuple(VoucherLeg(f"{x.account.code} {x.account.name}", x.debit_fen, x.credit_fen) for x in lines)


def _signed(act: int) -> tuple[tuple[str, str], ...]:
    """Role and person of every step, by name where the register of staff knows the code."""
    return tuple(
        (one.role_label, f"{one.name}（{one.person}） {one.on}".strip()) for one in signers_of([act]).get(act, ())
    )
