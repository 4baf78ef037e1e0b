"""Why somebody was not paid for a month: the questions a clerk asks, one after the other, with what the books say."""

import json
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from jubao.records.models import (
    Arrears,
    Award,
    AwardEvent,
    BankLine,
    MatchCandidate,
    PayrollLine,
    PayrollRun,
    Person,
    Settlement,
)
from jubao.reports.invariants.award import Law
from jubao.rules.eligibility import age_month, start_month
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import (
    BankFailure,
    ContributionState,
    ContributorEndReason,
    EnrolmentState,
    SuspensionReason,
    TerminationReason,
)
from jubao.vocabulary.posts import Post
from jubao.vocabulary.saying import day_said, month_said, post_said, sentence

REASONS = {
    str(code): code.label for kind in (SuspensionReason, TerminationReason, ContributorEndReason) for code in kind
}
FAILURES = {str(failure): failure.label for failure in BankFailure}
BY_ACCOUNTS = sentence(
    "由{post}更正银行账户，下次发放自动重发",
    "the {post} corrects the account, and the next payroll pays again",
    post=post_said(Post.ACCOUNTS),
)


PAYING, PAUSED = both("正在缴费", "Still contributing"), both("暂停缴费", "Not contributing at present")


class Why(StrEnum):
    """What stood between somebody and a month's money."""

    RELATION_ENDED = "RELATION_ENDED"
    TOO_YOUNG = "TOO_YOUNG"
    NOT_AWARDED = "NOT_AWARDED"
    NOT_BEGUN = "NOT_BEGUN"
    ENDED = "ENDED"
    SUSPENDED = "SUSPENDED"
    HELD = "HELD"
    ON_ITS_WAY = "ON_ITS_WAY"
    GIVEN_BACK = "GIVEN_BACK"
    FAILED = "FAILED"
    OWED = "OWED"
    TO_COME = "TO_COME"
    SKIPPED = "SKIPPED"
    BEFORE_THESE_BOOKS = "BEFORE_THESE_BOOKS"


@dataclass(frozen=True)
class Reason:
    """The reason, what the books say of it, and what happens next and who must act; None where nothing is to be done."""

    why: Why
    told: Both
    then: Both | None = None

    @property
    def whole(self) -> Both:
        """Both in one sentence."""
        if self.then is None:
            return self.told
        return sentence("{told}；{then}", "{told}; {then}", told=self.told, then=self.then)


def why_not(person: Person, award: Award | None, month: int) -> list[Both]:
    """The answers from the first question to the one that explains it, the explanation last."""
    return [*_elsewhere(person), unpaid(person, award, month).whole]


def unpaid(person: Person, award: Award | None, month: int) -> Reason:
    """What stood between somebody and a benefit month's money, as the books stand now.

    Args:
        person: who; award: his latest that had begun by the month or begins later, None where he has none.
        month: benefit month, YYYYMM.
    """
    if award is None:
        return _no_award(person, month)
    if award.ended_month is not None and award.ended_month <= month:
        return _ended(person, award)
    if award.suspended_from is not None and award.suspended_from <= month:
        return _suspended(award)
    if month < award.start_month:
        told = sentence("待遇自{start}起领取", "The pension starts in {start}", start=month_said(award.start_month))
        return Reason(Why.NOT_BEGUN, told)
    return _running(person, award, month)


def _elsewhere(person: Person) -> list[Both]:
    """Whether a comparison found the person somewhere else."""
    answers = []
    for row in MatchCandidate.objects.filter(person=person).select_related("match_list").order_by("id"):
        told = json.loads(row.details)
        where = told.get("agency") or told.get("other_agency") or told.get("area") or told.get("origin") or ""
        state = MatchCandidate.State(row.state).label
        text = f"名单 {row.match_list.number} 有疑点（{row.kind}{' ' + where if where else ''}）：{state}"
        answers.append(both(text, text))
    return answers


def _no_award(person: Person, month: int) -> Reason:
    if person.enrolment.enrolment_state == EnrolmentState.ENDED:
        return _relation_ended(person)
    law = Law()
    age, offset = (int(law.value(f"scheme.{name}", month)) for name in ("pension_age", "start_month_offset"))
    reached = age_month(np.array([person.birth_date], dtype="datetime64[D]"), age)
    sixty, first = int(reached[0]), int(start_month(reached, reached, offset=offset)[0])
    if month < first:
        told = sentence(
            "{paying}，{sixty}满 {age} 周岁，{first}起才能领取",
            "{paying}: {age} years old in {sixty}, so a pension can start in {first}",
            paying=PAUSED if person.enrolment.contribution_state == ContributionState.PAUSED else PAYING,
            age=age,
            sixty=month_said(sixty),
            first=month_said(first),
        )
        return Reason(Why.TOO_YOUNG, told)
    told = sentence(
        "{sixty}已满 {age} 周岁，但尚未核定待遇",
        "{age} years old since {sixty}, but no pension was awarded",
        age=age,
        sixty=month_said(sixty),
    )
    then = sentence(
        "由{post}核对缴费年限是否足够，本人申请后核定",
        "the {post} checks the years paid, and awards it once he applies",
        post=post_said(Post.BENEFITS),
    )
    return Reason(Why.NOT_AWARDED, told, then)


def _relation_ended(person: Person) -> Reason:
    settled = _settlement(person)
    event = person.enrolment.events.order_by("-pk").first() if settled is None else None
    reason, day = (
        (settled.reason, settled.event_date)
        if settled
        else (event.reason, event.effective_date)
        if event
        else ("", None)
    )
    if day is None:
        return Reason(
            Why.RELATION_ENDED, both("参保关系已经终止，没有待遇", "The enrolment has ended without a pension")
        )
    told = sentence(
        "参保关系已经终止：{reason}，{day}，没有待遇",
        "The enrolment has ended ({reason}, {day}) without a pension",
        reason=REASONS.get(reason, reason),
        day=day_said(day),
    )
    return Reason(Why.RELATION_ENDED, told)


