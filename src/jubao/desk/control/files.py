"""Files that came in (来文), one of them shown, exports of whole numbers, and what was handed over (档案)."""

from django.http import QueryDict

from jubao.desk.control import FILES, KEPT
from jubao.desk.frame.page import page
from jubao.operations.control import arrivals, departures
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("imports", title=both("来文", "Files received"), audience=FILES, menu=("control", 70), queries=5)
def imports(viewer: Viewer, asked: QueryDict) -> arrivals.Arrivals:
    """Files of the inbound desk, and what became of each."""
    return arrivals.arrivals(viewer=viewer, before=asked.get("before", ""))


@page("files/<file:sha256>", title=both("来文", "File received"), audience=FILES, queries=4)
def received(viewer: Viewer, asked: QueryDict, sha256: str) -> arrivals.FileShown | None:
    """One file, for whoever signs or looks after an act that names it."""
    return arrivals.file_shown(sha256, viewer=viewer)


@page("exports", title=both("批量导出", "Exports"), audience=KEPT, menu=("control", 75), queries=3)
def exports(viewer: Viewer, asked: QueryDict) -> departures.Exports:
    """Approved exports of whole numbers, and whether each was made."""
    return departures.exports(viewer=viewer, before=asked.get("before", ""))


@page("archive", title=both("档案", "Archive"), audience=KEPT, menu=("control", 80), queries=4)
def archive(viewer: Viewer, asked: QueryDict) -> departures.Archive:
    """Files handed over with acts, and signed reports, each with its hash."""
    return departures.archive(viewer=viewer, before=asked.get("before", ""))
