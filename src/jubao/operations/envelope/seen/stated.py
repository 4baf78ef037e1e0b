"""What a maker stated, in words: every argument of every case with its label, numbers veiled unless a task lifts the mask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jubao.operations.envelope.changes import SLICE
from jubao.operations.envelope.fields import Kind, Question, persons_in
from jubao.operations.envelope.seen.words import NOTHING, day, month, veiled, yuan
from jubao.records.models import Person
from jubao.vocabulary.masks import by_its_ends
from jubao.vocabulary.resident_number import masked_reference


@dataclass(frozen=True)
class Stated:
    """One argument of a case: its name, its label, and the answer in words; a group of arguments answers with arguments."""

    name: str
    label: str
    answer: Any

    @property
    def words(self) -> str:
        """The answer as one text; of a group each argument with its label."""
        return _words(self.answer)

    @property
    def groups(self) -> "tuple[tuple[Stated, ...], ...]":
        """The groups of arguments it answers with; none where it answers with words."""
        if not isinstance(self.answer, tuple) or all(isinstance(one, str) for one in self.answer):
            return ()
        return (self.answer,) if isinstance(self.answer[0], Stated) else self.answer


def _words(answer: Any) -> str:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, Stated):
        return f"{answer.label} {answer.words}"
    return "、".join(map(_words, answer))


def stated(questions: Sequence[Question], case: Mapping[str, Any], *, numbers: bool = False) -> tuple[Stated, ...]:
    """Every argument of a case that says something, with its label and its answer in words."""
    return tuple(
        Stated(question.name, question.label, _answer(question, case[question.name], numbers=numbers))
        for question in questions
        if question.name in case and case[question.name] not in (None, "", [], {})
    )


def people_named(questions: Sequence[Question], cases: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """Whom the arguments name with a number or an account: keys of the register, None for who is not in it."""
    named = list(dict.fromkeys(text for case in cases for text in persons_in(questions, case)))
    known: dict[str, int] = {}
    for start in range(0, len(named), SLICE):
        some = named[start : start + SLICE]
        for column in ("resident_number", "personal_number"):
            rows = Person.objects.filter(**{f"{column}__in": some}).order_by("pk")
            known |= dict(rows.values_list(column, "pk"))
    return [known.get(text) for text in named] or [None]


def answers_of(kind: Kind, questions: Sequence[Question], cases: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Every answer of one kind that the cases give, groups included: the files, or the papers somebody saw."""
    for case in cases:
        for question in questions:
            value = case.get(question.name)
            listed = value if isinstance(value, list) else [value]
            if question.kind is Kind.GROUP:
                yield from answers_of(kind, question.inside, [one for one in listed if one])
            elif question.kind is kind:
                yield from (str(one) for one in listed if one)


def _answer(question: Question, value: Any, *, numbers: bool) -> Any:
    if isinstance(value, list):
        return tuple(_answer(question, one, numbers=numbers) for one in value)
    if value is None:
        return NOTHING
    if question.kind is Kind.GROUP:
        return stated(question.inside, value, numbers=numbers)
    if question.kind is Kind.TABLE:
        return tuple(Stated(str(name), str(name), str(one)) for name, one in value.items())
    return _plain_answer(question, value, numbers=numbers)


def _plain_answer(question: Question, value: Any, *, numbers: bool) -> str:
    text = str(value)
    match question.kind:
        case Kind.CHOICE:
            label = dict(question.choices).get(text, text)
            return label if label == text else f"{label}（{text}）"
        case Kind.FLAG:
            return "是" if value else "否"
        case Kind.AMOUNT | Kind.TIER:
            return yuan(value)
        case Kind.MONTH | Kind.PERIOD:
            return month(value)
        case Kind.DAY | Kind.DEADLINE:
            return day(text)
    return text if numbers and question.kind is not Kind.KEYED_NUMBER else _veiled(question, text)


def _veiled(question: Question, text: str) -> str:
    if question.kind is Kind.KEYED_NUMBER:
        return "（号码不留存）"
    if question.kind is Kind.ACCOUNT or "账号" in question.label:
        return by_its_ends(text)
    if question.kind in (Kind.PERSON, Kind.AWARD):
        return masked_reference(text)
    return text if question.kind is Kind.FILE else veiled(text)
