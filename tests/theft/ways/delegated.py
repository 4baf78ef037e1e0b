"""Rosters of other departments: people who are on none, who left it, who are dead, and sums that are none."""

from datetime import date

from jubao.operations.envelope.acting import Answer
from tests.office import number
from tests.theft.theft import Theft, theft
from tests.theft.theft_office import FRIEND, MARCH
from tests.theft.trial import Trial, latest_line

DELEGATED: list[Theft] = []
GHOST = number("19500505", 97)
ENROLLED, PAID = date(2017, 2, 7), date(2017, 2, 10)


def roster(trial: Trial, fen: int) -> str:
    """A roster with one person on it whose account the crew has."""
    trial.accounts, trial.faces = {FRIEND}, {"鬼三"}
    columns = {
        "programme": ["801"],
        "resident_number": [GHOST],
        "name": ["鬼三"],
        "division": [trial.office.village],
        "bank": ["农业银行"],
        "bank_account": [FRIEND],
        "monthly_amount": [fen],
        "start_month": [201702],
    }
    return trial.office.file("名册.xlsx", "delegated_roster", columns)


def paid(trial: Trial, month: int = 201702, on: date = PAID) -> Answer:
    """The programme's month, from the calculation to the bank."""
    locked = trial.work("delegated.calculate", {"programme": "801", "month": month}, on=on)
    return trial.settle(locked, on, account="DELEGATED")


@theft("代发名册加虚构人员", "A ghost on a delegated roster", "F124 2.5", DELEGATED)
def ghost_on_a_roster(trial: Trial) -> None:
    trial.fraud("delegated.enrol", {"file": roster(trial, 8_000)}, on=ENROLLED)
    paid(trial)


@theft("代发名册加虚构人员，混在多人之中", "The same, among forty others new on the roster", "F124 2.5", DELEGATED)
def ghost_in_a_crowd(trial: Trial) -> None:
    others = range(40)
    columns = {
        "programme": ["801" for _ in others],
        "resident_number": [number("19520505", 100 + one) for one in others],
        "name": [f"代发{one}" for one in others],
        "division": [trial.office.village for _ in others],
        "bank": ["农业银行" for _ in others],
        "bank_account": [f"62220000{one:011d}" for one in others],
        "monthly_amount": [8_000 for _ in others],
        "start_month": [201702 for _ in others],
    }
    file = trial.office.file("名册.xlsx", "delegated_roster", columns)
    trial.office.carry("delegated.enrol", {"file": file}, on=date(2017, 2, 6))
    trial.fraud("delegated.enrol", {"file": roster(trial, 8_000)}, on=ENROLLED)
    paid(trial)


@theft("代发名册多报标准", "More than the standard on a delegated roster", "F057 F073", DELEGATED)
def more_than_the_standard(trial: Trial) -> None:
    trial.words = ["月标准与项目标准不同"]
    trial.fraud("delegated.enrol", {"file": roster(trial, 800_000)}, on=ENROLLED)
    paid(trial)


@theft("已终止的代发人员恢复发放", "Somebody who left a roster, resumed", "2.5 R1", DELEGATED)
def ended_and_resumed(trial: Trial) -> None:
    trial.office.carry("delegated.enrol", {"file": roster(trial, 8_000)}, on=ENROLLED)
    locked = trial.office.carry("delegated.calculate", {"programme": "801", "month": 201702}, on=PAID)
    trial.office.settle(locked, PAID)
    trial.accounts, trial.before = {FRIEND}, latest_line()
    payee = {"programme": "801", "person": GHOST, "from_month": 201703, "evidence": "主管部门来函"}
    trial.office.carry("delegated.end", payee | {"reason": "MOVED"}, on=date(2017, 2, 13))
    trial.fraud("delegated.resume", payee, on=date(2017, 2, 14))
    paid(trial, 201703, MARCH)


@theft("同人同项目两次上名册", "Twice on one programme's roster", "F124 I-05", DELEGATED)
def twice_on_a_roster(trial: Trial) -> None:
    trial.office.carry("delegated.enrol", {"file": roster(trial, 8_000)}, on=ENROLLED)
    trial.fraud("delegated.enrol", {"file": roster(trial, 8_001)}, on=date(2017, 2, 8))


@theft("同月代发两次", "The same month of a programme paid twice", "I-05 F016", DELEGATED)
def month_paid_twice(trial: Trial) -> None:
    trial.office.carry("delegated.enrol", {"file": roster(trial, 8_000)}, on=ENROLLED)
    trial.accounts = set()
    trial.office.carry("delegated.calculate", {"programme": "801", "month": 201702}, on=PAID)
    trial.fraud("delegated.calculate", {"programme": "801", "month": 201702}, on=PAID)
