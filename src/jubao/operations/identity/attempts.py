"""Attempts to log in are counted by account and, separately, by address; who fails too often waits."""

from datetime import datetime, timedelta

from jubao.operations.envelope.fault import Refused
from jubao.records.models import Attempts

ALLOWED = {Attempts.Of.STAFF: 5, Attempts.Of.ADDRESS: 20}
LOCKED_FOR = timedelta(minutes=15)


class LockedOut(Refused):
    """Too many attempts failed."""


def require_not_locked(staff: str, address: str, at: datetime) -> None:
    """Refuse an attempt while account or address is locked; the answer is the same whether the account exists.

    Raises:
        LockedOut: until when.
    """
    for one in _both(staff, address):
        until = one.failed_at + LOCKED_FOR if one.failed_at else None
        if one.failed >= ALLOWED[Attempts.Of(one.of)] and until and at < until:
            raise LockedOut(f"连续登录失败过多，{one.get_of_display()}已锁定，请 {LOCKED_FOR.seconds // 60} 分钟后再试")


def note_failure(staff: str, address: str, at: datetime) -> bool:
    """Count a failed attempt. Returns whether it was the one that locks."""
    locks = False
    for one in _both(staff, address):
        over = one.failed_at is not None and at >= one.failed_at + LOCKED_FOR
        one.failed, one.failed_at = (1 if over else one.failed + 1), at
        one.save()
        locks |= one.failed == ALLOWED[Attempts.Of(one.of)]
    return locks


def note_success(staff: str, address: str, step: int) -> None:
    """Forget the failures, and remember the step of the code so that it is not taken again."""
    for one in _both(staff, address):
        one.failed, one.failed_at = 0, None
        if one.of == Attempts.Of.STAFF:
            one.last_step = step
        one.save()


def last_step(staff: str) -> int:
    """The step of the last code accepted from a person; 0 when none was."""
    return _one(Attempts.Of.STAFF, staff).last_step


def _both(staff: str, address: str) -> tuple[Attempts, Attempts]:
    return _one(Attempts.Of.STAFF, staff), _one(Attempts.Of.ADDRESS, address)


def _one(of: Attempts.Of, name: str) -> Attempts:
    longest = Attempts._meta.get_field("name").max_length
    known = {"of": of, "name": name[:longest]}
    return Attempts.objects.filter(**known).first() or Attempts(**known)
