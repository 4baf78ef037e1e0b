"""The books checked (核对账簿): every invariant of the last check, and checking them again as long work."""

from django.http import QueryDict
from django.urls import reverse

from jubao.desk.control import CHECKS
from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Goto, Sent, submission
from jubao.desk.working.runner import done_or_left
from jubao.operations.control import checking
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

TITLE = both("核对账簿", "The books checked")


@page("invariants", title=TITLE, audience=CHECKS, menu=("control", 90), queries=1)
def checks(viewer: Viewer, asked: QueryDict) -> checking.Checked:
    """What must always hold in the books, and what came of the last check."""
    return checking.last_check(viewer=viewer)


@submission("invariants/check", audience=CHECKS)
def check(seat: Seat, sent: Sent) -> Goto:
    """Check everything now; at a district's size it takes a while and goes on beside the page."""
    key = f"verify:{seat.staff}:{sent.fields.get('key', '')[:40] or seat.at.isoformat()}"
    return done_or_left(seat, key, str(TITLE), lambda: _checked(seat))


def _checked(seat: Seat) -> Goto:
    found = checking.check_books(viewer=seat.viewer, at=seat.at)
    said = (
        both("核对完毕，有不符，请逐条查明。", "Checked: something does not hold; look into each.")
        if found.broken
        else both("核对完毕，全部相符。", "Checked: everything holds.")
    )
    return Goto(reverse("control.checks"), said)
