"""Logging in, and what a session opens: one session a person, ending by itself, its secret half never in the books.

The signing key of whoever logged in lies in the session's row, locked by a secret that only the session's token holds;
the token lies with the person (a file of theirs, a cookie). Row and token together open it, neither alone.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from jubao.operations.envelope.chaining import note
from jubao.operations.envelope.hands import Hand, NotProven, key_in_force
from jubao.operations.envelope.seals import altered_events
from jubao.operations.identity import attempts
from jubao.operations.identity.key_files import (
    CODE_SECRET,
    NONCE,
    SEED,
    TAG,
    KeyFile,
    Secrets,
    WrongPassphrase,
    described,
    read,
)
from jubao.operations.identity.one_time_codes import accepted_step
from jubao.records.models import AuditEvent, Session, Signature, SigningKey, Staff
from jubao.vocabulary.resident_number import masked

IDLE, LONGEST = timedelta(minutes=10), timedelta(hours=8)
NOTED_EVERY = timedelta(seconds=30)
WRONG = "登录未成功：工号、口令或动态码不对"
Proof = Signature.Proof


class SessionEnded(NotProven):
    """The session is over: by time, by another login, or because its key ended."""


@dataclass(frozen=True)
class LoggedIn:
    """A session that has begun: its token, and whether it ended another of the same person."""

    token: str
    ended_another: bool


def log_in(staff: str, passphrase: str, code: str, *, address: str, at: datetime) -> LoggedIn:
    """Prove a person by passphrase and one-time code, and begin their session; an earlier one ends.

    Args:
        staff: staff code; passphrase opens their key; code is their authenticator's.
        address: where they come from; attempts are counted by it, too.
        at: instant, aware.
    Raises:
        LockedOut: too many attempts failed; NotProven: wrong, with one sentence whatever was wrong, or no registered key.
    """
    at, address = at.replace(microsecond=0), _as_kept(address)
    attempts.require_not_locked(staff, address, at)
    opened, step = _proven(staff, passphrase, code, at)
    if opened is None or step is None:
        raise _failed(staff, address, at)
    _require_registered(staff, opened)
    token, session = _begun(staff, opened, address, at)
    with transaction.atomic():
        if is_first := attempts.take_step(staff, step):
            attempts.forget_failures(staff, address)
            ended, _ = Session.objects.filter(staff=staff).delete()
            session.save(force_insert=True)
    if not is_first:  # another login took the same code meanwhile
        raise _failed(staff, address, at)
    note(AuditEvent.Kind.ENTERED, staff, at, {"address": address})
    return LoggedIn(token, ended > 0)


def hand_of_session(token: str, *, at: datetime, address: str | None = None) -> Hand:
    """The hand a session opens, as long as it lasts and its key is in force.

    Args:
        address: where the request comes from, as the service saw it; a session serves only where it began.
    Raises:
        SessionEnded: with how to begin another.
    """
    session, secret = _found(token, at)
    if address is not None and session.address != _as_kept(address):
        raise SessionEnded("会话不是在这里登录的，不予使用，请重新登录：jubao login 工号")
    opened = _opened(session, secret)
    if key_in_force(session.staff) != opened.public and Staff.objects.exists():
        session.delete()
        raise SessionEnded(f"{session.staff} 的签名密钥已停用或更换，会话已结束，请重新登录")
    _require_as_sealed(opened)
    if at - session.seen_at > NOTED_EVERY:
        Session.objects.filter(pk=session.pk).update(seen_at=at)
    return Hand(session.staff, opened.key, Proof.CODE, session.proved_at)


def prove_again(token: str, code: str, *, at: datetime) -> Hand:
    """Take another one-time code within a session, for an act that asks for a fresh one.

    Raises:
        NotProven: the code is wrong or was used; LockedOut: too many were; SessionEnded.
    """
    at = at.replace(microsecond=0)
    session, secret = _found(token, at)
    attempts.require_not_locked(session.staff, session.address, at)
    opened = _opened(session, secret)
    step = accepted_step(opened.codes, code, at, after=attempts.last_step(session.staff))
    if step is None or not attempts.take_step(session.staff, step):
        if attempts.note_failure(session.staff, session.address, at):
            session.delete()
            note(AuditEvent.Kind.LOCKED, session.staff, at, {"address": session.address})
        raise NotProven("动态码不对或已用过，请等下一个再输入")
    attempts.forget_failures(session.staff, session.address)
    Session.objects.filter(pk=session.pk).update(proved_at=at, seen_at=at)
    return Hand(session.staff, opened.key, Proof.CODE, at)


def log_out(token: str) -> str:
    """End a session; returns whose it was, or nothing where it had ended."""
    found = Session.objects.filter(pk=_name_of(token)).first()
    if found is None:
        return ""
    found.delete()
    return found.staff


def _failed(staff: str, address: str, at: datetime) -> NotProven:
    """Count a failed login; the sentence is the same whatever was wrong."""
    if attempts.note_failure(staff, address, at):
        note(AuditEvent.Kind.LOCKED, staff, at, {"address": address})
    return NotProven(WRONG)


def _proven(staff: str, passphrase: str, code: str, at: datetime) -> tuple[Secrets | None, int | None]:
    """What the passphrase opens and the step of the code; the work is the same for a staff code that has no key."""
    file = read(staff)
    try:
        opened = (file or _nobodys()).open(passphrase)
    except WrongPassphrase:
        return None, None
    return opened, accepted_step(opened.codes, code, at, after=attempts.last_step(staff))


def _nobodys() -> KeyFile:
    """A key no passphrase opens, so that an unknown staff code takes as long as a wrong passphrase."""
    return KeyFile(
        described("nobody", "00" * SEED) | {"nonce": "00" * NONCE, "sealed": "00" * (SEED + CODE_SECRET + TAG)}
    )


def _require_registered(staff: str, opened: Secrets) -> None:
    """The key must be the one in force; only before the office is founded there is none to compare with."""
    if Staff.objects.exists() and key_in_force(staff) != opened.public:
        raise NotProven(f"{staff} 的签名密钥尚未登记或已停用，请他人办理密钥登记（key.renew）后再登录")
    _require_as_sealed(opened)


def _require_as_sealed(opened: Secrets) -> None:
    """The key in force must be what its act sealed: one slipped into the database proves nobody, not for a minute."""
    event = SigningKey.objects.filter(public=opened.public).values_list("act_id", flat=True).first()
    if event is not None and altered_events(SigningKey, [event]):
        raise NotProven(
            f"签名密钥的登记与办理时封存的内容不一致（审计事件第 {event} 号），不能登录或办理："
            f"请停止办理，运行 jubao verify 查明，并立即报告上级"
        )


def _as_kept(address: str) -> str:
    """An address as it is counted and chained: whoever connects may have written it, so it is cut and shows no number."""
    longest = Session._meta.get_field("address").max_length
    return masked(address.encode(errors="replace").decode())[:longest]


def _begun(staff: str, opened: Secrets, address: str, at: datetime) -> tuple[str, Session]:
    secret, nonce = os.urandom(32), os.urandom(NONCE)
    token = f"{secrets.token_hex(32)}.{secret.hex()}"
    name = _name_of(token)
    locked = nonce + AESGCM(secret).encrypt(nonce, opened.seed + opened.codes, _bound(name, staff))
    session = Session(
        id=name,
        staff=staff,
        address=address,
        started_at=at,
        seen_at=at,
        proved_at=at,
        locked=locked,
    )
    return token, session


def _found(token: str, at: datetime) -> tuple[Session, bytes]:
    session = Session.objects.filter(pk=_name_of(token)).first()
    if session is None:
        raise SessionEnded("会话已结束，请重新登录：jubao login 工号")
    if at - session.seen_at > IDLE or at - session.started_at > LONGEST or at < session.started_at - NOTED_EVERY:
        session.delete()
        raise SessionEnded("会话已过期，请重新登录：jubao login 工号")
    try:
        return session, bytes.fromhex(token.partition(".")[2])
    except ValueError:
        raise SessionEnded("会话文件已损坏，请重新登录：jubao login 工号") from None


def _opened(session: Session, secret: bytes) -> Secrets:
    locked = bytes(session.locked)
    try:
        opened = AESGCM(secret).decrypt(locked[:NONCE], locked[NONCE:], _bound(session.pk, session.staff))
    except (InvalidTag, ValueError):
        raise SessionEnded("会话无法打开，请重新登录：jubao login 工号") from None
    return Secrets(opened[:SEED], opened[SEED:])


def _name_of(token: str) -> str:
    """The row's name is a hash of the token's first part: who reads the table cannot ask for the session."""
    return sha256(token.partition(".")[0].encode()).hexdigest()


def _bound(name: str, staff: str) -> bytes:
    return f"jubao session {name} {staff}".encode()
