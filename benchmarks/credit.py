"""Crediting contributions with their subsidies; against raw writing of the same entries and balances."""

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np
from django.db import transaction
from django.db.models import Prefetch, QuerySet

from benchmarks import district, ledgers, ours, post
from benchmarks.books import Books, statements
from benchmarks.line_form import BALANCE, BARE, CREDITING, ENTRY, KEYED
from benchmarks.measure import Contender, Run
from benchmarks.post import BATCH, DAY, PEER_AT_LEAST, PEER_SHARE
from jubao.columns.by_code import amount_column
from jubao.operations.law import law
from jubao.policy.store import Policy
from jubao.records.models import (
    AccountPosting,
    CategoryPeriod,
    Contribution,
    Crediting,
    IndividualAccount,
    Residence,
)
from jubao.vocabulary.codes import ContributionItem, Source

ASKED = ours.Asked("contribution.credit", {"through": DAY.isoformat()}, DAY)
MONTH = DAY.year * 100 + DAY.month
OWN, ORDINARY = "PERSONAL", "011"
Subsidies = Mapping[int, list[tuple[str, int]]]


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure the crediting of ``rows`` contributions by as many people, each with one entry for every source."""
    amounts, entries = prepare(books, rows)
    books.fresh()
    ASKED.envelope()
    notes = [
        f"{entries:,} entries and as many balances for {rows:,} contributions; rows are contributions",
        "ours and the peers' keep the sources of a contribution in one row, and those of an account in one",
        "bare: the finished rows, a source a line, by INSERT..SELECT into tables without any key",
        "keyed: into tables with every key, index, reference and check of that form",
        "posted: the contributions themselves into their real table, which older figures were held against",
        *ours.NOTES,
        f"orm: Django objects collected one by one, bulk_create by {BATCH:,}; prefetch: read ahead; a sample",
    ]
    result = Run("credit", books.engine, rows, _check(), notes)
    result.measure(_contenders(books, amounts), rounds=rounds, count=statements)
    result.expect_at_most("envelope", "keyed", 1.5)
    result.expect_at_most("envelope", "posted", 1.5)
    result.expect_faster("envelope", "orm", 20)
    result.expect_small("envelope", books.peak_mib(ASKED.envelope))
    return result


def prepare(books: Books, people: int) -> tuple[list[int], int]:
    """Load people and take their contributions in; keep beside the books what each is to be credited.

    Returns:
        fen by contribution, and the number of entries due.
    """
    asked, amounts = post.prepare(books, people)
    books.fresh()
    asked.act()
    subsidies = subsidies_of_tiers()
    columns = [[(OWN, fen) for fen in amounts], *zip(*(subsidies[fen] for fen in amounts), strict=True)]
    source, amount = zip(*(pair for column in columns for pair in column), strict=True)
    paid = np.fromiter(Contribution.objects.order_by("line").values_list("id", flat=True), dtype=np.int64)
    ledgers.run_sql(f"DROP TABLE {ledgers.DUE}")
    ledgers.keep_due(
        {
            "person_id": np.tile(district.people(), len(columns)),
            "contribution_id": np.tile(paid, len(columns)),
            "source": source,
            "amount_fen": np.array(amount, dtype=np.int64),
        }
    )
    for form in (CREDITING, ENTRY, BALANCE):
        form.make()
    books.keep()
    return amounts, len(amount)


def subsidies_of_tiers() -> Subsidies:
    """By tier what governments add, source and fen, looked up one by one in the collection rules of the day."""
    found: dict[int, list[tuple[str, int]]] = {}
    for row in Policy.load().collection_rules(DAY, law(DAY).area):
        if row["is_subsidy"] and row["category"] == "*" and row["amount_fen"]:
            source = str(ContributionItem(row["item"]).source)
            found.setdefault(row["tier_fen"], []).append((source, row["amount_fen"]))
    assert sum(fen for _, fen in found[10_000]) == 3_000, "30 yuan for the lowest tier"  # noqa: PLR2004
    return found


def _check() -> str:
    """Everybody's entries and balances by source."""
    wanted = ledgers.due("person_id, source, amount_fen")
    entries = ledgers.assert_same("SELECT person_id, source, amount_fen FROM records_accountentry", wanted, "entries")
    ledgers.assert_same("SELECT person_id, source, balance_fen FROM records_accountbalance", wanted, "balances")
    ledgers.assert_same(
        "SELECT contribution_id FROM records_crediting", "SELECT id FROM records_contribution", "contributions credited"
    )
    return f"{entries:,} 笔记账、同数余额逐人核对无误"


