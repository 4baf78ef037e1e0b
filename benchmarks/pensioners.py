"""Pensioners with awards of four items, some of them not to be paid; what a month owes them, and how a limit writes it."""

import numpy as np

from benchmarks import district, ledgers
from benchmarks.books import Books
from benchmarks.line_form import BANK_LINE, BARE, KEYED, PAYROLL_LINE
from jubao.records.models import Award, AwardComponent, PaymentBatch

FIRST_MONTH = 201701
ITEMS = ("001001", "001002", "001004", "002001")
ENDED, HELD, LATER = (0, 1), (2, 3), 4  # of a hundred fates, those that are not paid
RUNNING = (
    "a.start_month <= {month} AND (a.ended_month IS NULL OR a.ended_month > {month}) "
    "AND (a.suspended_from IS NULL OR a.suspended_from > {month})"
)
COMPONENTS = "FROM records_awardcomponent c JOIN records_award a ON a.id = c.award_id"
PAYEES = """
    SELECT {batch}, row_number() OVER (ORDER BY a.person_id), a.person_id, p.personal_number, p.name, b.bank, b.account,
        sum(c.amount_fen), '', {act}
    {components} JOIN records_person p ON p.id = a.person_id JOIN records_bankaccount b ON b.person_id = a.person_id
    WHERE {running} GROUP BY a.person_id, p.personal_number, p.name, b.bank, b.account
"""
LINES = """
    SELECT {batch}, k.id, a.person_id, a.id, {month}, c.item, '', 0, c.amount_fen, 'DUE', {act}
    {components} JOIN (SELECT person_id, {line_key} AS id FROM {stem}bank_line WHERE batch_id = {batch}) k
        ON k.person_id = a.person_id
    WHERE {running}
"""


def prepare(books: Books, people: int) -> int:
    """Load pensioners and keep beside the books what each month owes: person, item, fen; the number of these lines."""
    district.found()
    amounts, paid = _load(people, np.random.default_rng(2017))
    person = district.people()
    ledgers.keep_due(
        {
            "person_id": np.repeat(person[paid], len(ITEMS)),
            "item": list(ITEMS) * paid.size,
            "amount_fen": amounts[paid].reshape(-1),
        }
    )
    for form in (BANK_LINE, PAYROLL_LINE):
        form.make()
    books.keep()
    return int(paid.size) * len(ITEMS)


def _load(people: int, random: np.random.Generator) -> tuple[district.Ids, district.Ids]:
    """Plan and write people and awards; fen by person and item, and the places of those who are paid."""
    changes = district.draft()
    person = district.add_people(changes, people, state=district.PENSIONER, with_account=True)
    fate = random.integers(0, 100, people)
    started = np.where(fate == LATER, 201801, 201501)
    award = changes.insert(
        Award,
        {
            "person_id": person,
            "start_month": started,
            "contributed_years": 15,
            "required_years": 15,
            "balance_fen": 0,
            "ended_month": [FIRST_MONTH if f in ENDED else None for f in fate.tolist()],
            "suspended_from": [201612 if f in HELD else None for f in fate.tolist()],
        },
        count=people,
    )
    amounts = random.integers(100, 30_000, (people, len(ITEMS)))
    component = {
        "award_id": np.repeat(award, len(ITEMS)),
        "item": list(ITEMS) * people,
        "amount_fen": amounts.reshape(-1),
        "from_month": np.repeat(started, len(ITEMS)),
    }
    changes.insert(AwardComponent, component, count=amounts.size)
    district.write(changes)
    return amounts, np.flatnonzero(fate > LATER)


def check(month: int) -> str:
    """Make sure that everybody's lines of a month, and the sum at the bank, are what is due."""
    lines = ledgers.assert_same(
        f"SELECT person_id, item, amount_fen FROM records_payrollline WHERE month = {month}",  # noqa: S608  the books' shape
        ledgers.due("person_id, item, amount_fen"),
        "payroll lines",
    )
    people = ledgers.assert_same(
        "SELECT l.person_id, l.amount_fen FROM records_bankline l JOIN records_paymentbatch b ON b.id = l.batch_id "  # noqa: S608
        f"WHERE b.month = {month}",
        ledgers.due("person_id, CAST(sum(amount_fen) AS BIGINT)", by="person_id"),
        "bank lines",
    )
    return f"{people:,} 人 {lines:,} 行逐人核对无误"


# ── How a limit writes a month ──


def write_bare(month: int = FIRST_MONTH) -> None:
    """Bank lines and payroll lines by INSERT..SELECT into tables without any key."""
    _write(BARE, "seq", month, batch=1, act=1)


def write_keyed(month: int = FIRST_MONTH) -> None:
    """The same into tables with every key, index, reference and check."""
    _write(KEYED, "id", month, batch=add_batch(month), act=district.last_event())


def _write(stem: str, line_key: str, month: int, *, batch: int, act: int) -> None:
    running = RUNNING.format(month=month)
    payees = PAYEES.format(batch=batch, act=act, components=COMPONENTS, running=running)
    lines = LINES.format(
        batch=batch, act=act, components=COMPONENTS, running=running, month=month, stem=stem, line_key=line_key
    )
    ledgers.run_sql(
        ledgers.inserting(f"{stem}bank_line", BANK_LINE.listed, payees),
        ledgers.inserting(f"{stem}payroll_line", PAYROLL_LINE.listed, lines),
    )


def add_batch(month: int) -> int:
    """A batch for lines that a limit or a peer writes: its key."""
    batch = PaymentBatch.objects.create(
        act_id=district.last_event(),
        number=f"BENCH{month}",
        kind="PENSION",
        month=month,
        count=1,
        total_fen=1,
        file_sha256=district.NOBODY,
        case_ref="bench",
    )
    return int(batch.pk)
