"""Heads of the audit chain as they are noted outside the database: where the notes lie, what they say, whose they are.

Each head has a file of its own, named for its number and sealed with the audit key, in every place; the latest counts.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

PATTERN = "head-*.json"


@dataclass(frozen=True)
class Anchor:
    """A head that was noted: number and hash of an event; ``genuine`` whether our key sealed the note."""

    id: int
    mac: str
    genuine: bool


@dataclass(frozen=True)
class Noted:
    """A place with every note kept there, the latest last: its file, and what it says or None when it cannot be read."""

    place: Path
    notes: tuple[tuple[Path, Anchor | None], ...]

    @property
    def latest(self) -> Anchor | None:
        """What the latest note says, if there is one that can be read."""
        return self.notes[-1][1] if self.notes else None


def places() -> list[Path]:
    """Where heads are noted: in the office's own directory, and in a second place if one is named (``JUBAO_ANCHORS``)."""
    second = getattr(settings, "ANCHOR_COPY", None)
    return [Path(settings.JUBAO_HOME) / "anchors", *([Path(second)] if second else [])]


def notes_in(place: Path) -> list[Path]:
    """The notes of a place, the latest last; none where the place is not there."""
    return sorted(place.glob(PATTERN))


def name_of(number: int) -> str:
    """The file name of a head's note; names sort as numbers do."""
    return f"head-{number:012d}.json"


def note_of(number: int, mac: str) -> bytes:
    """A note of a head, sealed."""
    return json.dumps({"id": number, "mac": mac, "seal": _seal(number, mac)}).encode()


def read_note(path: Path) -> Anchor | None:
    """What a note says; None when it cannot be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        number, mac, seal = int(told["id"]), str(told["mac"]), str(told["seal"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Anchor(number, mac, hmac.compare_digest(seal.encode(), _seal(number, mac).encode()))


def read_anchors() -> list[Noted]:
    """Every place with its notes; more than one is left only where the chain contradicts an earlier one."""
    return [Noted(place, tuple((note, read_note(note)) for note in notes_in(place))) for place in places()]


def _seal(number: int, mac: str) -> str:
    return hmac.new(settings.AUDIT_KEY.encode(), f"jubao anchor {number} {mac}".encode(), hashlib.sha256).hexdigest()
