"""The people of one cause of a difference between two months, the largest differences first."""

from dataclasses import dataclass

import numpy as np

from jubao.operations.contributions.accounts import WHOLE_TABLE_FROM, Ids
from jubao.operations.payments.columns import Array, read_columns
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
from jubao.operations.people import in_slices
from jubao.records.models import Person
from jubao.reports.business.named import named
from jubao.reports.figures.place import place_names
from jubao.vocabulary.both import Both
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.viewer import Viewer

ON_A_PAGE = 50


@dataclass(frozen=True)
class TownshipTotal:
    """The people of a cause who live in one township now: its code and name, how many, and by how much they differ."""

    code: str
    name: str
    people: int
    fen: int


@dataclass(frozen=True)
class CauseOfMonth:
    """The people of one cause: the largest differences first, a page of them.

    Attributes:
        month: YYYYMM; before: the month compared with.
        cause: its code; words: what a clerk calls it.
        people, fen: of all of them, or of the township asked for.
        townships: where they live; township: code of the one asked for, empty for all.
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
    townships: tuple[TownshipTotal, ...]
    township: str
    lines: tuple[ChangeLine, ...]
    after: int | None
    left_out: int
    others: tuple[CauseLine, ...]


def payroll_cause(
    month: int, cause: str, *, viewer: Viewer, after: str = "", township: str = ""
) -> CauseOfMonth | None:
    """The people of one cause of a month; None where there is no such month or cause, or nobody has the key.

    Args:
        month: YYYYMM; cause: its code; after: key of the last person of the page before, empty for the first page.
        township: code of one, for those who live there now.
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
    where = _townships(changes.person[some])
    totals = _totals(where, changes.fen[some])
    if township and township not in {one.code for one in totals}:
        return None
    some = some[where == township] if township else some
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
        townships=totals,
        township=township,
        lines=lines,
        after=int(changes.person[shown[-1]]) if rest.size > ON_A_PAGE else None,
        left_out=len(shown) - len(lines),
        others=causes_of(changes),
    )


def _townships(people: Ids) -> Array:
    """The township in which each of some people lives now, shape (n,); one pass over the register where they are many."""
    if people.size > WHOLE_TABLE_FROM:
        key, township = read_columns("SELECT id, township FROM records_person ORDER BY id", [], "nt")
        found: Array = township[np.searchsorted(key, people)]
        return found
    listed = people.tolist()
    known = {
        key: township
        for part in in_slices(listed)
        for key, township in Person.objects.filter(pk__in=part).order_by("pk").values_list("pk", "township")
    }
    return np.array([known[key] for key in listed], dtype=np.str_)


def _totals(where: Array, fen: Fen) -> tuple[TownshipTotal, ...]:
    """How many live in each township, and by how much they differ together."""
    names = place_names()
    found = []
    for code in sorted(set(where.tolist())):
        some = where == code
        name = names.get(code, (code, code))[1]
        found.append(TownshipTotal(code, name, int(some.sum()), int(fen[some].sum())))
    return tuple(found)
