"""The demonstration's books: where their district lies, whether the morning after its year was left, and their day."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jubao.operations.envelope.audit import head
from jubao.operations.envelope.request import today
from jubao.simulation.agenda import Agenda
from jubao.simulation.morning import Left, carry_out, morning_of
from jubao.simulation.year import last_day

_WORKED, _LEFT = "year-worked", "morning-left"


@dataclass(frozen=True)
class Demonstration:
    """A district's folder in an office's directory, and what of it is chosen."""

    folder: Path
    seed: int
    scale: float
    year: int

    @property
    def is_worked(self) -> bool:
        """Whether the whole year was carried out here once."""
        return (self.folder / _WORKED).exists()

    def note_worked(self) -> None:
        """The year is over: whoever opens its desk need not go through it again."""
        (self.folder / _WORKED).touch()

    @property
    def is_left(self) -> bool:
        """Whether the staff have left their work for the morning: then the year is over, too."""
        return (self.folder / _LEFT).exists()

    def leave_work(self, agenda: Agenda) -> Iterator[Left]:
        """Let the staff leave their work once; yields what each act came to. Books that went on since are left alone."""
        if self.is_left:
            return
        day = day_of_books()
        if day is not None and day <= last_day(agenda):
            yield from carry_out(morning_of(agenda, self.folder, after=day), agenda, self.folder)
        (self.folder / _LEFT).touch()


def demonstration_in(home: Path) -> Demonstration | None:
    """The demonstration of an office's directory, the latest where there are several; None where there is none."""
    kept = sorted((home / "district").glob("*/agenda.json"), key=lambda path: path.stat().st_mtime)
    if not kept:
        return None
    told = json.loads(kept[-1].read_text(encoding="utf-8"))
    return Demonstration(kept[-1].parent, told["seed"], told["scale"], told["year"])


def demonstration_at(home: Path, seed: int, scale: float, year: int) -> Demonstration:
    """The demonstration of a seed, a scale and a year."""
    return Demonstration(home / "district" / f"{year}-{seed}-{scale:g}", seed, scale, year)


def day_of_books() -> date | None:
    """The day of the last event; None in empty books."""
    last = head()
    return today(last.at) if last else None
