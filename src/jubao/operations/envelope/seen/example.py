"""An example of what an act asks for, made from its questions: right in shape, about nobody."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fields import Kind, Question
from jubao.operations.envelope.schema import may_be_null
from jubao.vocabulary import month as months
from jubao.vocabulary.resident_number import check_digit

_SAYS = re.compile(r"如\s*([^\s、，。；：（）()“”]+)")
_NOBODY = "11019919500101001"  # no county bears 110199: nobody has this number
A_MONTH = timedelta(days=30)
SAMPLES: Mapping[Kind, Any] = {
    Kind.PERSON: _NOBODY + check_digit(_NOBODY),
    Kind.AWARD: _NOBODY + check_digit(_NOBODY),
    Kind.ACCOUNT: "62284800000000001",
    Kind.FILE: "0123456789abcdef" * 4,
    Kind.KEY: "58" + "66" * 31,
    Kind.KEYED_NUMBER: "fedcba9876543210" * 4,
    Kind.AMOUNT: 10_000,
    Kind.TIER: 10_000,
    Kind.COUNT: 1,
    Kind.VOUCHER: 1,
    Kind.FLAG: True,
    Kind.STAFF: "D1",
    Kind.EVIDENCE: "所见证明材料的名称和编号",
    Kind.DIVISION: "430602001001",
    Kind.OUTLET: "W001",
    Kind.OFFICE_ACCOUNT: "收入户",
    Kind.LEDGER_ACCOUNT: "1002",
}
BY_LABEL: Mapping[str, Kind] = {"公民身份号码": Kind.PERSON, "账号": Kind.ACCOUNT, "SHA-256": Kind.FILE}
"""Words that ask for a number of some kind say so in their label."""


def example_of(declaration: Declaration, *, on: date) -> dict[str, Any]:
    """One case as JSON: without what most cases leave out, or with every argument, or with what must be given.

    Args:
        declaration: the act.
        on: the business date the example is for; its days and months lie around it.
    """
    whole = _group(declaration.questions, on)
    usual = _group((question for question in declaration.questions if not may_be_null(question)), on)
    needed = _group((question for question in declaration.questions if question.required), on)
    return next((case for case in (usual, whole, needed) if _passes(declaration, case)), whole)


def _passes(declaration: Declaration, case: dict[str, Any]) -> bool:
    try:
        declaration.arguments.model_validate(case)
    except ValidationError:
        return False
    return True


def _group(questions: Iterable[Question], on: date) -> dict[str, Any]:
    return {question.name: _answer(question, on) for question in questions}


def _answer(question: Question, on: date) -> Any:
    if not question.many:
        return _one(question, on)
    return [_one(question, on)] * max(question.fewest_items or 1, 1)


def _one(question: Question, on: date) -> Any:
    """One answer: what a kind of its own says, a sample of the kind, or words."""
    if question.kind in MADE:
        return MADE[question.kind](question, on)
    sample = SAMPLES.get(question.kind)
    if isinstance(sample, bool):
        return sample
    if isinstance(sample, int) and question.longest is None:
        return _bounded(question, sample)
    return _text(question, sample if isinstance(sample, str) else None)


def _bounded(question: Question, value: int) -> int:
    least, most = question.least, question.most
    if least is not None and value < least:
        return int(least)
    return int(most) if most is not None and value > most else value


def _text(question: Question, sample: str | None) -> str:
    """A sample of the kind, what the hint names as an example, or the label itself; whatever fits first."""
    meant = next((SAMPLES[kind] for word, kind in BY_LABEL.items() if word in question.label), None)
    listed = [sample, _said(question), meant, question.label, "某", SAMPLES[Kind.FILE]]
    return next((text for text in listed if text and _fits(question, text)), sample or question.label)


def _said(question: Question) -> str:
    found = _SAYS.search(question.hint)
    return found.group(1) if found else ""


MADE: Mapping[Kind, Callable[[Question, date], Any]] = {
    Kind.GROUP: lambda question, on: _group(question.inside, on),
    Kind.TABLE: lambda question, _: _table(question),
    Kind.CHOICE: lambda question, _: str(question.default or question.choices[0][0]),
    Kind.DAY: lambda _, on: on.isoformat(),
    Kind.DEADLINE: lambda _, on: (on + A_MONTH).isoformat(),
    Kind.MONTH: lambda question, on: _bounded(question, months.of(on)),
    Kind.PERIOD: lambda question, on: _bounded(question, months.of(on)),
    Kind.YEAR: lambda question, on: _bounded(question, on.year),
}


def _table(question: Question) -> dict[str, Any]:
    """The names and values a hint gives as JSON, else one of its own."""
    start = question.hint.find("{")
    if start >= 0:
        try:
            said, _ = json.JSONDecoder().raw_decode(question.hint, start)
        except json.JSONDecodeError:
            said = None
        if isinstance(said, dict):
            return said
    return {"名称": "1"}


def _fits(question: Question, text: str) -> bool:
    long_enough = len(text) >= (question.shortest or 0)
    short_enough = question.longest is None or len(text) <= question.longest
    return long_enough and short_enough and (not question.pattern or re.search(question.pattern, text) is not None)
