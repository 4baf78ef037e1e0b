"""A backup is the whole office or nothing, and comes back only into an empty one, with every hash and the chain intact."""

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import override_settings

from jubao.operations.envelope.anchor import read_anchor, write_anchor
from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping import backup, restoring, swapping
from jubao.operations.keeping.backup import FORMAT, manifest_seal
from jubao.operations.keeping.backup import back_up as back_up_for
from jubao.operations.keeping.locks import Opener, Passphrase, header_of, read_header
from jubao.operations.keeping.restoring import restore as restore_with
from jubao.operations.keeping.sealed_file import SealedReader, SealedWriter
from jubao.operations.keeping.shape import known_migrations, open_books
from jubao.operations.keeping.swapping import sweep_workings
from jubao.records.models import AuditEvent, OutboxItem, Person
from jubao.reports.export.book_of_record import export_tables
from jubao.reports.invariants.verification import verify
from jubao.simulation.staff import Staff
from tests.forked import Elsewhere, Ended, die, elsewhere, forked
from tests.office import READER
from tests.reports_year import quarter

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
WORDS = "一句只有两个人知道的备份口令"
AT = datetime(2018, 1, 24, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SINCE = 6  # the restore, a target proposed and approved, leave proposed and signed twice
TARGET = {"name": "collection.bureau", "year": 2018, "amount_fen": 1, "source": "任务文件"}


def back_up(file: Path, **said: Any) -> dict[str, Any]:
    """A backup under the passphrase of these tests."""
    return back_up_for(file, locks=[Passphrase(WORDS)], **said)


def restore(file: Path, *, leave: str = "", at: datetime = AT) -> dict[str, Any]:
    """A restore by that passphrase."""
    return restore_with(file, Opener(passphrase=WORDS), at=at, leave=leave)


@contextmanager
def unsealed(file: Path) -> Iterator[tarfile.TarFile]:
    """What is in a backup."""
    with file.open("rb") as source:
        header, told = read_header(source, file.name)
        reader = SealedReader(source, Opener(passphrase=WORDS).data_key_of(told), header, start=len(header))
        with tarfile.open(fileobj=io.BufferedReader(reader)) as pack:
            yield pack


@contextmanager
def sealed(file: Path) -> Iterator[tarfile.TarFile]:
    """A backup that somebody who knows the passphrase makes by hand."""
    key = bytes(32)
    header = header_of(key, [Passphrase(WORDS)])
    with file.open("wb") as out:
        out.write(header)
        with SealedWriter(out, key, header) as into, tarfile.open(fileobj=into, mode="w") as pack:
            yield pack


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A quarter's books, a month of them closed, backed up."""
    home = tmp_path_factory.mktemp("kept")
    with django_db_blocker.unblock(), override_settings(JUBAO_HOME=home), undone():
        office = quarter()
        office.carry("contribution.credit", {"through": "2017-12-29"}, on=date(2017, 12, 29))
        write_anchor()
        back_up(home / "office.jubao")
        yield home / "office.jubao"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Elsewhere]:
    """An office of its own, without books."""
    with elsewhere(tmp_path / "office") as place:
        yield place


def repacked(source: Path, target: Path, change: Any) -> Path:
    """A copy of a backup in which one thing is different: ``change`` gets (name, bytes) and gives the same or None."""
    with unsealed(source) as old, sealed(target) as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content is not None
            kept = change(entry.name, content.read())
            if kept is not None:
                put(new, *kept)
    return target


