"""A way to steal as data: what it is called, which case or fault it replays, and what its people would do."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.theft.trial import Trial, Way


@dataclass(frozen=True)
class Theft:
    """One way to steal.

    Args:
        name: in Chinese; english: the same in English.
        replays: cases, faults and attacks it stands for, as the office's list of controls numbers them.
        way: what the crew does.
        unregistered: whether it needs an office whose register was not opened yet.
    """

    name: str
    english: str
    replays: str
    way: Way
    unregistered: bool = False


def theft(
    name: str, english: str, replays: str, into: list[Theft], *, unregistered: bool = False
) -> Callable[[Way], Way]:
    """Put a way on the list of its subject."""

    def put(way: Callable[[Trial], None]) -> Callable[[Trial], None]:
        into.append(Theft(name, english, replays, way, unregistered))
        return way

    return put
