"""What an act is: declared data that every door reads, and two pure functions, ``check`` and ``plan``."""

from collections import UserDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.fields import Question, questions_of
from jubao.operations.envelope.posts import STAND_INS, AnyPost, Post, Taker

if TYPE_CHECKING:
    from jubao.operations.envelope.changes import Changes
    from jubao.operations.envelope.view import View


class Arguments(BaseModel):
    """What somebody states when asking for an act; one instance is one case (one Excel row)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


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


def configure(post: Post) -> Step:
    """授权: the higher level grants what the office may not grant itself."""
    return Step("CONFIGURE", post)


class Act(Protocol):
    """The two functions of an act; both read only, and neither takes a lock."""

    def check(self, cases: Sequence[Any], view: "View") -> Faults:
        """Everything that stands against the cases; asked while people type, and again before anything happens."""

    def plan(self, cases: Sequence[Any], view: "View") -> "Changes":
        """What would change; called only when ``check`` found nothing."""


class Unit(StrEnum):
    """What a number of a result counts."""

    FEN = "fen"
    PEOPLE = "people"
    ROWS = "rows"
    MONTH = "month"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True)
class Given:
    """One field of a result: name, labels, unit."""

    name: str
    label: str
    english: str
    unit: Unit


@dataclass(frozen=True)
class Paper:
    """A paper that must lie before the act (材料).

    What is required is named by an argument of the act, as evidence or as a file, or lies in the books already
    (``in_books``): a line of the bank's statement, a voucher, a batch.
    """

    title: str
    required: bool = True
    in_books: bool = False


@dataclass(frozen=True)
class Form:
    """A printed form that goes with an act (打印表单), and the command that prints it."""

    title: str
    command: str


class About(StrEnum):
    """Whom or what an act is about: the subject whose case it belongs to."""

    PERSON = "参保人"
    AWARD = "待遇"
    ACCOUNT = "个人账户"
    RECOVERY = "追回案件"
    LIST = "外来名单"
    ROUND = "核查轮次"
    ALERT = "预警"
    BATCH = "支付批次"
    MONTH = "发放年月"
    PROGRAMME = "代发项目"
    RECEIPT = "到账款项"
    BOOK = "账套"
    VOUCHER = "凭证"
    BANK_ACCOUNT = "银行账户"
    BUDGET = "预算"
    REPORT = "报告"
    CAMPAIGN = "专项任务"
    REGISTER = "参保底册"
    STAFF = "工作人员"
    OFFICE = "机构"


@dataclass(frozen=True)
class Final:
    """An act that nothing undoes, and why."""

    why: str


ONE = 1
MANY = 5000
ANY_DAY_OF_YEAR = 366


@dataclass(frozen=True)
class Declaration:
    """One act as declared; doors, permission checks, forms and procedure pages all read this."""

    code: str
    title: str
    arguments: type[Arguments]
    maker: Taker
    chain: tuple[Step, ...]
    act: Act
    most_cases: int
    deadline: str | None
    papers: tuple[Paper, ...]
    prints: tuple[Form, ...]
    undone_by: str | Final
    about: About
    gives: tuple[Given, ...]
    second_factor: bool
    days_back: int
    also_seen_by: tuple[Post, ...]
    continues: tuple[str, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every argument as plain data."""
        return questions_of(self.arguments)

    @property
    def purpose(self) -> str:
        """What the act does, in the words of its docstring, without its source."""
        return (self.act.__doc__ or "").partition("Source:")[0].strip()

    @property
    def source(self) -> str:
        """Whose rule the act follows."""
        return " ".join((self.act.__doc__ or "").partition("Source:")[2].split()).rstrip(".。")

    @property
    def audience(self) -> tuple[Post, ...]:
        """Who may see proposals of this act: everybody in its chain, who stands in for them, the audit posts, the director."""
        makers = self.maker.among if isinstance(self.maker, AnyPost) else (self.maker,)
        steps = [*makers, *(step.post for step in self.chain)]
        posts = [
            *steps,
            *(STAND_INS[post] for post in steps if post in STAND_INS),
            *self.also_seen_by,
            Post.AUDIT,
            Post.DEPUTY_AUDIT,
            Post.DIRECTOR,
        ]
        return tuple(dict.fromkeys(posts))


