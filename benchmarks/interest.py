"""Year-end interest: the kernel against one pass over its arrays, the act against writing its rows raw."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from benchmarks import district, ledgers
from benchmarks.books import Books, statements
from benchmarks.measure import Contender, Run

YEAR, DAY, RATE = 2017, date(2018, 1, 3), 15_000
HELD = ("PERSONAL", "PROVINCE", "CITY", "COUNTY")
PEER_SHARE = 50
PAYING = 0.6                                                 # of all accounts get an inflow in the year
COLUMNS = ("id", "person_id", "source", "kind", "amount_fen", "year", "value_month", "act_id")
Fen = NDArray[np.int64]


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure about ``rows`` interest entries: a quarter as many accounts, four sources each."""
    opening, flow = prepare(books, rows // len(HELD))
    expected = by_hand(opening, flow)
    checked = _check(books, expected)
    result = Run("interest", books.engine, rows, checked, notes=[
        "bare: the finished rows into a table without keys; keyed: into the real table and the balances",
        "stream: one pass over the kernel's arrays in memory; envelope: rehearsal, preview, four people, digest",
        f"peer: Django objects one account at a time, on 1/{PEER_SHARE} of the accounts",
    ])  # fmt: skip
    result.measure(_contenders(books, opening, flow, expected), rounds=rounds, count=statements)
    return result


def prepare(books: Books, people: int) -> tuple[Fen, Fen]:
    """Load accounts: opening balances (people, 4), and one inflow a source in some month (people, 5: month, fen)."""
    from jubao.records.models import AccountEntry

    random = np.random.default_rng(2017)
    district.found()
    opening = random.integers(20_000, 900_000, (people, len(HELD)))
    paid = random.integers(10_000, 300_000, (people, len(HELD))) * (random.random((people, 1)) < PAYING)
    flow = np.column_stack([random.integers(1, 13, people), paid])
    _load(opening, flow)
    ledgers.bare_copy(AccountEntry)
    books.keep()
    return opening, flow


@transaction.atomic
def _load(opening: Fen, flow: Fen) -> None:
    from jubao.records import bulk
    from jubao.records.models import AccountBalance, AccountEntry

    person, _ = district.add_people(len(opening))
    held = {"person_id": np.repeat(person, len(HELD)), "source": np.array(list(HELD) * person.size)}
    said: dict[str, Any] = {"contribution_id": None, "reversal_of_id": None, "act_id": district.event()}
    bulk.insert(AccountEntry, {**held, **said, "kind": "OPENING", "amount_fen": opening.reshape(-1), "year": YEAR - 1,
                               "value_month": (YEAR - 1) * 100 + 12}, count=opening.size)  # fmt: skip
    paid = flow[:, 1:].reshape(-1)
    moved = np.flatnonzero(paid)
    bulk.insert(AccountEntry, {
        **{name: column[moved] for name, column in held.items()}, **said, "kind": "CONTRIBUTION", "year": YEAR,
        "amount_fen": paid[moved], "value_month": YEAR * 100 + np.repeat(flow[:, 0], len(HELD))[moved],
    }, count=moved.size)  # fmt: skip
    bulk.insert(AccountBalance, {**held, "balance_fen": opening.reshape(-1) + paid}, count=opening.size)


def by_hand(opening: Fen, flow: Fen) -> list[list[int]]:
    """Interest by account and source in Python's whole numbers: one rounding, then the largest remainders."""
    from jubao.operations.law import law

    counts = int(law(date(YEAR, 12, 31)).interest_terms()["credit_month_counts"])
    assert law(date(YEAR, 12, 31)).rate_ppm() == RATE, "the year's rate is 1.5 %"
    answer = []
    for held, (month, *paid) in zip(opening.tolist(), flow.tolist(), strict=True):
        exact = [(12 * o + (12 - month + counts) * p) * RATE for o, p in zip(held, paid, strict=True)]
        whole = 12_000_000
        parts = [part // whole for part in exact]
        missing = (2 * sum(exact) + whole) // (2 * whole) - sum(parts)
        for k in sorted(range(len(HELD)), key=lambda k: (-(exact[k] % whole), k))[:missing]:
            parts[k] += 1
        answer.append(parts)
    return answer


def _check(books: Books, expected: list[list[int]]) -> str:
    books.fresh()
    _envelope()
    found = ledgers.read("SELECT person_id, source, amount_fen FROM records_accountentry WHERE kind = 'INTEREST'")
    first = min(row[0] for row in found)
    wanted = {(first + i, s): fen for i, parts in enumerate(expected) for s, fen in zip(HELD, parts, strict=True) if fen}
    assert len(found) == len(wanted), f"{len(found)} entries for {len(wanted)} due"
    assert {(person, source): fen for person, source, fen in found} == wanted, "somebody's interest is wrong"
    wrong = ledgers.read(
        "SELECT count(*) FROM records_accountbalance b JOIN (SELECT person_id, source, sum(amount_fen) AS fen "
        "FROM records_accountentry GROUP BY person_id, source) e ON e.person_id = b.person_id AND e.source = b.source "
        "WHERE e.fen <> b.balance_fen"
    )
    assert wrong == [(0,)], f"{wrong} balances are not the sum of their entries"
    return f"{len(expected):,} 户 {len(wanted):,} 笔逐户核对无误"


def _contenders(books: Books, opening: Fen, flow: Fen, expected: list[list[int]]) -> list[Contender]:
    rows = _finished_rows(books, expected)
    sample = max(len(expected) // PEER_SHARE, 1)
    stream, kernel = _kernel(opening, flow)
    return [
        Contender("stream", "limit", stream, len(rows)),
        Contender("kernel", "ours", kernel, len(rows), "stream"),
        Contender("bare", "limit", partial(ledgers.write_raw, "bench_records_accountentry", COLUMNS, rows), len(rows),
                  prepare=books.fresh),
        Contender("keyed", "limit", partial(_keyed, rows), len(rows), "bare", books.fresh),
        Contender("act", "ours", _act_only, len(rows), "bare", books.fresh),
        Contender("envelope", "ours", _envelope, len(rows), "bare", books.fresh),
        Contender("orm", "peer", partial(_peer, sample), sample * len(HELD), "bare", books.fresh),
    ]  # fmt: skip


def _finished_rows(books: Books, expected: list[list[int]]) -> list[tuple[Any, ...]]:
    books.fresh()
    ((first, last),) = ledgers.read(
        "SELECT (SELECT min(id) FROM records_person), (SELECT max(id) FROM records_accountentry)"
    )
    act = district.event()
    cells = [(first + i, s, fen) for i, p in enumerate(expected) for s, fen in zip(HELD, p, strict=True) if fen]
    return [
        (last + n, person, source, "INTEREST", fen, YEAR, YEAR * 100 + 12, act)
        for n, (person, source, fen) in enumerate(cells, start=1)
    ]


def _kernel(opening: Fen, flow: Fen) -> tuple[Callable[[], Any], Callable[[], Any]]:
    from jubao.rules.account import interest_by_source

    rows, sources = np.nonzero(flow[:, 1:])
    arrays = (rows, sources, flow[rows, 0], flow[rows, 1 + sources])

    def stream() -> Any:
        for array in arrays:
            array.sum()
        return opening + 1

    return stream, lambda: interest_by_source(opening, *arrays, rate_ppm=RATE)


def _keyed(rows: list[tuple[Any, ...]]) -> None:
    ledgers.write_raw("records_accountentry", COLUMNS, rows)
    ledgers.run_sql(
        "UPDATE records_accountbalance AS b SET balance_fen = b.balance_fen + e.fen FROM (SELECT person_id, source, "  # noqa: S608
        f"sum(amount_fen) AS fen FROM records_accountentry WHERE year = {YEAR} AND kind = 'INTEREST' "
        "GROUP BY person_id, source) AS e WHERE e.person_id = b.person_id AND e.source = b.source"
    )


def _act_only() -> None:
    from jubao.operations.contributions.interest import SettleYear, settle_years

    with transaction.atomic():
        settle_years([SettleYear(year=YEAR)], on=DAY, act=district.reference(DAY))


def _envelope() -> None:
    from jubao.simulation.staff import Staff

    Staff(keys="bench").carry("account.settle_year", [{"year": YEAR}], on=DAY)


def _peer(sample: int) -> None:
    from django.db.models import F

    from jubao.records.models import AccountBalance, AccountEntry, Person

    act = district.event()
    with transaction.atomic():
        for person in Person.objects.order_by("id")[:sample]:
            product: dict[str, int] = {}
            for entry in person.account_entries.filter(year__lte=YEAR).order_by("id"):
                months = 12 if entry.year < YEAR else 12 - entry.value_month % 100
                product[entry.source] = product.get(entry.source, 0) + entry.amount_fen * months
            for source, fen in product.items():                # one rounding per source: quicker, and not the law
                due = (2 * fen * RATE + 12_000_000) // 24_000_000
                AccountEntry.objects.create(act_id=act, person=person, source=source, kind="INTEREST", amount_fen=due,
                                            year=YEAR, value_month=YEAR * 100 + 12)  # fmt: skip
                AccountBalance.objects.filter(person=person, source=source).update(balance_fen=F("balance_fen") + due)
