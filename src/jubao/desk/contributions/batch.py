"""One file of contributions with its rows."""

from django.http import QueryDict

from jubao.desk.contributions.collection import COLLECTION
from jubao.desk.frame.page import page
from jubao.reports.business.collection_file import SeenFile, seen_file
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("contributions/<sent:number>", title=both("缴费批次", "Contribution file"), audience=COLLECTION, queries=6)
def batch(viewer: Viewer, asked: QueryDict, number: str) -> SeenFile | None:
    """Whether file, rows and bank agree, and a page of its rows."""
    return seen_file(number, viewer=viewer, after=asked.get("after", ""))
