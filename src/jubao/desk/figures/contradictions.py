"""Everything that must be explained about a year's figures: relations that do not hold, values outside their bounds."""

from dataclasses import dataclass

from django.http import QueryDict

from jubao.desk.figures.addresses import figure_address
from jubao.desk.figures.words import name_of
from jubao.desk.frame.page import page
from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.reports.analysis.contradictions import Contradiction
from jubao.reports.analysis.days import Days
from jubao.reports.analysis.year import YearOfContradictions, contradictions_of_year
from jubao.reports.catalogue.figures import find_figure
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

EXPLAIN = "figure.explain"


@dataclass(frozen=True)
class ShownContradiction:
    """One thing to explain: what it says, the figures it is about with their addresses, and the act that explains it."""

    text: str
    anchor: str
    reason: str
    place: str
    why: Both
    figures: tuple[tuple[Both, str], ...]
    acts: tuple[OfferedAct, ...]


@dataclass(frozen=True)
class ShownContradictions:
    """The page: year and day, how many are open, relations, bounds without a reason, bounds with one."""

    days: Days
    open: int
    relations: tuple[ShownContradiction, ...]
    unusual: tuple[ShownContradiction, ...]
    explained: tuple[ShownContradiction, ...]


@page("figures/contradictions", title=both("须说明的指标", "Figures to explain"), audience=FIGURES, queries=85)
def contradictions(viewer: Viewer, asked: QueryDict) -> ShownContradictions:
    """What does not hold or is unusual in a year, with the reasons given."""
    it = contradictions_of_year(viewer=viewer, year=asked.get("year", ""), as_of=asked.get("as-of", ""))
    return _shown(it, viewer)


def shown_contradiction(one: Contradiction, days: Days, viewer: Viewer) -> ShownContradiction:
    """One contradiction with links to its figures and, where a reason may be given, the act that gives it."""
    figures = tuple((name_of(find_figure(key)), figure_address(key, days)) for key in one.figures)
    acts: tuple[OfferedAct, ...] = ()
    if one.explains:
        given = {"figure": one.explains, "year": str(days.year)}
        acts = tuple(act for act in offered(viewer, about=About.REPORT, answers=given) if act.code == EXPLAIN)
    return ShownContradiction(one.text, one.anchor, one.reason, one.place, one.why.words, figures, acts)


def _shown(it: YearOfContradictions, viewer: Viewer) -> ShownContradictions:
    bounds = [shown_contradiction(one, it.days, viewer) for one in it.bounds]
    return ShownContradictions(
        it.days,
        it.open,
        tuple(shown_contradiction(one, it.days, viewer) for one in it.relations),
        tuple(one for one in bounds if not one.reason),
        tuple(one for one in bounds if one.reason),
    )
