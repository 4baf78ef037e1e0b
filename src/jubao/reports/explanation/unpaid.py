"""Why somebody was not paid for a month: the questions a clerk asks, one after the other, with what the books say."""

import json

import numpy as np

from jubao.records.models import (
    Arrears,
    Award,
    AwardEvent,
    Enrolment,
    LateReturn,
    LineHold,
    LineReturn,
    MatchCandidate,
    PayrollLine,
    PayrollRun,
    Person,
    Settlement,
)
from jubao.reports.invariants.award import Law
from jubao.rules.eligibility import age_month, start_month
from jubao.vocabulary.codes import BankFailure, ContributorEndReason, SuspensionReason, TerminationReason

REASONS = {
    str(code): code.label for kind in (SuspensionReason, TerminationReason, ContributorEndReason) for code in kind
}


def why_not(person: Person, award: Award | None, month: int) -> list[str]:
    """The answers from the first question to the one that explains it, the explanation last."""
    answers = [*_elsewhere(person)]
    if award is None:
        return [*answers, *_no_award(person, month)]
    if award.ended_month is not None and award.ended_month <= month:
        return [*answers, *_ended(person, award)]
    if award.suspended_from is not None and award.suspended_from <= month:
        return [*answers, *_suspended(award)]
    return [*answers, *_running(person, award, month)]


def _elsewhere(person: Person) -> list[str]:
    """Whether a comparison found the person somewhere else."""
    answers = []
    for row in MatchCandidate.objects.filter(person=person).select_related("match_list").order_by("id"):
        told = json.loads(row.details)
        where = told.get("agency") or told.get("other_agency") or told.get("area") or told.get("origin") or ""
        state = MatchCandidate.State(row.state).label
        answers.append(f"名单 {row.match_list.number} 有疑点（{row.kind}{' ' + where if where else ''}）：{state}")
    return answers


def _no_award(person: Person, month: int) -> list[str]:
    enrolment = Enrolment.objects.get(person=person)
    if enrolment.enrolment_state == "4":
        ended = _settlement(person)
        why = f"：{REASONS.get(ended.reason, ended.reason)}，{ended.event_date}" if ended else ""
        return [f"参保关系已经终止{why}，没有待遇"]
    law = Law()
    age, offset = (int(law.value(f"scheme.{name}", month)) for name in ("pension_age", "start_month_offset"))
    reached = age_month(np.array([person.birth_date], dtype="datetime64[D]"), age)
    sixty, first = int(reached[0]), int(start_month(reached, reached, offset=offset)[0])
    if month < first:
        return [f"正在缴费，{sixty} 满 {age} 周岁，{first} 起才能领取"]
    return [f"{sixty} 已满 {age} 周岁，但尚未核定待遇：请核对缴费年限是否足够、是否已经申请"]


def _ended(person: Person, award: Award) -> list[str]:
    event = AwardEvent.objects.filter(award=award, kind="ENDED").order_by("-id").first()
    reason = REASONS.get(event.reason, event.reason) if event else ""
    settled = _settlement(person)
    day = f"，发生日期 {settled.event_date}" if settled else ""
    return [f"待遇自 {award.ended_month} 起终止：{reason}{day}，不应发放"]


def _settlement(person: Person) -> Settlement | None:
    """The settlement that stands; others were taken back."""
    return Settlement.objects.filter(person=person, reversed=False).first()


def _suspended(award: Award) -> list[str]:
    event = AwardEvent.objects.filter(award=award, kind="SUSPENDED").order_by("-id").first()
    if event is None:
        return [f"待遇自 {award.suspended_from} 起暂停"]
    reason = REASONS.get(event.reason, event.reason)
    return [
        f"待遇自 {award.suspended_from} 起暂停：{reason}；下一步由 {event.next_step_post} 于 {event.due_date} 前办理"
    ]


def _sent(line: PayrollLine) -> str:
    """What became of a line that was locked: held back, on its way, refused by the bank, or given back by it."""
    number = line.batch.number
    if (held := LineHold.objects.filter(bank_line=line.bank_line_id).first()) is not None:
        return f"批次 {number} 锁定后扣留：{held.reason}；查清后由以后的发放补发"
    answer = LineReturn.objects.filter(bank_line=line.bank_line_id).first()
    if answer is None:
        return f"已列入批次 {number}，银行尚未回盘"
    if (back := LateReturn.objects.filter(bank_line=line.bank_line_id).first()) is not None:
        return f"批次 {number} 发放成功后由银行退回：{back.reason}；更正银行账户后，下次发放自动重发"
    label = next((f.label for f in BankFailure if str(f) == answer.code), answer.code)
    return f"批次 {number} 发放失败：{answer.code} {label}；更正银行账户后，下次发放自动重发"


def _running(person: Person, award: Award, month: int) -> list[str]:
    """The award runs: is the run still to come, is the money on its way, did the bank refuse it, is it owed?"""
    line = PayrollLine.objects.filter(person=person, month=month).order_by("-id").select_related("batch").first()
    if line is not None:
        return [_sent(line)]
    if Arrears.objects.filter(award=award, from_month__lte=month, to_month__gt=month, taken_run__isnull=True).exists():
        return ["已列待补发，下次发放时补发"]
    last = PayrollRun.objects.order_by("-month").values_list("month", flat=True).first()
    if last is None or last < month:
        return [f"{month} 尚未发放（已发放到 {last or '无'}）"]
    if PayrollRun.objects.filter(month=month).exists():
        return [f"{month} 发放时待遇处于暂停，其后续发而未列补发，请查看待遇历史"]
    return [f"{month} 早于本系统的首次发放，当月发放情况见接入前的记录"]