def put(pack: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    pack.addfile(info, io.BytesIO(data))


def broken() -> dict[str, Any]:
    return {f.title: [v.text for v in f.violations] for f in verify() if f.broken}


def taken_back(file: Path, *, leave: str = "", at: datetime = AT) -> dict[str, Any]:
    """Restore, and tell what came of it."""
    manifest = restore(file, leave=leave, at=at)
    head = AuditEvent.objects.order_by("-id").values("id", "mac", "kind").first()
    anchor = read_anchor()
    return {
        "head": manifest["head"],
        "now": head,
        "aside": manifest["aside"],
        "lost": manifest["lost_events"],
        "broken": broken(),
        "anchor": anchor and {"id": anchor.id, "mac": anchor.mac},
        "notices": [text for finding in verify() for text in finding.notices],
    }


def events() -> int:
    """How many events there are; none where there is no table."""
    if "records_auditevent" not in connection.introspection.table_names():
        return 0
    return AuditEvent.objects.count()


# ── Backup and restore ──


def test_an_office_restored_is_the_office_backed_up(kept: Path, other: Elsewhere, tmp_path: Path) -> None:
    """Same tables, same trays, same chain with one event more; every invariant, the guards stand."""

    def there() -> dict[str, Any]:
        told = taken_back(kept)
        return told | {"parts": back_up(tmp_path / "again.jubao")["parts"], "files": OutboxItem.objects.count()}

    ended = other.run(there)
    assert not ended.failed + ended.refused
    told = ended.value
    assert (told["aside"], told["lost"], told["broken"]) == ("", 0, {})
    assert told["head"] == AuditEvent.objects.order_by("-id").values("id", "mac").first()
    assert (told["now"]["id"], told["now"]["kind"]) == (told["head"]["id"] + 1, "RESTORED")
    assert told["anchor"] == {"id": told["now"]["id"], "mac": told["now"]["mac"]}
    assert told["files"] == OutboxItem.objects.count() > 0
    with unsealed(kept) as pack:
        manifest = json.loads(pack.extractfile("manifest.json").read())
    changed = {name for name, sha256 in manifest["parts"].items() if told["parts"][name] != sha256}
    assert changed == {f"tables/records_{name}.parquet" for name in ("auditevent", "restoration", "tablemark")}


def test_the_restored_office_goes_on_working(kept: Path, other: Elsewhere) -> None:
    assert other.run(lambda: [work_on(kept)[:5], broken()]) == Ended(value=["leave", {}])


def test_keys_stay_outside_unless_asked_for(kept: Path, tmp_path: Path) -> None:
    with unsealed(kept) as pack:
        assert not [name for name in pack.getnames() if name.startswith("keys")]
    assert str(django_settings.AUDIT_KEY).encode() not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_the_same_office_gives_the_same_content_under_another_key(kept: Path, tmp_path: Path) -> None:
    with override_settings(JUBAO_HOME=kept.parent):
        one, two = back_up(tmp_path / "one"), back_up(tmp_path / "two")
    assert one == two
    assert (tmp_path / "one").read_bytes() != (tmp_path / "two").read_bytes()
    assert b"manifest" not in kept.read_bytes()


@pytest.mark.parametrize("place", ["tables", "packing"])
def test_nothing_is_laid_down_in_clear_on_the_way(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Whatever a backup writes to any file, named or not, holds no word of a person."""
    written: list[bytes] = []

    class Watched(SealedWriter):
        def _seal(self, chunk: bytes, *, last: bool) -> None:
            written.append(chunk)
            super()._seal(chunk, last=last)

    spools: list[Any] = []

    def spool(**said: Any) -> Any:
        spools.append(tempfile.TemporaryFile(**said))  # noqa: SIM115  the backup closes it
        return spools[-1]

    def looked_at(*_: Any, **__: Any) -> None:
        for one in spools:
            one.seek(0)
            assert b"PAR1" not in one.read()
        raise OSError(28, "seen enough")

    monkeypatch.setattr(backup, "SealedWriter", Watched)
    monkeypatch.setattr(backup, "TemporaryFile", spool)
    monkeypatch.setattr(backup, "_pack" if place == "tables" else "_entry", looked_at)
    with override_settings(JUBAO_HOME=kept.parent), pytest.raises(OSError, match="seen enough"):
        back_up(tmp_path / "office")
    assert len(spools) > 50
    assert any(b"PAR1" in chunk for chunk in written), "Parquet in clear went through the sealing only"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def program_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """Books of a test know no migrations; the process that tries a backup out works as the program does."""
    with override_settings(MIGRATION_MODULES={}):
        applied = sorted(known_migrations())
    monkeypatch.setattr(backup, "migrations", lambda: applied)


@pytest.mark.usefixtures("program_shape")
def test_a_backup_that_was_tried_out_holds(kept: Path, tmp_path: Path) -> None:
    with override_settings(JUBAO_HOME=kept.parent):
        back_up(tmp_path / "office", tested=AT)
        assert not list(kept.parent.glob(".restoring-*"))
    assert (tmp_path / "office").exists()


@pytest.mark.usefixtures("program_shape")
def test_a_backup_of_books_that_do_not_hold_is_none(kept: Path, tmp_path: Path) -> None:
    """Controls F020: good only after it was restored and every invariant checked."""
    with undone(), override_settings(JUBAO_HOME=kept.parent), connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_outboxcontent")
        with pytest.raises(Refused, match="试恢复未通过") as refused:
            back_up(tmp_path / "office", tested=AT)
    assert any("没有留存原文" in fault for fault in refused.value.faults)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_never_overwrites(kept: Path) -> None:
    before = kept.read_bytes()
    with pytest.raises(Refused, match="已存在"):
        back_up(kept)
    with pytest.raises(Refused, match="请先建立"):
        back_up(kept.parent / "nowhere" / "office")
    assert kept.read_bytes() == before


@pytest.mark.parametrize("place", ["schema_of", "_entry"])
def test_a_failed_backup_leaves_nothing(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Controls F011: a full disk half way, while tables are laid down or while they are packed."""

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, place, full)
    with pytest.raises(OSError, match="No space"):
        back_up(tmp_path / "office")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_was_killed_leaves_no_table_in_clear_and_its_draft_goes_with_the_next(
    kept: Path, tmp_path: Path
) -> None:
    def killed(at: str) -> None:
        pytest.MonkeyPatch().setattr(backup, at, lambda *_: die())
        back_up(tmp_path / "office")

    for place, left in (("_describe", 0), ("_part", 0), ("_entry", 1)):
        assert forked(lambda place=place: killed(place)).signal == signal.SIGKILL
        assert len(list(tmp_path.iterdir())) == left
    with override_settings(JUBAO_HOME=kept.parent):
        back_up(tmp_path / "office")
    assert [path.name for path in tmp_path.iterdir()] == ["office"]


def test_an_office_that_was_to_be_thrown_away_goes_when_its_process_was_killed(tmp_path: Path, settings: Any) -> None:
    """What a killed trial, or a killed restore, leaves holds tables in clear; what one at work needs stays."""
    settings.JUBAO_HOME = tmp_path
    gone = int(
        subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True).stdout
    )
    for name in (f".restoring-{gone}-trial", f".restoring-{gone}", f".restoring-{os.getpid()}-trial"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "jubao.sqlite3").write_text("tables")
    sweep_workings()
    assert [path.name for path in tmp_path.iterdir()] == [f".restoring-{os.getpid()}-trial"]


