"""From whose records the members of staff stay away now."""

import json
from collections.abc import Iterable, Sequence

from django.db import connection

from jubao.records.models import Recusal


def recused_of(staff: str) -> frozenset[str]:
    """The keyed numbers from which a member of staff stays away."""
    standing = Recusal.objects.filter(staff__code=staff, end__isnull=True).order_by("pk")
    return frozenset(standing.values_list("keyed_number", flat=True))


Declared = Sequence[tuple[str, str]]
"""Staff code and keyed number of every recusal that holds."""
DECLARED = """
SELECT s.code, r.keyed_number FROM records_recusal r JOIN records_staff s ON s.id = r.staff_id
WHERE NOT EXISTS (SELECT 1 FROM records_recusalend e WHERE e.recusal_id = r.id) ORDER BY r.id
"""


def staff_recused(concerned: Iterable[str], declared: Declared | None = None) -> frozenset[str]:
    """Everybody who stays away from any of these keyed numbers; ``declared`` where it was asked already."""
    wanted = frozenset(concerned)
    if not wanted:
        return frozenset()
    return frozenset(code for code, number in (_declared() if declared is None else declared) if number in wanted)


def _declared() -> Declared:
    with connection.cursor() as cursor:
        cursor.execute(DECLARED)
        return list(cursor.fetchall())


def concerned_in(stored: str) -> frozenset[str]:
    """The keyed numbers a proposal keeps of those it is about."""
    return frozenset(json.loads(stored))