def _ended(person: Person, award: Award) -> Reason:
    event = _latest(award, AwardEvent.Kind.ENDED)
    settled = _settlement(person)
    day = sentence("，发生日期{day}", ", on {day}", day=day_said(settled.event_date)) if settled else both("", "")
    told = sentence(
        "待遇自{month}起终止：{reason}{day}，不应发放",
        "The pension ended from {month}: {reason}{day}; nothing is due",
        month=month_said(award.ended_month or 0),
        reason=REASONS.get(event.reason, event.reason) if event else "",
        day=day,
    )
    return Reason(Why.ENDED, told)


def _latest(award: Award, kind: AwardEvent.Kind) -> AwardEvent | None:
    """The latest change of a kind; changes that were read beside the award are not asked for again."""
    return max((one for one in award.events.all() if one.kind == kind), key=lambda one: one.pk, default=None)


def _settlement(person: Person) -> Settlement | None:
    """The settlement that stands; others were taken back. Those read beside the person are not asked for again."""
    return next((one for one in person.settlements.all() if not one.reversed), None)


def _suspended(award: Award) -> Reason:
    event = _latest(award, AwardEvent.Kind.SUSPENDED)
    month = month_said(award.suspended_from or 0)
    if event is None:
        return Reason(Why.SUSPENDED, sentence("待遇自{month}起暂停", "Suspended from {month}", month=month))
    told = sentence(
        "待遇自{month}起暂停：{reason}",
        "Suspended from {month}: {reason}",
        month=month,
        reason=REASONS.get(event.reason, event.reason),
    )
    then = None
    if event.due_date is not None:
        then = sentence(
            "下一步由{post}于{day}前办理",
            "next the {post} acts, by {day}",
            post=post_said(event.next_step_post),
            day=day_said(event.due_date),
        )
    return Reason(Why.SUSPENDED, told, then)


def what_became_of(line: BankLine, number: str) -> Reason:
    """What became of money that was locked: held back, on its way, refused by the bank, or given back by it.

    Args:
        line: with ``hold``, ``returned`` and ``late_return`` read beside it; number: of its batch.
    """
    if (held := getattr(line, "hold", None)) is not None:
        told = sentence(
            "批次 {batch} 锁定后扣留：{reason}",
            "Held back from batch {batch}: {reason}",
            batch=number,
            reason=held.reason,
        )
        return Reason(Why.HELD, told, both("查清后由以后的发放补发", "a later payroll pays once it is cleared up"))
    answer = getattr(line, "returned", None)
    if answer is None:
        told = sentence(
            "已列入批次 {batch}，银行尚未回盘", "In batch {batch}; the bank has not answered yet", batch=number
        )
        then = sentence(
            "由{post}导入银行回盘", "the {post} takes in the bank's answer", post=post_said(Post.ACCOUNTANT)
        )
        return Reason(Why.ON_ITS_WAY, told, then)
    if (back := getattr(line, "late_return", None)) is not None:
        told = sentence(
            "批次 {batch} 发放成功后由银行退回：{reason}",
            "Paid in batch {batch}, then given back by the bank: {reason}",
            batch=number,
            reason=back.reason,
        )
        return Reason(Why.GIVEN_BACK, told, BY_ACCOUNTS)
    told = sentence(
        "批次 {batch} 发放失败：{code} {label}",
        "Batch {batch} failed: {code} {label}",
        batch=number,
        code=answer.code,
        label=FAILURES.get(answer.code, answer.code),
    )
    return Reason(Why.FAILED, told, BY_ACCOUNTS)


BESIDE_LINE = ("batch", "bank_line__hold", "bank_line__returned__act", "bank_line__late_return")
"""What is read beside a month's money to tell what became of it."""


def _running(person: Person, award: Award, month: int) -> Reason:
    """The award runs: is the run still to come, is the money on its way, did the bank refuse it, is it owed?"""
    line = PayrollLine.objects.filter(person=person, month=month).order_by("-id").select_related(*BESIDE_LINE).first()
    if line is not None:
        return what_became_of(line.bank_line, line.batch.number)
    if Arrears.objects.filter(award=award, from_month__lte=month, to_month__gt=month, taken_run__isnull=True).exists():
        return Reason(Why.OWED, both("已列待补发", "Owed"), both("下次发放时补发", "the next payroll pays it"))
    return _without_a_line(month)


def _without_a_line(month: int) -> Reason:
    """No batch holds the month: the payroll is still to come, left it out, or was run before these books."""
    runs = list(PayrollRun.objects.order_by("-month").values_list("month", flat=True))
    said = month_said(month)
    if not runs or runs[0] < month:
        told = sentence(
            "{month}尚未发放（已发放到{last}）",
            "{month} is not paid yet (paid up to {last})",
            month=said,
            last=month_said(runs[0]) if runs else both("无", "nothing"),
        )
        then = sentence("由{post}办理月度发放", "the {post} runs the payroll", post=post_said(Post.BENEFITS))
        return Reason(Why.TO_COME, told, then)
    if month in runs:
        told = sentence(
            "{month}发放时待遇处于暂停，其后续发而未列补发，请查看待遇历史",
            "In {month} the pension was suspended; it was resumed without back pay: see its history",
            month=said,
        )
        return Reason(Why.SKIPPED, told)
    told = sentence(
        "{month}早于本系统的首次发放，当月发放情况见接入前的记录",
        "{month} lies before the first payroll of these books: see the records of the time before",
        month=said,
    )
    return Reason(Why.BEFORE_THESE_BOOKS, told)
