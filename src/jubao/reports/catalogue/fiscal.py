"""Figures of fiscal money: what each level owes for each purpose by the records, what it sent, and the difference."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, Subquery, Value

from jubao.records.models import FundBudget, PayoutOrder, RemittanceShare
from jubao.reports.catalogue.benefits import paid_lines
from jubao.reports.catalogue.fund import arrived
from jubao.reports.catalogue.payment import paid_by_bank
from jubao.reports.catalogue.people import entries
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part, person
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Measure, People, Total
from jubao.reports.figures.state_on_day import lawful
from jubao.reports.figures.window import Window
from jubao.vocabulary.codes import BenefitItem, EntryKind, Level, Source
from jubao.vocabulary.fen import PPM

PURPOSES: Mapping[str, str] = {
    "basic": "基础养老金",
    "subsidy": "缴费补贴",
    "government_paid": "政府代缴",
    "funeral": "丧葬补助",
}
LEVELS: Mapping[Level, str] = {Level.CENTRAL: "中央", Level.PROVINCE: "省", Level.CITY: "市", Level.COUNTY: "县"}
ENGLISH = {"basic": "basic pension", "subsidy": "subsidy", "government_paid": "government-paid", "funeral": "funeral"}
ITEMS = {
    Level.CENTRAL: BenefitItem.BASIC_CENTRAL,
    Level.PROVINCE: BenefitItem.BASIC_PROVINCE,
    Level.CITY: BenefitItem.BASIC_CITY,
    Level.COUNTY: BenefitItem.BASIC_COUNTY,
}
BASES = {
    "basic": "各月发放批次中回盘成功的该级基础养老金（含补发和加发中该级承担的份额，不含终止补发，不扣追回）",
    "subsidy": "缴费当年记入个人账户的该级缴费补贴",
    "government_paid": "记入个人账户、该级承担的政府代缴份额",
    "funeral": "支付成功、该级承担的丧葬补助金份额（抵扣多发后的实付数）",
}


def _share(part: Part, purpose: str, level: Level, window: Window) -> list[Part]:
    """What a level pays of each row, whole fen: what shares up to and with it come to, less those before it.

    So the shares of a row add up to the row, in the database as in the list behind the figure. All levels' shares
    stand in one source, and are read in one statement.
    """
    shares = lawful(f"fiscal.{purpose}_shares", window.last, window.area) or ()
    ppm = {row["level"]: row["ppm"] for row in shares}
    if level not in ppm:
        return []
    fen, whole, before = F(part.amount), Value(PPM, BigIntegerField()), 0
    columns = {}
    for one in (payer for payer in Level if payer in ppm):
        share = fen * (before + ppm[one]) / whole - fen * before / whole
        columns[f"{one.lower()}_share_fen"] = ExpressionWrapper(share, BigIntegerField())
        before += ppm[one]
    return [replace(part, source=part.source.annotate(**columns), amount=f"{level.lower()}_share_fen")]


def _basic(level: Level, window: Window) -> Measure:
    lines, who = paid_lines(window), person()
    increments = Part(lines, who, "amount_fen", Q(item=BenefitItem.INCREMENT))
    own = Part(lines, who, "amount_fen", Q(item=ITEMS[level]))
    return Total(own, *_share(increments, "increment", level, window))


def _credited(source: Source, window: Window) -> Part:
    """Subsidies of a source by the month they count from, later corrections included."""
    kinds = Q(kind=EntryKind.SUBSIDY) | Q(kind=EntryKind.CONTRIBUTION, source=Source.GOVERNMENT_PAID)
    kinds |= Q(reversal_of__kind=EntryKind.SUBSIDY) | Q(
        reversal_of__kind=EntryKind.CONTRIBUTION, source=Source.GOVERNMENT_PAID
    )
    where = kinds & window.months("value_month") & Q(source=source)
    return Part(entries(window), person(), "amount_fen", where)


def _subsidy(level: Level, window: Window) -> Measure:
    return Total() if level is Level.CENTRAL else Total(_credited(Source[level.name], window))


def _government_paid(level: Level, window: Window) -> Measure:
    return Total(*_share(_credited(Source.GOVERNMENT_PAID, window), "government_paid", level, window))


def _funeral(level: Level, window: Window) -> Measure:
    paid = paid_by_bank(window) & window.months("bank_line__batch__month")
    rows = PayoutOrder.objects.filter(paid, payout__kind="FUNERAL")
    part = Part(rows, person("payout__person"), "payout__amount_fen")
    return Total(*_share(part, "funeral", level, window))


MEASURES: Mapping[str, Callable[[Level, Window], Measure]] = {
    "basic": _basic,
    "subsidy": _subsidy,
    "government_paid": _government_paid,
    "funeral": _funeral,
}


def _received(purpose: str, level: Level, window: Window) -> Measure:
    return arrived(window, Q(level=LEVELS[level], purpose=PURPOSES[purpose]))


def expected_id(purpose: str, level: Level) -> str:
    """The figure of what a level owes for a purpose."""
    return f"fiscal.expected.{purpose}.{level.lower()}"


def received_id(purpose: str, level: Level) -> str:
    """The figure of what a level sent for a purpose."""
    return f"fiscal.received.{purpose}.{level.lower()}"


def _pair(purpose: str, level: Level) -> tuple[Figure, Figure]:
    word, payer, english = PURPOSES[purpose], LEVELS[level], f"{ENGLISH[purpose]}, {level.lower()}"
    return (
        Figure(
            expected_id(purpose, level),
            f"{payer}财政应拨{word}",
            f"Due: {english}",
            Unit.MONEY,
            f"年内至截止日{BASES[purpose]}合计",
            partial(MEASURES[purpose], level),
        ),
        Figure(
            received_id(purpose, level),
            f"{payer}财政到位{word}",
            f"Received: {english}",
            Unit.MONEY,
            f"年内至截止日到账并已登记的{payer}财政{word}",
            partial(_received, purpose, level),
        ),
    )


def _sum(key: str, name: str, english: str, ids: list[str]) -> Figure:
    names = {f"a{place}": figure_id for place, figure_id in enumerate(ids)}
    return Figure(key, name, english, Unit.MONEY, f"各级次各用途{name[2:]}之和", derived(" + ".join(names), **names))


def _shares(window: Window) -> Part:
    return Part(RemittanceShare.objects.filter(window.acted()), person(), "amount_fen")


def _planned(window: Window, *, income: bool) -> Measure:
    """Lines of income or expenditure of the latest version of the year's fund budget known by the day."""
    known = FundBudget.objects.filter(window.known(), year=window.year)
    last = known.order_by("-version").values("version")[:1]
    rows = known.filter(version=Subquery(last))
    is_income = Q(line__contains="_INCOME")
    return Total(Part(rows, Named("line", "name"), "amount_fen", is_income if income else ~is_income), blank=True)


