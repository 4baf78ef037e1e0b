"""Whom a list makes us look for: the people of its open and held suspicions. Reads only."""

from jubao.records.models import MatchCandidate

WAITING = (MatchCandidate.State.OPEN, MatchCandidate.State.HELD)


def suspects(list_number: str) -> list[tuple[str, str]]:
    """Resident number and name of everybody on a list somebody must still look for, each once, in the list's order."""
    rows = MatchCandidate.objects.filter(match_list__number=list_number, state__in=WAITING).order_by("id")
    return list(dict.fromkeys(rows.values_list("person__resident_number", "person__name")))
