"""Figures of enrolment and collection (参保与征缴): targets, money received, payers."""

from django.db.models import Q, QuerySet

from jubao.records.models import Contribution, Target
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part, person
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import LatestStated, Measure, People, Total
from jubao.reports.figures.state_on_day import ENDED, relations
from jubao.reports.figures.window import Window


def target(name: str, window: Window) -> Part:
    """Tasks of a name for the year, recorded by the day; the latest counts."""
    rows = Target.objects.filter(window.known(), year=window.year)
    return Part(rows, Named("source", "name"), "amount_fen", Q(name=name))


def _insured(window: Window) -> Measure:
    return People(Part(relations(window), person("enrolment__person"), where=~Q(enrolment_state=ENDED)))


def received(window: Window) -> QuerySet[Contribution]:
    """Contributions received within the window and recorded by the day."""
    return Contribution.objects.filter(window.known(), window.dated("received_date"))


def _contributions(window: Window) -> Part:
    return Part(received(window), person(), "amount_fen")


REGISTER = (
    Figure(
        "register.insured",
        "参保人数",
        "Insured people",
        Unit.PEOPLE,
        "截止日参保关系尚未终止的人数，以截止日前最后一次状态变动为准",
        _insured,
    ),
    Figure(
        "collection.target.province",
        "省下达征缴任务",
        "Collection target, province",
        Unit.MONEY,
        "截止日前登记的省级年度征缴任务数，多次下达以最后一次为准",
        lambda window: LatestStated(target("collection.province", window)),
    ),
    Figure(
        "collection.target.bureau",
        "局下达征缴任务",
        "Collection target, bureau",
        Unit.MONEY,
        "截止日前登记的主管局年度征缴任务数，多次下达以最后一次为准",
        lambda window: LatestStated(target("collection.bureau", window)),
    ),
    Figure(
        "collection.received",
        "征缴金额",
        "Contributions received",
        Unit.MONEY,
        "年内至截止日到账并已登记的个人缴费合计，含正常应缴和补缴，不含政府补贴",
        lambda window: Total(_contributions(window)),
    ),
    Figure(
        "collection.payers",
        "缴费人数",
        "Payers",
        Unit.PEOPLE,
        "年内至截止日有个人缴费到账的人数，一人多次缴费计一人",
        lambda window: People(_contributions(window)),
    ),
    Figure(
        "collection.completion.province",
        "省征缴任务完成率",
        "Collection against province target",
        Unit.PERCENT,
        "征缴金额除以省下达征缴任务",
        derived("received / target * 100", received="collection.received", target="collection.target.province"),
    ),
    Figure(
        "collection.completion.bureau",
        "局征缴任务完成率",
        "Collection against bureau target",
        Unit.PERCENT,
        "征缴金额除以局下达征缴任务",
        derived("received / target * 100", received="collection.received", target="collection.target.bureau"),
    ),
)
