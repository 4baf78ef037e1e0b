"""Files that left with acts and are not in their trays yet, and files that lie there and are not ours."""

from dataclasses import dataclass
from datetime import date

from jubao.operations.envelope.declaration import ACTS
from jubao.records.models import OutboxItem
from jubao.records.outbox import foreign, lying_outbound
from jubao.vocabulary.viewer import SEARCHING, Viewer

DELIVERING = SEARCHING
"""Posts that see which files wait: everybody of the office; no data of a person stands in a name."""


@dataclass(frozen=True)
class Undelivered:
    """A file that waits: where it goes, its name, hash and bytes; how often it was tried and why not; by which act, when."""

    tray: str
    name: str
    sha256: str
    size: int
    attempts: int
    failure: str
    act: str
    on: date


@dataclass(frozen=True)
class Outbox:
    """What waits to leave, in the order it was done, and names of files in the tray of what was handed over that no act made."""

    waiting: tuple[Undelivered, ...]
    strangers: tuple[str, ...]


def outbox(*, viewer: Viewer) -> Outbox:
    """The files that wait to leave, and strangers among those that left; nobody's data stands in a name."""
    viewer.require_everywhere("待发文件")
    rows = OutboxItem.objects.filter(state=OutboxItem.State.WAITING).select_related("act").order_by("id")
    return Outbox(tuple(map(_told, rows)), tuple(foreign(lying_outbound())))


def _told(row: OutboxItem) -> Undelivered:
    act = row.act
    return Undelivered(
        tray=row.tray,
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        attempts=row.attempts,
        failure=row.failure,
        act=ACTS[act.code].title if act.code in ACTS else act.code,
        on=act.business_date,
    )
