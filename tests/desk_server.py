"""The desk as a process of its own: started as its unit starts it, asked over http or https, stopped, killed."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOON = 60
NOT_OURS = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "JUBAO_TEST_DATABASE_URL", "JUBAO_ANCHORS", "JUBAO_CLOCK"}


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass(frozen=True)
class Answered:
    """What a page answered: its status, its headers, and the page."""

    status: int
    headers: Message
    text: str


@dataclass
class Desk:
    """A running desk: its process, the office's directory, where it listens, what it printed, and the certificate it shows."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int
    log: Path
    certificate: Path | None = None

    @property
    def address(self) -> str:
        """Its address, without a slash at the end."""
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}"

    def get(self, path: str) -> "Answered":
        """Ask for a page."""
        with closing(self._connection()) as asked:
            asked.request("GET", path)
            answer = asked.getresponse()
            return Answered(answer.status, answer.headers, answer.read().decode())

    def _connection(self) -> HTTPConnection:
        if self.certificate is None:
            return HTTPConnection("127.0.0.1", self.port, timeout=SOON)
        context = ssl.create_default_context(cafile=str(self.certificate))
        return HTTPSConnection("127.0.0.1", self.port, timeout=SOON, context=context)

    def wait(self) -> None:
        """Until it answers; where it ended instead, what it said."""
        for _ in range(SOON * 20):
            if self.process.poll() is not None:
                raise AssertionError(self.log.read_text("utf-8"))
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"nobody answers: {self.log.read_text('utf-8')}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop or kill it; gives its exit code."""
        self.process.send_signal(how)
        return self.process.wait(SOON)


@contextmanager
def desk_of(home: Path, *words: str, certificate: Path | None = None, **named: str) -> Iterator[Desk]:
    """A desk on an office's directory, running until the block ends."""
    port = free_port()
    log = Path(tempfile.mkstemp(prefix="jubao-desk-", suffix=".log")[1])
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    environment = inherited | {"JUBAO_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"} | named
    command = [sys.executable, "-m", "jubao", "desk", "--no-demo", "--port", str(port), *words]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT, cwd=home)
    running = Desk(process, home, port, log, certificate)
    try:
        running.wait()
        yield running
    finally:
        if process.poll() is None:
            running.end(signal.SIGKILL)
        log.unlink()
