"""How somebody stands, in a few lines beside the form of an act about him: the sentence of his own page, and no more."""

from dataclasses import dataclass

from jubao.records.models import Division
from jubao.reports.person.seen import seen_person
from jubao.reports.person.standing import Standing, drawing_of, standing_of
from jubao.reports.viewers import people_seen
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Beside:
    """One person in a few lines: internal key, name, tail of the number, place; how he stands, and since when he is paid.

    ``since``, ``suspended_from`` and ``ended`` are months of the latest award, None where there is none.
    """

    key: int
    name: str
    tail: str
    place: str
    standing: Standing
    since: int | None
    suspended_from: int | None
    ended: int | None


def beside_of(personal_number: str, *, viewer: Viewer) -> Beside | None:
    """How somebody within the viewer's scope stands; None for nobody, and for a payee who is not in the register.

    Raises:
        MayNotLook: he stays away from this person, or his posts see nobody.
    """
    key = people_seen(viewer).filter(personal_number=personal_number).values_list("pk", flat=True).first()
    person = seen_person(key, viewer=viewer) if key is not None else None
    if person is None:
        return None
    places = Division.objects.filter(code__in=[person.township, person.division]).order_by("code")
    drawing = drawing_of(person)
    award = drawing.award
    return Beside(
        person.pk,
        person.name,
        person.resident_number[-4:],
        " ".join(places.values_list("name", flat=True)),
        standing_of(person, drawing, viewer=viewer),
        award.start_month if award else None,
        award.suspended_from if award else None,
        award.ended_month if award else None,
    )
