"""Who stands behind an act: the signatures under the proposal that an event executed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from jubao.records.models import AuditEvent, Signature, Staff
from jubao.reports.streaming import told

ROLES = {"MAKE": "经办", "CHECK": "复核", "APPROVE": "审批", "AUDIT": "稽核", "RELEASE": "放行"}


@dataclass(frozen=True)
class Signer:
    """Who took a step: its kind, the post, the staff code, the name the register of staff knows, and the day."""

    role: str
    post: str
    person: str
    name: str
    on: date

    @property
    def role_label(self) -> str:
        """The step as people call it: 经办, 复核."""
        return ROLES.get(self.role, self.role)

    def __str__(self) -> str:
        """Role and staff code: 经办 C1."""
        return f"{self.role_label} {self.person}"


def signatures_of(act: int) -> list[Signature]:
    """Everybody who signed the proposal that an event executed, in the order of the steps."""
    payload = AuditEvent.objects.filter(pk=act).values_list("payload", flat=True).first()
    return list(Signature.objects.filter(proposal__key=told(payload or "").get("proposal")).order_by("step"))


def signers_of(acts: Collection[int]) -> dict[int, tuple[Signer, ...]]:
    """By event everybody who signed what it executed, in the order of the steps; two queries however many they are."""
    if not acts:
        return {}
    payloads = AuditEvent.objects.filter(pk__in=set(acts)).order_by("id").values_list("id", "payload")
    proposals = {act: str(told(payload).get("proposal", "")) for act, payload in payloads}
    name = Subquery(Staff.objects.filter(code=OuterRef("person")).values("name")[:1])
    signed = Signature.objects.filter(proposal__key__in=set(proposals.values())).order_by("proposal_id", "step")
    found: dict[str, list[Signer]] = {}
    rows = signed.values_list("proposal__key", "role", "post", "person", Coalesce(name, Value("")), "business_date")
    for key, *told_of in rows:
        found.setdefault(key, []).append(Signer(*told_of))
    return {act: tuple(found.get(key, ())) for act, key in proposals.items()}


def told_signers(signers: Collection[Signer]) -> str:
    """Everybody who signed in one line: 经办 C1、复核 L3."""
    return "、".join(map(str, signers))
