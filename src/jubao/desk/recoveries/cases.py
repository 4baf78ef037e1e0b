"""Cases of money to be paid back (追回)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.pensions.recoveries_seen import RECOVERING, Recoveries, recoveries
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

RECOVERY = posts("30, 31", *sorted(RECOVERING))


@page("recoveries", title=both("追回", "Recovery"), audience=RECOVERY, menu=("business", 60), queries=12)
def cases(viewer: Viewer, asked: QueryDict) -> Recoveries | None:
    """From the suspicion to the money back: by age, by what is due, and the open cases."""
    return recoveries(viewer=viewer, after=asked.get("after", ""), year=asked.get("year", ""))
