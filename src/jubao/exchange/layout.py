"""What each file of the office contains, declared once in layouts.yaml and checked on loading."""

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from jubao.vocabulary import codes
from jubao.vocabulary.yaml_files import read_yaml


class ColumnType(StrEnum):
    """What a cell holds; decides how it is read, normalised, masked and written."""

    TEXT = "text"
    RESIDENT_NUMBER = "resident_number"
    NAME = "name"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    AMOUNT = "amount"
    INTEGER = "integer"
    CODE = "code"


class Column(BaseModel):
    """One column: the field the program uses and the Chinese header the clerk sees."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    header: str
    type: ColumnType
    required: bool = False
    signed: bool = False
    values: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    meanings: dict[str, str] = {}
    note: str = ""
    position: int | None = None

    @model_validator(mode="after")
    def _values_are_codes(self) -> Self:
        unknown = set(self.values) - set(self.labels) if self.labels else set()
        assert not unknown, f"{self.field}: {sorted(unknown)} stand in no code list"
        return self

    @property
    def labels(self) -> dict[str, str]:
        """What each code means, those that may stand in the file alone; empty where the values speak for themselves."""
        listed = {code: label for name in self.codes for code, label in getattr(codes, name).choices()} | self.meanings
        return {code: label for code, label in listed.items() if not self.values or code in self.values}


class Layout(BaseModel):
    """One file layout (文件格式): its form, preamble, columns and the keys that may not repeat."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    kind: Literal["table", "bank"]
    form: Literal["xlsx", "csv", "pipe", "tab"]
    encoding: Literal["utf-8-sig", "gb18030"] = "utf-8-sig"
    preamble: tuple[Column, ...] = ()
    columns: tuple[Column, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    summed: str | None = None

    @model_validator(mode="after")
    def _names_are_declared(self) -> Self:
        fields = [column.field for column in self.columns]
        assert len(set(fields)) == len(fields), f"{self.id}: a field is declared twice"
        assert len({c.header for c in self.columns}) == len(fields), f"{self.id}: a header is declared twice"
        named = {field for group in self.unique for field in group} | ({self.summed} - {None})
        assert named <= set(fields), f"{self.id}: unique or summed names an unknown field"
        return self

    def column(self, field: str) -> Column:
        """The column of a field; KeyError is our own mistake."""
        return {column.field: column for column in self.columns}[field]

    def position(self, column: Column) -> int:
        """Where a column stands in a file without a header row (0-based)."""
        return self.columns.index(column) if column.position is None else column.position

    @property
    def width(self) -> int:
        """How many cells a row of a file without a header row has."""
        return max(self.position(column) for column in self.columns) + 1


class LayoutUnknown(Exception):
    """No layout of that name is declared."""


@cache
def layouts() -> dict[str, Layout]:
    """Every declared layout by its id."""
    text = files("jubao.exchange").joinpath("layouts.yaml").read_text(encoding="utf-8")
    declared: dict[str, dict[str, Any]] = read_yaml(text)
    return {key: Layout(id=key, **body) for key, body in declared.items()}


def layout(layout_id: str) -> Layout:
    """The layout of that id.

    Raises:
        LayoutUnknown: no such layout; the message lists those that exist.
    """
    if layout_id not in layouts():
        raise LayoutUnknown(f"没有名为“{layout_id}”的文件格式；可用的有：{'、'.join(layouts())}。")
    return layouts()[layout_id]
