"""Comparing lists from outside with the register, and the decisions people take on what was found."""

import json
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from django.db.models import F

from jubao.exchange.fault import Fault, FileRefused
from jubao.exchange.large import read_large
from jubao.matching.comparison import Hits, Insured, classify, is_candidate
from jubao.matching.exact import Register, match
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, audit, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import open_inbound, original_name, read_inbound, take_in
from jubao.operations.law import law
from jubao.operations.membership.ending import EndOfRelation, end_contributors
from jubao.operations.pensions.closing import TerminateAward
from jubao.operations.pensions.suspension import ResumeAward, SuspendAward, hold, resume
from jubao.operations.pensions.termination import terminate
from jubao.operations.people import find_people, in_slices, shown
from jubao.records import bulk
from jubao.records.models import CandidateEvent, EnrolmentEvent, MatchCandidate, MatchList, Office, Person
from jubao.vocabulary.codes import ContributorEndReason, SuspensionReason, TerminationReason
from jubao.vocabulary.workdays import add_workdays

State = MatchCandidate.State


class ListKind(StrEnum):
    """What a list says about the people on it."""

    MINISTRY_DEATH = "MINISTRY_DEATH"
    POLICE_DEATH = "POLICE_DEATH"
    CROSS_PROVINCE = "CROSS_PROVINCE"
    PROVINCIAL = "PROVINCIAL"


LAYOUTS = {
    ListKind.MINISTRY_DEATH: "death_list",
    ListKind.POLICE_DEATH: "death_list",
    ListKind.CROSS_PROVINCE: "duplicate_list",
    ListKind.PROVINCIAL: "provincial_comparison",
}


class ImportList(Arguments):
    """A list as it came in, with its number and sender."""

    file: str
    list_kind: ListKind
    list_number: str
    received_from: str
    region: str = ""


@act("match.import", title="比对名单导入", arguments=ImportList, maker=Post.BENEFITS, chain=[check(Post.AUDIT)])
def import_lists(cases: Sequence[ImportList], *, on: date, act: ActReference) -> Result:
    """Compare a list with the register by exact number; every hit that needs a decision becomes a suspicion.

    Source: 社会保险经办条例第八、二十六条.
    """
    if len(cases) != 1:
        raise Refused("比对名单须逐份导入")
    case = cases[0]
    if MatchList.objects.filter(number=case.list_number).exists():
        raise Refused(f"名单 {case.list_number} 已经导入")
    found = _compare_large(case) if case.list_kind == ListKind.PROVINCIAL else _compare_small(case)
    layout = LAYOUTS[case.list_kind]
    match_list = MatchList.objects.create(
        act_id=act.id, number=case.list_number, kind=case.list_kind, received_from=case.received_from,
        inbound_file=take_in(case.file, layout, rows=found["compared"], act=act), compared=found["compared"],
        hits=found["hits"], candidates=len(found["rows"]),
    )  # fmt: skip
    due = add_workdays(on, int(law(on).value("suspension.verification_workdays")))
    rows = found["rows"]
    ids = bulk.insert(
        MatchCandidate,
        {
            "match_list_id": match_list.pk, "record_number": [r["record_number"] for r in rows],
            "person_id": np.array([r["person"] for r in rows], dtype=np.int64), "kind": [r["kind"] for r in rows],
            "details": [r["details"] for r in rows], "owner_post": str(Post.BENEFITS), "due_date": due,
            "act_id": act.id,
        },
        count=len(rows),
    )  # fmt: skip
    _write_events(ids, State.OPEN, [f"名单{case.list_number}"] * len(rows), str(Post.BENEFITS), [due] * len(rows), act)
    return {"compared": found["compared"], "hits": found["hits"], "candidates": len(rows)}


_COMPARED: dict[tuple[str, int], dict[str, Any]] = {}


def _register() -> tuple[Register, list[tuple[Any, ...]]]:
    rows = list(
        Person.objects.order_by("resident_key")
        .annotate(state=F("enrolment__enrolment_state"), paying=F("enrolment__contribution_state"))
        .values_list("resident_key", "id", "state", "paying", "name")
        .iterator(20000)
    )
    return Register.of(np.array([row[0] for row in rows], dtype=np.int64)), rows


def _compare_large(case: ImportList) -> dict[str, Any]:
    """The provincial comparison, streamed; remembered between rehearsal and execution."""
    last = EnrolmentEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    key = (case.file, last)
    if key not in _COMPARED:
        _COMPARED.clear()
        _COMPARED[key] = _stream(case)
    return _COMPARED[key]


def _stream(case: ImportList) -> dict[str, Any]:
    register, people = _register()
    own_area = Office.objects.get().district_code
    hits, rows = 0, []
    filename = original_name(case.file)
    try:
        reading = read_large(open_inbound(case.file), LAYOUTS[case.list_kind], filename=filename)
        for chunk in reading:
            left, right = match(chunk.keys, register)
            hits += left.size
            rows += _candidates(chunk.columns, left, [people[i] for i in right.tolist()], own_area)
    except FileRefused as refused:
        raise _refusal(filename, refused.faults) from refused
    if reading.faults:
        raise _refusal(filename, reading.faults)
    return {"compared": reading.rows, "hits": hits, "rows": rows}


