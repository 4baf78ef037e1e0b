"""What was typed into a form, as the case an act takes: fields by their names, rows by their numbers, blank rows left out.

A field is named by its path in the arguments, ``staff.0.name``; so a fault of the envelope finds it again. Nothing is
checked here but whether a text can be read; shape, bounds and business are the declaration's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jubao.desk.forms.drawing import read_one, show_one
from jubao.desk.forms.written import NotRead
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Kind, Question
from jubao.operations.envelope.seen.form import tables_of
from jubao.operations.envelope.seen.reading import read_value
from jubao.operations.envelope.template import free_text

Typed = dict[str, list[str]]
"""Raw texts by the name of their field, as the browser sends them."""
NAME, VALUE = "name", "value"
"""The two columns of a free table."""


@dataclass
class Stated:
    """A case as JSON has it, and what could not be read."""

    case: dict[str, Any] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)


def first(typed: Mapping[str, Sequence[str]], name: str) -> str:
    """The text of a field; nothing where it was not sent."""
    values = typed.get(name) or ()
    return values[0] if values else ""


def rows_of(typed: Mapping[str, Sequence[str]], name: str) -> list[int]:
    """The numbers of a list's rows that were sent, in order."""
    start = f"{name}."
    numbers = {one[len(start) :].partition(".")[0] for one in typed if one.startswith(start)}
    return sorted(int(number) for number in numbers if number.isdigit() and number.isascii())


def is_list(question: Question) -> bool:
    """Whether answers stand in rows that may be added; several choices are ticked in one place instead."""
    return question.kind is Kind.TABLE or (question.many and question.kind is not Kind.CHOICE)


def compacted(questions: Sequence[Question], typed: Mapping[str, Sequence[str]], *, only_last: bool = False) -> Typed:
    """The same fields without blank rows, those that stay numbered from 0.

    ``only_last`` leaves out blank rows at the end of a list alone, so that the others keep their numbers on the page.
    """
    kept = {name: list(values) for name, values in typed.items()}
    for name, question in lists_in(questions):
        rows = rows_of(kept, name)
        wanted = [row for row in rows if not _is_blank(question, kept, f"{name}.{row}")]
        kept = renumbered(kept, name, [row for row in rows if wanted and row <= wanted[-1]] if only_last else wanted)
    return kept


def lists_in(questions: Sequence[Question], prefix: str = "") -> Iterator[tuple[str, Question]]:
    """Every list of a form by its name; a list within a list has no place on a page, and no act declares one."""
    for question in questions:
        name = f"{prefix}{question.name}"
        if is_list(question):
            yield name, question
        elif question.kind is Kind.GROUP:
            yield from lists_in(question.inside, f"{name}.")


def renumbered(typed: Mapping[str, Sequence[str]], name: str, rows: Sequence[int]) -> Typed:
    """The same fields with some rows of a list only, numbered from 0."""
    start = f"{name}."
    places = {str(row): place for place, row in enumerate(rows)}
    found: Typed = {}
    for one, values in typed.items():
        if not one.startswith(start):
            found[one] = list(values)
            continue
        number, dot, rest = one[len(start) :].partition(".")
        if number in places:
            found[f"{start}{places[number]}{dot}{rest}"] = list(values)
    return found


def _is_blank(question: Question, typed: Mapping[str, Sequence[str]], row: str) -> bool:
    """Whether nothing but what stood there anyway was sent for a row."""
    if question.kind is not Kind.GROUP:
        names = [f"{row}.{NAME}", f"{row}.{VALUE}"] if question.kind is Kind.TABLE else [row]
        return not any(first(typed, name).strip() for name in names)
    return all(_is_untouched(one, typed, f"{row}.{one.name}") for one in question.inside)


def _is_untouched(question: Question, typed: Mapping[str, Sequence[str]], name: str) -> bool:
    if question.kind is Kind.GROUP:
        return all(_is_untouched(one, typed, f"{name}.{one.name}") for one in question.inside)
    values = [value.strip() for value in typed.get(name) or () if value.strip()]
    return not values or (not question.many and values[0] == show_one(question, question.default))


def stated(declaration: Declaration, typed: Mapping[str, Sequence[str]]) -> Stated:
    """The case that was typed; blank rows are expected to be gone (``compacted``)."""
    words = {table.path: table.keeps_words for table in tables_of(declaration) if table.is_free}
    reading = _Reading(typed, words)
    found = Stated(faults=reading.faults)
    found.case = reading.group(declaration.questions, "")
    return found


