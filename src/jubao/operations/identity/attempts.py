"""Attempts to log in are counted by account and, separately, by address; who fails too often waits."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

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
    """Count a failed attempt, where the count stands, so that none of several at once is lost.

    Returns whether it was the one that locks.
    """
    locks = False
    with transaction.atomic():
        for of, name in ((Attempts.Of.STAFF, staff), (Attempts.Of.ADDRESS, address)):
            counted = _counted(of, name)
            counted.filter(failed_at__lte=at - LOCKED_FOR).update(failed=0)
            counted.update(failed=F("failed") + 1, failed_at=at)
            locks |= counted.get().failed == ALLOWED[of]
    return locks


def take_step(staff: str, step: int) -> bool:
    """Take the step of a code, in one statement, so that of two who bring the same code at once only one has it.

    Returns whether it was still to be had.
    """
    return _counted(Attempts.Of.STAFF, staff).filter(last_step__lt=step).update(last_step=step) == 1


def forget_failures(staff: str, address: str) -> None:
    """Forget the failures of whoever proved themselves."""
    names = Q(of=Attempts.Of.STAFF, name=_kept(staff)) | Q(of=Attempts.Of.ADDRESS, name=_kept(address))
    Attempts.objects.filter(names).update(failed=0, failed_at=None)


def last_step(staff: str) -> int:
    """The step of the last code accepted from a person; 0 when none was."""
    return _one(Attempts.Of.STAFF, staff).last_step


def _both(staff: str, address: str) -> tuple[Attempts, Attempts]:
    return _one(Attempts.Of.STAFF, staff), _one(Attempts.Of.ADDRESS, address)


def _counted(of: Attempts.Of, name: str) -> QuerySet[Attempts]:
    """The row of an account or address, made where there is none."""
    row = Attempts.objects.filter(of=of, name=_kept(name))
    if not row.exists():
        Attempts.objects.bulk_create([Attempts(of=of, name=_kept(name))], ignore_conflicts=True)
    return row


def _one(of: Attempts.Of, name: str) -> Attempts:
    known = {"of": of, "name": _kept(name)}
    return Attempts.objects.filter(**known).first() or Attempts(**known)


def _kept(name: str) -> str:
    return name[: Attempts._meta.get_field("name").max_length]
