"""Who acts in this process, and with what they sign: a hand is a person with the secret half of their signing key.

Somebody who logged in brings their own hand (``operations.identity``) and no other. In an office on trial, whose people
are invented, one person plays all of them: a trial key in the office's directory makes each a hand. It signs for
nobody whose registered key it did not make, so it is worth nothing in a real office.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Refused
from jubao.records.models import Proposal, Signature, SigningKey, Staff
from jubao.records.signing import Signed

TRIAL_KEY = "trial.key"
Proof = Signature.Proof
FRESH = timedelta(minutes=5)
"""How long a one-time code counts as fresh for an act that asks for one."""
Registered = tuple[int, str]
"""A key as it is registered: its number, and its public half."""
IN_FORCE = """
SELECT k.id, k.public FROM records_signingkey k JOIN records_staff s ON s.id = k.staff_id
WHERE s.code = %s AND NOT EXISTS (SELECT 1 FROM records_signingkeyend e WHERE e.key_id = k.id)
ORDER BY k.id DESC LIMIT 1
"""


class NotProven(Refused):
    """Somebody acts who has not shown who they are."""


@dataclass(frozen=True)
class Hand:
    """A person who may sign here: staff code, the secret half of their key, and how they were proven."""

    staff: str
    secret: Ed25519PrivateKey = field(repr=False)
    proof: Proof
    proved_at: datetime | None = None

    @property
    def public(self) -> str:
        """The public half, as hex."""
        return self.secret.public_key().public_bytes_raw().hex()

    def require_fresh_code(self, at: datetime) -> None:
        """Refuse an act that asks for a one-time code of just now.

        Raises:
            NotProven: with what to do.
        """
        if self.proof == Proof.TRIAL:
            return
        if self.proved_at is None or not self.proved_at - FRESH <= at <= self.proved_at + FRESH:
            raise NotProven("这项业务须当场输入动态码：请输入验证器上的六位数字后再办（命令行用 --code）")


_ACTING: ContextVar[Hand | None] = ContextVar("acting", default=None)


def require_invented(staff: str) -> None:
    """Let one person play another, to look as to sign: only while that person's registered key is the trial's own.

    A trial key laid into a real office, or one whose people have made keys of their own, plays nobody.

    Raises:
        NotProven: this is no office on trial, or the person is a real one.
    """
    secret = trial_secret()
    if secret is None:
        raise NotProven("请先登录：jubao login 工号")
    if Staff.objects.filter(code=staff).exists() and key_in_force(staff) != trial_hand(staff, secret).public:
        raise NotProven(f"{staff} 的签名密钥不是试用的密钥，不能由他人扮演：请本人运行 jubao login {staff}")


@contextmanager
def acting(hand: Hand) -> Iterator[Hand]:
    """Let a person act until the block ends."""
    token = _ACTING.set(hand)
    try:
        yield hand
    finally:
        _ACTING.reset(token)


def hand_of(staff: str) -> Hand:
    """The hand that signs for a staff code in this process.

    Raises:
        NotProven: somebody else is logged in, or nobody is and this is no office on trial.
    """
    present = _ACTING.get()
    if present is not None:
        if present.staff != staff:
            raise NotProven(f"现在登录的是 {present.staff}，不能以 {staff} 的名义办理")
        return present
    secret = trial_secret()
    if secret is None:
        raise NotProven(f"{staff} 尚未登录，不能办理：请本人运行 jubao login {staff}")
    return trial_hand(staff, secret)


def trial_secret() -> bytes | None:
    """The secret of an office on trial; None in every other."""
    path = Path(settings.JUBAO_HOME) / "keys" / TRIAL_KEY
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


@cache
def trial_hand(staff: str, secret: bytes) -> Hand:
    """The hand of an invented person."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"jubao trial {staff}".encode()).derive(secret)
    return Hand(staff, Ed25519PrivateKey.from_private_bytes(seed), Proof.TRIAL)


def sign_step(
    step: Signature, proposal: Proposal, hand: Hand, changes: Changes, registered: Registered | None
) -> Signature:
    """Put the person's signature under a step that says everything else already.

    Args:
        step: the step, not yet written; proposal: what it belongs to.
        hand: who signs.
        changes: the plan it is written with: the founding of an office brings its founder's key itself.
        registered: the key in force for the person, as it was asked under the lock (``IN_FORCE``).
    Raises:
        NotProven: the hand's key is not the one registered for the person.
    """
    step.key_id = _registered(hand, changes, registered)
    step.proof = hand.proof
    step.signed = hand.secret.sign(signed(step, proposal).content).hex()
    return step


def signed(step: Signature, proposal: Proposal) -> Signed:
    """What the signature under a step covers."""
    return Signed(
        proposal=proposal.key,
        code=proposal.code,
        hash=step.shown_hash,
        case_ref=step.case_ref,
        step=step.step,
        role=step.role,
        post=step.post,
        person=step.person,
        decision=step.decision,
        reason=step.reason,
        proof=step.proof,
        business_date=step.business_date,
        at=step.signed_at,
    )


def key_in_force(staff: str) -> str | None:
    """The public half of the key a person signs with now; None where none is in force."""
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, [staff])
        found: Registered | None = cursor.fetchone()
        return found[1] if found else None


def _registered(hand: Hand, changes: Changes, registered: Registered | None) -> int:
    """The key under which a hand is registered, or the placeholder of one that the plan itself registers."""
    if registered is not None:
        key, public = registered
        if public != hand.public:
            raise NotProven(f"{hand.staff} 的签名密钥不是登记在册的那一把，不能签署：请查明后按 jubao key 的说明办理")
        return int(key)
    for place, (public,) in enumerate(changes.added(SigningKey, "public"), start=1):
        if public == hand.public:
            return -place
    raise NotProven(f"{hand.staff} 没有在用的签名密钥，不能办理：请先登记（key.renew）")
