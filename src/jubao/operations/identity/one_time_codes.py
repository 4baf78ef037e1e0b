"""One-time codes of an authenticator (动态码, RFC 6238): six digits for thirty seconds, each accepted once."""

import hmac
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP, DIGITS = 30, 6
EARLIER_AND_LATER = (0, -1, 1)
"""Steps beside the present one that are accepted: clocks differ, and people type slowly."""
ISSUER = "居保"


def accepted_step(secret: bytes, code: str, at: datetime, *, after: int) -> int | None:
    """The step of time a code belongs to, if it is right and later than any that was used; else None.

    Args:
        secret: of the person's authenticator; code: what was typed; at: now.
        after: the last step whose code was accepted from this person.
    """
    now, typed = int(at.timestamp()) // STEP, code.strip()
    for beside in EARLIER_AND_LATER:
        step = now + beside
        if hmac.compare_digest(_code(secret, step), typed.encode()) and step > after:
            return step
    return None


def _code(secret: bytes, step: int) -> bytes:
    return _authenticator(secret).generate(step * STEP)


def address_for_authenticator(secret: bytes, staff: str) -> str:
    """What an authenticator takes in, typed or as a QR code (otpauth://…)."""
    return _authenticator(secret).get_provisioning_uri(staff, ISSUER)


def _authenticator(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303  what every authenticator speaks
