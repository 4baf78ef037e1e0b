"""How far an act is: whoever began something long may listen, and stop it before anything is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Protocol

from jubao.operations.envelope.fault import Refused


class Phase(StrEnum):
    """What an act is at; from ``WRITING`` on it cannot be stopped any more."""

    PLANNING = "核对并计算"
    WRITING = "写入账簿"


class Cancelled(Refused):
    """Whoever began it stopped it; nothing was done."""


class Listener(Protocol):
    """Who wants to know."""

    def entered(self, phase: Phase) -> None:
        """A phase begins. Raises Cancelled: it shall not."""

    def moved(self) -> None:
        """One more statement is about to be read. Raises Cancelled."""


_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listened(listener: Listener) -> Iterator[None]:
    """Let somebody listen until the block ends."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def enter(phase: Phase) -> None:
    """Tell that a phase begins. Raises Cancelled."""
    listener = _LISTENER.get()
    if listener is not None:
        listener.entered(phase)


def move() -> None:
    """Tell that it goes on. Raises Cancelled."""
    listener = _LISTENER.get()
    if listener is not None:
        listener.moved()
