"""A synthetic district's year, as a whole: repeatable, unharmed by a sudden end, and true to its own plan."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEMO = [sys.executable, "-m", "jubao", "demo", "--seed", "5", "--scale", "0.01"]


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    return kept | {"JUBAO_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def run(home: Path) -> str:
    done = subprocess.run(DEMO, env=environment(home), capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def head(home: Path) -> tuple[int, str]:
    """Last event of the audit chain: its hash vouches for every row before it."""
    with sqlite3.connect(home / "jubao.sqlite3") as books:
        row = books.execute("SELECT id, mac FROM records_auditevent ORDER BY id DESC LIMIT 1").fetchone()
    return int(row[0]), str(row[1])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("undisturbed")
    run(home)
    return home


def test_the_command_jubao_demo_run_twice_does_nothing_twice(undisturbed: Path) -> None:
    before = head(undisturbed)
    run(undisturbed)
    assert head(undisturbed) == before


@pytest.mark.slow
def test_the_same_district_gives_the_same_books(undisturbed: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(undisturbed / "keys", twin / "keys")
    run(twin)
    assert head(twin) == head(undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_and_run_again_it_ends_in_the_same_books(
    undisturbed: Path, tmp_path: Path, seed: int
) -> None:
    home = tmp_path / "killed"
    shutil.copytree(undisturbed / "keys", home / "keys")
    moments = random.Random(seed)
    kills = 0
    while kills < 6:
        with subprocess.Popen(DEMO, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as job:
            time.sleep(moments.uniform(0.5, 8.0))
            if job.poll() is None:
                os.kill(job.pid, signal.SIGKILL)
                kills += 1
            else:
                break
    run(home)
    assert kills > 0
    assert head(home) == head(undisturbed)
