"""What people decide about suspicions: hold, confirm, clear, end, ask the other side; never a machine."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

from jubao.operations.envelope.declaration import (
    Account,
    ActReference,
    Arguments,
    Memo,
    Month,
    Party,
    Refused,
    Result,
    Words,
    act,
    approve,
    audit,
    check,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.membership.ending import EndOfRelation, end_contributors
from jubao.operations.pensions.closing import TerminateAward
from jubao.operations.pensions.suspension import ResumeAward, SuspendAward, hold, resume
from jubao.operations.pensions.termination import terminate
from jubao.operations.people import find_people, in_slices, shown
from jubao.operations.suspicions.kinds import HOLDING, meaning_of
from jubao.operations.suspicions.writing import move_candidates
from jubao.records.models import Arrears, AwardEvent, MatchCandidate, MatchList, Person
from jubao.vocabulary.codes import ArrearsKind, ContributorEndReason, SuspensionReason, TerminationReason

State = MatchCandidate.State


class Decision(Arguments):
    """What every decision on a suspicion names: the list and the person."""

    list_number: str
    person: str


def _decide(
    cases: Sequence[Decision], state: str, evidence: Sequence[str], act: ActReference, *,
    open_states: Sequence[str] = (State.OPEN, State.HELD), due: Sequence[date | None] | None = None,
    identity: Sequence[str] | None = None,
) -> list[MatchCandidate]:  # fmt: skip
    """Move the suspicions of some people to a state; refused whole when one is not open any more.

    ``identity`` is what shows that the person is the one meant: without it nothing found by score is taken for true.
    """
    people = find_people([case.person for case in cases])
    by_key = _candidates(cases, people)
    faults, decided, reasons, limits = [], [], [], []
    for index, (case, person) in enumerate(zip(cases, people, strict=True)):
        where = f"第{index + 1}项 {shown(person.resident_number)}"
        rows = [r for r in by_key.get((case.list_number, person.pk), []) if r.state in open_states]
        if not rows:
            faults.append(f"{where}：名单 {case.list_number} 上没有待处理的疑点")
        if identity is not None and not identity[index] and any(r.origin == "FUZZY" and r.state != State.TERMINATED for r in rows):
            faults.append(f"{where}：疑点由打分得出，须写明确认为同一人的证据（identity_evidence）")
        proof = f"；同一人依据：{identity[index]}" if identity and identity[index] else ""
        decided += rows
        reasons += [evidence[index] + proof] * len(rows)
        limits += [due[index] if due else None] * len(rows)
    if faults:
        raise Refused(f"疑点处理未办理：共 {len(faults)} 处不符", faults=faults)
    move_candidates(decided, state, reasons, str(Post.BENEFITS) if due else "", limits, act)
    return decided


def _candidates(cases: Sequence[Decision], people: Sequence[Person]) -> dict[tuple[str, int], list[MatchCandidate]]:
    """Suspicions by list number and person."""
    found: dict[tuple[str, int], list[MatchCandidate]] = {}
    numbers = sorted({case.list_number for case in cases})
    for part in in_slices([p.pk for p in people]):
        for row in MatchCandidate.objects.filter(match_list__number__in=numbers, person__in=part).select_related(
            "match_list"
        ).order_by("id"):
            found.setdefault((row.match_list.number, row.person_id), []).append(row)
    return found


def _kinds(cases: Sequence[Decision]) -> dict[str, str]:
    """Kind of each list that cases name."""
    numbers = sorted({case.list_number for case in cases})
    return dict(MatchList.objects.filter(number__in=numbers).order_by("id").values_list("number", "kind"))


def _refuse_hints(cases: Sequence[Decision], *, ending: bool) -> dict[str, str]:
    """Lists that are a hint only neither hold nor end anything.

    Raises:
        Refused: naming the lists and what to do instead.
    """
    kinds = _kinds(cases)
    faults = []
    for number, kind in kinds.items():
        meaning = meaning_of(kind)
        if meaning.suspends is None or (ending and not meaning.ends):
            what = "不据以终止" if meaning.suspends else "只作提示，不据以暂停或终止"
            faults.append(f"名单 {number}（{meaning.title}）{what}，请另办相应业务后以疑点排除了结")
    if faults:
        raise Refused(f"疑点处理未办理：共 {len(faults)} 处不符", faults=faults)
    return kinds


class HoldSuspicion(Decision):
    """A suspicion for which payment is held until somebody has looked."""

    from_month: Month
    due: date


@act("match.hold", title="疑点暂停", arguments=HoldSuspicion, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def hold_suspicions(cases: Sequence[HoldSuspicion], *, on: date, act: ActReference) -> Result:
    """Suspend on suspicion: a hit is never an ending; custody is held under its own reason.

    Source: 社会保险经办条例第二十六条.
    """
    kinds = _refuse_hints(cases, ending=False)
    _decide(cases, State.HELD, [f"暂停自{c.from_month}" for c in cases], act, open_states=(State.OPEN,),
            due=[c.due for c in cases])  # fmt: skip
    suspensions = [
        SuspendAward(person=c.person, reason=meaning_of(kinds[c.list_number]).suspends or SuspensionReason.OTHER,
                     from_month=c.from_month, due=c.due, memo=f"名单{c.list_number}疑点")
        for c in cases
    ]  # fmt: skip
    hold(suspensions, on=on, act=act)
    return {"held": len(cases)}


class ConfirmSuspicion(Decision):
    """A suspicion found true: what ended the pension, when, and who receives what is left.

    ``identity_evidence`` says why the person is the one meant, where only a score said so.
    """

    reason: TerminationReason
    event_date: date
    reported_date: date | None = None
    burial: Literal["火化", "土葬"] | None = None
    heir_name: Party | None = None
    heir_account: Account | None = None
    identity_evidence: Memo = ""


@act("match.confirm", title="疑点核实终止", arguments=ConfirmSuspicion, maker=Post.ACCOUNTS,
     chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)], workdays=10)  # fmt: skip
def confirm_suspicions(cases: Sequence[ConfirmSuspicion], *, on: date, act: ActReference) -> Result:
    """End the pensions of suspicions found true, with their settlement. Source: 社会保险经办条例第二十五、四十六条."""
    _refuse_hints(cases, ending=True)
    _decide(cases, State.TERMINATED, [f"核实：{c.reason.label} {c.event_date}" for c in cases], act,
            identity=[c.identity_evidence for c in cases])  # fmt: skip
    endings = [
        TerminateAward(**c.model_dump(exclude={"list_number", "identity_evidence"}), memo=f"名单{c.list_number}核实")
        for c in cases
    ]
    return terminate(endings, on=on, act=act)


class ClearedBy(StrEnum):
    """What kind of evidence settles a suspicion without an ending."""

    SEEN = "SEEN"
    WRONG_PERSON = "WRONG_PERSON"
    SOURCE_ERROR = "SOURCE_ERROR"
    RELEASED = "RELEASED"
    HANDLED = "HANDLED"


CLEARED_BY = {
    ClearedBy.SEEN: "见到本人",
    ClearedBy.WRONG_PERSON: "并非同一人",
    ClearedBy.SOURCE_ERROR: "来源记录有误",
    ClearedBy.RELEASED: "刑满释放",
    ClearedBy.HANDLED: "已办理相应业务",
}


class ClearSuspicion(Decision):
    """A suspicion found wrong, or settled otherwise, with the evidence and its kind."""

    evidence: Words
    evidence_date: date
    evidence_kind: ClearedBy | None = None


@act("match.clear", title="疑点排除", arguments=ClearSuspicion, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS), audit(Post.AUDIT)])  # fmt: skip
def clear_suspicions(cases: Sequence[ClearSuspicion], *, on: date, act: ActReference) -> Result:
    """Dismiss suspicions; what was held is resumed with full back-pay, after custody that was true without.

    Nobody is paid again while another list that stands against paying still waits for an answer.
    Source: 社会保险经办条例第二十六条.
    """
    told = [f"{CLEARED_BY[c.evidence_kind]}：{c.evidence}" if c.evidence_kind else c.evidence for c in cases]
    decided = _decide(cases, State.CLEARED, told, act)
    held = {row.person_id for row in decided if row.state == State.HELD}
    pairs = [(p, c) for p, c in zip(find_people([c.person for c in cases]), cases, strict=True) if p.pk in held]
    if not pairs:
        return {"cleared": len(cases), "resumed": 0}
    _refuse_doubted([p for p, _ in pairs])
    resumptions = [
        ResumeAward(person=c.person, evidence=c.evidence, evidence_date=c.evidence_date, pay_back=True)
        for _, c in pairs
    ]
    resumed = resume([p for p, _ in pairs], resumptions, on=on, act=act)
    innocent = [p.pk for p, c in pairs if c.evidence_kind != ClearedBy.RELEASED]
    return {"cleared": len(cases)} | resumed | {"with_back_pay": resumed["with_back_pay"] + _owe_innocent(innocent, act)}


def _refuse_doubted(people: Sequence[Person]) -> None:
    """Refuse to resume people of whom another suspicion is open, naming its list."""
    faults = [
        f"{shown(row.person.resident_number)}：名单 {row.match_list.number} 上还有未核实的疑点，请先办理该疑点"
        for part in in_slices([p.pk for p in people])
        for row in MatchCandidate.objects.filter(
            person__in=part, state__in=(State.OPEN, State.HELD), match_list__kind__in=HOLDING
        ).select_related("person", "match_list").order_by("id")
    ]  # fmt: skip
    if faults:
        raise Refused(f"疑点排除未办理：共 {len(faults)} 处不符", faults=faults)


def _owe_innocent(people: Sequence[int], act: ActReference) -> int:
    """Custody pays nothing back; who never was in custody is owed every month held all the same."""
    resumed = AwardEvent.objects.filter(
        act_id=act.id, kind=AwardEvent.Kind.RESUMED, reason=SuspensionReason.IN_CUSTODY, award__person__in=people
    ).order_by("id")
    owed = 0
    for event in resumed:
        held = AwardEvent.objects.filter(award=event.award_id, kind=AwardEvent.Kind.SUSPENDED).order_by("-id")[0]
        if held.month < event.month:
            Arrears.objects.create(act_id=act.id, award_id=event.award_id, kind=ArrearsKind.RESUMPTION,
                                   from_month=held.month, to_month=event.month)  # fmt: skip
            owed += 1
    return owed


class EndPayer(Decision):
    """A contributor found elsewhere whose relation here ends."""

    reason: ContributorEndReason
    event_date: date
    payee_name: Party = ""
    payee_account: Account = ""
    identity_evidence: Memo = ""


@act("match.end_payer", title="重复参保终止", arguments=EndPayer, maker=Post.ACCOUNTS,
     chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)], workdays=10)  # fmt: skip
def end_payers(cases: Sequence[EndPayer], *, on: date, act: ActReference) -> Result:
    """End contributors found insured elsewhere, with their settlement. Source: 人社部发〔2014〕17号."""
    _refuse_hints(cases, ending=True)
    _decide(cases, State.TERMINATED, [f"核实：{c.reason.label}" for c in cases], act,
            identity=[c.identity_evidence for c in cases])  # fmt: skip
    endings = [
        EndOfRelation(c.person, str(c.reason), c.event_date, f"名单{c.list_number}核实", c.payee_name, c.payee_account)
        for c in cases
    ]
    return end_contributors(endings, on=on, act=act)


class RequestOther(Decision):
    """A double pension already ended here; the other agency is asked to hold its own."""

    note: Memo = ""
    identity_evidence: Memo = ""


@act("match.request_other", title="函请对方暂停待遇", arguments=RequestOther, maker=Post.BENEFITS,
     chain=[check(Post.AUDIT)])  # fmt: skip
def request_others(cases: Sequence[RequestOther], *, on: date, act: ActReference) -> Result:
    """Ask the other agency, for people whose relation here is ended. Source: 人社部发〔2014〕17号."""
    decided = _decide(cases, State.REQUESTED, [c.note or "已终止，函请对方暂停" for c in cases], act,
                      open_states=(State.OPEN, State.TERMINATED), identity=[c.identity_evidence for c in cases])  # fmt: skip
    running = set(
        Person.objects.filter(pk__in=[r.person_id for r in decided][:30000])
        .exclude(enrolment__enrolment_state="4").values_list("pk", flat=True)
    )  # fmt: skip
    if running:
        raise Refused(f"有 {len(running)} 人在本地的关系尚未终止，不能函请对方")
    return {"requested": len(cases)}
