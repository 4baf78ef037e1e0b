"""The questions an act asks: each with labels, hint, domain type and bounds, from which every door makes its form.

An argument is annotated with a domain type (``PersonRef``, ``Amount``, ``Month``, …) and answered by ``ask``.
``questions_of`` reads both back as plain data: forms, JSON Schema, Excel templates, help and docs are made from that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django.db import models
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic.fields import FieldInfo

from jubao.columns.bounded import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR, MOST_FEN
from jubao.exchange.layout import layout as layout_of
from jubao.vocabulary import month as months


class Kind(StrEnum):
    """What an argument means; a form picks its control by it, a program resolves references by it."""

    TEXT = "text"  # words
    EVIDENCE = "evidence"  # words naming the paper somebody saw
    PERSON = "person"  # resident number or personal number
    AWARD = "award"  # the running pension of a person, by the person's number
    STAFF = "staff"  # staff code
    LIST = "list"  # number of a list from outside
    ROUND = "round"  # number of a round of home checks
    BATCH = "batch"  # number of a payment batch
    PROPOSAL = "proposal"  # key of a proposal
    VOUCHER = "voucher"  # number of a voucher in its period
    DIVISION = "division"  # code of a township or village
    OUTLET = "outlet"  # code of an outlet
    OFFICE_ACCOUNT = "office_account"  # a bank account of the office, by its key or name
    LEDGER_ACCOUNT = "ledger_account"  # an account of the chart
    RECEIPT = "receipt"  # reference of a line on a bank statement
    FIGURE = "figure"  # key of a named figure
    CAMPAIGN = "campaign"  # number of a campaign
    MAPPING = "mapping"  # name of a register mapping
    NAME = "name"  # the number or name given to something new
    AMOUNT = "amount"  # fen
    COUNT = "count"
    YEAR = "year"
    MONTH = "month"  # YYYYMM
    PERIOD = "period"  # YYYYMM or YYYY
    DAY = "day"
    DEADLINE = "deadline"  # a day to come
    TIER = "tier"  # contribution tier, fen a year
    CATEGORY = "category"  # category of insured person
    ACCOUNT = "account"  # bank account number
    KEY = "key"  # public half of a signing key
    KEYED_NUMBER = "keyed_number"  # a resident number that is compared and never kept: its keyed hash
    FILE = "file"  # inbound file, by its SHA-256
    CHOICE = "choice"
    FLAG = "flag"
    GROUP = "group"  # arguments within an argument
    TABLE = "table"  # free names and values


@dataclass(frozen=True)
class Domain:
    """The domain type of an annotation; ``not_after`` as ``ask`` takes it, where the type itself says so."""

    kind: Kind
    not_after: str = ""


def _real_month(value: int) -> int:
    return months.make(*divmod(value, 100))


def _real_period(value: int) -> int:
    return value if value <= LAST_YEAR else _real_month(value)


FIRST_MONTH, LAST_MONTH = months.make(FIRST_YEAR, 1), months.make(LAST_YEAR, 12)

_day = Field(ge=FIRST_DAY, le=LAST_DAY)
_short = StringConstraints(min_length=1, max_length=60)
_number = StringConstraints(min_length=1, max_length=40)

Text = Annotated[str, Domain(Kind.TEXT)]
"""Words; bound them by the column they end in (``ask(column=…)``) or by ``most``."""
Evidence = Annotated[str, StringConstraints(min_length=1), Domain(Kind.EVIDENCE)]
"""Words that name the paper somebody saw; never empty."""
PersonRef = Annotated[str, StringConstraints(min_length=1, max_length=20), Domain(Kind.PERSON)]
AwardRef = Annotated[str, StringConstraints(min_length=1, max_length=20), Domain(Kind.AWARD)]
StaffRef = Annotated[str, StringConstraints(min_length=1, max_length=20), Domain(Kind.STAFF)]
ListRef = Annotated[str, _number, Domain(Kind.LIST)]
RoundRef = Annotated[str, _number, Domain(Kind.ROUND)]
BatchRef = Annotated[str, _number, Domain(Kind.BATCH)]
ProposalRef = Annotated[str, StringConstraints(min_length=1, max_length=160), Domain(Kind.PROPOSAL)]
VoucherNumber = Annotated[int, Field(ge=1, le=10**9), Domain(Kind.VOUCHER)]
DivisionRef = Annotated[str, StringConstraints(min_length=1, max_length=12), Domain(Kind.DIVISION)]
OutletRef = Annotated[str, StringConstraints(min_length=1, max_length=20), Domain(Kind.OUTLET)]
OfficeAccountRef = Annotated[str, _number, Domain(Kind.OFFICE_ACCOUNT)]
LedgerAccountRef = Annotated[str, _number, Domain(Kind.LEDGER_ACCOUNT)]
ReceiptRef = Annotated[str, _short, Domain(Kind.RECEIPT)]
FigureRef = Annotated[str, _short, Domain(Kind.FIGURE)]
CampaignRef = Annotated[str, _number, Domain(Kind.CAMPAIGN)]
MappingRef = Annotated[str, StringConstraints(max_length=40), Domain(Kind.MAPPING)]
Name = Annotated[str, _number, Domain(Kind.NAME)]
"""The number or name given to something new."""
Amount = Annotated[int, Field(ge=1, le=MOST_FEN), Domain(Kind.AMOUNT)]
"""Fen, more than nothing."""
AmountOrZero = Annotated[int, Field(ge=0, le=MOST_FEN), Domain(Kind.AMOUNT)]
SignedAmount = Annotated[int, Field(ge=-MOST_FEN, le=MOST_FEN), Domain(Kind.AMOUNT)]
Count = Annotated[int, Field(ge=0, le=10**9), Domain(Kind.COUNT)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), Domain(Kind.YEAR)]
Month = Annotated[int, Field(ge=FIRST_MONTH, le=LAST_MONTH), AfterValidator(_real_month), Domain(Kind.MONTH)]
"""A month YYYYMM of the calendar."""
FromMonth = Annotated[
    int, Field(ge=FIRST_MONTH, le=LAST_MONTH), AfterValidator(_real_month), Domain(Kind.MONTH, not_after="next_month")
]
"""A month from which something stops or goes on: the next one at the latest, since until then nothing would change."""
Day = Annotated[date, _day, Domain(Kind.DAY)]
PastDay = Annotated[date, _day, Domain(Kind.DAY, not_after="today")]
"""A day that has come: not after the business date."""
Period = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_MONTH), AfterValidator(_real_period), Domain(Kind.PERIOD)]
"""A month YYYYMM or a year YYYY."""
Deadline = Annotated[date, _day, Domain(Kind.DEADLINE)]
Tier = Annotated[int, Field(ge=0, le=10**8), Domain(Kind.TIER)]
AccountNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{8,32}$"), Domain(Kind.ACCOUNT)]
"""A bank account: digits only."""
KeyedNumber = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Domain(Kind.KEYED_NUMBER)]
"""A resident number as its keyed hash; the envelope makes it from what is stated, before anything is kept."""
FileRef = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Domain(Kind.FILE)]
"""A file of the inbound desk, by its SHA-256; ``ask(layout=…)`` names what it must contain."""


PublicKey = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$"), Domain(Kind.KEY)]
"""The public half of somebody's signing key, as hex."""


