"""What the office owes other offices: reports sent upward, quarterly returns with their receipts, the signed self-evaluation."""

from datetime import date
from typing import Any

from jubao.simulation.calendar_of_year import CUT_OFF_DAY, working_day
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.settings import section

_LAST_REPORT, _DECEMBER = 13, 12
_RETURN, _CITY = "城乡居民养老保险统计季报", "岳阳市城乡居民养老保险管理机构"
_RECORD_DAY, _DUE_DAY, _SENT_DAY = 10, 15, 9
_QUARTERS = (3, 6, 9, 12)
_BUDGET_REPORT, _BUDGET_DUE, _BUDGET_SENT = "基金预算草案", (12, 8), (12, 20)
_SIGN_DAY = 10


def send_reports(plan: YearPlan, paper: Paper) -> None:
    """Send reports upward all year, the last two after the cut-off; each month's are entered together at its end.

    What was sent in December by the cut-off is entered that day.
    """
    habits, year = section("office"), plan.office.year
    start, last = date(year, 1, 6), date(year, 12, _LAST_REPORT)
    count = habits["submissions"]
    days = [start + (last - start) * place // (count - 1) for place in range(count)]
    days += [date(year, 12, 19 + place) for place in range(habits["submissions_after_cut_off"])]
    kinds = ("工作简报", "统计报表", "政务信息")
    entered: dict[date, list[dict[str, Any]]] = {}
    for place, wanted in enumerate(days, start=1):
        on = min(working_day(wanted), plan.office.last(wanted.month))
        kind = kinds[place % len(kinds)]
        receiver = "区人力资源和社会保障局" if place % 2 else "岳阳市城乡居民养老保险管理机构"
        case = {
            "title": f"城乡居民养老保险{kind}{year}年第{place}期",
            "kind": kind,
            "sent_date": on.isoformat(),
            "receiver": receiver,
        }
        by_cut_off = on.month == _DECEMBER and on.day <= CUT_OFF_DAY
        day = plan.office.day(_DECEMBER, CUT_OFF_DAY) if by_cut_off else plan.office.last(on.month)
        entered.setdefault(day, []).append(case)
    for day, cases in entered.items():
        paper.note(day, "submission.record", cases)


def owe_returns(plan: YearPlan, paper: Paper) -> None:
    """Record in January what is owed for each quarter and at the year's end, and each receipt when it was sent.

    The fund's budget report waits for its form and goes out after the cut-off: the one report overdue that day.
    """
    year = plan.office.year
    quarters = {number: f"{year}年{number // 3}季度" for number in _QUARTERS}
    due = {number: _of_next_month(plan, number, _DUE_DAY) for number in _QUARTERS}
    duties = [_duty(_RETURN, quarters[number], plan.office.month(number), due[number]) for number in _QUARTERS]
    duties.append(_duty(_BUDGET_REPORT, f"{year + 1}年度", year + 1, plan.office.day(*_BUDGET_DUE)))
    paper.note(plan.office.day(1, _RECORD_DAY), "duty.record", duties)
    for number in _QUARTERS:
        _fulfil(paper, _RETURN, plan.office.month(number), _of_next_month(plan, number, _SENT_DAY))
    _fulfil(paper, _BUDGET_REPORT, year + 1, plan.office.day(*_BUDGET_SENT))


def _duty(name: str, of: str, period: int, due: date) -> dict[str, Any]:
    return {"name": name, "title": f"{of}{name}", "period": period, "due_date": due.isoformat(), "receiver": _CITY}


def _fulfil(paper: Paper, name: str, period: int, sent: date) -> None:
    case = {"name": name, "period": period, "receiver": _CITY, "sent_date": sent.isoformat()}
    paper.note(sent, "duty.fulfil", [case | {"receipt": f"市局收文 {period}"}])


def _of_next_month(plan: YearPlan, number: int, day: int) -> date:
    """The first working day on or after a day of the month after a month of the year."""
    month = plan.office.month(number + 1)
    return working_day(date(month // 100, month % 100, day))


def sign_report(plan: YearPlan, paper: Paper) -> None:
    """Sign the self-evaluation as of the cut-off, once the year's answers are given."""
    year = plan.office.year
    on = _of_next_month(plan, _DECEMBER, _SIGN_DAY)
    case = {"year": year, "as_of": date(year, 12, CUT_OFF_DAY).isoformat(), "dated": on.isoformat()}
    paper.note(on, "report.sign", [case])
