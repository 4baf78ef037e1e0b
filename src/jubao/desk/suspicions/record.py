"""One row of a list beside whom it may be."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.desk.suspicions.lists_received import SUSPICIONS
from jubao.operations.suspicions.record_seen import SeenRecord, seen_record
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page(
    "match/<number:number>/<sent:record>",
    title=both("名单这一行像谁", "Whom the row may be"),
    audience=SUSPICIONS,
    queries=26,
)
def record(viewer: Viewer, asked: QueryDict, number: str, record: str) -> SeenRecord | None:
    """Candidates side by side, reasons that add up to the score, facts outside it, and what a decision costs."""
    return seen_record(number, record, viewer=viewer)
