"""How somebody stands, in a few lines beside the form of an act about him."""

from dataclasses import dataclass

from jubao.records.models import Award, Division
from jubao.reports.viewers import people_seen
from jubao.vocabulary.codes import RelationState
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Beside:
    """One person in a few lines: internal key, name, tail of the number, place, state of the relation, and the pension.

    ``since``, ``suspended_from`` and ``ended`` are months of the latest award, None where there is none.
    """

    key: int
    name: str
    tail: str
    place: str
    state: RelationState
    since: int | None
    suspended_from: int | None
    ended: int | None

    @property
    def tone(self) -> str:
        """How the state is coloured; the word says it."""
        return TONES[self.state]


TONES = {
    RelationState.CONTRIBUTING: "ok",
    RelationState.DRAWING: "ok",
    RelationState.NOT_CONTRIBUTING: "hold",
    RelationState.DRAWING_PAUSED: "hold",
    RelationState.ENDED: "",
}


def beside_of(personal_number: str, *, viewer: Viewer) -> Beside | None:
    """How somebody within the viewer's scope stands; None for nobody, and for a payee who is not in the register.

    Raises:
        MayNotLook: he stays away from this person, or his posts see nobody.
    """
    person = people_seen(viewer).filter(personal_number=personal_number).first() if personal_number else None
    if person is None:
        return None
    viewer.require_distance(person.resident_number)
    places = Division.objects.filter(code__in=[person.township, person.division]).order_by("code")
    award = Award.objects.filter(person=person).order_by("-start_month", "-pk").first()
    return Beside(
        person.pk,
        person.name,
        person.resident_number[-4:],
        " ".join(places.values_list("name", flat=True)),
        RelationState(person.state),
        award.start_month if award else None,
        award.suspended_from if award else None,
        award.ended_month if award else None,
    )
