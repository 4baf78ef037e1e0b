"""What an act is: its code, title, arguments, who makes it, and the chain of people it passes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from jubao.operations.envelope.posts import Post
from jubao.vocabulary import month as months


class Refused(Exception):
    """The business says no; the message tells which person or file, which rule, and what to do next."""

    def __init__(self, message: str, *, faults: Sequence[str] = ()) -> None:
        """Say no with a sentence and every fault."""
        self.message = message
        self.faults = list(faults)
        super().__init__("\n".join([message, *self.faults]))


class Arguments(BaseModel):
    """What somebody states when asking for an act; one instance is one case (one Excel row)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _real(month: int) -> int:
    return months.make(*divmod(month, 100))


Month = Annotated[int, AfterValidator(_real)]
"""A month YYYYMM of the calendar."""
Memo = Annotated[str, StringConstraints(max_length=200)]
"""Words that may be left out, as long as the books keep them."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""Words that must be there: evidence, a reason."""
Party = Annotated[str, StringConstraints(max_length=100)]
"""A person or body outside the office, where one is known."""
Account = Annotated[str, StringConstraints(max_length=40)]
"""A bank account outside the register."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
"""The number or name of a list, a round, a mapping."""


@dataclass(frozen=True)
class Step:
    """One further person an act needs: the role of the step and the post that takes it."""

    role: str
    post: Post


def check(post: Post) -> Step:
    """复核: a second person looks at it."""
    return Step("CHECK", post)


def approve(post: Post) -> Step:
    """审批: a leader agrees."""
    return Step("APPROVE", post)


def audit(post: Post) -> Step:
    """稽核: an independent look."""
    return Step("AUDIT", post)


def release(post: Post) -> Step:
    """放行: money may leave."""
    return Step("RELEASE", post)


@dataclass(frozen=True)
class ActReference:
    """The act in whose name rows are written: its audit event, date, and everybody who took a step of its case."""

    id: int
    code: str
    case_ref: str
    on: date
    at: datetime
    persons: frozenset[str] = frozenset()


Result = dict[str, Any]
ActFunction = Callable[..., Result]


@dataclass(frozen=True)
class Declaration:
    """One act as declared; doors, permission checks and procedure pages all read this."""

    code: str
    title: str
    arguments: type[Arguments]
    maker: Post
    chain: tuple[Step, ...]
    workdays: int | None
    function: ActFunction
    source: str


ACTS: dict[str, Declaration] = {}


def act(
    code: str, *, title: str, arguments: type[Arguments], maker: Post, chain: Sequence[Step] = (), workdays: int = 5
) -> Callable[[ActFunction], ActFunction]:
    """Declare an act.

    The function takes ``(cases, *, on, act)``: all cases of one request (one is the common number), the
    business date and the act's reference. It writes facts and postings in the envelope's transaction and
    returns a JSON-able result; it raises ``Refused`` naming every case that cannot be done.
    """

    def declare(function: ActFunction) -> ActFunction:
        assert code not in ACTS, f"act {code} declared twice"
        source = (function.__doc__ or "").partition("Source:")[2].strip()
        ACTS[code] = Declaration(code, title, arguments, maker, tuple(chain), workdays, function, source)
        return function

    return declare