# ── Where it may not go ──


def test_books_that_are_there_are_never_overwritten(kept: Path, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "audit.key").write_text(str(settings.AUDIT_KEY))
    settings.JUBAO_HOME = tmp_path
    people = Person.objects.count()
    with pytest.raises(Refused, match="已有账簿"):
        restore(kept)
    assert Person.objects.count() == people > 0
    assert not list(tmp_path.glob(".restoring-*"))


@pytest.mark.postgres
def test_on_postgres_nothing_is_replaced(kept: Path, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "audit.key").write_text(str(settings.AUDIT_KEY))
    settings.JUBAO_HOME = tmp_path
    with pytest.raises(Refused, match="新建一个空数据库"):
        restore(kept, leave="x")


def damaged(name: str, data: bytes) -> tuple[str, bytes]:
    return name, (data[:-1] + bytes([data[-1] ^ 1]) if name.endswith("records_person.parquet") else data)


def without_a_tray_file(name: str, data: bytes) -> tuple[str, bytes] | None:
    return None if name.startswith("inbound/") else (name, data)


def climbing(name: str, data: bytes) -> tuple[str, bytes]:
    return ("../climbed" if name.endswith("records_person.parquet") else name), data


def told_otherwise(**said: Any) -> Callable[[str, bytes], tuple[str, bytes]]:
    """A manifest that says something else."""

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        if name != "manifest.json":
            return name, data
        told = json.loads(data) | said
        return name, json.dumps(told | {"seal": manifest_seal(told, str(django_settings.AUDIT_KEY))}).encode()

    return change


