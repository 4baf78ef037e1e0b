"""Where people live as known on a day: township and village of each, by the latest residence that had begun."""

from collections import Counter
from dataclasses import dataclass

from jubao.records.models import CategoryPeriod, Division, Residence
from jubao.reports.figures.window import Window
from jubao.vocabulary.codes.office import DivisionLevel

Place = tuple[str, str]


@dataclass(frozen=True)
class Township:
    """A township and its villages, each with code and name."""

    code: str
    name: str
    villages: tuple[Place, ...]


def places_of(window: Window) -> dict[int, Place]:
    """Township and village of every person by primary key; a code nobody recorded stands for itself."""
    places = place_names()
    return {key: places.get(code, (code, code)) for key, code in latest_of(Residence, "division", window).items()}


def latest_of(model: type[Residence | CategoryPeriod], column: str, window: Window) -> dict[int, str]:
    """The value of the latest period that had begun and was known by the day, by person."""
    begun = model.objects.filter(window.known(), valid_from__lte=window.as_of).order_by("valid_from", "pk")
    return dict(begun.values_list("person_id", column))


def place_names() -> dict[str, Place]:
    """Township and own name of every division by code; places of one name bear their township's, too."""
    rows = list(Division.objects.order_by("code").values_list("code", "name", "parent"))
    names = {code: name for code, name, _ in rows}
    often = Counter(names.values())
    return {
        code: (names.get(parent, name), f"{names.get(parent, '')}{name}" if often[name] > 1 else name)
        for code, name, parent in rows
    }


def townships() -> tuple[Township, ...]:
    """Every township with its villages, in the order of the codes."""
    rows = list(Division.objects.order_by("code").values_list("code", "name", "parent", "level"))
    villages: dict[str, list[Place]] = {}
    for code, name, parent, level in rows:
        if level == DivisionLevel.VILLAGE:
            villages.setdefault(parent, []).append((code, name))
    named = [(code, name) for code, name, _, level in rows if level == DivisionLevel.TOWNSHIP]
    return tuple(Township(code, name, tuple(villages.get(code, ()))) for code, name in named)
