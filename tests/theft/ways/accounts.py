"""Other people's money to one's own bank account: before the payroll, put back after it, back-dated, many on one."""

from datetime import date

from jubao.records.models import BankLine
from tests.theft.theft import Theft, theft
from tests.theft.theft_office import COUSIN, FEBRUARY, FRIEND, HE, JANUARY, LISTED, MARCH, NAMES, SUN, WANG, card
from tests.theft.trial import Trial

ACCOUNTS: list[Theft] = []


def bound(person: str, account: str = FRIEND) -> dict[str, str]:
    """Somebody's account changed to one of the crew."""
    return {"person": person, "bank": "农业银行", "bank_account": account}


def at(trial: Trial, *people: str) -> None:
    trial.accounts, trial.faces = {FRIEND, COUSIN}, {NAMES[person] for person in people}


@theft("发放前一天改账户", "An account changed the day before the payroll", "F070 R1", ACCOUNTS)
def changed_on_the_eve(trial: Trial) -> None:
    at(trial, WANG)
    trial.fraud("account.rebind", bound(WANG), on=date(2017, 2, 5))
    trial.payroll(201702, FEBRUARY)
    line = BankLine.objects.filter(batch__month=201702).order_by("id").get(person__resident_number=WANG)
    assert line.account == card(WANG)
    trial.refuse("payroll.calculate", "冷静期未满，仍发放到原账户")


@theft("改账户，冷静期后发放", "An account changed and paid after its cooling period", "F070", ACCOUNTS)
def changed_and_cooled(trial: Trial) -> None:
    at(trial, WANG)
    trial.fraud("account.rebind", bound(WANG), on=LISTED)
    trial.payroll(201702, FEBRUARY)


@theft("改账户，发放后改回", "An account changed, and put back after the payroll", "F070", ACCOUNTS)
def changed_and_put_back(trial: Trial) -> None:
    at(trial, WANG)
    own = card(WANG)
    trial.fraud("account.rebind", bound(WANG), on=LISTED)
    trial.payroll(201702, FEBRUARY)
    trial.fraud("account.rebind", bound(WANG, own), on=date(2017, 2, 7))


@theft("倒填日期绕过冷静期", "The change back-dated past its cooling period", "3.7 F018", ACCOUNTS)
def changed_yesterday(trial: Trial) -> None:
    at(trial, WANG)
    trial.fraud("account.rebind", bound(WANG), on=LISTED, clock=date(2017, 2, 5))
    trial.payroll(201702, FEBRUARY)


@theft("几人改到同一账户", "Several people on one account", "F069 F128", ACCOUNTS)
def several_on_one(trial: Trial) -> None:
    at(trial, WANG, SUN)
    trial.fraud("account.rebind", bound(WANG), bound(SUN), on=LISTED)
    trial.payroll(201702, FEBRUARY)


@theft("已死亡终止人员改账户", "The account of somebody settled as dead", "F126", ACCOUNTS)
def account_of_the_dead(trial: Trial) -> None:
    at(trial, HE)
    trial.fraud("account.rebind", bound(HE), on=LISTED)
    trial.payouts(FEBRUARY)


@theft("应付款改付“继承人”", "A sum owed, redirected to an 'heir'", "F126 F144", ACCOUNTS)
def payout_redirected(trial: Trial) -> None:
    at(trial, HE)
    case = {"person": HE, "payee_account": FRIEND, "payee_name": "何友", "evidence": "亲属关系证明 2017-9"}
    trial.fraud("payout.redirect", case, on=LISTED)
    trial.payouts(FEBRUARY)


@theft("拒付后重发改到同伙账户", "What the bank returned, paid again to another account", "F042 2.13", ACCOUNTS)
def returned_and_redirected(trial: Trial) -> None:
    at(trial, SUN)
    trial.office.receive("DISBURSEMENT", line_of(SUN), "TP1", date(2017, 1, 25))
    back = {"person": SUN, "reference": "TP1", "reason": "账户已销户"}
    trial.work("payment.returned_late", back, on=date(2017, 1, 26))
    trial.fraud("account.rebind", bound(SUN), on=date(2017, 1, 26))
    trial.payroll(201702, FEBRUARY)


@theft("同一退款入账两次", "A payment that came back, taken back twice", "F028 F034 2.13", ACCOUNTS)
def returned_twice(trial: Trial) -> None:
    at(trial, SUN)
    trial.office.receive("DISBURSEMENT", line_of(SUN), "TP1", date(2017, 1, 25))
    back = {"person": SUN, "reference": "TP1", "reason": "账户已销户"}
    trial.work("payment.returned_late", back, on=date(2017, 1, 26))
    trial.fraud("payment.returned_late", back | {"person": WANG}, on=date(2017, 1, 27))
    trial.payroll(201703, MARCH)


@theft("未退回的款报退回重发", "A payment that never came back, said to have", "F034 F040", ACCOUNTS)
def returned_never(trial: Trial) -> None:
    at(trial, SUN)
    back = {"person": SUN, "reference": "TP7", "reason": "账户已销户"}
    trial.fraud("payment.returned_late", back, on=date(2017, 1, 26))


def line_of(person: str) -> int:
    """What somebody was paid in January, in fen."""
    line = BankLine.objects.filter(batch__act__business_date=JANUARY).order_by("id").get(person__resident_number=person)
    return int(line.amount_fen)
