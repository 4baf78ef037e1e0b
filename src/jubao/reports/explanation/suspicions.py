"""Lists from outside as people ask about them: how far each is worked off, and why somebody is a suspicion."""

import json
from collections import Counter
from datetime import date
from typing import Any

from jubao.records.models import MatchCandidate, MatchList, MatchRun, RegisterRow
from jubao.reports.viewers import people_seen
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.viewer import SEARCHING, Viewer

WAITING = ("OPEN", "HELD")
PERSONAL = {"resident_number", "phone", "bank_account", "card_number", "address"}


class NoSuchList(LookupError):
    """No list of that number was imported."""


def all_lists(on: date, *, viewer: Viewer) -> list[dict[str, Any]]:
    """Every list with its rows by fate, its suspicions by state, and the age in days of what still waits.

    Args:
        on: the day from which age is counted.
        viewer: who asks (controls e.2, row 17).
    Raises:
        MayNotLook: he answers for some divisions only, or configures rights.
    """
    viewer.require(SEARCHING, "名单处理进度")
    viewer.require_everywhere("名单处理进度")
    states: dict[int, Counter[str]] = {}
    oldest: dict[int, date] = {}
    rows = MatchCandidate.objects.order_by("id").values_list("match_list_id", "state", "act__business_date", "due_date")
    overdue: Counter[int] = Counter()
    for key, state, since, due in rows.iterator(5000):
        states.setdefault(key, Counter())[state] += 1
        if state in WAITING:
            oldest[key] = min(oldest.get(key, since), since)
            overdue[key] += due is not None and due < on
    waiting = Counter(
        RegisterRow.objects.filter(state="WAITING").order_by("id").values_list("match_list_id", flat=True)
    )
    return [
        {
            "number": one.number,
            "kind": one.kind,
            "received_from": one.received_from,
            "on": str(one.act.business_date),
            "rows": one.compared,
            "accepted": one.accepted,
            "rejected": one.rejected,
            "waiting": one.waiting,
            "hits": one.hits,
            "still_waiting": waiting[one.pk],
            "states": dict(states.get(one.pk, {})),
            "overdue": overdue[one.pk],
            "oldest_days": (on - oldest[one.pk]).days if one.pk in oldest else None,
        }
        for one in MatchList.objects.select_related("act").order_by("id")
    ]


def one_list(number: str, *, viewer: Viewer, record: str = "") -> dict[str, Any]:
    """A list: its runs, its suspicions with what each rests on, and the rows without a number; people are masked.

    Args:
        number: the list's number.
        viewer: who asks; he sees the suspicions about people of his divisions.
        record: the sender's number of one record; all without it.
    Raises:
        NoSuchList: no such list.
        MayNotLook: none of the viewer's posts may look at people.
    """
    found = MatchList.objects.filter(number=number).first()
    if found is None:
        raise NoSuchList(f"名单 {number} 没有导入过")
    narrowed = {"record_number": record} if record else {}
    candidates = MatchCandidate.objects.filter(match_list=found, **narrowed).select_related("person")
    unread = RegisterRow.objects.filter(match_list=found, **narrowed).order_by("row")
    seen = people_seen(viewer)
    if not viewer.is_everywhere:  # a row without a number is nobody's yet, and so of no division
        candidates, unread = candidates.filter(person__in=seen), unread.none()
    shown = candidates.order_by("record_number", "-score_ppm", "id")
    near = [row for row in shown if row.person.resident_number not in viewer.recused]
    runs = MatchRun.objects.filter(match_list=found).order_by("seq")
    columns = ("seq", "model_version", "hits", "candidates", "remembered", "stale")
    return {
        "number": number,
        "kind": found.kind,
        "received_from": found.received_from,
        "runs": list(runs.values(*columns)),
        "candidates": [_candidate(row) for row in near],
        "left_out": len(shown) - len(near),
        "rows": [
            {
                "row": row.row,
                "record": row.record_number,
                "state": str(row.state),
                "rule": row.rule,
                "name": _masked("name", row.name),
                "resident_number": _masked("resident_number", row.resident_number),
            }
            for row in unread
            if row.resident_number not in viewer.recused
        ],
    }


def _candidate(row: MatchCandidate) -> dict[str, Any]:
    why = json.loads(row.explanation) if row.explanation else {}
    told = {name: _masked(name, str(value)) for name, value in json.loads(row.details).items()}
    return {
        "record": row.record_number,
        "name": _masked("name", row.person.name),
        "resident_number": mask(row.person.resident_number),
        "kind": row.kind,
        "state": str(row.state),
        "due": str(row.due_date or ""),
        "origin": row.origin,
        "score_ppm": row.score_ppm,
        "ambiguous": bool(why.get("ambiguous", False)),
        "parts": [_part(part) for part in why.get("parts", [])],
        "told": told,
    }


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """One comparison of a score; what it says of people is masked."""
    return {
        key: value if key in OPEN_KEYS or not isinstance(value, str) else _cut(value) for key, value in part.items()
    }


OPEN_KEYS = {"comparison", "level", "factor", "weight"}


def _masked(field: str, value: str) -> str:
    if field == "name":
        return value[:1] + "*" * min(max(len(value) - 1, 0), 3)
    if field == "resident_number":
        return mask(value)
    return _cut(value) if field in PERSONAL else value


def _cut(value: str) -> str:
    return value if len(value) <= 1 else f"{value[0]}…{len(value)}字"
