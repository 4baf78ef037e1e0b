"""The benchmarks check their answers per person, and no set-based run falls back to a loop over objects."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks import machine
from benchmarks.measure import Contender, Goal, Run, keep

ROOT = Path(__file__).parents[1]
ROWS = 20_000


def measured(job, folder, *words):
    """Run a benchmark in a process of its own, on the engine of this test run."""
    command = [sys.executable, "-m", "benchmarks", job, "--rounds", "1", "--out", str(folder), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


@pytest.mark.slow
@pytest.mark.parametrize("job", ["payroll", "interest", "post", "credit"])
def test_a_set_based_run_is_exact_and_sends_few_statements(job, tmp_path):
    (record,) = measured(job, tmp_path, "--rows", str(ROWS), "--engine", settings.TEST_ENGINE)
    assert "核对无误" in record["checked"]
    results = {line["name"]: line for line in record["results"]}
    for line in results.values():
        if line["role"] == "ours":
            assert line["statements"] < ROWS / 50, f"{line['name']} loops over rows"
            assert line["rows_per_s"] > results["orm"]["rows_per_s"], f"{line['name']} is no faster than objects"
    assert results["orm"]["statements"] > results["orm"]["rows"] / 4, "the peer loops, or the count counts nothing"
    assert results["orm"]["statements"] > results["prefetch"]["statements"], "the careful peer reads ahead"
    assert 0 < record["alone_mib"]["envelope"] < 512


@pytest.mark.slow
def test_every_month_of_a_year_is_exact(tmp_path):
    (record,) = measured("growth", tmp_path, "--rows", "2000", "--engine", settings.TEST_ENGINE)
    assert "核对无误" in record["checked"]
    months = [line["name"] for line in record["results"] if line["role"] == "ours"]
    assert months == [f"envelope {month}" for month in range(201701, 201713)]


@pytest.mark.slow
def test_single_acts_are_exact_and_their_statements_counted(tmp_path):
    (record,) = measured("acts", tmp_path, "--rows", "2000", "--engine", settings.TEST_ENGINE)
    assert "核对无误" in record["checked"]
    results = {line["name"]: line for line in record["results"]}
    assert results["1 client"]["statements"] > 0
    assert ("4 clients" in results) == (settings.TEST_ENGINE == "postgres")


@pytest.mark.slow
def test_a_list_is_walked_page_by_page_by_as_many_statements_wherever_a_page_lies(tmp_path):
    (record,) = measured("listing", tmp_path, "--rows", "2000", "--engine", settings.TEST_ENGINE)
    assert "核对无误" in record["checked"]
    results = {line["name"]: line for line in record["results"]}
    assert (
        0
        < results["page 1"]["statements"]
        <= results["page 1,000"]["statements"]
        <= results["page 1"]["statements"] + 3
    )


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_command_that_starts_is_measured_with_its_whole_process(tmp_path):
    (record,) = measured("start", tmp_path)
    results = {line["name"]: line for line in record["results"]}
    assert 0 < results["python -c pass"]["cpu_s"] < results["jubao --help"]["cpu_s"]
    assert {goal["bound"] for goal in record["goals"]} == {0.8}


@pytest.mark.slow
@pytest.mark.sqlite
def test_matching_finds_the_same_pairs_as_duckdb_and_a_dictionary(tmp_path):
    records = measured("match-exact", tmp_path, "--rows", str(ROWS), "--queries", str(ROWS))
    by_job = {record["job"]: record for record in records}
    assert set(by_job) == {
        "match-district",
        "match-exact",
        "match-district-texts",
        "match-province-texts",
        "match-texts",
        "match-kept",
    }
    assert all("核对无误" in record["checked"] for record in records)
    texts = {line["name"]: line for line in by_job["match-texts"]["results"]}
    assert texts["encode"]["rows_per_s"] > texts["dict"]["rows_per_s"], "encoding is no faster than one by one"


def run_of(seconds_by_name, rows_by_name, against):
    run = Run("job", "engine", 100, "checked", load_before=0.0)
    run.measure([Contender(n, "ours", lambda: None, r, against.get(n, "")) for n, r in rows_by_name.items()], rounds=1)
    for name, seconds in seconds_by_name.items():
        run.taken[name].seconds = seconds
    return run


def test_a_sample_is_scaled_by_its_rows():
    run = run_of({"limit": [1.0, 1.0, 1.0], "peer": [2.0, 3.0, 2.5]}, {"limit": 100, "peer": 10}, {"peer": "limit"})
    assert run.ratio("peer") == pytest.approx(25.0)
    assert run.ratio("limit") is None


def test_a_wide_spread_or_a_busy_machine_marks_a_run_noisy():
    assert run_of({"limit": [1.0, 1.1, 1.2]}, {"limit": 100}, {}).noisy() == []
    assert run_of({"limit": [1.0, 1.0, 1.5]}, {"limit": 100}, {}).noisy() == ["波动大：limit"]
    busy = run_of({"limit": [1.0]}, {"limit": 100}, {})
    busy.load_before = 1.5
    assert busy.noisy() == ["负载 1.5"]


def test_a_goal_is_met_by_the_clock_and_never_by_nothing():
    assert Goal("ratio", 3, 2.9).met
    assert not Goal("ratio", 3, 3.1, by_cpu=2.5).met
    assert Goal("gain", 20, 21, at_least=True).met
    assert Goal("gain", 20, None, at_least=True).met is None


def test_a_goal_compares_row_by_row():
    run = run_of({"keyed": [1.0], "orm": [3.0]}, {"keyed": 100, "orm": 10}, {})
    run.expect_at_most("keyed", "orm", 1)
    run.expect_faster("keyed", "orm", 20)
    assert [goal.measured for goal in run.goals] == pytest.approx([1 / 30, 30])
    assert [goal.met for goal in run.goals] == [True, True]


def test_work_of_other_processes_is_counted():
    before = machine.worked()
    machine.add_work(5)
    assert machine.worked() - before >= 5


def test_a_record_says_what_it_was_measured_on(tmp_path):
    record = json.loads(keep(run_of({"limit": [1.0]}, {"limit": 100}, {}), tmp_path).read_text(encoding="utf-8"))
    assert {"python", "numpy", "cores", "sqlite"} <= set(record["machine"])
    assert record["results"][0]["rows_per_s"] == 100
