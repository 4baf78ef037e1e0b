"""Execution of the fund's budget (基金预算执行): every line with budget, month, year so far, rate and what is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Max, Sum

from jubao.documents.sheet import IDENTIFIER, MONEY, TEXT, Column, Row, Sheet
from jubao.ledger.models import VoucherLine
from jubao.records.models import FundBudget
from jubao.reports.figures.figure import share_text
from jubao.reports.fiscal.actual import FLOWS, actual_lines
from jubao.reports.statements.reading import YEAR_CLOSED, vouchers_known
from jubao.reports.statements.sheet import office_name
from jubao.vocabulary import month as months

NATURES = {"income": "收入", "expenditure": "支出"}
_MONTHS = 12


class NoFundBudget(LookupError):
    """No version of the year's fund budget is known by the day."""


@dataclass(frozen=True)
class BudgetRow:
    """A line of income or expenditure: account key, what the budget says and on what ground, what came of it, in fen."""

    line: str
    code: str
    name: str
    nature: str
    budget_fen: int
    month_fen: int
    actual_fen: int
    basis: str

    @property
    def rate(self) -> Fraction | None:
        """The year so far in percent of the budget; None where nothing was budgeted."""
        return Fraction(self.actual_fen * 100, self.budget_fen) if self.budget_fen else None

    @property
    def rate_text(self) -> str:
        """The rate as it is written, empty where nothing was budgeted."""
        return share_text(self.rate)

    @property
    def left_fen(self) -> int:
        """Budget less the year so far; negative when it was passed."""
        return self.budget_fen - self.actual_fen


@dataclass(frozen=True)
class FundExecution:
    """A version of a year's budget beside the books at the end of a month."""

    year: int
    month: int
    version: int
    as_of: date
    rows: tuple[BudgetRow, ...]

    @property
    def path(self) -> Fraction:
        """The share of the year that has passed, in percent."""
        return Fraction(months.number(self.month) * 100, _MONTHS)

    def of(self, nature: str) -> list[BudgetRow]:
        """The rows of income or of expenditure."""
        return [row for row in self.rows if row.nature == nature]

    def total(self, nature: str) -> BudgetRow:
        """Income or expenditure added up."""
        return _total(nature, self.of(nature))


def execute_fund_budget(year: int, *, month: int | None = None, as_of: date | None = None) -> FundExecution:
    """The latest known version beside what the books say.

    Accounts that moved without a budget stand as lines of their own, so that the totals are those of the books.

    Args:
        year: budget year.
        month: YYYYMM up to which the year counts; December by default.
        as_of: last business date that counts; by default the month's end or, later, the latest act of the books.
    Raises:
        NoFundBudget: no version of the year is known by the day.
        TermNotBegun: the day lies before the month.
    """
    month = month or months.make(year, _MONTHS)
    known = FundBudget.objects.filter(year=year)
    if as_of is not None:
        known = known.filter(act__business_date__lte=as_of)
    version = known.aggregate(last=Max("version"))["last"]
    if version is None:
        raise NoFundBudget(f"没有{year}年的基金预算，请先办理基金预算编制（fund.budget）")
    planned = {row.line: row for row in known.filter(version=version)}
    rows = []
    for account, line in actual_lines(year, month=month, as_of=as_of):
        plan = planned.get(account.key)
        moved = line.side * (line.debit_fen - line.credit_fen)
        if plan or line.closing_fen or moved:
            rows.append(
                BudgetRow(
                    account.key,
                    account.code,
                    plan.name if plan else account.name,
                    account.nature,
                    plan.amount_fen if plan else 0,
                    moved,
                    line.closing_fen,
                    plan.basis if plan else "预算未列",
                )
            )
    return FundExecution(year, month, version, as_of or months.last_day(month), tuple(rows))


def _total(nature: str, rows: Iterable[BudgetRow]) -> BudgetRow:
    taken = list(rows)
    budget, month, actual = (
        sum(getattr(row, name) for row in taken) for name in ("budget_fen", "month_fen", "actual_fen")
    )
    return BudgetRow("", "", f"{NATURES[nature]}合计", nature, budget, month, actual, "")


def by_month(execution: FundExecution) -> list[tuple[int, int, int]]:
    """Month (YYYYMM), income and expenditure of every month up to the execution's, in fen."""
    known = vouchers_known("FUND", as_of=execution.as_of, through=months.last_day(execution.month))
    year = known.filter(date__year=execution.year).exclude(event=YEAR_CLOSED)
    rows = (
        VoucherLine.objects.filter(voucher__in=year, account__nature__in=FLOWS)
        .values_list("voucher__period", "account__nature")
        .annotate(debit=Sum("debit_fen"), credit=Sum("credit_fen"))
        .order_by("voucher__period", "account__nature")
    )
    moved = {(period, nature): int(credit) - int(debit) for period, nature, debit, credit in rows}
    first = months.make(execution.year, 1)
    return [
        (month, moved.get((month, "income"), 0), -moved.get((month, "expenditure"), 0))
        for month in months.span(first, months.add(execution.month, 1))
    ]


def versions(year: int) -> list[tuple[int, date, int, int]]:
    """Every version of a year: number, day, lines, and the sum of all lines in fen."""
    found: dict[int, list[FundBudget]] = {}
    for row in FundBudget.objects.filter(year=year).select_related("act").order_by("version", "pk"):
        found.setdefault(row.version, []).append(row)
    return [
        (version, rows[0].act.business_date, len(rows), sum(row.amount_fen for row in rows))
        for version, rows in found.items()
    ]


def budget_sheets(execution: FundExecution) -> list[Sheet]:
    """Execution line by line with its totals, the year by month, and the versions."""
    unit, title = (
        office_name(),
        f"{execution.year}年城乡居民基本养老保险基金预算执行表（{months.number(execution.month)}月）",
    )
    columns = (
        Column("收支", TEXT, 8),
        Column("科目", IDENTIFIER, 12),
        Column("项目", TEXT, 34),
        *(Column(heading, MONEY, 17) for heading in ("预算数", "本月", "本年累计", "差额")),
        Column("执行率", TEXT, 10),
        Column("测算依据", TEXT, 60),
        Column("科目代号", TEXT, 32),
    )
    listed = [row for nature in NATURES for row in (*execution.of(nature), execution.total(nature))]
    rows: list[Row] = [
        (
            NATURES[one.nature],
            one.code,
            one.name,
            one.budget_fen,
            one.month_fen,
            one.actual_fen,
            one.left_fen,
            share_text(one.rate),
            one.basis,
            one.line,
        )
        for one in listed
    ]
    month_columns = (
        Column("月份", IDENTIFIER, 12),
        Column("收入", MONEY, 18, is_totalled=True),
        Column("支出", MONEY, 18, is_totalled=True),
    )
    note = f"第{execution.version}版预算，序时进度{share_text(execution.path)}；每个科目可用 books --open 追到凭证"
    told: list[Row] = [(f"{version}", day, count, fen) for version, day, count, fen in versions(execution.year)]
    version_columns = (
        Column("版本", IDENTIFIER, 8),
        Column("日期", "date", 14),
        Column("项数", "integer"),
        Column("各项合计", MONEY, 18),
    )
    return [
        Sheet("预算执行", title, unit, execution.as_of, columns, rows, note=note),
        Sheet(
            "分月",
            f"{execution.year}年基金收支分月",
            unit,
            execution.as_of,
            month_columns,
            [(f"{month}", came, went) for month, came, went in by_month(execution)],
        ),
        Sheet("版本", f"{execution.year}年基金预算版本", unit, execution.as_of, version_columns, told),
    ]
