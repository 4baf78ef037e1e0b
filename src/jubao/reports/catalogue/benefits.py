"""Figures of pensions (待遇) and individual accounts (个人账户): who draws, how much a head, what the accounts hold."""

from collections.abc import Callable

from django.db.models import F, Q, QuerySet

from jubao.records.models import PayrollLine
from jubao.reports.catalogue.payment import latest_batch, paid_by_bank
from jubao.reports.catalogue.people import entries
from jubao.reports.figures.derived import per_head
from jubao.reports.figures.evidence import Part, person
from jubao.reports.figures.figure import Figure, Unit, money, people
from jubao.reports.figures.measure import Measure, People, SumByPerson, Total
from jubao.reports.figures.state_on_day import ENDED, Kind, awards, relations
from jubao.reports.figures.window import Window
from jubao.vocabulary.codes import EntryKind

BASIC, ACCOUNT = "001", "002"
INTEREST = (EntryKind.INTEREST, EntryKind.SETTLED_INTEREST)


def _drawing(*kinds: str) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        return People(Part(awards(window), person("award__person"), where=Q(kind__in=kinds)))

    return measure


def paid_lines(window: Window) -> QuerySet[PayrollLine]:
    """Benefit months of the year's payrolls that the bank had paid by the day, and not given back since."""
    return PayrollLine.objects.filter(paid_by_bank(window), window.months("batch__month"))


def _paid(window: Window, where: Q) -> Part:
    return Part(paid_lines(window), person(), "amount_fen", where)


def _regular_lines(window: Window) -> Part:
    """The current month's own pension of the latest answered payroll: no arrears, no differences."""
    return _paid(window, Q(batch__in=latest_batch(window), month=F("batch__month"), kind="", adjustment=0))


def _regular(prefix: str) -> Callable[[Window], Measure]:
    return lambda window: Total(_regular_lines(window).only(Q(item__startswith=prefix)))


def _year(prefix: str) -> Callable[[Window], Measure]:
    return lambda window: Total(_paid(window, Q(item__startswith=prefix)))


def _arrears(window: Window) -> Part:
    return _paid(window, ~Q(kind=""))


def _accounts(window: Window) -> Measure:
    standing = relations(window).exclude(enrolment_state=ENDED).values("enrolment__person")
    return People(Part(entries(window), person(), "amount_fen", Q(person__in=standing)))


def _interest(window: Window) -> Measure:
    where = Q(kind__in=INTEREST, year=window.year)
    return SumByPerson(Part(entries(window), person(), "amount_fen", where))


DRAWING = (
    people(
        "benefits.standing",
        "待遇核定在册人数",
        "Awards standing",
        "截止日待遇已核定、尚未终止的人数，含暂停",
        _drawing(Kind.STARTED, Kind.RESUMED, Kind.SUSPENDED),
    ),
    people(
        "benefits.running",
        "待遇正常人数",
        "Awards running",
        "其中待遇正常、未暂停的人数",
        _drawing(Kind.STARTED, Kind.RESUMED),
    ),
    people(
        "benefits.held",
        "待遇暂停在册人数",
        "Awards held",
        "其中待遇处于暂停的人数，含期初接入的暂停",
        _drawing(Kind.SUSPENDED),
    ),
    people(
        "benefits.regular",
        "最近一月领取当月养老金人数",
        "Paid the month's pension",
        "最近一个已回盘月份中银行发放成功当月养老金的人数，只领补发的人不计",
        lambda w: People(_regular_lines(w)),
    ),
    money(
        "benefits.basic_month",
        "最近一月基础养老金",
        "Basic pensions of the month",
        "最近一个已回盘月份的当月基础养老金合计，不含补发",
        _regular(BASIC),
    ),
    money(
        "benefits.account_month",
        "最近一月个人账户养老金",
        "Account pensions of the month",
        "最近一个已回盘月份的当月个人账户养老金合计，不含补发",
        _regular(ACCOUNT),
    ),
    money(
        "benefits.average_basic",
        "月人均基础养老金",
        "Basic pension a head",
        "最近一月基础养老金除以领取当月养老金人数，四舍五入到分",
        per_head("money / people", money="benefits.basic_month", people="benefits.regular"),
    ),
    money(
        "benefits.average_account",
        "月人均个人账户养老金",
        "Account pension a head",
        "最近一月个人账户养老金除以领取当月养老金人数，四舍五入到分",
        per_head("money / people", money="benefits.account_month", people="benefits.regular"),
    ),
    money(
        "benefits.average",
        "月人均养老金",
        "Pension a head",
        "最近一月基础养老金与个人账户养老金之和除以领取当月养老金人数，四舍五入到分",
        per_head(
            "(basic + account) / people",
            basic="benefits.basic_month",
            account="benefits.account_month",
            people="benefits.regular",
        ),
    ),
    money(
        "benefits.basic_paid",
        "年内基础养老金",
        "Basic pensions of the year",
        "年内各月发放批次中回盘成功的基础养老金合计，含补发，不含终止补发",
        _year(BASIC),
    ),
    money(
        "benefits.account_paid",
        "年内个人账户养老金",
        "Account pensions of the year",
        "年内各月发放批次中回盘成功的个人账户养老金合计，含补发，不含终止补发",
        _year(ACCOUNT),
    ),
    money(
        "benefits.arrears_paid",
        "年内补发金额",
        "Arrears paid",
        "年内各月发放批次中回盘成功的补发合计，不含终止补发",
        lambda w: Total(_arrears(w)),
    ),
    people(
        "benefits.arrears_people",
        "年内补发人数",
        "People paid arrears",
        "年内至截止日有补发发放成功的人数，一人多次补发计一人",
        lambda w: People(_arrears(w)),
    ),
)
ACCOUNTS = (
    people(
        "accounts.number",
        "个人账户数",
        "Individual accounts",
        "截止日有记账、参保关系未终止的个人账户数，一人一户",
        _accounts,
    ),
    money(
        "accounts.balance",
        "个人账户余额",
        "Balance of individual accounts",
        "截止日前各来源记账之和，即全部个人账户储存额",
        lambda w: SumByPerson(Part(entries(w), person(), "amount_fen")),
    ),
    Figure(
        "accounts.interest",
        "当年记账利息",
        "Interest credited",
        Unit.MONEY,
        "记账年度为当年的年度结息和结清利息合计",
        _interest,
        whole_year=True,
    ),
    money(
        "accounts.average",
        "户均余额",
        "Balance an account",
        "个人账户余额除以个人账户数，四舍五入到分",
        per_head("money / people", money="accounts.balance", people="accounts.number"),
    ),
)
BENEFITS = (*DRAWING, *ACCOUNTS)
