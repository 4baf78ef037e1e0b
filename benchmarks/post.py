"""Posting a bank's collection file, and offering it again; against raw writing of its rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction

from benchmarks import district, ledgers, ours
from benchmarks.books import Books, forget, statements
from benchmarks.measure import Contender, Run
from jubao.operations.envelope.fault import Refused
from jubao.records.models import Contribution, ContributionBatch, InboundFile, Person, StatementLine
from jubao.simulation.staff import Staff

DAY = date(2017, 5, 10)
TIERS = (10_000, 20_000, 30_000, 50_000, 100_000)
REFERENCE, OTHER_REFERENCE = "HD-BENCH", "HD-BENCH-2"
PEER_SHARE, PEER_AT_LEAST, BATCH = 20, 1_000, 1_000
PENSIONER = "3"
COLUMNS = (
    "person_id",
    "batch_id",
    "line",
    "year",
    "kind",
    "amount_fen",
    "received_date",
    "receipt_number",
    "outlet_id",
    "paid_by",
    "refunds_before",
    "act_id",
)


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure a file of ``rows`` contributions by as many people."""
    asked, amounts = prepare(books, rows)
    books.fresh()
    asked.envelope()
    notes = [
        "bare: the finished rows into a table without keys; keyed: into the real table; from memory, executemany or COPY",
        *ours.NOTES,
        "replay: the posted file offered again: refused by its hash, nothing read, nothing posted",
        f"orm: Django objects looked up line by line, bulk_create by {BATCH:,}; prefetch: by slices; a sample, without file",
    ]
    result = Run("post", books.engine, rows, _check(asked), notes)
    result.measure(_contenders(books, asked, amounts), rounds=rounds, count=statements)
    result.expect_at_most("envelope", "keyed", 1.5)
    result.expect_faster("envelope", "orm", 20)
    result.expect_small("envelope", books.peak_mib(asked.envelope))
    return result


def prepare(books: Books, people: int) -> tuple[ours.Asked, list[int]]:
    """Load people, receive the money, bring the file to the inbound desk; the act that takes it, and fen by line."""
    random = np.random.default_rng(2017)
    office = district.found()
    changes = district.draft()
    district.add_people(changes, people)
    district.write(changes)
    amounts = [TIERS[k] for k in random.integers(0, len(TIERS), people).tolist()]
    for reference in (REFERENCE, OTHER_REFERENCE):
        office.receive("COLLECTION", sum(amounts), reference, DAY)
    columns = {
        "seq": list(range(1, people + 1)),
        "resident_number": district.numbers_of(people),
        "name": [district.name_of(n) for n in range(people)],
        "contribution_year": [DAY.year] * people,
        "kind": ["10"] * people,
        "amount": amounts,
    }
    header = {"bank": "农业银行", "batch_no": "BENCH", "date": DAY, "receipt_reference": REFERENCE}
    name = office.file("代收.txt", "bank_collection", columns, header)
    due = {"person_id": district.people(), "line": np.arange(1, people + 1), "amount_fen": np.array(amounts)}
    ledgers.keep_due(due)
    ledgers.bare_copy(Contribution)
    books.keep()
    return ours.Asked("contribution.bank", {"file": name}, DAY), amounts


def _check(asked: ours.Asked) -> str:
    """Everybody's contribution, and that the file offered again posts nothing."""
    found = "SELECT person_id, line, amount_fen FROM records_contribution"
    wanted = ledgers.due("person_id, line, amount_fen")
    ledgers.assert_same(found, wanted, "contributions")
    _replay(asked)
    lines = ledgers.assert_same(found, wanted, "a replay posted something")
    return f"{lines:,} 笔缴费逐人核对无误，重放未入账"


