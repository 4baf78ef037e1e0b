"""How long a command takes to start, and the demonstration's year: whole processes, as somebody at a terminal has them."""

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks import machine
from benchmarks.measure import Contender, Goal, Run

STARTED = (
    ("jubao --help", ("--help",)),
    ("jubao acts CODE", ("acts", "award.suspend")),
    ("jubao key show", ("key", "show")),
)
AT_MOST = 0.8
YEAR_AT_MOST = {1.0: 90, 0.05: 10}
PYTHON = "python -c pass"


def start(rounds: int) -> Run:
    """Measure some commands from their first to their last instruction; the books exist already."""
    with tempfile.TemporaryDirectory(prefix="jubao-bench-") as folder:
        home = Path(folder)
        for _, words in STARTED:
            _jubao(home, words)
        notes = ["processor seconds of whole processes, the interpreter's start included; files in the system's cache"]
        result = Run("start", "sqlite", len(STARTED), "每条命令先运行一次并正常结束", notes)
        bare = Contender(PYTHON, "limit", partial(_run, home, [sys.executable, "-c", "pass"]), 1)
        ours = [Contender(name, "ours", partial(_jubao, home, words), 1, PYTHON) for name, words in STARTED]
        result.measure([bare, *ours], rounds=rounds)
    for name, _ in STARTED:
        result.goals.append(Goal(f"{name}, processor s", AT_MOST, result.taken[name].cpu_per_row()))
    return result


def demo(scale: float) -> Run:
    """Measure the demonstration's year once, then let ``jubao verify`` judge what it left."""
    words = ("demo", "--scale", f"{scale:g}")
    with tempfile.TemporaryDirectory(prefix="jubao-bench-") as folder:
        home = Path(folder)
        notes = ["one process: the district's files, the year's acts, figures and report"]
        result = Run("demo", "sqlite", 1, "", notes)
        result.measure([Contender("jubao demo", "ours", partial(_jubao, home, words), 1)], rounds=1)
        _jubao(home, ("verify",))
    result.job, result.checked = f"demo-{scale:g}", "全年办毕，jubao verify 无异常"
    if scale in YEAR_AT_MOST:
        spent = result.taken["jubao demo"].cpu_per_row()
        result.goals.append(Goal(f"demo at scale {scale:g}, processor s", YEAR_AT_MOST[scale], spent))
    return result


def _jubao(home: Path, words: Sequence[str]) -> None:
    _run(home, [str(Path(sysconfig.get_path("scripts")) / "jubao"), *words])


def _run(home: Path, command: Sequence[str]) -> None:
    """One process in a home of its own, its processor time counted as ours; it must end well."""
    hidden = ("DATABASE_URL", "JUBAO_ANCHORS", "DJANGO_SETTINGS_MODULE")
    own = {name: value for name, value in os.environ.items() if name not in hidden} | {"JUBAO_HOME": str(home)}
    with tempfile.TemporaryFile("w+") as words:
        process = subprocess.Popen(command, env=own, stdout=words, stderr=words)  # noqa: S603  our own command
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        machine.add_work(used.ru_utime + used.ru_stime)
        words.seek(0)
        assert process.returncode == 0, f"{command}: {words.read()[-2000:]}"
