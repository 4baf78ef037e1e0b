"""The invariants of the books checked (核对) and remembered: the last check lies in the office's directory, with its day.

What it says is nothing of the books and is computed from by nobody; whoever doubts it lets them be checked again.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from jubao.exchange.atomic import write_atomically
from jubao.reports.invariants.verification import Finding, invariants, verify
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import AUDITING, Viewer

CHECKING: Final = AUDITING | {Post.DIRECTOR, Post.DEPUTY_FINANCE}
_KEPT: Final = "verification.json"
MOST: Final = 20


@dataclass(frozen=True)
class Held:
    """One invariant of the last check: rows looked at, how many break it, the first of them, and what else to know."""

    code: str
    title: str
    rows: int | None
    broken: int
    violations: tuple[str, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """The last check of the books.

    Attributes:
        at: when, by whom; both empty where none was made yet.
        invariants: those that break first, then by number; broken: how many violations there are in all.
        rows: how many rows were looked at.
    """

    at: datetime | None
    by: str
    invariants: tuple[Held, ...]
    broken: int
    rows: int


def last_check(*, viewer: Viewer) -> Checked:
    """The last check, or the invariants that are still to be checked. Raises MayNotLook."""
    viewer.require(CHECKING, "不变量核对")
    path = _path()
    if not path.exists():
        held = tuple(Held(one.code, one.title, None, 0, (), ()) for one in invariants())
        return Checked(None, "", held, 0, 0)
    kept = json.loads(path.read_text(encoding="utf-8"))
    return _told(datetime.fromisoformat(kept["at"]), kept["by"], kept["findings"])


def check_books(*, viewer: Viewer, at: datetime) -> Checked:
    """Check every invariant over the whole book of record, and remember what came of it. Raises MayNotLook."""
    viewer.require(CHECKING, "不变量核对")
    found = [_shortened(one) for one in verify()]
    kept = {"at": at.isoformat(), "by": viewer.staff, "findings": found}
    write_atomically(_path(), json.dumps(kept, ensure_ascii=False).encode())
    return _told(at, viewer.staff, found)


def _shortened(finding: Finding) -> dict[str, Any]:
    told = asdict(finding)
    told["violations"] = [f"{one.table} {one.id or ''}：{one.text}" for one in finding.violations[:MOST]]
    return told


def _told(at: datetime, by: str, findings: Iterable[dict[str, Any]]) -> Checked:
    held = [
        Held(one["code"], one["title"], one["rows"], one["broken"], tuple(one["violations"]), tuple(one["notices"]))
        for one in findings
    ]
    held.sort(key=lambda one: (not one.broken, one.code))
    return Checked(at, by, tuple(held), sum(one.broken for one in held), sum(one.rows or 0 for one in held))


def _path() -> Path:
    return Path(settings.JUBAO_HOME) / "reports" / _KEPT
