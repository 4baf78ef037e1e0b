"""The envelope itself: own checks, foreign posts, stand-ins, keys of others, and what was signed exchanged for something else."""

from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.hands import acting, trial_hand, trial_secret
from jubao.records.models import BankAccount, Proposal, Signature
from tests.test_operations_altered import overwrite
from tests.theft.crew import EVERYBODY
from tests.theft.theft import Theft, theft
from tests.theft.theft_office import FRIEND, LISTED, NAMES, SUN, WANG, ZHAO
from tests.theft.trial import Trial

SIGNATURES: list[Theft] = []
REBIND = "account.rebind"
CASE = {"person": WANG, "bank": "农业银行", "bank_account": FRIEND}
OTHER = CASE | {"person": SUN}


def victim(trial: Trial) -> None:
    trial.accounts, trial.faces = {FRIEND}, {NAMES[WANG]}


@theft("经办人复核自己的业务", "A maker checks their own act", "3.4 F113 R6", SIGNATURES)
def own_check(trial: Trial) -> None:
    victim(trial)
    begun = trial.begin(REBIND, CASE, on=LISTED)
    with trial.refusing(REBIND):
        sign(begun.proposal, by=begun.maker, on=LISTED, at=trial.now(LISTED), shown_hash=begun.hash)


@theft("不在岗的人签署", "Somebody signs without the post", "F112 F113 R8", SIGNATURES)
def foreign_post(trial: Trial) -> None:
    victim(trial)
    begun = trial.begin(REBIND, CASE, on=LISTED)
    allowed = {begun.maker, *trial.next_signers(begun, LISTED)}
    for person in (one for one in EVERYBODY if one not in allowed):
        told = trial.tried(
            lambda by=person: sign(begun.proposal, by=by, on=LISTED, at=trial.now(LISTED), shown_hash=begun.hash)
        )
        assert told, f"{person} signed out of post"
    trial.refuse(REBIND, told)


@theft("冒他人之名签署", "Signing in somebody else's name", "F114", SIGNATURES)
def in_anothers_name(trial: Trial) -> None:
    victim(trial)
    begun = trial.begin(REBIND, CASE, on=LISTED)
    secret = trial_secret()
    assert secret is not None
    other = trial.next_signers(begun, LISTED)[0]
    with trial.refusing(REBIND), acting(trial_hand(begun.maker, secret)):
        sign(begun.proposal, by=other, on=LISTED, at=trial.now(LISTED), shown_hash=begun.hash)


@theft("挂靠无关案件使代行人签字", "An unrelated case makes the stand-in sign", "3.8 3.9 F113", SIGNATURES)
def stand_in_by_case(trial: Trial) -> None:
    victim(trial)
    columns = {
        "record_number": ["1"],
        "name": ["赵己"],
        "resident_number": [ZHAO],
        "division": [trial.office.village],
        "batch": [""],
    }
    opened = {
        "campaign": "登记2017",
        "title": "登记",
        "year": 2017,
        "city_target": 1,
        "earlier_target": 1,
        "file": trial.office.file("任务.xlsx", "campaign_roster", columns),
    }
    unrelated = trial.office.carry("campaign.open", opened, on=LISTED)
    trial.fraud(REBIND, CASE, on=LISTED, case_ref=unrelated.proposal)


@theft("抢注他人的签署编号", "A key squats on somebody's signature", "3.10", SIGNATURES)
def key_squatted(trial: Trial) -> None:
    victim(trial)
    waiting = trial.begin(REBIND, OTHER, on=LISTED)
    with trial.refusing(REBIND):
        propose(REBIND, [CASE], key=f"{waiting.proposal}#D1", by=waiting.maker, on=LISTED, at=trial.now(LISTED))


@theft("用旧请求号换内容", "An old key with other content", "F044 I-35", SIGNATURES)
def key_with_other_content(trial: Trial) -> None:
    victim(trial)
    waiting = trial.begin(REBIND, OTHER, on=LISTED)
    with trial.refusing(REBIND):
        propose(REBIND, [CASE], key=waiting.proposal, by=waiting.maker, on=LISTED, at=trial.now(LISTED))


@theft("把对另一申请的签署用于本申请", "A signature for one proposal used for another", "I-32 F074", SIGNATURES)
def signature_for_another(trial: Trial) -> None:
    victim(trial)
    seen = trial.begin(REBIND, OTHER, on=LISTED)
    begun = trial.begin(REBIND, CASE, on=LISTED)
    by = trial.next_signers(begun, LISTED)[0]
    with trial.refusing(REBIND):
        sign(begun.proposal, by=by, on=LISTED, at=trial.now(LISTED), shown_hash=seen.hash)


@theft(
    "签署之间在数据库里换掉内容",
    "What was signed is exchanged in the database before it is executed",
    "4.1 F116",
    SIGNATURES,
)
def arguments_exchanged(trial: Trial) -> None:
    victim(trial)
    begun = trial.begin(REBIND, OTHER, on=LISTED)
    row = Proposal.objects.get(key=begun.proposal)
    overwrite("records_proposal", "arguments", row.arguments, row.arguments.replace(SUN, WANG))
    by = trial.next_signers(begun, LISTED)[0]
    with trial.refusing(REBIND):
        sign(begun.proposal, by=by, on=LISTED, at=trial.now(LISTED), shown_hash=begun.hash)


@theft("重放已办结的签署", "A signature given again after the act was done", "F044 F075", SIGNATURES)
def signature_again(trial: Trial) -> None:
    victim(trial)
    trial.office.carry(REBIND, OTHER, on=LISTED)
    done = Proposal.objects.get(code=REBIND)
    bound = BankAccount.objects.count()
    for step in Signature.objects.filter(proposal=done, step__gt=0).order_by("step"):
        sign(done.key, by=step.person, on=LISTED, at=trial.now(LISTED), shown_hash=done.hash)
    assert BankAccount.objects.count() == bound
    trial.refuse(REBIND, "重复的签署只得到原来的答复，没有第二次效果")


@theft("签署日早于申请日", "A signature dated before its proposal", "3.7 3.17", SIGNATURES)
def signed_before(trial: Trial) -> None:
    victim(trial)
    begun = trial.begin(REBIND, CASE, on=LISTED)
    by = trial.next_signers(begun, LISTED)[0]
    with trial.refusing(REBIND):
        sign(begun.proposal, by=by, on=LISTED.replace(day=5), at=trial.now(LISTED), shown_hash=begun.hash)
