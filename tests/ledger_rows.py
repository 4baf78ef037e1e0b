"""Rows of the ledger written directly, past every act: for tests of what the ledger itself guards and reads."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max

from jubao.ledger import closing
from jubao.ledger.models import PeriodClose, Voucher
from jubao.ledger.vouchers import Leg, draft_step, draft_voucher


def write_voucher(book: str, legs: Sequence[Leg], *, act_id: int, **heading: Any) -> Voucher:
    """Write a voucher with its lines under an act's number; ``heading`` as ``draft_voucher`` takes it."""
    voucher, lines = draft_voucher(book, legs, **heading)
    last = Voucher.objects.filter(book=book, period=voucher.period).aggregate(last=Max("number"))["last"] or 0
    voucher.act_id, voucher.number = act_id, last + 1
    voucher.save(force_insert=True)
    for line in lines:
        line.act_id, line.voucher = act_id, voucher
        line.save(force_insert=True)
    return voucher


def finish_voucher(voucher: Voucher, *, state: str, act_id: int) -> None:
    """Post or void a waiting voucher."""
    step = draft_step(voucher, state=state)
    step.act_id = act_id
    step.save(force_insert=True)
    Voucher.objects.filter(pk=voucher.pk).update(state=state)


def close_month(book: str, month: int, *, act_id: int) -> PeriodClose:
    """Close a month of a book after its last close."""
    return _kept(closing.draft_month_close(book, month, previous=closing.last_manifest(book)), act_id)


def close_year(book: str, year: int, *, act_id: int) -> PeriodClose:
    """Close a year of a book whose December was closed last."""
    december = PeriodClose.objects.filter(book=book, kind="MONTH", period=year * 100 + 12).get()
    content = closing.year_content(book, year, previous=december.manifest)
    close = PeriodClose(
        book=book,
        kind="YEAR",
        period=year,
        vouchers=content.vouchers,
        lines=content.lines,
        debit_fen=content.debit_fen,
        balances=content.balances,
        previous=december.manifest,
        manifest=content.manifest,
    )
    return _kept(close, act_id)


def _kept(close: PeriodClose, act_id: int) -> PeriodClose:
    close.act_id = act_id
    close.save(force_insert=True)
    return close
