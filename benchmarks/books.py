"""A throw-away database, set back to the same state before every measurement."""

import multiprocessing
import os
import pickle
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.server import Server, durable_server

BASE, LIVE = "jubao", "live"
Job = Callable[[], Any]


@dataclass
class Books:
    """The database of one benchmark: ``keep`` what was prepared, ``fresh`` before each run."""

    engine: str
    home: Path
    server: Server | None = None

    def keep(self) -> None:
        """Remember the present state as the one to start from."""
        from django.db import connection

        if self.server is None:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.execute("ANALYZE")
            connection.close()
            shutil.copyfile(self._file(), self._file().with_suffix(".base"))
            return
        if connection.settings_dict["NAME"] == LIVE:
            connection.close()
            create_database(BASE, template=LIVE)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        connection.close()

    def fresh(self) -> None:
        """Go back to what was kept, with a new connection and nothing that this process remembers of earlier runs."""
        from django.db import connection

        connection.close()
        forget()
        for tray in ("anchors", "outbound"):
            shutil.rmtree(self.home / tray, ignore_errors=True)
        if self.server is None:
            for suffix in ("-wal", "-shm"):
                self._file().with_name(self._file().name + suffix).unlink(missing_ok=True)
            shutil.copyfile(self._file().with_suffix(".base"), self._file())
        else:
            create_database(LIVE, template=BASE)
        connection.ensure_connection()

    def size_mib(self) -> int:
        """How large the books are on the disk."""
        from django.db import connection

        if self.server is None:
            return sum(path.stat().st_size for path in self.home.glob("jubao.sqlite3*") if path.suffix != ".base") >> 20
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0]) >> 20

    def peak_mib(self, job: Job) -> int:
        """Do a job on fresh books in a process of its own, and give the most memory that process held, MiB."""
        self.fresh()
        crew = Crew(self, [job])
        [done] = crew.work()
        return done.peak_mib

    def _file(self) -> Path:
        return self.home / "jubao.sqlite3"


def forget() -> None:
    """Forget files read and plans made, as a process would that has just started."""
    from jubao.operations import inbound
    from jubao.operations.envelope import planning

    inbound._READ.clear()  # noqa: SLF001
    planning._PLANS.clear()  # noqa: SLF001


def create_database(name: str, *, template: str = "template1") -> None:
    """Make a database of the temporary server anew and turn to it."""
    from django.db import connection

    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        cursor.execute("CHECKPOINT")  # what was prepared is not written in somebody's measured time
    connection.close()
    connection.settings_dict["NAME"] = name


@contextmanager
def open_books(engine: str) -> Iterator[Books]:
    """Empty books of an office of their own, on SQLite or on a temporary PostgreSQL server; both survive a power cut."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jubao-bench-")))
        os.environ |= {"JUBAO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "jubao.config.settings"}
        for name in ("DATABASE_URL", "JUBAO_ANCHORS"):
            os.environ.pop(name, None)
        server = None
        if engine == "postgres":
            server = stack.enter_context(durable_server())
            os.environ["DATABASE_URL"] = server.url
        set_up()
        stack.callback(_close)
        if server is not None:
            create_database(BASE)
        _make()
        yield Books(engine, home, server)


def set_up() -> None:
    """Django and every act, as a process of the office has them."""
    import django

    django.setup()
    from jubao.operations import declare_all

    declare_all()


def _make() -> None:
    from jubao.operations.keeping.making import make_books

    make_books()


def _close() -> None:
    from django.db import connection

    connection.close()


def statements(run: Job) -> int:
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


# ── Other processes at the same books ──


@dataclass(frozen=True)
class Done:
    """What one process tells: what its job gave, the processor seconds it took, and the most memory it held."""

    value: Any
    cpu_seconds: float
    peak_mib: int


class Crew:
    """Processes of their own, started and connected, that wait for the word to begin."""

    def __init__(self, books: Books, jobs: Sequence[Job]) -> None:
        """Start one process for each job; a job is a function of a module, or a partial of one."""
        from django.db import connection

        name = str(connection.settings_dict["NAME"])
        connection.close()
        context = multiprocessing.get_context("spawn")
        self._lines, self._members = [], []
        for job in jobs:
            ours, theirs = context.Pipe()
            member = context.Process(target=_member, args=(books.engine, name, pickle.dumps(job), theirs))
            member.start()
            theirs.close()  # so that the line breaks when the member does
            self._lines.append(ours)
            self._members.append(member)
        for line in self._lines:
            line.recv()

    def work(self) -> list[Done]:
        """Give the word, wait for all, and give what each tells, in the order of the jobs."""
        for line in self._lines:
            line.send(None)
        told = [line.recv() for line in self._lines]
        for member in self._members:
            member.join()
        failed = [done for done in told if isinstance(done, str)]
        assert not failed, failed[0]
        machine.add_work(sum(done.cpu_seconds for done in told))
        return told


def _member(engine: str, database: str, packed: bytes, line: Any) -> None:
    """One process of a crew: connect, wait for the word, work, tell."""
    set_up()
    job: Job = pickle.loads(packed)  # noqa: S301  our own; its module needs Django, which is here only now
    from django.db import connection

    if engine == "postgres":
        connection.settings_dict["NAME"] = database
    connection.ensure_connection()
    line.send("ready")
    line.recv()
    worked = machine.worked()
    try:
        value = job()
        line.send(Done(value, machine.worked() - worked, machine.peak_mib()))
    except Exception:  # noqa: BLE001  whoever asked is told everything
        line.send(traceback.format_exc())
