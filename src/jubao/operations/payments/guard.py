"""Before a payroll is locked: which lists should have been matched and were not, and whom an open suspicion holds."""

from dataclasses import dataclass
from datetime import date, timedelta

from jubao.operations.law import law
from jubao.operations.registers.kinds import HOLDING, title_of
from jubao.records.models import MatchCandidate, MatchList


def missing_lists(on: date) -> list[str]:
    """Names of the required lists none of whose kinds was matched in the days before; policy ``watch.required_lists``."""
    values = law(on)
    since = on - timedelta(days=int(values.value("watch.list_fresh_days")))
    rows = MatchList.objects.filter(act__business_date__gt=since, act__business_date__lte=on).order_by("id")
    known = set(rows.values_list("kind", flat=True))
    return [name for name, kinds in values.value("watch.required_lists").items() if not known & set(kinds)]


@dataclass(frozen=True)
class Suspicion:
    """An open suspicion that stands against paying a person: its id, and the list it comes from."""

    id: int
    list_kind: str
    list_number: str

    @property
    def why(self) -> str:
        """The reason of a hold, as it will be read."""
        return f"疑点待核实：{title_of(self.list_kind)} {self.list_number}"


def open_suspicions() -> dict[int, Suspicion]:
    """By person, the earliest suspicion of a list that holds payment which nobody has held, cleared or confirmed yet."""
    rows = MatchCandidate.objects.filter(state=MatchCandidate.State.OPEN, match_list__kind__in=HOLDING).order_by("id")
    found: dict[int, Suspicion] = {}
    for person, key, kind, number in rows.values_list("person_id", "id", "match_list__kind", "match_list__number"):
        found.setdefault(person, Suspicion(key, kind, number))
    return found
