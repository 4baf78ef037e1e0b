"""What waits to be credited, and the subsidies that come with it, by the rules of the month the bank had the money."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import DTypeLike, NDArray

from jubao.operations.contributions.accounts import Ids
from jubao.operations.contributions.earned_subsidies import subsidy_still_due
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.law import Law
from jubao.operations.people import in_slices
from jubao.rules.contribution import below_floor, make_up_kind, subsidies
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributionItem, ContributionKind, Source
from jubao.vocabulary.fen import Fen, format_yuan


@dataclass(frozen=True)
class Uncredited:
    """Contributions that wait for crediting, as columns of one length, in the order they came in."""

    id: Ids
    person: Ids
    amount: Fen
    received: Ids  # month, YYYYMM
    year: Ids  # the contribution year
    kind: NDArray[np.str_]
    category: NDArray[np.str_]
    household: NDArray[np.str_]


UNCREDITED = """
SELECT c.id, c.person_id, c.amount_fen,
       CAST(substr(CAST(c.received_date AS TEXT), 1, 4) || substr(CAST(c.received_date AS TEXT), 6, 2) AS INTEGER),
       c.year, c.kind,
       coalesce((SELECT p.category FROM records_categoryperiod p WHERE p.person_id = c.person_id
                 ORDER BY p.valid_from DESC, p.id DESC LIMIT 1), '011'),
       coalesce((SELECT r.household_type FROM records_residence r WHERE r.person_id = c.person_id
                 ORDER BY r.valid_from DESC, r.id DESC LIMIT 1), '')
FROM records_contribution c LEFT JOIN records_crediting k ON k.contribution_id = c.id
WHERE k.id IS NULL AND c.received_date <= %s ORDER BY c.id
"""
TYPES: tuple[DTypeLike, ...] = (np.int64, np.int64, np.int64, np.int64, np.int64, "U2", "U3", "U2")


def uncredited(through: date, view: View) -> Uncredited:
    """What was received up to a day and not credited, with everybody's latest category and household; read once."""
    return view.once(("uncredited through", through), lambda: _uncredited(through))


def _uncredited(through: date) -> Uncredited:
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(UNCREDITED, [through.isoformat()])
        while rows := cursor.fetchmany(20_000):
            columns = zip(zip(*rows, strict=True), TYPES, strict=True)
            parts.append([np.array(cells, dtype=kind) for cells, kind in columns])
    found = zip(*parts, strict=True) if parts else [[np.empty(0, dtype=kind)] for kind in TYPES]
    waiting = Uncredited(*(np.concatenate(column) for column in found))
    assert bool((waiting.household != "").all()), "everybody who is registered has a residence"
    return waiting


def newly_earned(through: date, view: View) -> dict[Source, Fen]:
    """The subsidies that come with what waits to be credited, by source, shape (n,), fen.

    What a year earned with a contribution that governments paid is not earned again.
    """
    waiting, due = uncredited(through, view), subsidies_due(through, view)
    most = int(view.law.value("contribution.subsidies_per_year"))
    return subsidy_still_due(waiting.person, waiting.year, due, most=most, paid_for_only=True)


def subsidies_due(through: date, view: View) -> dict[Source, Fen]:
    """Subsidies by source, shape (n,), by the collection rules of the month the bank had the money; read once."""
    return view.once(("subsidies due through", through), lambda: _subsidies(uncredited(through, view), view))


def check_floor(through: date, view: View, faults: Faults) -> None:
    """Refuse to credit less than the nation asks of local governments: the rules of the place are wrong or missing.

    Source: 国发〔2014〕8号第四部分（补贴标准不低于每人每年30元，500元及以上档次不低于60元）.
    """
    waiting = uncredited(through, view)
    current = waiting.kind == str(ContributionKind.CURRENT)
    due = sum(subsidies_due(through, view).values(), np.zeros(waiting.id.size, dtype=np.int64))
    for month, rows in _by_month(waiting.received):
        short = rows[below_floor(waiting.amount[rows], due[rows], _law(month, view).subsidy_floor()) & current[rows]]
        for tier in np.unique(waiting.amount[short]).tolist():
            rule = f"{month} 到账的 {format_yuan(tier)} 元档补贴合计低于国家下限"
            then = f"请核对区划 {view.law.area} 的征缴规则（参数 contribution.collection_rules）后再记账"
            faults.add(1, "through", rule, next_step=then, source="国发〔2014〕8号第四部分")


def _law(month: int, view: View) -> Law:
    return view.law_on(months.first_day(month))


def _subsidies(waiting: Uncredited, view: View) -> dict[Source, Fen]:
    due: dict[Source, Fen] = {}
    for month, rows in _by_month(waiting.received):
        law = _law(month, view)
        by_item = subsidies(
            waiting.amount[rows],
            waiting.category[rows],
            waiting.kind[rows],
            waiting.received[rows],
            law.collection_rules(),
            household=waiting.household[rows],
            made_up_earns=_made_up_earns(waiting, rows, law),
        )
        for item, fen in by_item.items():
            column = due.setdefault(ContributionItem(item).source, np.zeros(waiting.id.size, dtype=np.int64))
            column[rows] = fen
    return due


JOINED = """
SELECT p.id, p.birth_date, n.enrolled_month FROM records_person p JOIN records_enrolment n ON n.person_id = p.id
WHERE p.id IN ({people}) ORDER BY p.id
"""


def _made_up_earns(waiting: Uncredited, rows: Ids, law: Law) -> NDArray[np.bool_]:
    """Which of some contributions are made-up years of a kind that earns the subsidy."""
    earning, earns = law.value("contribution.subsidy_on_make_up"), np.zeros(rows.size, dtype=np.bool_)
    made_up = np.flatnonzero(waiting.kind[rows] != str(ContributionKind.CURRENT))
    if not earning or not made_up.size:
        return earns
    who = waiting.person[rows[made_up]]
    facts: dict[int, tuple[str, int]] = {}
    with connection.cursor() as cursor:
        for part in in_slices(np.unique(who).tolist()):
            cursor.execute(JOINED.format(people=", ".join(map(str, part))))
            facts |= {key: (str(born)[:10], joined) for key, born, joined in cursor.fetchall()}
    kinds = make_up_kind(
        np.array([facts[key][0] for key in who.tolist()], dtype="datetime64[D]"),
        np.array([facts[key][1] for key in who.tolist()], dtype=np.int64),
        waiting.year[rows[made_up]],
        waiting.received[rows[made_up]],
        law.cohort(),
    )
    earns[made_up] = [str(kind) in earning for kind in kinds]
    return earns


def _by_month(month: Ids) -> Iterator[tuple[int, Ids]]:
    for one in np.unique(month).tolist():
        yield one, np.flatnonzero(month == one)
