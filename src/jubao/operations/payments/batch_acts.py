"""What may be done with a month or a batch, by where it stands: nothing that its state forbids is offered."""

from collections.abc import Mapping

from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.records.models import PaymentBatch
from jubao.vocabulary.viewer import Viewer

State = PaymentBatch.State
NEXT: Mapping[str, frozenset[str]] = {
    "": frozenset({"payroll.calculate"}),
    State.LOCKED: frozenset({"payment.release", "payment.hold"}),
    State.RELEASED: frozenset({"payment.transmit"}),
    State.TRANSMITTED: frozenset({"payment.return", "payment.returned_late"}),
    State.RETURNED: frozenset({"payment.returned_late"}),
}


def acts_of_month(month: int, batch: PaymentBatch | None, viewer: Viewer) -> tuple[OfferedAct, ...]:
    """The acts on a month that is not locked, or on its batch."""
    if batch is not None:
        return acts_of_batch(batch, viewer)
    found = offered(viewer, about=About.MONTH, answers={"month": str(month)}, only_fitting=True)
    return tuple(act for act in found if act.code in NEXT[""])


def acts_of_batch(batch: PaymentBatch, viewer: Viewer) -> tuple[OfferedAct, ...]:
    """The acts on a batch; the bank's answer names its batch itself."""
    found = offered(viewer, about=About.BATCH, answers={"batch": batch.number})
    return tuple(act for act in found if act.code in NEXT[batch.state])
