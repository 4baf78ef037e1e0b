"""The one sentence of a person's page: paid or not, since when, why, what happens next, and who must act."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jubao.records.models import Award, PayrollRun, PensionMonth, Person
from jubao.reports.explanation.award import BESIDE_AWARD
from jubao.reports.explanation.unpaid import BESIDE_LINE, Reason, Why, unpaid, what_became_of
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import BenefitItem, RelationState
from jubao.vocabulary.posts import Post
from jubao.vocabulary.saying import day_said, month_said, post_said, sentence, yuan_said
from jubao.vocabulary.viewer import Viewer

RECENT = 60
"""Rows of pension months read for the head; a year, with what was paid again and adjusted."""
COLUMNS = tuple(f"{item.name.lower()}_fen" for item in BenefitItem)
"""The columns of a pension month, one for each benefit item."""
PAID, FAILED, HELD, DUE = "PAID", "FAILED", "HELD", "DUE"


class Tone(StrEnum):
    """How a state is coloured; the word says it, the colour helps."""

    GOOD = "ok"
    WAITING = "warn"
    STOPPED = "stop"
    RESTING = "hold"
    PLAIN = ""


PAID_SO, NOT_PAID, AS_IT_IS = (
    both("发放情况", "Paid"),
    both("为什么没有发", "Why nothing was paid"),
    both("现在", "Now"),
)
NO_QUESTION = (Why.TOO_YOUNG, Why.RELATION_ENDED, Why.NOT_BEGUN, Why.ENDED)
"""Reasons for which nobody expects a pension to be paid."""
TONES = {
    Why.SUSPENDED: Tone.RESTING,
    Why.FAILED: Tone.STOPPED,
    Why.GIVEN_BACK: Tone.STOPPED,
    Why.HELD: Tone.STOPPED,
    Why.SKIPPED: Tone.STOPPED,
    Why.NOT_AWARDED: Tone.WAITING,
    Why.ON_ITS_WAY: Tone.WAITING,
    Why.OWED: Tone.WAITING,
    Why.TO_COME: Tone.WAITING,
}
"""Every other reason is a plain one."""


@dataclass(frozen=True)
class Standing:
    """How somebody stands with his pension.

    Attributes:
        is_paid: whether the month in question was paid; month: that month, YYYYMM; question: what the sentence answers.
        tone: colour of the sentence; state: a few words beside the name; tone_of_state: its colour.
        told: what is so, since when and why; then: what happens next and who must act, None where nothing is to be done.
    """

    is_paid: bool
    month: int
    question: Both
    tone: Tone
    state: Both
    tone_of_state: Tone
    told: Both
    then: Both | None


@dataclass(frozen=True)
class Drawing:
    """What is read of somebody's pension for every tab.

    Attributes:
        award: the latest, with its changes beside it, the earliest first; None where he has none.
        rows: his latest pension months, the latest benefit month first.
        runs: the months of which a payroll was run, the earliest first.
    """

    award: Award | None
    rows: list[PensionMonth]
    runs: list[int]


def drawing_of(person: Person, *, with_parts: bool = False) -> Drawing:
    """What is read of somebody's pension for every tab, from four statements, five with the parts of the pension."""
    beside = BESIDE_AWARD if with_parts else BESIDE_AWARD[:1]
    awards = Award.objects.filter(person=person).select_related("act").prefetch_related(*beside)
    award = awards.order_by("-start_month", "-pk").first()
    runs = list(PayrollRun.objects.order_by("month").values_list("month", flat=True))
    if award is None:
        return Drawing(None, [], runs)
    award.person = person
    rows = PensionMonth.objects.filter(person=person).select_related(*BESIDE_LINE).order_by("-month", "-pk")
    return Drawing(award, list(rows[:RECENT]), runs)


def standing_of(person: Person, drawing: Drawing, *, viewer: Viewer) -> Standing:
    """The sentence about somebody that ``seen_person`` let through."""
    award, month = drawing.award, drawing.runs[-1] if drawing.runs else months.of(viewer.day)
    if award is not None:
        month = max(month, award.ended_month or award.suspended_from or 0)
    state, tone = _state(person, award)
    if person.merged_into is not None:
        told = sentence(
            "这份档案已并入个人编号 {number}，以后的业务在那里办理",
            "This record was merged into {number}; everything goes on there",
            number=person.merged_into.personal_number,
        )
        return Standing(
            question=AS_IT_IS,
            is_paid=False,
            month=month,
            tone=Tone.RESTING,
            state=state,
            tone_of_state=tone,
            told=told,
            then=None,
        )
    own = [row for row in drawing.rows if row.month == month]
    if (award is None or _runs(award)) and any(row.state == PAID for row in own):
        told, then = _paid(own, month), _not_paid_before(drawing.rows) or _suspected(person)
        tone_of_all = Tone.WAITING if then else Tone.GOOD
        return Standing(
            is_paid=True,
            month=month,
            question=PAID_SO,
            tone=tone_of_all,
            state=state,
            tone_of_state=tone,
            told=told,
            then=then,
        )
    reason = (
        what_became_of(own[0].bank_line, own[0].batch.number) if own and _runs(award) else unpaid(person, award, month)
    )
    then = _late(reason, award, viewer.day) or reason.then or _money_left(person) or _suspected(person)
    return Standing(
        is_paid=False,
        month=month,
        question=AS_IT_IS if reason.why in NO_QUESTION else NOT_PAID,
        tone=TONES.get(reason.why, Tone.PLAIN),
        state=state,
        tone_of_state=tone,
        told=_about_month(reason, month),
        then=then,
    )


