"""Lists from outside: taken in and compared, compared again when the register has moved on, and their loose ends."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated

from pydantic import StringConstraints

from jubao.operations.envelope.declaration import ActReference, Arguments, Memo, Name, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import take_in
from jubao.operations.people import in_slices
from jubao.operations.suspicions.comparing import Comparison, Source, Suspicion, compare
from jubao.operations.suspicions.kinds import ListKind, meaning_of
from jubao.operations.suspicions.mappings import find_mapping, stored_mapping
from jubao.operations.suspicions.plausibility import refuse_implausible
from jubao.operations.suspicions.writing import (
    move_candidates,
    move_rows,
    new_ones,
    verification_due,
    write_candidates,
    write_rows,
)
from jubao.records.models import CandidateEvent, MatchCandidate, MatchList, MatchRun, RegisterMapping, RegisterRow

State = MatchCandidate.State
RowState = RegisterRow.State
AGAIN, GONE = "重新比对", "后续名单"


class ImportList(Arguments):
    """A list as it came in, with its number and sender.

    ``mapping`` names how it is read (else the kind's own layout), ``reason`` explains implausible totals,
    ``replaces`` names the earlier list of the same sender that this one continues.
    """

    file: str
    list_kind: ListKind
    list_number: Name
    received_from: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    region: Memo = ""
    mapping: str = ""
    reason: Memo = ""
    replaces: str = ""


@act("match.import", title="比对名单导入", arguments=ImportList, maker=Post.BENEFITS, chain=[check(Post.AUDIT)])
def import_lists(cases: Sequence[ImportList], *, on: date, act: ActReference) -> Result:
    """Compare a list with the register: by number, else by score; every hit that needs a decision is a suspicion.

    Every row is accepted, rejected with its reason, or waits for a number; what was cleared before for the
    same source record is not raised again.
    Source: 社会保险经办条例第八、二十六条.
    """
    if len(cases) != 1:
        raise Refused("比对名单须逐份导入")
    case = cases[0]
    if MatchList.objects.filter(number=case.list_number).exists():
        raise Refused(f"名单 {case.list_number} 已经导入")
    mapping = find_mapping(case.mapping, case.list_kind) if case.mapping else None
    earlier = _replaced(case) if case.replaces else None
    source = source_of(case.file, case.list_kind, mapping, received=on)
    plausible = partial(refuse_implausible, meaning=meaning_of(case.list_kind), on=on, reason=case.reason)
    found = compare(source, plausible=plausible)
    plausible(found)
    fresh, remembered = new_ones([*found.exact, *found.fuzzy])
    match_list = MatchList.objects.create(
        act_id=act.id, number=case.list_number, kind=case.list_kind, received_from=case.received_from, mapping=mapping,
        inbound_file=take_in(case.file, source.layout, rows=found.rows, act=act), compared=found.rows,
        hits=found.hits, candidates=len(fresh), accepted=found.accepted, rejected=found.rejected, waiting=found.waiting,
    )  # fmt: skip
    stale = _drop_what_is_gone(earlier, found, case.list_number, act) if earlier else 0
    run = _write_run(match_list, found, len(fresh), remembered, stale, act)
    rows = write_rows(match_list, found.unread, {one.row for one in fresh if one.row is not None}, act)
    write_candidates(run, fresh, rows, on=on, act=act)
    return _counted(found) | {"candidates": len(fresh), "remembered": remembered, "stale": stale}


def source_of(file: str, kind: ListKind, mapping: RegisterMapping | None, *, received: date) -> Source:
    """How a kept file is read that came in on a day.

    Raises:
        Refused: the kind has no layout of its own and no mapping was named.
    """
    if mapping is None and not meaning_of(kind).layout:
        raise Refused(f"“{meaning_of(kind).title}”没有固定格式，请先登记名册格式（register.map）并在 mapping 中写明")
    stored = stored_mapping(mapping) if mapping else None
    return Source(file, ListKind(kind), stored, f"{mapping.name}-{mapping.version}" if mapping else "", received)


def _counted(found: Comparison) -> Result:
    return {
        "compared": found.rows, "accepted": found.accepted, "rejected": found.rejected, "waiting": found.waiting,
        "hits": found.hits, "fuzzy": len(found.fuzzy),
    }  # fmt: skip


def _write_run(
    match_list: MatchList, found: Comparison, fresh: int, remembered: int, stale: int, act: ActReference
) -> MatchRun:
    seq = 1 + MatchRun.objects.filter(match_list=match_list).count()
    return MatchRun.objects.create(
        act_id=act.id, match_list=match_list, seq=seq, model_version=found.model, hits=found.hits, candidates=fresh,
        remembered=remembered, stale=stale,
    )  # fmt: skip


def _replaced(case: ImportList) -> MatchList:
    earlier = MatchList.objects.filter(number=case.replaces).first()
    if earlier is None:
        raise Refused(f"被接续的名单 {case.replaces} 没有导入过")
    if (earlier.kind, earlier.received_from) != (case.list_kind, case.received_from):
        raise Refused(f"名单 {case.replaces} 的种类或来源与本名单不同，不能接续")
    return earlier


def _drop_what_is_gone(earlier: MatchList, found: Comparison, number: str, act: ActReference) -> int:
    """Open suspicions of an earlier list whose record its successor no longer carries; decisions stay."""
    waiting = MatchCandidate.objects.filter(match_list=earlier, state=State.OPEN).order_by("id")
    gone = [row for row in waiting if row.source_key and row.source_key not in found.carried]
    _make_stale(gone, f"{GONE}{number}不再列入", act)
    return len(gone)


def _make_stale(rows: Sequence[MatchCandidate], why: str, act: ActReference) -> None:
    """A suspicion without ground any more; its row, if no other candidate is left, waits again."""
    move_candidates(rows, State.STALE, [why] * len(rows), "", [None] * len(rows), act)
    sources = sorted({row.register_row_id for row in rows if row.register_row_id is not None})
    kept = {
        key for part in in_slices(sources)
        for key in MatchCandidate.objects.filter(register_row__in=part).exclude(state=State.STALE).order_by("id")
        .values_list("register_row_id", flat=True)
    }  # fmt: skip
    lone = [key for key in sources if key not in kept]
    move_rows(lone, RowState.WAITING, [why] * len(lone), act)


class RerunList(Arguments):
    """A list that is to be compared again with today's register."""

    list_number: str


@act("match.rerun", title="名单重新比对", arguments=RerunList, maker=Post.BENEFITS, chain=[check(Post.AUDIT)])
def rerun_lists(cases: Sequence[RerunList], *, on: date, act: ActReference) -> Result:
    """Compare the kept file again: who joined since is found, what no longer holds is set aside; no decision changes.

    Source: 社会保险经办条例第二十六条.
    """
    if len(cases) != 1:
        raise Refused("名单须逐份重新比对")
    match_list = MatchList.objects.select_related("inbound_file", "mapping", "act").filter(number=cases[0].list_number).first()
    if match_list is None:
        raise Refused(f"名单 {cases[0].list_number} 没有导入过")
    kept, kind = match_list.inbound_file.sha256, ListKind(match_list.kind)
    found = compare(source_of(kept, kind, match_list.mapping, received=match_list.act.business_date))
    rows = {row.row: row for row in RegisterRow.objects.filter(match_list=match_list).order_by("id")}
    able = [one for one in found.fuzzy if one.row in rows and rows[one.row].state in (RowState.WAITING, RowState.PAIRED)]
    wanted = [*found.exact, *able]
    known = {(c.record_number, c.person_id): c for c in MatchCandidate.objects.filter(match_list=match_list).order_by("id")}
    fresh, remembered = new_ones([one for one in wanted if (one.record, one.person) not in known])
    here = {(one.record, one.person) for one in wanted}
    stale = [row for key, row in known.items() if row.state == State.OPEN and key not in here]
    back = _set_aside_by_a_run([row for key, row in known.items() if row.state == State.STALE and key in here])
    run = _write_run(match_list, found, len(fresh), remembered, len(stale), act)
    _make_stale(stale, f"{AGAIN}未再命中", act)
    due = verification_due(on)
    move_candidates(back, State.OPEN, [f"{AGAIN}再次命中"] * len(back), str(Post.BENEFITS), [due] * len(back), act)
    write_candidates(run, fresh, {row: one.pk for row, one in rows.items()}, on=on, act=act)
    _pair(fresh, back, rows, act)
    counted = {"candidates": len(fresh), "reopened": len(back), "remembered": remembered, "stale": len(stale)}
    return _counted(found) | counted


def _set_aside_by_a_run(rows: Sequence[MatchCandidate]) -> list[MatchCandidate]:
    """Of suspicions set aside, those that an earlier run set aside (and not a later list of the sender)."""
    last = {
        key: evidence for part in in_slices([row.pk for row in rows])
        for key, evidence in CandidateEvent.objects.filter(candidate__in=part).order_by("id").values_list("candidate_id", "evidence")
    }  # fmt: skip
    return [row for row in rows if last[row.pk].startswith(AGAIN)]


def _pair(fresh: Sequence[Suspicion], back: Sequence[MatchCandidate], rows: dict[int, RegisterRow], act: ActReference) -> None:
    """Rows that waited and have a suspicion now."""
    paired = {rows[one.row].pk for one in fresh if one.row is not None}
    paired |= {row.register_row_id for row in back if row.register_row_id is not None}
    moved = [
        key for part in in_slices(sorted(paired))
        for key in RegisterRow.objects.filter(pk__in=part, state=RowState.WAITING).order_by("id").values_list("id", flat=True)
    ]  # fmt: skip
    move_rows(moved, RowState.PAIRED, [f"{AGAIN}找到相似的参保人"] * len(moved), act)


class DismissRow(Arguments):
    """A waiting row about nobody of ours, with what was done to find out."""

    list_number: str
    row: int
    reason: Memo


@act("match.dismiss", title="查无此人", arguments=DismissRow, maker=Post.BENEFITS, chain=[check(Post.AUDIT)])
def dismiss_rows(cases: Sequence[DismissRow], *, on: date, act: ActReference) -> Result:
    """Close rows that wait for a number and belong to nobody in the register. Source: 社会保险经办条例第二十六条."""
    numbers = sorted({case.list_number for case in cases})
    waiting = {
        (row.match_list.number, row.row): row
        for row in RegisterRow.objects.filter(match_list__number__in=numbers, state=RowState.WAITING)
        .select_related("match_list").order_by("id")
    }  # fmt: skip
    faults = [
        f"第{index}项：名单 {case.list_number} 第{case.row}行不是待核号的行"
        for index, case in enumerate(cases, start=1) if (case.list_number, case.row) not in waiting
    ]  # fmt: skip
    faults += [f"第{index}项：没有写明查找经过" for index, case in enumerate(cases, start=1) if not case.reason]
    if len({(case.list_number, case.row) for case in cases}) != len(cases):
        faults.append("同一行在同一申请中出现两次")
    if faults:
        raise Refused(f"查无此人未办理：共 {len(faults)} 处不符", faults=faults)
    keys = [waiting[case.list_number, case.row].pk for case in cases]
    move_rows(keys, RowState.DISMISSED, [case.reason for case in cases], act)
    return {"dismissed": len(cases)}
