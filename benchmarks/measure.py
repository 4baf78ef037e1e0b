"""Rounds in which limit, ours and peer take turns, the goals they are held against, and the report of what they took."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import machine

SPREAD_TOLERATED, LOAD_TOLERATED = 0.25, 1.0
MOST_MIB = 512
Work = Callable[[], Any]


@dataclass(frozen=True)
class Contender:
    """One way of doing the job.

    Attributes:
        name: what it is, for people.
        role: limit, ours or peer.
        run: does it once; returns nothing that matters.
        rows: how many rows one run handles (a peer may handle a sample).
        against: name of the limit its ratio is taken against; empty for none.
        prepare: what happens before the clock starts, each time.
    """

    name: str
    role: str
    run: Work
    rows: int
    against: str = ""
    prepare: Work = lambda: None


@dataclass
class Taken:
    """What one contender took: seconds and processor seconds per round, statements of one run, memory in MiB.

    ``grown_mib`` is the peak above what the process held before: the data of the other contenders left out.
    """

    contender: Contender
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    statements: int = 0
    peak_mib: int = 0
    grown_mib: int = 0

    def per_row(self) -> float:
        """Median seconds per row."""
        return statistics.median(self.seconds) / self.contender.rows

    def cpu_per_row(self) -> float:
        """Median processor seconds per row."""
        return statistics.median(self.cpu_seconds) / self.contender.rows

    def spread(self) -> float:
        """How far the rounds lie apart, relative to the median."""
        return (max(self.seconds) - min(self.seconds)) / statistics.median(self.seconds)


@dataclass(frozen=True)
class Goal:
    """A bound the house has set itself, and what was measured: by the clock, and by the processor where that says more.

    Attributes:
        what: the goal in words, its bound left out.
        bound: at most this much, or at least where ``at_least``.
        measured: by the clock, or simply counted; None where it could not be measured.
        by_cpu: the same by processor seconds, which other work on the machine hardly moves.
    """

    what: str
    bound: float
    measured: float | None
    by_cpu: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it was reached, by the clock; None where nothing was measured."""
        if self.measured is None:
            return None
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    def record(self) -> dict[str, Any]:
        """As it goes into the JSON file."""
        values = {"measured": self.measured, "by_cpu": self.by_cpu}
        return {"what": self.what, "bound": self.bound, "at_least": self.at_least, "met": self.met} | values


