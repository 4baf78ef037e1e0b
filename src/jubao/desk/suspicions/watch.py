"""What the monthly watch found (预警)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.watch.alerts_seen import SEEING, Watched, watched
from jubao.vocabulary.audience import Shows, posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

ALERTS = posts("42", *sorted(SEEING), shows=Shows.THE_OFFICE)


@page("watch", title=both("监测预警", "Alerts"), audience=ALERTS, menu=("control", 20), queries=10)
def watch(viewer: Viewer, asked: QueryDict) -> Watched | None:
    """Open alerts by kind and owner, the earliest due first."""
    return watched(viewer=viewer, kind=asked.get("kind", ""), after=asked.get("after", ""))
