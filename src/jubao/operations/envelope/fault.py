"""What a check finds: faults with case, field, rule and next step; and the refusal that carries them to a door."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jubao.policy.in_force import NoLawForDay

__all__ = ["Fault", "Faults", "NoLawForDay", "Refused"]  # a door shows the sentence of a silent law like a refusal


@dataclass(frozen=True)
class Fault:
    """One thing that stands against an act.

    ``case`` counts from 1, 0 means the whole request; ``field`` is the argument a form marks, or empty; ``place``
    says where in a file; ``rule`` says what does not hold, ``source`` whose rule it is, ``next_step`` what to do.
    """

    case: int
    field: str
    rule: str
    next_step: str = ""
    source: str = ""
    place: str = ""

    def __str__(self) -> str:
        """The fault as one Chinese sentence."""
        where = " ".join(part for part in (f"第{self.case}项" if self.case else "", self.place) if part)
        source = f"（{self.source}）" if self.source else ""
        then = f"，{self.next_step}" if self.next_step else ""
        return f"{where}：{self.rule}{source}{then}" if where else f"{self.rule}{source}{then}"


@dataclass
class Faults:
    """All faults of a request; empty means nothing stands against it."""

    found: list[Fault] = field(default_factory=list)

    def add(self, case: int, name: str, rule: str, *, next_step: str = "", source: str = "", place: str = "") -> None:
        """Note one fault; ``case`` counts from 1, ``place`` names the person or the row of a file."""
        self.found.append(Fault(case, name, rule, next_step, source, place))

    def extend(self, others: "Faults") -> None:
        """Take over what another check found."""
        self.found.extend(others.found)

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.found)

    def __iter__(self) -> Iterator[Fault]:
        """The faults in the order they were found."""
        return iter(self.found)

    def __len__(self) -> int:
        """How many."""
        return len(self.found)


class Refused(Exception):
    """The business says no; the message tells which person or file, which rule, and what to do next."""

    def __init__(self, message: str, *, faults: Sequence[str | Fault] = ()) -> None:
        """Say no with a sentence and every fault."""
        self.message = message
        self.found = [fault for fault in faults if isinstance(fault, Fault)]
        self.faults = [str(fault) for fault in faults]
        super().__init__("\n".join([message, *self.faults]))
