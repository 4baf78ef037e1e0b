"""Years paid since the register was taken over: each once, with the month in which it was first paid."""

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from jubao.records.models import AccountPosting, Crediting, Enrolment
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind

SLICE = 800
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class PaidYears:
    """Years of some people as columns of one length, by person and then by month.

    ``person`` is a key, ``year`` the contribution year, ``month`` (YYYYMM) the one in which it was first paid.
    """

    person: Ids
    year: Ids
    month: Ids

    @classmethod
    def of(cls, payments: Ids) -> Self:
        """Of payments given as rows of person, year and month, shape (k, 3): each year once, by its first month."""
        first = payments[np.lexsort((payments[:, 2], payments[:, 1], payments[:, 0]))]
        again = np.zeros(len(first), dtype=np.bool_)
        again[1:] = (first[1:, :2] == first[:-1, :2]).all(axis=1)
        once = first[~again]
        person, year, month = once[np.lexsort((once[:, 2], once[:, 0]))].T
        return cls(person, year, month)

    def count(self, person: Ids) -> Ids:
        """How many years each of some people paid, shape (n,)."""
        return np.searchsorted(self.person, person, "right") - np.searchsorted(self.person, person, "left")

    def complete_in(self, person: Ids, wanted: Ids, *, otherwise: int) -> Ids:
        """Month in which each had paid as many of these years as wanted, shape (n,).

        Args:
            person: shape (n,), keys.
            wanted: shape (n,), years.
            otherwise: the month of whom none are wanted from, and of who has not paid so many.
        """
        month = np.full(person.size, otherwise, dtype=np.int64)
        rows = np.flatnonzero((wanted > 0) & (wanted <= self.count(person)))
        month[rows] = self.month[np.searchsorted(self.person, person[rows]) + wanted[rows] - 1]
        return month


def paid_years(person: Ids, as_of: date | None = None) -> PaidYears:
    """Years that people paid and kept, and those that governments paid for them.

    Args:
        person: shape (n,), keys.
        as_of: the day up to which facts count, by their business date; all facts when left out.
    """
    known = Q() if as_of is None else Q(act__business_date__lte=as_of)
    taken_back = Q(contribution__refund__isnull=False)
    if as_of is not None:
        taken_back = Q(contribution__refund__act__business_date__lte=as_of)
    credited = Crediting.objects.filter(known).exclude(taken_back).order_by("id")
    paid_for = AccountPosting.objects.filter(known, kind=EntryKind.CONTRIBUTION, government_paid_fen__gt=0).order_by(
        "id"
    )
    payments: list[tuple[int, int, int]] = []
    for part in _slices(person):
        own = credited.filter(contribution__person__in=part)
        days = own.values_list("contribution__person_id", "contribution__year", "contribution__received_date")
        payments += ((who, year, months.of(day)) for who, year, day in days)
        payments += paid_for.filter(person__in=part).values_list("person_id", "year", "value_month")
    return PaidYears.of(np.array(payments, dtype=np.int64).reshape(-1, 3))


def contributed_years(person: Ids, since: PaidYears) -> Ids:
    """Years that count for some people, shape (n,): those before the takeover, and those paid since."""
    earlier = {
        who: years
        for part in _slices(person)
        for who, years in Enrolment.objects.filter(person__in=part)
        .order_by("id")
        .values_list("person_id", "earlier_years")
    }
    before = np.array([earlier[who] for who in person.tolist()], dtype=np.int64)
    return before + since.count(person)


def _slices(person: Ids) -> list[list[int]]:
    """The keys in slices small enough for one statement."""
    return [person[start : start + SLICE].tolist() for start in range(0, person.size, SLICE)]
