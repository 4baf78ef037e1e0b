"""What leaves for the bank and what comes back: lines rewritten, files exchanged, answers forged and given twice."""

from tests.test_operations_altered import overwrite
from tests.theft.theft import Theft, theft
from tests.theft.theft_office import FEBRUARY, FRIEND, MARCH, NAMES, WANG, card
from tests.theft.trial import Trial

BANK_FILES: list[Theft] = []


@theft("锁定后在数据库里改收款账号", "A line rewritten in the database after the lock", "4.1 F116", BANK_FILES)
def line_rewritten(trial: Trial) -> None:
    trial.accounts = {FRIEND}
    locked = trial.work("payroll.calculate", {"month": 201702}, on=FEBRUARY)
    overwrite("records_bankline", "account", card(WANG), FRIEND)
    trial.settle(locked, FEBRUARY)


@theft("核算前在数据库里改登记账户", "A registered account rewritten in the database", "F116 F117", BANK_FILES)
def account_rewritten(trial: Trial) -> None:
    trial.accounts = {FRIEND}
    overwrite("records_bankaccount", "account", card(WANG), FRIEND)
    trial.payroll(201702, FEBRUARY)


@theft("同一回盘导入两次", "The bank's answer taken in twice", "F028 F029", BANK_FILES)
def answered_twice(trial: Trial) -> None:
    locked = trial.work("payroll.calculate", {"month": 201702}, on=FEBRUARY)
    file = trial.answered(locked, FEBRUARY)
    trial.work("payment.return", {"file": file}, on=FEBRUARY)
    trial.fraud("payment.return", {"file": file}, on=FEBRUARY)


@theft(
    "伪造回盘称拒付，下月重发",
    "A forged answer says the bank refused; the next payroll pays again",
    "F033 F040",
    BANK_FILES,
)
def forged_refusal(trial: Trial) -> None:
    trial.accounts, trial.faces = {card(WANG)}, {NAMES[WANG]}
    locked = trial.work("payroll.calculate", {"month": 201702}, on=FEBRUARY)
    file = trial.answered(locked, FEBRUARY, failing={card(WANG): "103"})
    trial.fraud("payment.return", {"file": file}, on=FEBRUARY)
    trial.payroll(201703, MARCH)


@theft("出纳改动报盘文件后交银行", "The cashier changes the file on its way to the bank", "F039", BANK_FILES)
def file_changed_on_its_way(trial: Trial) -> None:
    """The office cannot hinder what happens beyond its tray; the bank's answer does not fit what was handed over."""
    locked = trial.work("payroll.calculate", {"month": 201702}, on=FEBRUARY)
    file = trial.answered(locked, FEBRUARY, instead={card(WANG): FRIEND})
    trial.work("payment.return", {"file": file}, on=FEBRUARY, discovers="交行以后，回盘与报出的不符：")


@theft("不同案件拼接批次环节", "A batch released in another case", "3.8 F113", BANK_FILES)
def released_in_another_case(trial: Trial) -> None:
    trial.accounts = {card(WANG)}
    locked = trial.work("payroll.calculate", {"month": 201702}, on=FEBRUARY)
    trial.fraud("payment.release", {"batch": locked.result["batch"]}, on=FEBRUARY)
