"""The desk's clock: the machine's, and in an office on trial a stated day that nobody outruns."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from jubao.desk.frame import clock
from jubao.operations.envelope.fault import Refused
from tests.office import Office

AFTERNOON = datetime(2026, 5, 4, 15, 0, tzinfo=clock.LOCAL)


@pytest.fixture
def afternoon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine shows three in the afternoon of another year."""
    monkeypatch.setattr(clock, "real_now", lambda: AFTERNOON)


@pytest.mark.django_db
def test_a_stated_day_has_the_machines_time(afternoon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Office()
    monkeypatch.setenv(clock.STATED, "2017-02-01")
    assert clock.now() == datetime(2017, 2, 1, 15, 0, tzinfo=clock.LOCAL)


@pytest.mark.django_db
def test_nobody_acts_before_what_was_done_last(afternoon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Books whose day was worked in the morning: whoever sits down in the night before still comes after it."""
    office = Office(started=date(2017, 2, 1))
    monkeypatch.setenv(clock.STATED, "2017-02-01")
    monkeypatch.setattr(clock, "real_now", lambda: AFTERNOON.replace(hour=3))
    at = clock.now()
    assert at.date() == date(2017, 2, 1)
    assert datetime(2017, 2, 1, 8, 30, tzinfo=clock.LOCAL) < at < datetime(2017, 2, 1, 9, 0, tzinfo=clock.LOCAL)
    assert at - clock.now() == timedelta(0), "the day stands still until something happens"
    assert office.started == at.date()


@pytest.mark.django_db
def test_only_an_office_on_trial_may_state_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    Office()
    monkeypatch.setenv(clock.STATED, "2017-02-01")
    (Path(settings.JUBAO_HOME) / "keys" / "trial.key").unlink()
    with pytest.raises(Refused, match="只有试用机构"):
        clock.now()


@pytest.mark.django_db
def test_what_is_no_day_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Office()
    monkeypatch.setenv(clock.STATED, "soon")
    with pytest.raises(Refused, match="这样的日期"):
        clock.now()
