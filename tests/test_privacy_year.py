"""A year of a small district leaks nobody's number, telephone or account: not printed, chained, named in a file, or left behind.

Controls F101 and T-18. The books themselves, the files of banks and senders, and the proposals hold what they must.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import ROOT
from tests.test_year import DEMO

HELD = {  # by table, the columns that hold what must not leave; read here by name, so that a new one is added knowingly
    "records_person": ("resident_number",),
    "records_identity": ("resident_number",),
    "records_residence": ("phone",),
    "records_bankaccount": ("account", "card_number"),
    "records_delegatedpayee": ("resident_number",),
    "records_bankline": ("account",),
}
RUNS = re.compile(rb"(?<![0-9A-Za-z])[0-9]{11,}[0-9Xx]?(?![0-9A-Za-z])")
"""A run of digits that stands alone, as long as a telephone number or longer."""
MAY_HOLD = {"inbound", "outbound", "district", "jubao.sqlite3", "jubao.sqlite3-wal", "jubao.sqlite3-shm", "keys"}
"""What holds numbers by its nature: what came in and went out, the invented district's own files, the books, secrets."""


class Year:
    """A home after its year, everything printed on the way, and what must not be found."""

    def __init__(self, home: Path) -> None:
        """Work the year, and read what the books hold."""
        self.home, self.temporary, self.printed = home, home.parent / "temporary", list[bytes]()
        self.temporary.mkdir()
        self.do(*DEMO[3:])
        self.planted = self.held()

    def do(self, *words: str) -> bytes:
        """Run a command; what it prints is kept, whatever becomes of it."""
        kept = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        }
        set_here = {"JUBAO_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(self.temporary)}
        done = subprocess.run(
            [sys.executable, "-m", "jubao", *words], env=kept | set_here, capture_output=True, check=False, timeout=900
        )
        self.printed += [done.stdout, done.stderr]
        return done.stdout + done.stderr

    def rows(self, sql: str) -> list[tuple[str, ...]]:
        """Rows of the books."""
        with sqlite3.connect(self.home / "jubao.sqlite3") as books:
            return books.execute(sql).fetchall()

    def held(self) -> set[bytes]:
        """Every number, telephone and account of the books."""
        found = set[bytes]()
        for table, columns in HELD.items():
            for row in self.rows(f'SELECT {", ".join(columns)} FROM "{table}"'):  # noqa: S608  named above
                found.update(str(value).encode() for value in row if value)
        return {value for value in found if RUNS.fullmatch(value)}

    def leaked(self, content: bytes) -> set[bytes]:
        """What of it stands in some bytes."""
        return {run for run in RUNS.findall(content) if run in self.planted or run.upper() in self.planted}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    return Year(tmp_path_factory.mktemp("year") / "home")


def somebody(year: Year) -> str:
    return year.rows("SELECT resident_number FROM records_person ORDER BY id")[0][0]


def test_what_must_not_leave_is_known(year: Year) -> None:
    """The search finds what it looks for: numbers, telephones and accounts are there, and a planted one is seen."""
    assert {len(value) for value in year.planted} >= {11, 18, 19}
    assert year.leaked(b"x " + somebody(year).encode() + b",") == {somebody(year).encode()}


def test_nothing_printed_tells_a_number(year: Year) -> None:
    number = somebody(year)
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    lists = year.do("list", "no-such", "--year", "2017", "--by", "D2").decode()
    names = re.findall(r"([a-z][a-z-]+)（", lists)
    assert len(names) > 20
    for name in names:
        year.do("list", name, "--year", "2017", "--by", "D2", "--limit", "200")
    figures = json.loads(year.do("figures", "--year", "2017", "--by", "D2", "--json"))["figures"]
    for one in figures[:: len(figures) // 6]:
        year.do("figures", "--year", "2017", "--by", "D2", "--behind", one["id"])
    keys = [key for (key,) in year.rows("SELECT key FROM records_proposal ORDER BY code, id")]
    for place, key in enumerate(keys[:: max(len(keys) // 20, 1)]):
        year.do("show", key, "--by", "D2", "--people" if place % 2 else "--json")
    [(some_list,)] = year.rows("SELECT number FROM records_matchlist ORDER BY candidates DESC, id LIMIT 1")
    for words in (
        ("pending", "--by", "D2"),
        ("outbox", "--all"),
        ("verify", "--json"),
        ("evaluate", "--year", "2017", "--by", "D2"),
        ("match", "lists", "--by", "D2"),
        ("match", "show", some_list, "--by", "D2"),
        ("find", number, "--by", "D2"),
        ("explain", number, "201706", "--by", "D2"),
        ("explain", wrong, "201706", "--by", "D2"),
        ("access", number, "--by", "D2"),
        ("find", "王", "--by", "C2"),
        (
            "propose",
            "card.issue",
            json.dumps({"person": wrong, "card_number": "A1234567", "receipt": number}),
            "--by",
            "D2",
            "--key",
            "x",
        ),
        ("check", "card.issue", json.dumps({"person": number, "card_number": 1})),
        ("propose", "card.issue", f'{{"person": "{number}"', "--by", "D2", "--key", "y"),
        ("show", number, "--by", "D2"),
        ("sign", number, "--by", "D2", "--hash", "x"),
        (
            "propose",
            "card.issue",
            json.dumps({"person": number, "card_number": "A1", "receipt": "x"}),
            "--by",
            "G1",
            "--key",
            f"换卡{number}",
        ),
    ):
        year.do(*words)
    assert len(b"".join(year.printed)) > 100_000
    assert not year.leaked(b"\n".join(year.printed))


def test_the_chain_and_the_refusals_tell_no_number(year: Year) -> None:
    number = somebody(year)
    twice = json.dumps([{"person": number, "card_number": number, "receipt": number}] * 2)
    year.do("propose", "card.issue", twice, "--by", "G1", "--key", "z")
    chained = "\n".join(payload for (payload,) in year.rows("SELECT payload FROM records_auditevent"))
    assert not year.leaked(chained.encode())


def test_no_file_bears_a_number_in_its_name_or_lies_about_with_one(year: Year) -> None:
    names = "\n".join(str(path.relative_to(year.home.parent)) for path in year.home.parent.rglob("*"))
    assert not year.leaked(names.encode())
    assert not [path for path in year.temporary.rglob("*") if path.is_file()], "nothing temporary is left behind"
    searched = [
        path
        for path in year.home.rglob("*")
        if path.is_file() and not MAY_HOLD & set(path.relative_to(year.home).parts)
    ]
    assert searched
    assert not {str(path): year.leaked(path.read_bytes()) for path in searched if year.leaked(path.read_bytes())}