def _contenders(books: Books, asked: ours.Asked, amounts: Sequence[int]) -> list[Contender]:
    count = len(amounts)
    sample = min(count, max(count // PEER_SHARE, PEER_AT_LEAST))

    def received() -> None:
        books.fresh()
        asked.act()
        forget()

    return [
        Contender("bare", "limit", partial(_bare, amounts), count, prepare=books.fresh),
        Contender("keyed", "limit", partial(write_keyed, amounts), count, "bare", books.fresh),
        *ours.contenders(asked, count, "keyed", books.fresh),
        Contender("replay", "ours", partial(_replay, asked), count, "keyed", received),
        Contender("orm", "peer", partial(_orm, sample), sample, "keyed", books.fresh),
        Contender("prefetch", "peer", partial(_prefetch, sample), sample, "keyed", books.fresh),
    ]


def _replay(asked: ours.Asked) -> None:
    forget()  # as on another day
    try:
        Staff(keys="bench-again").carry(asked.code, [asked.case], on=DAY)
    except Refused:
        return
    raise AssertionError("a file was taken in twice")


# ── How a limit writes the rows of a file ──


def _bare(amounts: Sequence[int]) -> None:
    ledgers.write_raw("bench_records_contribution", COLUMNS, _finished(amounts, 1, DAY.year))


def write_keyed(amounts: Sequence[int], *, again: bool = False) -> None:
    """The finished rows into the real table; ``again`` for the year before, where this year's stand there already."""
    reference, year = (OTHER_REFERENCE, DAY.year - 1) if again else (REFERENCE, DAY.year)
    ledgers.write_raw("records_contribution", COLUMNS, _finished(amounts, _add_batch(reference), year))


def _finished(amounts: Sequence[int], batch: int, year: int) -> Iterator[tuple[Any, ...]]:
    act, day = district.last_event(), DAY.isoformat()
    people = enumerate(zip(district.people().tolist(), amounts, strict=True), start=1)
    return ((key, batch, n, year, "10", fen, day, f"BENCH-{n}", None, "代扣", 0, act) for n, (key, fen) in people)


def _add_batch(reference: str = REFERENCE) -> int:
    """A batch for rows that a limit or a peer writes: its key."""
    act = district.last_event()
    file = InboundFile.objects.create(
        act_id=act, sha256=district.NOBODY, filename="bench", layout="bench", rows=1, size=1
    )
    batch = ContributionBatch.objects.create(
        act_id=act,
        channel="2",
        number=reference,
        received_date=DAY,
        count=1,
        total_fen=1,
        inbound_file=file,
        statement_line=StatementLine.objects.get(reference=reference),
    )
    return int(batch.pk)


# ── Peers: a plain Django program without preview, signatures or seal ──


def _orm(sample: int) -> None:
    """Look up every line's person, and what was paid, one after the other."""

    def payers() -> Iterator[Person]:
        for number in district.numbers_of(sample):
            person = Person.objects.select_related("enrolment").get(resident_number=number)
            assert not person.contributions.filter(year=DAY.year).exists(), "nobody paid before"
            yield person

    _take(payers())


def _prefetch(sample: int) -> None:
    """Look up by slices, as somebody does who knows Django well."""

    def payers() -> Iterator[Person]:
        numbers = district.numbers_of(sample)
        for start in range(0, sample, BATCH):
            some = Person.objects.select_related("enrolment").filter(resident_number__in=numbers[start : start + BATCH])
            assert not Contribution.objects.filter(person__in=some, year=DAY.year).exists(), "nobody paid before"
            found = {person.resident_number: person for person in some.order_by("id")}
            yield from (found[number] for number in numbers[start : start + BATCH])

    _take(payers())


def _take(payers: Iterable[Person]) -> None:
    act, rows = district.last_event(), []
    with transaction.atomic():
        batch = _add_batch()
        for line, person in enumerate(payers, start=1):
            assert person.enrolment.contribution_state != PENSIONER, "who has a pension pays no more"
            rows.append(
                Contribution(
                    act_id=act,
                    person=person,
                    batch_id=batch,
                    line=line,
                    year=DAY.year,
                    kind="10",
                    amount_fen=10_000,
                    received_date=DAY,
                    receipt_number=f"BENCH-{line}",
                    paid_by="代扣",
                )
            )
        Contribution.objects.bulk_create(rows, batch_size=BATCH)
