"""The verifier finds every tampering: any field of any table, forged, removed and cut off rows; and nothing else."""

import hashlib
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction
from django.test import override_settings
from typer.testing import CliRunner

from jubao.exchange.payout import payout_file_name
from jubao.operations.envelope.anchor import write_anchor
from jubao.operations.payments import batch as operations_batch
from jubao.records.facts import fact_models, head_columns
from jubao.records.guards import audited_tables, install_guards, trigger_names
from jubao.records.models import AccountPosting, AuditEvent, IndividualAccount, OutboxItem, PaymentBatch
from jubao.records.sealing import canonical, fact_rows, seal, table_digest
from jubao.reports.invariants import payments as invariants_payments
from jubao.reports.invariants.award import spread
from jubao.reports.invariants.guards import guards_stand
from jubao.reports.invariants.interest import Posting, Terms, interest
from jubao.reports.invariants.verification import Finding, Invariant, Tally, Violation, _checked, invariants, verify
from tests.reports_year import quarter

pytestmark = pytest.mark.django_db


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A quarter's books in a home of their own, with the anchor a commit would have written; made once."""
    home = tmp_path_factory.mktemp("verified")
    with django_db_blocker.unblock(), override_settings(JUBAO_HOME=home), undone():
        office = quarter()
        office.carry("contribution.credit", {"through": "2017-12-29"}, on=date(2017, 12, 29))
        for month in range(201704, 201713):
            office.pay(month, date(2017, 12, 29))
        office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 4))
        write_anchor()
        yield


@pytest.fixture
def books(kept: None) -> Iterator[None]:
    """The books for one test, which may do to them what it likes."""
    with undone():
        yield


def broken(codes: list[str] | None = None) -> dict[str, int]:
    return {f"{f.code} {f.title}": f.broken for f in verify(codes) if f.broken}


def run(sql: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or [])


def drop_guards() -> None:
    """What an owner of the database could do."""
    for table, _ in audited_tables():
        for name in trigger_names(table):
            run(f"DROP TRIGGER {name}" + (f' ON "{table}"' if connection.vendor == "postgresql" else ""))


def other(value: Any, field: models.Field) -> Any:
    """A value of the same kind that is not this one."""
    kind = field.get_internal_type()
    if field.choices and isinstance(value, str):
        return next((code for code, _ in field.choices if code != value), None)
    if kind == "BooleanField":
        return not value
    if kind == "DateTimeField":
        return value + timedelta(seconds=1)
    if kind == "DateField":
        return value + timedelta(days=1) if value else date(2017, 5, 5)
    if isinstance(value, str):
        flipped = "1" if value[-1:] != "1" else "2"
        return (value[:-1] + flipped) if value else "X"
    return 1 if value is None else value + 1


def another_row(value: Any, field: models.Field) -> Any:
    """The key of another row the column could point to, or None."""
    keys = field.related_model._default_manager.exclude(pk=value).order_by("pk")
    return keys.values_list("pk", flat=True).first()


def test_books_made_by_acts_hold_every_invariant(books: None) -> None:
    findings = verify()
    assert {f.title: [v.text for v in f.violations] for f in findings if f.broken} == {}
    assert sum(f.rows for f in findings) > 1000
    assert len({f.title for f in findings}) == len(findings) == len(invariants())


def test_every_changed_field_of_every_table_is_found(books: None) -> None:
    """Controls F116, T-13: as owner of the database, change one field in each column of all tables."""
    luck = random.Random(2017)
    drop_guards()
    missed, changed = [], set()
    for model in [AuditEvent, IndividualAccount, *fact_models()]:
        rows = list(model.objects.order_by("pk"))
        if not rows:
            continue
        heads = set(head_columns(model))
        for field in model._meta.concrete_fields:
            row = luck.choice(rows)
            before = getattr(row, field.attname)
            after = another_row(before, field) if field.is_relation else other(before, field)
            if field.primary_key or after is None or (model is OutboxItem and field.column in heads):
                continue  # how a delivery went; the file itself is looked at
            with undone():
                if not changes(model, row.pk, field.name, after):
                    continue
                changed.add(model)
                if not caught(everything=field.column in heads or model is IndividualAccount):
                    missed.append(f"{model._meta.db_table}.{field.column}: {before!r} -> {after!r}")
    assert missed == []
    assert len(changed) > 50


def caught(*, everything: bool = False) -> bool:
    """Whether any invariant but the guards' and the files' is broken: those of the chain and its rows, or all, heads first."""
    order = sorted(invariants(), key=lambda each: (each.code not in {"I-03", "I-30"}, each.code))
    chosen = [each for each in order if everything or each.code in {"I-03", "I-30"}]
    looked = (each for each in chosen if "触发器" not in each.title and each.code not in {"I-10", "E-01"})
    return any(next(violations(each), None) for each in looked)


def violations(each: Invariant) -> Iterator[Violation]:
    """What one invariant finds, one after the other."""
    tally = Tally(outside=each.before() if each.before else None)
    return (found for found in _checked(each, tally) if isinstance(found, Violation))