def unsigned(name: str, data: bytes) -> tuple[str, bytes]:
    """A backup that somebody made who knows the passphrase but has no audit key."""
    return name, (json.dumps(json.loads(data) | {"seal": "0" * 64}).encode() if name == "manifest.json" else data)


def instead(content: bytes) -> Callable[[str, bytes], tuple[str, bytes]]:
    """Anything in the place of the manifest."""
    return lambda name, data: (name, content if name == "manifest.json" else data)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (damaged, "哈希不符"),
        (without_a_tray_file, "不完整"),
        (climbing, "清单之外"),
        (told_otherwise(migrations=["records.9999_later"]), "版本"),
        (told_otherwise(key="0" * 64), "密钥"),
        (told_otherwise(head={"id": 10**6, "mac": "0" * 64}), "审计链"),
        (unsigned, "不是用本机构的密钥封存的"),
        (told_otherwise(format=1), "备份格式 1"),
        (told_otherwise(rows={"records_person": 1}), "应有"),
        (instead(b"[]"), "清单"),
        (instead(b'{"format":1}'), "备份格式 1"),
        (instead(b'{"format":%d}' % FORMAT), "清单"),
        (instead(b'{"format":%d,"parts":[],"rows":{},"migrations":[],"key":"","head":null}' % FORMAT), "清单"),
        (instead(b"[" * 100_000), "清单"),
        (instead(b"\xff"), "清单"),
    ],
)
def test_a_backup_that_does_not_hold_is_refused_whole(
    kept: Path, other: Elsewhere, tmp_path: Path, change: Any, word: str
) -> None:
    bad = repacked(kept, tmp_path / "bad.jubao", change)
    ended = other.run(lambda: restore(bad))
    assert word in ended.refused, ended
    assert other.run(events) == Ended(value=0)
    assert not (other.home.parent / "climbed").exists()
    assert [path.name for path in sorted(other.home.rglob("*")) if path.is_file() and "sqlite3" not in path.name] == [
        "audit.key",
        "trial.key",
    ]


@pytest.mark.parametrize("length", [0, 100, 511, 70_000, -1, -17])
def test_a_file_cut_short_is_refused(kept: Path, other: Elsewhere, tmp_path: Path, length: int) -> None:
    cut = tmp_path / "cut.jubao"
    cut.write_bytes(kept.read_bytes()[:length])
    assert other.run(lambda: restore(cut)).kind in {"Refused", "CannotOpen"}
    assert other.run(events) == Ended(value=0)


@pytest.mark.parametrize("place", [20, 300, 5_000, -20, -1])
def test_a_file_of_which_one_bit_is_another_is_refused(
    kept: Path, other: Elsewhere, tmp_path: Path, place: int
) -> None:
    content = bytearray(kept.read_bytes())
    content[place] ^= 1
    (tmp_path / "bad.jubao").write_bytes(content)
    assert other.run(lambda: restore(tmp_path / "bad.jubao")).kind in {"Refused", "CannotOpen"}
    assert other.run(events) == Ended(value=0)


