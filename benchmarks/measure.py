"""Rounds in which limit, ours and peer take turns, and the report of what they took."""

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
    run: Callable[[], Any]
    rows: int
    against: str = ""
    prepare: Callable[[], Any] = lambda: None


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

    def spread(self) -> float:
        """How far the rounds lie apart, relative to the median."""
        return (max(self.seconds) - min(self.seconds)) / statistics.median(self.seconds)


@dataclass
class Run:
    """One benchmark: its contenders' times and everything needed to believe them."""

    job: str
    engine: str
    rows: int
    checked: str
    notes: list[str] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)
    load_before: float = field(default_factory=machine.load)
    load_after: float = 0.0

    def measure(
        self, contenders: Sequence[Contender], *, rounds: int, count: Callable[[Callable[[], Any]], int] | None = None
    ) -> None:
        """Let the contenders take turns, each round in another order; ``count`` counts a run's statements."""
        for each in contenders:
            self.taken[each.name] = Taken(each)
        for number in range(rounds):
            shift = number % len(contenders)
            for each in [*contenders[shift:], *contenders[:shift]]:
                self._once(self.taken[each.name], count)
        self.load_after = machine.load()

    def _once(self, taken: Taken, count: Callable[[Callable[[], Any]], int] | None) -> None:
        taken.contender.prepare()
        fresh = machine.restart_peak()
        held = machine.held_mib()
        begin, worked = time.perf_counter(), time.process_time()
        if count is None:
            taken.contender.run()
        else:
            taken.statements = count(taken.contender.run)
        taken.seconds.append(time.perf_counter() - begin)
        taken.cpu_seconds.append(time.process_time() - worked)
        peak = machine.peak_mib()
        taken.peak_mib = max(taken.peak_mib, peak) if fresh else peak
        taken.grown_mib = max(taken.grown_mib, peak - held) if fresh else 0

    def ratio(self, name: str) -> float | None:
        """Time per row of a contender over that of the limit it is held against."""
        other = self.taken[name].contender.against
        return self.taken[name].per_row() / self.taken[other].per_row() if other else None

    def cpu_ratio(self, name: str) -> float | None:
        """As ``ratio``, by this process's own processor time: other work on the machine hardly moves it.

        On PostgreSQL the server works in processes of its own, and this says nothing.
        """
        taken = self.taken[name]
        if not taken.contender.against or self.engine == "postgres":
            return None
        other = self.taken[taken.contender.against]
        spent = [statistics.median(each.cpu_seconds) / each.contender.rows for each in (taken, other)]
        return round(spent[0] / spent[1], 2) if spent[1] else None

    def noisy(self) -> list[str]:
        """Why the figures deserve distrust; empty when nothing speaks against them."""
        reasons = [f"负载 {self.load_before}"] if self.load_before > LOAD_TOLERATED else []
        wide = [name for name, taken in self.taken.items() if taken.spread() > SPREAD_TOLERATED]
        return reasons + [f"波动大：{name}" for name in wide]

    def record(self) -> dict[str, Any]:
        """Everything, as it goes into the JSON file."""
        return {
            "job": self.job, "engine": self.engine, "rows": self.rows, "checked": self.checked, "notes": self.notes,
            "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine.machine(),
            "load_before": self.load_before, "load_after": self.load_after, "noisy": self.noisy(),
            "results": [self._line(name) for name in self.taken],
        }  # fmt: skip

    def _line(self, name: str) -> dict[str, Any]:
        taken = self.taken[name]
        ratio = self.ratio(name)
        return {
            "name": name, "role": taken.contender.role, "rows": taken.contender.rows, "rounds": len(taken.seconds),
            "median_s": statistics.median(taken.seconds), "min_s": min(taken.seconds), "max_s": max(taken.seconds),
            "rows_per_s": round(1 / taken.per_row()), "against": taken.contender.against,
            "ratio": None if ratio is None else round(ratio, 2), "statements": taken.statements,
            "cpu_s": statistics.median(taken.cpu_seconds), "cpu_ratio": self.cpu_ratio(name),
            "peak_mib": taken.peak_mib, "grown_mib": taken.grown_mib,
        }  # fmt: skip


def show(run: Run) -> None:
    """Print a run as a table."""
    record = run.record()
    table = Table(title=f"{run.job} · {run.engine} · {run.rows:,} 行 · {run.checked}")
    for head in ("", "role", "rows", "median s", "min", "max", "cpu s", "ratio", "cpu ratio", "against", "SQL", "peak MiB",
                 "grown MiB"):  # fmt: skip
        table.add_column(head, justify="left" if head in ("", "role", "against") else "right")
    for line in record["results"]:
        table.add_row(
            line["name"], line["role"], f"{line['rows']:,}", *(f"{line[key]:.3f}" for key in ("median_s", "min_s", "max_s")),
            f"{line['cpu_s']:.3f}", *("" if line[key] is None else f"{line[key]:.2f}" for key in ("ratio", "cpu_ratio")),
            line["against"], str(line["statements"] or ""), str(line["peak_mib"]), str(line["grown_mib"]),
        )  # fmt: skip
    console = Console(width=150)
    console.print(table)
    for note in [*run.notes, f"负载 {run.load_before} → {run.load_after}；{record['machine']}"]:
        console.print(f"  · {note}")
    for reason in record["noisy"]:
        console.print(f"  NOISY · {reason}")


def keep(run: Run, folder: Path) -> Path:
    """Write a run to ``<job>-<engine>-<rows>.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.job}-{run.engine}-{run.rows}.json"
    path.write_text(json.dumps(run.record(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
