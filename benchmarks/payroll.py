"""A month's payroll from awards to locked lines, against INSERT..SELECT of the same lines."""

from datetime import date
from functools import partial

import numpy as np
from django.db import transaction

from benchmarks import district, ledgers
from benchmarks.books import Books, statements
from benchmarks.measure import Contender, Run

MONTH, DAY = 201701, date(2017, 1, 10)
ITEMS = ("001001", "001002", "001004", "002001")
PEER_SHARE = 50
ENDED, HELD, LATER = (0, 1), (2, 3), 4                       # of a hundred fates, those that are not paid
RUNNING = (
    f"a.start_month <= {MONTH} AND (a.ended_month IS NULL OR a.ended_month > {MONTH}) "
    f"AND (a.suspended_from IS NULL OR a.suspended_from > {MONTH})"
)
LINE_COLUMNS = "batch_id, bank_line_id, person_id, award_id, month, item, kind, adjustment, amount_fen, state, act_id"


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure ``rows`` lines: a quarter as many pensioners with four items each, a twentieth of them not payable."""
    expected = prepare(books, rows // len(ITEMS))
    checked = _check(books, expected)
    result = Run("payroll", books.engine, rows, checked, notes=[
        "bare: INSERT..SELECT into a table without any key; keyed: bank lines and payroll lines with all keys",
        "envelope: propose (rehearsal, preview) + two signatures (execution, preview, audit digest)",
        f"peer: Django objects one person at a time, on 1/{PEER_SHARE} of the pensioners",
    ])  # fmt: skip
    result.measure(_contenders(books, expected), rounds=rounds, count=statements)
    return result


def prepare(books: Books, people: int) -> dict[tuple[int, str], int]:
    """Load awards and say what is due: fen by person and item."""
    from jubao.records.models import PayrollLine

    district.found()
    due = _load(people, np.random.default_rng(2017))
    ledgers.bare_copy(PayrollLine)
    books.keep()
    return due


@transaction.atomic
def _load(people: int, random: np.random.Generator) -> dict[tuple[int, str], int]:
    from jubao.records import bulk
    from jubao.records.models import Award, AwardComponent

    person, _ = district.add_people(people, with_account=True)
    fate = random.integers(0, 100, people)
    started = np.where(fate == LATER, 201702, 201501)
    act = district.event()
    award = bulk.insert(Award, {
        "person_id": person, "start_month": started, "applied_date": None, "contributed_years": 15, "act_id": act,
        "required_years": 15, "balance_fen": 0, "ended_month": [201701 if f in ENDED else None for f in fate.tolist()],
        "suspended_from": [201612 if f in HELD else None for f in fate.tolist()],
    }, count=people)  # fmt: skip
    amounts = random.integers(100, 30_000, (people, len(ITEMS)))
    bulk.insert(AwardComponent, {
        "award_id": np.repeat(award, len(ITEMS)), "item": list(ITEMS) * people, "amount_fen": amounts.reshape(-1),
        "from_month": np.repeat(started, len(ITEMS)), "to_month": None, "act_id": act,
    }, count=amounts.size)  # fmt: skip
    paid = np.flatnonzero(fate > LATER).tolist()
    return {(int(person[i]), item): int(amounts[i, k]) for i in paid for k, item in enumerate(ITEMS)}


def _check(books: Books, expected: dict[tuple[int, str], int]) -> str:
    books.fresh()
    _envelope()
    found = ledgers.read(f"SELECT person_id, item, amount_fen FROM records_payrollline WHERE month = {MONTH}")  # noqa: S608
    assert len(found) == len(expected), f"{len(found)} lines for {len(expected)} due"
    assert {(person, item): fen for person, item, fen in found} == expected, "somebody's line is wrong"
    per_person: dict[int, int] = {}
    for (person, _), fen in expected.items():
        per_person[person] = per_person.get(person, 0) + fen
    assert dict(ledgers.read("SELECT person_id, amount_fen FROM records_bankline")) == per_person, "a bank line is wrong"
    return f"{len(per_person):,} 人 {len(expected):,} 行逐人核对无误"


def _contenders(books: Books, expected: dict[tuple[int, str], int]) -> list[Contender]:
    lines = len(expected)
    sample = max(lines // len(ITEMS) // PEER_SHARE, 1)
    return [
        Contender("bare", "limit", _bare, lines, prepare=books.fresh),
        Contender("keyed", "limit", _keyed, lines, "bare", books.fresh),
        Contender("act", "ours", _act_only, lines, "bare", books.fresh),
        Contender("envelope", "ours", _envelope, lines, "bare", books.fresh),
        Contender("orm", "peer", partial(_peer, sample), sample * len(ITEMS), "bare", books.fresh),
    ]


def _bare() -> None:
    ledgers.run_sql(
        f"INSERT INTO bench_records_payrollline ({LINE_COLUMNS}) "  # noqa: S608
        f"SELECT 1, 1, a.person_id, a.id, {MONTH}, c.item, '', 0, c.amount_fen, 'DUE', 1 "
        f"FROM records_awardcomponent c JOIN records_award a ON a.id = c.award_id WHERE {RUNNING}"
    )


def _keyed() -> None:
    from jubao.records.models import PaymentBatch

    act = district.event()
    batch = PaymentBatch.objects.create(act_id=act, number="BENCH", kind="PENSION", month=MONTH, count=1, total_fen=1,
                                        file_sha256="", case_ref="bench").pk  # fmt: skip
    joined = "FROM records_awardcomponent c JOIN records_award a ON a.id = c.award_id "
    ledgers.run_sql(
        "INSERT INTO records_bankline (batch_id, seq, person_id, payee_number, payee_name, bank, account, amount_fen, "
        f"result, act_id) SELECT {batch}, row_number() OVER (ORDER BY a.person_id), a.person_id, p.personal_number, "
        f"p.name, b.bank, b.account, sum(c.amount_fen), '', {act} {joined} JOIN records_person p ON p.id = a.person_id "
        f"JOIN records_bankaccount b ON b.person_id = a.person_id WHERE {RUNNING} "
        "GROUP BY a.person_id, p.personal_number, p.name, b.bank, b.account",
        f"CREATE TEMPORARY TABLE bench_bank AS SELECT person_id, id FROM records_bankline WHERE batch_id = {batch}",  # noqa: S608
        "CREATE UNIQUE INDEX bench_bank_person ON bench_bank (person_id)",
        f"INSERT INTO records_payrollline ({LINE_COLUMNS}) SELECT {batch}, k.id, a.person_id, a.id, {MONTH}, c.item, "
        f"'', 0, c.amount_fen, 'DUE', {act} {joined} JOIN bench_bank k ON k.person_id = a.person_id WHERE {RUNNING}",
    )


def _act_only() -> None:
    from jubao.operations.payments.payroll import CalculatePayroll, calculate_payrolls

    with transaction.atomic():
        calculate_payrolls([CalculatePayroll(month=MONTH)], on=DAY, act=district.reference(DAY))


def _envelope() -> None:
    from jubao.simulation.staff import Staff

    Staff(keys="bench").carry("payroll.calculate", [{"month": MONTH}], on=DAY)


def _peer(sample: int) -> None:
    from jubao.records.models import Award, BankLine, PaymentBatch, PayrollLine

    act = district.event()
    with transaction.atomic():
        batch = PaymentBatch.objects.create(act_id=act, number="BENCH", kind="PENSION", month=MONTH, count=1,
                                            total_fen=1, file_sha256="", case_ref="bench")  # fmt: skip
        running = Award.objects.filter(start_month__lte=MONTH, ended_month=None, suspended_from=None).order_by("id")
        for seq, award in enumerate(running.select_related("person")[:sample], start=1):
            parts = list(award.components.filter(from_month__lte=MONTH, to_month=None).order_by("item"))
            account = award.person.bank_accounts.filter(usable_from__lte=DAY).order_by("-usable_from", "-id").first()
            assert account is not None, "every pensioner of the benchmark has an account"
            line = BankLine.objects.create(
                act_id=act, batch=batch, seq=seq, person=award.person, payee_number=award.person.personal_number,
                payee_name=award.person.name, bank=account.bank, account=account.account,
                amount_fen=sum(part.amount_fen for part in parts),
            )  # fmt: skip
            for part in parts:
                PayrollLine.objects.create(act_id=act, batch=batch, bank_line=line, person=award.person, award=award,
                                           month=MONTH, item=part.item, amount_fen=part.amount_fen)  # fmt: skip
