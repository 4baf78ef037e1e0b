"""The shape of a statement: lines that know their accounts, sections that add up, and checks that must hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jubao.reports.statements.reading import Term
from jubao.vocabulary.fen import format_yuan

DEBIT, CREDIT = 1, -1
YEARLY = ("本年前期累计", "本期借方", "本期贷方", "本年累计")


class StatementDoesNotFoot(AssertionError):
    """A statement contradicts the books or itself; it is not shown."""


@dataclass(frozen=True)
class Line:
    """One line: ``opening_fen`` and ``closing_fen`` read on the line's side (DEBIT or CREDIT), movements as booked.

    ``keys`` are the accounts behind it; ``jubao books --open`` lists their vouchers. ``event`` is the business event
    whose movements the line tells, where it tells those of one alone.
    """

    code: str
    name: str
    side: int
    opening_fen: int
    debit_fen: int
    credit_fen: int
    keys: tuple[str, ...]
    event: str = ""

    @property
    def closing_fen(self) -> int:
        """Opening and what was moved, on the line's side."""
        return self.opening_fen + self.side * (self.debit_fen - self.credit_fen)

    @property
    def amounts(self) -> tuple[int, int, int, int]:
        """Opening, debit, credit, closing, in fen."""
        return self.opening_fen, self.debit_fen, self.credit_fen, self.closing_fen


@dataclass(frozen=True)
class Section:
    """Lines under one heading, and what they come to."""

    title: str
    lines: tuple[Line, ...]
    total: Line


@dataclass(frozen=True)
class Check:
    """Two amounts in fen that must be equal."""

    text: str
    left_fen: int
    right_fen: int

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return self.left_fen == self.right_fen


@dataclass(frozen=True)
class Statement:
    """A statement of one book and term; ``headings`` name opening, debit, credit and closing."""

    kind: str
    title: str
    book: str
    term: Term
    headings: tuple[str, ...]
    sections: tuple[Section, ...]
    result: Line | None
    checks: tuple[Check, ...]

    @property
    def lines(self) -> list[Line]:
        """Every line that stands on accounts, without totals."""
        return [line for section in self.sections for line in section.lines]


def add_up(name: str, lines: Iterable[Line], *, side: int) -> Line:
    """A total of lines, read on one side; lines of the other side count against it."""
    taken = list(lines)
    opening = sum(side * line.side * line.opening_fen for line in taken)
    debit, credit = sum(line.debit_fen for line in taken), sum(line.credit_fen for line in taken)
    return Line("", name, side, opening, debit, credit, tuple(dict.fromkeys(k for line in taken for k in line.keys)))


def section(title: str, lines: Sequence[Line], *, side: int, total: str = "合计") -> Section:
    """Lines that moved or hold something, with their total."""
    kept = tuple(line for line in lines if any(line.amounts))
    return Section(title, kept, add_up(f"{title}{total}", kept, side=side))


def footed(statement: Statement) -> Statement:
    """The statement, if every check holds. Raises StatementDoesNotFoot."""
    if wrong := [check for check in statement.checks if not check.holds]:
        told = "；".join(f"{c.text}：{format_yuan(c.left_fen)} ≠ {format_yuan(c.right_fen)}" for c in wrong)
        raise StatementDoesNotFoot(
            f"{statement.title}（{statement.term.title}）不平，未出表。{told}。请先运行 jubao verify"
        )
    return statement
