"""The finance section after each month: books and bank agreed, the bureau's statement, months and the year closed."""

from datetime import date, timedelta

from jubao.simulation.calendar_of_year import MONTHS, OfficeYear, working_day
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.settings import sheet
from jubao.vocabulary import month as months

ACCOUNTS = ("收入户", "支出户", "财政专户", "代发专户")
BOOKS = ("FUND", "DELEGATED", "ACCOUNTS")
_CLOSING_DAY, _BUDGET_DAY = 8, 20
_DECEMBER, _FEN = 12, 100


def run(plan: YearPlan, paper: Paper) -> None:
    """Agree and close every month early in the next one; December is closed with its year."""
    for number in MONTHS:
        month, on = plan.office.month(number), closing_day(plan.office, number)
        paper.note(on, "reconcile.match", [{"account": account, "period": month} for account in ACCOUNTS])
        paper.note(on, "fiscal.confirm", [{"month": month}])
        paper.note(on, "reconcile.sign", [{"account": account, "period": month} for account in ACCOUNTS])
        if number == _DECEMBER:
            paper.note(on, "fund.close_year", [{"book": book, "year": plan.office.year} for book in BOOKS])
        else:
            paper.note(on, "fund.close_month", [{"book": book, "month": month} for book in BOOKS])


def budget(plan: YearPlan, paper: Paper) -> None:
    """Budget the fund: this year in January, its contributions by the task handed down; the next one in December."""
    year, task = plan.office.year, sheet("figures-2017")["operations"]["collection"]["target_bureau_yuan"]
    change = {
        "line": "PERSONAL_CONTRIBUTION_INCOME",
        "amount_fen": plan.money(task * _FEN),
        "reason": "按局下达征缴任务编列",
    }
    planned = {"line": "REMITTANCE_UP", "amount_fen": plan.targets.remitted_fen, "reason": "按上级核定的上解计划编列"}
    paper.note(plan.office.day(1, _BUDGET_DAY), "fund.budget", [{"year": year, "changes": [change, planned]}])
    paper.note(plan.office.day(_DECEMBER, _BUDGET_DAY), "fund.budget", [{"year": year + 1}])


def closing_day(office: OfficeYear, number: int) -> date:
    """The day a month is closed: the first working day on or after the eighth of the next one."""
    return working_day(months.first_day(office.month(number + 1)) + timedelta(days=_CLOSING_DAY - 1))
