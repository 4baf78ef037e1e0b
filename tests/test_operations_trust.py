"""Trust in what is stored: each way to tamper with books is refused at once or found by the verifier, and by name."""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import override_settings

from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.anchor import write_anchor
from jubao.operations.envelope.applying import StoredOtherwise
from jubao.records.anchors import name_of, note_of, read_anchors
from jubao.records.facts import fact_models
from jubao.records.guards import audited_tables, guards, trigger_names
from jubao.records.models import (
    Absence,
    AuditEvent,
    OutboxContent,
    OutboxItem,
    Proposal,
    Signature,
    Staff,
    Submission,
    Target,
)
from jubao.records.sealing import canonical, digest, fact_rows, seal, table_digest
from jubao.reports.invariants import verification
from jubao.reports.invariants.verification import Finding, Tally, Violation, invariant, verify
from tests import hand_over
from tests.hand_over import DAY, now
from tests.office import Office

pytestmark = pytest.mark.django_db
TARGET = {"name": "collection.bureau", "year": 2017, "amount_fen": 900_000_000, "source": "局发任务"}
CODES = ["E-01", "H-08", "I-03", "I-29", "I-30", "I-31", "I-32", "I-33", "I-35", "I-38", "I-43"]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A few acts in a home of their own, with a second place for the heads of the chain."""
    home, copy = tmp_path_factory.mktemp("trusted"), tmp_path_factory.mktemp("copy")
    hand_over.declare()
    with django_db_blocker.unblock(), override_settings(JUBAO_HOME=home, ANCHOR_COPY=str(copy)), undone():
        Office()
        set_target("t1")
        hand_over.hand_over("h1", "通报.txt", "附件.txt")
        if on_postgres():  # no table may be altered while references are to be looked at
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run("SET CONSTRAINTS ALL DEFERRED")
        yield
    hand_over.forget()


@pytest.fixture
def books(kept: None) -> Iterator[Path]:
    """The books for one test, which may do to them what it likes; the home is put back, too."""
    home, copy = Path(django_settings.JUBAO_HOME), Path(django_settings.ANCHOR_COPY)
    before = {path: path.read_bytes() for place in (home, copy) for path in sorted(place.rglob("*")) if path.is_file()}
    with undone():
        yield home
    for place in (home, copy):
        for path in [path for path in place.rglob("*") if path.is_file() and path not in before]:
            path.unlink()
    for path, content in before.items():
        path.write_bytes(content)


def set_target(key: str) -> None:
    asked = propose("target.set", [TARGET], key=key, by="L4", on=DAY, at=now())
    sign(key, by="L1", on=DAY, at=now(), shown_hash=asked.hash)


def run(sql: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def on_postgres() -> bool:
    return connection.vendor == "postgresql"


def drop_guards(*tables: str) -> None:
    """What an owner of the database could do."""
    for table, _ in audited_tables():
        for name in trigger_names(table) if not tables or table in tables else ():
            run(f"DROP TRIGGER {name}" + (f' ON "{table}"' if on_postgres() else ""))


def told(codes: list[str] | None = None) -> dict[str, list[Violation]]:
    """Violations by the title of their invariant."""
    return {finding.title: finding.violations for finding in verify(codes or CODES) if finding.broken}


def notices() -> list[str]:
    return [text for finding in verify(CODES) for text in finding.notices]


SEALED = "每项业务写下的行与封存的条数和摘要一致"
GUARDS = "数据库的防改防删触发器齐全，内容未被替换，没有来历不明的触发器"
APPROVED = "所批即所存：办结业务写下的行与所批预览逐行一致"
SHOWN = "所签即所见：申请内容的哈希与每个签署一致"
SIGNED = "每个签署都由签署人当时在册的密钥签出"
ANSWERED = "每个签署的答复与其事件一致，同一请求只有一个答复"
ANCHORED = "审计链不短于库外留存的链头"
LINKED = "审计链首尾相接，逐条密封，号码不缺，时间不倒退"
FILED = "交出的文件都在文件柜中，内容与登记的哈希一致"
KEPT = "交出的文件留有原文，内容与登记的哈希一致"
POSTED = "每个签署人当日在岗且未缺勤；代行职责的，确无他人可办"


def test_books_made_by_acts_hold(books: Path) -> None:
    assert told() == {}
    assert notices() == []


# ── 4.1 What is stored is compared with what was approved, at once and by the verifier ──


def rewrite_when_written() -> None:
    """A trigger that puts another sum into the row that is being written, whatever the guards of the table say."""
    if on_postgres():
        run(
            "CREATE FUNCTION skim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.amount_fen := 1; RETURN NEW; END $$"
        )
        run("CREATE TRIGGER skim BEFORE INSERT ON records_target FOR EACH ROW EXECUTE FUNCTION skim()")
        return
    drop_guards("records_target")
    run(
        "CREATE TRIGGER skim AFTER INSERT ON records_target BEGIN "
        "UPDATE records_target SET amount_fen = 1 WHERE id = NEW.id; END"
    )


def test_a_trigger_that_rewrites_rows_before_they_are_sealed_is_refused_at_once(books: Path) -> None:
    asked = propose("target.set", [TARGET], key="t2", by="L4", on=DAY, at=now())
    with undone():
        rewrite_when_written()
        before = Target.objects.count()
        with pytest.raises(StoredOtherwise, match="数据库存下的内容与所批的不同"):
            sign("t2", by="L1", on=DAY, at=now(), shown_hash=asked.hash)
        assert Target.objects.count() == before, "everything is taken back"
        assert AuditEvent.objects.latest("id").kind == "REFUSED"
        assert Proposal.objects.get(key="t2").state == "PENDING"


def test_a_trigger_that_rewrites_rows_after_they_were_sealed_is_found(books: Path) -> None:
    """It waits for the event that is written last; the rows were compared by then."""
    drop_guards("records_target")
    change = "UPDATE records_target SET amount_fen = 1 WHERE act_id = NEW.id"
    if on_postgres():
        run(f"CREATE FUNCTION skim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change}; RETURN NEW; END $$")
        run("CREATE TRIGGER skim AFTER INSERT ON records_auditevent FOR EACH ROW EXECUTE FUNCTION skim()")
    else:
        run(f"CREATE TRIGGER skim AFTER INSERT ON records_auditevent BEGIN {change}; END")
    set_target("t2")
    assert Target.objects.latest("id").amount_fen == 1
    found = told()
    assert {SEALED, APPROVED, GUARDS} <= set(found)
    assert "skim" in [violation.id for violation in found[GUARDS]]


def test_a_row_changed_under_a_new_seal_is_still_not_what_was_approved(books: Path) -> None:
    """Who holds the key of the chain can seal other rows; the preview that three people signed tells."""
    drop_guards()
    Target.objects.update(amount_fen=1)
    seal_anew()
    found = told()
    assert set(found) == {APPROVED, GUARDS, ANCHORED}
    assert "内容与所批不同" in found[APPROVED][0].text


def seal_anew() -> None:
    """The whole chain under the right key, over the rows as they are now; the notes outside cannot be reached."""
    before = "0" * 64
    for event in AuditEvent.objects.order_by("id"):
        says, rows = json.loads(event.payload), {}
        for model in fact_models():
            if model._meta.db_table in says["rows"]:
                parts = list(fact_rows(model, event.id))
                rows[model._meta.db_table] = [sum(map(len, parts)), table_digest(parts)]
        event.payload = canonical(says | {"rows": rows})
        event.previous_mac, event.mac = before, ""
        before = event.mac = seal(event)
        AuditEvent.objects.filter(pk=event.pk).update(
            payload=event.payload, previous_mac=event.previous_mac, mac=before
        )


def test_a_row_more_and_a_row_less_than_approved_are_found(books: Path) -> None:
    drop_guards()
    target = Target.objects.latest("id")
    with undone():
        target.pk += 1
        target.save(force_insert=True)
        assert {SEALED, APPROVED} <= set(told())
    with undone():
        Submission.objects.latest("id").delete()
        found = told()
        assert "现存 1 行" in found[APPROVED][0].text


def test_a_row_changed_with_the_guards_off_is_found_though_they_are_back(books: Path) -> None:
    drop_guards("records_target")
    Target.objects.update(amount_fen=1)
    for name, (_, statement) in guards().items():
        if name in trigger_names("records_target"):
            run(statement)
    assert set(told()) == {SEALED, APPROVED}


def test_a_proposal_whose_preview_was_changed_is_found(books: Path) -> None:
    drop_guards("records_proposal")
    proposal = Proposal.objects.get(key="t1")
    proposal.preview = proposal.preview.replace("900000000", "1")
    proposal.save()
    assert SHOWN in told()


# ── Signatures and answers ──


def test_a_forged_signature_is_found(books: Path) -> None:
    """A well-formed row: another leader, the right hash, the right case, in the name of an event that exists."""
    asked = propose("target.set", [TARGET], key="t2", by="L4", on=DAY, at=now())
    proposal, event = Proposal.objects.get(key="t2"), AuditEvent.objects.latest("id")
    given = Signature.objects.filter(person="L1").latest("id")
    Signature.objects.create(
        proof=given.proof,
        key=given.key,
        signed=given.signed,
        act=event,
        proposal=proposal,
        case_ref="t2",
        step=1,
        role="APPROVE",
        post="DIRECTOR",
        person="L1",
        decision="AGREE",
        reason="",
        shown_hash=asked.hash,
        business_date=DAY,
        signed_at=now(),
        state_after="EXECUTED",
        result=canonical({"targets": 1}),
        body_hash=digest(canonical(["t2", "L1", asked.hash, True, ""])),
    )
    Proposal.objects.filter(pk=proposal.pk).update(state="EXECUTED", next_step=2)
    found = told()
    assert {SEALED, ANSWERED, APPROVED, SIGNED} <= set(found)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("result", '{"targets":2}'),
        ("state_after", "REJECTED"),
        ("person", "L2"),
        ("reason", "另有理由"),
        ("body_hash", "0" * 64),
        ("business_date", "2017-03-02"),
        ("shown_hash", "f" * 64),
    ],
)
def test_a_stored_answer_that_was_changed_is_found(books: Path, column: str, value: str) -> None:
    drop_guards("records_signature")
    last = Signature.objects.filter(proposal__key="t1").latest("id")
    Signature.objects.filter(pk=last.pk).update(**{column: value})
    assert ANSWERED in told(["I-35"]), "by what it says, not only by its seal"


# ── 3.9 Stand-ins ──


NEXT = date(2017, 3, 2)


def away(code: str) -> None:
    """Somebody is away the next day, as the latest event recorded."""
    staff = Staff.objects.get(code=code)
    Absence.objects.create(act=AuditEvent.objects.latest("id"), staff=staff, valid_from=NEXT, valid_to=date(2017, 3, 3))


def sign_next_day(by: str) -> None:
    """A target goes through its chain on the next day."""
    then = datetime(2017, 3, 2, 9, tzinfo=hand_over.CHINA)
    asked = propose("target.set", [TARGET], key="t2", by="L4", on=NEXT, at=then)
    sign("t2", by=by, on=NEXT, at=then, shown_hash=asked.hash)


def test_a_stand_in_may_sign_when_nobody_else_can_and_the_verifier_knows(books: Path) -> None:
    away("L1")
    sign_next_day("L2")
    assert Signature.objects.latest("id").person == "L2"
    assert told(["I-33"]) == {}


def test_a_stand_in_who_signed_although_somebody_was_there_is_found(books: Path) -> None:
    drop_guards("records_signature")
    last = Signature.objects.filter(proposal__key="t1").latest("id")
    Signature.objects.filter(pk=last.pk).update(person="L2")
    assert [violation.id for violation in told(["I-33"])[POSTED]] == [last.pk]


def test_an_absence_told_later_does_not_undo_what_was_signed_before(books: Path) -> None:
    """What the books did not know on the day cannot be held against a signature."""
    sign_next_day("L1")
    away("L1")
    assert told(["I-33"]) == {}


# ── 4.2 The chain and its notes outside ──


def cut_tail() -> int:
    """Remove the last event with all it wrote, and put its proposal back; gives the number of the new head."""
    drop_guards()
    last = AuditEvent.objects.latest("id")
    OutboxContent.objects.filter(item__act=last).delete()
    for model in fact_models():
        run(f'DELETE FROM "{model._meta.db_table}" WHERE act_id = %s', [last.id])  # noqa: S608
    Proposal.objects.filter(key="h1").update(state="PENDING", next_step=1)
    run("DELETE FROM records_auditevent WHERE id = %s", [last.id])
    return last.id - 1


def notes() -> list[Path]:
    return [noted.notes[-1][0] for noted in read_anchors() if noted.notes]


def test_a_chain_cut_short_is_found_in_every_place(books: Path) -> None:
    cut_tail()
    assert ["审计链被截短" in violation.text for violation in told(["I-30"])[ANCHORED]] == [True, True]


def test_a_note_rewritten_without_the_key_is_found(books: Path, settings: Any) -> None:
    """The tail is cut, and both notes are written anew by somebody who knows the form but not the key."""
    head = cut_tail()
    mac = AuditEvent.objects.get(pk=head).mac
    key, settings.AUDIT_KEY = settings.AUDIT_KEY, "a guessed key, long enough to look like one of ours"
    for note in notes():
        note.with_name(name_of(head)).write_bytes(note_of(head, mac, 1))
        note.unlink()
    settings.AUDIT_KEY = key
    found = told(["I-30"])[ANCHORED]
    assert len(found) == 2
    assert all("不是用本机构的密钥写的" in violation.text for violation in found)


def test_an_older_note_put_back_is_found_by_the_second_place(books: Path) -> None:
    """An old note is genuine; only a place that the cheat cannot reach still knows better."""
    head = cut_tail()
    own, _ = notes()
    own.with_name(name_of(head)).write_bytes(note_of(head, AuditEvent.objects.get(pk=head).mac, 1))
    own.unlink()
    assert len(told(["I-30"])[ANCHORED]) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b'{"id": "x"}', b"\xff"])
def test_a_note_that_is_missing_or_says_nothing_is_found(books: Path, content: bytes) -> None:
    own, other = notes()
    own.write_bytes(content)
    other.unlink()
    assert [violation.text.partition("）")[2] for violation in told(["I-30"])[ANCHORED]] == [
        "留存的链头无法读取，已损坏或被改动",
        "没有留存链头，无法判断审计链是否被截短",
    ]


def test_a_chain_that_grows_again_after_a_cut_does_not_wipe_out_the_evidence(books: Path) -> None:
    """The next acts write notes of their own; the one that contradicts the chain stays until somebody explains it."""
    [removed] = {note.name for note in notes()}
    cut_tail()
    for number in range(3):
        set_target(f"later-{number}")
    assert max(note.name for note in notes()) > removed
    found = told(["I-30"])[ANCHORED]
    assert [(violation.id, "被重写" in violation.text) for violation in found] == [(removed, True)] * 2


def test_a_note_that_is_late_is_told_and_breaks_nothing(books: Path) -> None:
    """A crash between commit and note: the next act or opening writes it."""
    own, other = notes()
    event = AuditEvent.objects.order_by("-id")[1]
    for note in (own, other):
        note.with_name(name_of(event.id)).write_bytes(note_of(event.id, event.mac, 1))
        note.unlink()
    assert told() == {}
    assert len(notices()) == 2
    write_anchor()
    assert notices() == []
    assert [len(list(note.parent.glob("head-*"))) for note in notes()] == [1, 1]


def test_a_place_that_cannot_be_written_stops_no_act(books: Path, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "gone").write_text("a file where the second device was")
    settings.ANCHOR_COPY = str(tmp_path / "gone" / "heads")
    set_target("t2")
    assert Proposal.objects.get(key="t2").state == "EXECUTED"
    assert read_anchors()[0].latest.id == AuditEvent.objects.latest("id").id


def test_an_event_stamped_before_the_one_it_follows_is_found(books: Path) -> None:
    """Even under the right key: instants never go back."""
    drop_guards("records_auditevent")
    last = AuditEvent.objects.latest("id")
    last.at = datetime(2017, 3, 1, 1, tzinfo=hand_over.CHINA)
    last.mac = seal(last)
    last.save()
    assert ["早于前一条" in violation.text for violation in told(["I-30"])[LINKED]] == [True]


# ── 4.3 Guards by what they do ──


def test_a_guard_replaced_by_one_that_does_nothing_is_found(books: Path) -> None:
    if on_postgres():
        run(
            "CREATE OR REPLACE FUNCTION jubao_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$"
        )
    else:
        run("DROP TRIGGER records_target_no_update")
        run("CREATE TRIGGER records_target_no_update BEFORE UPDATE ON records_target BEGIN SELECT 1; END")
    [violation] = told(["I-03"])[GUARDS]
    assert violation.id == ("jubao_refuse_change" if on_postgres() else "records_target_no_update")
    assert "内容被替换" in violation.text


def test_a_guard_that_lets_one_column_or_one_case_through_is_found(books: Path) -> None:
    """The name and the words are right, but it looks at fewer columns, or only under a condition."""
    name, (table, statement) = next(
        (name, guard) for name, guard in guards().items() if name == "records_target_no_update"
    )
    for other in (statement.replace(', "amount_fen"', ""), with_condition(statement)):
        with undone():
            run(f"DROP TRIGGER {name}" + (f" ON {table}" if on_postgres() else ""))
            run(other)
            assert [violation.id for violation in told(["I-03"])[GUARDS]] == [name]


def with_condition(statement: str) -> str:
    if on_postgres():
        return statement.replace("FOR EACH ROW", "FOR EACH ROW WHEN (OLD.year = 1)")
    return statement.replace(" BEGIN SELECT", " WHEN OLD.year = 1 BEGIN SELECT")


def test_the_guard_of_closed_periods_is_known_by_its_body_too(books: Path) -> None:
    if on_postgres():
        run(
            "CREATE OR REPLACE FUNCTION jubao_ledger_voucher_period_open() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$"
        )
    else:
        run("DROP TRIGGER ledger_voucher_period_open")
        run("CREATE TRIGGER ledger_voucher_period_open BEFORE INSERT ON ledger_voucher BEGIN SELECT 1; END")
    assert [violation.id for violation in told(["I-03"])[GUARDS]] in (
        ["ledger_voucher_period_open"],
        ["jubao_ledger_voucher_period_open"],
    )


def test_a_foreign_trigger_is_named(books: Path) -> None:
    if on_postgres():
        run("CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        run("CREATE TRIGGER watch AFTER INSERT ON records_person FOR EACH ROW EXECUTE FUNCTION watch()")
    else:
        run("CREATE TRIGGER watch AFTER INSERT ON records_person BEGIN SELECT 1; END")
    found = told(["I-03"])[GUARDS]
    assert {violation.id for violation in found} == {"watch"}
    assert all("来历不明" in violation.text for violation in found)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("statements", "name"),
    [
        (["CREATE RULE hide AS ON INSERT TO records_target DO INSTEAD NOTHING"], "hide"),
        (
            [
                "ALTER TABLE records_target ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY part ON records_target USING (id > 1)",
            ],
            "part",
        ),
        (["ALTER TABLE records_target DISABLE TRIGGER records_target_no_update"], "records_target_no_update"),
        (["ALTER TABLE records_target ENABLE REPLICA TRIGGER records_target_no_delete"], "records_target_no_delete"),
        (["SET LOCAL session_replication_role = replica"], "session_replication_role"),
        (
            [
                "CREATE FUNCTION spy() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$",
                "CREATE EVENT TRIGGER spying ON ddl_command_end EXECUTE FUNCTION spy()",
            ],
            "spying",
        ),
        (["CREATE FUNCTION helper() RETURNS int LANGUAGE sql AS 'SELECT 1'"], "helper"),
        (["ALTER FUNCTION jubao_refuse_change() SET session_replication_role = replica"], "jubao_refuse_change"),
    ],
)
def test_whatever_else_acts_on_its_own_in_the_database_is_named(books: Path, statements: list[str], name: str) -> None:
    for statement in statements:
        run(statement)
    assert name in {violation.id for violation in told(["I-03"])[GUARDS]}


@pytest.mark.postgres
def test_a_table_of_facts_is_not_emptied_at_once(books: Path) -> None:
    with pytest.raises(Exception, match="facts are never changed"), transaction.atomic():
        run("TRUNCATE records_absenceend")


# ── 4.4 Files and engine ──


def test_a_file_handed_over_that_is_gone_or_changed_is_found_with_what_to_do(books: Path) -> None:
    path = books / "outbound" / "通报.txt"
    content = path.read_bytes()
    path.unlink()
    [gone] = told(["I-38"])[FILED]
    assert "jubao outbox --again outbound/通报.txt" in gone.text
    path.write_bytes(content + b" ")
    [changed] = told(["I-38"])[FILED]
    assert "被改动" in changed.text


def test_a_file_that_waits_is_told_and_breaks_nothing(books: Path) -> None:
    OutboxItem.objects.filter(name="通报.txt").update(state="WAITING", failure="磁盘空间不足")
    assert told(["I-38"]) == {}
    assert notices() == ["文件《通报.txt》尚未写入 outbound：磁盘空间不足"]


def test_kept_bytes_that_were_changed_or_removed_are_found(books: Path) -> None:
    item = OutboxItem.objects.get(name="通报.txt")
    for packed in (zlib.compress(b"other"), b"no zlib", b""):
        with undone():
            run("UPDATE records_outboxcontent SET packed = %s WHERE item_id = %s", [packed, item.pk])
            assert [violation.id for violation in told(["I-38"])[KEPT]] == [item.pk]
    run("DELETE FROM records_outboxcontent WHERE item_id = %s", [item.pk])
    assert [violation.id for violation in told(["I-38"])[KEPT]] == [item.pk]


@pytest.mark.postgres
def test_a_rule_taken_from_the_database_is_found(books: Path) -> None:
    run("ALTER TABLE records_signature DROP CONSTRAINT no_person_signs_a_case_twice")
    [violation] = told(["E-01"])["数据库文件、索引和约束完好，引用都有着落"]
    assert violation.id == "no_person_signs_a_case_twice"


@pytest.mark.postgres
def test_where_the_server_brings_its_own_examination_it_is_used(books: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'")
        if cursor.fetchone() is None:
            pytest.skip("this server does not bring amcheck")
    run("CREATE EXTENSION amcheck")
    [finding] = verify(["E-01"])
    assert (finding.broken, finding.rows > 200) == (0, True), "every index was looked at"
    assert told(["I-03"]) == {}, "what belongs to an extension is not foreign"


@pytest.mark.postgres
def test_rows_that_refer_to_nothing_are_found_though_the_engine_was_told_not_to_look(books: Path) -> None:
    run("SET LOCAL session_replication_role = replica")
    run("DELETE FROM records_staff WHERE code = 'L1'")
    run("SET LOCAL session_replication_role = origin")
    assert {violation.table for violation in told(["E-01"])["数据库文件、索引和约束完好，引用都有着落"]} == {
        "records_postholding",
        "records_signingkey",
    }


# ── The verifier itself ──


def test_a_million_violations_are_counted_and_not_kept(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_DECLARED", {})
    invariant("I-99", "示例")(many)
    monkeypatch.setattr(verification, "AREAS", ())
    [finding] = verify()
    assert finding.broken == 1_000_000
    assert len(finding.violations) == verification.SHOWN


def many(seen: Tally) -> Iterator[Violation]:
    """A million rows that break it, one after the other."""
    return (Violation("t", row, "x") for row in range(1_000_000))


def test_a_table_that_cannot_be_read_is_a_violation_and_the_other_checks_go_on(books: Path) -> None:
    run('ALTER TABLE "records_absence" RENAME TO "moved"')
    findings: list[Finding] = verify(["I-33", "I-30"])
    assert [finding.code for finding in findings if finding.broken] == ["I-33"]
    assert "无法读取" in next(finding for finding in findings if finding.broken).violations[0].text
