"""The fund drawn over years and months: what accounts and the fund hold, what comes and goes."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.safestring import SafeString

from jubao.desk.drawings.lines import Lines, Series, lines
from jubao.desk.drawings.point import Point
from jubao.desk.drawings.unit import WAN
from jubao.reports.fiscal.shown import BudgetMonth, ProjectedRow, ShownBudget, ShownProjection
from jubao.vocabulary.both import Both, both

YEAR, MONTH = both("年度", "Year"), both("月份", "Month")


def balances_ahead(shown: ShownProjection) -> SafeString:
    """What the fund and the individual accounts hold at the end of each year ahead; a point leads to its row."""
    return _ahead(
        shown,
        both("年末结余", "Held at the end of each year"),
        (both("基金结余", "Fund"), lambda row: row.fund_balance_fen),
        (both("账户余额", "Accounts"), lambda row: row.account_balance_fen),
    )


def flows_ahead(shown: ShownProjection) -> SafeString:
    """What the fund pays out beside what people pay in, year by year."""
    return _ahead(
        shown,
        both("支出与缴费", "Paid out and paid in"),
        (both("基金支出", "Paid out"), lambda row: row.spent_fen),
        (both("个人缴费", "Paid in"), lambda row: row.personal_fen),
    )


Reading = tuple[Both, Callable[[ProjectedRow], int]]


def _ahead(shown: ShownProjection, title: Both, *series: Reading) -> SafeString:
    if not shown.rows:
        return SafeString("")
    labels = tuple(str(row.year) for row in shown.rows)
    drawn = tuple(
        Series(name, tuple(Point(str(row.year), read(row), f"#y-{row.year}") for row in shown.rows))
        for name, read in series
    )
    return lines(Lines(title, WAN, YEAR, labels, drawn))


def months_of_budget(shown: ShownBudget) -> SafeString:
    """Income and expenditure of the year by month; a point leads to the month's statement, for whom that opens."""
    if not shown.months:
        return SafeString("")
    labels = tuple(_named(one) for one in shown.months)

    def points(read: Callable[[BudgetMonth], int]) -> tuple[Point, ...]:
        return tuple(
            Point(label, read(one), _statement(one.month) if shown.opens_books else "")
            for label, one in zip(labels, shown.months, strict=True)
        )

    came = Series(both("收入", "Income"), points(lambda one: one.income_fen))
    went = Series(both("支出", "Expenditure"), points(lambda one: one.expenditure_fen))
    return lines(Lines(both("基金收支分月", "The fund by month"), WAN, MONTH, labels, (came, went)))


def _named(one: BudgetMonth) -> Both:
    return both("{n}月", "{n}").with_(n=one.month % 100)


def _statement(month: int) -> str:
    return f"{reverse('fund.statements')}?kind=income&month={month}"
