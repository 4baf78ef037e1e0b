"""Books of another version: opening never changes them; an upgrade counts only when everything holds afterwards."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from jubao.operations.envelope import audit
from jubao.operations.keeping import shape, upgrading
from jubao.operations.keeping.shape import open_books
from jubao.operations.keeping.upgrading import upgrade
from jubao.records.models import AuditEvent
from jubao.reports.invariants.verification import verify
from tests.forked import Elsewhere, Ended, die, elsewhere
from tests.office import Office

pytestmark = pytest.mark.django_db
FIRST = """
from django.db import migrations
class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = []
"""
LATER = """
from django.db import migrations
{function}
class Migration(migrations.Migration):
    dependencies = [("records", "0001_first")]
    operations = [{operation}]
"""
ADDS = LATER.format(function="", operation='migrations.RunSQL("CREATE TABLE records_later (id integer)")')
TAMPERS = LATER.format(
    function="",
    operation='migrations.RunSQL("INSERT INTO records_target (id, act_id, name, year, count, source) '
    "VALUES (1, 1, 'x', 2017, 1, 'y')\")",
)
FAILS = LATER.format(
    function="", operation='migrations.RunSQL("CREATE TABLE records_later (id integer); SELECT nothing")'
)


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A founded office whose books know one migration, and where the program's migrations can be changed."""
    package = f"migrations_{os.getpid()}_{abs(hash(tmp_path)) % 10**8}"
    folder = tmp_path / "programs" / package
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "0001_first.py").write_text(FIRST)
    monkeypatch.syspath_prepend(str(folder.parent))
    ours = {app.label: None for app in apps.get_app_configs()} | {"records": package}
    with override_settings(MIGRATION_MODULES=ours), elsewhere(tmp_path / "office") as place:
        assert place.run(found) == Ended()
        yield SimpleNamespace(office=place, program=folder)


def found() -> None:
    """Make the books, and found the office."""
    open_books()
    Office()


def bring_up() -> int:
    """Upgrade, and tell how much was applied."""
    return len(upgrade().applied)


def later(books: Any, migration: str = ADDS) -> Elsewhere:
    """A new version of the program, with one migration more."""
    (books.program / "0002_later.py").write_text(migration)
    return books.office


def state() -> list[Any]:
    """What the books are: their events, their tables, and what does not hold."""
    tables = connection.introspection.table_names()
    return [AuditEvent.objects.count(), "records_later" in tables, [f.title for f in verify() if f.broken]]


def test_books_of_this_version_are_opened_and_need_no_upgrade(books: Any) -> None:
    ended = books.office.run(lambda: [open_books(), list(upgrade().applied), state()[2]])
    assert ended == Ended(value=["", [], []])


def test_older_books_are_not_opened_and_not_touched(books: Any) -> None:
    office = later(books)
    ended = office.run(open_books)
    assert ended.kind == "OlderBooks"
    assert "请先运行 jubao upgrade" in ended.refused
    assert "records.0002_later" in ended.refused
    assert office.run(state).value[1] is False


def test_newer_books_are_refused_by_the_names_of_what_is_unknown(books: Any) -> None:
    office = later(books)
    assert office.run(bring_up) == Ended(value=1)
    (books.program / "0002_later.py").unlink()
    for function in (open_books, upgrade):
        ended = office.run(function)
        assert ended.kind == "NewerBooks"
        assert "records.0002_later" in ended.refused


def test_an_upgrade_applies_what_lacks_and_keeps_the_old_books(books: Any) -> None:
    office = later(books)
    before = office.run(state).value
    ended = office.run(lambda: [list(upgrade().applied), open_books(), state()])
    assert ended == Ended(value=[["records.0002_later"], "", [before[0], True, []]])
    if connection.vendor == "sqlite":
        kept = office.home / "before-upgrade-01.sqlite3"
        with closing(sqlite3.connect(kept)) as old:
            assert old.execute("SELECT count(*) FROM records_auditevent").fetchone() == (before[0],)
            assert old.execute("SELECT count(*) FROM sqlite_master WHERE name = 'records_later'").fetchone() == (0,)
        assert not list(office.home.glob("*.upgrading*"))


@pytest.mark.parametrize(("migration", "word"), [(TAMPERS, "处不符，升级未生效"), (FAILS, "")])
def test_an_upgrade_after_which_something_does_not_hold_leaves_the_books_as_they_were(
    books: Any, migration: str, word: str
) -> None:
    office = later(books, migration)
    before = office.run(state).value
    ended = office.run(bring_up)
    assert ended.refused + ended.failed
    assert word in ended.refused
    assert office.run(state).value == before
    (books.program / "0002_later.py").unlink()
    assert office.run(open_books) == Ended(value="")
    assert not list(office.home.glob("*upgrad*"))


@pytest.mark.parametrize("place", ["_migrate_file", "sync_directory"])
@pytest.mark.sqlite
def test_an_upgrade_that_was_killed_is_done_or_undone(books: Any, place: str) -> None:
    """Before the last step the old books stand; after it, the new ones do, and the old ones are kept."""
    office = later(books)
    before = office.run(state).value

    def killed() -> None:
        pytest.MonkeyPatch().setattr(upgrading, place, lambda *_: die())
        upgrade()

    assert office.run(killed).signal == signal.SIGKILL
    assert office.run(state).value == [before[0], place == "sync_directory", []]
    assert office.run(bring_up) == Ended(value=0 if place == "sync_directory" else 1)
    assert office.run(state).value == [before[0], True, []]


@pytest.mark.sqlite
def test_books_that_somebody_has_open_are_not_upgraded(books: Any) -> None:
    office = later(books)
    with closing(sqlite3.connect(office.database)) as busy:
        busy.execute("SELECT count(*) FROM records_staff").fetchone()
        assert office.run(bring_up).kind == "InUse"


@pytest.mark.postgres
def test_an_upgrade_waits_its_turn_like_any_writer(books: Any) -> None:
    """On a server others may be at work: it takes the writers' lock first."""
    office = later(books)
    taken: list[bool] = []

    def told() -> Any:
        lock = audit.lock_chain
        patch = pytest.MonkeyPatch()
        patch.setattr(audit, "lock_chain", lambda: taken.append(True) or lock())
        upgrade()
        return taken

    assert office.run(told) == Ended(value=[True])


def test_empty_books_that_were_begun_are_made_complete(books: Any, tmp_path: Path) -> None:
    """Killed while the tables were made: no act was done, so nothing can be lost."""
    with elsewhere(tmp_path / "begun") as place:
        assert place.run(lambda: MigrationRecorder(connection).ensure_schema()) == Ended()
        assert place.run(lambda: [open_books(), AuditEvent.objects.count()]) == Ended(value=["", 0])


def test_the_names_of_migrations_are_known_without_reading_them() -> None:
    """Opening an office asks this of every command, so it must agree with what Django would find."""
    from django.db.migrations.loader import MigrationLoader

    found = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    assert shape.known_migrations() == found