def changes(model: type[models.Model], key: int, name: str, value: Any) -> bool:
    """Change a field by hand; False where a constraint of the database itself stands in the way."""
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=key).update(**{name: value})
    except (IntegrityError, DataError):
        return False
    return True


def test_a_row_written_removed_or_moved_by_hand_is_found(books: None) -> None:
    """Controls F117, T-13: forged, deleted and re-attributed rows in every table of facts."""
    drop_guards()
    tables = [m._meta.db_table for m in fact_models() if m.objects.exists()]
    missed = []
    for table in tables:
        with undone():
            unreferenced(table)
            run(f'DELETE FROM "{table}" WHERE id = (SELECT max(id) FROM "{table}")')  # noqa: S608
            if not caught():
                missed.append(f"deleted from {table}")
        with undone():
            other_act = "CASE WHEN act_id = 1 THEN 2 ELSE 1 END"
            run(f'UPDATE "{table}" SET act_id = {other_act} WHERE id = (SELECT max(id) FROM "{table}")')  # noqa: S608
            if not caught():
                missed.append(f"moved in {table}")
    assert missed == []
    assert len(tables) > 50


def unreferenced(table: str) -> None:
    """Let a row go although others point to it, as somebody with all rights could."""
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL DEFERRED")


def test_a_forged_contribution_with_balances_to_match_is_found(books: None) -> None:
    """Controls F117: a well-formed entry, with the balance carried along, lacks its act's seal and its money."""
    posting = AccountPosting.objects.filter(kind="CONTRIBUTION").order_by("id").first()
    assert posting is not None
    with undone():
        AccountPosting.objects.create(
            act_id=posting.act_id,
            person=posting.person,
            kind="CONTRIBUTION",
            personal_fen=500_000,
            year=2017,
            value_month=201703,
            contribution_id=None,
        )
        IndividualAccount.objects.filter(person=posting.person).update(personal_fen=models.F("personal_fen") + 500_000)
        found = {code.split()[0] for code in broken()}
    assert {"I-03", "I-06", "I-07"} <= found


def test_an_event_rewritten_without_the_key_is_found(books: None, settings: Any) -> None:
    """Somebody recomputes digest and chain after a change, but does not know the key."""
    drop_guards()
    with undone():
        posting = AccountPosting.objects.order_by("id").first()
        assert posting is not None
        AccountPosting.objects.filter(pk=posting.pk).update(personal_fen=posting.personal_fen + 1)
        key, settings.AUDIT_KEY = settings.AUDIT_KEY, "a guessed key, long enough to look like one of ours"
        reseal_all()
        settings.AUDIT_KEY = key
        assert "I-30" in {name.split()[0] for name in broken(["I-30", "I-03"])}
    with undone():
        AccountPosting.objects.filter(pk=posting.pk).update(personal_fen=posting.personal_fen + 1)
        reseal_all()
        found = broken(["I-30"])
    assert found == {"I-30 审计链不短于库外留存的链头": 1}, "with the key, the anchor outside still tells"


def reseal_all() -> None:
    before = "0" * 64
    for event in AuditEvent.objects.order_by("id"):
        told, rows = json.loads(event.payload), {}
        for model in fact_models():
            if model._meta.db_table in told["rows"]:
                parts = list(fact_rows(model, event.id))
                rows[model._meta.db_table] = [sum(map(len, parts)), table_digest(parts)]
        event.payload = canonical(told | {"rows": rows})
        event.previous_mac = before
        before = seal(event)
        AuditEvent.objects.filter(pk=event.pk).update(
            payload=event.payload, previous_mac=event.previous_mac, mac=before
        )


def test_a_chain_cut_short_is_found(books: None) -> None:
    """Controls F118: the last acts removed with everything they wrote; only the anchor outside remembers."""
    drop_guards()
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first()
    assert last is not None
    with undone():
        for model in fact_models():
            run(f'DELETE FROM "{model._meta.db_table}" WHERE act_id = %s', [last])  # noqa: S608
        run("DELETE FROM records_auditevent WHERE id = %s", [last])
        assert "I-30 审计链不短于库外留存的链头" in broken(["I-30"])


def test_an_event_taken_from_the_middle_is_found(books: None) -> None:
    drop_guards()
    middle = AuditEvent.objects.filter(kind="REFUSED").order_by("id").first() or AuditEvent.objects.get(pk=20)
    with undone():
        run("DELETE FROM records_auditevent WHERE id = %s", [middle.pk])
        assert "I-30 审计链首尾相接，逐条密封，号码不缺，时间不倒退" in broken(["I-30"])


def test_every_dropped_guard_is_found(books: None) -> None:
    """Controls F119: drop each trigger; each kind of all tables at once, and exactly those are named."""
    for kind in range(len(trigger_names("records_person"))):
        dropped = {table: trigger_names(table)[kind] for table, _ in audited_tables()}
        with undone():
            for table, name in dropped.items():
                run(f"DROP TRIGGER {name}" + (f' ON "{table}"' if connection.vendor == "postgresql" else ""))
            assert {v.id for v in guards_stand(Tally())} == set(dropped.values())


