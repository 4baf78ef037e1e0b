"""Figures of the fund and of payments on behalf (基金财务与代发)."""

from collections.abc import Callable

from django.db.models import Q

from jubao.records.models import DelegatedLine, FiscalReceipt, FundMovement
from jubao.reports.catalogue.payment import paid_by_bank
from jubao.reports.catalogue.register import target
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import LatestStated, Measure, People, Total
from jubao.reports.figures.window import Window

UPPER_LEVELS = ("中央", "省", "市")
PAYEE = Named("bank_line__payee_number", "payee__name", "payee__resident_number")


def arrived(window: Window, where: Q) -> Measure:
    """Fiscal money of some levels or purposes that arrived within the window and was recorded by the day."""
    rows = FiscalReceipt.objects.filter(window.known(), window.dated("statement_line__date"))
    return Total(Part(rows, Named("statement_line__reference", "notice"), "amount_fen", where))


def _remitted(window: Window) -> Measure:
    rows = FundMovement.objects.filter(window.acted(), kind="REMIT")
    return Total(Part(rows, Named("reference", "purpose"), "amount_fen"))


def paid_on_behalf(window: Window, *programmes: str) -> Part:
    """Months of some programmes in the year's batches that the bank had paid by the day, and not given back since."""
    rows = DelegatedLine.objects.filter(paid_by_bank(window), window.months("batch__month"))
    return Part(rows, PAYEE, "amount_fen", Q(payee__programme__in=programmes))


def _people_paid(programme: str) -> Callable[[Window], Measure]:
    return lambda window: People(paid_on_behalf(window, programme))


FUND = (
    Figure(
        "fiscal.target",
        "上级转移支付任务",
        "Transfer target",
        Unit.MONEY,
        "截止日前登记的争取上级转移支付任务数，多次下达以最后一次为准",
        lambda window: LatestStated(target("fiscal.upper", window)),
    ),
    Figure(
        "fund.upper_received",
        "上级转移支付到位金额",
        "Transfers received from above",
        Unit.MONEY,
        "年内至截止日到账并已登记的中央、省、市财政补助合计，不含区县财政",
        lambda window: arrived(window, Q(level__in=UPPER_LEVELS)),
    ),
    Figure(
        "fund.county_received",
        "区县财政补助到位金额",
        "County money received",
        Unit.MONEY,
        "年内至截止日到账并已登记的区县财政补助合计",
        lambda window: arrived(window, Q(level="县")),
    ),
    Figure(
        "fund.completion",
        "转移支付任务完成率",
        "Transfers against target",
        Unit.PERCENT,
        "上级转移支付到位金额除以任务",
        derived("received / target * 100", received="fund.upper_received", target="fiscal.target"),
    ),
    Figure(
        "fund.remitted",
        "上解省级财政专户金额",
        "Surplus remitted to the province",
        Unit.MONEY,
        "年内至截止日办结的个人账户结余上解合计",
        _remitted,
    ),
    Figure(
        "delegated.only_child",
        "独生子女代发人数",
        "Only-child parents paid on behalf",
        Unit.PEOPLE,
        "年内至截止日银行代发成功、未退回的独生子女父母人数，一人计一次",
        _people_paid("801"),
    ),
    Figure(
        "delegated.teachers",
        "乡村教师代发人数",
        "Rural teachers paid on behalf",
        Unit.PEOPLE,
        "年内至截止日银行代发成功、未退回的乡村教师人数，一人计一次",
        _people_paid("802"),
    ),
    Figure(
        "delegated.doctors",
        "乡村医生代发人数",
        "Rural doctors paid on behalf",
        Unit.PEOPLE,
        "年内至截止日银行代发成功、未退回的乡村医生人数，一人计一次",
        _people_paid("803"),
    ),
)
