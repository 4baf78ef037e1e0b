"""Figures of payment (待遇发放): who was paid, awarded, suspended, resumed, and how much left the fund."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from jubao.records.models import Award, AwardEvent, BankLine, LineReturn, PayrollRun
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part, person
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, Measure, People, Total
from jubao.reports.figures.state_on_day import awards
from jubao.reports.figures.window import Window

Kind = AwardEvent.Kind
OPENING = "register.open"
RESUMING = ("award.resume", "match.clear")
PENSION, SETTLEMENT, PAID = "PENSION", "SETTLEMENT", "PAID"
MONTHS_PAID = ("BACKPAY", "RETURNED")
CAME_BACK = "bank_line__late_return__act"
"""From a line or an answer to the act that took its payment back, where the bank gave it back after confirming it."""


def answered_runs(window: Window) -> QuerySet[PayrollRun]:
    """Payrolls of the year for which the bank had answered by the day."""
    answers = LineReturn.objects.filter(window.known(), bank_line__batch=OuterRef("batch"))
    return PayrollRun.objects.filter(window.known(), window.months("month"), Exists(answers))


def paid_answers(window: Window) -> QuerySet[LineReturn]:
    """Payments the bank had confirmed by the day and not given back since."""
    return LineReturn.objects.filter(window.known(), ~window.known(CAME_BACK), result=PAID)


def paid_by_bank(window: Window) -> Q:
    """The same of whatever has a ``bank_line``: a benefit month, a month on behalf, an order of a payout."""
    confirmed = window.known("bank_line__returned__act") & Q(bank_line__returned__result=PAID)
    return confirmed & ~window.known(CAME_BACK)


def latest_batch(window: Window) -> Subquery:
    """Batch of the latest payroll of the year for which the bank had answered by the day."""
    return Subquery(answered_runs(window).order_by("-month").values("batch")[:1])


def _paid(window: Window) -> Measure:
    where = Q(bank_line__batch__in=latest_batch(window))
    return People(Part(paid_answers(window), person("bank_line__person"), "bank_line__amount_fen", where))


def _sent(window: Window) -> Measure:
    rows = BankLine.objects.filter(window.known(), batch__in=latest_batch(window), hold__isnull=True)
    return Cases(Part(rows, person(), "amount_fen"))


def _awarded(window: Window) -> Measure:
    rows = Award.objects.filter(window.acted(), opened_with_register=False)
    return People(Part(rows, person()))


def _standing_suspended(window: Window) -> Measure:
    where = window.acted() & Q(kind=Kind.SUSPENDED) & ~Q(act__code=OPENING)
    return People(Part(awards(window), person("award__person"), where=where))


def _resumed(window: Window) -> Measure:
    rows = AwardEvent.objects.filter(window.acted(), kind=Kind.RESUMED, act__code__in=RESUMING)
    return Cases(Part(rows, person("award__person")))


def _pensions(window: Window) -> Measure:
    paid, amount, in_year = paid_answers(window), "bank_line__amount_fen", window.months("bank_line__batch__month")
    pensions = in_year & Q(bank_line__batch__kind=PENSION)
    backpay = in_year & Q(bank_line__batch__kind=SETTLEMENT, bank_line__payout_order__payout__kind__in=MONTHS_PAID)
    owed_person = person("bank_line__payout_order__payout__person")
    return Total(Part(paid, person("bank_line__person"), amount, pensions), Part(paid, owed_person, amount, backpay))


def _months_paid(window: Window) -> Measure:
    return Cases(Part(answered_runs(window), Named("batch__number")))


PAYMENT = (
    Figure(
        "payment.beneficiaries",
        "待遇发放人数",
        "Pensioners paid",
        Unit.PEOPLE,
        "年内最近一个银行已回盘的发放月份中，银行回盘成功、截止日未退回的人数",
        _paid,
    ),
    Figure(
        "payment.sent",
        "最近一月报盘人数",
        "Pensioners sent to the bank",
        Unit.PEOPLE,
        "年内最近一个银行已回盘的发放月份中，报送银行的人数（含失败和未答复，不含锁定后扣留的）",
        _sent,
    ),
    Figure(
        "payment.failed",
        "最近一月未成功人数",
        "Payments without success",
        Unit.PEOPLE,
        "最近一月报盘人数减去待遇发放人数，含失败、未答复和成功后退回",
        derived("sent - paid", sent="payment.sent", paid="payment.beneficiaries"),
    ),
    Figure(
        "payment.success_rate",
        "发放成功率",
        "Payments that succeeded",
        Unit.PERCENT,
        "待遇发放人数除以最近一月报盘人数",
        derived("paid / sent * 100", paid="payment.beneficiaries", sent="payment.sent"),
    ),
    Figure(
        "payment.months_paid",
        "已发放月数",
        "Months paid",
        Unit.MONTHS,
        "年内至截止日银行已回盘的月度发放个数",
        _months_paid,
    ),
    Figure(
        "payment.newly_eligible",
        "新增到龄待遇人数",
        "Newly awarded",
        Unit.PEOPLE,
        "年内至截止日核定待遇的人数，不含期初接入",
        _awarded,
    ),
    Figure(
        "payment.suspended",
        "待遇暂停人数",
        "Pensions suspended",
        Unit.PEOPLE,
        "年内办理暂停、至截止日仍处于暂停状态的人数，不含期初接入的暂停",
        _standing_suspended,
    ),
    Figure(
        "payment.resumed",
        "待遇续发人次",
        "Pensions resumed",
        Unit.CASES,
        "年内至截止日办结的待遇续发件数，含疑点排除后的续发；同一人两次续发计两次",
        _resumed,
    ),
    Figure(
        "payment.pensions",
        "实际发放养老金",
        "Pensions paid",
        Unit.MONEY,
        "年内各月发放批次中截止日前银行回盘成功的养老金合计，含补发、重发和终止补发，不含成功后由银行退回的，不冲减追回款",
        _pensions,
    ),
)
