"""The staff itself: somebody sent away so that a friend stands in, a post taken away, a friend brought in, a key exchanged."""

from datetime import date

from tests.theft.theft import Theft, theft
from tests.theft.theft_office import FEBRUARY, FRIEND, NAMES, WANG
from tests.theft.trial import Trial

STAFFING: list[Theft] = []
AHEAD, LISTED, AFTER = date(2017, 1, 19), date(2017, 1, 20), date(2017, 3, 1)


def redirect(trial: Trial) -> None:
    """Wang's pension to the crew, by whoever may sign now."""
    trial.accounts, trial.faces = {FRIEND}, {NAMES[WANG]}
    trial.fraud("account.rebind", {"person": WANG, "bank": "农业银行", "bank_account": FRIEND}, on=LISTED)
    trial.payroll(201702, FEBRUARY)


@theft("支走副主任，由主任代行", "The deputy sent away, the director stands in", "R8 3.8 F113", STAFFING)
def deputy_sent_away(trial: Trial) -> None:
    away = {"staff": "L2", "from_day": AHEAD.isoformat(), "to_day": AFTER.isoformat()}
    trial.fraud("staff.absent", away, on=AHEAD)
    redirect(trial)


@theft("支走出纳，由副主任兼办", "The cashier sent away, the deputy of finance covers", "R8 F113", STAFFING)
def cashier_sent_away(trial: Trial) -> None:
    away = {"staff": "C2", "from_day": AHEAD.isoformat(), "to_day": AFTER.isoformat()}
    trial.fraud("staff.absent", away, on=AHEAD)
    redirect(trial)


@theft("收回副主任岗位，由主任代行", "The deputy's post taken away, the director stands in", "F113 F115", STAFFING)
def deputy_put_out(trial: Trial) -> None:
    taken = {"staff": "L2", "post": "DEPUTY_BUSINESS", "reason": "另有任用"}
    trial.fraud("staff.revoke_post", taken, on=AHEAD, barred="L2")
    redirect(trial)


@theft("同伙入职顶岗", "A friend joins the staff", "F113 F115", STAFFING)
def friend_joins(trial: Trial) -> None:
    trial.helpers = frozenset({"X1"})
    friend = {
        "staff": "X1",
        "name": "新人",
        "title": "科员",
        "section": "待遇股",
        "posts": ["ACCOUNTS"],
        "from_day": "2017-01-20",
        "evidence": "任命文件 1",
        "key": public_of("X1"),
    }
    trial.fraud("staff.join", friend, on=AHEAD)
    redirect(trial)


@theft("替他人登记新签名密钥", "A new signing key in somebody else's name", "F114 F117", STAFFING)
def key_in_anothers_name(trial: Trial) -> None:
    trial.words = ["请与本人核对"]
    trial.fraud("key.revoke", {"staff": "L2", "reason": "LOST", "told": "遗失"}, on=AHEAD)
    trial.fraud("key.renew", {"staff": "L2", "key": public_of("X1"), "evidence": "本人申请书 1"}, on=AHEAD)


def public_of(code: str) -> str:
    """The public half of the key of an invented person."""
    from jubao.operations.envelope.hands import trial_hand, trial_secret

    secret = trial_secret()
    assert secret is not None
    return trial_hand(code, secret).public
