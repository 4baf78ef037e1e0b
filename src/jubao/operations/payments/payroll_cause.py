"""The people of one cause of a difference between two months, the largest differences first."""

from dataclasses import dataclass

import numpy as np

from jubao.operations.payments.payroll_changes import Cause
from jubao.operations.payments.payroll_compared import compared
from jubao.operations.payments.payroll_seen import (
    PAYROLL,
    CauseLine,
    ChangeLine,
    causes_of,
    largest_first,
    lines_of,
)
from jubao.reports.business.named import named
from jubao.vocabulary.both import Both
from jubao.vocabulary.viewer import Viewer

ON_A_PAGE = 50


@dataclass(frozen=True)
class CauseOfMonth:
    """The people of one cause: the largest differences first, a page of them.

    Attributes:
        month: YYYYMM; before: the month compared with.
        cause: its code; words: what a clerk calls it.
        people, fen: of all of them.
        lines: those of this page; after: where the next page begins, None after the last.
        left_out: people of the page that the viewer does not see.
        others: the other causes of the month.
    """

    month: int
    before: int | None
    cause: str
    words: Both
    people: int
    fen: int
    lines: tuple[ChangeLine, ...]
    after: int | None
    left_out: int
    others: tuple[CauseLine, ...]


def payroll_cause(month: int, cause: str, *, viewer: Viewer, after: str = "") -> CauseOfMonth | None:
    """The people of one cause of a month; None where there is no such month or cause, or nobody has the key.

    Args:
        month: YYYYMM; cause: its code; after: key of the last person of the page before, empty for the first page.
    Raises:
        MayNotLook: as ``payroll_month``.
    """
    viewer.require(PAYROLL, "月度发放")
    viewer.require_everywhere("月度发放")
    found = compared(month, viewer.day) if cause in set(Cause) else None
    if found is None:
        return None
    changes = found.changes
    some = largest_first(changes, np.flatnonzero(changes.under(Cause(cause))))
    keys = changes.person[some].tolist()
    if after and not (after.isdecimal() and int(after) in keys):
        return None
    rest = some[keys.index(int(after)) + 1 :] if after else some
    shown = rest[:ON_A_PAGE].tolist()
    people = named((int(changes.person[one]) for one in shown), viewer=viewer)
    lines = lines_of(changes, shown, people)
    return CauseOfMonth(
        month=month,
        before=found.earlier.month if found.earlier else None,
        cause=cause,
        words=Cause(cause).words,
        people=int(some.size),
        fen=int(changes.fen[some].sum()),
        lines=lines,
        after=int(changes.person[shown[-1]]) if rest.size > ON_A_PAGE else None,
        left_out=len(shown) - len(lines),
        others=causes_of(changes),
    )
