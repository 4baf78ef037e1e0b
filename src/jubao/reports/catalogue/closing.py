"""Figures of closing and of vouchers by hand (结账与手工凭证): months closed, entered, taken back, posted late."""

from collections.abc import Callable

from django.db.models import Q

from jubao.ledger.models import PeriodClose, Voucher
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, Measure
from jubao.reports.figures.window import Window


def _closed(window: Window) -> Measure:
    rows = PeriodClose.objects.filter(window.known(), window.months("period"), kind="MONTH")
    return Cases(Part(rows, Named("period", "book")))


def _vouchers(which: Q) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        rows = Voucher.objects.filter(window.known(), window.dated("date"))
        return Cases(Part(rows, Named("period", "memo"), where=which))

    return measure


CLOSING = (
    Figure(
        "closing.months",
        "已月结份数",
        "Months closed",
        Unit.SHEETS,
        "年内各月、截止日已结账的份数，一个账套一月一份",
        _closed,
    ),
    Figure(
        "closing.manual",
        "手工凭证张数",
        "Vouchers by hand",
        Unit.SHEETS,
        "年内至截止日手工录入的记账凭证张数，不含红冲凭证",
        _vouchers(Q(event="manual_voucher")),
    ),
    Figure(
        "closing.reversed",
        "红冲凭证张数",
        "Reversing vouchers",
        Unit.SHEETS,
        "年内至截止日红冲凭证张数",
        _vouchers(Q(reversal_of__isnull=False)),
    ),
    Figure(
        "closing.reversal_rate",
        "手工凭证红冲率",
        "Reversals of vouchers by hand",
        Unit.PERCENT,
        "红冲凭证张数占手工凭证张数的比例，供稽核观察",
        derived("reversed / manual * 100", reversed="closing.reversed", manual="closing.manual"),
    ),
    Figure(
        "closing.late",
        "补记凭证张数",
        "Late postings",
        Unit.SHEETS,
        "年内至截止日因业务发生月份已结账而补记于以后月份的凭证张数",
        _vouchers(Q(late_for__isnull=False)),
    ),
)
