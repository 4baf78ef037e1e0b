"""What waits for somebody: people of open suspicions, rows without a number, alerts of the audit post. Reads only."""

from typing import Any

from jubao.operations.envelope.posts import Post
from jubao.records.models import Alert, MatchCandidate, RegisterRow

WAITING = (MatchCandidate.State.OPEN, MatchCandidate.State.HELD)


def suspects(list_number: str) -> list[tuple[str, str]]:
    """Resident number and name of everybody on a list somebody must still look for, each once, in the list's order."""
    rows = MatchCandidate.objects.filter(match_list__number=list_number, state__in=WAITING).order_by("id")
    return list(dict.fromkeys(rows.values_list("person__resident_number", "person__name")))


def waiting_rows(list_number: str) -> list[int]:
    """Rows of a list's file that wait for a number and resemble nobody of ours."""
    rows = RegisterRow.objects.filter(match_list__number=list_number, state=RegisterRow.State.WAITING).order_by("row")
    return list(rows.values_list("row", flat=True))


def open_alerts() -> list[dict[str, Any]]:
    """Kind, subject and month of every alert the audit post has not closed."""
    rows = Alert.objects.exclude(state=Alert.State.CLOSED).filter(owner_post__in=[Post.AUDIT, Post.DEPUTY_AUDIT])
    return [dict(row) for row in rows.order_by("id").values("kind", "subject", "month")]
