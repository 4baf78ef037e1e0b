"""People who do not exist: brought in by transfer, by registration, by the register handed over, and under a second number."""

from datetime import date

from tests.office import VILLAGE, number
from tests.theft.theft import Theft, theft
from tests.theft.theft_office import FRIEND, MARCH, WANG, WU
from tests.theft.trial import Trial

GHOSTS: list[Theft] = []
OLD, YOUNG, NEARLY = number("19560101", 91), number("19800101", 92), number("19570225", 93)
ARRIVED = date(2017, 2, 7)


def transfer(person: str, years: int, fen: int, **said: object) -> dict[str, object]:
    """A relation that comes in, as somebody claims."""
    return {
        "person": person,
        "name": "鬼一",
        "kind": "FROM_EMPLOYEES",
        "from_agency": "某县社保局",
        "division": VILLAGE,
        "years": years,
        "sheet": "（2017）转字第99号",
        "personal_fen": fen,
        "reference": "ZR9",
        "bank": "农业银行",
        "bank_account": FRIEND,
    } | said


def haunt(trial: Trial) -> None:
    trial.accounts, trial.faces = {FRIEND}, {"鬼一"}


@theft("凭空转入", "Transfer-in of a ghost without money", "R2 F124 2.3", GHOSTS)
def transfer_without_money(trial: Trial) -> None:
    haunt(trial)
    trial.fraud("transfer.receive", transfer(OLD, 15, 150_000), on=ARRIVED)
    trial.fraud("award.grant", {"person": OLD, "applied_date": ARRIVED.isoformat()}, on=ARRIVED)
    trial.payroll(201703, MARCH)


@theft("借他人来款转入到龄虚构人员", "Transfer-in of a ghost of age on somebody else's money", "R2 R12 F124", GHOSTS)
def pensioner_on_anothers_receipt(trial: Trial) -> None:
    haunt(trial)
    trial.words = ["周岁，须是职保", "随转资金不足"]
    trial.office.receive("COLLECTION", 30_000, "ZR9", ARRIVED)
    trial.fraud("transfer.receive", transfer(OLD, 15, 30_000), on=ARRIVED)
    trial.fraud("award.grant", {"person": OLD, "applied_date": ARRIVED.isoformat()}, on=ARRIVED)
    trial.payroll(201702, date(2017, 2, 20))
    trial.payroll(201703, MARCH)


@theft("借他人来款转入后退保", "Transfer-in on somebody else's money, then the account is cashed", "R2 F124", GHOSTS)
def cashed_on_anothers_receipt(trial: Trial) -> None:
    haunt(trial)
    trial.office.receive("COLLECTION", 500_000, "ZR9", ARRIVED)
    trial.fraud("transfer.receive", transfer(YOUNG, 5, 500_000, kind="WITHIN_PROVINCE"), on=ARRIVED)
    ended = {"person": YOUNG, "reason": "6406", "event_date": "2017-02-08"}
    trial.fraud("enrolment.end", ended, on=date(2017, 2, 8))
    trial.payouts(date(2017, 2, 20))


def registration(trial: Trial, person: str, name: str = "鬼一", category: str = "021") -> str:
    """A file of registrations with one person in it."""
    columns = {
        "name": [name],
        "resident_number": [person],
        "household_type": ["20"],
        "category": [category],
        "division": [VILLAGE],
        "address": ["某处"],
        "phone": [""],
        "tier": [100],
        "bank": ["农业银行"],
        "bank_account": [FRIEND],
        "card_number": [""],
        "applied_date": [date(2017, 2, 7)],
    }
    return trial.office.file("新参保.xlsx", "enrolment_batch", columns)


@theft(
    "虚构困难人员参保，政府代缴年限",
    "Registration of a ghost whose years the government pays",
    "R6 R12 F124 2.8",
    GHOSTS,
)
def enrolled_and_paid_for(trial: Trial) -> None:
    haunt(trial)
    trial.fraud("enrolment.enrol", {"file": registration(trial, NEARLY)}, on=ARRIVED)
    trial.work("contribution.government_pay", {"year": 2017, "as_of": "2017-02-08"}, on=date(2017, 2, 8))
    applied = date(2017, 2, 27)
    trial.fraud("award.grant", {"person": NEARLY, "applied_date": applied.isoformat()}, on=applied)
    trial.payroll(201703, MARCH)


@theft(
    "虚构人员参保，以继承支取代缴",
    "Registration of a ghost who 'dies' with what the government paid",
    "R6 F126",
    GHOSTS,
)
def enrolled_paid_for_and_dead(trial: Trial) -> None:
    haunt(trial)
    trial.fraud("enrolment.enrol", {"file": registration(trial, YOUNG)}, on=ARRIVED)
    trial.work("contribution.government_pay", {"year": 2017, "as_of": "2017-02-08"}, on=date(2017, 2, 8))
    dead = {"person": YOUNG, "reason": "6401", "event_date": "2017-02-10", "evidence": "死亡医学证明 1"}
    trial.fraud("enrolment.end", dead, on=date(2017, 2, 15))
    trial.payouts(date(2017, 2, 20))


@theft("一人以同号另名再次参保", "The same number registered again under another name", "R3 F061 F063", GHOSTS)
def second_registration(trial: Trial) -> None:
    haunt(trial)
    trial.fraud("enrolment.enrol", {"file": registration(trial, WU)}, on=ARRIVED)


@theft("改名换号（双改）以占用他人账户", "Name and number changed to take over an account", "R3 F060", GHOSTS)
def name_and_number_changed(trial: Trial) -> None:
    haunt(trial)
    trial.fraud("transfer.receive", transfer(WANG, 5, 30_000), on=ARRIVED)


def register(trial: Trial) -> str:
    """A register handed over in which a ghost draws a pension."""
    from tests.office import insured

    people = [
        {"name": "王甲", "resident_number": WANG, "pension_start": 201201, "contributed_years": 0},
        {
            "name": "鬼一",
            "resident_number": number("19480101", 95),
            "pension_start": 201201,
            "contributed_years": 0,
            "bank_account": FRIEND,
        },
    ]
    rows = [insured(place, **person) for place, person in enumerate(people, start=1)]
    return trial.office.file("底册.xlsx", "opening_register", {name: [row[name] for row in rows] for name in rows[0]})


@theft("接入底册后再接入一份", "A second register after the first", "F124", GHOSTS)
def second_register(trial: Trial) -> None:
    haunt(trial)
    trial.fraud(
        "register.open", {"file": register(trial), "as_of": "2016-12-31", "interest_through": 201612}, on=ARRIVED
    )


@theft("接入底册夹带虚构人员", "A ghost in the register handed over", "F124 R12", GHOSTS, unregistered=True)
def ghost_in_the_register(trial: Trial) -> None:
    haunt(trial)
    trial.words = ["移交清册"]
    trial.fraud(
        "register.open",
        {"file": register(trial), "as_of": "2016-12-31", "interest_through": 201612},
        on=date(2017, 1, 4),
    )
    trial.payroll(201701, date(2017, 1, 5))
