"""Accounts of the living and the left: heirs that are none, settlements twice, money sent to an 'agency', refunds."""

from datetime import date

from tests.office import number
from tests.theft.theft import Theft, theft
from tests.theft.theft_office import FEBRUARY, FRIEND, HE, LI, LISTED, NAMES, SUN, WANG, WU, card
from tests.theft.trial import Trial

SETTLEMENTS: list[Theft] = []
PAPERS = {"payee_name": "李友", "payee_account": FRIEND, "heir_evidence": "亲属关系证明 2017-9"}
HEIR = {"heir_name": "某友", "heir_account": FRIEND, "heir_evidence": "亲属关系证明 2017-9"}


def at(trial: Trial, *people: str) -> None:
    trial.accounts, trial.faces = {FRIEND}, {NAMES[person] for person in people}


@theft("缴费人在世报死，余额付“继承人”", "A living contributor 'dies', an 'heir' is paid", "2.4 F126", SETTLEMENTS)
def living_contributor_dies(trial: Trial) -> None:
    at(trial, LI)
    dead = {"person": LI, "reason": "6401", "event_date": "2017-01-15", "evidence": "死亡医学证明 9"}
    trial.fraud("enrolment.end", dead | PAPERS, on=LISTED)
    trial.payouts(FEBRUARY)


@theft("同上，“继承人”与死者同名", "The same, the 'heir' bears the name of the dead", "2.4 F126", SETTLEMENTS)
def heir_of_the_same_name(trial: Trial) -> None:
    at(trial, LI)
    dead = {"person": LI, "reason": "6401", "event_date": "2017-01-15", "evidence": "死亡医学证明 9"}
    trial.fraud("enrolment.end", dead | PAPERS | {"payee_name": NAMES[LI]}, on=LISTED)
    trial.payouts(FEBRUARY)


@theft(
    "领取人在世报死，余额和丧葬费付“继承人”", "A living pensioner 'dies', an 'heir' is paid", "2.4 F126", SETTLEMENTS
)
def living_pensioner_dies(trial: Trial) -> None:
    at(trial, WANG)
    trial.fraud("award.terminate", {"person": WANG, "reason": "1401", "event_date": "2017-01-15"} | HEIR, on=LISTED)
    trial.payouts(FEBRUARY)


@theft("死者余额付给不是继承人的人", "The account of somebody dead goes to who is no heir", "F126 F144", SETTLEMENTS)
def no_heir(trial: Trial) -> None:
    at(trial, SUN)
    columns = {
        "record_number": ["1"],
        "name": ["孙丁"],
        "resident_number": [SUN],
        "death_date": [date(2017, 1, 10)],
        "origin": ["户籍注销"],
    }
    case = {
        "file": trial.office.file("名单.xlsx", "death_list", columns),
        "list_kind": "POLICE_DEATH",
        "list_number": "GA-1",
        "received_from": "公安",
    }
    trial.office.carry("match.import", case, on=LISTED)
    dead = {
        "list_number": "GA-1",
        "person": SUN,
        "reason": "1401",
        "event_date": "2017-01-10",
        "evidence": "死亡医学证明 9",
    }
    trial.fraud("match.confirm", dead | HEIR, on=date(2017, 1, 23))
    trial.payouts(FEBRUARY)


@theft("不凭死亡付给他人账户", "An account paid to somebody else without a death", "2.4", SETTLEMENTS)
def strangers_account(trial: Trial) -> None:
    at(trial, LI)
    left = {"person": LI, "reason": "6406", "event_date": "2017-01-15", "payee_account": FRIEND, "payee_name": "李友"}
    trial.fraud("enrolment.end", left, on=LISTED)


@theft("先改账户再退保", "An account changed, then the relation ended", "2.4 F070", SETTLEMENTS)
def redirected_then_ended(trial: Trial) -> None:
    at(trial, LI)
    trial.fraud("account.rebind", {"person": LI, "bank": "农业银行", "bank_account": FRIEND}, on=date(2017, 1, 13))
    trial.fraud("enrolment.end", {"person": LI, "reason": "6406", "event_date": "2017-01-15"}, on=date(2017, 1, 23))
    trial.payouts(FEBRUARY)


@theft("同一人结算两次", "The same person settled twice", "I-24", SETTLEMENTS)
def settled_twice(trial: Trial) -> None:
    at(trial, HE)
    trial.fraud("award.terminate", {"person": HE, "reason": "1401", "event_date": "2016-12-20"} | HEIR, on=LISTED)


