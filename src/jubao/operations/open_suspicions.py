"""People on whom a list waits for an answer: who is said to be dead is neither awarded, nor sent away, nor ended alive."""

from collections.abc import Sequence
from dataclasses import dataclass

from jubao.operations.envelope.fault import Faults
from jubao.operations.people import PeopleTable, in_slices
from jubao.operations.registers.kinds import HOLDING, MEANINGS, title_of
from jubao.records.models import MatchCandidate

DEATHS = tuple(sorted(str(kind) for kind, meaning in MEANINGS.items() if meaning.death))
"""Kinds of lists that say somebody died."""
UNANSWERED = (MatchCandidate.State.OPEN, MatchCandidate.State.HELD)


@dataclass(frozen=True)
class Waiting:
    """A list that waits for an answer about somebody: its kind and its number."""

    kind: str
    number: str

    def __str__(self) -> str:
        """Its name and number, as they are read."""
        return f"《{title_of(self.kind)} {self.number}》"


def suspected(people: Sequence[int], kinds: Sequence[str] = HOLDING) -> dict[int, list[Waiting]]:
    """By person, the lists that wait for an answer, the earliest first; only who is on one is in it.

    Args:
        people: their keys; kinds: of the lists asked about.
    """
    found: dict[int, list[Waiting]] = {}
    waiting = MatchCandidate.objects.filter(state__in=UNANSWERED, match_list__kind__in=kinds).order_by("id")
    for part in in_slices(people):
        named = waiting.filter(person__in=part).values_list("person_id", "match_list__kind", "match_list__number")
        for person, kind, number in named:
            found.setdefault(person, []).append(Waiting(kind, number))
    return found


def check_not_suspected(people: PeopleTable, kinds: Sequence[str], faults: Faults) -> None:
    """Refuse everybody on whom a list of some kinds waits for an answer.

    Source: 社会保险经办条例第二十六条（疑点应当核实后处理）.
    """
    named = suspected(people.person.tolist(), kinds)
    for number, person in enumerate(people.person.tolist(), start=1):
        if person in named:
            rule = f"{named[person][0]}上的疑点尚未核实"
            then = "请先核实：属实的按疑点核实终止办理，不属实的办理疑点排除"
            faults.add(number, "person", rule, next_step=then, place=str(people.number[number - 1]))


@dataclass(frozen=True)
class HoldingSuspicion:
    """An open suspicion that stands against paying a person: its id, and the list it comes from."""

    id: int
    list_kind: str
    list_number: str

    @property
    def why(self) -> str:
        """The reason of a hold, as it will be read."""
        return f"疑点待核实：{title_of(self.list_kind)} {self.list_number}"


def holding_suspicions() -> dict[int, HoldingSuspicion]:
    """By person, the earliest suspicion of a list that holds payment which nobody has held, cleared or confirmed yet."""
    rows = MatchCandidate.objects.filter(state=MatchCandidate.State.OPEN, match_list__kind__in=HOLDING).order_by("id")
    found: dict[int, HoldingSuspicion] = {}
    for person, key, kind, number in rows.values_list("person_id", "id", "match_list__kind", "match_list__number"):
        found.setdefault(person, HoldingSuspicion(key, kind, number))
    return found
