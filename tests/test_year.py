"""A synthetic district's year, as a whole: repeatable, unharmed by a sudden end, and true to its own plan."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jubao.operations import declare_all
from jubao.operations.envelope.declaration import ACTS
from jubao.simulation.generation import plan_year
from jubao.simulation.roles import Role
from jubao.simulation.staff import LOCAL
from jubao.simulation.targets import Targets
from tests.house import modules, proofs, room, words_in

ROOT = Path(__file__).parent.parent
SEED, SCALE, CUT_OFF = 5, 0.01, "2017-12-15"
DEMO = [sys.executable, "-m", "jubao", "demo", "--seed", str(SEED), "--scale", str(SCALE)]
BY_LISTS_OF_MANY = "award.suspend_many"  # no list of so small a district leads to more than fifty suspensions at once
SCALED = {
    "collection.received": "collected_fen",
    "collection.payers": "payers",
    "matching.records_compared": "compared",
    "matching.payers_terminated": "payers_terminated",
    "matching.beneficiaries_terminated": "beneficiaries_terminated",
    "matching.beneficiaries_died": "died",
    "funeral.people": "funeral_grants",
    "cross_province.verified": "cross_province",
    "in_province.terminated": "in_province",
    "transfers.within_province_out": "sent_within",
    "transfers.within_province_in": "received_within",
    "transfers.bridging_in": "received_bridging",
    "transfers.bridging_out": "sent_bridging",
    "transfers.cross_province_in": "received_cross",
    "payment.beneficiaries": "paid",
    "payment.newly_eligible": "newly_eligible",
    "payment.suspended": "suspended",
    "payment.resumed": "resumed",
    "payment.pensions": "pensions_fen",
    "fund.upper_received": "upper_fen",
    "fund.remitted": "remitted_fen",
    "delegated.only_child": "only_child_parents",
    "delegated.teachers": "rural_teachers",
    "delegated.doctors": "rural_doctors",
    "universal.cannot_record": "cannot_be_recorded",
    "universal.completed": "completed",
    "outlets.platforms": "outlets",
    "alerts.ministry.suspended": "ministry_suspended",
    "alerts.police.suspended": "police_suspended",
}


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    return kept | {"JUBAO_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def run(home: Path, *command: str) -> str:
    asked = [sys.executable, "-m", "jubao", *command] if command else DEMO
    done = subprocess.run(asked, env=environment(home), capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def figures(home: Path) -> dict[str, int]:
    """Every figure of the year as of the cut-off, by its id."""
    told = json.loads(run(home, "figures", "--year", "2017", "--as-of", CUT_OFF, "--json"))
    return {one["id"]: one["value"] for one in told["figures"]}


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(home / "jubao.sqlite3") as books:
        return books.execute(query).fetchall()


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


def test_the_year_does_what_its_staff_plan_and_tests_carry_the_other_acts(undisturbed: Path) -> None:
    """What a year does not need is tried for itself: no notice of 2017 changes the basic pension, no law wants accepting."""
    declare_all()
    used = {
        code for (code,) in rows(undisturbed, "SELECT DISTINCT code FROM records_proposal WHERE state = 'EXECUTED'")
    }
    year = [path for path in modules() if room(path) == "simulation" and not path.stem.startswith("morning")]
    planned = {code for path in year for code in words_in(path)} & set(ACTS)
    assert planned - {BY_LISTS_OF_MANY} <= used <= planned
    assert set(ACTS) - used <= {code for path in proofs() if path != Path(__file__) for code in words_in(path)}
    refused = rows(undisturbed, "SELECT code FROM records_auditevent WHERE kind IN ('REFUSED', 'VOIDED')")
    assert refused == [], "nothing in the year contradicts the books"


def test_the_clock_of_the_year_never_goes_back_and_stays_on_its_day(undisturbed: Path) -> None:
    events = rows(undisturbed, "SELECT at, business_date FROM records_auditevent ORDER BY id")
    instants = [datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone(LOCAL) for at, _ in events]
    assert all(earlier < later for earlier, later in pairwise(instants))
    assert {at.date().isoformat() for at in instants} == {on for _, on in events}
    assert all(at.date().isoformat() == on for at, (_, on) in zip(instants, events, strict=True))


def test_nobody_of_a_hardship_group_loses_the_year(undisturbed: Path) -> None:
    people = plan_year(SEED, SCALE).people
    hard_up = (people.role == Role.CONTRIBUTOR) & (people.category != "011")
    assert figures(undisturbed)["collection.government_paid_people"] == int(hard_up.sum()) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_other_districts_come_to_the_same_figures_with_books_that_hold(tmp_path: Path, seed: int) -> None:
    run(tmp_path, "demo", "--seed", str(seed), "--scale", "0.05")
    run(tmp_path, "verify")
    plan, found = Targets.scaled(0.05), figures(tmp_path)
    assert {name: found[name] for name in SCALED} == {name: getattr(plan, field) for name, field in SCALED.items()}
