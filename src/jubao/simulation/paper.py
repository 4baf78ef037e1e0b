"""Paper: the plan everything is written from, and the writing of files and agenda side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from jubao.exchange.writing import write_table
from jubao.simulation.agenda import Agenda
from jubao.simulation.awards import Awards
from jubao.simulation.calendar_of_year import OfficeYear
from jubao.simulation.calibration import Payroll
from jubao.simulation.chance import Chance
from jubao.simulation.contributions import Contributions
from jubao.simulation.fates import Fates
from jubao.simulation.histories import Histories
from jubao.simulation.identity import account_numbers
from jubao.simulation.naming import names
from jubao.simulation.people import Numbers, People
from jubao.simulation.targets import Targets

_OTHERS_PREFIX = "629908"
_OTHERS_LENGTH = 19


@dataclass
class YearPlan:
    """Everything that was chosen for the year, before anything is written down."""

    scale: float
    office: OfficeYear
    targets: Targets
    chance: Chance
    divisions: list[dict[str, Any]]
    outlets: list[dict[str, Any]]
    people: People
    fates: Fates
    past: Histories
    paid: Contributions
    awards: Awards
    payroll: Payroll
    pensions_fen: int
    refunds: Numbers = field(default_factory=lambda: np.zeros(14, dtype=np.int64))  # fen by month of the event

    def money(self, fen: int) -> int:
        """An amount at scale 1 brought to this scale, in fen."""
        return round(fen * self.scale)


@dataclass
class Paper:
    """The folder files are written to and the agenda acts are noted in."""

    folder: Path
    agenda: Agenda

    def write(
        self,
        name: str,
        layout: str,
        columns: Mapping[str, Any],
        header: Mapping[str, Any] | None = None,
    ) -> str:
        """Write one file by its layout; gives its path relative to the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_table(path, layout, {field: plain(values) for field, values in columns.items()}, header=header)
        return name

    def letter(self, name: str, words: str) -> str:
        """Write a letter; gives its path relative to the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
        return name

    def note(self, on: date, act: str, cases: list[dict[str, Any]]) -> None:
        """Note an act with its cases in the agenda."""
        self.agenda.add(on, act, cases)


def plain(values: Sequence[Any]) -> list[Any]:
    """A column as Python values; empty texts and zero months stay what they are."""
    listed: list[Any] = np.asarray(values).tolist() if hasattr(values, "tolist") else list(values)
    return listed


def blank_zero(values: Numbers) -> list[int | None]:
    """A column of months or years in which 0 means empty."""
    return [value or None for value in values.tolist()]


def blank_text(values: Any) -> list[str | None]:
    """A column of texts in which the empty text means empty."""
    return [value or None for value in values.tolist()]


def blank_day(values: Any) -> list[date | None]:
    """A column of days in which not-a-time means empty."""
    return list(values.astype("datetime64[D]").tolist())


def day_text(day: np.datetime64) -> str:
    """A day as ISO text."""
    return str(day.astype("datetime64[D]"))


@dataclass
class Others:
    """People outside the district who receive money: heirs, other agencies' accounts, new bank accounts."""

    names: list[str]
    accounts: list[str]

    @classmethod
    def invent(cls, chance: Chance, topic: str, size: int) -> "Others":
        """Names and valid account numbers under a prefix no bank uses; other topics get other numbers."""
        stream = chance.stream(topic)
        serials = stream.integers(0, 9_000) * 1_000_000 + np.arange(size, dtype=np.int64)
        accounts = account_numbers(_OTHERS_PREFIX, _OTHERS_LENGTH, serials)
        return cls(names(stream, size).tolist(), accounts.tolist())
