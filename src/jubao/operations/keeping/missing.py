"""What a restored office may miss: events known outside that its books do not have, and files in its trays they do not know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from jubao.operations.inbound import is_known, original_name
from jubao.records.anchors import places, read_note
from jubao.records.models import AuditEvent, OutboxItem, Restoration
from jubao.records.outbox import OUTBOUND, lying_in
from jubao.vocabulary.codes.custody import Missing

NOTES = "*head-*.json"  # those set aside by a restore among them
ANSWERING = "restore.reconcile"
KEPT_UNDER_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class MissingItem:
    """One thing that was done after the backup: events from first to last, or a file by its name."""

    kind: Missing
    name: str = ""
    first_event: int | None = None
    last_event: int | None = None

    @property
    def words(self) -> str:
        """What a person reads."""
        if self.kind is Missing.EVENTS:
            return f"第 {self.first_event} 至 {self.last_event} 号审计事件"
        return f"{self.kind.label}《{original_name(self.name) if self.kind is Missing.INBOUND else self.name}》{self.name[:12]}"


def missing_items(restoration: Restoration) -> list[MissingItem]:
    """Everything that must be answered before a restored office is reconciled, events first."""
    last = max([restoration.known_outside, *_contradicting_notes(restoration.head)])
    head = restoration.head
    events = [MissingItem(Missing.EVENTS, first_event=head + 1, last_event=last)] if last > head else []
    folders = [Path(settings.JUBAO_HOME)]
    if restoration.aside:
        folders.append(folders[0] / restoration.aside)
    outbound = sorted({name for folder in folders for name in lying_in(folder / OUTBOUND)})
    inbound = sorted({path.name for folder in folders for path in (folder / "inbound").rglob("*") if path.is_file()})
    return [
        *events,
        *(MissingItem(Missing.OUTBOUND, name) for name in _not_handed_over(outbound)),
        *(MissingItem(Missing.INBOUND, name) for name in _never_taken_in(inbound)),
    ]


def _contradicting_notes(head: int) -> Iterator[int]:
    """Numbers of heads that are noted outside, lie after the backup, and are not what the chain says now."""
    for place in places():
        for path in place.glob(NOTES):
            note = read_note(path)
            if note is not None and note.id > head:
                mac = AuditEvent.objects.filter(pk=note.id).values_list("mac", flat=True).first()
                if mac != note.mac:
                    yield note.id


def _not_handed_over(names: list[str]) -> list[str]:
    ours = (
        set(OutboxItem.objects.filter(tray=OUTBOUND).order_by("id").values_list("name", flat=True)) if names else set()
    )
    return [name for name in names if name not in ours]


def _never_taken_in(names: list[str]) -> Iterator[str]:
    """Files kept under their hash that no act took in, and no proposal names but those that answer for them."""
    for name in names:
        if KEPT_UNDER_HASH.fullmatch(name) and not is_known(name, besides=ANSWERING):
            yield name
