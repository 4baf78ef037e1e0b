"""Batches on their way to the bank and back as the cashier sees them (报盘): to hand over, handed over, answered, and the tray."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.fund.offering import offered_of
from jubao.records.models import BatchStep, OutboxItem, PaymentBatch
from jubao.records.outbox import OUTBOUND, foreign, lying_outbound
from jubao.reports.signatures import Signer, signers_of
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import Viewer

READERS = frozenset({Post.CASHIER, Post.AUDIT, Post.ACCOUNTANT, Post.DEPUTY_FINANCE})
"""Who hands over, who let it go and booked it, and who looks over it (controls e.2, rows 22 to 25)."""
TRANSMIT, RETURN = "payment.transmit", "payment.return"
ANSWERED = 20
KINDS: Mapping[str, Both] = {
    "PENSION": both("养老金", "Pensions"),
    "SETTLEMENT": both("退付", "Settlements"),
    "DELEGATED": both("代发", "Delegated"),
}
State = PaymentBatch.State


@dataclass(frozen=True)
class TrayFile:
    """A file in the outbound tray: name, bytes, hash, and whether it lies there (attempts and why not, else)."""

    name: str
    size: int
    sha256: str
    is_written: bool
    failure: str


@dataclass(frozen=True)
class HandedBatch:
    """A batch: what was released of it (lines, fen, hash of the file), when it took its last step, and by whom.

    ``held`` is how many lines stay behind; ``file`` the file handed over; ``answer`` the bank's file.
    """

    number: str
    kind: Both
    month: int
    case_ref: str
    count: int
    held: int
    total_fen: int
    sha256: str
    on: date
    days: int
    signers: Sequence[Signer]
    file: TrayFile | None
    answer: str
    acts: Sequence[OfferedAct]

    @property
    def is_whole(self) -> bool:
        """Whether what lies in the tray is what was released."""
        return self.file is not None and self.file.sha256 == self.sha256


@dataclass(frozen=True)
class Handover:
    """Batches by where they stand; ``locked`` wait to be released, ``foreign`` are files in the tray that are not ours."""

    to_hand: Sequence[HandedBatch]
    on_way: Sequence[HandedBatch]
    answered: Sequence[HandedBatch]
    answered_count: int
    locked: int
    foreign: Sequence[str]
    acts: Sequence[OfferedAct]

    @property
    def to_hand_fen(self) -> int:
        """What is to be handed over."""
        return sum(one.total_fen for one in self.to_hand)

    @property
    def on_way_fen(self) -> int:
        """What the bank has not answered."""
        return sum(one.total_fen for one in self.on_way)


def handover(*, viewer: Viewer) -> Handover:
    """Batches that were released and not handed over, handed over and not answered, and the last ones answered.

    Raises:
        MayNotLook: the viewer neither hands over nor lets go, books or audits it.
    """
    viewer.require(READERS, "报盘")
    viewer.require_everywhere("报盘")
    counts = dict(PaymentBatch.objects.values_list("state").annotate(count=Count("id")).order_by("state"))
    waiting = PaymentBatch.objects.filter(state__in=[State.RELEASED, State.TRANSMITTED]).order_by("id")
    last = PaymentBatch.objects.filter(state=State.RETURNED).order_by("-id")[:ANSWERED]
    batches = [*waiting, *last]
    rows = BatchStep.objects.filter(batch__in=[one.pk for one in batches]).select_related("act", "inbound_file")
    steps = {(step.batch_id, step.state): step for step in rows.order_by("id")}
    signers = signers_of({step.act_id for step in steps.values()})
    handed = {step.act_id for step in steps.values() if step.state == State.TRANSMITTED}
    files = {
        item.act_id: TrayFile(item.name, item.size, item.sha256, item.state == "DELIVERED", item.failure)
        for item in OutboxItem.objects.filter(tray=OUTBOUND, act__in=handed).order_by("id")
    }

    def told(batch: PaymentBatch) -> HandedBatch:
        released, latest = steps[batch.pk, State.RELEASED], steps[batch.pk, batch.state]
        sent, back = steps.get((batch.pk, State.TRANSMITTED)), steps.get((batch.pk, State.RETURNED))
        count = released.count or 0
        return HandedBatch(
            batch.number,
            KINDS[batch.kind],
            batch.month,
            batch.case_ref,
            count,
            batch.count - count,
            released.total_fen or 0,
            released.file_sha256,
            latest.act.business_date,
            (viewer.day - latest.act.business_date).days,
            signers.get(latest.act_id, ()),
            files.get(sent.act_id) if sent else None,
            back.inbound_file.filename if back and back.inbound_file else "",
            offered_of(viewer, (TRANSMIT,), {"batch": batch.number}, case_ref=batch.case_ref)
            if batch.state == State.RELEASED
            else (),
        )

    found = [told(one) for one in batches]
    by_state = {one.number: one.state for one in batches}
    return Handover(
        [one for one in found if by_state[one.number] == State.RELEASED],
        [one for one in found if by_state[one.number] == State.TRANSMITTED],
        [one for one in found if by_state[one.number] == State.RETURNED],
        counts.get(State.RETURNED, 0),
        counts.get(State.LOCKED, 0),
        foreign(lying_outbound()),
        offered_of(viewer, (RETURN,), {}),
    )
