"""Taking a step again when what it read has moved, or the engine asks for another try; the last time under the lock."""

from collections.abc import Callable
from typing import TypeVar

from django.db import Error as DatabaseFault

from jubao.operations.envelope.refusals import Busy, sentence_of

Taken = TypeVar("Taken")
PLANS_TRIED = 3


class HasMoved(Exception):
    """What a plan read has moved before it could be applied; it must be made again."""


def attempt(once: Callable[[bool], Taken]) -> Taken:
    """What ``once`` gives; it is told whether to work under the lock, where nothing can move."""
    for tried in range(1, PLANS_TRIED + 1):
        try:
            return once(tried == PLANS_TRIED)
        except HasMoved:
            continue
        except DatabaseFault as error:
            if tried == PLANS_TRIED or not isinstance(sentence_of(error), Busy):
                raise
    raise AssertionError("a plan made under the lock cannot move")
