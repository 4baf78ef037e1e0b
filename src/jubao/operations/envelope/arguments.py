"""What people stated, read by the declaration: shapes, bounds and dates, every fault named with its field."""

import operator
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from jubao.operations.envelope.declaration import Arguments, Declaration
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Kind, Question, questions_of
from jubao.operations.envelope.seen.words import yuan
from jubao.operations.envelope.view import View
from jubao.vocabulary import month as months

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NEXT_MONTH = "next_month"
LONGEST_DEADLINE = timedelta(days=3 * 366)

SHAPES = {
    "missing": "必填",
    "extra_forbidden": "不是本业务的填报项",
    "enum": "不在可选代码之内",
    "literal_error": "不在可选代码之内",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为是或否",
    "bool_type": "应为是或否",
    "date_from_datetime_parsing": "应为日期（YYYY-MM-DD）",
    "date_parsing": "应为日期（YYYY-MM-DD）",
    "date_type": "应为日期（YYYY-MM-DD）",
    "date_from_datetime_inexact": "应为日期（YYYY-MM-DD）",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "model_type": "应为一组填报项",
    "dict_type": "应为一组填报项",
    "int_parsing_size": "数字过大",
    "string_too_long": "最多{max_length}个字",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "格式不对",
    "too_short": "至少要有{min_length}项",
    "too_long": "最多{max_length}项",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "不应小于{ge}",
    "less_than": "应小于{lt}",
    "less_than_equal": "不应大于{le}",
    "value_error": "{error}",
}
UNFIT = "填写不合要求"
COMPARED = frozenset({"gt", "ge", "lt", "le"})
WRONG_SHAPE = frozenset({"string_pattern_mismatch", "int_parsing", "int_type", "int_from_float", "string_type"})
INSTEAD = {
    Kind.ACCOUNT: " 8 至 32 位数字的账号",
    Kind.KEYED_NUMBER: " 18 位公民身份号码",
    Kind.KEY: " 64 位的公钥",
    Kind.FILE: "已收的来文",
    Kind.AMOUNT: "金额",
    Kind.COUNT: "整数",
}
"""What to state where the shape is wrong, by kind."""


def parse_arguments(declaration: Declaration, cases: Sequence[dict[str, Any]]) -> tuple[Faults, list[Arguments]]:
    """The shape of every case; all faults of all cases are named, and then nothing of them is used."""
    faults, parsed = Faults(), list[Arguments]()
    if not cases:
        faults.add(0, "", "没有任何事项", next_step="请至少填报一项")
    if len(cases) > declaration.most_cases:
        rule = (
            "须逐项办理，一次只能填报一项"
            if declaration.most_cases == 1
            else f"一次最多填报 {declaration.most_cases} 项"
        )
        faults.add(0, "", f"{declaration.title}{rule}，本次有 {len(cases)} 项", next_step="请分次提出")
        return faults, []
    for number, case in enumerate(cases, start=1):
        try:
            stated = declaration.arguments.model_validate(case)
        except ValidationError as error:
            for fault in error.errors():
                _add(faults, number, fault, declaration.questions)
        else:
            parsed.append(stated)
            _bound_group(stated, number, "", faults)
        for _ in _unseen(case):
            faults.add(number, "", "含有不可见的控制字符", next_step="请重新填写")
    return faults, parsed


def _add(faults: Faults, number: int, fault: Any, questions: Sequence[Question]) -> None:
    """One fault of a shape: where it stands by labels, what does not hold, and what to state instead."""
    path, names, asked = [str(part) for part in fault["loc"]], [], None
    inside: Sequence[Question] = questions
    for part in path:
        found = next((one for one in inside if one.name == part), None)
        if found is not None:
            asked, inside = found, found.inside
        names.append(found.label if found else f"第{int(part) + 1}行" if part.isdigit() else part)
    rule, next_step = _told(fault["type"], fault.get("ctx", {}), asked)
    faults.add(number, ".".join(path), rule, next_step=next_step, place=" ".join(names))


