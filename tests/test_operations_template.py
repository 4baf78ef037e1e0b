"""Every act explained by its declaration: labels, bounds, undoing; an example, a schema, a template read back by cell."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from jubao.operations import declare_all
from jubao.operations.envelope.declaration import ACTS, About, Arguments, Declaration, Final, Given, Unit, act
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import (
    AccountNumber,
    Amount,
    Count,
    Day,
    FileRef,
    Kind,
    Month,
    Period,
    PersonRef,
    Question,
    SignedAmount,
    Text,
    Year,
    ask,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.schema import is_whole, schema_of
from jubao.operations.envelope.seen.description import deadline, describe
from jubao.operations.envelope.seen.example import example_of
from jubao.operations.envelope.seen.filled import Filled, read_filled
from jubao.operations.envelope.template import template_bytes
from jubao.vocabulary.codes.labelled import Labelled

declare_all()
ON = date(2017, 5, 31)
CODES = sorted(ACTS)


class Colour(Labelled):
    """Two codes."""

    RED = "1", "红"
    BLUE = "2", "蓝"


class Item(Arguments):
    """A row within a case."""

    name: Text = ask("名目", "Name", longest=20)
    amount_fen: SignedAmount = ask("金额", "Amount")
    posts: tuple[Post, ...] = ask("岗位", "Posts", default=(), longest=3)


class Payee(Arguments):
    """A group within a case."""

    name: Text = ask("姓名", "Name", longest=20)
    account: AccountNumber = ask("账号", "Account")


class Everything(Arguments):
    """One of each kind."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    amount_fen: Amount = ask("金额", "Amount", least=100)
    month: Month = ask("年月", "Month")
    period: Period | None = ask("期间", "Period", default=None)
    day: Day = ask("日期", "Day", not_after="today")
    colour: Colour = ask("颜色", "Colour", default=Colour.RED)
    agreed: bool = ask("是否同意", "Agreed", default=False)
    count: Count = ask("数量", "Count", default=0, most=9)
    file: FileRef | None = ask("来文", "File", default=None)
    memo: Text = ask("备注", "Memo", default="", longest=20)
    payee: Payee | None = ask("收款人", "Payee", default=None)
    years: tuple[Year, ...] = ask("年度", "Years", default=(), longest=5)
    items: tuple[Item, ...] = ask("明细", "Items", default=(), longest=5)
    words: dict[str, str] = ask("词语", "Words", default={})
    options: dict[str, Any] = ask("选项", "Options", default={})


def _declared() -> Declaration:
    @act(
        "test.form",
        title="样表业务",
        asks=Everything,
        maker=Post.OFFICE,
        about=About.OFFICE,
        undone_by=Final("只用于测试"),
        gives=[Given("rows", "行数", "rows", Unit.ROWS)],
    )
    class Form:
        """One of each kind. Source: 测试."""

        def check(self, cases: Sequence[Everything], view: Any) -> Faults:
            """Nothing."""
            return Faults()

        def plan(self, cases: Sequence[Everything], view: Any) -> Any:
            """Nothing."""

    return ACTS.pop("test.form")


FORM = _declared()
CASE: dict[str, Any] = {
    "person": "11019919500101001X",
    "amount_fen": 123_456,
    "month": 201705,
    "period": 2016,
    "day": "2017-05-03",
    "colour": "2",
    "agreed": True,
    "count": 3,
    "file": "ab" * 32,
    "memo": "备注、一",
    "payee": {"name": "张三", "account": "6228480000000012345"},
    "years": [2015, 2016],
    "items": [{"name": "甲", "amount_fen": -150, "posts": ["AUDIT", "CASHIER"]}, {"name": "乙", "amount_fen": 5}],
    "words": {"姓名": "0012", "号码": "x"},
    "options": {"skip": 2, "sheet": "一", "code": "7", "list": [1, 2]},
}


# ── Every act ──


def questions(asked: Sequence[Question], path: str = "") -> Iterator[tuple[str, Question]]:
    for question in asked:
        yield f"{path}{question.name}", question
        yield from questions(question.inside, f"{path}{question.name}.")


@pytest.mark.parametrize("code", CODES)
def test_every_question_of_an_act_has_labels_a_kind_and_bounds(code: str) -> None:
    for name, question in questions(ACTS[code].questions):
        assert re.search("[\u4e00-\u9fff]", question.label) or question.label.isupper(), name
        assert question.label != question.name, name
        assert question.english, name
        assert isinstance(question.kind, Kind), name
        assert not question.many or question.most_items, f"{name} has no greatest number"
        assert bounded(question), f"{name} has no bounds"


def bounded(question: Question) -> bool:
    """Whether an answer can be judged by the question alone."""
    if question.kind in {Kind.FLAG, Kind.GROUP, Kind.TABLE}:
        return True
    if question.kind is Kind.CHOICE:
        return bool(question.choices) and all(label for _, label in question.choices)
    if is_whole(question) or question.kind in {Kind.DAY, Kind.DEADLINE}:
        return question.least is not None and question.most is not None
    return question.longest is not None or question.pattern is not None


