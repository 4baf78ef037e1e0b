"""One thing out of the ordinary that an approver sees first, and the numbers of the house from which on somebody looks."""

from dataclasses import dataclass, field

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.seen.people import Key


@dataclass
class Notable:
    """One thing out of the ordinary: its kind, a sentence, and whom it concerns with a detail each."""

    kind: str
    text: str
    people: list[tuple[Key, str]] = field(default_factory=list)


def limit_of(changes: Changes, name: str) -> int:
    """A number of the house from which on somebody looks."""
    return int(changes.view.law.value(f"watch.{name}"))
