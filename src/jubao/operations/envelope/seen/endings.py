"""How proposals ended without being done: sent back by a signer, withdrawn by their maker, or void because the facts moved."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from jubao.records.models import AuditEvent, Proposal, Signature

LOCAL = ZoneInfo("Asia/Shanghai")
State = Proposal.State
WITHDRAWN = "withdrawn"
"""What the event of a withdrawal says of itself; the other events of this kind tell of facts that moved."""


class End(StrEnum):
    """How a proposal ended without being done."""

    RETURNED = "RETURNED"
    WITHDRAWN = "WITHDRAWN"
    VOID = "VOID"


@dataclass(frozen=True)
class Ending:
    """How one ended: in which way, by whose hand, when, and why."""

    end: End
    by: str
    at: datetime
    reason: str


def endings_of(rows: Sequence[Proposal]) -> Mapping[str, Ending]:
    """By key, how those of some proposals ended that were not done; a statement for each kind there is."""
    returned = [row for row in rows if row.state == State.REJECTED]
    voided = [row for row in rows if row.state == State.VOID]
    return {**(_returned(returned) if returned else {}), **(_voided(voided) if voided else {})}


def _returned(rows: Sequence[Proposal]) -> dict[str, Ending]:
    steps = Signature.objects.filter(proposal__in=[row.pk for row in rows], decision="REJECT").order_by("id")
    told = steps.values_list("proposal__key", "person", "signed_at", "reason")
    return {key: Ending(End.RETURNED, by, at.astimezone(LOCAL), reason) for key, by, at, reason in told}


def _voided(rows: Sequence[Proposal]) -> dict[str, Ending]:
    """The event names its proposal in its payload; those of the same acts since the first was proposed are read."""
    wanted = {row.key for row in rows}
    events = AuditEvent.objects.filter(
        kind=AuditEvent.Kind.VOIDED,
        code__in=sorted({row.code for row in rows}),
        business_date__gte=min(row.business_date for row in rows),
    )
    found = {}
    for by, at, payload in events.order_by("id").values_list("staff", "at", "payload"):
        says = json.loads(payload)
        if says["proposal"] in wanted:
            end = End.WITHDRAWN if says.get(WITHDRAWN) else End.VOID
            found[says["proposal"]] = Ending(end, by, at.astimezone(LOCAL), says["message"])
    return found
