"""``jubao desk`` builds nothing twice: a year that was worked is not worked again, and the morning is left once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jubao.cli import desk
from jubao.simulation.demonstration import Demonstration
from jubao.simulation.morning import Left


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made, by name; nothing is."""
    done: list[str] = []

    def left(_: Demonstration, __: object) -> Iterator[Left]:
        done.append("morning")
        yield Left("待遇核定")

    monkeypatch.setattr("jubao.cli.demo.generated", lambda *_: done.append("district"))
    monkeypatch.setattr("jubao.cli.demo.worked", lambda *_: done.append("year"))
    monkeypatch.setattr(Demonstration, "leave_work", left)
    return done


def test_a_year_that_breaks_off_is_worked_again(tmp_path: Path, made: list[str]) -> None:
    desk._make(Demonstration(tmp_path, 5, 0.01, 2017))
    assert made == ["district", "year", "morning"]


def test_a_year_that_was_worked_is_not_worked_again(tmp_path: Path, made: list[str]) -> None:
    shown = Demonstration(tmp_path, 5, 0.01, 2017)
    shown.note_worked()
    desk._make(shown)
    assert made == ["district", "morning"]
