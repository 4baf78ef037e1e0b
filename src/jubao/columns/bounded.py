"""Columns that hold only what they mean: every field brings its own CHECK, the same on SQLite and PostgreSQL.

Django leaves lengths to the engine (SQLite takes any) and choices to forms (neither engine looks at them). Here the
bound is part of the column: ``Text``, ``Code`` and the shaped texts, whole numbers between two bounds (``Count``,
``Whole``, ``Fen``, ``RowKey``), ``Month``, ``Year``, ``Period`` and ``Day``. An empty text stands only where the
column is ``blank``. What bounds a column can be read from it (``max_length``, ``at_least``, ``at_most``, ``first``,
``last``), so that whoever asks for a value asks for one that fits.
"""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models

from jubao.vocabulary.resident_number import EARLIEST_YEAR

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import BigIntegerField, CharField, DateField, IntegerField, PositiveIntegerField
else:

    def _subscriptable(field: type[models.Field]) -> type[models.Field]:
        """A field that may be written with type parameters, as the type checker wants and Django does not know."""
        return type(field.__name__, (field,), {"__class_getitem__": classmethod(lambda cls, _: cls)})

    BigIntegerField = _subscriptable(models.BigIntegerField)
    CharField = _subscriptable(models.CharField)
    DateField = _subscriptable(models.DateField)
    IntegerField = _subscriptable(models.IntegerField)
    PositiveIntegerField = _subscriptable(models.PositiveIntegerField)

Put = TypeVar("Put")  # what may be set to the attribute, and what is got from it: as django-stubs names the two
Got = TypeVar("Got")

MOST_FEN = 10**13  # 100,000 million yuan: no sum of a district is larger
MOST_COUNTED = 10**9
MOST_WHOLE = 10**15
FIRST_YEAR, LAST_YEAR = 1900, 2199
MONTHS_OF_YEAR = 12
FIRST_DAY = date(EARLIEST_YEAR, 1, 1)  # nobody whose number tells a birth was born earlier
LAST_DAY = date(LAST_YEAR, MONTHS_OF_YEAR, 31)
LARGEST_KEY = 2**63 - 1


class Bounded:
    """What all these columns share: a rule in SQL, which a NULL passes where the column may hold one.

    The rule begins with the quoted column. So SQLite names the column alone when a value breaks it (``CHECK constraint
    failed: amount_fen``); PostgreSQL names the constraint ``<table>_<column>_check`` (its detail repeats the row).
    """

    # Django thinks that only forms care for these two; here a change of them changes the CHECK.
    non_db_attrs: tuple[str, ...] = tuple(
        name for name in models.Field.non_db_attrs if name not in {"blank", "choices"}
    )

    def rule(self, column: str, *, sqlite: bool) -> str:
        """The condition a value meets, as SQL over the quoted column; without a percent sign, which binds values."""
        raise NotImplementedError

    def db_check(self, connection: "BaseDatabaseWrapper") -> str | None:
        """The CHECK of the column; Django writes it behind the column's type."""
        assert isinstance(self, models.Field), "a mixin for fields"
        column = connection.ops.quote_name(str(self.column))
        rule = self.rule(column, sqlite=connection.vendor == "sqlite")
        return f"{column} IS NULL OR ({rule})" if self.null else rule


# ── Texts ────────────────────────────────────────────────────────────────────────────────────────


class Text(Bounded, CharField[Put, Got]):
    """A text of at most ``max_length`` characters; empty only where ``blank``.

    On PostgreSQL the column is ``text``: ``varchar(n)`` drops trailing blanks without a word and says of a longer text
    that it is wrong data, not that a rule is broken. SQLite counts characters up to a NUL only, so none may stand.
    """

    def rule(self, column: str, *, sqlite: bool) -> str:
        """Its length."""
        fits = f"length({column}) <= {self.max_length}"
        if sqlite:
            fits += f" AND {_without_nul(column)}"
        return f"{column} = '' OR {fits}" if self.blank else f"{column} <> '' AND {fits}"

    def db_type(self, connection: "BaseDatabaseWrapper") -> str | None:
        """See above."""
        return "text" if connection.vendor == "postgresql" else super().db_type(connection)