@pytest.mark.parametrize("code", CODES)
def test_every_act_says_what_it_gives_what_undoes_it_and_whose_rule_it_follows(code: str) -> None:
    declared = ACTS[code]
    assert declared.gives, "a result without fields"
    assert all(given.label and given.english for given in declared.gives)
    assert declared.undone_by in ACTS if isinstance(declared.undone_by, str) else declared.undone_by.why
    assert declared.source, "no Source in its docstring"
    assert declared.purpose, "no sentence in its docstring"
    assert deadline(declared)
    assert set(declared.continues) <= set(ACTS)


@pytest.mark.parametrize("code", CODES)
def test_the_example_of_an_act_passes_its_arguments_and_its_schema(code: str) -> None:
    declared = ACTS[code]
    example = example_of(declared, on=ON)
    assert json.loads(json.dumps(example)) == example
    declared.arguments.model_validate(example)
    assert not wrong(schema_of(declared), example)


@pytest.mark.parametrize("code", CODES)
def test_the_schema_of_an_act_asks_for_what_its_arguments_ask(code: str) -> None:
    schema, model = schema_of(ACTS[code]), ACTS[code].arguments.model_json_schema()
    assert list(schema["properties"]) == list(model.get("properties", {}))
    assert set(schema["required"]) == set(model.get("required", []))
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("code", CODES)
def test_the_template_of_an_act_is_made_and_read_back_to_the_same_cases(code: str) -> None:
    declared = ACTS[code]
    example = example_of(declared, on=ON)
    cases = [example] * min(declared.most_cases, 2)
    filled = read_filled(declared, template_bytes(declared, cases), filename="t.xlsx")
    assert not filled.faults, [str(fault) for fault in filled.faults]
    back = [declared.arguments.model_validate(case) for case in filled.cases]
    assert back == [declared.arguments.model_validate(case) for case in cases]
    assert describe(declared, on=ON)["asks"]


def test_no_act_shows_a_deadline_that_no_law_sets() -> None:
    assert deadline(ACTS["target.set"]) == "无法定时限"
    assert deadline(ACTS["award.grant"]).startswith("20个工作日（法定办理时限")


# ── Schema ──


