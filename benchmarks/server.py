"""A throw-away PostgreSQL server that keeps its promises: what it acknowledged is on the disk, as in an office."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks import machine
from tests import postgres

DURABLE = (
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "listen_addresses=''",
    "max_connections=60",
    "shared_buffers=256MB",
    "max_wal_size=4GB",
)
PGBENCH = "pgbench"


@dataclass(frozen=True)
class Server:
    """A running server: its socket directory, its programs, and who runs them (nobody else where we are not root)."""

    home: Path
    binaries: Path
    user: str | None

    @property
    def url(self) -> str:
        """How to reach its database of the same name as its superuser."""
        return f"postgres://jubao@/jubao?host={quote(str(self.home), safe='')}"

    def program(self, name: str) -> Path | None:
        """A program of the server, or of the machine; None where there is none."""
        beside = self.binaries / name
        found = str(beside) if beside.exists() else shutil.which(name)
        return Path(found) if found else None


@contextmanager
def durable_server() -> Iterator[Server]:
    """A fresh server with fsync on, whose processor time is counted; stopped and deleted at the end.

    Raises:
        tests.postgres.NoPostgres: saying what to install.
    """
    user = postgres._ordinary_user()  # noqa: SLF001  the tests know how to find and make a server
    home = Path(tempfile.mkdtemp(prefix="jubao-bench-pg-"))
    if user:
        shutil.chown(home, user)
    try:
        server = Server(home, postgres._find_binaries(user, home), user)  # noqa: SLF001
        postgres._initialise(server.binaries, home, user)  # noqa: SLF001
        options = " ".join([*(f"-c {setting}" for setting in DURABLE), f"-k {home}"])
        _control(server, "-l", home / "server.log", "-o", options, "-w", "-t", "60", "start")
        process = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
        machine.watch(process)
        try:
            yield server
        finally:
            machine.forget(process)
            _control(server, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _control(server: Server, *words: str | Path) -> None:
    command = [server.binaries / "pg_ctl", "-D", server.home / "data", *words]
    postgres._run(command, server.user, server.home)  # noqa: SLF001


# ── pgbench: the server's own small transactions ──


def make_pgbench(server: Server, scale: int) -> bool:
    """Fill pgbench's tables in a database of their own; False where pgbench is not installed."""
    program = server.program(PGBENCH)
    if program is None:
        return False
    _pgbench(server, program, "-i", "-q", "-s", str(scale))
    return True


def run_pgbench(server: Server, *, clients: int, transactions: int) -> None:
    """Run pgbench -N (an update, a select and an insert, no shared row): so many transactions by each client."""
    program = server.program(PGBENCH)
    assert program is not None, "asked before"
    _pgbench(server, program, "-n", "-N", "-c", str(clients), "-j", str(clients), "-t", str(transactions))


def _pgbench(server: Server, program: Path, *words: str) -> None:
    command = [str(program), "-h", str(server.home), "-U", "jubao", *words, "postgres"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  our own server
