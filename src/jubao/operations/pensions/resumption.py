"""Resuming suspended pensions on fresh evidence, with the months in between where their reason pays back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, audit, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, PastDay, PersonRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.open_suspicions import suspected
from jubao.operations.pensions.lifted_suspensions import (
    LiftedSuspension,
    lifted_suspensions_of,
    owed_stretches,
    runs_from,
)
from jubao.operations.pensions.open_month import first_open_month
from jubao.operations.people import awards_of, change_state, enrolments_of, find_people, in_slices, relations_of, shown
from jubao.operations.settlement.withdrawal import DueAgain, Withdrawn, withdraw
from jubao.records.models import Arrears, Award, AwardEvent, Person
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind, SuspensionReason


class ResumeAward(Arguments):
    """Fresh evidence that a suspended pension is due again; ``pay_back`` decides where the law leaves it open."""

    person: PersonRef = ask("参保人", "Pensioner", hint="公民身份号码或个人编号")
    evidence: Evidence = ask("续发依据", "Evidence", column=(AwardEvent, "evidence"), hint="如 上门认证表、释放证明")
    evidence_date: PastDay = ask(
        "依据日期", "Day of the evidence", not_after="today", hint="刑满释放的，填释放日期，如 2017-09-12"
    )
    pay_back: bool = ask("补发暂停期间待遇", "Pay the held months back", default=True)


@act(
    "award.resume",
    title="待遇续发",
    asks=ResumeAward,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS), audit(Post.AUDIT)],
    about=About.AWARD,
    undone_by="award.suspend",
    papers=[Paper("续发依据（认证表、释放证明、核实材料）")],
    gives=[
        Given("resumed", "续发人数", "people resumed", Unit.PEOPLE),
        Given("with_back_pay", "补发人数", "people with back-pay", Unit.PEOPLE),
    ],
    second_factor=True,
)
class Resumption:
    """Resume awards; the months in between are owed where the reason of the suspension pays back.

    Nobody under an open suspicion resumes here; it is cleared first. A list that is only a hint stands against nothing.
    Source: 城乡居民基本养老保险经办规程，待遇暂停与续发.
    """

    def check(self, cases: Sequence[ResumeAward], view: View) -> Faults:
        """Only a held pension resumes, on evidence later than its suspension, and nobody suspected."""
        faults = Faults()
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        named = suspected([person.pk for person in people])
        for number, person in enumerate(people, start=1):
            if person.pk in named:
                place = shown(person.resident_number)
                faults.add(number, "person", "疑点尚未核实，应先办理疑点排除", place=place)
        faults.extend(check_resume(people, cases, view))
        return faults

    def plan(self, cases: Sequence[ResumeAward], view: View) -> Changes:
        """The resumed awards, their events and states, and what is owed."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        return changes.giving(**resume(people, cases, changes))


def check_resume(people: Sequence[Person], cases: Sequence[ResumeAward], view: View) -> Faults:
    """What stands against resuming some people's awards; suspicions are for the caller to look at."""
    faults = Faults()
    awards, held = awards_of(people, view), suspensions_of(people, view)
    for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
        award, place = awards.get(person.pk), shown(person.resident_number)
        if award is None or award.suspended_from is None:
            faults.add(number, "person", "没有暂停中的待遇", place=place)
        elif case.evidence_date < months.first_day(held[award.pk].month):
            rule = f"依据日期 {case.evidence_date} 早于暂停年月"
            faults.add(number, "evidence_date", rule, next_step="须有暂停之后的新依据", place=place)
    return faults


def suspensions_of(people: Sequence[Person], view: View) -> dict[int, AwardEvent]:
    """The latest suspension of some people's running awards, by award, read once for check and plan."""
    awards = [award.pk for award in awards_of(people, view).values()]

    def read() -> dict[int, AwardEvent]:
        return {
            event.award_id: event
            for part in in_slices(awards)
            for event in AwardEvent.objects.filter(award__in=part, kind=AwardEvent.Kind.SUSPENDED).order_by("id")
        }

    return view.once(("latest suspensions", tuple(awards)), read)


