"""What a comparison and the decisions on it leave behind: rows not compared, suspicions, and each step they take."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.posts import Post
from jubao.operations.people import SLICE
from jubao.operations.registers.comparison import Suspicion, UnreadRow
from jubao.records.models import (
    CandidateEvent,
    MatchCandidate,
    MatchList,
    MatchRun,
    RegisterRow,
    RegisterRowEvent,
)
from jubao.vocabulary.workdays import HolidaysNotKnown, add_workdays

State = MatchCandidate.State
RowState = RegisterRow.State
SATURDAY = 5
_EVIDENCE, _NAME, _REASON = 300, 120, 200


def new_ones(found: Sequence[Suspicion]) -> tuple[list[Suspicion], int]:
    """Suspicions without those that people have already cleared for the same person and source record; and how many."""
    keys = sorted({one.source_key for one in found})
    cleared: set[tuple[str, int]] = set()
    for start in range(0, len(keys), SLICE):
        rows = MatchCandidate.objects.filter(source_key__in=keys[start : start + SLICE], state=State.CLEARED)
        cleared |= set(rows.order_by("id").values_list("source_key", "person_id"))
    fresh = [one for one in found if (one.source_key, one.person) not in cleared]
    return fresh, len(found) - len(fresh)


def verification_due(changes: Changes) -> date:
    """The day by which a suspicion that arises on the business date must have been looked at."""
    return due_after(int(changes.view.law.value("suspension.verification_workdays")), changes)


def due_after(workdays: int, changes: Changes) -> date:
    """The business date and some working days; where the holidays are not announced yet, weekdays, with a word on it."""
    on = changes.view.on
    try:
        return add_workdays(on, workdays)
    except HolidaysNotKnown:
        due = _weekdays_after(on, workdays)
        told = f"期限 {due} 跨入放假安排尚未公布的年度，按周一至周五推算，公布后请核对"
        if told not in changes.notices:
            changes.notice(told)
        return due


def _weekdays_after(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


# ── Rows ──


def store_rows(
    match_list: MatchList, unread: Sequence[UnreadRow], paired: set[int], changes: Changes
) -> dict[int, int]:
    """Plan to keep the rows that were not compared by number; returns the key of each by its row in the file."""
    states = [str(RowState.PAIRED) if one.row in paired else str(one.state) for one in unread]
    ids = changes.insert(
        RegisterRow,
        {
            "match_list_id": match_list.pk,
            "row": [one.row for one in unread],
            "record_number": [one.record for one in unread],
            "rule": [one.rule for one in unread],
            "name": [one.name[:_NAME] for one in unread],
            "resident_number": [one.number for one in unread],
            "details": [one.details for one in unread],
            "state": states,
        },
        count=len(unread),
    )
    moved = [at for at, state in enumerate(states) if state != RowState.REJECTED]
    _row_events(ids[moved], [states[at] for at in moved], [unread[at].rule for at in moved], changes)
    return dict(zip([one.row for one in unread], ids.tolist(), strict=True))


def _row_events(rows: Sequence[int] | Ids, states: Sequence[str], reasons: Sequence[str], changes: Changes) -> None:
    """What becomes of some rows."""
    changes.insert(
        RegisterRowEvent,
        {
            "register_row_id": np.asarray(rows, dtype=np.int64),
            "state": [str(state) for state in states],
            "reason": [reason[:_REASON] for reason in reasons],
        },
        count=len(states),
    )


def move_rows(keys: Sequence[int], state: str, reasons: Sequence[str], changes: Changes) -> None:
    """Plan to move rows to a state, with the event."""
    _row_events(keys, [state] * len(keys), reasons, changes)
    changes.update(RegisterRow, keys, state=str(state))


# ── Suspicions ──


def store_candidates(run: MatchRun, found: Sequence[Suspicion], rows: Mapping[int, int], changes: Changes) -> None:
    """Plan the open suspicions of a run, each with its owner and its deadline in working days.

    Args:
        run: the comparison they come from.
        found: the suspicions.
        rows: key of each row that was kept, by its row in the file.
        changes: the plan they become part of.
    """
    due, listed = verification_due(changes), run.match_list
    ids = changes.insert(
        MatchCandidate,
        {
            "match_list_id": listed.pk,
            "record_number": [one.record for one in found],
            "person_id": np.array([one.person for one in found], dtype=np.int64),
            "kind": [one.kind for one in found],
            "details": [one.details for one in found],
            "origin": ["EXACT" if one.score_ppm is None else "FUZZY" for one in found],
            "score_ppm": [one.score_ppm for one in found],
            "explanation": [one.explanation for one in found],
            "source_key": [one.source_key for one in found],
            "run_id": run.pk,
            "register_row_id": [None if one.row is None else rows[one.row] for one in found],
            "state": str(State.OPEN),
            "owner_post": str(Post.BENEFITS),
            "due_date": due,
        },
        count=len(found),
    )
    _step(ids, changes, state=str(State.OPEN), evidence=f"名单{listed.number}", owner=str(Post.BENEFITS), due=due)


def move_candidates(
    rows: Sequence[MatchCandidate],
    changes: Changes,
    *,
    state: str | list[str],
    evidence: list[str],
    owner: str | list[str] = "",
    due: date | list[date] | list[date | None] | None = None,
) -> None:
    """Plan to move suspicions to a state, with the event, their owner and their deadline.

    Args:
        rows: the suspicions, each once.
        changes: the plan it becomes part of.
        state: one for all or one for each, as the rest.
        evidence: what each step rests on.
        owner: the post that must act next, empty for none.
        due: the day of the next step, None where none is left.
    """
    keys = [row.pk for row in rows]
    told = [text[:_EVIDENCE] for text in evidence]
    _step(np.array(keys, dtype=np.int64), changes, state=state, evidence=told, owner=owner, due=due)
    changes.update(MatchCandidate, keys, state=state, owner_post=owner, due_date=due)


def _step(candidates: Ids, changes: Changes, *, state: Any, evidence: Any, owner: Any, due: Any) -> None:
    """One step of each of some suspicions; each column one value for all, or a list of one for each."""
    changes.insert(
        CandidateEvent,
        {"candidate_id": candidates, "state": state, "evidence": evidence, "owner_post": owner, "due_date": due},
        count=len(candidates),
    )
