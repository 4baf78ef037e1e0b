"""A backup is the whole office or nothing, and comes back only into an empty one, with every hash and the chain intact."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import override_settings

from jubao.operations.envelope.anchor import read_anchor, write_anchor
from jubao.operations.envelope.declaration import Refused
from jubao.operations.keeping.backup import back_up
from jubao.operations.keeping.restoring import restore
from jubao.records.guards import audited_tables, trigger_names
from jubao.records.models import AuditEvent, Person
from jubao.reports.export.book_of_record import export_tables
from jubao.reports.invariants.verification import verify
from jubao.reports.tables.columns import every_table
from jubao.simulation.staff import Staff
from tests.reports_year import quarter

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def kept(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A quarter's books, a month of them closed, backed up."""
    home = tmp_path_factory.mktemp("kept")
    with django_db_blocker.unblock(), override_settings(JUBAO_HOME=home), undone():
        office = quarter()
        office.carry("contribution.credit", {"through": "2017-12-29"}, on=date(2017, 12, 29))
        with pytest.MonkeyPatch.context() as patch:                 # no bank statements here
            patch.setattr("jubao.operations.fund.closing._unreconciled", lambda *_: iter(()))
            office.carry("fund.close_month", {"book": "DELEGATED", "month": 201701}, on=date(2017, 12, 29))
        write_anchor()
        back_up(home / "office.jubao")
        yield home / "office.jubao"