def _late(reason: Reason, award: Award | None, day: date) -> Both | None:
    """The next step of a suspension, where it is overdue."""
    if reason.why is not Why.SUSPENDED or award is None or reason.then is None:
        return None
    due = max(award.events.all(), key=lambda one: one.pk).due_date
    return sentence("{then}，已经逾期", "{then}, which is over", then=reason.then) if due and due < day else None


def _suspected(person: Person) -> Both | None:
    """Suspicions about him that nobody has answered; they may stop the next payroll."""
    count = vars(person)["suspected"]
    if not count:
        return None
    return sentence("另有 {n} 条疑点待核实，见“事项”", "{n} suspicions wait for an answer: see Cases", n=count)


def _runs(award: Award | None) -> bool:
    return award is not None and award.ended_month is None and award.suspended_from is None


def _about_month(reason: Reason, month: int) -> Both:
    """A reason that speaks of one batch or month names the benefit month."""
    if reason.why not in (Why.HELD, Why.ON_ITS_WAY, Why.GIVEN_BACK, Why.FAILED, Why.OWED):
        return reason.told
    return sentence("{month}养老金：{told}", "Pension of {month}: {told}", month=month_said(month), told=reason.told)


def _state(person: Person, award: Award | None) -> tuple[Both, Tone]:
    """A few words beside the name."""
    match RelationState(person.state):
        case RelationState.DRAWING:
            return both("正常待遇", "Drawing a pension"), Tone.GOOD
        case RelationState.DRAWING_PAUSED:
            since = month_said(award.suspended_from) if award and award.suspended_from else both("", "")
            return sentence("待遇暂停 {since}起", "Suspended from {since}", since=since), Tone.RESTING
        case RelationState.ENDED:
            return both("参保终止", "Enrolment ended"), Tone.PLAIN
        case RelationState.NOT_CONTRIBUTING:
            return both("暂停缴费", "Not contributing"), Tone.WAITING
    return both("正常缴费", "Contributing"), Tone.GOOD


def fen_of(row: PensionMonth) -> int:
    """What a pension month pays in all."""
    return sum(getattr(row, column) for column in COLUMNS)


def _paid(rows: list[PensionMonth], month: int) -> Both:
    paid = [row for row in rows if row.state == PAID]
    answered = [row.bank_line.returned for row in paid if hasattr(row.bank_line, "returned")]
    said = {"month": month_said(month), "fen": yuan_said(sum(map(fen_of, paid)))}
    if not answered:
        return sentence("{month}养老金 {fen}已到账", "The pension of {month}, {fen}, was paid", **said)
    day = day_said(max(one.act.business_date for one in answered))
    return sentence(
        "{month}养老金 {fen}已于{day}到账", "The pension of {month}, {fen}, was paid on {day}", day=day, **said
    )


def _not_paid_before(rows: list[PensionMonth]) -> Both | None:
    """An earlier month whose money did not arrive and was not paid again; the latest of them."""
    arrived = {(row.month, row.adjustment) for row in rows if row.state in (PAID, DUE)}
    lost = [row for row in rows if row.state in (FAILED, HELD) and (row.month, row.adjustment) not in arrived]
    if not lost:
        return None
    reason = what_became_of(lost[0].bank_line, lost[0].batch.number)
    return sentence(
        "另有{month}没有到账：{told}",
        "{month} did not arrive: {told}",
        month=month_said(lost[0].month),
        told=reason.whole,
    )


def _money_left(person: Person) -> Both | None:
    """After an end: money to come back, or to be paid out still."""
    beside = vars(person)
    claimed, payable = beside["claimed_fen"], beside["payable_fen"]
    if claimed:
        return sentence(
            "尚有多发 {fen}待追回，由{post}办理",
            "{fen} paid in excess is still to come back: the {post} acts",
            fen=yuan_said(claimed),
            post=post_said(Post.BENEFITS),
        )
    if payable:
        return sentence(
            "尚有 {fen}待支付，由{post}列入一次性支付",
            "{fen} is still to be paid: the {post} orders it",
            fen=yuan_said(payable),
            post=post_said(Post.ACCOUNTS),
        )
    return None
