"""Pages of the desk under twenty people at once, over a register of many: beside a framed page that runs ``select 1``."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import district
from benchmarks.books import LIVE, Books
from benchmarks.measure import Contender, Goal, Run

USERS, EACH, TAIL, WITHIN = 20, 20, 0.95, 5.0
WORKERS, THREADS = 2, 10
BY_NAME = "/lists/register?order=name"
STAFF = "D2"
BARE, FRAMED = "select 1", "select 1 in the frame"


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure person and list pages of the desk over ``rows`` people, each asked by twenty users at once."""
    district.found()
    changes = district.draft()
    district.add_people(changes, rows, with_account=True)
    district.write(changes)
    books.keep()
    books.fresh()
    with _served(books) as served:
        far = _far(min(1_000, rows // 50 - 1))
        some = _some(rows)
        addresses = {
            BARE: ["/bench/bare"] * len(some),
            FRAMED: ["/bench/framed"] * len(some),
            "person": [f"/people/{key}" for key in some],
            "list page 1": [BY_NAME] * len(some),
            "list far page": [far] * len(some),
        }
        for asked in addresses.values():
            served.get(asked[0])
        checked = f"核对无误：{len(addresses)} 种页面均为 200"
        notes = [
            f"{USERS} users at once, each {EACH} pages after one another; {WORKERS} processes of {THREADS} threads; rows are pages",
            f"{BARE}: Django answers what the database says to select 1; {FRAMED}: the same as a page of the desk",
            f"far page: behind {min(1_000, rows // 50 - 1) * 50:,} people in the order of names",
        ]
        result = Run("pages", books.engine, rows, checked, notes)
        tails: dict[str, list[float]] = {name: [] for name in addresses}
        contenders = [
            Contender(
                name,
                "limit" if name in {BARE, FRAMED} else "ours",
                partial(_asked, served, asked, tails[name]),
                len(asked),
                "" if name in {BARE, FRAMED} else FRAMED,
            )
            for name, asked in addresses.items()
        ]
        result.measure(contenders, rounds=rounds)
    ends = {name: _tail(taken) for name, taken in tails.items()}
    result.notes += [
        f"p95 {name}: {1000 * ends[name]:.0f} ms, median {1000 * statistics.median(tails[name]):.0f}" for name in ends
    ]
    for name in ("person", "list page 1", "list far page"):
        for other in (FRAMED, BARE):
            result.goals.append(Goal(f"p95 {name} / p95 {other}", WITHIN, ends[name] / ends[other]))
    return result


class _Socket(http.client.HTTPConnection):
    """HTTP over a socket of the file system."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=120)
        self._path = path

    def connect(self) -> None:
        """Reach the server."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


class _Server:
    """The desk as it listens, and the cookie of whoever asks."""

    def __init__(self, path: str, cookie: str) -> None:
        self.path, self.cookie = path, cookie

    def get(self, address: str, connection: _Socket | None = None) -> str:
        """A page, whole and shown; anything else is a mistake."""
        asked = connection or _Socket(self.path)
        asked.request("GET", address, headers={"Cookie": self.cookie, "Host": "localhost"})
        answer = asked.getresponse()
        text = answer.read().decode()
        assert answer.status == http.client.OK, (answer.status, address, text[:500])
        return text


@contextmanager
def _served(books: Books) -> Iterator[_Server]:
    """The desk over these books, in processes of its own."""
    from jubao.desk.frame.seat import cookie_name, trial_token

    environment = dict(os.environ)
    if books.server is not None:
        environment["DATABASE_URL"] = books.server.url.replace("/jubao?", f"/{LIVE}?")
    with tempfile.TemporaryDirectory(prefix="jubao-desk-") as folder:
        path = str(Path(folder) / "desk.socket")
        command = [sys.executable, "-m", "gunicorn", "benchmarks.desk_site:application", "--bind", f"unix:{path}"]
        command += ["--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)]
        command += ["--no-control-socket", "--log-level", "warning"]
        process = subprocess.Popen(command, env=environment)  # noqa: S603  our own program
        try:
            _wait(path, process)
            yield _Server(path, f"{cookie_name()}={trial_token(STAFF)}")
        finally:
            process.terminate()
            process.wait(30)


def _wait(path: str, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        assert process.poll() is None, "the desk did not start"
        with socket.socket(socket.AF_UNIX) as asked:
            if asked.connect_ex(path) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the desk does not answer")


def _some(rows: int) -> list[int]:
    """Keys of people from all over the register, one for each page that is asked."""
    from jubao.records.models import Person

    first = Person.objects.order_by("id").values_list("id", flat=True)[0]
    return [first + number * rows // (USERS * EACH) for number in range(USERS * EACH)]


def _far(pages: int) -> str:
    """The address of a page far behind, by name, as the page before it would lead there."""
    from jubao.records.models import Person
    from jubao.reports.lists.cursor import Cursor

    names = Person.objects.order_by("name", "id").values_list("id", flat=True)
    key = names[pages * 50 - 1]
    after = Cursor(0, key).write("register/name")
    return f"{BY_NAME}&after={after}&from={pages * 50}"


def _asked(served: _Server, addresses: Sequence[str], tails: list[float]) -> None:
    """Every address once, by twenty users at once; how long each page took is added."""
    shares = [addresses[user::USERS] for user in range(USERS)]
    with ThreadPoolExecutor(USERS) as users:
        for taken in users.map(partial(_one_user, served), shares):
            tails += taken


def _one_user(served: _Server, addresses: Sequence[str]) -> list[float]:
    connection, taken = _Socket(served.path), []
    for address in addresses:
        begin = time.perf_counter()
        served.get(address, connection)
        taken.append(time.perf_counter() - begin)
    connection.close()
    return taken


def _tail(taken: Sequence[float]) -> float:
    return sorted(taken)[int(TAIL * len(taken))]
