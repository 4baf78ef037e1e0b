"""A throw-away database, set back to the same state before every measurement."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE, LIVE = "jubao", "live"


@dataclass
class Books:
    """The database of one benchmark: ``keep`` what was prepared, ``fresh`` before each run."""

    engine: str
    home: Path

    def keep(self) -> None:
        """Remember the present state as the one to start from."""
        from django.db import connection

        if self.engine == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.execute("ANALYZE")
            connection.close()
            shutil.copyfile(self._file(), self._file().with_suffix(".base"))
        else:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            connection.close()

    def fresh(self) -> None:
        """Go back to what was kept, with a new connection and nothing in the reading desk's memory."""
        from django.db import connection

        from jubao.operations import inbound

        connection.close()
        inbound._READ.clear()  # noqa: SLF001  # a new day at the inbound desk: files are read again
        if self.engine == "sqlite":
            for suffix in ("-wal", "-shm"):
                self._file().with_name(self._file().name + suffix).unlink(missing_ok=True)
            shutil.copyfile(self._file().with_suffix(".base"), self._file())
        else:
            create_database(LIVE, template=BASE)
        connection.ensure_connection()

    def _file(self) -> Path:
        return self.home / "jubao.sqlite3"



def create_database(name: str, *, template: str = "template1") -> None:
    """Make a database of the temporary server anew and turn to it."""
    from django.db import connection

    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    connection.close()
    connection.settings_dict["NAME"] = name


@contextmanager
def open_books(engine: str) -> Iterator[Books]:
    """An empty, migrated office of its own on SQLite or on a temporary PostgreSQL server."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jubao-bench-")))
        os.environ |= {"JUBAO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "jubao.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        if engine == "postgres":
            from tests.postgres import temporary_cluster

            os.environ["DATABASE_URL"] = stack.enter_context(temporary_cluster())
        stack.callback(_close)
        _migrate(engine)
        yield Books(engine, home)


def _migrate(engine: str) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.UNSAFE_ENGINE_ALLOWED = engine == "postgres"    # the tests' server forgets fsync; the office's never may
    django.setup()
    if engine == "postgres":
        create_database(BASE)
    from jubao.operations import declare_all

    declare_all()
    call_command("migrate", verbosity=0, interactive=False)


def _close() -> None:
    from django.db import connection

    connection.close()


def statements(run: Callable[[], Any]) -> int:
    """Do something and count the SQL statements it sent (a bulk write counts as one or none)."""
    from django.db import connection

    sent = 0

    def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        nonlocal sent
        sent += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        run()
    return sent
