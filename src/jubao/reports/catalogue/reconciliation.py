"""Figures of books and bank (对账与过渡科目): what is not matched yet, how old, how soon months are signed, what rests."""

from collections.abc import Callable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from jubao.ledger.models import ReconciledLine, Reconciliation
from jubao.records.models import StatementLine
from jubao.reports.figures.evidence import Evidence, Named, Part
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, Measure
from jubao.reports.figures.window import Window
from jubao.reports.figures.worked_out import Whole, WorkedOut, longest
from jubao.reports.reconciliation.clearing import CLEARING, OpenItem, every_open_item
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.reports.streaming import CHUNK
from jubao.vocabulary import month as months


def _unmatched(window: Window) -> QuerySet[StatementLine]:
    """Lines of the bank by the day that nothing was found for by the day."""
    found = ReconciledLine.objects.filter(window.known(), statement_line=OuterRef("pk"))
    return StatementLine.objects.filter(window.known(), ~Exists(found), date__lte=window.as_of)


def _unmatched_lines(window: Window) -> Iterator[tuple[str, date, str, int]]:
    rows = _unmatched(window).order_by("date", "id").values_list("reference", "date", "account", "act_id")
    return rows.iterator(CHUNK)


def _ages(window: Window) -> Measure:
    def told(line: tuple[str, date, str, int]) -> Evidence:
        reference, on, account, act = line
        return Evidence(reference, ACCOUNTS[account][0], quantity=(window.as_of - on).days, act=act, on=on)

    return WorkedOut(_unmatched_lines, window, told, longest)


def _signed(window: Window) -> QuerySet[Reconciliation]:
    return Reconciliation.objects.filter(window.known(), window.months("period"))


def _signed_months(window: Window) -> Iterator[tuple[str, int, date, int]]:
    rows = (
        _signed(window).order_by("period", "account").values_list("account", "period", "act__business_date", "act_id")
    )
    return rows.iterator(CHUNK)


def _signing_days(window: Window) -> Measure:
    def told(signed: tuple[str, int, date, int]) -> Evidence:
        account, period, on, act = signed
        days = (on - months.last_day(period)).days
        return Evidence(f"{account}-{period}", ACCOUNTS[account][0], quantity=days, act=act, on=on)

    return WorkedOut(_signed_months, window, told, longest)


def _rested(window: Window) -> list[OpenItem]:
    """What rests on every clearing account, account by account."""
    return every_open_item(CLEARING, window.as_of, as_of=window.as_of)


def _resting(told: Callable[[OpenItem], Evidence | None], whole: Whole) -> Callable[[Window], Measure]:
    return lambda window: WorkedOut(_rested, window, told, whole)


def _shown(one: OpenItem, quantity: int, *, money: bool = False) -> Evidence:
    return Evidence(one.reference, one.name, quantity=quantity, on=one.since, money=money, note=f"已挂{one.days}天")


def _open(key: str) -> Callable[[Window], Measure]:
    return _resting(lambda one: _shown(one, one.fen, money=True) if one.account == key else None, sum)


_oldest = _resting(lambda one: _shown(one, one.days), longest)
_overdue = _resting(lambda one: _shown(one, 1) if one.is_overdue else None, sum)

ENGLISH = {
    "PAYMENTS_IN_TRANSIT": "Payments in transit",
    "DELEGATED_IN_TRANSIT": "Payments on behalf in transit",
    "UNIDENTIFIED_RECEIPTS": "Unidentified receipts",
    "RETURNED_PAYMENTS": "Returned payments",
    "RECOVERABLE_OVERPAYMENTS": "Overpayments to recover",
}
LINE = Named("reference", "counterparty")

RECONCILIATION = (
    Figure(
        "reconciliation.unmatched_lines",
        "未勾对银行流水笔数",
        "Bank lines not matched",
        Unit.ROWS,
        "截止日已导入、日期不晚于截止日且尚未与账面勾对的银行流水笔数",
        lambda window: Cases(Part(_unmatched(window), LINE)),
    ),
    Figure(
        "reconciliation.oldest_days",
        "最早未勾对流水天数",
        "Age of the oldest unmatched bank line",
        Unit.DAYS,
        "未勾对银行流水中日期最早的一笔到截止日的天数，没有未勾对流水时为零",
        _ages,
    ),
    Figure(
        "reconciliation.signed_months",
        "已签余额调节表份数",
        "Signed reconciliations",
        Unit.SHEETS,
        "年内各月、截止日已签定的银行存款余额调节表份数，一户一月一份",
        lambda window: Cases(Part(_signed(window), Named("period", "account"))),
    ),
    Figure(
        "reconciliation.days",
        "月末到签定最长天数",
        "Days from month end to signed reconciliation, longest",
        Unit.DAYS,
        "年内各月余额调节表自月末到签定的天数中最长的，尚未签定的不计",
        _signing_days,
    ),
    *(
        Figure(
            f"clearing.{key.lower()}",
            f"{name}挂账金额",
            f"Open: {ENGLISH[key].lower()}",
            Unit.MONEY,
            f"截止日{name}尚未清零的各笔金额合计",
            _open(key),
        )
        for key, (name, _, _) in CLEARING.items()
    ),
    Figure(
        "clearing.oldest_days",
        "过渡科目最长挂账天数",
        "Age of the oldest open clearing item",
        Unit.DAYS,
        "截止日各过渡科目尚未清零的各笔中挂账最久的天数",
        _oldest,
    ),
    Figure(
        "clearing.overdue",
        "过渡科目超期挂账笔数",
        "Clearing items overdue",
        Unit.ROWS,
        "截止日挂账天数超过清零期限（books.clearing_limits）的笔数",
        _overdue,
    ),
)
