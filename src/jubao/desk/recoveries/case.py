"""One case of money to be paid back."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.desk.recoveries.cases import RECOVERY
from jubao.operations.pensions.recovery_case import SeenCase, recovery_case
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("recoveries/<int:key>", title=both("追回案件", "Recovery case"), audience=RECOVERY, queries=12)
def case(viewer: Viewer, asked: QueryDict, key: int) -> SeenCase | None:
    """Its months by paying level, what came back, notices and instalments."""
    return recovery_case(key, viewer=viewer)