def ask(  # noqa: PLR0913  a question has that many sides
    label: str,
    english: str,
    *,
    hint: str = "",
    default: Any = ...,
    column: tuple[type[models.Model], str] | None = None,
    least: Any = None,
    most: Any = None,
    shortest: int | None = None,
    longest: int | None = None,
    layout: str = "",
    not_after: str = "",
    not_before: str = "",
) -> Any:
    """What one argument asks for.

    Args:
        label: the Chinese label of the form field; english beside it.
        hint: what a clerk should write, with an example.
        default: the answer when none is given; without it an answer is required.
        column: model and field the answer ends in; its length bounds the text.
        least: least value, and most likewise, narrower than the domain type's own.
        shortest: least length of a text, or fewest items of a list; longest likewise.
        layout: of a file, the layout it must follow (``exchange.layouts``).
        not_after: ``today`` (the business date), ``next_month`` (the month after it), or the name of another argument this
            day or month may not lie after.
        not_before: likewise.
    """
    about: Any = {"english": english, "layout": layout, "not_after": not_after, "not_before": not_before}
    if column is not None:
        target: Any = column[0]._meta.get_field(column[1])
        longest = target.max_length
    given = {"ge": least, "le": most, "min_length": shortest, "max_length": longest}
    bounds = {name: bound for name, bound in given.items() if bound is not None}
    return Field(default=default, title=label, description=hint or None, json_schema_extra=about, **bounds)


@dataclass(frozen=True)
class Question:
    """One argument as plain data: what a form, a schema, a template or a page needs to know."""

    name: str
    label: str
    english: str
    hint: str
    kind: Kind
    required: bool
    default: Any
    many: bool
    choices: tuple[tuple[str, str], ...] = ()
    least: Any = None
    most: Any = None
    longest: int | None = None
    shortest: int | None = None
    pattern: str | None = None
    layout: str = ""
    not_after: str = ""
    not_before: str = ""
    inside: tuple["Question", ...] = ()
    fewest_items: int | None = None
    most_items: int | None = None


@cache
def questions_of(arguments: type[BaseModel]) -> tuple[Question, ...]:
    """Every argument of an act in the order asked."""
    return tuple(_question(name, info) for name, info in arguments.model_fields.items())