def _refusal(filename: str, faults: Sequence[Fault]) -> Refused:
    return Refused(f"文件《{filename}》未导入：共 {len(faults)} 处错误", faults=[str(fault) for fault in faults])


def _candidates(
    columns: dict[str, Any], left: np.ndarray, ours: list[tuple[Any, ...]], own_area: str
) -> list[dict[str, Any]]:
    def pick(name: str) -> np.ndarray:
        return np.array([columns[name][i] for i in left.tolist()], dtype=np.str_)

    hits = Hits(scheme=pick("scheme"), area=pick("area"), state=pick("state"))
    insured = Insured(
        enrolment_state=np.array([p[2] for p in ours], dtype=np.str_),
        contribution_state=np.array([p[3] for p in ours], dtype=np.str_),
    )
    kinds = classify(hits, insured, own_area=own_area)
    wanted = np.flatnonzero(is_candidate(kinds)).tolist()
    return [
        _row(columns, int(left[i]), ours[i][1], str(kinds[i]), same_name=ours[i][4] == columns["name"][int(left[i])])
        for i in wanted
    ]


def _row(columns: dict[str, Any], index: int, person: int, kind: str, *, same_name: bool) -> dict[str, Any]:
    told = {
        name: str(columns[name][index])
        for name in columns
        if name not in {"resident_number", "name", "record_number"} and columns[name][index] is not None
    }
    told["same_name"] = "1" if same_name else "0"
    details = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return {"record_number": columns["record_number"][index], "person": person, "kind": kind, "details": details}


def _compare_small(case: ImportList) -> dict[str, Any]:
    """A list of suspicions: every row that meets somebody in payment (or, for duplicates, anybody) is one."""
    table = read_inbound(case.file, LAYOUTS[case.list_kind])
    wanted = table.columns["resident_number"]
    known = {
        p["resident_number"]: p
        for part in in_slices(wanted)
        for p in Person.objects.filter(resident_number__in=part)
        .annotate(state=F("enrolment__enrolment_state"))
        .values("id", "resident_number", "name", "state")
    }
    rows = [
        _row(table.columns, index, known[number]["id"], str(case.list_kind),
             same_name=known[number]["name"] == table.columns["name"][index])
        for index, number in enumerate(wanted)
        if number in known and known[number]["state"] != "4"
    ]
    return {"compared": table.rows, "hits": sum(n in known for n in wanted), "rows": rows}


def _write_events(
    candidates: Any, state: str, evidence: Sequence[str], post: str, due: Sequence[date | None], act: ActReference
) -> None:
    bulk.insert(
        CandidateEvent,
        {"candidate_id": candidates, "state": str(state), "evidence": [e[:300] for e in evidence],
         "owner_post": post, "due_date": list(due), "act_id": act.id},
        count=len(candidates),
    )  # fmt: skip


class Decision(Arguments):
    """What every decision on a suspicion names: the list and the person."""

    list_number: str
    person: str


def _decide(
    cases: Sequence[Decision], state: str, evidence: Sequence[str], act: ActReference, *,
    open_states: Sequence[str] = (State.OPEN, State.HELD), due: Sequence[date | None] | None = None,
) -> list[MatchCandidate]:  # fmt: skip
    """Move the suspicions of some people to a state; refused whole when one is not open any more."""
    people = find_people([case.person for case in cases])
    by_key: dict[tuple[str, int], list[MatchCandidate]] = {}
    numbers = sorted({case.list_number for case in cases})
    for part in in_slices([p.pk for p in people]):
        for row in MatchCandidate.objects.filter(match_list__number__in=numbers, person__in=part).select_related(
            "match_list"
        ).order_by("id"):
            by_key.setdefault((row.match_list.number, row.person_id), []).append(row)
    faults, decided, reasons, limits = [], [], [], []
    for index, (case, person) in enumerate(zip(cases, people, strict=True)):
        rows = [r for r in by_key.get((case.list_number, person.pk), []) if r.state in open_states]
        if not rows:
            faults.append(f"第{index + 1}项 {shown(person.resident_number)}：名单 {case.list_number} 上没有待处理的疑点")
        decided += rows
        reasons += [evidence[index]] * len(rows)
        limits += [due[index] if due else None] * len(rows)
    if faults:
        raise Refused(f"疑点处理未办理：共 {len(faults)} 处不符", faults=faults)
    owner = str(Post.BENEFITS) if due else ""
    _write_events(np.array([r.pk for r in decided], dtype=np.int64), state, reasons, owner, limits, act)
    for part in in_slices([r.pk for r in decided]):
        MatchCandidate.objects.filter(pk__in=part).update(state=state, owner_post=owner)
    _set_deadlines(decided, limits)
    return decided


def _set_deadlines(decided: Sequence[MatchCandidate], limits: Sequence[date | None]) -> None:
    by_day: dict[date | None, list[int]] = {}
    for row, day in zip(decided, limits, strict=True):
        by_day.setdefault(day, []).append(row.pk)
    for day, keys in by_day.items():
        for part in in_slices(keys):
            MatchCandidate.objects.filter(pk__in=part).update(due_date=day)