@dataclass
class Run:
    """One benchmark: its contenders' times and everything needed to believe them."""

    job: str
    engine: str
    rows: int
    checked: str
    notes: list[str] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)
    alone_mib: dict[str, int] = field(default_factory=dict)
    load_before: float = field(default_factory=machine.load)
    load_after: float = 0.0

    def measure(
        self, contenders: Sequence[Contender], *, rounds: int, count: Callable[[Work], int] | None = None
    ) -> None:
        """Let the contenders take turns, each round in another order; ``count`` counts a run's statements."""
        for number in range(rounds):
            shift = number % len(contenders)
            for each in [*contenders[shift:], *contenders[:shift]]:
                self.once(each, count)
        self.taken = {each.name: self.taken[each.name] for each in contenders}
        self.load_after = machine.load()

    def once(self, contender: Contender, count: Callable[[Work], int] | None = None) -> None:
        """Let one contender do the job once more."""
        taken = self.taken.setdefault(contender.name, Taken(contender))
        contender.prepare()
        fresh = machine.restart_peak()
        held = machine.held_mib()
        begin, worked = time.perf_counter(), machine.worked()
        if count is None:
            contender.run()
        else:
            taken.statements = count(contender.run)
        taken.seconds.append(time.perf_counter() - begin)
        taken.cpu_seconds.append(machine.worked() - worked)
        peak = machine.peak_mib()
        taken.peak_mib = max(taken.peak_mib, peak) if fresh else peak
        taken.grown_mib = max(taken.grown_mib, peak - held) if fresh else 0

    # ── Ratios and goals ──

    def times(self, name: str, other: str) -> float:
        """Time per row of a contender over that of another."""
        return self.taken[name].per_row() / self.taken[other].per_row()

    def cpu_times(self, name: str, other: str) -> float | None:
        """As ``times``, by processor time, the database server's included: other work on the machine hardly moves it."""
        spent = [self.taken[each].cpu_per_row() for each in (name, other)]
        return spent[0] / spent[1] if spent[1] else None

    def ratio(self, name: str) -> float | None:
        """Time per row of a contender over that of the limit it is held against."""
        other = self.taken[name].contender.against
        return self.times(name, other) if other else None

    def cpu_ratio(self, name: str) -> float | None:
        """The same by processor time."""
        other = self.taken[name].contender.against
        return self.cpu_times(name, other) if other else None

    def expect_at_most(self, name: str, other: str, bound: float) -> None:
        """Set the goal that a contender takes at most so many times what another takes, per row."""
        goal = Goal(f"{name} / {other}", bound, self.times(name, other), self.cpu_times(name, other))
        self.goals.append(goal)

    def expect_faster(self, name: str, other: str, bound: float) -> None:
        """Set the goal that a contender is at least so many times as fast as another, per row."""
        goal = Goal(f"{other} / {name}", bound, self.times(other, name), self.cpu_times(other, name), at_least=True)
        self.goals.append(goal)

    def expect_small(self, name: str, peak_mib: int) -> None:
        """Set the goal of memory for a contender that ran in a process of its own."""
        self.alone_mib[name] = peak_mib
        self.goals.append(Goal(f"{name} alone, peak MiB at {self.rows:,} rows", MOST_MIB, peak_mib))

    def noisy(self) -> list[str]:
        """Why the figures deserve distrust; empty when nothing speaks against them."""
        reasons = [f"负载 {self.load_before}"] if self.load_before > LOAD_TOLERATED else []
        wide = [name for name, taken in self.taken.items() if taken.spread() > SPREAD_TOLERATED]
        return reasons + [f"波动大：{name}" for name in wide]

    # ── The record ──

    def record(self) -> dict[str, Any]:
        """Everything, as it goes into the JSON file."""
        return {
            "job": self.job,
            "engine": self.engine,
            "rows": self.rows,
            "checked": self.checked,
            "notes": self.notes,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine.machine(),
            "load_before": self.load_before,
            "load_after": self.load_after,
            "noisy": self.noisy(),
            "goals": [goal.record() for goal in self.goals],
            "alone_mib": self.alone_mib,
            "results": [self._line(name) for name in self.taken],
        }

    def _line(self, name: str) -> dict[str, Any]:
        taken = self.taken[name]
        ratios = {"ratio": self.ratio(name), "cpu_ratio": self.cpu_ratio(name)}
        return {
            "name": name,
            "role": taken.contender.role,
            "rows": taken.contender.rows,
            "rounds": len(taken.seconds),
            "median_s": statistics.median(taken.seconds),
            "min_s": min(taken.seconds),
            "max_s": max(taken.seconds),
            "cpu_s": statistics.median(taken.cpu_seconds),
            "rows_per_s": round(1 / taken.per_row(), 1),
            "against": taken.contender.against,
            **{key: None if value is None else round(value, 3) for key, value in ratios.items()},
            "statements": taken.statements,
            "peak_mib": taken.peak_mib,
            "grown_mib": taken.grown_mib,
        }


COLUMNS = ("rows", "median s", "min", "max", "cpu s", "rows/s", "ratio", "cpu ratio", "against", "SQL", "grown MiB")


def show(run: Run) -> None:
    """Print a run as a table, then its goals and notes."""
    record = run.record()
    console = Console(width=150)
    table = Table(title=f"{run.job} · {run.engine} · {run.rows:,} 行 · {run.checked}")
    for head in ("", "role", *COLUMNS):
        table.add_column(head, justify="left" if head in ("", "role", "against") else "right")
    for line in record["results"]:
        table.add_row(line["name"], line["role"], *_cells(line))
    console.print(table)
    for goal in run.goals:
        console.print(f"  {_sentence(goal)}", soft_wrap=True)
    for note in [*run.notes, f"负载 {run.load_before} → {run.load_after}；{record['machine']}"]:
        console.print(f"  · {note}")
    for reason in record["noisy"]:
        console.print(f"  NOISY · {reason}")


def _cells(line: dict[str, Any]) -> list[str]:
    seconds = [f"{line[key]:.3f}" for key in ("median_s", "min_s", "max_s", "cpu_s")]
    ratios = ["" if line[key] is None else f"{line[key]:.2f}" for key in ("ratio", "cpu_ratio")]
    counts = [str(line["statements"] or ""), str(line["grown_mib"])]
    return [f"{line['rows']:,}", *seconds, f"{line['rows_per_s']:,.0f}", *ratios, line["against"], *counts]


def _sentence(goal: Goal) -> str:
    bound = f"{'≥' if goal.at_least else '≤'} {goal.bound:g}"
    if goal.measured is None:
        return f"未测  {goal.what} {bound}"
    by_cpu = f"（处理器 {goal.by_cpu:.2f}）" if goal.by_cpu is not None else ""
    return f"{'达到' if goal.met else '未达'}  {goal.what} {bound}：{goal.measured:.2f}{by_cpu}"


def keep(run: Run, folder: Path) -> Path:
    """Write a run to ``<job>-<engine>-<rows>.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.job}-{run.engine}-{run.rows}.json"
    path.write_text(json.dumps(run.record(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
