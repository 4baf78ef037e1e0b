"""Suspicions found wrong, or settled otherwise: what was held for them is paid again."""

from collections.abc import Sequence
from dataclasses import replace

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Given, Paper, Unit, act, approve, audit, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, Evidence, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.pensions.resumption import ResumeAward, check_resume, resume
from jubao.operations.people import find_people, shown
from jubao.operations.registers.kinds import HOLDING
from jubao.operations.suspicions.decisions import (
    OPEN_STATES,
    Answered,
    Decision,
    Hits,
    State,
    answer,
    check_decidable,
    hits_of,
    own_hits,
)
from jubao.records.models import AwardEvent, MatchCandidate, Person
from jubao.vocabulary.codes.suspicion import ClearedBy


class ClearSuspicion(Decision):
    """A suspicion found wrong, or settled otherwise, with the evidence and its kind."""

    evidence: Evidence = ask("排除依据", "Evidence", column=(AwardEvent, "evidence"), hint="如 入户见到本人，照片存档")
    evidence_date: Day = ask(
        "依据日期", "Day of the evidence", not_after="today", hint="刑满释放的，填释放日期，如 2017-09-12"
    )
    evidence_kind: ClearedBy | None = ask("依据种类", "Kind of evidence", default=None)


@act(
    "match.clear",
    title="疑点排除",
    asks=ClearSuspicion,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS), audit(Post.AUDIT)],
    about=About.PERSON,
    undone_by="award.suspend",
    papers=[Paper("排除依据（核查表、释放证明或来源单位的更正）")],
    gives=[
        Given("cleared", "排除人数", "people cleared", Unit.PEOPLE),
        Given("resumed", "续发人数", "people resumed", Unit.PEOPLE),
        Given("with_back_pay", "补发人数", "people with back-pay", Unit.PEOPLE),
    ],
    second_factor=True,
)
class Clearing:
    """Dismiss suspicions; what was held is resumed with full back-pay, after custody that was true without.

    Nobody is paid again while another list that stands against paying still waits for an answer.
    Source: 社会保险经办条例第二十六条.
    """

    def check(self, cases: Sequence[ClearSuspicion], view: View) -> Faults:
        """A suspicion still to be decided; who was held may resume, and nothing else stands against it."""
        faults = Faults()
        people = check_decidable(cases, view, faults)
        if people:
            held = _held(cases, people, view)
            for number in held:
                _check_doubted(number, cases[number - 1], people[number - 1], hits_of(people, view), faults)
            some = [people[number - 1] for number in held]
            found = check_resume(some, [_resumption(cases[number - 1]) for number in held], view)
            faults.found += [replace(fault, case=held[fault.case - 1] if fault.case else 0) for fault in found]
        return faults

    def plan(self, cases: Sequence[ClearSuspicion], view: View) -> Changes:
        """The suspicions answered, and the pensions that run again."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        own = [Answered(rows) for rows in _own(cases, people, view)]
        answer(cases, own, State.CLEARED, [_told(case) for case in cases], changes)
        held = _held(cases, people, view)
        resumed = {"resumed": 0}
        if held:
            some, theirs = [people[number - 1] for number in held], [cases[number - 1] for number in held]
            innocent = {
                person.pk
                for person, case in zip(some, theirs, strict=True)
                if case.evidence_kind is not ClearedBy.RELEASED
            }
            resumed = resume(some, [_resumption(case) for case in theirs], changes, innocent=innocent)
        return changes.giving(cleared=len(cases), **resumed)


def _told(case: ClearSuspicion) -> str:
    return f"{case.evidence_kind.label}：{case.evidence}" if case.evidence_kind else case.evidence


def _own(cases: Sequence[ClearSuspicion], people: Sequence[Person], view: View) -> list[list[MatchCandidate]]:
    hits = hits_of(people, view)
    return [own_hits(case, person, hits, OPEN_STATES) for case, person in zip(cases, people, strict=True)]


def _held(cases: Sequence[ClearSuspicion], people: Sequence[Person], view: View) -> list[int]:
    """Numbers of the cases (from 1) whose person is held for the suspicion."""
    own = _own(cases, people, view)
    return [number for number, rows in enumerate(own, start=1) if any(row.state == State.HELD for row in rows)]


def _resumption(case: ClearSuspicion) -> ResumeAward:
    return ResumeAward(person=case.person, evidence=case.evidence, evidence_date=case.evidence_date, pay_back=True)


def _check_doubted(number: int, case: ClearSuspicion, person: Person, hits: Hits, faults: Faults) -> None:
    """Nobody is resumed of whom another list that stands against paying still waits for an answer."""
    for row in hits.get(person.pk, []):
        listed = row.match_list
        if row.state in OPEN_STATES and listed.kind in HOLDING and listed.number != case.list_number:
            rule = f"名单 {listed.number} 上还有未核实的疑点"
            place = shown(person.resident_number)
            faults.add(number, "list_number", rule, next_step="请先办理该疑点", place=place)