def test_without_the_passphrase_nothing_is_opened(kept: Path, other: Elsewhere) -> None:
    ended = other.run(lambda: restore_with(kept, Opener(passphrase="another passphrase"), at=AT))
    assert (ended.kind, "请给出正确的备份口令" in ended.refused) == ("CannotOpen", True)
    assert other.run(events) == Ended(value=0)


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("records_accountposting", "UPDATE records_accountposting SET personal_fen = personal_fen + 1 WHERE id = 1"),
        ("records_outboxcontent", "DELETE FROM records_outboxcontent"),
    ],
)
def test_books_tampered_with_before_the_backup_are_refused(
    kept: Path, other: Elsewhere, tmp_path: Path, table: str, statement: str
) -> None:
    """Hashes of the file hold, the chain or the kept files do not."""
    with undone(), override_settings(JUBAO_HOME=kept.parent), connection.cursor() as cursor:
        if table == "records_accountposting":
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {table}_no_update{on}")
        cursor.execute(statement)
        back_up(tmp_path / "bad.jubao")
    ended = other.run(lambda: restore(tmp_path / "bad.jubao"))
    assert "通不过审计链核对" in ended.refused, ended
    assert other.run(events) == Ended(value=0)


# ── Keys ──


def with_key(kept: Path, target: Path, key: str) -> Path:
    """A backup that holds its key."""
    with unsealed(kept) as old, sealed(target) as new:
        for entry in old:
            data = old.extractfile(entry).read()
            if entry.name == "manifest.json":
                told = json.loads(data)
                told["parts"]["keys/audit.key"] = hashlib.sha256(key.encode()).hexdigest()
                told["seal"] = manifest_seal(told, key)
                data = json.dumps(told).encode()
            put(new, entry.name, data)
        put(new, "keys/audit.key", key.encode())
    return target


def test_a_key_is_never_overwritten(kept: Path, other: Elsewhere, tmp_path: Path) -> None:
    """Faults 4.6: not even by the right one."""
    own = other.home / "keys" / "audit.key"
    own.write_text("another key of another office, long enough to be one of ours")
    file = with_key(kept, tmp_path / "keyed.jubao", str(django_settings.AUDIT_KEY))
    assert "恢复不覆盖密钥" in other.run(lambda: restore(file)).refused
    assert own.read_text() == "another key of another office, long enough to be one of ours"


def test_without_any_key_nothing_is_restored_and_none_is_made(kept: Path, other: Elsewhere) -> None:
    (other.home / "keys" / "audit.key").unlink()
    assert "请先把另行保管的 audit.key 放入" in other.run(lambda: restore(kept)).refused
    assert [path.name for path in (other.home / "keys").iterdir()] == ["trial.key"]


def test_the_key_inside_is_put_in_place_where_there_is_none(kept: Path, other: Elsewhere, tmp_path: Path) -> None:
    (other.home / "keys" / "audit.key").unlink()
    file = with_key(kept, tmp_path / "keyed.jubao", str(django_settings.AUDIT_KEY))
    assert other.run(lambda: taken_back(file)["broken"]) == Ended(value={})
    key = other.home / "keys" / "audit.key"
    assert key.read_text() == str(django_settings.AUDIT_KEY)
    assert key.stat().st_mode & 0o077 == 0


# ── Replacing, and being killed while doing so ──


def work_on(kept: Path) -> str:
    """Restore, do something since, and get leave to restore again; gives the key of the leave."""
    manifest = restore(kept)
    Staff(keys="since").carry("target.set", [TARGET], on=date(2018, 1, 25))
    return allowed(hashlib.sha256(kept.read_bytes()).hexdigest(), manifest["head"])


def allowed(sha256: str, head: dict[str, Any]) -> str:
    """Leave to replace the books by a backup."""
    case = {"file_sha256": sha256, "head": head["id"], "head_mac": head["mac"], "reason": "演练方案 1"}
    return (
        Staff(keys=f"leave{AuditEvent.objects.count()}").carry("office.restore", [case], on=date(2018, 1, 25)).proposal
    )


