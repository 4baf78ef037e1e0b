"""The anchor: the head of the audit chain noted outside the database, so that a shortened chain is noticed.

Each head has a file of its own, named for its number; a later one is never replaced by an earlier one, whatever the
order in which two processes write. A second place (``JUBAO_ANCHORS``, another device) gets the same files. A note
that could not be written is only late: it is written with the next act, and ``verify`` says so meanwhile.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from django.db import DatabaseError, connection

from jubao.records.anchors import Anchor, name_of, note_of, notes_in, number_of, places, read_anchors, read_note
from jubao.records.keyring import KeyNotAtHand

Event: TypeAlias = tuple[str, int]  # an event's hash, and the number of the key that sealed it
MACS = "SELECT id, mac, key_number FROM records_auditevent WHERE id = (SELECT max(id) FROM records_auditevent) OR id IN ({})"


def write_anchor(known: Mapping[int, Event] | None = None) -> None:
    """Note the present head in every place; nothing happens before the first act.

    Whoever has just added an event gives what it and its predecessor are (``known``): where the predecessor alone is
    noted, nothing needs to be asked.
    An earlier note is dropped only where the chain still says what it says: a note the chain contradicts is evidence,
    and stays. It never fails: the books are safe already when it is called (disk full, second place unplugged).
    """
    kept = {place: notes_in(place) for place in places()}
    try:
        noted = {number for notes in kept.values() for number in map(number_of, notes)}
        macs = known if known and noted <= set(known) else _macs(noted)
    except DatabaseError:  # the connection went after the commit
        return
    if not macs:
        return
    head = max(macs)
    for place, notes in kept.items():
        try:
            _write(place, notes, head, macs)
        except (OSError, KeyNotAtHand):
            continue


def _write(place: Path, notes: Sequence[Path], head: int, macs: Mapping[int, Event]) -> None:
    note = place / name_of(head)
    if not note.exists() or read_note(note) is None:  # a power cut may have left an empty one
        place.mkdir(exist_ok=True)  # its device must be there
        _put(note, note_of(head, *macs[head]))
    for earlier in notes:
        if earlier.name < note.name and _agrees(earlier, macs):
            earlier.unlink(missing_ok=True)


def _macs(numbers: set[int]) -> dict[int, Event]:
    """Hash and key number of the chain's head and of some other events, by number; one statement."""
    listed = ", ".join(map(str, sorted(numbers))) or "0"
    with connection.cursor() as cursor:
        cursor.execute(MACS.format(listed))
        return {number: (mac, key) for number, mac, key in cursor.fetchall()}


def _agrees(note: Path, macs: Mapping[int, Event]) -> bool:
    told = read_note(note)
    return told is not None and told.genuine and macs.get(told.id, ("", 0))[0] == told.mac


def _put(path: Path, note: bytes) -> None:
    """Whole or not at all; without fsync, for a note that a power cut loses is written again with the next act."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(note)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_anchor() -> Anchor | None:
    """The latest head noted in the office's own directory; None before the first act or when it cannot be read."""
    return read_anchors()[0].latest
