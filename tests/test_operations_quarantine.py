"""Refused files lie apart, travel in no backup and go when they are old; nothing is read before its size is known."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jubao.exchange import reading, whole
from jubao.exchange.fault import FileRefused
from jubao.operations import inbound
from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import inbound_path, keep
from jubao.operations.keeping.backup import _trays
from jubao.operations.keeping.left_overs import sweep_left_overs
from jubao.operations.quarantine import set_aside, sweep_quarantine
from tests.office import Office, insured

pytestmark = pytest.mark.django_db
NOW = datetime(2017, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Office:
    settings.JUBAO_HOME = tmp_path / "home"
    (tmp_path / "home").mkdir()
    return Office()


def refused_file(folder: Path, content: str = "不是底册") -> str:
    path = folder / "底册.csv"
    path.write_text(content)
    return keep(path)


def test_a_refused_file_lies_apart_with_its_name_and_travels_in_no_backup(office: Office, tmp_path: Path) -> None:
    name = refused_file(tmp_path)
    assert inbound_path(name) in set(_trays())
    assert set_aside(name, at=NOW)
    lying = tmp_path / "home" / "quarantine"
    assert (lying / name).read_text() == "不是底册"
    assert (lying / f"{name}.name").read_text() == "底册.csv"
    assert not inbound_path(name).exists()
    assert not [path for path in _trays() if name in path.name]


def test_a_file_that_the_books_know_stays(office: Office) -> None:
    rows = [insured(1)]
    name = office.file("底册.xlsx", "opening_register", {field: [row[field] for row in rows] for field in rows[0]})
    office.carry("register.open", {"file": name, "as_of": "2016-12-31", "interest_through": 201612})
    assert not set_aside(name, at=NOW)
    assert inbound_path(name).exists()


@pytest.mark.parametrize("days", [30, 7])
def test_what_lies_longer_than_the_rule_says_goes_and_is_said(
    office: Office, tmp_path: Path, days: int, ruled: Any
) -> None:
    ruled("procedure.quarantine_days", days)
    name = refused_file(tmp_path)
    set_aside(name, at=NOW)
    assert sweep_quarantine(at=NOW + timedelta(days=days)) == ""
    assert f"1 个被拒收的文件已满 {days} 天" in sweep_quarantine(at=NOW + timedelta(days=days, seconds=1))
    assert list((tmp_path / "home" / "quarantine").iterdir()) == []


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults 4.9: a sparse file of a terabyte costs nothing to make."""
    file = tmp_path / "巨大.csv"
    with file.open("wb") as out:
        out.truncate(1 << 40)
    for read in (reading.read_table,):
        with pytest.raises(FileRefused, match="文件超过512MB"):
            read(file, "bank_statement")
    monkeypatch.setattr(inbound, "MOST_KEPT", 3 << 20)
    with pytest.raises(Refused, match="不予收文"):
        keep(file)
    with pytest.raises(FileRefused):
        whole.read_whole(file, filename="巨大.csv", most=10)


def test_a_file_too_large_leaves_nothing_in_the_store(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "MOST_KEPT", 2 << 20)
    (tmp_path / "大.csv").write_bytes(bytes(3 << 20))
    with pytest.raises(Refused):
        keep(tmp_path / "大.csv")
    assert not [path for path in (tmp_path / "home" / "inbound").rglob("*") if path.is_file()]


def test_what_killed_processes_left_goes_and_what_is_being_written_stays(office: Office, tmp_path: Path) -> None:
    home = tmp_path / "home"
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    dead, alive, old = int(gone.stdout), os.getpid(), NOW - timedelta(days=2)
    for folder in ("keys", "inbound", "outbound", "anchors"):
        (home / folder).mkdir(exist_ok=True)
    left = [
        home / "keys" / f"audit.key.{dead}.0123abcd",
        home / "anchors" / f".head-000000000001.json.{dead}.0123abcd",
        home / f".nightly.jubao.{dead}.jubao-part",
        home / "outbound" / ".养老金.txt.abc.part",
        home / "inbound" / ".xyz.part",
        home / "jubao.sqlite3.upgrading",
    ]
    stays = [
        home / "keys" / f"audit.key.{alive}.0123abcd",
        home / f".weekly.jubao.{alive}.jubao-part",
        home / "outbound" / ".新.txt.abc.part",
        home / "outbound" / "养老金.txt",
        home / "jubao.sqlite3.kept",
    ]
    for path in (*left, *stays):
        path.write_text("half")
    for path in left:
        os.utime(path, (old.timestamp(), old.timestamp()))
    os.utime(stays[2], (NOW.timestamp(), NOW.timestamp()))
    assert sweep_left_overs(at=NOW) == "清除了中断的程序留下的 6 个半成品文件"
    assert [path.name for path in left if path.exists()] == []
    assert [path.name for path in stays if not path.exists()] == []
    assert sweep_left_overs(at=NOW) == ""