@pytest.fixture(scope="module")
def worked_once(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The home of an office that was restored and did something since, and its leave to be restored again."""
    home = tmp_path_factory.mktemp("worked") / "office"
    with elsewhere(home) as place:
        ended = place.run(lambda: work_on(kept))
        assert not ended.failed + ended.refused
    return home, ended.value


@dataclass(frozen=True)
class Worked(Elsewhere):
    """Such an office, for one test."""

    leave: str


@pytest.fixture
def worked(kept: Path, other: Elsewhere, request: pytest.FixtureRequest) -> Worked:
    """On SQLite such an office is a folder that can be copied."""
    if connection.vendor == "sqlite":
        home, leave = request.getfixturevalue("worked_once")
        shutil.copytree(home, other.home, dirs_exist_ok=True)
        return Worked(other.home, other.database, leave)
    ended = other.run(lambda: work_on(kept))
    assert not ended.failed + ended.refused
    return Worked(other.home, other.database, ended.value)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("word", "leave"),
    [
        ("不是已办结的", "since-no-such"),
        ("另一份备份", "another"),
        ("批准之后又办理了 1 项业务", "outrun"),
        ("已有账簿", ""),
    ],
)
def test_books_in_use_are_not_replaced_without_leave_for_this_very_file(
    kept: Path, worked: Worked, word: str, leave: str
) -> None:
    """Faults 4.6: not by one person, not by another file, not after other acts."""

    def there() -> None:
        key = worked.leave if leave in {"another", "outrun"} else leave
        if leave == "another":
            key = allowed("0" * 64, {"id": 1, "mac": "0" * 64})
        if leave == "outrun":
            Staff(keys="later").carry("target.set", [TARGET | {"year": 2019}], on=date(2018, 1, 25))
        restore(kept, leave=key)

    ended = worked.run(there)
    assert word in ended.refused, ended
    assert worked.run(broken) == Ended(value={})
    assert not list(worked.home.glob("replaced-*"))


@pytest.mark.sqlite
def test_leave_that_was_written_into_the_database_is_none(kept: Path, worked: Worked) -> None:
    """Whoever owns the database writes the hash of his own file into the leave."""

    def there() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER records_restoreapproval_no_update")
            cursor.execute("UPDATE records_restoreapproval SET lost_acts = 0")
        restore(kept, leave=worked.leave)

    assert "与办理时封存的内容不一致" in worked.run(there).refused


@pytest.mark.sqlite
def test_replaced_books_are_kept_aside_with_all_that_belongs_to_them(kept: Path, worked: Worked) -> None:
    ended = worked.run(lambda: taken_back(kept, leave=worked.leave))
    assert not ended.failed + ended.refused
    assert (ended.value["aside"], ended.value["lost"], ended.value["broken"]) == ("replaced-01", SINCE, {})
    aside = worked.home / "replaced-01"
    assert {path.name for path in aside.iterdir()} >= {"jubao.sqlite3", "anchors", "inbound", "outbound"}
    assert not list(worked.home.glob(".restoring-*"))
    assert not (worked.home / "restoring.json").exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("number", [0, 1, 6])
def test_killed_in_the_middle_of_replacing_the_next_opening_finishes_it_and_says_so(
    kept: Path, worked: Worked, number: int
) -> None:
    """Faults 4.8: never an empty office that anybody could found anew."""

    def killed() -> None:
        done, move = [], shutil.move

        def some(source: Path, target: Path) -> None:
            if len(done) == number:
                die()
            done.append(move(source, target))

        pytest.MonkeyPatch().setattr(swapping.shutil, "move", some)
        restore(kept, leave=worked.leave)

    assert worked.run(killed).signal == signal.SIGKILL
    ended = worked.run(lambda: [open_books(), broken(), write_anchor(), events()])
    assert not ended.failed + ended.refused
    said, wrong, _, count = ended.value
    assert "已接着完成；原有账簿在 replaced-01" in said
    assert (set(wrong) - {"审计链不短于库外留存的链头"}, count) == (set(), AuditEvent.objects.count() + 1)
    assert worked.run(lambda: [open_books(), broken()]) == Ended(value=["", {}])
    assert (worked.home / "replaced-01" / "jubao.sqlite3").exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("place", ["opened_backup", "load", "require_sound", "note_restoration", "swap"])
@pytest.mark.parametrize("fails", [die, None])
def test_whatever_ends_a_restore_before_it_counts_the_office_is_as_it_was(
    kept: Path, worked: Worked, place: str, fails: Any
) -> None:
    """Killed, or met by an error that is no refusal: the old books stand, and what was laid down goes."""
    before = worked.run(events).value

    def ended() -> None:
        def full(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device")

        pytest.MonkeyPatch().setattr(restoring, place, full if fails is None else lambda *_, **__: die())
        restore(kept, leave=worked.leave)

    end = worked.run(ended)
    assert end.signal == signal.SIGKILL or "No space" in end.failed
    assert worked.run(lambda: [open_books(), sweep_workings(), events(), broken()]) == Ended(
        value=["", None, before, {}]
    )
    assert not list(worked.home.glob(".restoring-*"))
    assert not list(worked.home.glob("replaced-*"))


@pytest.mark.sqlite
def test_books_that_somebody_has_open_are_not_replaced(kept: Path, worked: Worked) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(worked.database)) as busy:
        busy.execute("SELECT count(*) FROM records_person").fetchone()
        assert worked.run(lambda: restore(kept, leave=worked.leave)).kind == "InUse"
    assert worked.run(broken) == Ended(value={})


def lose_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def test_heads_noted_of_a_chain_that_was_lost_are_kept_and_told(kept: Path, worked: Worked) -> None:
    """The database is gone, the notes outside are not: they tell how many acts must be done again."""
    if connection.vendor == "sqlite":
        for tail in ("", "-wal", "-shm"):
            Path(worked.database + tail).unlink(missing_ok=True)
    else:
        assert worked.run(lose_everything) == Ended()
    ended = worked.run(lambda: taken_back(kept))
    assert not ended.failed + ended.refused
    assert (ended.value["lost"], ended.value["broken"]) == (SINCE, {})
    assert len(list((worked.home / "anchors").glob("restored-head-*"))) == 1


# ── A whole year, by the commands ──


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    names = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "JUBAO_TEST_DATABASE_URL"}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    environment = inherited | {"JUBAO_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    words_file = home.parent / "backup.words"
    words_file.touch(mode=0o600)
    words_file.write_text(WORDS)
    environment |= {"JUBAO_BACKUP_PASSPHRASE_FILE": str(words_file)}
    return subprocess.run(
        [sys.executable, "-m", "jubao", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.mark.slow
def test_a_year_on_sqlite_is_restored_here_and_every_fen_recomputed(other: Elsewhere, tmp_path_factory: Any) -> None:
    """The commands backup and restore, on a demo year; on PostgreSQL this is a move from one engine to the other."""
    from tests.test_reports_export import stranger

    home = tmp_path_factory.mktemp("sqlite")
    assert command(home, "demo", "--seed", "7", "--scale", "0.01").returncode == 0
    file = home / "year.jubao"
    made = command(home, "backup", str(file), "--with-keys", "--test")
    assert made.returncode == 0, made.stderr
    assert command(home, "backup", str(file)).returncode == 1
    (other.home / "keys" / "audit.key").unlink()

    def there() -> Any:
        with override_settings(AUDIT_KEY=(home / "keys" / "audit.key").read_text().strip()):
            told = taken_back(file, at=LATER)
            export_tables(other.home / "out", "csv", viewer=READER)
            return told["broken"]

    ended = other.run(there)
    assert ended == Ended(value={}), ended.refused
    assert stranger().main(other.home / "out") == 0

    new = tmp_path_factory.mktemp("other")
    assert command(new, "restore", str(file)).returncode == 0
    assert command(new, "verify").returncode == 0
    assert command(new, "restore", str(file)).returncode == 1, "never over books that are there"
    replaced = command(new, "restore", str(file), "--replace", "no-such-request")
    assert "不是已办结的“恢复账簿”" in replaced.stderr
    assert not list(new.glob("replaced-*"))
    assert command(new, "verify").returncode == 0