def _told(kind: str, bounds: dict[str, Any], asked: Question | None) -> tuple[str, str]:
    """What does not hold, and what to state instead; a bound in the measure of its question, so fen in yuan."""
    said = {name: bound_in_words(asked, value) if name in COMPARED else value for name, value in bounds.items()}
    rule = SHAPES.get(kind, UNFIT).format_map(said)
    return rule, f"请填{INSTEAD[asked.kind]}" if kind in WRONG_SHAPE and asked and asked.kind in INSTEAD else ""


def bound_in_words(asked: Question | None, value: Any) -> str:
    """A bound as whoever answers would write it."""
    return yuan(value) if asked is not None and asked.kind in (Kind.AMOUNT, Kind.TIER) else str(value)


def _unseen(value: Any) -> Iterator[str]:
    """Texts with characters nobody sees and no database keeps alike."""
    if isinstance(value, str):
        yield from [value] if _UNSEEN.search(value) else []
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    for name, one in inside:
        yield from _unseen(name)
        yield from _unseen(one)


def _bound_group(group: BaseModel, number: int, prefix: str, faults: Faults) -> None:
    """The narrower bounds an argument sets beside those of its domain type."""
    for question, path, value in _values(group, prefix):
        size = len(value) if isinstance(value, str | list | tuple) else None
        if isinstance(value, BaseModel):
            _bound_group(value, number, f"{path}.", faults)
        elif size is not None and question.longest is not None and size > question.longest:
            faults.add(number, path, f"最多{question.longest}个字", place=question.label)
        elif size is not None and question.shortest is not None and size < question.shortest:
            faults.add(number, path, "不能为空", place=question.label)
        elif question.least is not None and value < question.least:
            rule, _ = _told("greater_than_equal", {"ge": question.least}, question)
            faults.add(number, path, rule, place=question.label)
        elif question.most is not None and value > question.most:
            rule, _ = _told("less_than_equal", {"le": question.most}, question)
            faults.add(number, path, rule, place=question.label)


def _values(group: BaseModel, prefix: str) -> Iterator[tuple[Question, str, Any]]:
    """Every value of a group with its question and path; the items of a list one by one."""
    for question in questions_of(type(group)):
        value = getattr(group, question.name)
        if question.many and isinstance(value, list | tuple):
            yield from ((question, f"{prefix}{question.name}.{place}", one) for place, one in enumerate(value))
        elif value is not None:
            yield question, f"{prefix}{question.name}", value


def check_arguments(declaration: Declaration, cases: Sequence[Arguments], view: View) -> Faults:
    """Days and months against the business date and against each other, as the questions say."""
    faults = Faults()
    for number, case in enumerate(cases, start=1):
        _check_group(case, number, "", view, faults)
    return faults


def _check_group(group: BaseModel, number: int, prefix: str, view: View, faults: Faults) -> None:
    for question, path, value in _values(group, prefix):
        if isinstance(value, BaseModel):
            _check_group(value, number, f"{path}.", view, faults)
        else:
            _check_value(group, question, value, path, number, view, faults)


def _check_value(
    group: BaseModel, question: Question, value: Any, path: str, number: int, view: View, faults: Faults
) -> None:
    if question.kind is Kind.DEADLINE:
        if value < view.on:
            faults.add(number, path, f"{question.label} {value} 已过", next_step="期限不能早于业务日期")
        if value > view.on + LONGEST_DEADLINE:
            faults.add(number, path, f"{question.label} {value} 过远", next_step="期限最长三年")
    for bound, beyond, word in (
        (question.not_after, operator.gt, "晚于"),
        (question.not_before, operator.lt, "早于"),
    ):
        other, name = _bound(group, bound, value, view)
        if other is not None and beyond(value, other):
            faults.add(number, path, f"{question.label} {value} {word}{name} {other}")


def _bound(group: BaseModel, bound: str, value: Any, view: View) -> tuple[Any, str]:
    """What a value is bounded by: the business date, or another argument; in the value's own measure."""
    if not bound:
        return None, ""
    if bound == NEXT_MONTH:
        return months.add(months.of(view.on), 1), "下月"
    other: Any = view.on if bound == "today" else getattr(group, bound)
    if isinstance(other, date) and not isinstance(value, date):
        other = months.of(other) if value > FIRST_MONTH else other.year
    label = "业务日期" if bound == "today" else next(q.label for q in questions_of(type(group)) if q.name == bound)
    return other, label


FIRST_MONTH = 100_000
