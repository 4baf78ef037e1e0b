"""The subsidies a contribution year earned somebody already, and what is still due for it."""

import numpy as np
from django.db import connection

from jubao.operations.contributions.sources import AMOUNTS, SOURCES, Ids
from jubao.vocabulary.codes import Source
from jubao.vocabulary.fen import Fen

# What contributions of some years brought with their subsidies and was not taken back, by person, year and source.
EARNED = f"""
SELECT e.person_id, e.year, {", ".join(f"CAST(sum(e.{one}) AS BIGINT)" for one in AMOUNTS)}
FROM records_accountposting e WHERE e.kind IN ('CONTRIBUTION', 'SUBSIDY') AND e.year BETWEEN %s AND %s {{which}}
    AND NOT EXISTS (SELECT 1 FROM records_accountposting r WHERE r.reversal_of_id = e.id) GROUP BY e.person_id, e.year
"""


def subsidy_still_due(
    person: Ids, year: Ids, due: dict[Source, Fen], *, most: int, paid_for_only: bool = False
) -> dict[Source, Fen]:
    """What subsidies due for a year exceed those earned for it already, by source: one subsidy a year, the higher.

    A year is paid for at most twice, by the person and by governments; where the law grants more than one subsidy a
    year, each brings its own.

    Args:
        person: shape (n,), person ids.
        year: shape (n,), contribution years.
        due: by source, shape (n,), fen.
        most: subsidies somebody may have for one year; policy ``contribution.subsidies_per_year``.
        paid_for_only: whether only subsidies that came with what governments paid count as earned.
    Returns:
        by source, shape (n,), fen, never below zero.
    Source:
        人社部发〔2014〕23号，每人每年享受一次补贴.
    """
    if person.size == 0 or most > 1:
        return due
    which = "AND e.contribution_id IS NULL" if paid_for_only else ""
    with connection.cursor() as cursor:
        cursor.execute(EARNED.format(which=which), [int(year.min()), int(year.max())])
        earned = {tuple(row[:2]): row[2:] for row in cursor.fetchall()}
    if not earned:
        return due
    nothing = (0,) * len(SOURCES)
    keys = zip(person.tolist(), year.tolist(), strict=True)
    known = np.array([earned.get(key, nothing) for key in keys], dtype=np.int64)
    return {source: np.maximum(fen - known[:, SOURCES.index(source)], 0) for source, fen in due.items()}
