"""What a contribution year brought somebody already: the month it was first paid, and the subsidies earned in it."""

from collections.abc import Sequence

import numpy as np
from django.db import connection

from jubao.operations.contributions.accounts import Ids
from jubao.operations.contributions.sources import AMOUNTS, SOURCES
from jubao.operations.people import in_slices
from jubao.records.models import AccountPosting, Crediting
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind, Source
from jubao.vocabulary.fen import Fen

# What contributions of some years brought with their subsidies and was not taken back, by person, year and source.
EARNED = f"""
SELECT e.person_id, e.year, {", ".join(f"CAST(sum(e.{one}) AS BIGINT)" for one in AMOUNTS)}
FROM records_accountposting e WHERE e.kind IN ('CONTRIBUTION', 'SUBSIDY') AND e.year BETWEEN %s AND %s {{which}}
    AND NOT EXISTS (SELECT 1 FROM records_accountposting r WHERE r.reversal_of_id = e.id) GROUP BY e.person_id, e.year
"""


def credited_years(people: Sequence[int]) -> dict[int, dict[int, int]]:
    """Years credited since the takeover, each once: what people paid and kept, and what governments paid for them.

    Args:
        people: person ids.
    Returns:
        by person, for each year the month (YYYYMM) in which it was first paid; nobody is left out.
    """
    years: dict[int, dict[int, int]] = {key: {} for key in people}
    for part in in_slices(list(people)):
        kept = Crediting.objects.filter(contribution__person_id__in=part, contribution__refund__isnull=True)
        own = kept.values_list("contribution__person_id", "contribution__year", "contribution__received_date")
        paid = AccountPosting.objects.filter(person_id__in=part, kind=EntryKind.CONTRIBUTION, government_paid_fen__gt=0)
        paid_for = paid.values_list("person_id", "year", "value_month")
        for key, year, month in [*((who, year, months.of(day)) for who, year, day in own), *paid_for]:
            years[key][year] = min(years[key].get(year, month), month)
    return years


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
