"""What a pension consists of: account parts by source, of the account as it stood, and basic parts by payer."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from jubao.operations.contributions.holdings import places_of, rows_of
from jubao.operations.contributions.sources import AMOUNTS, SOURCES, Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.view import View
from jubao.operations.law import Law
from jubao.records.models import AwardComponent
from jubao.rules.benefit import account_pension_by_source
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.month import Months

LAST_MONTH = 999912  # later than any posting
MONEY_IN = ", ".join(f"'{kind}'" for kind in (*EntryKind.money_in(), EntryKind.REVERSAL))
# What came in or went out from a month on; what a refund took out counts where it had come in.
POSTED = f"""
SELECT p.person_id, coalesce((SELECT o.value_month FROM records_accountposting o WHERE o.id = p.reversal_of_id), p.value_month),
    CASE WHEN p.kind IN ({MONEY_IN}) THEN 1 ELSE 0 END,
    {", ".join(f"CAST(sum(p.{one}) AS BIGINT)" for one in AMOUNTS)}
FROM records_accountposting p WHERE p.value_month >= {{since}} {{which}} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
Stretch = tuple[int, int | None, int]
"""First month, month after the last or None, fen a month."""


def law_known(view: View, month: int) -> Law:
    """The law of a benefit month as it was known on the business date; a later notice is made up by an adjustment."""
    return view.law_on(months.first_day(month))


# ── Account parts ──


@dataclass(frozen=True)
class Stages:
    """What accounts hold for stretches of benefit months, one per position: the place among the awards, months, fen.

    ``first`` is included, ``end`` excluded and 0 where the stretch is open; ``balance`` has shape (k, 7).
    """

    place: Ids
    first: Ids
    end: Ids
    balance: Fen


def _stages(person: Ids, start: Months, balance: Fen) -> Stages:
    """The account of some people from the first month of their pension on: whole, or growing with money that came later.

    Money that came in a month counts from the month after it; interest posted since then counts with the last of it.

    Args:
        person: shape (n,), person ids; start: shape (n,), first months of their pensions.
        balance: shape (n, 7), fen by source; what the accounts hold today, interest to the month before the start
            included.
    Source:
        国发〔2014〕8号第六部分（个人账户全部储存额除以计发系数）；补缴的自到账次月起计发，不追溯.
    """
    since = int(start.min(initial=LAST_MONTH))
    key, month, money, *fen = rows_of(POSTED, person, 3 + len(AMOUNTS), since=since)
    place, known = places_of(key, person)
    month, money, amount = month[known], money[known], np.stack(fen, axis=1)[known]
    later = month >= start[place]
    stages: list[tuple[int, int, int, Fen]] = []
    for row, first in enumerate(start.tolist()):
        mine = later & (place == row) if later.any() else later
        arrived = np.unique(month[mine & (money == 1) & amount.any(axis=1)]).tolist()
        begins = [first, *(months.add(one, 1) for one in arrived)]
        held = [balance[row] - amount[mine & (month >= one)].sum(axis=0) for one in arrived] + [balance[row]]
        ends = [*begins[1:], 0]
        stages += list(zip([row] * len(begins), begins, ends, held, strict=True))
    rows, begin, end, fens = zip(*stages, strict=True) if stages else ((), (), (), ())
    return Stages(
        np.array(rows, dtype=np.int64),
        np.array(begin, dtype=np.int64),
        np.array(end, dtype=np.int64),
        np.maximum(np.array(fens, dtype=np.int64).reshape(-1, balance.shape[1]), 0),
    )


def add_account_parts(award: Ids, person: Ids, start: Months, balance: Fen, changes: Changes) -> None:
    """Plan the account parts: what the account held over the divisor of the first month, stretch by stretch.

    Args:
        award: shape (n,), award ids; person: shape (n,), whose they are; start: shape (n,), first months.
        balance: shape (n, 7), fen by source; what the accounts hold today, interest to the month before included.
    """
    stages = _stages(person, start, balance)
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


# ── Basic parts ──


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
