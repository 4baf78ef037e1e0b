"""Interest nobody has posted yet: of years still open when somebody leaves, and of money dated before a year was settled."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Max, Min

from jubao.operations.contributions.accounts import Postings, interest_due, post_to_accounts
from jubao.operations.contributions.holdings import Money, money_of, planned_money
from jubao.operations.contributions.sources import AMOUNTS, SOURCES, Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.view import View
from jubao.records.models import AccountPosting
from jubao.rules.account import interest_by_source
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import Fen, allocate

DECEMBER = 12


@dataclass(frozen=True)
class Owed:
    """Interest of one period: the month up to whose end it runs, and fen by person and source, shape (n, 7)."""

    month: int
    fen: Fen


def last_settled_year(view: View) -> int | None:
    """The last year whose interest every account has; a register taken over in December has its year's. None before any."""
    return view.once("last settled year", _last_settled_year)


def _last_settled_year() -> int | None:
    settled = AccountPosting.objects.filter(kind=EntryKind.INTEREST).aggregate(last=Max("year"))["last"]
    opened = AccountPosting.objects.filter(kind=EntryKind.OPENING).aggregate(last=Max("value_month"))["last"]
    known = [] if settled is None else [int(settled)]
    if opened is not None:
        known.append(opened // 100 if opened % 100 == DECEMBER else opened // 100 - 1)
    return max(known, default=None)


def first_open_year(view: View) -> int | None:
    """The year whose interest is to be posted next; None where no account holds anything."""
    settled = last_settled_year(view)
    if settled is not None:
        return settled + 1
    first: int | None = view.once(
        "first account year", lambda: AccountPosting.objects.aggregate(first=Min("year"))["first"]
    )
    return first


def first_open_month_of_interest(view: View) -> int:
    """The first month money may be dated to without touching interest that is settled, or a time before the takeover."""
    year = first_open_year(view)
    first = months.of(view.on) if year is None else months.make(year, 1)
    opened = view.once("month of the opening", _last_opening)
    return max(first, opened or first)


def _last_opening() -> int | None:
    opened: int | None = AccountPosting.objects.filter(kind=EntryKind.OPENING).aggregate(last=Max("value_month"))[
        "last"
    ]
    return opened


def terms_of(year: int, view: View) -> dict[str, Any]:
    """Rate of a year, and whether the month money moves in earns, as known on the business date."""
    day = date(year, DECEMBER, 31) if year < view.on.year else view.on
    return view.law_on(day).interest_terms()


# ── Who leaves before a year is settled ──


def interest_owed(person: Ids, *, through_month: int, view: View, changes: Changes | None = None) -> list[Owed]:
    """All interest of some accounts not posted yet, through a month: of every open year to its end, then of the last.

    Args:
        person: shape (n,), person ids.
        through_month: the last full month.
        view: the books; changes: a plan whose postings count as well.
    Returns:
        one entry for each open year, oldest first; later ones earn on earlier ones.
    """
    last = through_month // 100
    owed: list[Owed] = []
    joined = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    first = first_open_year(view)
    for year in range(last + 1 if first is None else first, last + 1):
        through = DECEMBER if year < last else through_month % 100
        terms = terms_of(year, view)
        fen = interest_due(person, year=year, through=through, changes=changes, joined=joined, **terms)
        owed.append(Owed(months.make(year, through), fen))
        joined = joined + fen
    return owed


def post_owed(person: Ids, owed: list[Owed], *, changes: Changes, memo: str = "") -> None:
    """Plan interest that ``interest_owed`` found, as settled interest of its period (结清)."""
    for period in owed:
        postings = Postings(person, period.fen, period.month)
        post_to_accounts(postings, EntryKind.SETTLED_INTEREST, event="account_interest", changes=changes, memo=memo)


# ── Money dated before a year that is settled ──


def settle_backdated(changes: Changes) -> int:
    """Plan the interest of money that a plan dates into years already settled, as if it had been there in time.

    The bank had the money in a year, and the books take it in after that year's interest was posted. Each settled year
    then earns what it would have earned with the money, less what it earned without it; later years earn on that. The
    whole account is rounded once a year, as always, and the difference goes to the sources the money came from.

    Returns:
        fen planned.
    """
    settled = last_settled_year(changes.view)
    rows = list(changes.added(AccountPosting, "person_id", "year", "kind", *AMOUNTS))
    late = [
        (key, year)
        for key, year, kind, *fen in rows
        if settled is not None and year <= settled and _credits(kind, sum(fen))
    ]
    if settled is None or not late:
        return 0
    person = np.unique(np.array([key for key, _ in late], dtype=np.int64))
    joined = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    money = planned_money(person, changes, settled)
    assert not money.interest.any(), "interest of a settled year comes after the money it is earned on"
    owed: list[Owed] = []
    for year in range(min(year for _, year in late), settled + 1):
        fen = _missed(person, year, planned_money(person, changes, year), joined, changes.view)
        owed.append(Owed(months.make(year, DECEMBER), fen))
        joined = joined + fen
    post_owed(person, owed, changes=changes, memo="到账年度已结息，补计利息")
    return int(sum(int(period.fen.sum()) for period in owed))


def _credits(kind: str, fen: int) -> bool:
    """Whether a posting brings money; what a refund takes out leaves the interest of settled years as it is."""
    return fen > 0 and kind != EntryKind.REVERSAL


def _missed(person: Ids, year: int, late: Money, joined: Fen, view: View) -> Fen:
    """What a settled year's interest lacks, by person and source, shape (n, 7).

    Args:
        late: money the plan dates up to that year; joined: interest missed in the years before, shape (n, 7).
    """
    terms = terms_of(year, view)
    known = money_of(person, year)
    known = known.of(~known.interest)
    without = _year_interest(known, np.zeros_like(joined), **terms)
    with_it = _year_interest(known + late, joined, **terms)
    missing = with_it.sum(axis=1) - without.sum(axis=1)
    product = joined * DECEMBER
    earning = DECEMBER - late.month + int(bool(terms["credit_month_counts"]))
    np.add.at(product, late.place, late.amount * np.where(late.month == 0, DECEMBER, earning)[:, np.newaxis])
    return allocate(np.maximum(missing, 0), np.maximum(product, 0))


def _year_interest(money: Money, joined: Fen, *, rate_ppm: int, credit_month_counts: bool) -> Fen:
    """A whole year's interest on some money, by person and source."""
    opening = joined.copy()
    before, later = money.of(money.month == 0), money.of(money.month > 0)
    np.add.at(opening, before.place, before.amount)
    return interest_by_source(opening, *later.by_source(), rate_ppm=rate_ppm, credit_month_counts=credit_month_counts)
