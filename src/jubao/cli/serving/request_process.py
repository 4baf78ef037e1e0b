"""One request beside its child process: started with the caller's descriptors, watched, interrupted, ended."""

import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from jubao.cli.serving.messages import STREAMS, Request

GRACE = 10
"""Seconds an interrupted command may take to end by itself."""
OWN = {
    "JUBAO_SOCKET",
    "JUBAO_SESSION",
    "JUBAO_STAFF",
    "JUBAO_PEER",
    "SSH_CONNECTION",
    "LANGUAGE",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
}
"""What the service's own environment may say and the caller's decides."""


def carry_out(
    request: Request, descriptors: Sequence[int], connection: socket.socket, *, peer: str, home: Path, longest: int
) -> tuple[int, bool]:
    """Run a request's command in a process of its own.

    Args:
        request: what is asked; ``descriptors``: the caller's streams, then the files.
        connection: to the caller, who may interrupt; the child hands files and session back over it.
        peer: who asks, as the machine knows it; ``home``: the office's directory; ``longest``: seconds.
    Returns:
        Its exit code, minus the signal where one ended it; and whether it took too long.
    """
    with _folder(home) as (folder, held), _sealed(request) as asked:
        kept = [connection.fileno(), asked, *descriptors[STREAMS:]]
        signal.pthread_sigmask(
            signal.SIG_BLOCK, {signal.SIGINT}
        )  # this thread's child hears it when its command begins
        standard_in, standard_out, standard_error = descriptors[:STREAMS]
        child = subprocess.Popen(  # noqa: S603  our own program, by the interpreter that runs us; no word of the caller's
            [sys.executable, "-P", "-m", "jubao.cli.serving", str(folder), *map(str, kept)],
            stdin=standard_in,
            stdout=standard_out,
            stderr=standard_error,
            pass_fds=[*kept, held],
            env=_environment(request, peer, home),
            start_new_session=True,
        )
        late = _watch(child, connection, longest)
        return child.wait(), late


def folder_of_requests(home: Path) -> Path:
    """Where each request has its folder while it lasts."""
    requests = home / "requests"
    requests.mkdir(mode=0o700, exist_ok=True)
    return requests


def sweep(home: Path) -> None:
    """Remove what requests left that nobody carries out any more."""
    for folder in folder_of_requests(home).iterdir():
        handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            continue  # its child outlived an earlier service
        finally:
            os.close(handle)
        shutil.rmtree(folder)


def _watch(child: "subprocess.Popen[bytes]", connection: socket.socket, longest: int) -> bool:
    """Wait for the end; whatever the caller says, or their going, interrupts. What does not end then is ended.

    Returns:
        Whether it took too long.
    """
    until = time.monotonic() + longest
    ends = os.pidfd_open(child.pid)
    try:
        with selectors.DefaultSelector() as ready:
            ready.register(ends, selectors.EVENT_READ)
            ready.register(connection, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                found = {key.fd for key, _ in ready.select(left)}
                if ends in found:
                    return False
                if found:
                    os.kill(child.pid, signal.SIGINT)
                    if not _said(connection):
                        ready.unregister(connection)
                        until = min(until, time.monotonic() + GRACE)
            os.kill(child.pid, signal.SIGINT)
            if connection in ready.get_map():
                ready.unregister(connection)
            ready.select(GRACE)
            return True
    finally:
        os.killpg(child.pid, signal.SIGKILL)  # before it is waited for: nobody else can have its number
        os.close(ends)


def _said(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096, socket.MSG_DONTWAIT)
    except OSError:
        return b""


@contextmanager
def _folder(home: Path) -> Iterator[tuple[Path, int]]:
    """A folder of the request's own, gone with it, and the lock that says it is in use as long as its child lives."""
    folder = Path(tempfile.mkdtemp(dir=folder_of_requests(home)))
    held = os.open(folder, os.O_RDONLY)
    try:
        flock(held, LOCK_EX)
        yield folder, held
    finally:
        os.close(held)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _sealed(request: Request) -> Iterator[int]:
    """The request in memory, for the child alone: neither the list of processes nor the disk shows words or token."""
    handle = os.memfd_create("request")
    try:
        os.write(handle, json.dumps(request.told()).encode("ascii"))
        os.lseek(handle, 0, os.SEEK_SET)
        yield handle
    finally:
        os.close(handle)


def _environment(request: Request, peer: str, home: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OWN and not name.startswith("LC_")}
    fixed = {"JUBAO_HOME": str(home), "JUBAO_PEER": peer, "PYTHONSAFEPATH": "1"}
    return inherited | dict(request.environment) | fixed
