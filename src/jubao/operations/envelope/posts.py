"""Who may act in a post on a given day, as the books stand now; what posts are and who stands in: ``vocabulary.posts``."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.db import connection

from jubao.vocabulary import month as months
from jubao.vocabulary.posts import (
    CLASSES,
    LABELS,
    STAND_INS,
    AnyPost,
    Post,
    Taker,
    conflicts,
    taker_of,
    who_may,
)

__all__ = [
    "CLASSES",
    "LABELS",
    "STAND_INS",
    "AnyPost",
    "Post",
    "Taker",
    "acted_in",
    "conflicts",
    "holders",
    "post_of",
    "taker_of",
]


def holders(taker: Taker, *, on: date, besides: Iterable[str] = ()) -> list[str]:
    """Staff codes who may take a step on a day: A岗 first, then B岗, and a stand-in only when none of them can.

    Args:
        taker: the post to fill, or any of several.
        on: the business date.
        besides: staff who already took a step of the same case and are therefore out of the question.
    """
    return who_may(taker, present=partial(_present, on=on), taken=set(besides), acted=partial(acted_in, on=on))


def post_of(taker: Taker, person: str, *, on: date, besides: Iterable[str] = ()) -> Post:
    """The post in which somebody who may take a step takes it: of several, the first."""
    if isinstance(taker, Post):
        return taker
    taken = tuple(besides)
    return next(post for post in taker.among if person in holders(AnyPost((post,)), on=on, besides=taken))


# Asked for every step of every act, so in plain SQL; never remembered, because another process may send somebody away.
PRESENT = """
SELECT s.code FROM records_postholding h JOIN records_staff s ON s.id = h.staff_id
WHERE h.post = %s AND h.valid_from <= %s AND h.granted_from <= %s AND (h.valid_to IS NULL OR h.valid_to > %s)
  AND EXISTS (SELECT 1 FROM records_signingkey k LEFT JOIN records_signingkeyend d ON d.key_id = k.id
              WHERE k.staff_id = s.id AND d.id IS NULL)
  AND NOT EXISTS (SELECT 1 FROM records_postend e
                  WHERE e.holding_id = h.id AND e.valid_from <= %s AND e.granted_from <= %s)
  AND NOT EXISTS (SELECT 1 FROM records_absence a LEFT JOIN records_absenceend b ON b.absence_id = a.id
                  WHERE a.staff_id = h.staff_id AND a.valid_from <= %s AND a.valid_to > %s
                    AND (b.returned_on IS NULL OR b.returned_on > %s))
ORDER BY h.capacity, s.code
"""
# The posts stand here in full, because the index of signatures in them is used only where a statement names them.
ACTED = """
SELECT DISTINCT person FROM records_signature
WHERE post IN ('ACCOUNTANT', 'CASHIER') AND post = %s AND business_date >= %s AND business_date <= %s ORDER BY person
"""


def _present(post: Post, *, on: date) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, [str(post), *[on.isoformat()] * 8])
        return [code for (code,) in cursor.fetchall()]


def acted_in(post: Post, *, on: date) -> list[str]:
    """Who acted in a post in the accounting month of a day."""
    month = months.of(on)
    with connection.cursor() as cursor:
        cursor.execute(ACTED, [str(post), months.first_day(month).isoformat(), months.last_day(month).isoformat()])
        return [person for (person,) in cursor.fetchall()]
