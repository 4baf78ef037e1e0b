"""Figures of the other duties: transfers, the registration campaign, outlets, reports sent."""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from jubao.records.models import BankAccount, Campaign, CampaignResult, Outlet, Submission, Transfer
from jubao.reports.catalogue.register import received
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part, person
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, Measure, Total
from jubao.reports.figures.window import Window

CARD = "刷卡"
CARD_ISSUED = "card.issue"


def transfers(window: Window, where: Q) -> Part:
    """Transfers done within the window that meet a condition, with the money that moved."""
    return Part(Transfer.objects.filter(window.acted()), person(), "amount_fen", where)


def _moved(direction: str, kind: str) -> Callable[[Window], Measure]:
    return lambda window: Cases(transfers(window, Q(direction=direction, kind=kind)))


def _transfer(key: str, name: str, english: str, direction: str, kind: str) -> Figure:
    definition = f"年内至截止日办结的{name}件数"
    return Figure(f"transfers.{key}", f"{name}人数", english, Unit.PEOPLE, definition, _moved(direction, kind))


def _campaign(field: str) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        rows = Campaign.objects.filter(window.known(), year=window.year)
        return Total(Part(rows, Named("code", "title"), field), blank=True)

    return measure


def _results(*, completed: bool) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        results = CampaignResult.objects.filter(window.known(), campaign__year=window.year)
        who = Named("record_number", "name", "resident_number")
        return Cases(Part(results, who, where=Q(completed=completed)))

    return measure


def _outlets(window: Window) -> Part:
    return Part(Outlet.objects.filter(window.known()), Named("code", "name"))


def _started(window: Window) -> Measure:
    return Cases(_outlets(window).only(Q(started_date__lte=window.as_of)))


def _outlet_payments(window: Window, **how: str) -> Measure:
    return Cases(Part(received(window), person(), where=Q(outlet__isnull=False, **how)))


def cards_issued(window: Window) -> QuerySet[BankAccount]:
    """Accounts as they were written down with a card handed out."""
    return BankAccount.objects.filter(window.acted(), act__code=CARD_ISSUED)


def _sent(window: Window) -> Measure:
    rows = Submission.objects.filter(window.known(), window.dated("sent_date"))
    return Cases(Part(rows, Named("title", "receiver")))


TRANSFERS = (
    _transfer("within_province_out", "省内关系转出", "Moved out within the province", "OUT", "WITHIN_PROVINCE"),
    _transfer("within_province_in", "省内关系转入", "Moved in within the province", "IN", "WITHIN_PROVINCE"),
    _transfer("bridging_in", "制度衔接转入", "Bridged in from employees' scheme", "IN", "FROM_EMPLOYEES"),
    _transfer("bridging_out", "制度衔接转出", "Bridged out to employees' scheme", "OUT", "TO_EMPLOYEES"),
    _transfer("cross_province_in", "跨省转入", "Moved in from other provinces", "IN", "CROSS_PROVINCE"),
)
UNIVERSAL = (
    Figure(
        "universal.city_target",
        "全民参保登记市局任务",
        "Registration target from the city",
        Unit.PEOPLE,
        "市局下达的年度登记任务数",
        _campaign("city_target"),
    ),
    Figure(
        "universal.earlier_target",
        "全民参保登记前任务",
        "Registration target before adjustment",
        Unit.PEOPLE,
        "核减前的任务数，即下达任务清单的人数",
        _campaign("earlier_target"),
    ),
    Figure(
        "universal.cannot_record",
        "无法录入人数",
        "Cannot be recorded",
        Unit.PEOPLE,
        "截止日前登记结果为无法录入的人数，每人有原因",
        _results(completed=False),
    ),
    Figure(
        "universal.adjusted_target",
        "核减后任务",
        "Adjusted target",
        Unit.PEOPLE,
        "前任务数减去无法录入人数",
        derived("earlier - cannot", earlier="universal.earlier_target", cannot="universal.cannot_record"),
    ),
    Figure(
        "universal.completed",
        "全民参保登记完成人数",
        "Registrations completed",
        Unit.PEOPLE,
        "截止日前登记结果为完成的人数，含清单之外主动登记的人",
        _results(completed=True),
    ),
    Figure(
        "universal.completion_rate",
        "全民参保登记完成率",
        "Registration rate",
        Unit.PERCENT,
        "完成人数除以核减后任务",
        derived("done / target * 100", done="universal.completed", target="universal.adjusted_target"),
    ),
)
OUTLETS = (
    Figure(
        "outlets.platforms",
        "服务平台数",
        "Outlets",
        Unit.PIECES,
        "截止日前登记的乡镇、村（社区）服务网点数",
        lambda window: Cases(_outlets(window)),
    ),
    Figure(
        "outlets.started",
        "已启动平台数",
        "Outlets started",
        Unit.PIECES,
        "其中启动日期不晚于截止日的网点数",
        _started,
    ),
    Figure(
        "outlets.payments",
        "平台缴费笔数",
        "Outlet payments",
        Unit.CASES,
        "年内至截止日在服务网点缴费的笔数",
        _outlet_payments,
    ),
    Figure(
        "outlets.card_payments",
        "平台刷卡缴费笔数",
        "Outlet payments by card",
        Unit.CASES,
        "其中支付方式为刷卡的笔数",
        lambda window: _outlet_payments(window, paid_by=CARD),
    ),
    Figure(
        "outlets.card_rate",
        "平台刷卡缴费率",
        "Card payment rate",
        Unit.PERCENT,
        "平台刷卡缴费笔数除以平台缴费笔数",
        derived("card / payments * 100", card="outlets.card_payments", payments="outlets.payments"),
    ),
    Figure(
        "cards.issued",
        "社会保障卡发放数",
        "Social security cards handed out",
        Unit.CASES,
        "年内至截止日登记发放的社会保障卡数，补换的卡另计一次",
        lambda window: Cases(Part(cards_issued(window), person())),
    ),
    Figure(
        "reports.submitted",
        "信息报送条数",
        "Reports sent",
        Unit.ROWS,
        "年内至截止日报出的信息和报表条数",
        _sent,
    ),
)
DUTIES = (*TRANSFERS, *UNIVERSAL, *OUTLETS)
