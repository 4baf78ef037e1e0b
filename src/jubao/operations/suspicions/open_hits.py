"""What a list or a month's watch found, whatever became of it since. Reads only."""

from typing import Any

from jubao.records.models import Alert, MatchCandidate, RegisterRow
from jubao.vocabulary.codes.alert import AlertKind


def suspects(list_number: str) -> list[tuple[str, str]]:
    """Resident number and name of everybody a list raised a suspicion of, each once, in the list's order."""
    rows = MatchCandidate.objects.filter(match_list__number=list_number).order_by("id")
    return list(dict.fromkeys(rows.values_list("person__resident_number", "person__name")))


def unpaired_rows(list_number: str) -> list[int]:
    """Rows of a list's file that have no number and resemble nobody of ours."""
    unpaired = (RegisterRow.State.WAITING, RegisterRow.State.DISMISSED)
    rows = RegisterRow.objects.filter(match_list__number=list_number, state__in=unpaired).order_by("row")
    return list(rows.values_list("row", flat=True))


def unusual(month: int) -> list[dict[str, Any]]:
    """Kind, subject and month of what a month's watch found unusual, overdue suspensions apart."""
    rows = Alert.objects.filter(month=month).exclude(kind=str(AlertKind.SUSPENSION_OVERDUE)).order_by("id")
    return [dict(row) for row in rows.values("kind", "subject", "month")]