def wrong(schema: dict[str, Any], value: Any) -> list[str]:
    """What of a value a schema refuses: a small checker of the words these schemas use."""
    if "anyOf" in schema:
        found = [wrong(one, value) for one in schema["anyOf"]]
        return [] if [] in found else found[0]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    kind = kinds[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return [f"{value!r} is no {schema['type']}"]
    checks = {dict: _wrong_object, list: _wrong_array, str: _wrong_text, int: _wrong_number}
    return checks[kind](schema, value) if kind in checks else []


def _wrong_object(schema: dict[str, Any], value: dict[str, Any]) -> list[str]:
    known = schema.get("properties")
    if known is None:
        return []
    found = [f"{name} is missing" for name in schema["required"] if name not in value]
    found += [f"{name} is unknown" for name in value if name not in known]
    return found + [fault for name, one in value.items() if name in known for fault in wrong(known[name], one)]


def _wrong_array(schema: dict[str, Any], value: list[Any]) -> list[str]:
    found = [fault for one in value for fault in wrong(schema["items"], one)]
    fits = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
    return found if fits else [*found, f"{len(value)} items"]


def _wrong_text(schema: dict[str, Any], value: str) -> list[str]:
    if "oneOf" in schema:
        return [] if value in {one["const"] for one in schema["oneOf"]} else [f"{value} is no code"]
    fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    spelt = re.search(schema.get("pattern", ""), value) is not None
    return [] if fits and spelt else [f"{value!r} does not fit"]


def _wrong_number(schema: dict[str, Any], value: int) -> list[str]:
    return (
        [] if schema.get("minimum", value) <= value <= schema.get("maximum", value) else [f"{value} is out of bounds"]
    )


def test_a_schema_says_labels_meaning_and_bounds() -> None:
    schema = schema_of(FORM)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["amount_fen"] == {
        "title": "金额",
        "x-english": "Amount",
        "x-kind": "amount",
        "x-unit": "fen",
        "minimum": 100,
        "maximum": 10**13,
        "type": "integer",
    }
    assert schema["properties"]["colour"]["default"] == "1"
    assert schema["properties"]["day"]["x-not-after"] == "today"
    assert schema["properties"]["payee"]["anyOf"][1] == {"type": "null"}
    assert not wrong(schema, CASE)
    assert wrong(schema, CASE | {"amount_fen": 99})
    assert wrong(schema, CASE | {"colour": "3"})
    assert wrong(schema, {name: value for name, value in CASE.items() if name != "person"})


# ── Template ──


def filled(data: bytes) -> Filled:
    return read_filled(FORM, data, filename="样表.xlsx")


def changed(**cells: Any) -> bytes:
    """The template with one case, some cells typed over: ``B3`` of the cases, or ``明细!B3``."""
    book = load_workbook(io.BytesIO(template_bytes(FORM, [CASE])))
    for place, value in cells.items():
        sheet, _, cell = place.rpartition("__")
        book[sheet or "事项"][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_case_of_every_kind_survives_the_template() -> None:
    other = {"person": "1", "amount_fen": 100, "month": 201801, "day": "2018-01-31"}
    read = filled(template_bytes(FORM, [CASE, other]))
    assert not read.faults
    assert read.cases[0] == CASE
    assert Everything.model_validate(read.cases[1]) == Everything.model_validate(other)


def test_a_template_has_headings_hints_lists_of_codes_text_columns_and_bounds() -> None:
    book = load_workbook(io.BytesIO(template_bytes(FORM)))
    sheet = book["事项"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:4] == ["事项号", "参保人", "金额", "年月"]
    assert headings[-2:] == ["收款人·姓名", "收款人·账号"]
    assert sheet["B2"].value == "必填；公民身份号码或个人编号"
    assert sheet["C2"].value == "必填；单位元；不小于 1.00 元"
    assert sheet.column_dimensions["B"].number_format == "@" or sheet["B3"].number_format == "@"
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert (rules["C3:C5002"].type, rules["C3:C5002"].formula1) == ("decimal", "1.00")
    assert (rules["G3:G5002"].type, rules["G3:G5002"].formula1) == ("list", "'代码'!$A$1:$A$2")
    assert [cell.value for cell in book["代码"]["A"]] == ["1 红", "2 蓝"]
    assert rules["F3:F5002"].type == "date"
    assert book.sheetnames == ["事项", "年度", "明细", "词语", "选项", "代码", "说明"]


def test_a_template_is_the_same_every_time_and_holds_no_formula() -> None:
    assert template_bytes(FORM) == template_bytes(FORM)
    with zipfile.ZipFile(io.BytesIO(template_bytes(FORM, [CASE]))) as package:
        for name in package.namelist():
            assert not re.search(rb"<f[\s/>]", package.read(name)), name


@pytest.mark.parametrize(("typed", "read"), [("2017-05", 201705), ("201705", 201705), (201705, 201705)])
def test_a_month_is_typed_either_way(typed: Any, read: int) -> None:
    assert filled(changed(D3=typed)).cases[0]["month"] == read


@pytest.mark.parametrize(("typed", "fen"), [(12.5, 1250), ("1,234.56", 123_456), (7, 700)])
def test_an_amount_is_typed_in_yuan_and_becomes_fen(typed: Any, fen: int) -> None:
    assert filled(changed(C3=typed)).cases[0]["amount_fen"] == fen


@pytest.mark.parametrize("typed", ["2", 2, "蓝", "2 蓝"])
def test_a_code_is_typed_as_code_or_label(typed: Any) -> None:
    assert filled(changed(G3=typed)).cases[0]["colour"] == "2"


def test_a_word_that_is_no_code_is_a_fault_that_names_the_codes() -> None:
    [fault] = filled(changed(G3="绿")).faults
    assert str(fault) == "第1项 工作表“事项”第3行 G列 颜色：不在可选代码之内，可填：1 红、2 蓝"


def test_every_fault_of_a_template_names_sheet_row_and_column() -> None:
    read = filled(changed(C3="一百", D3="201713", F3="昨天", B3=None, 明细__C4=1.005, 年度__A3=7))
    told = [str(fault) for fault in read.faults]
    assert len(told) == 6
    assert "第1项 工作表“事项”第3行 B列 参保人：必填项为空" in told[0]
    assert any("第3行 C列 金额：不是金额" in one for one in told)
    assert any("第3行 D列 年月：应为六位年月" in one for one in told)
    assert any("第3行 F列 日期：不是有效日期" in one for one in told)
    assert any("工作表“明细”第4行 C列 金额：金额超过两位小数" in one for one in told)
    assert any("工作表“年度”第3行 A列 事项号：没有事项号为 7 的事项" in one for one in told)


def test_a_fault_found_later_is_placed_in_its_cell() -> None:
    read = filled(template_bytes(FORM, [CASE]))
    faults = Faults()
    faults.add(1, "person", "不在参保登记中")
    faults.add(1, "items.1.amount_fen", "太少")
    faults.add(1, "items.0.posts.1", "无此岗位")
    faults.add(0, "", "没有任何事项")
    places = [fault.place for fault in read.placed(faults)]
    assert places == [
        "工作表“事项”第3行 B列 参保人",
        "工作表“明细”第4行 C列 金额",
        "工作表“明细”第3行 D列 岗位",
        "",
    ]


def test_the_template_of_another_act_is_refused() -> None:
    read = read_filled(ACTS["target.set"], template_bytes(FORM, [CASE]), filename="样表.xlsx")
    [fault] = read.faults
    assert fault.rule.startswith("这是 test.form 的模板")


def test_a_formula_and_a_changed_heading_are_faults() -> None:
    [fault] = filled(changed(C3="=1+1")).faults
    assert fault.rule == "单元格是公式"
    told = [str(fault) for fault in filled(changed(B1="参保")).faults]
    assert any("“参保”不是模板的列" in one for one in told)
    assert any("缺少列“参保人”" in one for one in told)


def test_what_is_no_workbook_is_a_fault() -> None:
    [fault] = filled(b"PK nothing").faults
    assert fault.case == 0
    assert "样表.xlsx" in fault.place
