"""The dead whose pensions are kept or called back: on a list, certified, cleared, resumed alone and in bulk, reinstated."""

from datetime import date

from tests.theft.theft import Theft, theft
from tests.theft.theft_office import (
    FEBRUARY,
    FRIEND,
    HE,
    LISTED,
    MARCH,
    NAMES,
    RESTING,
    SUN,
    ZHOU,
    card,
)
from tests.theft.trial import Trial

REVIVED: list[Theft] = []
AFTER = date(2017, 2, 3)
LIST = "GA-1"


def holding_card(trial: Trial, *people: str) -> None:
    """The crew has the bank cards of the dead, as the station heads of R1 had."""
    trial.accounts = {card(person) for person in people}
    trial.faces = {NAMES.get(person, f"旧户{place}") for place, person in enumerate(people)}


def listed(trial: Trial, person: str, number: str | None = None) -> None:
    """The police says that somebody died; honest people take the list in."""
    columns = {
        "record_number": ["1"],
        "name": [NAMES[person]],
        "resident_number": [number or person],
        "death_date": [date(2017, 1, 10)],
        "origin": ["户籍注销"],
    }
    file = trial.office.file("名单.xlsx", "death_list", columns)
    case = {"file": file, "list_kind": "POLICE_DEATH", "list_number": LIST, "received_from": "公安"}
    trial.office.carry("match.import", case, on=LISTED)


@theft("死亡名单上的人照发", "Paying somebody a death list names", "R9 R10 R15 2.10 F046", REVIVED)
def dead_on_a_list_paid(trial: Trial) -> None:
    holding_card(trial, SUN)
    listed(trial, SUN)
    trial.payroll(201702, FEBRUARY)
    trial.payroll(201703, MARCH)


@theft("为死者做认证后照发", "Certifying the dead, then paying", "R5 F139 F142", REVIVED)
def dead_certified(trial: Trial) -> None:
    holding_card(trial, SUN)
    listed(trial, SUN)
    roll = {
        "resident_number": [SUN],
        "name": ["孙丁"],
        "certified_date": [AFTER],
        "method": ["01"],
        "checker": ["某甲"],
    }
    file = trial.office.file("认证.xlsx", "certification_roll", roll)
    trial.fraud("certification.record", {"file": file}, on=AFTER)
    trial.payroll(201702, FEBRUARY)


@theft("以假材料排除死亡疑点", "Clearing a death on false papers", "R1 2.14 F138", REVIVED)
def dead_cleared(trial: Trial) -> None:
    holding_card(trial, SUN)
    listed(trial, SUN)
    case = {"list_number": LIST, "person": SUN, "evidence": "入户见本人", "evidence_date": AFTER.isoformat()}
    trial.fraud("match.clear", case, on=AFTER)
    trial.payroll(201702, FEBRUARY)


@theft("把死亡名单的行作查无此人", "Dismissing the row of a death list", "R1 2.16", REVIVED)
def dead_dismissed(trial: Trial) -> None:
    holding_card(trial, SUN)
    listed(trial, SUN)
    trial.fraud("match.dismiss", {"list_number": LIST, "row": 2, "reason": "派出所查无此人"}, on=AFTER)
    trial.payroll(201702, FEBRUARY)


@theft("压下死亡名单不导入", "Keeping the death list back", "R9 F137", REVIVED)
def list_kept_back(trial: Trial) -> None:
    holding_card(trial, SUN)
    trial.words = ["没有比对死亡名单"]
    trial.payroll(201702, FEBRUARY)


@theft("死亡名单命中后直接续发", "Resuming somebody a death list names", "R1 F125", REVIVED)
def suspected_resumed(trial: Trial) -> None:
    holding_card(trial, ZHOU)
    listed(trial, ZHOU)
    trial.fraud("award.resume", resumed(ZHOU), on=AFTER)
    trial.payroll(201702, FEBRUARY)


def resumed(person: str) -> dict[str, str]:
    """False papers on which a pension is called back."""
    return {"person": person, "evidence": "上门认证表", "evidence_date": "2017-02-02"}


@theft("以假认证续发已死人员", "Resuming a dead person's pension on a false certification", "R1 F125 F072", REVIVED)
def dead_resumed(trial: Trial) -> None:
    holding_card(trial, ZHOU)
    trial.fraud("award.resume", resumed(ZHOU), on=AFTER)
    trial.payroll(201702, FEBRUARY)


@theft("月末集中续发", "Resuming many on the last day of the month", "R1 F072", REVIVED)
def resumed_in_bulk(trial: Trial) -> None:
    holding_card(trial, *RESTING)
    last = date(2017, 2, 28)
    trial.fraud("award.resume", *(resumed(person) for person in RESTING), on=last)
    trial.payroll(201702, last)


@theft("撤销死亡终止后补发", "Taking back the ending of somebody dead", "R1 F047 2.13", REVIVED)
def dead_reinstated(trial: Trial) -> None:
    holding_card(trial, HE)
    case = {"person": HE, "evidence": "本人到场核实笔录", "evidence_date": AFTER.isoformat()}
    trial.fraud("award.reinstate", case, on=AFTER)
    trial.payroll(201702, FEBRUARY)


@theft("撤销终止后再把账户改到同伙名下", "The same, paid to another account afterwards", "R1 F070 F125", REVIVED)
def dead_reinstated_and_redirected(trial: Trial) -> None:
    holding_card(trial, HE)
    trial.accounts = {FRIEND}
    case = {"person": HE, "evidence": "本人到场核实笔录", "evidence_date": AFTER.isoformat()}
    trial.fraud("award.reinstate", case, on=AFTER)
    bound = {"person": HE, "bank": "农业银行", "bank_account": FRIEND}
    trial.fraud("account.rebind", bound, on=date(2017, 2, 7))
    trial.payroll(201702, date(2017, 2, 20))
    trial.payroll(201703, MARCH)
