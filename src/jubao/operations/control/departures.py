"""What leaves the office: exports of whole numbers and their approvals, files handed over, reports that were signed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jubao.operations.envelope.declaration import ACTS
from jubao.records.models import ExportApproval, OutboxItem, SignedReport
from jubao.reports.lists.every_list import NoSuchList, find_list
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import AUDITING, Viewer

SEEING_ALL: Final = AUDITING | {Post.DIRECTOR}
"""Who sees everybody's exports (controls e.2, rows 35 and 38); everybody else sees their own."""
KEEPING: Final = frozenset(Post) - {Post.PERMISSION}
ROWS: Final = 50
USED, OPEN, EXPIRED = both("已用", "Used"), both("可用", "Open"), both("已过期", "Expired")


@dataclass(frozen=True)
class Export:
    """An approved export: of which list, under which conditions, by whom, for what, until when, and whether it was made."""

    name: str
    title: str
    conditions: str
    staff: str
    most: int
    people: int | None
    purpose: str
    approved: date
    until: date
    state: Both
    kind: str


@dataclass(frozen=True)
class Exports:
    """Exports of everybody, or of the viewer alone (``is_own``), the latest first."""

    exports: tuple[Export, ...]
    is_own: bool
    next: int | None


@dataclass(frozen=True)
class HandedOver:
    """A file that left with an act: its tray and name, size, hash, act, day, and whether it lies in its tray."""

    tray: str
    name: str
    size: int
    sha256: str
    act: str
    on: date
    at: datetime
    is_waiting: bool
    failure: str


@dataclass(frozen=True)
class Signed:
    """A signed report: title, year, cut-off day, the day it bears, and the hash of its file."""

    title: str
    year: int
    as_of: date
    dated: date
    sha256: str


@dataclass(frozen=True)
class Archive:
    """What the office keeps of what it gave out: one page of files handed over, the latest first, and its signed reports."""

    files: tuple[HandedOver, ...]
    reports: tuple[Signed, ...]
    next: int | None


def exports(*, viewer: Viewer, before: str = "") -> Exports:
    """Approved exports, one page after the other. Raises MayNotLook."""
    viewer.require(KEEPING, "批量导出")
    is_own = not viewer.posts & SEEING_ALL
    rows = ExportApproval.objects.select_related("staff", "act", "use").order_by("-id")
    if is_own:
        rows = rows.filter(staff__code=viewer.staff)
    if before:
        rows = rows.filter(id__lt=int(before)) if before.isdecimal() else rows.none()
    found = list(rows[: ROWS + 1])
    shown = found[:ROWS]
    return Exports(
        tuple(_export(one, viewer.day) for one in shown), is_own, shown[-1].pk if len(found) > ROWS else None
    )


def archive(*, viewer: Viewer, before: str = "") -> Archive:
    """Files handed over and signed reports. Raises MayNotLook."""
    viewer.require(KEEPING, "档案")
    rows = OutboxItem.objects.select_related("act").order_by("-id")
    if before:
        rows = rows.filter(id__lt=int(before)) if before.isdecimal() else rows.none()
    found = list(rows[: ROWS + 1])
    shown = found[:ROWS]
    return Archive(
        files=tuple(
            HandedOver(
                one.tray,
                one.name,
                one.size,
                one.sha256,
                ACTS[one.act.code].title if one.act.code in ACTS else one.act.code,
                one.act.business_date,
                one.act.at,
                one.state == OutboxItem.State.WAITING,
                one.failure,
            )
            for one in shown
        ),
        reports=tuple(
            Signed(one.title, one.year, one.as_of, one.dated, one.sha256)
            for one in SignedReport.objects.order_by("-id")[:ROWS]
        ),
        next=shown[-1].pk if len(found) > ROWS else None,
    )


def _export(one: ExportApproval, day: date) -> Export:
    use = getattr(one, "use", None)
    state, kind = (USED, "") if use else (EXPIRED, "warn") if one.until < day else (OPEN, "ok")
    return Export(
        name=one.subject if _is_list(one.subject) else "",
        title=_title(one.subject),
        conditions=one.conditions,
        staff=f"{one.staff.code} {one.staff.name}",
        most=one.most_people,
        people=use.people if use else None,
        purpose=one.purpose,
        approved=one.act.business_date,
        until=one.until,
        state=state,
        kind=kind,
    )


def _is_list(subject: str) -> bool:
    try:
        find_list(subject)
    except NoSuchList:
        return False
    return True


def _title(subject: str) -> str:
    return find_list(subject).title if _is_list(subject) else subject
