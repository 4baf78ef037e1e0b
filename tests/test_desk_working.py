"""Long work: done beside the page, seen while it runs, stopped before anything is written, begun once."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import override_settings

from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Goto
from jubao.desk.working.runner import done_or_left
from jubao.operations.beside import long_work
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import Hand
from jubao.operations.envelope.progress import Cancelled, Phase, enter, move
from jubao.records.models import Work
from jubao.vocabulary.both import Language
from tests.office import MASKED

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2018, 1, 8, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PATIENCE = 30


@pytest.fixture
def seat() -> Seat:
    hand = Hand("D2", None, "TRIAL")  # type: ignore[arg-type]  nothing is signed here
    return Seat(replace(MASKED, staff="D2"), hand, AT, Language.CHINESE, "trial D2")


@pytest.fixture(autouse=True)
def aside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("jubao.desk.working.runner.WAITED", 0.05)
    monkeypatch.setattr("jubao.desk.working.runner.BEAT", 0.05)
    with override_settings(DESK_WORKS_ASIDE=True):
        yield


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, list(Work.objects.order_by("id").values())
        time.sleep(0.02)


def test_what_is_short_is_done_before_the_page_answers(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jubao.desk.working.runner.WAITED", PATIENCE)
    assert done_or_left(seat, "k1", "短", lambda: Goto("/there")).address == "/there"
    assert Work.objects.get().state == Work.State.DONE


def test_what_is_refused_within_the_moment_is_refused_on_the_page(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jubao.desk.working.runner.WAITED", PATIENCE)

    def job() -> Goto:
        raise Refused("不行")

    with pytest.raises(Refused, match="不行"):
        done_or_left(seat, "k1", "退", job)
    assert Work.objects.get().answer["sentence"] == "不行"


def test_long_work_has_a_page_and_a_second_click_begins_nothing(seat: Seat) -> None:
    goes_on, runs = Event(), []

    def job() -> Goto:
        runs.append(1)
        enter(Phase.PLANNING)
        move()
        assert goes_on.wait(PATIENCE)
        return Goto("/result")

    page = done_or_left(seat, "k1", "长", job)
    assert page.address == f"/long-work/{Work.objects.get().pk}"
    assert done_or_left(seat, "k1", "长", job).address == page.address
    until(lambda: Work.objects.get().phase == Phase.PLANNING)
    goes_on.set()
    until(lambda: Work.objects.get().state == Work.State.DONE)
    assert Work.objects.get().answer == {"address": "/result"}
    assert runs == [1]


def test_it_is_stopped_before_anything_is_written_and_never_after(seat: Seat) -> None:
    writing, goes_on = Event(), Event()

    def planning() -> Goto:
        while True:
            move()
            time.sleep(0.01)

    def written() -> Goto:
        enter(Phase.WRITING)
        writing.set()
        assert goes_on.wait(PATIENCE)
        move()
        return Goto("/result")

    done_or_left(seat, "k1", "可停", planning)
    first = Work.objects.get(key="k1").pk
    assert long_work.ask_to_stop(first, "D2")
    until(lambda: Work.objects.get(pk=first).state == Work.State.CANCELLED)
    done_or_left(seat, "k2", "不可停", written)
    assert writing.wait(PATIENCE)
    second = Work.objects.get(key="k2").pk
    until(lambda: not Work.objects.get(pk=second).is_cancellable)
    assert not long_work.ask_to_stop(second, "D2")
    goes_on.set()
    until(lambda: Work.objects.get(pk=second).state == Work.State.DONE)


def test_nobody_stops_or_sees_anothers(seat: Seat) -> None:
    number, _ = long_work.begin("D1", "k1", "别人的", at=AT)
    assert not long_work.ask_to_stop(number, "D2")
    assert long_work.standing(number, "D2", at=AT) is None


def test_a_beat_that_stopped_tells_of_an_interruption_and_the_work_may_begin_again() -> None:
    number, _ = long_work.begin("D2", "k1", "断", at=AT)
    later = AT + long_work.SILENT + timedelta(seconds=1)
    told = long_work.standing(number, "D2", at=later)
    assert told is not None
    assert told.state == long_work.INTERRUPTED
    assert long_work.begin("D2", "k1", "断", at=AT + timedelta(seconds=1)) == (number, False)
    assert long_work.begin("D2", "k1", "断", at=later) == (number, True)


def test_a_listener_that_refuses_stops_the_plan() -> None:
    from jubao.operations.envelope.progress import listened

    class Stops:
        def entered(self, phase: Phase) -> None: ...

        def moved(self) -> None:
            raise Cancelled("停")

    with listened(Stops()), pytest.raises(Cancelled):
        move()
    assert connection.in_atomic_block is False
