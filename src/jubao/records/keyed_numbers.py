"""Resident numbers as keyed hashes: to compare without keeping, under a key that serves nothing else."""

import hmac
import re

from django.conf import settings

from jubao.vocabulary.resident_number import InvalidResidentNumber, normalise

KEYED = re.compile(r"[0-9a-f]{64}", re.ASCII)


def keyed(number: str) -> str:
    """HMAC-SHA256 of a normalised resident number; another's writing of a number that is none stays comparable, too.

    Raises CannotReadKey, RecusalKeyMissing.
    """
    return hmac.digest(str(settings.RECUSAL_KEY).encode(), number.encode(), "sha256").hex()


def keyed_of_stated(stated: str) -> str:
    """The keyed hash of a number as somebody wrote it; a hash stays what it is.

    Raises InvalidResidentNumber.
    """
    return stated if KEYED.fullmatch(stated) else keyed(normalise(stated))


def keyed_where_valid(stated: str) -> str | None:
    """The keyed hash of what may be a resident number; None where it is none."""
    try:
        return keyed(normalise(stated))
    except InvalidResidentNumber:
        return None