@pytest.fixture
def fresh(kept: Path, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A new home and a database emptied for one test, as its owner could."""
    settings.JUBAO_HOME = tmp_path
    with undone():
        with connection.cursor() as cursor:
            for table, _ in audited_tables():
                for name in trigger_names(table):
                    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER {name}{on}")
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for model in every_table():
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield tmp_path


def repacked(source: Path, target: Path, change: Any) -> Path:
    """A copy of a backup in which one thing is different: ``change`` gets (name, bytes) and gives the same or None."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content is not None
            kept = change(entry.name, content.read())
            if kept is not None:
                name, data = kept
                info = tarfile.TarInfo(name)
                info.size = len(data)
                new.addfile(info, io.BytesIO(data))
    return target


def test_an_office_restored_is_the_office_backed_up(kept: Path, fresh: Path) -> None:
    """Same tables, same trays, same chain, every invariant, and the guards stand."""
    manifest = restore(kept)
    assert manifest["aside"] is None
    assert {f.title: f.broken for f in verify() if f.broken} == {}
    head = AuditEvent.objects.order_by("-id").values("id", "mac").first()
    assert head == manifest["head"]
    assert read_anchor() == (head["id"], head["mac"])
    again = back_up(fresh / "again.jubao")
    assert again["parts"] == manifest["parts"], "the backup of the restored office has the same parts"


def test_the_restored_office_goes_on_working(kept: Path, fresh: Path) -> None:
    restore(kept)
    before = AuditEvent.objects.count()
    target = {"name": "collection.bureau", "year": 2018, "amount_fen": 1, "source": "任务文件"}
    Staff(keys="after restore").carry("target.set", [target], on=date(2018, 1, 5))
    write_anchor()
    assert AuditEvent.objects.count() > before
    assert {f.title: f.broken for f in verify() if f.broken} == {}


def test_keys_stay_outside_unless_asked_for(kept: Path, tmp_path: Path) -> None:
    with tarfile.open(kept) as pack:
        assert not [name for name in pack.getnames() if name.startswith("keys")]
    key = django_settings.AUDIT_KEY.encode()
    assert key not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_the_same_office_gives_the_same_backup(kept: Path, tmp_path: Path) -> None:
    with override_settings(JUBAO_HOME=kept.parent):
        back_up(tmp_path / "one")
        back_up(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() == kept.read_bytes()


def test_a_backup_never_overwrites(kept: Path) -> None:
    before = kept.read_bytes()
    with pytest.raises(Refused, match="已存在"):
        back_up(kept)
    with pytest.raises(Refused, match="请先建立"):
        back_up(kept.parent / "nowhere" / "office")
    assert kept.read_bytes() == before


def test_a_failed_backup_leaves_nothing(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Controls F011: a full disk half way."""
    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jubao.operations.keeping.backup.write_parquet", full)
    with pytest.raises(OSError, match="No space"):
        back_up(tmp_path / "office")
    assert list(tmp_path.iterdir()) == []


def test_books_that_are_there_are_never_overwritten(kept: Path, settings: Any, tmp_path: Path) -> None:
    settings.JUBAO_HOME = tmp_path
    people = Person.objects.count()
    with pytest.raises(Refused, match="已有账簿"):
        restore(kept)
    assert Person.objects.count() == people > 0


@pytest.mark.postgres
def test_on_postgres_nothing_is_replaced(kept: Path, settings: Any, tmp_path: Path) -> None:
    settings.JUBAO_HOME = tmp_path
    with pytest.raises(Refused, match="新建一个空数据库"):
        restore(kept, replace=True)


def damaged(name: str, data: bytes) -> tuple[str, bytes]:
    return name, (data[:-1] + bytes([data[-1] ^ 1]) if name.endswith("records_person.parquet") else data)


def without_a_tray_file(name: str, data: bytes) -> tuple[str, bytes] | None:
    return None if name.startswith("inbound/") else (name, data)


def climbing(name: str, data: bytes) -> tuple[str, bytes]:
    return ("../climbed" if name.endswith("records_person.parquet") else name), data


def of_another_shape(name: str, data: bytes) -> tuple[str, bytes]:
    if name == "manifest.json":
        manifest = json.loads(data)
        manifest["migrations"].append("records.9999_later")
        return name, json.dumps(manifest).encode()
    return name, data


def of_another_key(name: str, data: bytes) -> tuple[str, bytes]:
    if name == "manifest.json":
        return name, json.dumps(json.loads(data) | {"key": "0" * 64}).encode()
    return name, data


def with_another_head(name: str, data: bytes) -> tuple[str, bytes]:
    if name == "manifest.json":
        manifest = json.loads(data)
        manifest["head"]["id"] += 1
        return name, json.dumps(manifest).encode()
    return name, data


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (damaged, "哈希不符"),
        (without_a_tray_file, "不完整"),
        (climbing, "清单之外"),
        (of_another_shape, "版本"),
        (of_another_key, "密钥"),
        (with_another_head, "审计链"),
    ],
)
def test_a_backup_that_does_not_hold_is_refused_whole(
    kept: Path, fresh: Path, tmp_path_factory: Any, change: Any, word: str
) -> None:
    bad = repacked(kept, tmp_path_factory.mktemp("bad") / "office.jubao", change)
    with pytest.raises(Refused, match=word):
        restore(bad)
    assert not AuditEvent.objects.exists()
    assert not (fresh.parent / "climbed").exists()
    assert not (fresh / "inbound").exists()


@pytest.mark.parametrize("length", [0, 511, 70_000, 200_000])
def test_a_file_cut_short_or_foreign_is_refused(kept: Path, fresh: Path, tmp_path_factory: Any, length: int) -> None:
    cut = tmp_path_factory.mktemp("cut") / "office.jubao"
    cut.write_bytes(kept.read_bytes()[:length])
    with pytest.raises(Refused):
        restore(cut)
    assert not AuditEvent.objects.exists()


def test_books_tampered_with_before_the_backup_are_refused(kept: Path, fresh: Path, tmp_path_factory: Any) -> None:
    """Hashes of the file hold, the chain does not."""
    restore(kept)
    with undone():
        with connection.cursor() as cursor:
            table = "records_accountentry"
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {table}_no_update{on}")
            cursor.execute(f"UPDATE {table} SET amount_fen = amount_fen + 1 WHERE id = (SELECT min(id) FROM {table})")  # noqa: S608
        bad = tmp_path_factory.mktemp("forged") / "office.jubao"
        back_up(bad)
        cleared = [model._meta.db_table for model in every_table()]
        with connection.cursor() as cursor:
            for name, _ in audited_tables():
                for trigger in trigger_names(name):
                    on = f' ON "{name}"' if connection.vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{on}")
            for name in cleared:
                cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608
        with pytest.raises(Refused, match="审计链核对"):
            restore(bad)


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    names = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "JUBAO_TEST_DATABASE_URL"}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    environment = inherited | {"JUBAO_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run([sys.executable, "-m", "jubao", *words], env=environment, capture_output=True, text=True,
                          check=False, timeout=600)  # fmt: skip


@pytest.mark.slow
def test_a_year_on_sqlite_is_restored_here_and_every_fen_recomputed(
    fresh: Path, settings: Any, tmp_path_factory: Any
) -> None:
    """The commands backup and restore, on a demo year; on PostgreSQL this is a move from one engine to the other."""
    from tests.test_reports_export import stranger

    home = tmp_path_factory.mktemp("sqlite")
    assert command(home, "demo", "--seed", "7", "--scale", "0.01").returncode == 0
    file = home / "year.jubao"
    assert command(home, "backup", str(file), "--with-keys").returncode == 0
    assert command(home, "backup", str(file)).returncode == 1
    restore(file)
    settings.AUDIT_KEY = (fresh / "keys" / "audit.key").read_text().strip()
    assert {f.title: f.broken for f in verify() if f.broken} == {}
    export_tables(fresh / "out", "csv")
    assert stranger().main(fresh / "out") == 0

    other = tmp_path_factory.mktemp("other")
    assert command(other, "restore", str(file)).returncode == 0
    assert command(other, "verify").returncode == 0
    assert command(other, "restore", str(file)).returncode == 1, "never over books that are there"
    replaced = command(other, "restore", str(file), "--replace")
    assert replaced.returncode == 0
    assert "replaced-01" in replaced.stdout
    assert (other / "replaced-01" / "jubao.sqlite3").exists()
    assert command(other, "verify").returncode == 0
