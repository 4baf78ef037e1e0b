"""The first page of everybody (工作台)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.workbench.morning import Morning, morning
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("", title=both("工作台", "Workbench"), audience=SIGNERS, menu=("desk", 0))
def workbench(viewer: Viewer, asked: QueryDict) -> Morning:
    """What waits for the viewer, what he proposed, what is late, and what his post looks at first."""
    return morning(viewer=viewer)
