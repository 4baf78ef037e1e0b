"""Who may act in a post on a given day, as the books stand now; what posts are and who stands in: ``vocabulary.posts``."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.db import connection

from jubao.vocabulary.posts import CLASSES, LABELS, STAND_INS, Post, conflicts, who_may

__all__ = ["CLASSES", "LABELS", "STAND_INS", "Post", "conflicts", "holders"]


def holders(post: Post, *, on: date, besides: Iterable[str] = ()) -> list[str]:
    """Staff codes who may act in a post on a day: A岗 first, then B岗, and a stand-in only when none of them can.

    Args:
        post: the post to fill.
        on: the business date.
        besides: staff who already took a step of the same case and are therefore out of the question.
    """
    return who_may(post, present=partial(_present, on=on), taken=set(besides))


# Asked for every step of every act, so in plain SQL; never remembered, because another process may send somebody away.
PRESENT = """
SELECT s.code FROM records_postholding h JOIN records_staff s ON s.id = h.staff_id
WHERE h.post = %s AND h.valid_from <= %s AND (h.valid_to IS NULL OR h.valid_to > %s)
  AND NOT EXISTS (SELECT 1 FROM records_absence a
                  WHERE a.staff_id = h.staff_id AND a.valid_from <= %s AND a.valid_to > %s)
ORDER BY h.capacity, s.code
"""


def _present(post: Post, *, on: date) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, [str(post), *[on.isoformat()] * 4])
        return [code for (code,) in cursor.fetchall()]
