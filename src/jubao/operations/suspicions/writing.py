"""What a comparison leaves behind: rows that were not compared, suspicions with owner and deadline, the run itself."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from jubao.operations.envelope.declaration import ActReference
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.operations.people import SLICE, in_slices
from jubao.operations.suspicions.comparing import Suspicion, UnreadRow
from jubao.records import bulk
from jubao.records.models import (
    CandidateEvent,
    MatchCandidate,
    MatchList,
    MatchRun,
    RegisterRow,
    RegisterRowEvent,
)
from jubao.vocabulary.workdays import add_workdays

State = MatchCandidate.State
RowState = RegisterRow.State
_EVIDENCE, _NAME = 300, 120


def new_ones(found: Sequence[Suspicion]) -> tuple[list[Suspicion], int]:
    """Suspicions without those that people have already cleared for the same person and source record; and how many."""
    keys = sorted({one.source_key for one in found})
    cleared = {
        pair
        for start in range(0, len(keys), SLICE)
        for pair in MatchCandidate.objects.filter(source_key__in=keys[start : start + SLICE], state=State.CLEARED)
        .order_by("id").values_list("source_key", "person_id")
    }  # fmt: skip
    fresh = [one for one in found if (one.source_key, one.person) not in cleared]
    return fresh, len(found) - len(fresh)


def write_rows(match_list: MatchList, unread: Sequence[UnreadRow], paired: set[int], act: ActReference) -> dict[int, int]:
    """Keep the rows that were not compared by number; returns the key of each by its row in the file."""
    states = [str(RowState.PAIRED) if one.row in paired else str(one.state) for one in unread]
    ids = bulk.insert(
        RegisterRow,
        {
            "match_list_id": match_list.pk, "row": [one.row for one in unread],
            "record_number": [one.record for one in unread], "rule": [one.rule for one in unread],
            "name": [one.name[:_NAME] for one in unread], "resident_number": [one.number for one in unread],
            "details": [one.details for one in unread], "state": states, "act_id": act.id,
        },
        count=len(unread),
    )  # fmt: skip
    moved = [at for at, state in enumerate(states) if state != RowState.REJECTED]
    write_row_events(ids[moved], [states[at] for at in moved], [unread[at].rule for at in moved], act)
    return dict(zip([one.row for one in unread], ids.tolist(), strict=True))


def write_row_events(rows: Any, states: Sequence[str], reasons: Sequence[str], act: ActReference) -> None:
    """Record what became of some rows."""
    bulk.insert(
        RegisterRowEvent,
        {"register_row_id": np.asarray(rows, dtype=np.int64), "state": [str(state) for state in states],
         "reason": [reason[:200] for reason in reasons], "act_id": act.id},
        count=len(states),
    )  # fmt: skip


def move_rows(keys: Sequence[int], state: str, reasons: Sequence[str], act: ActReference) -> None:
    """Move rows to a state, with the event."""
    write_row_events(keys, [state] * len(keys), reasons, act)
    for part in in_slices(keys):
        RegisterRow.objects.filter(pk__in=part).update(state=state)


def write_candidates(
    run: MatchRun, found: Sequence[Suspicion], rows: dict[int, int], *, on: date, act: ActReference
) -> None:
    """Open suspicions of a run, each with its owner and its deadline in working days."""
    due, listed = verification_due(on), run.match_list
    ids = bulk.insert(
        MatchCandidate,
        {
            "match_list_id": listed.pk, "record_number": [one.record for one in found],
            "person_id": np.array([one.person for one in found], dtype=np.int64), "kind": [one.kind for one in found],
            "details": [one.details for one in found],
            "origin": ["EXACT" if one.score_ppm is None else "FUZZY" for one in found],
            "score_ppm": [one.score_ppm for one in found], "explanation": [one.explanation for one in found],
            "source_key": [one.source_key for one in found], "run_id": run.pk,
            "register_row_id": [None if one.row is None else rows[one.row] for one in found],
            "state": str(State.OPEN), "owner_post": str(Post.BENEFITS), "due_date": due, "act_id": act.id,
        },
        count=len(found),
    )  # fmt: skip
    write_events(ids, State.OPEN, [f"名单{listed.number}"] * len(found), str(Post.BENEFITS), [due] * len(found), act)


def verification_due(on: date) -> date:
    """The day by which a suspicion that arises on a day must have been looked at."""
    return add_workdays(on, int(law(on).value("suspension.verification_workdays")))


def write_events(
    candidates: Any, state: str, evidence: Sequence[str], post: str, due: Sequence[date | None], act: ActReference
) -> None:
    """Record a decision on each of some suspicions."""
    bulk.insert(
        CandidateEvent,
        {"candidate_id": candidates, "state": str(state), "evidence": [e[:_EVIDENCE] for e in evidence],
         "owner_post": post, "due_date": list(due), "act_id": act.id},
        count=len(candidates),
    )  # fmt: skip


def move_candidates(rows: Sequence[MatchCandidate], state: str, evidence: Sequence[str], post: str,
                    due: Sequence[date | None], act: ActReference) -> None:  # fmt: skip
    """Move suspicions to a state, with the event, their owner and their deadline."""
    write_events(np.array([row.pk for row in rows], dtype=np.int64), state, evidence, post, due, act)
    by_day: dict[date | None, list[int]] = {}
    for row, day in zip(rows, due, strict=True):
        by_day.setdefault(day, []).append(row.pk)
    for day, keys in by_day.items():
        for part in in_slices(keys):
            MatchCandidate.objects.filter(pk__in=part).update(state=str(state), owner_post=post, due_date=day)
