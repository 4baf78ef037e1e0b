"""The chain of events (审计链) as people read it: one page after the other by number, one event, and seals verified."""

import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from jubao.operations.envelope.declaration import ACTS
from jubao.records.keyring import KeyNotAtHand, Ring, office_ring
from jubao.records.models import AuditEvent, Signature, Staff
from jubao.records.sealing import GENESIS, seal
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.posts import LABELS, Post
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import AUDITING, Viewer

READING: Final = AUDITING | {Post.DIRECTOR}
"""Who reads the whole chain (controls e.2, rows 38 and 42); everybody else sees their own steps with their proposals."""
ROWS: Final = 50
LONGEST: Final = 2000
HASH: Final = re.compile(r"[0-9a-f]{40,}")
SHORT: Final = 16
KINDS: dict[str, Both] = {
    "PROPOSED": both("提出", "Proposed"),
    "SIGNED": both("签署", "Signed"),
    "EXECUTED": both("办结", "Executed"),
    "REJECTED": both("退回", "Returned"),
    "VOIDED": both("作废", "Voided"),
    "REFUSED": both("拒绝", "Refused"),
    "ENTERED": both("登录", "Signed in"),
    "LOCKED": both("锁定", "Locked out"),
    "LOOKED": both("查看", "Looked"),
    "RESTORED": both("恢复", "Restored"),
}


@dataclass(frozen=True)
class Told:
    """One event: its number, what happened, in which business, by whom, when."""

    number: int
    kind: Both
    code: str
    title: str
    staff: str
    name: str
    on: date
    at: datetime
    is_refusal: bool


@dataclass(frozen=True)
class Kind:
    """A kind of event one may ask for."""

    code: str
    title: Both
    is_asked: bool


@dataclass(frozen=True)
class Trail:
    """One page of the chain, the latest events first.

    Attributes:
        events: of the page; next: the number below which the next page begins, where there is one.
        kinds: that may be asked for; staff, code: what is asked; head: the last event of the chain.
        broken: seals of this page that do not fit, in sentences; verified: how many seals were worked out anew.
    """

    events: tuple[Told, ...]
    next: int | None
    kinds: tuple[Kind, ...]
    kind: str
    staff: str
    code: str
    head: int
    verified: int
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """What an event wrote to one table: its Chinese name, its own name, how many rows, and their digest."""

    title: str
    table: str
    rows: int
    digest: str


@dataclass(frozen=True)
class Step:
    """A signature an event wrote: the proposal, the step, the post, who, and what was decided."""

    proposal: str
    step: int
    post: str
    person: str
    decision: str


@dataclass(frozen=True)
class Event:
    """One event whole.

    Attributes:
        told: as in the list; steps: signatures it wrote; written: rows it sealed, by table.
        said: the rest of its content by name, masked, hashes cut short.
        mac, previous: its seal and the one before; key_number: of which key.
        wrong: why its seal does not fit, or nothing; earlier, later: its neighbours in the chain.
    """

    told: Told
    steps: tuple[Step, ...]
    written: tuple[Written, ...]
    said: tuple[tuple[str, str], ...]
    mac: str
    previous: str
    algorithm: str
    key_number: int
    wrong: str
    earlier: int | None
    later: int | None


def trail(*, viewer: Viewer, kind: str = "", staff: str = "", code: str = "", before: str = "") -> Trail:
    """One page of the chain; a condition that is not understood shows nothing. Raises MayNotLook."""
    viewer.require(READING, "审计链")
    kind, staff, code = kind.strip(), staff.strip(), code.strip()
    asked = {name: value for name, value in (("kind", kind), ("staff", staff), ("code", code)) if value}
    rows = AuditEvent.objects.filter(**asked).order_by("-id")
    if before:
        rows = rows.filter(id__lt=int(before)) if before.isdecimal() else rows.none()
    found = list(rows[: ROWS + 1])
    shown, more = found[:ROWS], len(found) > ROWS
    head = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    names = _names(shown)
    return Trail(
        events=tuple(_told(one, names) for one in shown),
        next=shown[-1].pk if more else None,
        kinds=tuple(Kind(name, title, name == kind) for name, title in KINDS.items()),
        kind=kind,
        staff=staff,
        code=code,
        head=head,
        verified=len(shown),
        broken=_broken(shown, is_whole=not asked),
    )


