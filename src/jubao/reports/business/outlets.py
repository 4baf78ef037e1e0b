"""Outlets (服务网点): what each took in today and this year, its last file, and which have been silent."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, Sum

from jubao.records.models import Contribution, Outlet
from jubao.reports.business.collection import COLLECTING
from jubao.reports.figures.place import place_names
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

SILENT_DAYS = 30
"""An outlet that sent nothing for so many days is named; a word for the eye, no rule of law."""


@dataclass(frozen=True)
class OutletLine:
    """An outlet.

    Attributes:
        code, name, township, village, terminal, started: of the outlet.
        today, today_fen: payments of the viewer's day; year, year_fen: of its year.
        last: the day of the last payment that reached us, None where there was none; days: since then.
    """

    code: str
    name: str
    township: str
    village: str
    terminal: str
    started: date
    today: int
    today_fen: int
    year: int
    year_fen: int
    last: date | None
    days: int | None

    @property
    def state(self) -> Both:
        """What is said of it."""
        if self.last is None:
            return both("从未报过", "Nothing yet")
        if not self.days:
            return both("今日已报", "Sent today")
        return both("{n} 天前", "{n} days ago").with_(n=self.days)

    @property
    def tag(self) -> str:
        """The ground of its tag."""
        if self.days is None:
            return "stop"
        return "ok" if self.days == 0 else "warn" if self.days > SILENT_DAYS else ""


@dataclass(frozen=True)
class Outlets:
    """All outlets of the viewer's divisions, the silent ones first, and what they took in together."""

    day: date
    outlets: tuple[OutletLine, ...]
    today: int
    today_fen: int
    year: int
    year_fen: int
    silent: int


def all_outlets(*, viewer: Viewer) -> Outlets:
    """Every outlet of the viewer's divisions.

    Raises:
        MayNotLook: none of his posts sees collection.
    """
    viewer.require(COLLECTING, "网点")
    today, year = Q(received_date=viewer.day), Q(received_date__gte=date(viewer.day.year, 1, 1))
    rows = Contribution.objects.filter(outlet__isnull=False, received_date__lte=viewer.day).order_by()
    told = {
        key: numbers
        for key, *numbers in rows.values_list("outlet").annotate(
            today=Count("pk", filter=today),
            today_fen=Sum("amount_fen", filter=today),
            year=Count("pk", filter=year),
            year_fen=Sum("amount_fen", filter=year),
            last=Max("received_date"),
        )
    }
    places, found = place_names(), []
    for outlet in Outlet.objects.order_by("code"):
        township, village = places.get(outlet.division, (outlet.division, outlet.division))
        if isinstance(viewer.scope, frozenset) and outlet.division not in viewer.scope:
            continue
        now, now_fen, so_far, so_far_fen, last = told.get(outlet.pk, (0, 0, 0, 0, None))
        found.append(
            OutletLine(
                code=outlet.code,
                name=outlet.name,
                township=township,
                village=village,
                terminal=outlet.terminal,
                started=outlet.started_date,
                today=now,
                today_fen=int(now_fen or 0),
                year=so_far,
                year_fen=int(so_far_fen or 0),
                last=last,
                days=(viewer.day - last).days if last else None,
            )
        )
    found.sort(key=lambda one: (one.last is not None, one.last or viewer.day, one.code))
    return Outlets(
        day=viewer.day,
        outlets=tuple(found),
        today=sum(one.today for one in found),
        today_fen=sum(one.today_fen for one in found),
        year=sum(one.year for one in found),
        year_fen=sum(one.year_fen for one in found),
        silent=sum(one.days is None or one.days > SILENT_DAYS for one in found),
    )
