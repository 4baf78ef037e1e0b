"""Which column of a sender's list means what (名册格式): fields, headers, constants and how to read, kept as data."""

from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from jubao.exchange.layout import Column, ColumnType, layout
from jubao.vocabulary.yaml_files import read_yaml

Encoding = Literal["", "utf-8", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]


class MappingInvalid(Exception):
    """A mapping does not say what it must; ``faults`` are Chinese sentences."""

    def __init__(self, faults: list[str]) -> None:
        """Keep every fault."""
        self.faults = faults
        super().__init__("；".join(faults))


class ReadingOptions(BaseModel):
    """How the bytes become rows (读取方式); what is left empty is found out from the file itself.

    Attributes:
        sheet: name of the worksheet; the first visible one.
        header_row: number of the header row; 0 when there is none and columns are named by letters.
        delimiter: of a text file.
        encoding: of a text file.
        date_formats: strptime formats tried before the usual ones.
        constants: values of fields that the sender says once, outside the table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sheet: str = ""
    header_row: int | None = Field(default=None, ge=0)
    delimiter: str = Field(default="", max_length=4)
    encoding: Encoding = ""
    date_formats: tuple[str, ...] = ()
    constants: dict[str, str] = {}


class RegisterMapping(BaseModel):
    """One way of reading a list: our field to the sender's header (or column letter), and the options.

    ``declared`` holds the columns of a layout of our own, which then decide type, values and what is required.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, str]
    options: ReadingOptions = ReadingOptions()
    declared: tuple[Column, ...] = ()
    unique: tuple[str, ...] = ("record_number",)

    @model_validator(mode="after")
    def _can_find_people(self) -> Self:
        """A list names people by number or name; each of its columns means one thing."""
        known = {column.field for column in self.declared} or set(known_fields())
        stated = {*self.columns, *self.options.constants}
        faults = [f"没有名为“{field}”的项目，可用：{'、'.join(sorted(known))}" for field in sorted(stated - known)]
        faults += [f"“{field}”既对应列又是常量" for field in sorted(set(self.columns) & set(self.options.constants))]
        headers = list(self.columns.values())
        faults += [f"列“{header}”对应了两个项目" for header in sorted({h for h in headers if headers.count(h) > 1})]
        if not {"name", "resident_number", "bank_account"} & set(self.columns):
            faults.append("至少要对应姓名或公民身份号码一列")
        if faults:
            raise ValueError("；".join(faults))
        return self

    def column(self, field: str) -> Column:
        """The declared column of a field, under the sender's header."""
        found = next((c for c in self.declared if c.field == field), None)
        return found or known_fields()[field].model_copy(update={"header": self.columns.get(field, field)})


def read_mapping(columns: dict[str, str], options: dict[str, Any]) -> RegisterMapping:
    """A mapping from stored data.

    Raises:
        MappingInvalid: with every fault.
    """
    try:
        return RegisterMapping(columns=columns, options=ReadingOptions.model_validate(options))
    except ValidationError as error:
        told = [
            f"{'.'.join(map(str, f['loc']))} {f['msg']}".replace("Value error, ", "").strip() for f in error.errors()
        ]
        raise MappingInvalid(told) from None


@cache
def mapping_of_layout(layout_id: str) -> RegisterMapping:
    """The mapping that a layout of our own amounts to."""
    own = layout(layout_id)
    unique = tuple(group[0] for group in own.unique if len(group) == 1)
    return RegisterMapping(columns={c.field: c.header for c in own.columns}, declared=own.columns, unique=unique)


@cache
def register_words() -> dict[str, Any]:
    """The data file of known headers, formats and marks."""
    text = files("jubao.exchange").joinpath("registers.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = read_yaml(text)
    return words


@cache
def _absent_words() -> frozenset[str]:
    return frozenset(register_words()["absent"])


@cache
def _begin_of_absence() -> frozenset[str]:
    """The characters such a cell can begin with: most cells begin otherwise, and are let through at once."""
    begins = {word[0] for word in _absent_words()} | set(register_words()["strokes"])
    return frozenset(begins | {letter.upper() for letter in begins} | {" ", "\t", "\u3000"})


def is_absent(text: str) -> bool:
    """Whether a cell says that nothing is known, in a word (不详) or with strokes; absence is not a value."""
    if text and text[0] not in _begin_of_absence():
        return False
    plain = "".join(text.split()).lower()
    return plain in _absent_words() or not plain.strip(register_words()["strokes"])


def is_no_number(text: str) -> bool:
    """Whether a cell that should hold a number holds none: nothing known, or zeros only."""
    return is_absent(text) or not text.strip("0\uff10 \t\u3000")


@cache
def known_fields() -> dict[str, Column]:
    """Every field a list can fill, by name."""
    return {
        field: Column(
            field=field, header=body["header"], type=ColumnType(body["type"]), values=tuple(body.get("values", ()))
        )
        for field, body in register_words()["fields"].items()
    }


@cache
def field_by_header() -> dict[str, str]:
    """Field of each header that senders are known to use."""
    return {name: field for field, body in register_words()["fields"].items() for name in body["names"]}


def plain_header(cell: Any) -> str:
    """A header as it is compared: no spaces, no brackets with remarks behind the words."""
    text = "".join(str(cell).split()).strip("*\uff0a:：")
    return text.partition("（")[0].partition("(")[0] or text
