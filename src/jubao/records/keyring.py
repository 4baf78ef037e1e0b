"""The keys that seal the chain: the first one and those that followed, each found by its mark, whatever its file is called."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from jubao.records.custody import KeyRotation

FIRST = 1
CURRENT, NEXT = "audit.key", "audit.next.key"
EVERY = "audit*.key"


class KeyNotAtHand(LookupError):
    """Something was sealed with a key that is not among the keys of this office."""


@dataclass(frozen=True)
class Ring:
    """The keys of a chain by their numbers, as far as they are at hand."""

    keys: Mapping[int, str]

    def of(self, number: int) -> str:
        """The key of a number.

        Raises:
            KeyNotAtHand: it is not here.
        """
        if number not in self.keys:
            raise KeyNotAtHand(
                f"第 {number} 把审计密钥不在 keys 目录：请把另行保管的密钥放回该目录（权限 600），或用恢复单还原（jubao custody recover）"
            )
        return self.keys[number]


def key_mark(key: str) -> str:
    """What tells one audit key from another without telling the key."""
    return hashlib.sha256(b"jubao audit key\0" + key.encode()).hexdigest()


def voucher_for(number: int, mark: str, *, by: str) -> str:
    """What the holder of one key writes to vouch for the next."""
    return hmac.new(by.encode(), f"jubao audit key {number} {mark}".encode(), hashlib.sha256).hexdigest()


def keys_in(folder: Path) -> dict[str, str]:
    """The audit keys whose files lie in a folder, by their marks."""
    found = (path.read_text(encoding="ascii", errors="replace").strip() for path in sorted(folder.glob(EVERY)))
    return {key_mark(key): key for key in found}


_HELD: dict[str, str] = {}


def hold(keys: Iterable[str]) -> None:
    """Have keys at hand that lie in no file of this office; for this process alone."""
    _HELD.update((key_mark(key), key) for key in keys)
    forget()


def at_hand(home: Path) -> dict[str, str]:
    """Every audit key there is here, by its mark: those held, and those whose files lie in the office."""
    return _HELD | keys_in(home / "keys")


def read_ring(keys: Mapping[str, str], *, only: str = "") -> Ring:
    """The keys of the chain in the database, from keys by their marks.

    Args:
        keys: the keys there are.
        only: the mark of the one key of a chain whose key was never changed.
    """
    marks = dict(KeyRotation.objects.order_by("number").values_list("number", "mark_after"))
    first = KeyRotation.objects.order_by("number").values_list("mark_before", flat=True).first()
    marks[FIRST] = first or only
    return Ring({number: keys[mark] for number, mark in marks.items() if mark in keys})


def office_ring() -> Ring:
    """The keys of this office; read once for each set of books, and again when a new key was made (``key_of``)."""
    return _remembered(str(settings.JUBAO_HOME), str(connection.settings_dict["NAME"]), str(settings.AUDIT_KEY))


@cache
def _remembered(home: str, _books: str, own: str) -> Ring:
    if KeyRotation._meta.db_table not in connection.introspection.table_names():
        return Ring({FIRST: own})
    return read_ring(at_hand(Path(home)) | {key_mark(own): own}, only=key_mark(own))


def key_of(number: int) -> str:
    """The office's key of a number.

    Raises:
        KeyNotAtHand: it is not here.
    """
    if number not in office_ring().keys:
        forget()
    return office_ring().of(number)


def forget() -> None:
    """Read the keys anew when they are next asked for."""
    _remembered.cache_clear()
