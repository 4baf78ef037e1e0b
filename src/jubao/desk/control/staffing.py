"""Staff and posts (岗位与人员): who is there, who is away, what nobody can do, and what an absence would do."""

from django.http import QueryDict

from jubao.desk.control import EVERYBODY
from jubao.desk.frame.page import page
from jubao.operations.control import staffing as office
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("posts", title=both("岗位与人员", "Posts and staff"), audience=EVERYBODY, menu=("control", 50), queries=12)
def staffing(viewer: Viewer, asked: QueryDict) -> office.Staffing:
    """Everybody's posts today, absences, what nobody can do, and a supposed absence tried out."""
    return office.staffing(
        viewer=viewer, away=asked.get("away", ""), first=asked.get("first", ""), back=asked.get("back", "")
    )
