"""The fund's own books: vouchers by hand, money for elsewhere, claims given up, statements no bank wrote."""

from datetime import date

from tests.office import VILLAGE
from tests.theft.theft import Theft, theft
from tests.theft.theft_office import FEBRUARY, FRIEND, LI, NAMES, SUN
from tests.theft.trial import Trial
from tests.theft.ways.ghosts import YOUNG, transfer

BOOKS: list[Theft] = []
NOTED = date(2017, 2, 7)


def legs(debit: str, credit: str) -> dict[str, object]:
    """A voucher by hand of 5,000.00."""
    return {
        "book": "FUND",
        "memo": "补记",
        "reason": "无相应业务",
        "legs": [{"account": debit, "debit_fen": 500_000}, {"account": credit, "credit_fen": 500_000}],
    }


@theft("手工凭证付出银行存款", "A voucher by hand that takes money from the bank", "F129 R8", BOOKS)
def voucher_from_the_bank(trial: Trial) -> None:
    trial.fraud("voucher.enter", legs("BASIC_PENSION_CENTRAL", "DISBURSEMENT_ACCOUNT"), on=NOTED)


@theft("红冲业务凭证以掩盖", "Reversing what a business act posted", "F129", BOOKS)
def reversal_of_a_payment(trial: Trial) -> None:
    case = {"book": "FUND", "period": 201701, "number": 2, "reason": "记错"}
    trial.fraud("voucher.reverse", case, on=NOTED)


@theft("上解时另填收款账户", "A remittance to an account of one's choice", "R16", BOOKS)
def remitted_elsewhere(trial: Trial) -> None:
    case = {"amount_fen": 100_000, "year_of_surplus": 2016, "reference": "SJ1", "to_account": FRIEND}
    trial.fraud("fund.remit", case, on=NOTED)


@theft("请款时另填收款账户", "Money drawn to an account of one's choice", "R16", BOOKS)
def drawn_elsewhere(trial: Trial) -> None:
    trial.fraud("fund.draw", {"month": 201702, "amount_fen": 100_000, "to_account": FRIEND}, on=NOTED)


@theft("请款超过财政专户余额", "More drawn than the fiscal account holds", "R16 I-12", BOOKS)
def drawn_too_much(trial: Trial) -> None:
    trial.fraud("fund.draw", {"month": 201702, "amount_fen": 999_999_999_999}, on=NOTED)


@theft("核销熟人的多发款", "A friend's overpayment written off", "R11 F128", BOOKS)
def friend_forgiven(trial: Trial) -> None:
    trial.faces = {NAMES[SUN]}
    stopped = {"person": SUN, "reason": "1202", "from_month": 201701, "memo": "判决书", "due": "2017-12-31"}
    trial.office.carry("award.suspend", stopped, on=date(2017, 1, 23))
    trial.office.carry("recovery.demand", {"person": SUN, "number": "追〔2017〕1号"}, on=date(2017, 1, 24))
    trial.fraud("recovery.write_off", {"person": SUN, "basis": "2017年第12次主任办公会纪要"}, on=NOTED)
    trial.won = "多发款已核销，不再追回"


@theft("不经通知直接核销", "Written off before anybody asked for it back", "R11", BOOKS)
def forgiven_unasked(trial: Trial) -> None:
    stopped = {"person": SUN, "reason": "1202", "from_month": 201701, "memo": "判决书", "due": "2017-12-31"}
    trial.office.carry("award.suspend", stopped, on=date(2017, 1, 23))
    trial.fraud("recovery.write_off", {"person": SUN, "basis": "2017年第12次主任办公会纪要"}, on=NOTED)


@theft(
    "编造银行对账单，凭假到账入账后支取",
    "A statement no bank wrote, and money taken out on its receipts",
    "F130 R2",
    BOOKS,
)
def invented_statement(trial: Trial) -> None:
    trial.accounts, trial.faces, trial.words = {FRIEND}, {"鬼一"}, ["请与银行"]
    columns = {
        "account": ["收入户"],
        "date": [NOTED],
        "reference": ["ZR9"],
        "counterparty": ["某县"],
        "debit": [None],
        "credit": [500_000],
        "balance": [530_000],
        "memo": ["转移款"],
    }
    trial.fraud("bank.statement", {"file": trial.office.file("对账单.csv", "bank_statement", columns)}, on=NOTED)
    trial.fraud("transfer.receive", transfer(YOUNG, 5, 500_000, kind="WITHIN_PROVINCE", division=VILLAGE), on=NOTED)
    ended = {"person": YOUNG, "reason": "6406", "event_date": "2017-02-08"}
    trial.fraud("enrolment.end", ended, on=date(2017, 2, 8))
    trial.payouts(date(2017, 2, 20))


@theft("把到账款当利息入账再红冲", "A receipt booked as interest and taken back", "F129", BOOKS)
def receipt_as_interest(trial: Trial) -> None:
    trial.office.receive("DISBURSEMENT", 30_000, "LX1", NOTED)
    trial.fraud("receipt.interest", {"account": "支出户", "reference": "LX1"}, on=NOTED)
    trial.refuse("receipt.interest", "款项留在本机构账户，业务不含收款账户")


@theft("同月工资册再核算一次", "The same month's payroll once more", "I-05 F016", BOOKS)
def payroll_once_more(trial: Trial) -> None:
    trial.work("payroll.calculate", {"month": 201702}, on=FEBRUARY)
    trial.fraud("payroll.calculate", {"month": 201702}, on=FEBRUARY)


@theft("为活人补记虚假年限", "Years nobody paid, added to somebody's account", "R2 R6", BOOKS)
def years_from_nothing(trial: Trial) -> None:
    trial.faces = {NAMES[LI]}
    case = {
        "person": LI,
        "name": "李乙",
        "kind": "WITHIN_PROVINCE",
        "from_agency": "某县",
        "division": VILLAGE,
        "years": 15,
        "sheet": "（2017）转字第9号",
        "personal_fen": 1,
        "reference": "X",
    }
    trial.fraud("transfer.receive", case, on=NOTED)
