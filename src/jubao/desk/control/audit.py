"""The audit log (审计日志): the chain of events, one page after the other, one event, and who looked at whom."""

from django.http import QueryDict

from jubao.desk.control import CHAIN
from jubao.desk.frame.page import page
from jubao.desk.listings.address import read
from jubao.desk.listings.table import Shown, show
from jubao.operations.control import trail
from jubao.reports.lists.every_list import find_list
from jubao.vocabulary.audience import Shows, posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import AUDITING, Viewer

LOOKING = posts("38, 42", *AUDITING, shows=Shows.PEOPLE)
LOOKS = "looks"


@page("audit", title=both("审计日志", "Audit log"), audience=CHAIN, menu=("control", 60), queries=6)
def events(viewer: Viewer, asked: QueryDict) -> trail.Trail:
    """What happened in the office, the latest first, each seal of the page worked out anew."""
    return trail.trail(
        viewer=viewer,
        kind=asked.get("kind", ""),
        staff=asked.get("staff", ""),
        code=asked.get("code", ""),
        before=asked.get("before", ""),
    )


@page("audit/<int:number>", title=both("事件", "Event"), audience=CHAIN, queries=6)
def event(viewer: Viewer, asked: QueryDict, number: int) -> trail.Event | None:
    """One event whole: signatures, rows it sealed, its seal and the one before."""
    return trail.event(number, viewer=viewer)


@page("looks", title=both("号码查看周报", "Looks at numbers"), audience=LOOKING, menu=("control", 65), queries=8)
def looks(viewer: Viewer, asked: QueryDict) -> Shown:
    """Who looked at how many people's whole numbers, by person."""
    return show(find_list(LOOKS), read(LOOKS, asked), viewer=viewer)
