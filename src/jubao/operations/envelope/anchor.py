"""The head of the audit chain, kept outside the database so that a shortened chain is noticed."""

import json
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jubao.records.models import AuditEvent


def anchor_path() -> Path:
    """Where the head is kept."""
    return Path(settings.JUBAO_HOME) / "anchors" / "audit-head.json"


def anchor_after_commit() -> None:
    """Write the chain's head down once the transaction is safe."""
    transaction.on_commit(write_anchor)


def write_anchor() -> None:
    """Replace the anchor by the present head, whole or not at all."""
    head = AuditEvent.objects.order_by("-id").values("id", "mac").first()
    if head is None:
        return
    path = anchor_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(head), encoding="utf-8")
    temporary.replace(path)


def read_anchor() -> tuple[int, str] | None:
    """Number and hash of the last head written down, or None before the first act."""
    if not anchor_path().exists():
        return None
    head = json.loads(anchor_path().read_text(encoding="utf-8"))
    return head["id"], head["mac"]
