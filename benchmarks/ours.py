"""The ways in which this program does one act: only planned, written, signed by the office, signed at other desks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from benchmarks import district
from benchmarks.books import forget
from benchmarks.measure import Contender, Work
from jubao.operations.envelope import planning
from jubao.operations.envelope.arguments import parse_arguments
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.posts import holders
from jubao.operations.envelope.view import View
from jubao.simulation.staff import Staff

NOTES = (
    "plan: checked and planned, nothing written; act: planned and written under one event, without signatures",
    "envelope: proposed with its preview, signed by everybody, written once",
    "apart: the same, but whoever signs last sits at another process, which has to plan again",
)


@dataclass(frozen=True)
class Asked:
    """An act as somebody asks for it on a day."""

    code: str
    case: dict[str, Any]
    on: date

    def plan(self) -> planning.Planned:
        """Check and plan, in one snapshot."""
        declaration = ACTS[self.code]
        faults, arguments = parse_arguments(declaration, [self.case])
        assert not faults, f"the benchmark states its case wrongly: {list(faults)}"
        view = View(self.on, datetime(self.on.year, self.on.month, self.on.day, 4, tzinfo=UTC), "bench")
        return planning.make(declaration, arguments, view)

    def act(self) -> None:
        """Plan, and write what was planned."""
        district.write(self.plan().changes)

    def envelope(self) -> None:
        """As the office does it, all at one process."""
        Staff(keys="bench").carry(self.code, [self.case], on=self.on)

    def apart(self) -> None:
        """As the office does it, each signer at a process that knows nothing of the plan."""

        def elsewhere(*asked: Any, **more: Any) -> list[str]:
            forget()
            return holders(*asked, **more)

        Staff(keys="bench", people=elsewhere).carry(self.code, [self.case], on=self.on)


def contenders(asked: Asked, rows: int, against: str, fresh: Work, *, prefix: str = "") -> list[Contender]:
    """All ways of one act, each from fresh books."""
    ways: Sequence[tuple[str, Work]] = (
        ("plan", asked.plan),
        ("act", asked.act),
        ("envelope", asked.envelope),
        ("apart", asked.apart),
    )
    return [Contender(f"{prefix}{name}", "ours", run, rows, against, fresh) for name, run in ways]
