"""One question as it stands on the page, with everything its template draws; nothing here is computed."""

from collections.abc import Iterator
from dataclasses import dataclass

from jubao.desk.forms.drawing import Control, Width
from jubao.desk.forms.picking import Pick
from jubao.operations.blank_files import FileAsked
from jubao.operations.inbound import NAMED
from jubao.vocabulary.both import Both


@dataclass(frozen=True)
class Option:
    """One choice: its code, what it is called, and whether it is taken."""

    code: str
    label: Both
    is_taken: bool


@dataclass(frozen=True)
class Handed:
    """A file that came in with the form already: its key in the tray, its name and size."""

    key: str
    name: str
    size: int


@dataclass(frozen=True)
class Row:
    """One row of a list: its number as people count, the name under which it is taken away, and what it asks."""

    number: int
    name: str
    entries: tuple["Entry", ...]


@dataclass(frozen=True)
class Entry:
    """One question on the page.

    Attributes:
        name: of the field, its path in the arguments; id: of its element.
        control: what stands there; label: in both languages; hint: what to write; bounds: what the answer must lie within.
        is_optional: whether it may stay empty.
        typed: what stands in it; echo: the same in other words; faults: what is wrong with it.
        options: of choices, or what a picker suggests at once; width: of its line; longest: most signs.
        is_number: whether a telephone shows its digits first.
        found: what a picker's text means; near: what it may mean.
        kind: of a picker, for its page; handed: the file there is; accepts: endings of files, and most: megabytes;
        asked: how the file must look.
        entries: within a group; rows: of a list.
    """

    name: str
    id: str
    control: Control
    label: Both
    hint: str = ""
    example: Both | None = None
    bounds: str = ""
    is_optional: bool = False
    typed: str = ""
    echo: str = ""
    faults: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    width: Width = Width.WHOLE
    longest: int | None = None
    is_number: bool = False
    kind: str = ""
    found: Pick | None = None
    near: tuple[Pick, ...] = ()
    handed: Handed | None = None
    accepts: str = ""
    most: int = 0
    asked: FileAsked | None = None
    entries: tuple["Entry", ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong with it."""
        return bool(self.faults)

    @property
    def is_kept(self) -> bool:
        """Whether a number that is only compared was given already: nothing but its keyed hash is here."""
        return self.control is Control.HIDDEN_ONCE and NAMED.fullmatch(self.typed) is not None

    @property
    def described_by(self) -> str:
        """The elements that say more about its control."""
        told = [f"{self.id}-hint"] if self.hint or self.example or self.bounds else []
        told += [f"{self.id}-error"] if self.faults else []
        told += [f"{self.id}-echo"] if self.echo else []
        return " ".join(told)

    @property
    def inside(self) -> "Iterator[Entry]":
        """Everything within it."""
        for one in (*self.entries, *(entry for row in self.rows for entry in row.entries)):
            yield one
            yield from one.inside
