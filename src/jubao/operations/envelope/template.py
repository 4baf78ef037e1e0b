"""An act's form as an Excel workbook, from its declaration alone; ``seen.filled`` reads it back into cases.

Amounts are typed in yuan and become fen; months are typed 2017-05 or 201705; codes are picked from lists.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jubao.documents.blank_form import Entry, FormSheet, form_bytes
from jubao.documents.sheet import INTEGER
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fields import Kind, Question
from jubao.operations.envelope.seen.form import (
    CASE,
    CASES,
    CODE,
    MARK,
    NO,
    YES,
    Answered,
    FormTable,
    at,
    option,
    sheet_kind,
    tables_of,
)
from jubao.operations.envelope.seen.reading import read_value
from jubao.operations.envelope.seen.words import yuan

CASE_HINT = "从 1 起，一行一项；明细表的行写所属事项的号"
JOINER = "、"
ROOM = 5000


def template_bytes(declaration: Declaration, cases: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The workbook of an act's form, filled with some cases if there are any (as JSON has them)."""
    sheets = [
        FormSheet(
            table.name,
            (Entry(CASE, f"{MARK}{CASE_HINT}", INTEGER, least=1, most=ROOM), *map(_entry, table.columns)),
            _rows(table, cases),
            ROOM if table.of is not None else declaration.most_cases,
        )
        for table in tables_of(declaration)
    ]
    return form_bytes(declaration.title, sheets, _notes(declaration))


def _entry(column: Answered) -> Entry:
    question = column.question
    return Entry(
        column.heading,
        hint_of(question, required=column.required),
        sheet_kind(question),
        column.required,
        () if question.many else column.options,
        question.least,
        question.most,
        None if question.many else question.longest,
    )


def hint_of(question: Question, *, required: bool) -> str:
    """What stands under a heading: whether it must be filled in, what to write, its bounds."""
    told = ["必填" if required else "可不填", question.hint]
    if question.many:
        told.append(f"多个之间用“{JOINER}”隔开")
    if question.kind in (Kind.AMOUNT, Kind.TIER):
        told.append("单位元")
        told.append(f"不小于 {yuan(question.least)}" if question.least and question.least > 1 else "")
    if question.kind is Kind.MONTH:
        told.append("年月，如 2017-05 或 201705")
    if question.many and question.choices:
        told.append("可填：" + JOINER.join(option(code, label) for code, label in question.choices))
    if question.default not in (None, "", (), []) and not question.required:
        told.append(f"不填即为 {_shown_default(question)}")
    return "；".join(one for one in told if one)


def _shown_default(question: Question) -> str:
    cell = _cell(question, question.default)
    return yuan(cell) if question.kind in (Kind.AMOUNT, Kind.TIER) else str(cell)


def _notes(declaration: Declaration) -> list[tuple[str, str]]:
    return [
        (CODE, declaration.code),
        ("业务", declaration.title),
        ("依据", declaration.source),
        ("填写", f"在“{CASES}”表第 3 行起填写，一行一项，一次最多 {declaration.most_cases} 项；表头和第 2 行不要改动"),
        ("明细", f"其余各表填明细，“{CASE}”写所属事项的号；只有一项时可以不写"),
        ("金额", "以元为单位，至多两位小数；号码和账号按文本填写"),
        ("必填", "红色表头的列必须填写"),
    ]


def _rows(table: FormTable, cases: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for number, case in enumerate(cases, start=1):
        if table.of is None:
            rows.append([number, *(_cell(column.question, at(case, column.path)) for column in table.columns)])
            continue
        listed = at(case, table.path)
        if table.is_free:
            rows += [
                [number, str(name), free_text(value, words=table.keeps_words)] for name, value in (listed or {}).items()
            ]
        elif table.is_plain:
            rows += [[number, _cell(table.of, one)] for one in listed or ()]
        else:
            rows += [[number, *(_cell(c.question, at(item, c.path)) for c in table.columns)] for item in listed or ()]
    return rows


def free_text(value: Any, *, words: bool) -> str:
    """A value of a free table so that reading it back gives the same."""
    if isinstance(value, str) and read_value(value, words=words) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _cell(question: Question, value: Any) -> Any:
    """A JSON value as its cell holds it."""
    if value is None or value == "":
        return None
    if isinstance(value, list | tuple):
        return JOINER.join(str(_cell(question, one)) for one in value) or None
    if question.kind is Kind.FLAG:
        return YES if value else NO
    if question.kind is Kind.CHOICE:
        return option(str(value), dict(question.choices).get(str(value), str(value)))
    if question.kind in (Kind.DAY, Kind.DEADLINE) and isinstance(value, str):
        return date.fromisoformat(value)
    return value if isinstance(value, int | date) else str(value)
