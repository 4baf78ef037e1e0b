"""What goes wrong in any year, and how the office puts it right: payments stopped or returned, money nobody can place."""

from datetime import timedelta

import numpy as np

from jubao.simulation import fates
from jubao.simulation.calendar_of_year import PAYROLL_DAY
from jubao.simulation.identity import account_numbers
from jubao.simulation.month_end import closing_day
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.people import Numbers
from jubao.simulation.roles import Role
from jubao.simulation.settings import custom
from jubao.vocabulary.workdays import add_workdays

ALIVE_DAY = (12, 18)  # the day somebody stands at the window who was ended as dead; nothing has been paid out yet
_CAME_BACK, _NEW_ACCOUNT = (12, 22), (12, 25)
_REFUND_DAY, _REFUND_EARLIEST = (6, 12), 5
_MISPAID, _SENT_BACK = (6, 6), (6, 13)
_MISPAID_FEN = 386_000
_HAND_DAY = (8, 22)
_HAND_FEN = 1_200_000
_ELSEWHERE = "629909"


def hold_before_release(plan: YearPlan, paper: Paper) -> None:
    """Hold one pension between lock and release, because the village cannot find its owner; he is paid the month after."""
    number, row = fates.HELD_MONTH, fates.held_back(plan.fates)
    batch = f"Y{plan.office.month(number)}01"
    case = {"batch": batch, "person": plan.people.who(row), "reason": "村干部来电：本人外出失联，待核实"}
    paper.note(plan.office.day(number, PAYROLL_DAY), "payment.hold", [case])


def take_back_a_returned_payment(plan: YearPlan, paper: Paper) -> None:
    """A December pension the bank had confirmed comes back; its owner brings another account, January pays it."""
    row = int(_calm(plan)[0])
    on, reference = plan.office.day(*_CAME_BACK), f"TP{plan.office.year}1201"
    amount = custom("base_month_fen") + int(plan.past.pension[row].sum())
    paper.agenda.expect(on, "DISBURSEMENT", (reference, "代发银行", amount, "账户已销户退款"))
    case = {"person": plan.people.who(row), "reference": reference, "batch": f"Y{plan.office.month(12)}01"}
    paper.note(on, "payment.returned_late", [case | {"reason": "入账后查明账户已销户，银行退回"}])
    account = str(account_numbers(_ELSEWHERE, 19, np.array([1]))[0])
    bound = {"person": plan.people.who(row), "bank": str(plan.people.bank[row]), "bank_account": account}
    paper.note(plan.office.day(*_NEW_ACCOUNT), "account.rebind", [bound])


def _calm(plan: YearPlan) -> Numbers:
    """Pensioners whose year holds nothing else."""
    months = np.zeros(plan.people.role.size, dtype=np.int64)
    months[plan.payroll.person] = plan.payroll.months.sum(axis=0)
    undisturbed = (plan.people.role == Role.PENSIONER) & (plan.fates.failed == 0)
    return np.flatnonzero(undisturbed & (months == len(plan.payroll.months)))


def give_a_contribution_back(plan: YearPlan, paper: Paper) -> None:
    """One payer of the spring proves to pay into the employees' scheme this year; the money is given back."""
    paid, on = plan.paid, plan.office.day(*_REFUND_DAY)
    once = np.bincount(paid.person, minlength=plan.people.role.size)[paid.person] == 1
    spring = np.array([file.month <= _REFUND_EARLIEST for file in paid.files])[paid.file]
    places = np.flatnonzero(once & spring & (plan.people.role[paid.person] == Role.CONTRIBUTOR))
    place = int(places[0])
    case = {
        "person": plan.people.who(int(paid.person[place])),
        "years": [plan.office.year],
        "reason": "同年度已参加职工养老保险缴费，本人申请退费",
    }
    paper.note(on, "contribution.refund", [case])
    plan.refunds[on.month] += int(paid.amount[place])


def send_mispaid_money_back(plan: YearPlan, paper: Paper) -> None:
    """A firm pays its own premiums to us, twice over; nobody can place the money until it asks for it back.

    The bank returns both sums under numbers of its own, so that nothing but a person can tell which is which.
    """
    came, back = plan.office.day(*_MISPAID), plan.office.day(*_SENT_BACK)
    references = [f"WZ{came:%Y%m%d}{place:02}" for place in (1, 2)]
    for reference in references:
        paper.agenda.expect(came, "COLLECTION", (reference, "长河机电公司", plan.money(_MISPAID_FEN), "社保费"))
    unplaced = [{"reference": reference, "reason": "来款用途不明，非本险种缴费"} for reference in references]
    paper.note(came, "receipt.unidentified", unplaced)
    found = {"outcome": "RETURNED", "finding": "单位来函：误缴本单位职工社保费，请退回"}
    paper.note(back, "receipt.identify", [{"reference": reference} | found for reference in references])
    match = {"account": "收入户", "bank": [bank_number(one) for one in references], "vouchers": references}
    paper.note(
        closing_day(plan.office, came.month),
        "reconcile.match_by_hand",
        [match | {"reason": "同额两笔，按退汇凭证逐笔核对"}],
    )


def bank_number(reference: str) -> str:
    """The number under which the bank sends a sum back that came under a reference."""
    return f"HD{reference[2:]}"


def correct_by_hand(plan: YearPlan, paper: Paper) -> None:
    """The city's money is booked under another level by hand; the bureau's letter shows that it was right before."""
    day, fen = plan.office.day(*_HAND_DAY), plan.money(_HAND_FEN)
    letter = paper.letter("财政/财政局复函.txt", f"{plan.office.year}年市级缴费补贴列支级次无误，请按原记账执行。")
    entered = {
        "book": "FUND",
        "legs": [{"account": "400303", "debit_fen": fen}, {"account": "400302", "credit_fen": fen}],
        "memo": "市级缴费补贴改列省级",
        "reason": "拨款单未注明资金级次",
    }
    named = {"book": "FUND", "period": plan.office.month(day.month), "number": day.isoformat()}
    paper.note(day, "voucher.enter", [entered])
    paper.note(add_workdays(day, 1), "voucher.attach", [named | {"file": letter}])
    paper.note(add_workdays(day, 2), "voucher.reverse", [named | {"reason": "财政局复函：原记账级次无误"}])


def reinstate_the_living(plan: YearPlan, paper: Paper) -> None:
    """Somebody whom a list, a visit and a neighbour took for dead comes in person; the end is taken back."""
    on = plan.office.day(*ALIVE_DAY)
    case = {
        "person": plan.people.who(fates.taken_for_dead(plan.people, plan.fates)),
        "evidence": "本人持身份证到场核实，派出所出具健在证明",
        "evidence_date": (on - timedelta(days=1)).isoformat(),
    }
    paper.note(on, "award.reinstate", [case])