def _question(name: str, info: FieldInfo) -> Question:
    annotation, many = _item_of(_without_none(info.annotation))
    domain = _domain(annotation, info)
    about: Mapping[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    stated = _metadata(info)
    bounds = _metadata_of(annotation) if many else stated
    base = annotation_base(annotation)
    layout = str(about.get("layout", ""))
    if layout:
        layout_of(layout)  # an unknown layout is our own mistake: fail at once
    return Question(
        name,
        info.title or name,
        str(about.get("english", "")),
        info.description or "",
        domain.kind,
        info.is_required(),
        None if info.is_required() else info.get_default(call_default_factory=True),
        many,
        _choices(base),
        bounds.get("ge"),
        bounds.get("le"),
        bounds.get("max_length"),
        bounds.get("min_length"),
        bounds.get("pattern"),
        layout,
        str(about.get("not_after", "")) or domain.not_after,
        str(about.get("not_before", "")),
        questions_of(base) if domain.kind is Kind.GROUP else (),
        stated.get("min_length") if many else None,
        stated.get("max_length") if many else None,
    )


NAMES_A_PERSON = frozenset({Kind.PERSON, Kind.AWARD})
NAMES_A_NUMBER = "公民身份号码"
"""The label of an argument that gives the number of somebody who may not be in the register yet."""


def persons_in(questions: Sequence[Question], case: Mapping[str, Any]) -> Iterator[str]:
    """Every text of a case that names a person: a resident number or a personal number, as somebody wrote it."""
    for question in questions:
        value = case.get(question.name)
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, Mapping) and question.kind is Kind.GROUP:
                yield from persons_in(question.inside, one)
            elif isinstance(one, str) and (question.kind in NAMES_A_PERSON or _asks_a_number(question)):
                yield one


def _asks_a_number(question: Question) -> bool:
    return question.kind is Kind.TEXT and NAMES_A_NUMBER in question.label


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        kept = [one for one in get_args(annotation) if one is not NoneType]
        return kept[0] if len(kept) == 1 else annotation
    return annotation


def _item_of(annotation: Any) -> tuple[Any, bool]:
    inner = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if get_origin(inner) in (list, tuple):
        return get_args(inner)[0], True
    return annotation, False


def annotation_base(annotation: Any) -> Any:
    """The plain type behind an annotation."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


PLAIN_KINDS: Mapping[Any, Kind] = {bool: Kind.FLAG, date: Kind.DAY}


def _domain(annotation: Any, info: FieldInfo) -> Domain:
    marks = [*info.metadata, *(get_args(annotation)[1:] if get_origin(annotation) is Annotated else ())]
    for mark in marks:
        if isinstance(mark, Domain):
            return mark
    base = annotation_base(annotation)
    if get_origin(base) is Literal or (isinstance(base, type) and issubclass(base, StrEnum)):
        return Domain(Kind.CHOICE)
    if isinstance(base, type) and issubclass(base, BaseModel):
        return Domain(Kind.GROUP)
    if get_origin(base) is dict:
        return Domain(Kind.TABLE)
    return Domain(PLAIN_KINDS.get(base, Kind.TEXT))


def _choices(base: Any) -> tuple[tuple[str, str], ...]:
    if get_origin(base) is Literal:
        return tuple((str(value), str(value)) for value in get_args(base))
    if isinstance(base, type) and issubclass(base, StrEnum):
        return tuple((str(one.value), str(getattr(one, "label", one.value))) for one in base)
    return ()


BOUNDS = ("ge", "le", "max_length", "min_length", "pattern")
NARROWER: Mapping[str, Callable[[Any, Any], Any]] = {"ge": max, "le": min, "max_length": min, "min_length": max}


def _metadata(info: FieldInfo) -> dict[str, Any]:
    """The bounds of a domain type and of ``ask`` together, the narrower of each."""
    found = _metadata_of(info.annotation)
    for mark in info.metadata:
        found = _narrowed(found, _marked(mark))
    return found


def _metadata_of(annotation: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for mark in get_args(_without_none(annotation))[1:] if get_origin(_without_none(annotation)) is Annotated else ():
        inner = mark.metadata if isinstance(mark, FieldInfo) else ()
        for one in (*inner, mark):
            found = _narrowed(found, _marked(one))
    return found


def _narrowed(found: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    merged = dict(found)
    for name, bound in more.items():
        known = merged.get(name)
        merged[name] = NARROWER[name](known, bound) if known is not None and name in NARROWER else bound
    return merged


def _marked(mark: Any) -> dict[str, Any]:
    return {name: getattr(mark, name) for name in BOUNDS if getattr(mark, name, None) is not None}
