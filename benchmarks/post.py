"""Posting a bank's collection file, crediting it, and offering it again; against raw writing of its rows."""

from datetime import date
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction

from benchmarks import district, ledgers
from benchmarks.books import Books, statements
from benchmarks.identities import first_digits
from benchmarks.measure import Contender, Run

DAY = date(2017, 5, 10)
TIERS = (10_000, 20_000, 30_000, 50_000, 100_000)
REFERENCE = "HD-BENCH"
PEER_SHARE = 50
COLUMNS = (
    "id", "person_id", "batch_id", "line", "year", "kind", "amount_fen", "received_date", "receipt_number", "outlet_id",
    "paid_by", "act_id",
)  # fmt: skip


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure a file of ``rows`` contributions by as many people."""
    file, amounts = prepare(books, rows)
    checked = _check(books, file, amounts)
    result = Run("post", books.engine, rows, checked, notes=[
        "bare: the finished rows into a table without keys; keyed: into the real table",
        ("take: reading and checking the file, contributions and voucher; credit: crediting with its entries, "
        "subsidies and balances; envelope: with rehearsal, preview, all signatures and the audit digest"),
        "replay: the posted file offered again: refused by its hash, nothing read, nothing posted",
        f"peer: Django objects one line at a time, on 1/{PEER_SHARE} of the lines, spared the reading of the file",
    ])  # fmt: skip
    result.measure(_contenders(books, file, amounts), rounds=rounds, count=statements)
    return result


def prepare(books: Books, people: int) -> tuple[str, list[int]]:
    """Load people, receive the money, bring the file to the inbound desk; its name and the amounts by line."""
    from jubao.records.models import Contribution

    random = np.random.default_rng(2017)
    office = district.found()
    _, numbers = district.add_people(people)
    amounts = [TIERS[k] for k in random.integers(0, len(TIERS), people).tolist()]
    office.receive("COLLECTION", sum(amounts), REFERENCE, DAY)
    name = office.file("代收.txt", "bank_collection", {
        "seq": list(range(1, people + 1)), "resident_number": numbers, "name": [district.name_of(n) for n in range(people)],
        "contribution_year": [2017] * people, "kind": ["10"] * people, "amount": amounts,
    }, {"bank": "农业银行", "batch_no": "BENCH", "date": DAY, "receipt_reference": REFERENCE})  # fmt: skip
    ledgers.bare_copy(Contribution)
    books.keep()
    return name, amounts


def _check(books: Books, file: str, amounts: list[int]) -> str:
    from jubao.simulation.staff import Staff

    books.fresh()
    _take_envelope(file)
    Staff(keys="bench-credit").carry("contribution.credit", [{"through": DAY}], on=DAY)
    ((first,),) = ledgers.read("SELECT min(id) FROM records_person")
    wanted = {(first + i, source): fen for i, paid in enumerate(amounts) for source, fen in _credited(paid)}
    sums = "SELECT person_id, source, sum(amount_fen) FROM records_accountentry GROUP BY person_id, source"
    for sql in (sums, "SELECT person_id, source, balance_fen FROM records_accountbalance"):
        found = {(person, source): int(fen) for person, source, fen in ledgers.read(sql)}
        assert found == wanted, f"somebody's account is wrong: {sql}"
    paid = dict(ledgers.read("SELECT line, amount_fen FROM records_contribution"))
    assert paid == dict(enumerate(amounts, start=1)), "a contribution is wrong"
    _replay(file)
    assert ledgers.read("SELECT count(*) FROM records_contribution") == [(len(amounts),)], "a replay posted something"
    return f"{len(amounts):,} 笔 {len(wanted):,} 个来源余额逐人核对无误，重放未入账"


def _credited(paid: int) -> list[tuple[str, int]]:
    """What a contribution brings, looked up one by one in the collection rules of the day."""
    from jubao.operations.law import law
    from jubao.policy.store import Policy
    from jubao.vocabulary.codes import ContributionItem

    if not _CREDITED:
        for row in Policy.load().collection_rules(DAY, law(DAY).area):
            if row["is_subsidy"] and row["category"] == "*" and row["amount_fen"]:
                source = str(ContributionItem(row["item"]).source)
                _CREDITED.setdefault(row["tier_fen"], []).append((source, row["amount_fen"]))
        assert sum(fen for _, fen in _CREDITED[10_000]) == 3_000, "30 yuan for the lowest tier"  # noqa: PLR2004
    return [("PERSONAL", paid), *_CREDITED[paid]]


_CREDITED: dict[int, list[tuple[str, int]]] = {}


def _contenders(books: Books, file: str, amounts: list[int]) -> list[Contender]:
    rows = _finished_rows(books, amounts)
    count, sample = len(rows), max(len(rows) // PEER_SHARE, 1)

    def received() -> None:
        books.fresh()
        _take_only(file)

    return [
        Contender("bare", "limit", partial(ledgers.write_raw, "bench_records_contribution", COLUMNS, rows), count,
                  prepare=books.fresh),
        Contender("keyed", "limit", partial(_keyed, rows), count, "bare", books.fresh),
        Contender("take", "ours", partial(_take_only, file), count, "keyed", books.fresh),
        Contender("take+envelope", "ours", partial(_take_envelope, file), count, "keyed", books.fresh),
        Contender("replay", "ours", partial(_replay, file), count, "keyed", received),
        Contender("credit", "ours", _credit_only, count, "keyed", received),
        Contender("credit+envelope", "ours", _credit_envelope, count, "keyed", received),
        Contender("orm", "peer", partial(_peer, sample), sample, "keyed", books.fresh),
    ]  # fmt: skip


def _finished_rows(books: Books, amounts: list[int]) -> list[tuple[Any, ...]]:
    books.fresh()
    ((first,),) = ledgers.read("SELECT min(id) FROM records_person")
    act, day = district.event(), DAY.isoformat()
    return [
        (n, first + n - 1, 1, n, 2017, "10", fen, day, f"BENCH-{n}", None, "代扣", act)
        for n, fen in enumerate(amounts, start=1)
    ]


def _batch() -> int:
    """A batch for rows written by hand: its number."""
    from jubao.records.models import ContributionBatch, InboundFile, StatementLine

    act = district.event()
    file = InboundFile.objects.create(act_id=act, sha256="bench", filename="bench", layout="bench", rows=1, size=1)
    batch = ContributionBatch.objects.create(
        act_id=act, channel="2", number="BENCH", received_date=DAY, count=1, total_fen=1, inbound_file=file,
        statement_line=StatementLine.objects.get(reference=REFERENCE),
    )  # fmt: skip
    return int(batch.pk)


def _keyed(rows: list[tuple[Any, ...]]) -> None:
    assert _batch() == 1, "the rows name batch 1"
    ledgers.write_raw("records_contribution", COLUMNS, rows)


def _take_only(file: str) -> None:
    from jubao.operations.contributions.contribution import TakeBatch, take_bank_batches

    with transaction.atomic():
        take_bank_batches([TakeBatch(file=file)], on=DAY, act=district.reference(DAY))


def _take_envelope(file: str) -> None:
    from jubao.simulation.staff import Staff

    Staff(keys="bench").carry("contribution.bank", [{"file": file}], on=DAY)


def _replay(file: str) -> None:
    from jubao.operations import inbound
    from jubao.operations.envelope.declaration import Refused
    from jubao.simulation.staff import Staff

    inbound._READ.clear()  # noqa: SLF001  # as on another day
    try:
        Staff(keys="bench-again").carry("contribution.bank", [{"file": file}], on=DAY)
    except Refused:
        return
    raise AssertionError("a file was taken in twice")


def _credit_only() -> None:
    from jubao.operations.contributions.contribution import CreditContributions, credit_contributions

    with transaction.atomic():
        credit_contributions([CreditContributions(through=DAY)], on=DAY, act=district.reference(DAY))


def _credit_envelope() -> None:
    from jubao.simulation.staff import Staff

    Staff(keys="bench").carry("contribution.credit", [{"through": DAY}], on=DAY)


def _peer(sample: int) -> None:
    from jubao.records.models import Contribution, Person

    act = district.event()
    with transaction.atomic():
        batch = _batch()
        for line, number in enumerate(_numbers(sample), start=1):
            person = Person.objects.select_related("enrolment").get(resident_number=number)
            if Contribution.objects.filter(person=person, year=DAY.year).exists():
                raise AssertionError("nobody paid before")
            Contribution.objects.create(
                act_id=act, person=person, batch_id=batch, line=line, year=DAY.year, kind="10", amount_fen=10_000,
                received_date=DAY, receipt_number=f"BENCH-{line}", paid_by="代扣",
            )  # fmt: skip


def _numbers(sample: int) -> list[str]:
    from jubao.simulation.identity import resident_numbers

    return [str(number) for number in resident_numbers(first_digits(sample)).tolist()]
