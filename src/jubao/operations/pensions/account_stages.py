"""The account a pension is reckoned from, as it stood: no balance is spread over months before its money came."""

from dataclasses import dataclass

import numpy as np

from jubao.operations.contributions.accounts import Ids
from jubao.operations.contributions.holdings import places_of, rows_of
from jubao.operations.contributions.sources import AMOUNTS
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import Fen

LAST_MONTH = 999912  # later than any posting
MONEY_IN = ", ".join(f"'{kind}'" for kind in (*EntryKind.money_in(), EntryKind.REVERSAL))
# What came in or went out from a month on; what a refund took out counts where it had come in.
POSTED = f"""
SELECT p.person_id, coalesce((SELECT o.value_month FROM records_accountposting o WHERE o.id = p.reversal_of_id), p.value_month),
    CASE WHEN p.kind IN ({MONEY_IN}) THEN 1 ELSE 0 END,
    {", ".join(f"CAST(sum(p.{one}) AS BIGINT)" for one in AMOUNTS)}
FROM records_accountposting p WHERE p.value_month >= {{since}} {{which}} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Stages:
    """What accounts hold for stretches of benefit months, one per position: the place among the awards, months, fen.

    ``first`` is included, ``end`` excluded and 0 where the stretch is open; ``balance`` has shape (k, 7).
    """

    place: Ids
    first: Ids
    end: Ids
    balance: Fen


def account_stages(person: Ids, start: Ids, balance: Fen) -> Stages:
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
