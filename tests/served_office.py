"""An office behind its service, in processes as users of their own: the service, clerks who ask it, and a hand without manners.

As root the service runs as nobody and each clerk as another user, who cannot read its directory. Otherwise all are one user,
and what needs several is skipped visibly.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from jubao.cli.serving.messages import receive, send

ROOT = Path(__file__).resolve().parent.parent
MANY_USERS = os.geteuid() == 0
NOBODY = 65534
PHRASE = "桥东第3家Lamian面馆"
SOON = 60

FOUND = """
import json, sys
from datetime import datetime
from zoneinfo import ZoneInfo
from jubao.cli.setup import open_office
open_office(writes=True)
from jubao.operations.envelope.acting import propose
from jubao.operations.envelope.hands import Hand, acting
from jubao.operations.identity import key_files
from jubao.records.acts import Signature
from tests.office import LAYOUT
from tests.served_office import PHRASE, ROOT

at = datetime.now(ZoneInfo("Asia/Shanghai"))
layout = [*LAYOUT, ("P1", "管理员", ["PERMISSION"], [])]
secrets = {code: key_files.new_secrets() for code, *_ in layout}
for code in ("L1", "L2", "L4"):
    key_files.write(key_files.sealed(code, secrets[code], PHRASE))
case = json.loads((ROOT / "docs" / "founding" / "office.json").read_text("utf-8"))
case["staff"] = [
    {"staff": code, "name": "职工" + code, "title": title, "section": "办公室", "posts": posts, "cover": cover,
     "key": secrets[code].public, "external": code == "P1"}
    for code, title, posts, cover in layout
]
with acting(Hand("P1", secrets["P1"].key, Signature.Proof.CODE, at)):
    propose("office.found", [case], key="found", by="P1", on=at.date(), at=at)
