"""JSON Schema (2020-12) of one case of an act, from its questions, so that any program can ask for it rightly.

What JSON Schema has no word for stands under ``x-``: the meaning of a value (``x-kind``), its English label, its unit,
the layout a file must follow, and what a day may not lie before or after.
"""

from collections.abc import Sequence
from typing import Any

from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fields import Kind, Question

DIALECT = "https://json-schema.org/draft/2020-12/schema"
WHOLE = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.YEAR, Kind.MONTH, Kind.PERIOD, Kind.TIER, Kind.VOUCHER})
PLAIN = {
    Kind.TABLE: {"type": "object"},
    Kind.FLAG: {"type": "boolean"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.DEADLINE: {"type": "string", "format": "date"},
}
UNITS = {Kind.AMOUNT: "fen", Kind.TIER: "fen", Kind.MONTH: "YYYYMM", Kind.PERIOD: "YYYYMM or YYYY", Kind.YEAR: "YYYY"}


def schema_of(declaration: Declaration) -> dict[str, Any]:
    """The schema of one case; a request holds up to ``x-most-cases`` of them."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:jubao:act:{declaration.code}",
        "title": declaration.title,
        "description": declaration.purpose,
        "x-most-cases": declaration.most_cases,
        **_object(declaration.questions),
    }


def _object(questions: Sequence[Question]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {question.name: _property(question) for question in questions},
        "required": [question.name for question in questions if question.required],
        "additionalProperties": False,
    }


def _property(question: Question) -> dict[str, Any]:
    told = {
        "title": question.label,
        "description": question.hint,
        "x-english": question.english,
        "x-kind": str(question.kind),
        "x-unit": UNITS.get(question.kind, ""),
        "x-layout": question.layout,
        "x-not-after": question.not_after,
        "x-not-before": question.not_before,
    }
    said = {name: value for name, value in told.items() if value}
    one = _one(question)
    if question.many:
        one = _without_empty({"minItems": question.fewest_items, "maxItems": question.most_items}) | {
            "type": "array",
            "items": one,
        }
    if may_be_null(question):
        return said | {"anyOf": [one, {"type": "null"}], "default": None}
    default = _plain(question.default)
    return said | one | ({} if question.required or default is None else {"default": default})


def is_whole(question: Question) -> bool:
    """Whether the answer is a whole number; a number that is written with signs (201706-12) is words."""
    return question.kind in WHOLE and question.longest is None


def may_be_null(question: Question) -> bool:
    """Whether nothing may be stated as well: an argument whose answer, when none is given, is none."""
    return not question.required and question.default is None


def _one(question: Question) -> dict[str, Any]:
    kind = question.kind
    if kind is Kind.GROUP:
        return _object(question.inside)
    if kind is Kind.CHOICE:
        return {"type": "string", "oneOf": [{"const": code, "title": label} for code, label in question.choices]}
    if is_whole(question):
        return _without_empty({"minimum": question.least, "maximum": question.most}) | {"type": "integer"}
    if kind in PLAIN:
        return dict(PLAIN[kind])
    bounds = {"minLength": question.shortest, "maxLength": question.longest, "pattern": question.pattern}
    return {"type": "string"} | _without_empty(bounds)


def _without_empty(bounds: dict[str, Any]) -> dict[str, Any]:
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _plain(value: Any) -> Any:
    """A default as JSON has it."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else str(value) if isinstance(value, str) else value