@dataclass
class _Reading:
    """One form on its way to a case."""

    typed: Mapping[str, Sequence[str]]
    keeps_words: Mapping[tuple[str, ...], bool]
    faults: Faults = field(default_factory=Faults)

    def group(self, questions: Sequence[Question], prefix: str) -> dict[str, Any]:
        """The answers of a group; what was not answered is left out, so that the declaration's default holds."""
        case: dict[str, Any] = {}
        for question in questions:
            name = f"{prefix}{question.name}"
            if is_list(question):
                if (listed := self._list(question, name)) or question.required:
                    case[question.name] = listed
            elif question.kind is Kind.GROUP:
                if question.required or not _is_untouched(question, self.typed, name):
                    case[question.name] = self.group(question.inside, f"{name}.")
            elif question.many:
                if (ticked := self._ticked(question, name)) or question.required:
                    case[question.name] = ticked
            else:
                self._one(question, name, case)
        return case

    def _one(self, question: Question, name: str, case: dict[str, Any]) -> None:
        text = first(self.typed, name).strip()
        if not text:
            was_emptied = question.kind is Kind.TEXT and name in self.typed and question.default
            if was_emptied:  # a word that stood there is not put back in secret
                case[question.name] = ""
            return
        self._read(question, name, text, lambda value: case.__setitem__(question.name, value))

    def _ticked(self, question: Question, name: str) -> list[Any]:
        found: list[Any] = []
        for text in self.typed.get(name) or ():
            if text.strip():
                self._read(question, name, text.strip(), found.append)
        return found

    def _list(self, question: Question, name: str) -> Any:
        rows = rows_of(self.typed, name)
        if question.kind is Kind.TABLE:
            return self._pairs(name, rows)
        if question.kind is Kind.GROUP:
            return [self.group(question.inside, f"{name}.{row}.") for row in rows]
        found: list[Any] = []
        for row in rows:
            here = f"{name}.{row}"
            self._read(question, here, first(self.typed, here).strip(), found.append)
        return found

    def _pairs(self, name: str, rows: Sequence[int]) -> dict[str, Any]:
        words, found = self.keeps_words[tuple(name.split("."))], {}
        for row in rows:
            said = first(self.typed, f"{name}.{row}.{NAME}").strip()
            if not said:
                self.faults.add(1, f"{name}.{row}.{NAME}", "有值，没有名称", next_step="请写上名称，或清空这一行")
            elif said in found:
                self.faults.add(1, f"{name}.{row}.{NAME}", f"“{said}”写了两次", next_step="请留一行")
            else:
                found[said] = read_value(first(self.typed, f"{name}.{row}.{VALUE}"), words=words)
        return found

    def _read(self, question: Question, name: str, text: str, take: Any) -> None:
        try:
            take(read_one(question, text))
        except NotRead as error:
            self.faults.add(1, name, error.rule, next_step=error.next_step)


def typed_of(declaration: Declaration, case: Mapping[str, Any]) -> Typed:
    """The fields that ``stated`` reads into a case: what stands in a form that is filled already."""
    words = {table.path: table.keeps_words for table in tables_of(declaration) if table.is_free}
    return dict(_fields(declaration.questions, case, "", words))


def _fields(
    questions: Sequence[Question], case: Mapping[str, Any], prefix: str, words: Mapping[tuple[str, ...], bool]
) -> Iterator[tuple[str, list[str]]]:
    for question in questions:
        name, value = f"{prefix}{question.name}", case.get(question.name)
        if value is None:
            continue
        if question.kind is Kind.TABLE:
            keeps = words[tuple(name.split("."))]
            for row, (one, said) in enumerate(value.items()):
                yield f"{name}.{row}.{NAME}", [str(one)]
                yield f"{name}.{row}.{VALUE}", [free_text(said, words=keeps)]
        elif question.kind is Kind.GROUP and question.many:
            for row, one in enumerate(value):
                yield from _fields(question.inside, one, f"{name}.{row}.", words)
        elif question.kind is Kind.GROUP:
            yield from _fields(question.inside, value, f"{name}.", words)
        elif is_list(question):
            yield from ((f"{name}.{row}", [show_one(question, one)]) for row, one in enumerate(value))
        else:
            listed = value if question.many else [value]
            yield name, [show_one(question, one) for one in listed]
