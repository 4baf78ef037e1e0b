"""The sheets of an act's form: one for the cases, one for each list within a case, a column for each answer.

Writing a form and reading one back follow the same sheets, so a form says nothing the declaration does not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from jubao.documents.blank_form import CODES, NOTES
from jubao.documents.sheet import DATE, INTEGER, MONEY, MONTH, TEXT
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fields import Kind, Question

CASES, CASE, NAME, VALUE = "事项", "事项号", "名称", "值"
CODE = "业务代码"
MARK = "说明："
"""What the row of hints begins with, so that it is never taken for a case."""
YES, NO = "是", "否"
SHEET_KINDS = {
    Kind.AMOUNT: MONEY,
    Kind.TIER: MONEY,
    Kind.COUNT: INTEGER,
    Kind.YEAR: INTEGER,
    Kind.VOUCHER: INTEGER,
    Kind.MONTH: MONTH,
    Kind.DAY: DATE,
    Kind.DEADLINE: DATE,
}
LONGEST_NAME = 31
UNFIT = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
Path = tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """A column: which argument it answers, by its path within the case or the item, and what stands above it."""

    path: Path
    heading: str
    question: Question
    optional_group: bool = False

    @property
    def required(self) -> bool:
        """Whether a row without it is wrong."""
        return self.question.required and not self.optional_group

    @property
    def options(self) -> tuple[str, ...]:
        """What a cell may say where the answer is one of a list: code and label."""
        if self.question.kind is Kind.FLAG:
            return (YES, NO)
        return tuple(option(code, label) for code, label in self.question.choices)


@dataclass(frozen=True)
class FormTable:
    """A sheet: the cases (``path`` empty), or a list within them.

    ``of`` is the list's question; ``keeps_words`` says of a free table that its values are words, whatever they look like.
    """

    name: str
    path: Path
    columns: tuple[Answered, ...]
    of: Question | None = None
    keeps_words: bool = False

    @property
    def is_free(self) -> bool:
        """Whether it holds names and values."""
        return self.of is not None and self.of.kind is Kind.TABLE

    @property
    def is_plain(self) -> bool:
        """Whether it holds one value a row."""
        return self.of is not None and self.of.kind not in (Kind.GROUP, Kind.TABLE)


def option(code: str, label: str) -> str:
    """How a code stands in a cell."""
    return code if code == label else f"{code} {label}"


def tables_of(declaration: Declaration) -> list[FormTable]:
    """Every sheet of an act's form; the cases first."""
    cases = FormTable(CASES, (), tuple(_named(_columns(declaration.questions))))
    taken = {CASES, CODES, NOTES}
    lists = [_list_table(path, question, taken) for path, question in _lists(declaration.questions)]
    return [cases, *(replace(one, keeps_words=_keeps_words(declaration, one)) if one.is_free else one for one in lists)]


def _keeps_words(declaration: Declaration, table: FormTable) -> bool:
    """Whether the values of a free table are words: a question does not tell, the annotation does."""
    annotation = declaration.arguments.model_fields[table.path[0]].annotation
    return len(table.path) == 1 and get_args(annotation)[1:] == (str,)


def _columns(
    questions: Sequence[Question], path: Path = (), title: str = "", *, within: bool = False, optional: bool = False
) -> Iterator[Answered]:
    """The columns of a group; ``within`` a list, plain lists stand in one cell."""
    for question in questions:
        here, heading = (*path, question.name), f"{title}{question.label}"
        if question.kind is Kind.GROUP and not question.many:
            may_lack = optional or not question.required
            yield from _columns(question.inside, here, f"{heading}·", within=within, optional=may_lack)
        elif question.kind in (Kind.GROUP, Kind.TABLE):
            assert not within, f"{question.name}: a list of groups within a list has no sheet"
        elif within or not question.many:
            yield Answered(here, heading, question, optional)


def _lists(questions: Sequence[Question], path: Path = ()) -> Iterator[tuple[Path, Question]]:
    for question in questions:
        here = (*path, question.name)
        if question.many or question.kind is Kind.TABLE:
            yield here, question
        elif question.kind is Kind.GROUP:
            yield from _lists(question.inside, here)


def _list_table(path: Path, question: Question, taken: set[str]) -> FormTable:
    name = _sheet_name(question, taken)
    if question.kind is Kind.GROUP:
        columns = _named(_columns(question.inside, within=True))
    elif question.kind is Kind.TABLE:
        columns = [_free(NAME), _free(VALUE)]
    else:
        columns = [Answered((), question.label, replace(question, many=False, required=True))]
    return FormTable(name, path, tuple(columns), question)


def _free(heading: str) -> Answered:
    return Answered((heading,), heading, Question(heading, heading, "", "", Kind.TEXT, True, None, False))  # noqa: FBT003


def _sheet_name(question: Question, taken: set[str]) -> str:
    plain = question.label.translate(UNFIT)[:LONGEST_NAME]
    name = plain if plain not in taken else f"{plain[: LONGEST_NAME - 12]}_{question.name[:11]}"
    taken.add(name)
    return name


def _named(columns: Iterable[Answered]) -> list[Answered]:
    """Headings that differ: an argument's name stands behind a label that is there already."""
    seen = {CASE}
    named = []
    for column in columns:
        heading = column.heading if column.heading not in seen else f"{column.heading}（{column.path[-1]}）"
        seen.add(heading)
        named.append(Answered(column.path, heading, column.question, column.optional_group))
    return named


def at(value: Any, path: Path) -> Any:
    """What stands at a path within a case, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def sheet_kind(question: Question) -> str:
    """The kind of cell a question is answered in."""
    return TEXT if question.many or question.longest is not None else SHEET_KINDS.get(question.kind, TEXT)