@theft("同一笔应付款汇总两次", "The same sum collected twice", "F028 I-05", SETTLEMENTS)
def collected_twice(trial: Trial) -> None:
    at(trial, HE)
    trial.accounts = {card(HE)}
    trial.faces = set()
    trial.office.settle(trial.office.carry("payout.collect", {"through": "2017-01-20"}, on=LISTED), LISTED)
    before = trial.reached()
    again = trial.fraud("payout.collect", {"through": FEBRUARY.isoformat()}, on=FEBRUARY)
    assert (again.result["batch"], trial.reached()) == (None, before)
    trial.refuse("payout.collect", "没有未付的款项，不成批次")


@theft(
    "转出到“经办机构”的私人账户",
    "A relation moved out to an 'agency' that is a private account",
    "R16 1.5",
    SETTLEMENTS,
)
def sent_to_a_friend(trial: Trial) -> None:
    at(trial, LI)
    moved = {
        "person": LI,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "邻县居保中心",
        "to_account": FRIEND,
        "applied_date": "2017-01-19",
    }
    trial.fraud("transfer.send", moved, on=LISTED)
    trial.payouts(FEBRUARY)


@theft("转出到登记在册的个人账户", "The same to an account the register knows as a person's", "R16", SETTLEMENTS)
def sent_to_somebody_known(trial: Trial) -> None:
    at(trial, LI)
    trial.accounts = {card(WU)}
    moved = {
        "person": LI,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "邻县居保中心",
        "to_account": card(WU),
        "applied_date": "2017-01-19",
    }
    trial.fraud("transfer.send", moved, on=LISTED)


@theft("退从未缴过的费", "A refund of contributions nobody paid", "R2 F058", SETTLEMENTS)
def refund_of_nothing(trial: Trial) -> None:
    at(trial, LI)
    trial.fraud("contribution.refund", {"person": LI, "years": [2016], "reason": "重复缴费"}, on=LISTED)


@theft("退同一笔费两次", "The same contribution refunded twice", "R2 F058", SETTLEMENTS)
def refunded_twice(trial: Trial) -> None:
    at(trial, WU)
    case = {"person": WU, "years": [2017], "reason": "重复缴费"}
    trial.work("contribution.refund", case, on=LISTED)
    trial.fraud("contribution.refund", case, on=FEBRUARY)


@theft("先改账户再退费", "An account changed, then a contribution refunded", "R2 F070", SETTLEMENTS)
def redirected_then_refunded(trial: Trial) -> None:
    at(trial, WU)
    trial.fraud("account.rebind", {"person": WU, "bank": "农业银行", "bank_account": FRIEND}, on=date(2017, 1, 13))
    trial.fraud("contribution.refund", {"person": WU, "years": [2017], "reason": "重复缴费"}, on=date(2017, 1, 23))
    trial.payouts(FEBRUARY)


@theft("没有到账的缴费记账", "Contributions credited that no bank received", "R2 R14 I-07", SETTLEMENTS)
def credited_without_money(trial: Trial) -> None:
    at(trial, LI)
    columns = {
        "seq": [1],
        "resident_number": [LI],
        "name": ["李乙"],
        "contribution_year": [2017],
        "kind": ["10"],
        "amount": [300_000],
    }
    header = {"bank": "农业银行", "batch_no": "P9", "date": LISTED, "receipt_reference": "HD9"}
    file = trial.office.file("代收.txt", "bank_collection", columns, header)
    trial.fraud("contribution.bank", {"file": file}, on=LISTED)


@theft("用入过账的回单再记一次", "A receipt that was used, used again", "R2 I-08", SETTLEMENTS)
def receipt_used_twice(trial: Trial) -> None:
    from jubao.records.models import ContributionBatch

    at(trial, LI)
    used = ContributionBatch.objects.order_by("id").get().statement_line.reference
    columns = {
        "seq": [1],
        "resident_number": [LI],
        "name": ["李乙"],
        "contribution_year": [2017],
        "kind": ["10"],
        "amount": [30_000],
    }
    header = {"bank": "农业银行", "batch_no": "P9", "date": LISTED, "receipt_reference": used}
    file = trial.office.file("代收.txt", "bank_collection", columns, header)
    trial.fraud("contribution.bank", {"file": file}, on=LISTED)


@theft("年度利息提前或重复结算", "A year's interest settled early or twice", "2.6 F016 I-14", SETTLEMENTS)
def interest_too_early(trial: Trial) -> None:
    at(trial, LI)
    trial.fraud("account.settle_year", {"year": 2017}, on=FEBRUARY)


UNKNOWN = number("19600101", 96)


@theft("替不在册的人支取", "A settlement for somebody no register knows", "2.4", SETTLEMENTS)
def settlement_of_nobody(trial: Trial) -> None:
    at(trial)
    dead = {"person": UNKNOWN, "reason": "6401", "event_date": "2017-01-15", "evidence": "死亡医学证明 9"}
    trial.fraud("enrolment.end", dead | PAPERS, on=LISTED)
