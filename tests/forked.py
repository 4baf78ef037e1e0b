"""Processes of their own for tests about crashes and races: forked, each with a connection of its own to the same books.

The tests of a file that use them work on one set of committed books (``committed_books``), so that every process sees them.
"""

import json
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase, override_settings

from jubao.operations.envelope import planning
from jubao.operations.envelope.acting import Answer
from jubao.operations.envelope.fault import Refused
from tests import hand_over
from tests.office import Office
from tests.trial import on_trial

_INHERITED: list[Any] = []  # kept, so that nobody closes in a child what belongs to the parent


@dataclass(frozen=True)
class Ended:
    """How a process ended: what its function gave, the refusal it met, its other failure, or the signal that ended it."""

    value: Any = None
    refused: str = ""
    kind: str = ""
    failed: str = ""
    signal: int = 0


@contextmanager
def committed_books(blocker: Any, home: Path, make: Callable[[], Any] = Office) -> Iterator[Path]:
    """An office in a home of its own, its books committed; emptied once at the end, for tests that come after.

    The tests are marked ``django_db(transaction=True)``; what would empty the books after each of them is put off.
    """
    put_off = pytest.MonkeyPatch()
    put_off.setattr(TransactionTestCase, "_fixture_teardown", lambda _: None)
    with blocker.unblock(), override_settings(JUBAO_HOME=home):
        hand_over.declare()
        try:
            make()
            yield home
        finally:
            put_off.undo()
            hand_over.forget()
            call_command("flush", verbosity=0, interactive=False)


def forked(function: Callable[[], Any], *, wait: float | None = None) -> Ended:
    """Run a function in a process of its own and tell how it ended."""
    return together([function], wait=wait)[0]


@dataclass(frozen=True)
class Elsewhere:
    """Another office: its home, and its own empty database on the engine of this run."""

    home: Path
    database: str

    def run(self, function: Callable[[], Any]) -> Ended:
        """Run a function in a process that works in this office, and tell how it ended."""

        def there() -> Any:
            with override_settings(JUBAO_HOME=self.home):
                return function()

        return together([there], database=self.database)[0]


@contextmanager
def elsewhere(home: Path) -> Iterator[Elsewhere]:
    """An office of its own under a home, with the key of this run and no books yet."""
    on_trial(home)
    (home / "keys" / "audit.key").write_text(str(settings.AUDIT_KEY))
    if connections["default"].vendor == "sqlite":
        yield Elsewhere(home, str(home / "jubao.sqlite3"))
        return
    name = f"elsewhere_{uuid4().hex[:12]}"
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield Elsewhere(home, name)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _server() -> Any:
    """A connection of its own to the server, outside every transaction."""
    import psycopg

    told = connections["default"].settings_dict
    return psycopg.connect(host=told["HOST"], user=told["USER"], dbname="postgres", autocommit=True)


def together(
    functions: Sequence[Callable[[], Any]], *, wait: float | None = None, database: str | None = None
) -> list[Ended]:
    """Run some functions at the same time, each in a process of its own; they start when all of them are ready.

    Args:
        functions: what each process does; what it gives must be plain JSON, or an answer of the envelope.
        wait: seconds a process waits for another's lock; default as in the office.
        database: another database; default the one of the tests.
    """
    gate, opener = os.pipe()
    started = [_start(function, gate, opener, wait, database) for function in functions]
    os.close(gate)
    for _, told, ready in started:
        os.read(ready, 1)
        os.close(ready)
        assert told
    os.close(opener)
    return [_end(process, told) for process, told, _ in started]


def _start(
    function: Callable[[], Any], gate: int, opener: int, wait: float | None, database: str | None
) -> tuple[int, int, int]:
    told, tell = os.pipe()
    ready, be_ready = os.pipe()
    process = os.fork()
    if process:
        os.close(tell)
        os.close(be_ready)
        return process, told, ready
    code = 1
    try:
        os.close(opener)
        _connect_anew(wait, database)
        os.write(be_ready, b".")
        os.read(gate, 1)  # returns when the parent lets the gate go
        os.write(tell, json.dumps(_done(function)).encode())
        code = 0
    finally:
        os._exit(code)


def _connect_anew(wait: float | None, database: str | None) -> None:
    old = connections["default"]
    _INHERITED.append((old, old.connection))
    fresh = connections.create_connection("default")
    if wait is not None:
        options = fresh.settings_dict["OPTIONS"]
        options |= {"timeout": wait} if fresh.vendor == "sqlite" else {"options": f"-c lock_timeout={int(wait * 1000)}"}
    if database is not None:
        fresh.settings_dict["NAME"] = database
    connections["default"] = fresh
    if database is None:
        fresh.connect()
    planning._PLANS.clear()
    hand_over.CLOCK.stands = True


def _done(function: Callable[[], Any]) -> dict[str, Any]:
    try:
        given = function()
    except Refused as refused:
        return {"refused": str(refused), "kind": type(refused).__name__}
    except Exception:  # noqa: BLE001  whatever it is, the parent is told
        return {"failed": traceback.format_exc()}
    return {"value": given.__dict__ if isinstance(given, Answer) else given}


def _end(process: int, told: int) -> Ended:
    with os.fdopen(told, "rb") as words:
        text = words.read()
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        return Ended(signal=os.WTERMSIG(status))
    return Ended(**json.loads(text))


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)
