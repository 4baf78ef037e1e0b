"""Any list of the house as a page (名单): conditions, order and place stand in its address."""

from dataclasses import dataclass

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.desk.listings.address import read
from jubao.desk.listings.table import Shown, show
from jubao.reports.lists.every_list import NoSuchList, find_list, lists
from jubao.vocabulary.audience import PEOPLE
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class NamedList:
    """A list one may open: its address name and its title."""

    name: str
    title: str


@page("lists", title=both("名单与导出", "Lists and exports"), audience=PEOPLE, menu=("analysis", 40), queries=0)
def every_list(viewer: Viewer, asked: QueryDict) -> tuple[NamedList, ...]:
    """Every list of which this viewer's posts are the audience."""
    return tuple(NamedList(one.name, one.title) for one in lists().values() if viewer.posts & one.audience)


@page("lists/<word:name>", title=both("名单", "List"), audience=PEOPLE, queries=7, parts=("rows",))
def shown(viewer: Viewer, asked: QueryDict, name: str) -> Shown | None:
    """One page of one list."""
    try:
        listing = find_list(name)
    except NoSuchList:
        return None
    return show(listing, read(listing.name, asked), viewer=viewer)