class Acts(UserDict[str, Declaration]):
    """Every act by its code; the area that declares it is read when it is first asked for (``operations.declare``)."""

    def __missing__(self, code: str) -> Declaration:
        """An act whose area was not read yet.

        Raises:
            KeyError: no act has this code.
        """
        self._read(code)
        if code not in self.data:
            raise KeyError(code)
        return self.data[code]

    def __contains__(self, code: object) -> bool:
        """Whether there is such an act."""
        if code not in self.data and isinstance(code, str):
            self._read(code)
        return code in self.data

    def __iter__(self) -> Iterator[str]:
        """The codes of all acts."""
        self._read_all()
        return iter(self.data)

    def __len__(self) -> int:
        """How many acts there are."""
        self._read_all()
        return len(self.data)

    @staticmethod
    def _read(code: str) -> None:
        from jubao.operations import declare

        declare(code)

    @staticmethod
    def _read_all() -> None:
        from jubao.operations import declare_all

        declare_all()


ACTS = Acts()


def declaration_of(code: str) -> Declaration:
    """The act declared under a code.

    Raises:
        Refused: there is none.
    """
    if code not in ACTS:
        raise Refused(f"没有名为 {code} 的业务")
    return ACTS[code]


Shape = TypeVar("Shape", bound=type[Act])


def act(  # noqa: PLR0913  a declaration has that many sides
    code: str,
    *,
    title: str,
    asks: type[Arguments],
    maker: Taker,
    chain: Sequence[Step] = (),
    about: About,
    undone_by: str | Final,
    gives: Sequence[Given],
    most_cases: int = MANY,
    deadline: str | None = None,
    papers: Sequence[Paper] = (),
    prints: Sequence[Form] = (),
    second_factor: bool = False,
    days_back: int = 0,
    also_seen_by: Sequence[Post] = (),
    continues: Sequence[str] = (),
) -> Callable[[Shape], Shape]:
    """Declare an act; its class has ``check`` and ``plan``, and a docstring that ends in ``Source: …``.

    Args:
        code: ``area.verb``, stable for ever.
        title: what a clerk calls it; asks: the arguments of one case.
        maker: the post that proposes, or any of several; chain: the steps after it, in order.
        about: whom or what it is about.
        undone_by: code of the act that takes it back, or ``Final`` with the reason why nothing does.
        gives: every field of the result, with labels and unit.
        most_cases: how many cases one request may hold; deadline: policy row that sets working days for the
            whole act (a whole number, or ``row:key`` for one entry of a table), or None where no law does.
        papers: what must lie before the act; prints: forms that can be printed for it.
        second_factor: whether every step needs a one-time code of just now.
        days_back: how many days before the clock's day the business date may lie.
        also_seen_by: further posts that may see its proposals.
        continues: the acts whose case this one may go on with; no person takes two steps of a case.
    """

    def declare(shape: Shape) -> Shape:
        declared = Declaration(
            code,
            title,
            asks,
            maker,
            tuple(chain),
            shape(),
            most_cases,
            deadline,
            tuple(papers),
            tuple(prints),
            undone_by,
            about,
            tuple(gives),
            second_factor,
            days_back,
            tuple(also_seen_by),
            tuple(continues),
        )
        return _enter(declared, shape)

    return declare


def _enter(declared: Declaration, shape: Shape) -> Shape:
    assert declared.code not in ACTS.data, f"act {declared.code} declared twice"
    declared.act.__doc__ = shape.__doc__
    ACTS[declared.code] = declared
    return shape
