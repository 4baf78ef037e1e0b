"""Why a month pays otherwise than the one before: every difference under one cause, so that they add up to the fen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jubao.operations.contributions.accounts import Ids
from jubao.operations.payments.columns import Array, read_columns
from jubao.operations.payments.due import Due
from jubao.operations.payments.items import AMOUNTS
from jubao.records.models import AwardEvent, PayrollRun
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import ArrearsKind, TerminationReason
from jubao.vocabulary.fen import Fen

Kind = AwardEvent.Kind
EVER = 2**62
"""Behind every act there is: a month that is not locked yet knows all of them."""


class Cause(StrEnum):
    """Why somebody is paid more or less than in the month before, in the order a page tells them."""

    TAKEN_OVER = "taken-over"
    NEW = "new"
    RESUMED = "resumed"
    REINSTATED = "reinstated"
    APPEARED = "appeared"
    CHANGED = "changed"
    AWARD_ARREARS = "award-arrears"
    RESUMPTION_ARREARS = "resumption-arrears"
    ADJUSTMENT_ARREARS = "adjustment-arrears"
    REISSUED = "reissued"
    OTHER_ARREARS = "other-arrears"
    ARREARS_OVER = "arrears-over"
    SUSPENDED = "suspended"
    DIED = "died"
    ENDED = "ended"
    VANISHED = "vanished"

    @property
    def words(self) -> Both:
        """What a clerk calls it."""
        return WORDS[self]

    @property
    def is_looked_at(self) -> bool:
        """Whether its people are looked at one by one before the month is locked (controls e.3, payroll)."""
        return self in LOOKED_AT


WORDS = {
    Cause.TAKEN_OVER: both("接入底册后首次发放", "First paid after the takeover"),
    Cause.NEW: both("新核定", "Newly awarded"),
    Cause.RESUMED: both("续发（含补发）", "Resumed, with what is owed"),
    Cause.REINSTATED: both("撤销终止后恢复（含补发）", "An ending taken back, with what is owed"),
    Cause.APPEARED: both("没有核定或续发记录而重新列入", "Paid again without an award or a resumption"),
    Cause.CHANGED: both("当月标准变化", "Changed monthly amount"),
    Cause.AWARD_ARREARS: both("核定补发", "Back-pay of an award"),
    Cause.RESUMPTION_ARREARS: both("续发补发", "Back-pay of a resumption"),
    Cause.ADJUSTMENT_ARREARS: both("调整补发", "Back-pay of an adjustment"),
    Cause.REISSUED: both("退回或扣留的月份重发", "Returned or held months, paid again"),
    Cause.OTHER_ARREARS: both("其他补发", "Other back-pay"),
    Cause.ARREARS_OVER: both("上月补发已经发完", "Back-pay of last month, over"),
    Cause.SUSPENDED: both("暂停", "Suspended"),
    Cause.DIED: both("死亡终止", "Died"),
    Cause.ENDED: both("其他终止", "Ended otherwise"),
    Cause.VANISHED: both("没有暂停或终止记录而不再列入", "No longer paid without a suspension or an end"),
}
LOOKED_AT = frozenset(
    {
        Cause.NEW,
        Cause.RESUMED,
        Cause.REINSTATED,
        Cause.APPEARED,
        Cause.CHANGED,
        Cause.REISSUED,
        Cause.DIED,
        Cause.ENDED,
        Cause.VANISHED,
    }
)
ARREARS = {
    str(ArrearsKind.AWARD): Cause.AWARD_ARREARS,
    str(ArrearsKind.RESUMPTION): Cause.RESUMPTION_ARREARS,
    str(ArrearsKind.ADJUSTMENT): Cause.ADJUSTMENT_ARREARS,
    str(ArrearsKind.REISSUE): Cause.REISSUED,
}
CAUSES = tuple(Cause)
PLACE = {cause: place for place, cause in enumerate(CAUSES)}


# ── What a month pays ──


@dataclass(frozen=True)
class Paid:
    """What a month pays, a row for each benefit month of a person: arrays of one length; no kind for its own pension."""

    person: Ids
    kind: Array
    fen: Fen

    @classmethod
    def nothing(cls) -> Self:
        """A month in which nobody is paid."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.str_), np.zeros(0, dtype=np.int64))

    @classmethod
    def of_due(cls, due: Due) -> Self:
        """What a month would pay if it were locked now."""
        return cls(due.person, due.kind, due.amount)

    @property
    def total(self) -> int:
        """Fen."""
        return int(self.fen.sum())

    @property
    def people(self) -> int:
        """How many people are paid."""
        return distinct(self.person).size

    @property
    def arrears(self) -> Self:
        """What of it is back-pay."""
        some = self.kind != ""
        return type(self)(self.person[some], self.kind[some], self.fen[some])


