"""What is compared and what comes out: a sender's list, suspicions, rows that could not be compared, and the counts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jubao.exchange.register_mapping import RegisterMapping
from jubao.operations.registers.kinds import meaning_of
from jubao.vocabulary.codes.suspicion import ListKind

LONGEST_LAYOUT = 40


@dataclass(frozen=True)
class SenderList:
    """A kept file, what kind of list it is, and how it is read; without a mapping by the kind's own layout.

    ``received`` is the day it came in: nobody on it can have died later.
    """

    file: str
    kind: ListKind
    mapping: RegisterMapping | None = None
    mapping_name: str = ""
    received: date | None = None

    @property
    def layout(self) -> str:
        """What the inbound desk calls the purpose the file was taken in for."""
        return f"register:{self.mapping_name}"[:LONGEST_LAYOUT] if self.mapping else meaning_of(self.kind).layout

    @property
    def key(self) -> tuple[Any, ...]:
        """What the list is compared by: two of one key read alike."""
        return self.file, str(self.kind), str(self.mapping), self.received


@dataclass(frozen=True)
class Suspicion:
    """One person who may be meant by one row; ``row`` is set and the score explained where no number said so."""

    record: str
    person: int
    kind: str
    details: str
    source_key: str
    row: int | None = None
    score_ppm: int | None = None
    explanation: str = ""


@dataclass(frozen=True)
class UnreadRow:
    """A row that could not be compared by number: rejected with its rule, or waiting."""

    row: int
    record: str
    rule: str
    name: str
    number: str
    details: str
    state: str
    source_key: str
    scored: tuple[str, ...] = ()


@dataclass
class Comparison:
    """What a comparison found; ``accepted`` + ``rejected`` + ``waiting`` = ``rows``.

    Attributes:
        asked: rows of which another cell than the number could not be read, with the question, by row number.
        outside: numbers of rows about a time that was over before our months begin; they raise no suspicion.
        carried: fingerprints of what the list says about somebody.
        is_scored: whether the rows without a number were scored.
    """

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    waiting: int = 0
    hits: int = 0
    exact: list[Suspicion] = field(default_factory=list)
    fuzzy: list[Suspicion] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)
    asked: dict[int, str] = field(default_factory=dict)
    outside: list[int] = field(default_factory=list)
    carried: set[str] = field(default_factory=set)
    model: str = ""
    is_scored: bool = False
