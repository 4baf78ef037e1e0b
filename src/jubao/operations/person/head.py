"""What stands above every tab of a person: who he is, paid or not and why, what waits, what may be done, the tabs."""

from dataclasses import dataclass
from functools import cache

from jubao.operations.envelope.declaration import ACTS, About
from jubao.operations.envelope.seen import needed
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.records.models import Person
from jubao.reports.person.behind import DeclaredAct
from jubao.reports.person.seen import Who, seen_person, who
from jubao.reports.person.standing import Drawing, Standing, drawing_of, standing_of
from jubao.reports.person.waiting import Waiting, waiting_about
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import RelationState
from jubao.vocabulary.codes.membership import AccountEnd
from jubao.vocabulary.codes.privacy import LookReason
from jubao.vocabulary.posts import Post
from jubao.vocabulary.saying import post_said, sentence
from jubao.vocabulary.viewer import LIFTING, Viewer

SUBJECTS = (About.PERSON, About.AWARD, About.ACCOUNT, About.RECOVERY)
"""What acts offered beside a person are about."""
TABS = (
    ("overview", both("概况", "Overview")),
    ("contributions", both("缴费", "Contributions")),
    ("account", both("个人账户", "Account")),
    ("award", both("待遇与计算表", "Pension")),
    ("payments", both("发放", "Payments")),
    ("certification", both("认证", "Proof of life")),
    ("cards", both("银行卡与社保卡", "Bank and card")),
    ("cases", both("事项", "Cases")),
    ("papers", both("档案", "Papers")),
    ("trail", both("留痕", "Trail")),
)
"""The tabs in order, each the name of its page."""


OF_MANY = frozenset({"award.suspend_many"})
"""Acts that are refused for one person."""


@dataclass(frozen=True)
class Tab:
    """One tab: its page, title, how much it holds in a few words (empty where nothing is counted), and whether it is open."""

    page: str
    title: Both
    count: Both | None
    is_here: bool


@dataclass(frozen=True)
class Lifting:
    """Whether the viewer sees whole numbers of this person, or may ask to, and for which reasons.

    ``why`` says why not, None where he may; ``reasons`` are codes with labels.
    """

    is_lifted: bool
    may: bool
    why: Both | None
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Head:
    """What stands above every tab.

    Attributes:
        who: who he is; standing: the sentence; waiting: proposals about him that wait; lifting: of masks.
        mine: the first of them that the viewer's post signs next, None where none does.
        acts: what may be made now, what fits how he stands first; others: acts of his posts that may not, each with its reason.
        tabs: the ten tabs.
    """

    who: Who
    standing: Standing
    waiting: tuple[Waiting, ...]
    lifting: Lifting
    mine: Waiting | None
    acts: tuple[OfferedAct, ...]
    others: tuple[OfferedAct, ...]
    tabs: tuple[Tab, ...]


@dataclass(frozen=True)
class Seen:
    """A person let through, with his pension and his head: what every tab begins with."""

    person: Person
    drawing: Drawing
    head: Head


def seen(key: int, page: str, *, viewer: Viewer, with_parts: bool = False) -> Seen | None:
    """What a tab begins with, from seven statements; None who is absent or out of scope.

    Args:
        key: the person; page: the tab that is open; viewer: who looks.
        with_parts: whether the parts of his pension are read as well, by one statement more.
    Raises:
        MayNotLook: he may not see people, or stays away from this one; nothing else was read.
    """
    person = seen_person(key, viewer=viewer)
    if person is None:
        return None
    drawing = drawing_of(person, with_parts=with_parts)
    waiting = waiting_about(person, declared, viewer=viewer)
    offers = offered(
        viewer,
        about=SUBJECTS,
        answers={"person": str(person.pk)},
        only_fitting=True,
        standing=_standing(person, drawing, viewer),
    )
    acts = sorted((one for one in offers if one.code not in OF_MANY), key=_fits)
    head = Head(
        who=who(person, viewer=viewer),
        standing=standing_of(person, drawing, viewer=viewer),
        waiting=waiting,
        lifting=_lifting(viewer),
        mine=next((one for one in waiting if one.is_mine and one.key), None),
        acts=tuple(one for one in acts if one.may),
        others=tuple(one for one in acts if not one.may),
        tabs=_tabs(person, page),
    )
    return Seen(person, drawing, head)


def _fits(act: OfferedAct) -> tuple[bool, bool]:
    """What belongs to his pension comes first, then what depends on how he stands."""
    return not act.code.startswith("award."), act.code not in needed.NEEDS


@cache
def declared(code: str) -> DeclaredAct:
    """What is told of an act beside a person; a code of the chain itself tells nothing."""
    if code not in ACTS:
        return DeclaredAct(code, frozenset(), ())
    act = ACTS[code]
    return DeclaredAct(act.title, frozenset(act.audience), tuple(step.post for step in act.chain))


def _standing(person: Person, drawing: Drawing, viewer: Viewer) -> needed.Standing:
    """How he stands for what is offered, from what was read already."""
    award, beside = drawing.award, vars(person)
    draws = award is not None and award.ended_month is None
    settled = [one for one in person.settlements.all() if not one.reversed]
    return needed.Standing(
        state=RelationState(person.state),
        is_merged=person.merged_into is not None,
        draws=draws,
        rests=draws and award is not None and award.suspended_from is not None,
        pension_settled=any(one.award_id is not None for one in settled),
        relation_settled=any(one.award_id is None for one in settled),
        is_dead=any(one.reason in needed.DEATHS for one in settled),
        keeps_account=any(one.account == AccountEnd.KEPT for one in settled),
        owes=beside["claimed_fen"] > 0,
        is_owed=beside["payable_fen"] > 0,
        is_suspected=beside["suspected"] > 0,
        is_near=person.resident_number in viewer.recused,
    )


def _lifting(viewer: Viewer) -> Lifting:
    may = bool(viewer.posts & LIFTING)
    who_may = "、".join(post.label for post in Post if post in LIFTING)
    english = ", ".join(post_said(post).english for post in Post if post in LIFTING)
    why = None if may else both(f"只有{who_may}可以显示完整号码", f"Shown only to the {english}")
    return Lifting(bool(viewer.lifted), may, why, tuple((str(one), one.label) for one in LookReason))


def _tabs(person: Person, page: str) -> tuple[Tab, ...]:
    beside = vars(person)
    counted = {
        "account": sentence("{n}笔", "{n}", n=beside["entries"]),
        "payments": sentence("{n}月", "{n}", n=beside["months_paid"]),
        "cases": sentence("{n}", "{n}", n=beside["suspected"] + beside["claims"]),
    }
    held = {
        "account": beside["entries"],
        "payments": beside["months_paid"],
        "cases": beside["suspected"] + beside["claims"],
    }
    return tuple(Tab(name, title, counted[name] if held.get(name) else None, name == page) for name, title in TABS)
