"""Who may act in a post on a given day, as the books stand now; what posts are and who stands in: ``vocabulary.posts``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

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
    return _present(on).may_act(taker, taken=set(besides))


def post_of(taker: Taker, person: str, *, on: date, besides: Iterable[str] = ()) -> Post:
    """The post in which somebody who may take a step takes it: of several, the first."""
    return taker if isinstance(taker, Post) else _present(on).post_of(taker, person, taken=set(besides))


@dataclass(frozen=True)
class Present:
    """Who is present on a day: by post, who holds or covers it and is not away, A岗 first."""

    on: date
    by_post: Mapping[str, Sequence[str]]
    _acted: dict[Post, list[str]] = field(default_factory=dict)

    def may_act(self, taker: Taker, *, taken: Collection[str]) -> list[str]:
        """Who may take a step, whoever took part already left out."""
        return who_may(taker, present=lambda post: self.by_post.get(post, []), taken=taken, acted=self._acted_in)

    def post_of(self, taker: Taker, person: str, *, taken: Collection[str]) -> Post:
        """The post in which somebody who may take a step takes it."""
        if isinstance(taker, Post):
            return taker
        return next(post for post in taker.among if person in self.may_act(AnyPost((post,)), taken=taken))

    def _acted_in(self, post: Post) -> list[str]:
        if post not in self._acted:
            self._acted[post] = acted_in(post, on=self.on)
        return self._acted[post]


# Asked for every step of every act, so in plain SQL; never remembered, because another process may send somebody away.
PRESENT = """
SELECT h.post, s.code FROM records_postholding h JOIN records_staff s ON s.id = h.staff_id
WHERE h.valid_from <= %s AND h.granted_from <= %s AND (h.valid_to IS NULL OR h.valid_to > %s)
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


def presence_question(on: date) -> tuple[str, list[str]]:
    """The statement that gives who is present in which post on a day, and its values."""
    return PRESENT, [on.isoformat()] * 8


def presence_told(
    on: date, rows: Iterable[tuple[str, str]], *, acted: Mapping[Post, list[str]] | None = None
) -> Present:
    """Its answer; ``acted`` gives who acted in which post in the month, where that was asked already."""
    by_post: dict[str, list[str]] = {}
    for post, code in rows:
        by_post.setdefault(post, []).append(code)
    return Present(on, by_post, dict(acted or {}))


def _present(on: date) -> Present:
    with connection.cursor() as cursor:
        cursor.execute(*presence_question(on))
        return presence_told(on, cursor.fetchall())


def acted_in(post: Post, *, on: date) -> list[str]:
    """Who acted in a post in the accounting month of a day."""
    month = months.of(on)
    with connection.cursor() as cursor:
        cursor.execute(ACTED, [str(post), months.first_day(month).isoformat(), months.last_day(month).isoformat()])
        return [person for (person,) in cursor.fetchall()]
