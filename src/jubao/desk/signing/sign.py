"""Agreeing to a proposal or sending it back, and taking back one's own."""

from functools import partial

from django.urls import reverse

from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Drawn, Goto, Sent, submission
from jubao.operations.envelope import withdrawing
from jubao.operations.envelope.deciding import Decided, Decision, decide
from jubao.operations.envelope.seen.review import Typed
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both

CONFLICT, UNPROCESSABLE = 409, 422
DECISIONS = {"agree": True, "reject": False}


@submission("proposals/<proposal:key>/sign", audience=SIGNERS, title=both("签署", "Sign"))
def sign(seat: Seat, sent: Sent, key: str) -> Goto | Drawn:
    """Take the next step of a proposal; what could not be taken comes back with everything that was typed."""
    fields = sent.fields
    ticks = frozenset(int(one) for one in fields.getlist("tick") if one.isdecimal())
    decision = Decision(
        agree=DECISIONS.get(fields.get("decision", "")),
        typed=Typed(fields.get("reason", "").strip(), ticks),
        code=fields.get("otp", "").strip(),
        shown_hash=fields.get("hash", ""),
        step=int(fields.get("step", "")) if fields.get("step", "").isdecimal() else 0,
    )
    proven = partial(seat.proven, decision.code)
    told = decide(key, decision, viewer=seat.viewer, on=seat.on, at=seat.at, proven=proven)
    if isinstance(told, Decided):
        following = reverse("signing.review", kwargs={"key": told.next}) if told.next else reverse("signing.inbox")
        return Goto(following, said=told.said)
    return Drawn("signing.review", told.review, status=CONFLICT if told.is_late else UNPROCESSABLE)


@submission("proposals/<proposal:key>/withdraw", audience=SIGNERS, title=both("撤回", "Withdraw"))
def withdraw(seat: Seat, sent: Sent, key: str) -> Goto:
    """Take back one's own proposal while it waits."""
    withdrawing.withdraw(key, by=seat.staff, on=seat.on, at=seat.at, reason=sent.fields.get("why", ""))
    said = both("申请已撤回，可以改好后重新提出。", "Taken back; it can be proposed anew.")
    return Goto(reverse("signing.review", kwargs={"key": key}), said=said)