@dataclass(frozen=True)
class Resumed:
    """One pension that runs again: from which month, and from which month on it is owed, but for earlier stops."""

    person: Person
    award: Award
    held: AwardEvent
    case: ResumeAward
    running_from: int
    due_from: int
    rests: Sequence[LiftedSuspension] = ()


def resume(
    people: Sequence[Person], cases: Sequence[ResumeAward], changes: Changes, *, innocent: Collection[int] = ()
) -> dict[str, Any]:
    """Plan the resumption of some people's awards; ``check_resume`` has found nothing against it.

    After custody a pension runs again from its month after release, never before; months since then that no run paid
    are owed. Otherwise it runs from the next payroll, and the reason decides whether held months are owed.

    Args:
        people: whose awards, in the order of the cases.
        cases: the evidence.
        changes: the plan it becomes part of.
        innocent: ids of people who, as has shown, never were in custody: they are owed every month held for it.
    Returns:
        how many were resumed, and how many of them are owed months.
    """
    resumed = _resumed(people, cases, changes.view, innocent)
    first_open = first_open_month(changes.view)
    changes.add_all(
        AwardEvent(
            award=one.award,
            kind=AwardEvent.Kind.RESUMED,
            month=one.running_from,
            reason=one.held.reason,
            evidence=one.case.evidence,
            evidence_date=one.case.evidence_date,
        )
        for one in resumed
    )
    owed = {one.award.pk: owed_stretches(one.due_from, first_open, one.rests) for one in resumed}
    owe_months([(one.award, *stretch) for one in resumed for stretch in owed[one.award.pk]], changes)
    due_again = [
        DueAgain(one.person.pk, one.held.act_id, one.due_from, one.running_from)
        for one in resumed
        if one.due_from < one.running_from
    ]
    basis = {one.person.pk: one.case.evidence for one in resumed}
    owe_differences({one.person.pk: one.award for one in resumed}, withdraw(due_again, basis, changes), changes)
    for one in resumed:
        changes.set(one.award, suspended_from=None)
    enrolments = enrolments_of(people, changes.view)
    change_state(relations_of([enrolments[p.pk] for p in people]), to=("1", "3"), reason="", changes=changes)
    return {"resumed": len(people), "with_back_pay": sum(bool(stretches) for stretches in owed.values())}


def _resumed(
    people: Sequence[Person], cases: Sequence[ResumeAward], view: View, innocent: Collection[int]
) -> list[Resumed]:
    awards, held = awards_of(people, view), suspensions_of(people, view)
    back_pay, offset = view.law.value("suspension.back_pay"), int(view.law.value("suspension.custody_resume_offset"))
    first_open, rests = first_open_month(view), lifted_suspensions_of([award.pk for award in awards.values()])
    found = []
    for person, case in zip(people, cases, strict=True):
        award = awards[person.pk]
        stop = held[award.pk]
        rule = "FULL" if person.pk in innocent else back_pay[stop.reason]
        earlier = rests.get(award.pk, [])
        running = due = runs_from(first_open, earlier)
        if stop.reason == SuspensionReason.IN_CUSTODY and person.pk not in innocent:
            released = months.add(months.of(case.evidence_date), offset)
            running, due = max(running, released), max(stop.month, released)
        if rule == "FULL" or (rule == "DECISION" and case.pay_back):
            due = min(stop.month, running)
        found.append(Resumed(person, award, stop, case, running, due, earlier))
    return found


def owe_months(owed: Sequence[tuple[Award, int, int]], changes: Changes) -> None:
    """Plan whole months owed: award, first month, and the month after the last."""
    changes.add_all(
        Arrears(award=award, kind=str(ArrearsKind.RESUMPTION), from_month=first, to_month=end)
        for award, first, end in owed
    )


def owe_differences(awards: Mapping[int, Award], again: Mapping[int, Withdrawn], changes: Changes) -> None:
    """Plan what people paid back for months that are due after all, month by month and item by item."""
    changes.add_all(
        Arrears(
            award=awards[person],
            kind=str(ArrearsKind.RESUMPTION),
            item=month.item,
            amount_fen=month.amount_fen,
            from_month=month.month,
            to_month=months.add(month.month, 1),
        )
        for person, withdrawn in again.items()
        for month in withdrawn.owed
    )
