"""Registration campaigns (全民参保登记): what was handed down, what came of it, township by township."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from jubao.records.models import Campaign, CampaignResult, CampaignTask
from jubao.reports.business.collection import COLLECTING, percent_of
from jubao.reports.figures.place import place_names
from jubao.vocabulary.codes import CampaignResult as Code
from jubao.vocabulary.viewer import Scope, Viewer

CODES = {str(code): code.label for code in Code}


@dataclass(frozen=True)
class Progress:
    """People of a list: all of them, completed, cannot be recorded; the rest is still to be visited."""

    name: str
    tasks: int
    completed: int
    impossible: int

    @property
    def open(self) -> int:
        """Without a result; people found besides the list may make it less than nothing, which is none."""
        return max(self.tasks - self.completed - self.impossible, 0)

    @property
    def share(self) -> str:
        """How many of a hundred are completed; empty without tasks."""
        return percent_of(self.completed, self.tasks)


@dataclass(frozen=True)
class SeenCampaign:
    """A campaign.

    Attributes:
        code, title, year: of it; city_target, earlier_target: as handed down, and before it was adjusted.
        progress: of the whole list; townships: of each; reasons: why people cannot be recorded, and how many.
    """

    code: str
    title: str
    year: int
    city_target: int
    earlier_target: int
    progress: Progress
    townships: tuple[Progress, ...]
    reasons: tuple[tuple[str, int], ...]

    @property
    def adjusted_target(self) -> int:
        """The earlier target without whom nobody can record (核减后任务数)."""
        return self.earlier_target - self.progress.impossible


def campaigns(*, viewer: Viewer) -> tuple[SeenCampaign, ...]:
    """Every campaign, the latest first, of the viewer's divisions.

    Raises:
        MayNotLook: none of his posts sees campaigns.
    """
    viewer.require(COLLECTING, "登记专项")
    names = place_names()
    tasks: dict[int, dict[str, int]] = {}
    for key, division, people in _cut(CampaignTask, viewer).values_list("campaign", "division").annotate(n=Count("pk")):
        tasks.setdefault(key, {})[division] = people
    results: dict[int, list[tuple[str, bool, str, int]]] = {}
    columns = ("campaign", "division", "completed", "code")
    for key, division, done, code, people in _cut(CampaignResult, viewer).values_list(*columns).annotate(n=Count("pk")):
        results.setdefault(key, []).append((division, done, code, people))
    return tuple(
        _campaign(one, tasks.get(one.pk, {}), results.get(one.pk, []), names)
        for one in Campaign.objects.order_by("-year", "-pk")
    )


def _cut(model: type[CampaignTask | CampaignResult], viewer: Viewer) -> "QuerySet[Any]":
    """The rows of the viewer's divisions."""
    rows: QuerySet[Any] = model._default_manager.order_by()
    return rows if viewer.scope is Scope.EVERYWHERE else rows.filter(division__in=sorted(viewer.scope))


def _campaign(
    one: Campaign,
    tasks: Mapping[str, int],
    results: list[tuple[str, bool, str, int]],
    names: Mapping[str, tuple[str, str]],
) -> SeenCampaign:
    by_place: dict[str, list[int]] = {}
    reasons: dict[str, int] = {}
    for division, people in tasks.items():
        by_place.setdefault(names.get(division, (division, ""))[0], [0, 0, 0])[0] += people
    for division, done, code, people in results:
        by_place.setdefault(names.get(division, (division, ""))[0], [0, 0, 0])[1 if done else 2] += people
        if not done:
            reasons[code] = reasons.get(code, 0) + people
    townships = tuple(Progress(name, *by_place[name]) for name in sorted(by_place))
    whole = Progress("", *(sum(numbers[place] for numbers in by_place.values()) for place in range(3)))
    told = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return SeenCampaign(
        code=one.code,
        title=one.title,
        year=one.year,
        city_target=one.city_target,
        earlier_target=one.earlier_target,
        progress=whole,
        townships=townships,
        reasons=tuple((CODES.get(code, code or "其他"), people) for code, people in told),
    )
