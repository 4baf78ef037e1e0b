"""What a pension consists of: account parts by source, basic parts by payer, each from a month on."""

from functools import cache

import numpy as np

from jubao.operations.contributions.accounts import SOURCES, Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.view import View
from jubao.operations.law import Law
from jubao.operations.pensions.account_stages import Stages
from jubao.records.models import AwardComponent
from jubao.rules.benefit import account_pension_by_source
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.month import Months

Stretch = tuple[int, int | None, int]
"""First month, month after the last or None, fen a month."""


def law_known(view: View, month: int) -> Law:
    """The law of a benefit month as it was known on the business date; a later notice is made up by an adjustment."""
    return view.law_on(months.first_day(month))


def add_account_parts(award: Ids, start: Ids, stages: Stages, changes: Changes) -> None:
    """Plan the account parts: what the account holds over the divisor of the first month, stretch by stretch.

    Args:
        award: shape (n,), award ids; start: shape (n,), first months.
        stages: what the accounts hold for which months.
    """
    parts, begun = np.zeros_like(stages.balance), start[stages.place]
    for month in np.unique(begun).tolist():
        rows = begun == month
        divisor = int(law_known(changes.view, month).value("benefit.annuity_divisor"))
        rounding = law_known(changes.view, month).value("benefit.account_rounding")
        parts[rows] = account_pension_by_source(stages.balance[rows], divisor=divisor, rounding=rounding)
    for column, source in enumerate(SOURCES):
        kept = np.flatnonzero(parts[:, column])
        changes.insert(
            AwardComponent,
            {
                "award_id": award[stages.place[kept]],
                "item": str(BenefitItem.of(source)),
                "amount_fen": parts[kept, column],
                "from_month": stages.first[kept],
                "to_month": [end or None for end in stages.end[kept].tolist()],
            },
            count=kept.size,
        )


def add_components(award: Ids, item: str, amount: Fen, start: Ids, changes: Changes) -> None:
    """Plan one item of awards from their months on; zero amounts fall away."""
    kept = np.flatnonzero(amount)
    changes.insert(
        AwardComponent,
        {"award_id": award[kept], "item": item, "amount_fen": amount[kept], "from_month": start[kept]},
        count=kept.size,
    )


def add_basics(award: Ids, start: Ids, years: Ids, birth_month: Months, changes: Changes) -> None:
    """Plan the basic parts by payer from each start on; one row for each rate in force until the business date."""
    history = cache(lambda first, paid, born: basic_history(changes.view, first, paid, born))
    pensions = zip(award.tolist(), start.tolist(), years.tolist(), birth_month.tolist(), strict=True)
    rows = [
        (key, item, stretch)
        for key, first, paid, born in pensions
        for item, stretches in history(first, paid, born).items()
        for stretch in stretches
    ]
    changes.insert(
        AwardComponent,
        {
            "award_id": [key for key, _, _ in rows],
            "item": [item for _, item, _ in rows],
            "amount_fen": [fen for _, _, (_, _, fen) in rows],
            "from_month": [first for _, _, (first, _, _) in rows],
            "to_month": [until for _, _, (_, until, _) in rows],
        },
        count=len(rows),
    )


def basic_history(view: View, first: int, years: int, birth_month: int) -> dict[str, list[Stretch]]:
    """The basic parts of somebody of some years and age by item, for each stretch of equal amounts until today."""
    last = max(months.of(view.on), first)
    history: dict[str, list[Stretch]] = {}
    for month in months.span(first, months.add(last, 1)):
        basic = basic_amounts(law_known(view, month), np.array([years]), np.array([birth_month]))
        amounts = {item: int(fen[0]) for item, fen in basic.items()}
        for item in sorted(set(history) | set(amounts)):
            _extend(history.setdefault(item, []), month, amounts.get(item, 0))
    return history


def basic_amounts(law: Law, years: Ids, birth_month: Months) -> dict[str, Fen]:
    """The basic pension of a month by item for people of some years and ages, shape (n,) each, fen."""
    parts = {item: np.full(years.size, fen, dtype=np.int64) for item, fen in law.basic_parts().items()}
    return parts | {str(BenefitItem.INCREMENT): law.increments(years, birth_month)}


def _extend(stretches: list[Stretch], month: int, fen: int) -> None:
    if stretches and stretches[-1][1] is None:
        first, _, held = stretches[-1]
        if held == fen:
            return
        stretches[-1] = (first, month, held)
    if fen:
        stretches.append((month, None, fen))
