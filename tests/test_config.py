"""The config room: where files lie, which engine keeps the books, and which engine is refused."""

import multiprocessing
import os
import shutil
import stat
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from jubao.config import safety
from jubao.config.database import WAIT_SECONDS, CannotUseDatabase, choose_database, read_url
from jubao.config.home import TRAYS, CannotOpenHome, open_home
from jubao.config.keys import AuditKeyMissing, audit_key
from jubao.config.safety import UnsafeEngine, refuse_unsafe_engine
from jubao.records.anchors import name_of
from jubao.vocabulary.key_file import CannotReadKey, read_or_make_key
from tests.office import Office


def test_home_has_its_trays(tmp_path, monkeypatch):
    monkeypatch.setenv("JUBAO_HOME", str(tmp_path / "office"))
    home = open_home()
    assert home == (tmp_path / "office").resolve()
    assert {path.name for path in home.iterdir()} == set(TRAYS)


def test_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "session.key"
    key = read_or_make_key(path)
    assert read_or_make_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["session.key"]


def test_processes_that_start_together_agree_on_the_key(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        keys = pool.map(read_or_make_key, [tmp_path / "session.key"] * 8)
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", [b"short", b"", b"\xff" * 100, "密钥".encode() * 40])
def test_damaged_key_is_refused_not_replaced(tmp_path, content):
    path = tmp_path / "session.key"
    path.write_bytes(content)
    with pytest.raises(CannotReadKey, match=r"session\.key"):
        read_or_make_key(path)
    assert path.read_bytes() == content


@pytest.mark.django_db
def test_the_audit_key_is_made_for_an_office_without_books_only(tmp_path, settings):
    settings.JUBAO_HOME = tmp_path
    (tmp_path / "keys").mkdir()
    path = tmp_path / "keys" / "audit.key"
    made = audit_key(path)
    assert audit_key(path) == made
    path.unlink()
    (tmp_path / "anchors").mkdir()
    (tmp_path / "anchors" / name_of(1)).write_bytes(b"{}")
    with pytest.raises(AuditKeyMissing, match="放回机构目录的 keys 目录"):
        audit_key(path)
    assert not path.exists(), "a head noted outside tells that there were books"


@pytest.mark.django_db
def test_without_the_audit_key_books_are_not_given_another(tmp_path, settings):
    settings.JUBAO_HOME = tmp_path
    (tmp_path / "keys").mkdir()
    Office()
    shutil.rmtree(tmp_path / "anchors")
    with pytest.raises(AuditKeyMissing, match="程序不会另造一把"):
        audit_key(tmp_path / "keys" / "audit.key")
    assert list((tmp_path / "keys").glob("audit*")) == []


def test_a_home_that_can_neither_be_found_nor_made_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a directory")
    for named in (str(tmp_path / "file" / "office"), "~nobody-of-this-name/office"):
        monkeypatch.setenv("JUBAO_HOME", named)
        with pytest.raises(CannotOpenHome, match="JUBAO_HOME"):
            open_home()


def test_without_url_the_books_are_one_file_at_home():
    database = choose_database(None, home=Path("office"))
    assert database["NAME"] == Path("office/jubao.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_url_is_read_in_full():
    database = read_url("postgres://clerk:p%40ss@db.example:5433/jubao?sslmode=require")
    assert database["USER"] == "clerk"
    assert database["PASSWORD"] == "p@ss"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "5433", "jubao")
    assert database["OPTIONS"]["sslmode"] == "require"


def test_url_may_name_a_socket_directory():
    database = read_url("postgresql://jubao@/books?host=%2Frun%2Fpg")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("/run/pg", "", "books")


def test_nobody_waits_for_a_server_or_a_lock_without_a_limit():
    options = read_url("postgres://clerk@db/books?options=-c%20work_mem%3D8MB&connect_timeout=3")["OPTIONS"]
    assert options["options"] == f"-c lock_timeout={WAIT_SECONDS}s -c work_mem=8MB"
    assert options["connect_timeout"] == "3", "what the URL says counts"
    assert "connect_timeout" in read_url("postgres://clerk@db/books")["OPTIONS"]
    assert choose_database(None, home=Path("office"))["OPTIONS"]["timeout"] == WAIT_SECONDS


def test_whoever_waits_can_be_told_who_we_are():
    assert str(os.getpid()) in read_url("postgres://clerk@db/books")["OPTIONS"]["application_name"]


@pytest.mark.parametrize(
    "url",
    ["mysql://clerk:secret@db/x", "postgres://clerk:secret@db", "postgres://clerk:secret@db:no/x", "secret"],
)
def test_refused_url_is_not_repeated(url):
    with pytest.raises(CannotUseDatabase, match="DATABASE_URL") as refusal:
        choose_database(url, home=Path())
    assert "secret" not in str(refusal.value)


@pytest.mark.postgres
@pytest.mark.django_db
def test_server_without_fsync_is_refused(settings, monkeypatch):
    monkeypatch.setattr(safety, "_seen", set())
    settings.UNSAFE_ENGINE_ALLOWED = False
    with pytest.raises(UnsafeEngine, match="fsync 应为 on，现为 off；full_page_writes 应为 on"):
        refuse_unsafe_engine(connection)


@pytest.mark.sqlite
@pytest.mark.django_db
def test_file_without_sync_is_refused(settings):
    settings.UNSAFE_ENGINE_ALLOWED = False
    with pytest.raises(UnsafeEngine, match="synchronous 应为 2，现为 0"):
        refuse_unsafe_engine(connection)


@pytest.mark.sqlite
@pytest.mark.django_db
def test_file_as_an_office_opens_it_is_safe(settings, tmp_path):
    from django.db.backends.sqlite3.base import DatabaseWrapper

    settings.UNSAFE_ENGINE_ALLOWED = False
    office = {**django_settings.DATABASES["default"], **choose_database(None, home=tmp_path)}
    books = DatabaseWrapper(office, alias="office")
    try:
        refuse_unsafe_engine(books)
        with books.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    finally:
        books.close()
