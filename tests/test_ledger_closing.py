"""Closed periods: sealed by manifests that can be recomputed, guarded by the database, aged clearing accounts."""

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from jubao.ledger import closing
from jubao.ledger.ageing import resting
from jubao.ledger.guards import closing_guards, remove_closing_guards
from jubao.ledger.models import Attachment, PeriodClose, Voucher, VoucherLine, VoucherStep
from jubao.ledger.vouchers import Leg, PeriodClosed
from jubao.records.models import AuditEvent
from jubao.reports.invariants import verification
from tests.ledger_rows import close_month, close_year, finish_voucher, write_voucher
from tests.office import Office

pytestmark = pytest.mark.django_db
JANUARY = date(2017, 1, 9)


@pytest.fixture
def act() -> int:
    """An event of an office with open books, followed by one more; these tests write to the ledger directly."""
    Office().open_fund()
    return AuditEvent.objects.order_by("-id").values_list("id", flat=True)[1]


@pytest.fixture
def closer(act: int) -> int:
    """A later event, in whose name periods are closed."""
    return AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]


def voucher(act: int, on: date = JANUARY, fen: int = 500, *, pending: bool = False) -> Voucher:
    legs = [Leg("OTHER_EXPENDITURE", fen, 0), Leg("OTHER_INCOME", 0, fen)]
    return write_voucher("FUND", legs, on=on, act_id=act, event="manual_voucher", memo="测试", pending=pending)


def assert_refused(row: Any) -> None:
    with pytest.raises(IntegrityError, match="period is closed"), transaction.atomic():
        row.save(force_insert=True)


