"""Heads of the audit chain as they are noted outside the database: where the notes lie, what they say, whose they are.

Each head has a file of its own, named for its number and sealed with the audit key, in every place; the latest counts.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from jubao.records.keyring import KeyNotAtHand, key_of

PATTERN = "head-*.json"
LINE, LINE_WORDS = "JUBAO-HEAD", 5


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


def number_of(note: Path) -> int:
    """The number that a note's name tells; 0 for a name that tells none."""
    digits = note.stem.removeprefix("head-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < len(str(2**63)) else 0


def note_of(number: int, mac: str, key_number: int) -> bytes:
    """A note of a head, sealed with the key that sealed the head itself."""
    told = {"id": number, "mac": mac, "key": key_number, "seal": seal_of(number, mac, key_number)}
    return json.dumps(told).encode()


def read_note(path: Path) -> Anchor | None:
    """What a note says; None when it cannot be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        number, mac, key, seal = int(told["id"]), str(told["mac"]), int(told["key"]), str(told["seal"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return anchor_of(number, mac, key, seal)


def anchor_of(number: int, mac: str, key_number: int, seal: str) -> Anchor:
    """A head as somebody states it; genuine when the seal is one of our key's."""
    try:
        ours = seal_of(number, mac, key_number)
    except KeyNotAtHand:
        ours = ""
    return Anchor(number, mac, hmac.compare_digest(seal.encode(), ours.encode()))


def read_anchors() -> list[Noted]:
    """Every place with its notes; more than one is left only where the chain contradicts an earlier one."""
    return [Noted(place, tuple((note, read_note(note)) for note in notes_in(place))) for place in places()]


def seal_of(number: int, mac: str, key_number: int) -> str:
    """What our key writes beside a head. Raises KeyNotAtHand."""
    return hmac.new(key_of(key_number).encode(), f"jubao anchor {number} {mac}".encode(), hashlib.sha256).hexdigest()


# ── A head as one line, for people ──


def line_of(number: int, mac: str, key_number: int) -> str:
    """A head in one line: what it is, number, hash, number of the key, and what that key writes beside it."""
    return f"{LINE} {number} {mac} {key_number} {seal_of(number, mac, key_number)}"


def read_line(text: str) -> Anchor | None:
    """The head that a line states, however it was broken; None when it states none."""
    words = text.split()
    if len(words) != LINE_WORDS or words[0] != LINE:
        return None
    try:
        return anchor_of(int(words[1]), words[2], int(words[3]), words[4])
    except ValueError:
        return None
