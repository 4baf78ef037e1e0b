"""A list compared again when the register has moved on: nothing that people decided changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jubao.exchange.fault import FileRefused
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Unit, act, check
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.fields import ListRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import in_slices
from jubao.operations.registers.candidate_store import (
    RowState,
    State,
    move_candidates,
    move_rows,
    new_ones,
    store_candidates,
    verification_due,
)
from jubao.operations.registers.comparing import compare, note_file_faults
from jubao.operations.registers.comparison import Comparison, SenderList, Suspicion
from jubao.operations.registers.lists import sender_list
from jubao.operations.registers.runs import COUNTED, add_run, counts_of, hold_back, set_aside, tell
from jubao.records.models import CandidateEvent, MatchCandidate, MatchList, RegisterRow
from jubao.vocabulary.codes.suspicion import ListKind

AGAIN = "重新比对"


class RerunList(Arguments):
    """A list that is to be compared again with today's register."""

    list_number: ListRef = ask("名单号", "Number of the list", hint="已导入的名单，如 GA-201703")


@act(
    "match.rerun",
    title="名单重新比对",
    asks=RerunList,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT)],
    about=About.LIST,
    undone_by=Final("重新比对只反映底册的现状，不改动任何决定；底册再变时再比对一次即可"),
    gives=[*COUNTED, Given("reopened", "重新命中的疑点", "suspicions that hold again", Unit.ROWS)],
    most_cases=ONE,
)
class RerunOfList:
    """Compare the kept file again: who joined since is found, what no longer holds is set aside; no decision changes.

    Source: 社会保险经办条例第二十六条.
    """

    def check(self, cases: Sequence[RerunList], view: View) -> Faults:
        """The list was imported, and its file can still be read."""
        faults, number = Faults(), cases[0].list_number
        listed = _listed(number, view)
        if listed is None:
            faults.add(1, "list_number", f"名单 {number} 没有导入过", next_step="请核对名单号")
            return faults
        try:
            _compared(listed, view)
        except FileRefused as refused:
            note_file_faults(refused.faults, faults, case=1, field="list_number")
        except Refused as refused:
            faults.add(1, "list_number", refused.message)
        return faults

    def plan(self, cases: Sequence[RerunList], view: View) -> Changes:
        """Another run, the suspicions it adds and brings back, and those it sets aside."""
        changes, listed = Changes(view), _listed(cases[0].list_number, view)
        assert listed is not None, "a plan is made after its check"
        found = _compared(listed, view)
        again = _sort_out(listed, found)
        run = add_run(
            listed, found, changes, fresh=len(again.fresh), remembered=again.remembered, stale=len(again.stale)
        )
        set_aside(again.stale, f"{AGAIN}未再命中", changes, paired=again.paired)
        evidence, due = [f"{AGAIN}再次命中"] * len(again.back), verification_due(changes)
        move_candidates(
            again.back, changes, state=str(State.OPEN), evidence=evidence, owner=str(Post.BENEFITS), due=due
        )
        store_candidates(run, again.fresh, {row: one.pk for row, one in again.rows.items()}, changes)
        _pair(again.paired, changes)
        held = hold_back(
            listed, {*(one.person for one in again.fresh), *(row.person_id for row in again.back)}, changes
        )
        tell(found, changes)
        counted = {"candidates": len(again.fresh), "reopened": len(again.back), "remembered": again.remembered}
        return changes.giving(**counts_of(found), **counted, stale=len(again.stale), held=held)


def _listed(number: str, view: View) -> MatchList | None:
    rows = MatchList.objects.select_related("inbound_file", "mapping", "act")
    return view.once(("list", number), lambda: rows.filter(number=number).first())


def _compared(listed: MatchList, view: View) -> Comparison:
    """The kept file beside today's register, read as on the day it came in."""
    received = listed.act.business_date
    sender: SenderList = sender_list(
        listed.inbound_file.sha256, ListKind(listed.kind), listed.mapping, received=received
    )
    return view.once(("comparison", *sender.key), lambda: compare(sender))


@dataclass(frozen=True)
class Again:
    """What a list says now, beside what it said.

    Attributes:
        fresh: suspicions that are new.
        remembered: how many people had cleared before.
        stale: open suspicions that no longer hold.
        back: suspicions an earlier run set aside, which hold again.
        rows: the list's kept rows by their row in the file.
    """

    fresh: list[Suspicion]
    remembered: int
    stale: list[MatchCandidate]
    back: list[MatchCandidate]
    rows: Mapping[int, RegisterRow]

    @property
    def paired(self) -> set[int]:
        """Keys of the rows without a number for which there is somebody again."""
        found = {self.rows[one.row].pk for one in self.fresh if one.row is not None}
        return found | {row.register_row_id for row in self.back if row.register_row_id is not None}


def _sort_out(listed: MatchList, found: Comparison) -> Again:
    rows = {row.row: row for row in RegisterRow.objects.filter(match_list=listed).order_by("id")}
    able = {number for number, row in rows.items() if row.state in (RowState.WAITING, RowState.PAIRED)}
    wanted = [*found.exact, *(one for one in found.fuzzy if one.row in able)]
    kept = MatchCandidate.objects.filter(match_list=listed).order_by("id")
    known = {(row.record_number, row.person_id): row for row in kept}
    here = {(one.record, one.person) for one in wanted}
    fresh, remembered = new_ones([one for one in wanted if (one.record, one.person) not in known])
    stale = [row for key, row in known.items() if row.state == State.OPEN and key not in here]
    back = _set_aside_by_a_run(row for key, row in known.items() if row.state == State.STALE and key in here)
    return Again(fresh, remembered, stale, back, rows)


def _set_aside_by_a_run(rows: Iterable[MatchCandidate]) -> list[MatchCandidate]:
    """Of suspicions set aside, those that an earlier run set aside (and not a later list of the sender)."""
    listed = list(rows)
    last: dict[int, str] = {}
    for part in in_slices([row.pk for row in listed]):
        steps = CandidateEvent.objects.filter(candidate__in=part).order_by("id")
        last |= dict(steps.values_list("candidate_id", "evidence"))
    return [row for row in listed if last[row.pk].startswith(AGAIN)]


def _pair(paired: Iterable[int], changes: Changes) -> None:
    """Rows that waited and have a suspicion now."""
    moved = [
        key
        for part in in_slices(sorted(paired))
        for key in RegisterRow.objects.filter(pk__in=part, state=RowState.WAITING)
        .order_by("id")
        .values_list("id", flat=True)
    ]
    move_rows(moved, str(RowState.PAIRED), [f"{AGAIN}找到相似的参保人"] * len(moved), changes)
