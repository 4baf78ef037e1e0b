"""Long work on a page of its own (后台办理): how far it is, a way to stop it, and what came of it."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, QueryDict
from django.urls import reverse

from jubao.desk.frame.clock import real_now
from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Goto, Sent, submission
from jubao.operations.beside.long_work import Standing, ask_to_stop, own_work, standing
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Running:
    """Some work, and how long it has taken."""

    work: Standing

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.work.state == "RUNNING"

    @property
    def elapsed(self) -> timedelta:
        """From its beginning to its last beat, in whole seconds."""
        return timedelta(seconds=(self.work.beat_at - self.work.begun_at).seconds)


@page("long-work", title=both("后台办理", "Long work"), audience=SIGNERS, menu=("desk", 40), queries=2)
def every_work(viewer: Viewer, asked: QueryDict) -> tuple[Running, ...]:
    """One's own long work, the latest first."""
    return tuple(Running(one) for one in own_work(viewer.staff, at=real_now()))


@page("long-work/<int:number>", title=both("后台办理", "Long work"), audience=SIGNERS, queries=2, parts=("progress",))
def work(viewer: Viewer, asked: QueryDict, number: int) -> Running | None:
    """One piece of one's own work; nobody else's."""
    found = standing(number, viewer.staff, at=real_now())
    return None if found is None else Running(found)


@submission("long-work/<int:number>/stop", audience=SIGNERS)
def stop(seat: Seat, sent: Sent, number: int) -> Goto:
    """Ask it to stop; past the point of no return it goes on, and the page says so."""
    if standing(number, seat.staff, at=real_now()) is None:
        raise Http404
    asked = ask_to_stop(number, seat.staff)
    said = (
        both("已请求停止。", "Asked to stop.")
        if asked
        else both("已在写入账簿，不能再停止。", "It is being written and cannot be stopped.")
    )
    return Goto(reverse("working.work", args=[number]), said)
