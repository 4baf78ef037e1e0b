"""What a preview says, with types: read from the text that is stored with its proposal and hashed, for every door alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Somebody:
    """One person a plan touches, or whom an exception names; numbers show their ends only.

    Attributes:
        detail: what an exception says of him; moves: heads before and after; rows: one sentence for each kind of new row.
    """

    name: str
    number: str
    personal_number: str
    detail: str = ""
    moves: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def changes(self) -> "tuple[Move, ...]":
        """His heads, before and after."""
        return tuple(map(move_of, self.moves))


@dataclass(frozen=True)
class Move:
    """One head: what it is, what stood, what will stand."""

    what: str
    before: str
    after: str


def move_of(sentence: str) -> Move:
    """A head before and after, from the sentence a preview keeps of it.

    >>> move_of("待遇 状态：暂停 → 正常")
    Move(what='待遇 状态', before='暂停', after='正常')
    >>> move_of("另有 3 类变动")
    Move(what='另有 3 类变动', before='', after='')
    """
    what, _, told = sentence.partition("：")
    before, _, after = told.partition(" → ")
    return Move(what, before, after)


@dataclass(frozen=True)
class Unusual:
    """One thing out of the ordinary: its kind, a sentence, and whom it concerns."""

    kind: str
    text: str
    people: tuple[Somebody, ...]


@dataclass(frozen=True)
class Everybody:
    """Whom a plan touches: how many, those shown, how many beyond, and why not all can be shown."""

    count: int
    beyond: int
    shown: tuple[Somebody, ...]
    note: str = ""


@dataclass(frozen=True)
class Cause:
    """The rows of one table that have one cause: how many, of how many people, what they add up to in fen if it is money."""

    title: str
    cause: str
    rows: int
    people: int
    fen: int | None = None


@dataclass(frozen=True)
class Moves:
    """What becomes of some heads, and of how many."""

    move: str
    rows: int

    @property
    def told(self) -> Move:
        """What stood and what will stand."""
        return move_of(self.move)


@dataclass(frozen=True)
class OtherRows:
    """New rows of one table that concern nobody in particular: how many, and the first ones in full."""

    title: str
    count: int
    rows: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rows without the name of their table."""
        return tuple(row.removeprefix(f"{self.title}：") for row in self.rows)


@dataclass(frozen=True)
class MoneyOfMonth:
    """What one table moves for one month."""

    title: str
    month: str
    rows: int
    fen: int


@dataclass(frozen=True)
class MoneyOfPayer:
    """What one table moves for one payer."""

    title: str
    payer: str
    rows: int
    fen: int


@dataclass(frozen=True)
class MoneyOfAccount:
    """What is debited and credited on one account of the books."""

    book: str
    account: str
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True)
class Money:
    """The money of a plan, by month, payer and account of the books."""

    months: tuple[MoneyOfMonth, ...]
    payers: tuple[MoneyOfPayer, ...]
    accounts: tuple[MoneyOfAccount, ...]


@dataclass(frozen=True)
class LeavingFile:
    """A file that leaves with the act."""

    tray: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Told:
    """A preview: exceptions first, then what the plan itself says must be seen, law, people, causes, money, files."""

    exceptions: tuple[Unusual, ...]
    notices: tuple[str, ...]
    uncertain: tuple[str, ...]
    people: Everybody
    causes: tuple[Cause, ...]
    moves: tuple[Moves, ...]
    others: tuple[OtherRows, ...]
    money: Money
    files: tuple[LeavingFile, ...]

    @property
    def to_tick(self) -> tuple[str, ...]:
        """What a signer looks at one by one before agreeing."""
        return (*(one.text for one in self.exceptions), *self.notices)


def told_of(preview: Mapping[str, Any]) -> Told:
    """A stored preview with types."""
    money = preview["money"]
    return Told(
        exceptions=tuple(
            Unusual(one["kind"], one["text"], tuple(map(_somebody, one["people"]))) for one in preview["exceptions"]
        ),
        notices=tuple(preview["notices"]),
        uncertain=tuple(preview["uncertain"]),
        people=everybody_of(preview["people"]),
        causes=tuple(Cause(**one) for one in preview["causes"]),
        moves=tuple(Moves(**one) for one in preview["moves"]),
        others=tuple(OtherRows(one["title"], one["count"], tuple(one["rows"])) for one in preview["others"]),
        money=Money(
            months=tuple(MoneyOfMonth(**one) for one in money["months"]),
            payers=tuple(MoneyOfPayer(**one) for one in money["payers"]),
            accounts=tuple(MoneyOfAccount(**one) for one in money["accounts"]),
        ),
        files=tuple(LeavingFile(*one) for one in preview["files"]),
    )


def everybody_of(told: Mapping[str, Any], note: str = "") -> Everybody:
    """Whom a preview names."""
    return Everybody(told["count"], told["beyond"], _people(told["shown"]), note)


def _people(told: Iterable[Mapping[str, Any]]) -> tuple[Somebody, ...]:
    return tuple(map(_somebody, told))


def _somebody(told: Mapping[str, Any]) -> Somebody:
    return Somebody(
        name=told["name"],
        number=told["number"],
        personal_number=told["personal_number"],
        detail=told.get("detail", ""),
        moves=tuple(told.get("moves", ())),
        rows=tuple(told.get("rows", ())),
    )