def _contenders(books: Books, amounts: list[int]) -> list[Contender]:
    rows = len(amounts)
    sample = min(rows, max(rows // PEER_SHARE, PEER_AT_LEAST))
    return [
        Contender("bare", "limit", _bare, rows, prepare=books.fresh),
        Contender("keyed", "limit", _keyed, rows, "bare", books.fresh),
        Contender("posted", "limit", partial(post.write_keyed, amounts, again=True), rows, "bare", books.fresh),
        *ours.contenders(ASKED, rows, "keyed", books.fresh),
        Contender("orm", "peer", partial(_orm, sample), sample, "keyed", books.fresh),
        Contender("prefetch", "peer", partial(_prefetch, sample), sample, "keyed", books.fresh),
    ]


# ── How a limit writes what crediting writes ──


def _bare() -> None:
    _write(BARE, 1)


def _keyed() -> None:
    _write(KEYED, district.last_event())


def _write(stem: str, event: int) -> None:
    """Creditings, entries and balances, each by one INSERT..SELECT of finished rows."""
    kind = f"CASE WHEN source = '{OWN}' THEN 'CONTRIBUTION' ELSE 'SUBSIDY' END"
    creditings = f"SELECT id, '{DAY}', {event} FROM records_contribution"  # noqa: S608  our own table
    entries = ledgers.due(f"person_id, source, {kind}, amount_fen, {DAY.year}, {MONTH}, contribution_id, {event}")
    ledgers.run_sql(
        ledgers.inserting(f"{stem}crediting", CREDITING.listed, creditings),
        ledgers.inserting(f"{stem}entry", ENTRY.listed, entries),
        ledgers.inserting(f"{stem}balance", BALANCE.listed, ledgers.due("person_id, source, amount_fen")),
    )


# ── Peers: a plain Django program without preview, signatures or seal ──


def _orm(sample: int) -> None:
    """Ask for everybody's category and residence one after the other."""
    _credit(
        (paid, paid.person.categories.order_by("-valid_from", "-id").first())
        for paid in _waiting(sample).iterator(BATCH)
        if paid.person.residences.order_by("-valid_from", "-id").first()
    )


def _prefetch(sample: int) -> None:
    """Read ahead, as somebody does who knows Django well."""
    ahead = [
        Prefetch("person__categories", CategoryPeriod.objects.order_by("-valid_from", "-id"), "listed"),
        Prefetch("person__residences", Residence.objects.order_by("-valid_from", "-id"), "lived"),
    ]
    _credit(
        (paid, paid.person.listed[0])
        for paid in _waiting(sample).prefetch_related(*ahead).iterator(BATCH)
        if paid.person.lived
    )


def _waiting(sample: int) -> QuerySet[Contribution]:
    return Contribution.objects.filter(crediting=None).select_related("person").order_by("id")[:sample]


def _credit(waiting: Iterable[tuple[Contribution, CategoryPeriod]]) -> None:
    subsidies, act = subsidies_of_tiers(), district.last_event()
    credited: list[Crediting] = []
    postings: list[AccountPosting] = []
    accounts: list[IndividualAccount] = []
    with transaction.atomic():
        for paid, period in waiting:
            assert period.category == ORDINARY, "everybody of the benchmark pays for themselves"
            credited.append(Crediting(act_id=act, contribution=paid, credited_date=DAY))
            parts = [(OWN, paid.amount_fen), *subsidies[paid.amount_fen]]
            moved = {amount_column(Source(source)): fen for source, fen in parts}
            what = {"person": paid.person, "kind": "CONTRIBUTION", "contribution": paid, **moved}
            postings.append(AccountPosting(act_id=act, year=DAY.year, value_month=MONTH, **what))
            accounts.append(IndividualAccount(person=paid.person, **moved))
        Crediting.objects.bulk_create(credited, batch_size=BATCH)
        AccountPosting.objects.bulk_create(postings, batch_size=BATCH)
        IndividualAccount.objects.bulk_create(accounts, batch_size=BATCH)
