"""From whose records the members of staff stay away now."""

import json
from collections.abc import Iterable

from jubao.records.models import Recusal


def recused_of(staff: str) -> frozenset[str]:
    """The keyed numbers from which a member of staff stays away."""
    standing = Recusal.objects.filter(staff__code=staff, end__isnull=True).order_by("pk")
    return frozenset(standing.values_list("keyed_number", flat=True))


def staff_recused(concerned: Iterable[str]) -> frozenset[str]:
    """Everybody who stays away from any of these keyed numbers."""
    wanted = frozenset(concerned)
    if not wanted:
        return frozenset()
    standing = Recusal.objects.filter(end__isnull=True).order_by("pk").values_list("staff__code", "keyed_number")
    return frozenset(code for code, number in standing if number in wanted)


def concerned_in(stored: str) -> frozenset[str]:
    """The keyed numbers a proposal keeps of those it is about."""
    return frozenset(json.loads(stored))
