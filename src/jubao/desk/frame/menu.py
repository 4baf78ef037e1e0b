"""The menu: groups in order, and in each the pages that this viewer may open."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from jubao.desk.frame.route import ROUTES, Route
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

GROUPS: Mapping[str, Both] = {
    "desk": both("", ""),
    "business": both("业务", "Business"),
    "fund": both("基金", "Fund"),
    "analysis": both("分析", "Analysis"),
    "control": both("内控", "Control"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    title: Both
    address: str
    is_here: bool


@dataclass(frozen=True)
class Group:
    """Lines under one heading; the first group has none."""

    title: Both
    entries: tuple[Entry, ...]


def menu(viewer: Viewer, here: Route | None) -> tuple[Group, ...]:
    """What this viewer may open, in the order the pages ask for."""
    found = []
    for name, title in GROUPS.items():
        routes = [one for one in ROUTES.values() if one.menu and one.menu[0] == name and opens(one, viewer)]
        routes.sort(key=_place)
        entries = tuple(Entry(one.title, reverse(one.name), one is here) for one in routes)
        if entries:
            found.append(Group(title, entries))
    return tuple(found)


def opens(route: Route, viewer: Viewer) -> bool:
    """Whether a page is this viewer's to open."""
    return bool(viewer.posts & route.audience.posts)


def _place(route: Route) -> int:
    assert route.menu is not None, "only what stands in the menu has a place"
    return route.menu[1]