def test_a_file_in_a_tray_changed_by_one_byte_is_found(books: None, settings: Any) -> None:
    """Controls F039: the original that came in, and the file that went to the bank."""
    home = Path(settings.JUBAO_HOME)
    inbound = next(path for path in sorted((home / "inbound").rglob("*")) if path.is_file() and not path.suffix)
    outbound = next(iter(sorted((home / "outbound").glob("*.txt"))))
    for path in (inbound, outbound):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert broken(["I-38", "I-10"])
        path.write_bytes(content)
    assert broken(["I-38", "I-10"]) == {}


def test_the_payout_file_is_made_as_operations_make_it(books: None) -> None:
    assert invariants_payments.CLEARING_BANK == operations_batch.CLEARING_BANK
    batch = PaymentBatch.objects.order_by("id").first()
    assert batch is not None
    path = operations_batch.outbound_file(batch.number)
    assert path.name == payout_file_name("试验区", batch.month, batch.number)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == batch.file_sha256


def test_a_violation_shows_no_full_resident_number(books: None) -> None:
    drop_guards()
    with undone():
        run("UPDATE records_person SET name = '改名'")
        texts = [v.text for f in verify(["H-09"]) for v in f.violations]
    assert texts
    assert all("********" in text for text in texts)


def test_interest_of_a_worked_account_by_hand() -> None:
    """1,000.00 all year and 100.00 from March at 1.5 %: (100000 × 12 + 10000 × 9) × 0.015 / 12 = 1612.5, half up."""
    account = [
        Posting(1, 1, "PERSONAL", "OPENING", 201612, 100_000),
        Posting(2, 2, "COUNTY", "SUBSIDY", 201703, 10_000),
    ]
    due = interest(account, 2017, 12, Terms(15_000, credit_month_counts=False))
    # 1500 + 112.5 exactly: the missing fen goes to the only remainder
    assert due == {"PERSONAL": 1500, "COUNTY": 113}


def test_flows_of_the_next_year_earn_nothing_this_year() -> None:
    """A January pension paid before the year was settled must not count as a January of the year settled."""
    account = [
        Posting(1, 1, "PERSONAL", "OPENING", 201612, 120_000),
        Posting(2, 2, "PERSONAL", "PENSION", 201801, -12_000),
    ]
    assert interest(account, 2017, 12, Terms(10_000, credit_month_counts=False)) == {"PERSONAL": 1200}


def test_the_account_spreads_over_the_divisor_once_rounded() -> None:
    """10,000.00 / 139 = 71.942…: 71.94 in all, 50.36 and 21.58 by source (domain 14)."""
    assert spread({"PERSONAL": 700_000, "PROVINCE": 300_000}, 139, "HALF_UP_FEN") == {"002001": 5036, "002002": 2158}


def test_the_command_verify_says_what_is_broken(books: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from jubao.cli import app, setup

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    assert CliRunner().invoke(app, ["verify", "--only", "I-05"]).exit_code == 0
    assert CliRunner().invoke(app, ["verify", "--only", "I-99"]).exit_code == 2
    with undone():
        IndividualAccount.objects.update(personal_fen=models.F("personal_fen") + 1)
        told = CliRunner().invoke(app, ["verify", "--json", "--only", "I-06"])
    assert told.exit_code == 1
    report = json.loads(told.stdout)
    assert report["broken"] == sum(len(f["violations"]) for f in report["findings"]) > 0


def test_the_command_explain_tells_law_signatures_and_vouchers(books: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from jubao.cli import app, setup
    from tests.reports_year import pensioner

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    told = CliRunner().invoke(app, ["explain", pensioner("平安"), "201701", "--by", "D2", "--json"])
    assert told.exit_code == 0
    tree = json.loads(told.stdout)
    assert tree["paid_fen"] == 8500
    assert [line["fen"] for line in tree["lines"]] == [7000, 1500]
    assert tree["award"]["parts"][0]["law"]["source"].startswith("人社部发〔2015〕5号")
    assert [step["step"] for step in tree["award"]["signed"]] == [0, 1, 2]
    assert tree["batches"][0]["vouchers"]
    assert pensioner("平安") not in told.stdout
    held = CliRunner().invoke(app, ["explain", pensioner("停发"), "201703", "--by", "D2"])
    assert "未通过领取资格认证" in held.stdout
    assert CliRunner().invoke(app, ["explain", "1", "201701", "--by", "D2"]).exit_code == 1
    assert CliRunner().invoke(app, ["explain", "1", "2017", "--by", "D2"]).exit_code == 2


def test_a_damaged_row_is_reported_not_raised(books: None) -> None:
    drop_guards()
    with undone():
        run("UPDATE records_auditevent SET payload = '[1' WHERE id = 3")
        run("UPDATE records_proposal SET preview = '[]' WHERE id = 3")
        findings: list[Finding] = verify()
    assert {"I-30", "I-32"} <= {f.code for f in findings if f.broken}


def test_the_guards_come_back_with_the_next_migration(books: None) -> None:
    from django.apps import apps

    with undone():
        drop_guards()
        install_guards(apps.get_app_config("records"), using="default")
        assert broken(["I-03"]) == {}
