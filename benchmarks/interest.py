"""Year-end interest: the kernel against one pass over its arrays, the act against writing its rows raw."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Prefetch
from numpy.typing import NDArray

from benchmarks import district, ledgers, ours
from benchmarks.books import Books, statements
from benchmarks.line_form import BALANCE, BARE, ENTRY, KEYED
from benchmarks.measure import Contender, Run
from jubao.columns.by_code import amount_column
from jubao.operations.law import law
from jubao.records.models import AccountPosting, IndividualAccount, Person
from jubao.rules.account import interest_by_source
from jubao.vocabulary.codes import Source

YEAR, RATE = 2017, 15_000
HELD = ("PERSONAL", "PROVINCE", "CITY", "COUNTY")
PEER_SHARE, PEER_AT_LEAST, BATCH = 20, 1_000, 1_000
PAYING = 0.6  # of all accounts get an inflow in the year
ASKED = ours.Asked("account.settle_year", {"year": YEAR}, date(2018, 1, 3))
BALANCES = (
    f"UPDATE {KEYED}balance AS b SET balance_fen = b.balance_fen + d.amount_fen "  # noqa: S608  our own tables
    f"FROM {ledgers.DUE} d WHERE d.person_id = b.person_id AND d.source = b.source"
)
Fen = NDArray[np.int64]


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure about ``rows`` interest entries: a quarter as many accounts, four sources each."""
    opening, flow, entries = prepare(books, rows // len(HELD))
    books.fresh()
    ASKED.envelope()
    notes = [
        "bare: the finished rows, a source a line, by INSERT..SELECT into a table without any key",
        "keyed: into a table with every key, index, reference and check of that form, and the balances",
        "ours and the peers' keep the sources of an account in one row",
        "stream: one pass over the kernel's arrays in memory",
        *ours.NOTES,
        f"orm: Django objects collected account by account, bulk_create by {BATCH:,}; prefetch: read ahead; a sample",
    ]
    result = Run("interest", books.engine, rows, _check(), notes)
    result.measure(_contenders(books, opening, flow, entries), rounds=rounds, count=statements)
    result.expect_at_most("kernel", "stream", 20)
    result.expect_faster("envelope", "orm", 20)
    result.expect_small("envelope", books.peak_mib(ASKED.envelope))
    return result


def prepare(books: Books, people: int) -> tuple[Fen, Fen, int]:
    """Load accounts and keep beside the books what each is due.

    Returns:
        opening balances, shape (people, 4); one inflow a source in some month, shape (people, 5): month, fen; and the
        number of entries due.
    """
    random = np.random.default_rng(2017)
    district.found()
    opening = random.integers(20_000, 900_000, (people, len(HELD)))
    paid = random.integers(10_000, 300_000, (people, len(HELD))) * (random.random((people, 1)) < PAYING)
    flow = np.column_stack([random.integers(1, 13, people), paid])
    _load(opening, flow)
    due = by_hand(opening, flow)
    row, column = np.nonzero(due)
    sources = [HELD[place] for place in column.tolist()]
    ledgers.keep_due({"person_id": district.people()[row], "source": sources, "amount_fen": due[row, column]})
    _lay_beside(opening, flow)
    books.keep()
    return opening, flow, int(row.size)


def _load(opening: Fen, flow: Fen) -> None:
    changes = district.draft()
    person = district.add_people(changes, len(opening))
    before = {"kind": "OPENING", "year": YEAR - 1, "value_month": YEAR * 100 - 88}
    changes.insert(AccountPosting, {"person_id": person, **before, **_columns(opening)}, count=person.size)
    moved = np.flatnonzero(flow[:, 1:].any(axis=1))
    later = {"kind": "CONTRIBUTION", "year": YEAR, "value_month": YEAR * 100 + flow[moved, 0]}
    amounts = _columns(flow[moved, 1:])
    changes.insert(AccountPosting, {"person_id": person[moved], **later, **amounts}, count=moved.size)
    district.write(changes)


def _columns(amounts: Fen) -> dict[str, Fen]:
    """Amounts by the sources held, shape (people, 4), as columns of a posting."""
    return {amount_column(Source(source)): fen for source, fen in zip(HELD, amounts.T, strict=True)}


def _lay_beside(opening: Fen, flow: Fen) -> None:
    """The same entries and balances in line form, for the limit to add to."""
    people, act = district.people().tolist(), district.last_event()
    for form in (ENTRY, BALANCE):
        form.make()
    before = (
        (person, source, "OPENING", fen, YEAR - 1, YEAR * 100 - 88, None, act)
        for person, held in zip(people, opening.tolist(), strict=True)
        for source, fen in zip(HELD, held, strict=True)
    )
    paid = (
        (person, source, "CONTRIBUTION", fen, YEAR, YEAR * 100 + month, None, act)
        for person, (month, *inflow) in zip(people, flow.tolist(), strict=True)
        for source, fen in zip(HELD, inflow, strict=True)
        if fen
    )
    for rows in (before, paid):
        ledgers.write_raw(f"{KEYED}entry", list(ENTRY.columns), rows)
    balances = (
        (person, source, fen)
        for person, held in zip(people, (opening + flow[:, 1:]).tolist(), strict=True)
        for source, fen in zip(HELD, held, strict=True)
    )
    ledgers.write_raw(f"{KEYED}balance", list(BALANCE.columns), balances)


def by_hand(opening: Fen, flow: Fen) -> Fen:
    """Interest by account and source in Python's whole numbers: one rounding, then the largest remainders."""
    counts = int(law(date(YEAR, 12, 31)).interest_terms()["credit_month_counts"])
    assert law(date(YEAR, 12, 31)).rate_ppm() == RATE, "the year's rate is 1.5 %"
    answer = np.zeros(opening.shape, dtype=np.int64)
    for row, (held, (month, *paid)) in enumerate(zip(opening.tolist(), flow.tolist(), strict=True)):
        exact = [(12 * o + (12 - month + counts) * p) * RATE for o, p in zip(held, paid, strict=True)]
        whole = 12_000_000
        parts = [part // whole for part in exact]
        missing = (2 * sum(exact) + whole) // (2 * whole) - sum(parts)
        for k in sorted(range(len(HELD)), key=lambda k: (-(exact[k] % whole), k))[:missing]:
            parts[k] += 1
        answer[row] = parts
    return answer


def _check() -> str:
    """Everybody's interest, and every balance against the entries behind it."""
    entries = ledgers.assert_same(
        "SELECT person_id, source, amount_fen FROM records_accountentry WHERE kind = 'INTEREST'",
        ledgers.due("person_id, source, amount_fen"),
        "interest",
    )
    accounts = ledgers.assert_same(
        "SELECT person_id, source, balance_fen FROM records_accountbalance",
        "SELECT person_id, source, CAST(sum(amount_fen) AS BIGINT) FROM records_accountentry GROUP BY person_id, source",
        "balances",
    )
    return f"{accounts:,} 个来源余额 {entries:,} 笔利息逐户核对无误"


def _contenders(books: Books, opening: Fen, flow: Fen, entries: int) -> list[Contender]:
    sample = min(len(opening), max(len(opening) // PEER_SHARE, PEER_AT_LEAST))
    stream, kernel = _kernel(opening, flow)
    return [
        Contender("stream", "limit", stream, entries),
        Contender("kernel", "ours", kernel, entries, "stream"),
        Contender("bare", "limit", _bare, entries, prepare=books.fresh),
        Contender("keyed", "limit", _keyed, entries, "bare", books.fresh),
        *ours.contenders(ASKED, entries, "keyed", books.fresh),
        Contender("orm", "peer", partial(_orm, sample), sample * len(HELD), "keyed", books.fresh),
        Contender("prefetch", "peer", partial(_prefetch, sample), sample * len(HELD), "keyed", books.fresh),
    ]


def _kernel(opening: Fen, flow: Fen) -> tuple[Callable[[], Any], Callable[[], Any]]:
    rows, sources = np.nonzero(flow[:, 1:])
    arrays = (rows, sources, flow[rows, 0], flow[rows, 1 + sources])

    def stream() -> Any:
        for array in arrays:
            array.sum()
        return opening + 1

    return stream, lambda: interest_by_source(opening, *arrays, rate_ppm=RATE)


def _finished(event: int) -> str:
    return ledgers.due(f"person_id, source, 'INTEREST', amount_fen, {YEAR}, {YEAR * 100 + 12}, NULL, {event}")


def _bare() -> None:
    ledgers.run_sql(ledgers.inserting(f"{BARE}entry", ENTRY.listed, _finished(1)))


def _keyed() -> None:
    ledgers.run_sql(
        ledgers.inserting(f"{KEYED}entry", ENTRY.listed, _finished(district.last_event())),
        BALANCES,
    )


# ── Peers: a plain Django program without preview, signatures or seal; it rounds once a source, which is not the law ──


def _orm(sample: int) -> None:
    """Ask for everybody's postings and account one after the other."""
    people = Person.objects.order_by("id")[:sample].iterator(BATCH)
    _settle((person.account_postings.filter(year__lte=YEAR).order_by("id"), person.account) for person in people)


def _prefetch(sample: int) -> None:
    """Read ahead, as somebody does who knows Django well."""
    postings = Prefetch("account_postings", AccountPosting.objects.filter(year__lte=YEAR).order_by("id"), "posted")
    people = Person.objects.order_by("id").select_related("account").prefetch_related(postings)[:sample].iterator(BATCH)
    _settle((person.posted, person.account) for person in people)


def _settle(accounts: Iterable[tuple[Iterable[AccountPosting], IndividualAccount]]) -> None:
    act, names = district.last_event(), [amount_column(Source(source)) for source in HELD]
    posted: list[AccountPosting] = []
    moved: list[IndividualAccount] = []
    with transaction.atomic():
        for postings, account in accounts:
            product = dict.fromkeys(names, 0)
            for posting in postings:
                months = 12 if posting.year < YEAR else 12 - posting.value_month % 100
                for name in names:
                    product[name] += getattr(posting, name) * months
            due = {name: (2 * fen * RATE + 12_000_000) // 24_000_000 for name, fen in product.items()}
            for name, fen in due.items():
                setattr(account, name, getattr(account, name) + fen)
            moved.append(account)
            what = {"kind": "INTEREST", "year": YEAR, "value_month": YEAR * 100 + 12, **due}
            posted.append(AccountPosting(act_id=act, person_id=account.person_id, **what))
        AccountPosting.objects.bulk_create(posted, batch_size=BATCH)
        IndividualAccount.objects.bulk_update(moved, names, batch_size=BATCH)