print(json.dumps({code: one.codes.hex() for code, one in secrets.items()}))
"""


@dataclass(frozen=True)
class Clerk:
    """Somebody at this machine: a user, and a folder of theirs."""

    uid: int | None
    folder: Path
    group: int | None

    @property
    def identity(self) -> dict[str, Any]:
        """As whom a process of theirs is started."""
        return {} if self.uid is None else {"user": self.uid, "group": self.group, "extra_groups": []}


@cache
def interpreter() -> str:
    """A Python that other users may run, of the version of ours, with the packages of ours."""
    if not MANY_USERS:
        return sys.executable
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    asked = "import sys, sqlite3, ctypes, django, numpy, jubao; print('%d.%d' % sys.version_info[:2])"
    for one in (sys.executable, f"/usr/bin/python{ours}", f"/usr/local/bin/python{ours}"):
        words = [one, "-c", asked]
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, check=False, user=NOBODY, cwd="/", env=environment()
            )
        except OSError:
            continue
        if done.stdout.split()[:1] == [ours]:
            return one
    pytest.skip("no interpreter, or no packages, that another user may read")


def environment(**named: str) -> dict[str, str]:
    """What processes of the service and of clerks know; nothing of whoever runs the tests."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT), packages])
    return {"PATH": os.defpath, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"} | named


@dataclass
class Served:
    """An office and its service."""

    root: Path
    owner: Clerk
    process: "subprocess.Popen[bytes] | None" = None
    clerks: list[Clerk] = field(default_factory=list)
    codes: dict[str, bytes] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The office's directory, the service's own."""
        return self.root / "home"

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.root / "run" / "jubao.socket"

    @property
    def log(self) -> str:
        """What the service wrote."""
        return (self.root / "log").read_text("utf-8")

    def clerk(self, uid: int, *, member: bool = True) -> Clerk:
        """Somebody else, of the service's group or not."""
        folder = self.root / f"clerk-{uid}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if MANY_USERS:
            os.chown(folder, uid, NOBODY)
        return Clerk(uid if MANY_USERS else None, folder, NOBODY if member else uid)

    def start(self, *words: str) -> None:
        """Start the service, and wait until it listens."""
        with (self.root / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [interpreter(), "-m", "jubao", "serve", "--socket", str(self.socket), *words],
                env=environment(JUBAO_HOME=str(self.home), HOME=str(self.owner.folder)),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self.owner.identity,
            )
        assert_soon(self.listens)

    def listens(self) -> bool:
        """Whether somebody answers at the socket."""
        assert self.process is not None
        assert self.process.poll() is None, self.log
        with socket.socket(socket.AF_UNIX) as asked:
            return asked.connect_ex(str(self.socket)) == 0

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell the service to end; its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(SOON)

    def as_owner(self, *words: str) -> str:
        """What a program of the service's own user prints."""
        done = subprocess.run(
            [interpreter(), *words],
            env=environment(JUBAO_HOME=str(self.home)),
            cwd="/",
            capture_output=True,
            check=False,
            text=True,
            **self.owner.identity,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def begin(self, who: Clerk, *words: str, **streams: Any) -> "subprocess.Popen[str]":
        """A command of somebody's, as it starts."""
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
        known = environment(JUBAO_SOCKET=str(self.socket), HOME=str(who.folder))
        return subprocess.Popen(
            [interpreter(), "-P", "-m", "jubao", *words],
            env=known,
            cwd=who.folder,
            text=True,
            **streams,
            **who.identity,
        )

    def run(self, who: Clerk, *words: str, typed: Sequence[str] = ()) -> "subprocess.CompletedProcess[str]":
        """A command of somebody's, from start to end."""
        begun = self.begin(who, *words)
        out, err = begun.communicate("".join(f"{line}\n" for line in typed), timeout=SOON * 2)
        assert "Traceback" not in out + err, err
        return subprocess.CompletedProcess(words, begun.returncode, out, err)

    def log_in(self, who: Clerk, staff: str) -> "subprocess.CompletedProcess[str]":
        """Somebody logs in, once: a code serves one time."""
        return self.run(who, "login", staff, typed=[PHRASE, self.code_of(staff)])

    def code_of(self, staff: str) -> str:
        """What somebody's phone shows; RFC 6238, worked by the library and not by the house."""
        return TOTP(self.codes[staff], 6, SHA1(), 30).generate(int(time.time())).decode()  # noqa: S303  what phones speak

    def children(self) -> list[int]:
        """Processes that carry out requests of this office."""
        found = []
        for line in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if f"jubao.cli.serving\x00{self.home}" in line.read_text("utf-8", "replace"):
                    found.append(int(line.parent.name))
            except OSError:  # it has ended
                continue
        return found

    def left_overs(self) -> list[Path]:
        """Folders of requests."""
        return list((self.home / "requests").iterdir())


def asked_raw(at: Path, told: Any, descriptors: Sequence[int]) -> list[dict[str, Any]]:
    """Every message that answers a request made by hand; files that come back are closed."""
    answers = []
    with socket.socket(socket.AF_UNIX) as connection, suppress(ConnectionError):  # dropped before it was read whole
        connection.connect(str(at))
        send(connection, told, descriptors)
        while (message := receive(connection, most=1, within=SOON)) is not None:
            told, held = message
            for one in held:
                told["content"] = os.pread(one, 1 << 16, 0)
                os.close(one)
            answers.append(told)
    return answers


def assert_soon(holds: Callable[[], Any]) -> None:
    """Something becomes true; how fast is nobody's business here."""
    until = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < until, "it did not become true"
        time.sleep(0.05)


@contextmanager
def served(*, founded: bool) -> Iterator[Served]:
    """An office behind its service; gone afterwards."""
    root = Path(tempfile.mkdtemp(prefix="jubao-"))
    root.chmod(0o755)
    owner = Clerk(NOBODY if MANY_USERS else None, root / "owner", NOBODY)
    office = Served(root, owner)
    try:
        for name in ("home", "run", "owner"):
            (root / name).mkdir(mode=0o700)
            if MANY_USERS:
                os.chown(root / name, NOBODY, NOBODY)
        (root / "run").chmod(0o755)
        if founded:
            told = json.loads(office.as_owner("-c", FOUND).splitlines()[-1])
            office.codes = {staff: bytes.fromhex(codes) for staff, codes in told.items()}
        else:
            office.as_owner("-m", "jubao", "whoami")  # books are made by the first who comes, one at a time
        office.start()
        yield office
    finally:
        if office.process is not None:
            office.stop(signal.SIGKILL)
        for child in office.children():
            os.kill(child, signal.SIGKILL)
        shutil.rmtree(root, ignore_errors=True)


def hash_in(said: str) -> str:
    """The hash a proposal's answer shows."""
    found = re.search(r"^[0-9a-f]{64}$", said, re.MULTILINE)
    assert found, said
    return found.group()


def year() -> int:
    """This year, by the clock the service's processes have."""
    return datetime.now().astimezone().year
