"""The fund's year: fiscal money, draws, sweeps, remittances upward, payroll runs and payouts."""

from datetime import date
from typing import Any

from jubao.simulation.calendar_of_year import MONTHS, PAYROLL_DAY, OfficeYear
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.roles import Role
from jubao.simulation.settings import custom, section

_DRAW_DAY, _PAYOUT_DAY = 4, 18
_FEN = 100
_UPPER = ("中央", "省", "市")
_ROUND = 1_000_000  # draws are asked for in whole ten thousand yuan
_FUNERAL_FEN = 100_000
_SENDERS = {"中央": "省财政厅（中央资金）", "省": "省财政厅", "市": "市财政局", "县": "区财政局"}


def run(plan: YearPlan, paper: Paper) -> None:
    """Draw, pay, collect payouts, and sweep, every month."""
    for number in MONTHS:
        month = plan.office.month(number)
        draw = {"month": month, "amount_fen": _draw(plan, number)}
        paper.note(plan.office.day(number, _DRAW_DAY), "fund.draw", [draw])
        paper.note(plan.office.day(number, PAYROLL_DAY), "payroll.calculate", [{"month": month}])
        payout = payout_day(plan.office, number)
        paper.note(payout, "payout.collect", [{"through": payout.isoformat()}])
        paper.note(plan.office.last(number), "fund.sweep", [{"month": month}])


def payout_day(office: OfficeYear, number: int) -> date:
    """The day refunds, funeral grants and transfers of a month are gathered for payment."""
    return office.day(number, _PAYOUT_DAY)


def expected_payroll(plan: YearPlan, number: int) -> int:
    """What the month's payroll is expected to pay, in fen."""
    past, payroll, awards = plan.past, plan.payroll, plan.awards
    base: int = custom("base_month_fen")
    old = payroll.months[number - 1] * (base + past.pension[payroll.person].sum(axis=1))
    new = payroll.new_months[number - 1] * (base + awards.account_pension)
    return int(old.sum() + new.sum())


def _draw(plan: YearPlan, number: int) -> int:
    """Enough for the month's pensions, refused ones included, and its payouts, generously rounded up."""
    payouts = int(plan.refunds[number]) * 11 // 10
    ended = (plan.fates.decided == number) & (plan.people.role == Role.ALERT_DIED)
    payouts += int(ended.sum()) * _FUNERAL_FEN
    refused = int((plan.fates.failed == number).sum()) * 2 * custom("base_month_fen")
    need = expected_payroll(plan, number) + refused + payouts + plan.money(section("fund")["draw_margin_fen"])
    return -(-need // _ROUND) * _ROUND


def receive_fiscal_money(plan: YearPlan, paper: Paper) -> None:
    """Receive the levels' money notice by notice; the upper levels come to the figure exactly."""
    notices = section("fund")["notices"]
    amounts = [plan.money(notice["yuan"] * _FEN) for notice in notices]
    upper = [place for place, notice in enumerate(notices) if notice["level"] in _UPPER]
    amounts[upper[-1]] += plan.targets.upper_fen - sum(amounts[place] for place in upper)
    by_day: dict[date, list[int]] = {}
    for place, notice in enumerate(notices):
        by_day.setdefault(plan.office.day(notice["month"], notice["day"]), []).append(place)
    for on, places in by_day.items():
        name = _notice_file(plan, paper, on, [(place, notices[place], amounts[place]) for place in places])
        paper.note(on, "fiscal.receive", [{"file": name}])


def _notice_file(plan: YearPlan, paper: Paper, on: date, rows: list[tuple[int, dict[str, Any], int]]) -> str:
    references = [f"CZ{plan.office.year}{place + 1:04}" for place, _, _ in rows]
    for reference, (_, notice, amount) in zip(references, rows, strict=True):
        memo = f"{notice['level']}财政{notice['purpose']}"
        paper.agenda.expect(on, "FISCAL", (reference, _SENDERS[notice["level"]], amount, memo))
    columns = {
        "notice_number": [f"财社拨〔{plan.office.year}〕{place + 1}号" for place, _, _ in rows],
        "level": [notice["level"] for _, notice, _ in rows],
        "purpose": [notice["purpose"] for _, notice, _ in rows],
        "amount": [amount for _, _, amount in rows],
        "arrived_date": [on] * len(rows),
        "reference": references,
        "memo": [None] * len(rows),
    }
    return paper.write(f"财政/财政拨款通知-{on:%Y%m%d}.xlsx", "fiscal_notice", columns)


def remit(plan: YearPlan, paper: Paper) -> None:
    """Send the account surplus up to the province in a few remittances."""
    left = plan.targets.remitted_fen
    remittances = section("fund")["remittances"]
    for place, remittance in enumerate(remittances, start=1):
        share = plan.targets.remitted_fen * remittance["per_mille"] // 1000 // _FEN * _FEN
        amount = left if place == len(remittances) else share
        left -= amount
        case = {
            "amount_fen": amount,
            "year_of_surplus": plan.office.year - 1,
            "purpose": "个人账户结余资金上解省财政专户",
            "reference": f"SJ{plan.office.year}{place:03}",
        }
        paper.note(plan.office.day(remittance["month"], remittance["day"]), "fund.remit", [case])


def earn_interest(plan: YearPlan, paper: Paper) -> None:
    """Receive what the bank pays on the fiscal account every quarter."""
    year, interest = plan.office.year, section("fund")["bank_interest"]
    for number in interest["months"]:
        on, reference = plan.office.day(number, interest["day"]), f"LX{year}{number:02}"
        amount = plan.money(interest["yuan"] * _FEN)
        paper.agenda.expect(on, "FISCAL", (reference, "开户银行", amount, "存款利息"))
        paper.note(on, "receipt.interest", [{"account": "财政专户", "reference": reference}])


def close(plan: YearPlan, paper: Paper) -> None:
    """Settle the accounts of the year on the second of January."""
    on = date(plan.office.year + 1, 1, 2)
    paper.note(on, "account.settle_year", [{"year": plan.office.year}])
