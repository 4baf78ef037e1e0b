"""Doing something beside the page: short things are done before the page answers, long ones are left to a page of their own.

The work runs in a thread of the process that took it, with the hand of whoever began it, which lies nowhere else. A
second thread notes its beat on a connection of its own. A process that dies leaves a beat that stops.
"""

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Event, Thread

from django.conf import settings
from django.db import connections
from django.urls import reverse

from jubao.desk.frame.clock import real_now
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Goto
from jubao.operations.beside import long_work
from jubao.operations.beside.long_work import State
from jubao.operations.envelope.fault import NoLawForDay, Refused
from jubao.operations.envelope.progress import Cancelled, Phase, listened
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import MayNotLook

WAITED = 2.0
BEAT = 1.0


@dataclass
class Progress:
    """How far some work is, as it tells it; read by whoever notes its beat."""

    phase: str = ""
    read: int = 0
    is_cancelling: bool = False
    is_cancellable: bool = True
    over: Event = field(default_factory=Event)

    def entered(self, phase: Phase) -> None:
        """As ``progress.Listener``."""
        self._stop_if_asked()
        self.phase = phase
        self.is_cancellable = phase is not Phase.WRITING

    def moved(self) -> None:
        """As ``progress.Listener``."""
        self.read += 1
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self.is_cancelling and self.is_cancellable:
            raise Cancelled("已按您的要求停止，没有办理")


def done_or_left(seat: Seat, key: str, title: str, job: Callable[[], Goto]) -> Goto:
    """Do a job; where it takes longer than a moment, go to its page instead, and let it go on.

    Args:
        seat: who begins it; key: of the request: the same one is begun once.
        title: what is done; job: gives where to go when it is done.
    Raises:
        Refused: as the job, where it ends within the moment.
    """
    if not settings.DESK_WORKS_ASIDE:
        return job()
    number, begun = long_work.begin(seat.staff, key, title, at=real_now())
    page = Goto(reverse("working.work", args=[number]))
    if not begun:
        return page
    progress, ended = Progress(), _Ended()
    run = copy_context().run
    worker = Thread(target=run, args=(_carried, number, job, progress, ended), name=f"work {number}")
    worker.start()
    Thread(target=_beating, args=(number, progress), name=f"beat {number}", daemon=True).start()
    worker.join(WAITED)
    if worker.is_alive():
        return page
    if ended.refusal is not None:
        raise ended.refusal
    return ended.goto or page


@dataclass
class _Ended:
    """What came of a job, for the page that may still be waiting."""

    goto: Goto | None = None
    refusal: Exception | None = None


def _carried(number: int, job: Callable[[], Goto], progress: Progress, ended: _Ended) -> None:
    try:
        with listened(progress):
            ended.goto = job()
        _end(number, State.DONE, {"address": ended.goto.address})
    except Cancelled as stopped:
        ended.refusal = stopped
        _end(number, State.CANCELLED, {"sentence": stopped.message})
    except Refused as no:
        ended.refusal = no
        _end(number, State.REFUSED, {"sentence": no.message, "faults": no.faults})
    except (MayNotLook, NoLawForDay) as no:
        ended.refusal = no
        _end(number, State.REFUSED, {"sentence": str(no), "faults": []})
    except Exception as fault:  # our own mistake: it must not stay "under way" for ever
        ended.refusal = fault
        _end(number, State.REFUSED, {"sentence": str(OURS), "faults": []})
        raise
    finally:
        progress.over.set()
        connections.close_all()


OURS = both(
    "系统出错，没有办完。请按原请求再办一次，不会重复办理。", "Something broke; ask again, nothing is done twice."
)


def _end(number: int, state: State, told: dict[str, object]) -> None:
    long_work.end(number, state, told, at=real_now())


def _beating(number: int, progress: Progress) -> None:
    """Note the beat until the work is over; what its beginner asked is told to it."""
    try:
        while not progress.over.wait(BEAT):
            asked = long_work.beat(
                number,
                phase=progress.phase,
                read=progress.read,
                is_cancellable=progress.is_cancellable,
                at=real_now(),
            )
            progress.is_cancelling = progress.is_cancelling or asked
    finally:
        connections.close_all()
