"""Lifting the masks of one person: a reason first, for ten minutes of this sitting; every page shown so is written down."""

from django.urls import reverse

from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Goto, Sent, submission
from jubao.operations.person.head import TABS
from jubao.operations.person.pages import require_seen
from jubao.vocabulary.audience import PEOPLE
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import MayNotLook

TABS_OF_PEOPLE = frozenset(f"people.{name}" for name, _ in TABS)
NO_REASON = both(
    "显示完整号码须选一个理由，请返回选好再提交",
    "Whole numbers are shown for a reason: go back, choose one and submit again",
)


@submission("people/<int:key>/lift", audience=PEOPLE, title=both("显示完整号码", "Show whole numbers"))
def lift(seat: Seat, sent: Sent, key: int) -> Goto:
    """Show somebody's whole numbers for a reason; who may not, or stays away from him, is refused."""
    require_seen(key, viewer=seat.viewer)
    reason, words = sent.fields.get("reason", ""), sent.fields.get("words", "").strip()
    if not reason:
        raise MayNotLook(str(NO_REASON))
    seat.lift(key, f"{reason}:{words}" if words else reason)
    said = both(
        "完整号码显示 10 分钟，每次查看都记入“谁看过我的资料”。",
        "Whole numbers are shown for ten minutes; every look is recorded and told to the person.",
    )
    page = sent.fields.get("page", "")
    return Goto(reverse(page if page in TABS_OF_PEOPLE else "people.overview", kwargs={"key": key}), said)