def raw_voucher(act: int, period: int = 201701) -> Voucher:
    return Voucher(
        act_id=act,
        book="FUND",
        period=period,
        number=99,
        date=date(period // 100, period % 100, 20),
        event="x",
        memo="绕过",
        debit_fen=1,
        credit_fen=1,
        state="POSTED",
    )


# ── Guards ──


def test_no_row_enters_a_closed_period_not_even_past_the_program(act: int, closer: int) -> None:
    inside = voucher(act)
    close_month("FUND", 201701, act_id=closer)
    assert_refused(raw_voucher(act))
    assert_refused(raw_voucher(act, 201612))  # before the first month is closed, too
    account = VoucherLine.objects.filter(voucher=inside).order_by("seq")[0].account
    assert_refused(VoucherLine(act_id=act, voucher=inside, seq=9, account=account, debit_fen=1, credit_fen=0))
    assert_refused(Attachment(act_id=act, voucher=inside, sha256="a" * 64, filename="后补.pdf"))


def test_raw_sql_is_refused_as_well(act: int, closer: int) -> None:
    voucher(act)
    close_month("FUND", 201701, act_id=closer)
    sql = """INSERT INTO ledger_voucher (act_id, book, period, number, date, event, memo, reference, debit_fen, credit_fen,
        state) SELECT act_id, book, period, 98, date, event, memo, reference, debit_fen, credit_fen, state
        FROM ledger_voucher WHERE book = 'FUND' AND number = 2"""
    with pytest.raises(IntegrityError, match="period is closed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_other_books_and_later_months_stay_open(act: int, closer: int) -> None:
    voucher(act)
    close_month("FUND", 201701, act_id=closer)
    raw_voucher(act, 201702).save(force_insert=True)
    Voucher(
        act_id=act,
        book="DELEGATED",
        period=201701,
        number=99,
        date=JANUARY,
        event="x",
        memo="",
        debit_fen=1,
        credit_fen=1,
        state="POSTED",
    ).save(force_insert=True)
    assert Voucher.objects.filter(number=99).count() == 2
    transaction.set_rollback(True)  # headless rows; the guard rail after a test would find them


def test_a_waiting_voucher_of_a_closed_month_can_be_posted_but_not_voided(act: int, closer: int) -> None:
    one, other = voucher(act, pending=True), voucher(act, pending=True)
    close = close_month("FUND", 201701, act_id=closer)
    with pytest.raises(PeriodClosed, match="红冲"):
        finish_voucher(one, state=Voucher.State.VOIDED, act_id=act)
    assert_refused(VoucherStep(act_id=act, voucher=other, state="VOIDED"))
    finish_voucher(one, state=Voucher.State.POSTED, act_id=act)
    assert closing.month_content("FUND", 201701, previous="").manifest == close.manifest


def test_the_program_refuses_before_the_database_does(act: int, closer: int) -> None:
    close_month("FUND", 201701, act_id=closer)
    with pytest.raises(PeriodClosed, match="201701 已结账"):
        voucher(act)


def test_guards_put_away_for_a_migration_come_back_with_it(act: int) -> None:
    if connection.vendor == "sqlite":
        remove_closing_guards("default")
        assert {v.id for f in verification.verify(["I-17"]) for v in f.violations} == set(closing_guards())
    call_command("migrate", verbosity=0)
    assert not [f.violations for f in verification.verify(["I-17"]) if f.broken]


def test_only_the_act_that_closes_may_still_write_in_what_it_closes(act: int, closer: int) -> None:
    """The closing voucher of a year belongs to what is sealed, whichever the database writes first."""
    voucher(act)
    close_month("FUND", 201701, act_id=closer)
    raw_voucher(closer).save(force_insert=True)
    assert_refused(raw_voucher(act))
    transaction.set_rollback(True)  # a headless row; the guard rail after a test would find it


# ── Manifests ──


def test_a_manifest_is_the_same_for_the_same_books_and_another_for_any_change(act: int) -> None:
    voucher(act)
    first = closing.month_content("FUND", 201701, previous="")
    assert closing.month_content("FUND", 201701, previous="") == first
    assert closing.month_content("FUND", 201701, previous="x").manifest != first.manifest
    second = voucher(act)
    more = closing.month_content("FUND", 201701, previous="")
    assert (more.vouchers, more.lines, more.debit_fen) == (first.vouchers + 1, first.lines + 2, first.debit_fen + 500)
    Attachment.objects.create(act_id=act, voucher=second, sha256="b" * 64, filename="票.pdf")
    papered = closing.month_content("FUND", 201701, previous="")
    assert len({first.manifest, more.manifest, papered.manifest}) == 3
    assert papered.balances == more.balances


def test_balances_of_a_close_are_every_leg_up_to_its_last_day(act: int, closer: int) -> None:
    voucher(act, fen=700)
    voucher(act, on=date(2017, 2, 1), fen=900)
    held = json.loads(close_month("FUND", 201701, act_id=closer).balances)
    assert held == {
        "FISCAL_ACCOUNT": 100_000_000,
        "DISBURSEMENT_ACCOUNT": 10_000_000,
        "FUND_BALANCE": -110_000_000,
        "OTHER_EXPENDITURE": 700,
        "OTHER_INCOME": -700,
    }


def test_each_close_names_the_manifest_before_it(act: int, closer: int) -> None:
    closes = [close_month("FUND", 201700 + n, act_id=closer) for n in range(1, 13)]
    closes.append(close_year("FUND", 2017, act_id=closer))
    assert [one.previous for one in closes] == ["", *(one.manifest for one in closes[:-1])]
    assert len({one.manifest for one in closes}) == 13
    assert closes[-1].vouchers == sum(one.vouchers for one in closes[:-1])
    assert closing.next_month("FUND") == 201801


def tampered(table: str, sql: str) -> list[str]:
    """What verify says after somebody changed a row past the guards, which stand again afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql)
            cursor.execute("SET session_replication_role = origin")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute(sql)
            for _, create in triggers:
                cursor.execute(create)
    return [v.text for f in verification.verify(["I-17"]) for v in f.violations]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("ledger_voucher", "UPDATE ledger_voucher SET memo = '改' WHERE book = 'FUND' AND number = 2"),
        ("ledger_voucherline", "UPDATE ledger_voucherline SET seq = 7 WHERE debit_fen = 500"),
        ("ledger_voucherline", "UPDATE ledger_voucherline SET account_id = account_id + 1 WHERE debit_fen = 500"),
        ("ledger_periodclose", "UPDATE ledger_periodclose SET balances = '{}' WHERE period = 201701"),
        ("ledger_periodclose", f"UPDATE ledger_periodclose SET previous = '{'a' * 64}' WHERE period = 201702"),  # noqa: S608
    ],
)
def test_verify_names_a_closed_month_that_was_changed(act: int, closer: int, table: str, change: str) -> None:
    voucher(act)
    for month in (201701, 201702):
        close_month("FUND", month, act_id=closer)
    assert any("清单与账簿不符" in text for text in tampered(table, change))


def test_verify_names_closes_out_of_order_and_a_year_left_out(act: int, closer: int) -> None:
    for month in [201701, 201703, *range(201704, 201713), 201801]:
        close_month("FUND", month, act_id=closer)
    texts = [v.text for f in verification.verify(["I-17"]) for v in f.violations]
    assert "账套 FUND 应先结 201702，却结了 201703" in texts
    assert "账套 FUND 应先结 2017，却结了 201801" in texts


# ── Ageing ──


def naive_age(legs: list[tuple[date, int]], through: date) -> tuple[int, date] | None:
    """First in, first out by hand: single fen in a queue."""
    queue: list[date] = []
    for day, fen in legs:
        if day <= through:
            queue = queue + [day] * fen if fen > 0 else queue[-fen:]
    return (len(queue), queue[0]) if queue else None


@pytest.mark.parametrize("seed", range(6))
def test_age_is_that_of_the_oldest_fen_first_in_first_out(act: int, seed: int) -> None:
    dice, held, legs, day = random.Random(seed), 0, [], JANUARY
    for _ in range(12):
        day += timedelta(days=dice.randint(0, 9))
        fen = dice.randint(1, 9) if held == 0 or dice.random() < 0.5 else -dice.randint(1, held)
        held += fen
        legs.append((day, fen))
        sides = ("PAYMENTS_IN_TRANSIT", "DISBURSEMENT_ACCOUNT")[:: 1 if fen > 0 else -1]
        write_voucher(
            "FUND", [Leg(sides[0], abs(fen), 0), Leg(sides[1], 0, abs(fen))], on=day, act_id=act, event="x", memo="x"
        )
    for through in (JANUARY + timedelta(days=n) for n in range(0, 110, 5)):
        found = resting("FUND", ["PAYMENTS_IN_TRANSIT"], through=through).get("PAYMENTS_IN_TRANSIT")
        assert (found and (found.amount_fen, found.since)) == naive_age(legs, through)


def test_months_not_closed_say_so(act: int, closer: int) -> None:
    assert closing.closed_through("FUND") is None
    assert closing.first_month("ACCOUNTS") is None
    assert closing.next_month("FUND") == 201701
    assert not closing.is_closed("FUND", 201612)
    close_month("FUND", 201701, act_id=closer)
    assert [closing.is_closed("FUND", month) for month in (201612, 201701, 201702)] == [True, True, False]
    assert PeriodClose.objects.count() == 1
