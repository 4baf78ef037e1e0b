"""Alerts that nobody has answered yet (预警)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.workbench.alerts import Alerts, open_alerts
from jubao.vocabulary.audience import PEOPLE
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

FURTHEST = 18


@page("alerts", title=both("预警", "Alerts"), audience=PEOPLE, menu=("control", 10), queries=6)
def alerts(viewer: Viewer, asked: QueryDict) -> Alerts:
    """What was noticed and waits for an answer, the earliest due first, with who must give it and by when."""
    after = asked.get("after", "")
    return open_alerts(viewer=viewer, after=int(after) if after.isdecimal() and len(after) <= FURTHEST else None)