def event(number: int, *, viewer: Viewer) -> Event | None:
    """One event; None where the chain has none of this number. Raises MayNotLook."""
    viewer.require(READING, "审计链")
    found = {one.pk: one for one in AuditEvent.objects.filter(id__in=[number - 1, number, number + 1]).order_by("id")}
    if number not in found:
        return None
    row, before = found[number], found.get(number - 1)
    payload: dict[str, Any] = json.loads(row.payload)
    rows = payload.pop("rows", {})
    wrong = _wrong(row, office_ring()) or _unlinked(row, before)
    return Event(
        told=_told(row, _names([row])),
        steps=_steps(number),
        written=tuple(_written(table, *told) for table, told in sorted(rows.items())),
        said=tuple((name, _text(value)) for name, value in payload.items()),
        mac=row.mac,
        previous=row.previous_mac,
        algorithm=row.algorithm,
        key_number=row.key_number,
        wrong=wrong,
        earlier=number - 1 if before else None,
        later=number + 1 if number + 1 in found else None,
    )


def _text(value: Any) -> str:
    """A part of an event's content as it may be shown."""
    text = masked(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return HASH.sub(lambda found: f"{found.group()[:SHORT]}…", text)[:LONGEST]


def _names(rows: Sequence[AuditEvent]) -> dict[str, str]:
    codes = {one.staff for one in rows}
    return dict(Staff.objects.filter(code__in=codes).order_by("code").values_list("code", "name"))


def _told(row: AuditEvent, names: dict[str, str]) -> Told:
    act = ACTS.get(row.code)
    return Told(
        row.pk,
        KINDS.get(row.kind, both(row.kind, row.kind)),
        row.code,
        act.title if act else row.code,
        row.staff,
        names.get(row.staff, row.staff),
        row.business_date,
        row.at,
        row.kind in {"REFUSED", "LOCKED", "VOIDED"},
    )


def _steps(number: int) -> tuple[Step, ...]:
    rows = Signature.objects.filter(act_id=number).select_related("proposal").order_by("id")
    return tuple(
        Step(one.proposal.key, one.step, LABELS.get(Post(one.post), one.post), one.person, one.get_decision_display())
        for one in rows
    )


def _written(table: str, rows: int, digest: str) -> Written:
    from django.apps import apps

    titles: dict[str, Any] = {one._meta.db_table: one._meta.verbose_name for one in apps.get_models()}
    return Written(str(titles.get(table, table)), table, rows, digest)


def _broken(rows: Sequence[AuditEvent], *, is_whole: bool) -> tuple[str, ...]:
    """What is wrong with the seals of a page, each worked out anew; and with their links, where none is left out."""
    ring = office_ring()
    found = [f"第 {one.pk} 号：{wrong}" for one in rows if (wrong := _wrong(one, ring))]
    if is_whole:
        pairs = itertools.pairwise(rows)
        found += [f"第 {one.pk} 号：{wrong}" for one, before in pairs if (wrong := _unlinked(one, before))]
    return tuple(found)


def _wrong(row: AuditEvent, ring: Ring) -> str:
    try:
        fits = seal(row, key=ring.of(row.key_number)) == row.mac
    except KeyNotAtHand as missing:
        return str(missing)
    return "" if fits else "内容与密封值不符，已被改动或由他处写入"


def _unlinked(row: AuditEvent, before: AuditEvent | None) -> str:
    expected = GENESIS if row.pk == 1 else before.mac if before is not None and before.pk == row.pk - 1 else None
    if expected is None:
        return "前一条不在，号码不连续"
    return "" if row.previous_mac == expected else "与前一条的密封值不相接"
