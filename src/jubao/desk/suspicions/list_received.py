"""One list from outside: its runs, its suspicions, its rows without a number."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.desk.suspicions.lists_received import SUSPICIONS
from jubao.operations.registers.lists_seen import SeenList, seen_list
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("match/<number:number>", title=both("外来名单", "List from outside"), audience=SUSPICIONS, queries=10)
def list_received(viewer: Viewer, asked: QueryDict, number: str) -> SeenList | None:
    """What came of it, and a page of the suspicions it raised."""
    return seen_list(number, viewer=viewer, state=asked.get("state", ""), after=asked.get("after", ""))