CELLS = [(purpose, level) for purpose in PURPOSES for level in LEVELS]
FISCAL = (
    *(figure for purpose, level in CELLS for figure in _pair(purpose, level)),
    _sum("fiscal.expected", "财政应拨金额", "Fiscal money due", [expected_id(*cell) for cell in CELLS]),
    _sum("fiscal.received", "财政到位金额", "Fiscal money received", [received_id(*cell) for cell in CELLS]),
    Figure(
        "fund.fiscal_gap",
        "财政资金差额",
        "Fiscal money, received less due",
        Unit.MONEY,
        "财政到位金额减去财政应拨金额，正数为预拨，负数为欠拨",
        derived("received - expected", received="fiscal.received", expected="fiscal.expected"),
    ),
    Figure(
        "fund.remitted_people",
        "上解涉及人数",
        "People whose account money went up",
        Unit.PEOPLE,
        "年内至截止日上解明细中的人数，一人计一次",
        lambda window: People(_shares(window)),
    ),
    Figure(
        "fund.remitted_shares",
        "上解各人明细合计",
        "Shares of remittances",
        Unit.MONEY,
        "年内至截止日上解明细各人各年度金额合计，等于上解金额",
        lambda window: Total(_shares(window)),
    ),
    Figure(
        "fund.planned_income",
        "基金收入预算",
        "Fund budget, income",
        Unit.MONEY,
        "截止日前最后一版年度基金预算的收入各项合计",
        partial(_planned, income=True),
        whole_year=True,
    ),
    Figure(
        "fund.planned_expenditure",
        "基金支出预算",
        "Fund budget, expenditure",
        Unit.MONEY,
        "截止日前最后一版年度基金预算的支出各项合计",
        partial(_planned, income=False),
        whole_year=True,
    ),
)
