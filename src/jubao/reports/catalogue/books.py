"""Figures of the fund's books (基金收支): income by kind, expenditure by kind, surplus, from postings alone."""

from collections.abc import Callable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jubao.ledger.models import Voucher, VoucherLine, VoucherStep
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Measure, Total
from jubao.reports.figures.window import Window

BOOK, CLOSING = "FUND", "year_closed"
VOUCHER = Named("voucher__reference", "voucher__memo")
INCOME = {
    "personal": ("PERSONAL_CONTRIBUTION_INCOME", "个人缴费收入", "Personal contributions"),
    "collective": ("COLLECTIVE_INCOME", "集体补助收入", "Collective subsidies"),
    "fiscal_central": ("FISCAL_SUBSIDY_INCOME_CENTRAL", "中央财政补贴收入", "Fiscal subsidies, central"),
    "fiscal_province": ("FISCAL_SUBSIDY_INCOME_PROVINCE", "省级财政补贴收入", "Fiscal subsidies, province"),
    "fiscal_city": ("FISCAL_SUBSIDY_INCOME_CITY", "市级财政补贴收入", "Fiscal subsidies, city"),
    "fiscal_county": ("FISCAL_SUBSIDY_INCOME_COUNTY", "县级财政补贴收入", "Fiscal subsidies, county"),
    "interest": ("INTEREST_INCOME", "利息收入", "Interest"),
    "investment": ("INVESTMENT_INCOME", "委托投资收益", "Investment"),
    "transfer": ("TRANSFER_INCOME", "转移收入", "Transfers in"),
    "superior": ("SUPERIOR_SUBSIDY_INCOME", "上级补助收入", "Subsidies from above"),
    "other": ("OTHER_INCOME", "其他收入", "Other"),
}
EXPENDITURE = {
    "basic_central": ("BASIC_PENSION_CENTRAL", "基础养老金支出（中央）", "Basic pensions, central"),
    "basic_province": ("BASIC_PENSION_PROVINCE", "基础养老金支出（省级）", "Basic pensions, province"),
    "basic_city": ("BASIC_PENSION_CITY", "基础养老金支出（市级）", "Basic pensions, city"),
    "basic_county": ("BASIC_PENSION_COUNTY", "基础养老金支出（县级）", "Basic pensions, county"),
    "increment": ("BASIC_PENSION_INCREMENT", "加发养老金支出", "Increments"),
    "account": ("ACCOUNT_PENSION", "个人账户养老金支出", "Account pensions"),
    "refund": ("ACCOUNT_REFUND", "个人账户返还支出", "Account refunds"),
    "funeral": ("FUNERAL_GRANT", "丧葬补助金支出", "Funeral grants"),
    "transfer": ("TRANSFER_EXPENDITURE", "转移支出", "Transfers out"),
    "remitted": ("REMITTANCE_UP", "上解上级支出", "Remitted upward"),
    "other": ("OTHER_EXPENDITURE", "其他支出", "Other"),
}
GROUPS = {"income": ("收入", "income", INCOME), "expenditure": ("支出", "expenditure", EXPENDITURE)}
FISCAL = {key: f"fund.income.{key}" for key in INCOME if key.startswith("fiscal_")}
BASIC = {key: f"fund.expenditure.{key}" for key in EXPENDITURE if key.startswith("basic_") or key == "increment"}


def booked(window: Window) -> QuerySet[VoucherLine]:
    """Legs of the fund's book known by the day, voided vouchers left out.

    ``debit_net_fen`` is debit minus credit, ``credit_net_fen`` the other way round.
    """
    voided = VoucherStep.objects.filter(window.known(), voucher=OuterRef("voucher"), state=Voucher.State.VOIDED)
    lines = VoucherLine.objects.filter(
        window.known(), ~Exists(voided), voucher__book=BOOK, voucher__date__lte=window.as_of
    )
    debit, credit = F("debit_fen"), F("credit_fen")
    return lines.annotate(debit_net_fen=debit - credit, credit_net_fen=credit - debit)


def _in_year(nature: str, *keys: str) -> Callable[[Window], Measure]:
    """What was booked within the year on some accounts of a nature, on all of them without keys."""
    accounts = Q(account__nature=nature) & (Q(account__key__in=keys) if keys else Q())
    column = "credit_net_fen" if nature == "income" else "debit_net_fen"

    def measure(window: Window) -> Measure:
        where = accounts & window.dated("voucher__date") & ~Q(voucher__event=CLOSING)
        return Total(Part(booked(window), VOUCHER, column, where))

    return measure


def _held(window: Window) -> Measure:
    return Total(Part(booked(window), VOUCHER, "debit_net_fen", Q(account__nature__in=("asset", "liability"))))


def _kinds(group: str) -> tuple[Figure, ...]:
    word, nature, kinds = GROUPS[group]
    each = [
        Figure(
            f"fund.{group}.{key}",
            f"基金{name}",
            f"Fund {group}: {english.lower()}",
            Unit.MONEY,
            f"年内至截止日基金账套“{name}”科目的发生额净额，不含年终结转",
            _in_year(nature, account),
        )
        for key, (account, name, english) in kinds.items()
    ]
    total = Figure(
        f"fund.{group}.total",
        f"基金{word}合计",
        f"Fund {group}",
        Unit.MONEY,
        f"年内至截止日基金账套各{word}科目的发生额净额合计，不含年终结转",
        _in_year(nature),
    )
    return (*each, total)


BOOKS = (
    *_kinds("income"),
    Figure(
        "fund.income.fiscal",
        "基金财政补贴收入",
        "Fund income: fiscal subsidies",
        Unit.MONEY,
        "基金各级财政补贴收入之和",
        derived(" + ".join(FISCAL), **FISCAL),
    ),
    *_kinds("expenditure"),
    Figure(
        "fund.expenditure.basic",
        "基金基础养老金支出",
        "Fund expenditure: basic pensions",
        Unit.MONEY,
        "基金各级基础养老金支出与加发之和",
        derived(" + ".join(BASIC), **BASIC),
    ),
    Figure(
        "fund.surplus",
        "基金当期结余",
        "Surplus of the period",
        Unit.MONEY,
        "基金收入合计减去基金支出合计",
        derived("income - expenditure", income="fund.income.total", expenditure="fund.expenditure.total"),
    ),
    Figure(
        "fund.accumulated",
        "基金累计结余",
        "Accumulated surplus",
        Unit.MONEY,
        "截止日基金账套资产类科目减去负债类科目的余额",
        _held,
    ),
)