class HoldSuspicion(Decision):
    """A suspicion for which payment is held until somebody has looked."""

    from_month: int
    due: date


@act("match.hold", title="疑点暂停", arguments=HoldSuspicion, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def hold_suspicions(cases: Sequence[HoldSuspicion], *, on: date, act: ActReference) -> Result:
    """Suspend on suspicion: a hit is never an ending. Source: 社会保险经办条例第二十六条."""
    _decide(cases, State.HELD, [f"暂停自{c.from_month}" for c in cases], act, open_states=(State.OPEN,),
            due=[c.due for c in cases])  # fmt: skip
    suspensions = [
        SuspendAward(person=c.person, reason=SuspensionReason.OTHER, from_month=c.from_month, due=c.due,
                     memo=f"名单{c.list_number}疑点")
        for c in cases
    ]
    hold(suspensions, on=on, act=act)
    return {"held": len(cases)}


class ConfirmSuspicion(Decision):
    """A suspicion found true: what ended the pension, when, and who receives what is left."""

    reason: TerminationReason
    event_date: date
    reported_date: date | None = None
    burial: Literal["火化", "土葬"] | None = None
    heir_name: str | None = None
    heir_account: str | None = None


@act("match.confirm", title="疑点核实终止", arguments=ConfirmSuspicion, maker=Post.ACCOUNTS,
     chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)], workdays=10)  # fmt: skip
def confirm_suspicions(cases: Sequence[ConfirmSuspicion], *, on: date, act: ActReference) -> Result:
    """End the pensions of suspicions found true, with their settlement. Source: 社会保险经办条例第二十五、四十六条."""
    _decide(cases, State.TERMINATED, [f"核实：{c.reason.label} {c.event_date}" for c in cases], act)
    endings = [
        TerminateAward(**c.model_dump(exclude={"list_number"}), memo=f"名单{c.list_number}核实") for c in cases
    ]
    return terminate(endings, on=on, act=act)


class ClearSuspicion(Decision):
    """A suspicion found wrong, with the evidence."""

    evidence: str
    evidence_date: date


@act("match.clear", title="疑点排除", arguments=ClearSuspicion, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS), audit(Post.AUDIT)])  # fmt: skip
def clear_suspicions(cases: Sequence[ClearSuspicion], *, on: date, act: ActReference) -> Result:
    """Dismiss suspicions; what was held is resumed with full back-pay. Source: 社会保险经办条例第二十六条."""
    decided = _decide(cases, State.CLEARED, [c.evidence for c in cases], act)
    held = {row.person_id for row in decided if row.state == State.HELD}
    pairs = [(p, c) for p, c in zip(find_people([c.person for c in cases]), cases, strict=True) if p.pk in held]
    if not pairs:
        return {"cleared": len(cases), "resumed": 0}
    resumptions = [
        ResumeAward(person=c.person, evidence=c.evidence, evidence_date=c.evidence_date, pay_back=True)
        for _, c in pairs
    ]
    return {"cleared": len(cases)} | resume([p for p, _ in pairs], resumptions, on=on, act=act)


class EndPayer(Decision):
    """A contributor found elsewhere whose relation here ends."""

    reason: ContributorEndReason
    event_date: date
    payee_name: str = ""
    payee_account: str = ""


@act("match.end_payer", title="重复参保终止", arguments=EndPayer, maker=Post.ACCOUNTS,
     chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)], workdays=10)  # fmt: skip
def end_payers(cases: Sequence[EndPayer], *, on: date, act: ActReference) -> Result:
    """End contributors found insured elsewhere, with their settlement. Source: 人社部发〔2014〕17号."""
    _decide(cases, State.TERMINATED, [f"核实：{c.reason.label}" for c in cases], act)
    endings = [
        EndOfRelation(c.person, str(c.reason), c.event_date, f"名单{c.list_number}核实", c.payee_name, c.payee_account)
        for c in cases
    ]
    return end_contributors(endings, on=on, act=act)


class RequestOther(Decision):
    """A double pension already ended here; the other agency is asked to hold its own."""

    note: str = ""


@act("match.request_other", title="函请对方暂停待遇", arguments=RequestOther, maker=Post.BENEFITS,
     chain=[check(Post.AUDIT)])  # fmt: skip
def request_others(cases: Sequence[RequestOther], *, on: date, act: ActReference) -> Result:
    """Ask the other agency, for people whose relation here is ended. Source: 人社部发〔2014〕17号."""
    decided = _decide(cases, State.REQUESTED, [c.note or "已终止，函请对方暂停" for c in cases], act,
                      open_states=(State.OPEN, State.TERMINATED))  # fmt: skip
    running = set(
        Person.objects.filter(pk__in=[r.person_id for r in decided][:30000])
        .exclude(enrolment__enrolment_state="4").values_list("pk", flat=True)
    )  # fmt: skip
    if running:
        raise Refused(f"有 {len(running)} 人在本地的关系尚未终止，不能函请对方")
    return {"requested": len(cases)}