def distinct(keys: Ids) -> Ids:
    """Every key once, in order; for many rows of few repeats faster than ``np.unique``."""
    ordered = np.sort(keys)
    first = np.ones(ordered.size, dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    found: Ids = ordered[first]
    return found


LINES = f"""
    SELECT batch_id, person_id, kind, {" + ".join(AMOUNTS)} FROM records_pensionmonth
    WHERE batch_id IN (%s, %s) ORDER BY batch_id, id
"""


def paid_in(runs: Sequence[PayrollRun]) -> list[Paid]:
    """What one or two locked months pay, whatever became of their lines; one statement."""
    if not runs:
        return []
    batches = [run.batch_id for run in runs]
    batch, person, kind, fen = read_columns(LINES, [batches[0], batches[-1]], "nntn")
    return [Paid(*(column[batch == one] for column in (person, kind, fen))) for one in batches]


# ── What happened in between ──


@dataclass(frozen=True)
class Happened:
    """What was decided about pensions between two months: by person the last event's kind and reason."""

    person: Ids
    kind: Array
    reason: Array

    def of(self, people: Ids) -> tuple[Array, Array]:
        """Kind and reason of the last event of some people, shape (n,); empty texts where nothing was decided."""
        at = np.searchsorted(self.person, people, side="right") - 1
        known = (at >= 0) & (self.person[np.maximum(at, 0)] == people) if self.person.size else at >= 0
        kind, reason = (np.full(people.size, "", dtype=np.dtype(("U", 12))) for _ in range(2))
        kind[known], reason[known] = self.kind[at[known]], self.reason[at[known]]
        return kind, reason


EVENTS = """
    SELECT a.person_id, e.kind, e.reason FROM records_awardevent e JOIN records_award a ON a.id = e.award_id
    JOIN records_auditevent x ON x.id = e.act_id
    WHERE e.act_id < %s AND (e.act_id > %s OR e.month > %s) AND x.code <> 'register.open' ORDER BY a.person_id, e.id
"""


def happened(*, since: PayrollRun | None, until: PayrollRun | None) -> Happened:
    """What was decided after one month was locked, or takes effect after it, and before the next one was locked."""
    bounds = [until.act_id if until else EVER, since.act_id if since else 0, since.month if since else 0]
    return Happened(*read_columns(EVENTS, bounds, "ntt"))


# ── Causes ──


@dataclass(frozen=True)
class Changes:
    """Every difference between two months under its cause; parallel arrays, one position for each person and cause.

    Attributes:
        person: shape (n,), keys.
        cause: shape (n,), places in ``CAUSES``.
        fen: shape (n,), what is paid more, or less when negative.
        head: shape (n,), 1 where the person is paid and was not, -1 where no longer, else 0.
        reason: shape (n,), the code of why it ended or rests.
        was, now: shape (n,), what the person was paid in all in the two months, fen.
    """

    person: Ids
    cause: Ids
    fen: Fen
    head: Ids
    reason: Array
    was: Fen
    now: Fen

    def under(self, cause: Cause) -> NDArray[np.bool_]:
        """Where a cause stands."""
        found: NDArray[np.bool_] = self.cause == PLACE[cause]
        return found


def changes_between(before: Paid, after: Paid, what: Happened, *, is_first: bool) -> Changes:
    """Why a month differs from the one before it.

    Who was not paid at all and is now, or the other way round, stands under one cause with everything; of everybody
    else the month's own pension and each kind of back-pay stand apart.

    Args:
        before, after: what the two months pay.
        what: what was decided in between.
        is_first: whether the office paid no month before; then who has no event came with the register.
    """
    people = distinct(np.concatenate([before.person, after.person]))
    was_own, was_all = _sums(people, before)
    now_own, now_all = _sums(people, after)
    begun, over = (now_own > 0) & (was_own == 0), (now_own == 0) & (was_own > 0)
    came, went = (now_all > 0) & (was_all == 0), (now_all == 0) & (was_all > 0)
    kind, reason = what.of(people)
    opened = _opening(kind, reason, is_first=is_first)
    closed = _closing(kind, reason)
    stayed = ~came & ~went
    parts: list[tuple[NDArray[np.bool_], Ids, Fen]] = [
        (came, opened, now_all),
        (went, closed, -was_all),
        (stayed & begun, opened, now_own),
        (stayed & over, closed, -was_own),
        (stayed & ~begun & ~over, _of(Cause.CHANGED, people), now_own - was_own),
        (stayed, _of(Cause.ARREARS_OVER, people), was_own - was_all),
    ]
    parts += [(stayed, _of(cause, people), fen) for cause, fen in _arrears(people, after)]
    chosen = [np.flatnonzero(where & (fen != 0)) for where, _, fen in parts]
    place = np.concatenate(chosen)
    found = Changes(
        person=people[place],
        cause=np.concatenate([cause[some] for (_, cause, _), some in zip(parts, chosen, strict=True)]),
        fen=np.concatenate([fen[some] for (_, _, fen), some in zip(parts, chosen, strict=True)]),
        head=(came.astype(np.int64) - went.astype(np.int64))[place],
        reason=reason[place],
        was=was_all[place],
        now=now_all[place],
    )
    assert before.total + int(found.fen.sum()) == after.total, "causes that do not add up to the month"
    return found


def _sums(people: Ids, paid: Paid) -> tuple[Fen, Fen]:
    """By person the month's own pension, and all that is paid."""
    place = np.searchsorted(people, paid.person)
    own, total = np.zeros(people.size, dtype=np.int64), np.zeros(people.size, dtype=np.int64)
    np.add.at(total, place, paid.fen)
    np.add.at(own, place, np.where(paid.kind == "", paid.fen, 0))
    return own, total


def _arrears(people: Ids, paid: Paid) -> Iterable[tuple[Cause, Fen]]:
    """By kind of back-pay, what each person gets of it."""
    place = np.searchsorted(people, paid.person)
    for cause in (*ARREARS.values(), Cause.OTHER_ARREARS):
        kinds = [kind for kind, meant in ARREARS.items() if meant is cause]
        some = np.isin(paid.kind, kinds) if kinds else (paid.kind != "") & ~np.isin(paid.kind, list(ARREARS))
        fen = np.zeros(people.size, dtype=np.int64)
        np.add.at(fen, place[some], paid.fen[some])
        yield cause, fen


def _of(cause: Cause, people: Ids) -> Ids:
    return np.full(people.size, PLACE[cause], dtype=np.int64)


def _opening(kind: Array, reason: Array, *, is_first: bool) -> Ids:
    """Why somebody is paid who was not; a pension that runs again after its end bears the reason of that end."""
    nothing = Cause.TAKEN_OVER if is_first else Cause.APPEARED
    resumed = kind == str(Kind.RESUMED)
    taken_back = resumed & np.isin(reason, [str(code) for code in TerminationReason])
    known = [kind == str(Kind.STARTED), taken_back, resumed]
    causes = [PLACE[Cause.NEW], PLACE[Cause.REINSTATED], PLACE[Cause.RESUMED]]
    found: Ids = np.select(known, causes, PLACE[nothing])
    return found


def _closing(kind: Array, reason: Array) -> Ids:
    """Why somebody is no longer paid who was."""
    ended = kind == str(Kind.ENDED)
    died = ended & (reason == str(TerminationReason.DEATH))
    known = [died, ended, kind == str(Kind.SUSPENDED)]
    found: Ids = np.select(
        known, [PLACE[Cause.DIED], PLACE[Cause.ENDED], PLACE[Cause.SUSPENDED]], PLACE[Cause.VANISHED]
    )
    return found
