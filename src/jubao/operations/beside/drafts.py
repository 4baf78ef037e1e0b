"""Drafts (草稿): what somebody typed and has not submitted, kept as it was written until it is submitted or a week old.

A draft is its writer's alone: every question here names the writer, and none gives another's. Numbers that are compared
and never kept stand in it as their keyed hash.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.request import today
from jubao.operations.inbound import NAMED
from jubao.operations.quarantine import set_aside
from jubao.records.models import Draft
from jubao.vocabulary.canonical import canonical_json

KEPT_FOR = timedelta(days=7)
MOST_SIGNS = 4_000_000
"""A workbook of as many cases as one request may hold is smaller."""


@dataclass(frozen=True)
class Kept:
    """One draft.

    Attributes:
        key: of the form, and of the request that comes of it; code: of the act.
        fields: what was typed; cases: what a workbook said instead; source: the workbook's name.
        on: the business date that was typed, or nothing; case_ref: the case it continues, or nothing.
        turn: how often the form was sent whole; what was typed before counts no more, however late it arrives.
        saved_at: when it was kept last.
    """

    key: str
    code: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    cases: list[dict[str, Any]] | None = None
    source: str = ""
    on: str = ""
    case_ref: str = ""
    turn: int = 0
    saved_at: datetime | None = None

    @property
    def title(self) -> str:
        """The act's title."""
        return ACTS[self.code].title

    @property
    def address(self) -> str:
        """Where it is gone on with: the form, or the preview of a workbook's cases."""
        return f"/acts/{self.code}/preview/{self.key}" if self.cases else f"/acts/{self.code}?draft={self.key}"

    @property
    def until(self) -> date | None:
        """The day until which it is kept."""
        return today(self.saved_at + KEPT_FOR) if self.saved_at else None

    @property
    def mark(self) -> str:
        """What tells this content from another: who submits what he saw says so."""
        return sha256(canonical_json(self.typed).encode()).hexdigest()

    @property
    def typed(self) -> dict[str, Any]:
        """As it is stored."""
        told = {"fields": self.fields, "cases": self.cases, "source": self.source, "on": self.on}
        return told | {"case_ref": self.case_ref}


TURN = "turn"


def keep(draft: Kept, *, staff: str, at: datetime) -> None:
    """Keep a draft in place of the one before of the same form, unless that is of a later turn; what is too old goes.

    Raises:
        Refused: it is too much for a form.
    """
    if len(canonical_json(draft.typed)) > MOST_SIGNS:
        raise Refused("内容太多，无法暂存：请分成几份填写")
    content = {"code": draft.code, "typed": draft.typed | {TURN: draft.turn}, "saved_at": at}
    with transaction.atomic():
        row, is_new = Draft.objects.select_for_update().get_or_create(staff=staff, key=draft.key, defaults=content)
        if not is_new and row.typed.get(TURN, 0) <= draft.turn:
            Draft.objects.filter(pk=row.pk).update(**content)
    for old in Draft.objects.filter(saved_at__lt=at - KEPT_FOR).order_by("pk"):
        _forget(old, at=at)


def kept(key: str, *, staff: str, at: datetime) -> Kept | None:
    """One draft of the writer's own; None where there is none, or it is too old."""
    row = Draft.objects.filter(staff=staff, key=key, saved_at__gte=at - KEPT_FOR).first()
    return _kept(row) if row is not None and row.code in ACTS else None


def drafts_of(staff: str, *, at: datetime) -> tuple[Kept, ...]:
    """All drafts of a writer, the latest first."""
    rows = Draft.objects.filter(staff=staff, saved_at__gte=at - KEPT_FOR).order_by("-saved_at", "-pk")
    return tuple(_kept(row) for row in rows if row.code in ACTS)


def drop(key: str, *, staff: str, at: datetime, is_done: bool = False) -> None:
    """Forget a draft; what it brought is set aside unless the books know it or the act was done."""
    for row in Draft.objects.filter(staff=staff, key=key).order_by("pk"):
        _forget(row, at=at, is_done=is_done)


def _forget(row: Draft, *, at: datetime, is_done: bool = False) -> None:
    for key in () if is_done else _brought_by(row):
        set_file_aside(key, at=at, besides=row.key)
    row.delete()


def set_file_aside(name: str, *, at: datetime, besides: str) -> None:
    """Set a file aside that came with a form, unless the books know it or another form than ``besides`` names it, too."""
    others = Draft.objects.exclude(key=besides).order_by("pk")
    if NAMED.fullmatch(name) and not any(name in _brought_by(other) for other in others):
        set_aside(name, at=at)


def _brought_by(row: Draft) -> set[str]:
    """The files a form names, and whatever else looks like one."""
    fields: Mapping[str, list[str]] = row.typed.get("fields") or {}
    return {one for values in fields.values() for one in values if NAMED.fullmatch(one)}


def _kept(row: Draft) -> Kept:
    said = row.typed
    return Kept(
        row.key,
        row.code,
        said.get("fields") or {},
        said.get("cases"),
        said.get("source", ""),
        said.get("on", ""),
        said.get("case_ref", ""),
        said.get(TURN, 0),
        row.saved_at,
    )
