"""Who stands behind an act: the signatures under the proposal that an event executed."""

from jubao.records.models import AuditEvent, Signature
from jubao.reports.streaming import told


def signatures_of(act: int) -> list[Signature]:
    """Everybody who signed the proposal that an event executed, in the order of the steps."""
    payload = AuditEvent.objects.filter(pk=act).values_list("payload", flat=True).first()
    return list(Signature.objects.filter(proposal__key=told(payload or "").get("proposal")).order_by("step"))