def _without_nul(column: str) -> str:
    """No NUL in a text, in SQLite's words; bytes are searched faster than characters."""
    return f"instr(CAST({column} AS BLOB), x'00') = 0"


class Code(Text[Put, Got]):
    """One code of a list (``choices``); none of them, the empty text, only where ``blank``.

    The list may be a vocabulary's: ``choices=Category.choices()``. Its longest code is the column's length.
    """

    def __init__(
        self, verbose_name: str | None = None, *, choices: Any = (), null: bool = False, **options: Any
    ) -> None:
        """Take the length from the list."""
        codes = list(choices)
        options.setdefault("max_length", max((len(code) for code, _ in codes), default=1))
        super().__init__(verbose_name, choices=codes, null=null, **options)

    def rule(self, column: str, *, sqlite: bool) -> str:
        """One of the list; SQLite builds a table for every IN and every row, so there they are compared one by one."""
        codes = [str(code) for code, _ in self.flatchoices]
        assert any(codes), f"{self.name} has no list of codes"
        if self.blank and "" not in codes:
            codes.append("")
        quoted = ["'" + code.replace("'", "''") + "'" for code in codes]
        if sqlite:
            return " OR ".join(f"{column} = {code}" for code in quoted)
        return f"{column} IN ({', '.join(quoted)})"


class Shaped(Text[Put, Got]):
    """A text of a fixed shape: ``shortest`` to ``longest`` characters out of ``letters``; empty only where ``blank``."""

    letters: ClassVar[str]
    shortest: ClassVar[int]
    longest: ClassVar[int]

    def __init__(self, verbose_name: str | None = None, *, null: bool = False, **options: Any) -> None:
        """Take the length from the shape."""
        options.setdefault("max_length", self.longest)
        super().__init__(verbose_name, null=null, **options)

    def rule(self, column: str, *, sqlite: bool) -> str:
        """Its length and its characters."""
        shaped = f"{self.spelt(column, sqlite=sqlite)} AND length({column}) BETWEEN {self.shortest} AND {self.longest}"
        if sqlite:
            shaped += f" AND {_without_nul(column)}"
        return f"{column} = '' OR ({shaped})" if self.blank else shaped

    def spelt(self, column: str, *, sqlite: bool) -> str:
        """The condition on its characters."""
        return f"{column} NOT GLOB '*[^{self.letters}]*'" if sqlite else f"{column} ~ '^[{self.letters}]*$'"


class AccountNumber(Shaped[Put, Got]):
    """A bank account or card that money goes to (银行账号): digits only, 8 to 32; never a formula of a spreadsheet."""

    letters = "0-9"
    shortest, longest = 8, 32


class Sha256(Shaped[Put, Got]):
    """A SHA-256 as 64 lower-case hex digits."""

    letters = "0-9a-f"
    shortest = longest = 64


class Hex(Shaped[Put, Got]):
    """Bytes as lower-case hex digits: a public key, a signature, a token."""

    letters = "0-9a-f"
    shortest, longest = 32, 512

    def __init__(self, verbose_name: str | None = None, *, max_length: int = longest, **options: Any) -> None:
        """Take how many digits the column holds at most."""
        self.longest = max_length  # type: ignore[misc]  # narrower than the shape's own
        super().__init__(verbose_name, max_length=max_length, **options)


class ResidentNumber(Shaped[Put, Got]):
    """A citizen identification number in its form (公民身份号码): 17 digits, then a digit or X.

    Birth day and check digit are for the vocabulary to judge, before it comes here.
    """

    letters = "0-9X"
    shortest = longest = 18

    def spelt(self, column: str, *, sqlite: bool) -> str:
        """An X only at the end."""
        return f"{column} GLOB '{'[0-9]' * 17}[0-9X]'" if sqlite else f"{column} ~ '^[0-9]{{17}}[0-9X]$'"


# ── Whole numbers ────────────────────────────────────────────────────────────────────────────────


