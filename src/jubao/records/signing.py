"""What a signature says and whether it is genuine: one text for whoever signs and for whoever checks afterwards.

A signature covers the act, the hash of its content, the case, the step, the post, the person, the decision, day and
instant; nobody who holds the books, or the audit key, can make one without the person's own secret half.
"""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jubao.records.identity import SigningKey
from jubao.records.sealing import MOMENT, canonical

PURPOSE = "jubao signature 1"
Algorithm = SigningKey.Algorithm


class Signed(NamedTuple):
    """Everything a signature covers."""

    proposal: str
    code: str
    hash: str
    case_ref: str
    step: int
    role: str
    post: str
    person: str
    decision: str
    reason: str
    proof: str
    business_date: date
    at: datetime

    @property
    def content(self) -> bytes:
        """The bytes that are signed."""
        told: list[Any] = [PURPOSE, *self]
        told[-1] = self.at.astimezone(UTC).strftime(MOMENT)
        return canonical(told).encode()


def is_genuine(content: bytes, signature: str, *, algorithm: str, public: str) -> bool:
    """Whether a signature was made by the secret half of a key; False for a scheme nobody knows."""
    if algorithm != Algorithm.ED25519:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True