class Between(Bounded):
    """A whole number from ``at_least`` to ``at_most``, both included; a fraction is refused."""

    LEAST: ClassVar[int]
    MOST: ClassVar[int]

    def __init__(
        self,
        verbose_name: str | None = None,
        *,
        null: bool = False,
        at_least: int | None = None,
        at_most: int | None = None,
        **options: Any,
    ) -> None:
        """Take the bounds of the kind where none of its own are given."""
        self.at_least = self.LEAST if at_least is None else at_least
        self.at_most = self.MOST if at_most is None else at_most
        super().__init__(verbose_name, null=null, **options)  # type: ignore[call-arg]

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """The bounds, too, belong to the column a migration makes."""
        name, path, args, options = super().deconstruct()  # type: ignore[misc]
        own = {"at_least": (self.at_least, self.LEAST), "at_most": (self.at_most, self.MOST)}
        return name, path, args, options | {key: given for key, (given, usual) in own.items() if given != usual}

    def rule(self, column: str, *, sqlite: bool) -> str:
        """Its bounds; SQLite would keep a fraction or a word in a column of numbers."""
        return f"{column} BETWEEN {self.at_least} AND {self.at_most}" + (
            f" AND typeof({column}) = 'integer'" if sqlite else ""
        )


class Count(Between, PositiveIntegerField[Put, Got]):
    """How many, or the how manieth: people, lines, years, a running number."""

    LEAST, MOST = 0, MOST_COUNTED


class Whole(Between, BigIntegerField[Put, Got]):
    """A whole number that may grow beyond a count: bytes, rows of a country's file, a key made of digits."""

    LEAST, MOST = 0, MOST_WHOLE


class Fen(Whole[Put, Got]):
    """Money in fen, signed; ``at_least=0`` where it is never negative, ``at_least=1`` where money must move."""

    LEAST, MOST = -MOST_FEN, MOST_FEN


class RowKey(Whole[Put, Got]):
    """The primary key of a row in another table, kept without a foreign key; ``at_least=0`` where 0 means none."""

    LEAST, MOST = 1, LARGEST_KEY


class Year(Between, PositiveIntegerField[Put, Got]):
    """A year of the calendar, YYYY."""

    LEAST, MOST = FIRST_YEAR, LAST_YEAR


class Month(Between, IntegerField[Put, Got]):
    """A month of the calendar, YYYYMM: 201713 is none."""

    LEAST, MOST = FIRST_YEAR * 100 + 1, LAST_YEAR * 100 + MONTHS_OF_YEAR

    def rule(self, column: str, *, sqlite: bool) -> str:
        """Its bounds, and a number from 1 to 12 behind the year."""
        return f"{super().rule(column, sqlite=sqlite)} AND {_month_of_year(column)}"


class Period(Between, IntegerField[Put, Got]):
    """A month YYYYMM or a year YYYY, whichever is reported or closed."""

    LEAST, MOST = FIRST_YEAR, LAST_YEAR * 100 + MONTHS_OF_YEAR

    def rule(self, column: str, *, sqlite: bool) -> str:
        """A year's bounds, or a month's with its number."""
        month = f"{column} >= {FIRST_YEAR * 100 + 1} AND {_month_of_year(column)}"
        return f"{super().rule(column, sqlite=sqlite)} AND ({column} <= {LAST_YEAR} OR {month})"


def _month_of_year(column: str) -> str:
    return f"{column} - {column} / 100 * 100 BETWEEN 1 AND {MONTHS_OF_YEAR}"


# ── Days ─────────────────────────────────────────────────────────────────────────────────────────


class Day(Bounded, DateField[Put, Got]):
    """A day of the calendar between two bounds; SQLite keeps it as text, so the text must be the day's own."""

    first, last = FIRST_DAY, LAST_DAY

    def rule(self, column: str, *, sqlite: bool) -> str:
        """Its bounds; on SQLite that it is a day at all, written YYYY-MM-DD."""
        bounds = f"{column} BETWEEN '{self.first}' AND '{self.last}'"
        if sqlite:  # reckoned with, the 30th of February becomes a day of March
            return f"{bounds} AND date({column}, '+0 days') IS {column}"
        return bounds
