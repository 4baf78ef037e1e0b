"""Fields of the desk: every domain type is drawn, what is shown reads back, and every act has a form one can use."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from jubao.desk.forms import written
from jubao.desk.forms.act_form import Drawn, Entry, entries_of, questions_on_page
from jubao.desk.forms.drawing import DRAWN, Control, control_of, echo_of, read_one, show_one
from jubao.desk.forms.faults import blame, id_of
from jubao.desk.forms.stated import compacted, lists_in, rows_of, stated, typed_of
from jubao.desk.forms.uploading import file_name
from jubao.desk.forms.written import NotRead
from jubao.operations import declare_all
from jubao.operations.envelope.arguments import parse_arguments
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Fault
from jubao.operations.envelope.fields import Kind, Question
from jubao.operations.envelope.seen.example import example_of
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Language, speaking

pytestmark = pytest.mark.sqlite  # it asks no books; once is enough

declare_all()
EVERY_ACT = sorted(ACTS)
ON = date(2017, 12, 11)


def question(kind: Kind, **said: Any) -> Question:
    """One question of a kind; what is not said is ordinary."""
    told = {"name": "answer", "label": "答", "english": "Answer", "hint": "", "required": True, "default": None}
    return Question(kind=kind, many=False, **(told | said))


def test_every_domain_type_has_a_row_and_no_row_is_left_over():
    assert set(DRAWN) == set(Kind)


# ── Texts to values ──


@given(st.integers(-(10**12), 10**12))
def test_an_amount_reads_back_to_the_fen(fen):
    assert read_one(question(Kind.AMOUNT), show_one(question(Kind.AMOUNT), fen)) == fen


@given(st.dates(date(1850, 1, 1), date(2199, 12, 31)))
def test_a_day_reads_alike_however_it_is_written(day):
    for text in (
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y.%m.%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
    ):
        assert written.day(text) == day.isoformat(), text


@given(st.integers(1850, 2199), st.integers(1, 12))
def test_a_month_reads_alike_however_it_is_written(year, number):
    for text in (f"{year}{number:02}", f"{year}-{number:02}", f"{year}.{number}", f"{year}年{number}月"):
        assert written.month(text) == months.make(year, number), text


FULL_WIDTH = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "0123456789,.-"}


@given(st.integers(0, 10**12))
def test_full_width_digits_are_the_same_amount(fen):
    shown = show_one(question(Kind.AMOUNT), fen)
    assert written.fen(shown.translate(FULL_WIDTH)) == fen


@given(st.text())
def test_whatever_is_written_is_read_or_refused_with_a_sentence(text):
    for kind in (Kind.AMOUNT, Kind.MONTH, Kind.DAY, Kind.PERIOD, Kind.YEAR, Kind.COUNT, Kind.FLAG):
        said = refusal_of(kind, text)
        assert said is None or (said.rule and said.next_step.startswith("请"))


def refusal_of(kind: Kind, text: str) -> NotRead | None:
    """Why a text is not read; None where it is."""
    try:
        read_one(question(kind), text)
    except NotRead as refused:
        return refused
    return None


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (Kind.AMOUNT, "12.345", "“12.345”多于两位小数"),
        (Kind.AMOUNT, "1万", "“1万”不是以元写的金额"),
        (Kind.AMOUNT, "1e5", "“1e5”不是金额"),
        (Kind.AMOUNT, "12,34", "“12,34”不是金额"),
        (Kind.AMOUNT, "99999999999", "超过单笔金额上限 10,000,000,000.00 元"),
        (Kind.MONTH, "201613", "“201613”不是月份"),
        (Kind.MONTH, "20171", "不是月份"),
        (Kind.DAY, "2017-02-29", "没有“2017-02-29”这一天"),
        (Kind.DAY, "昨天", "“昨天”不是日期"),
        (Kind.YEAR, "17", "“17”不是年度"),
        (Kind.COUNT, "1.5", "“1.5”不是整数"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(kind, text, says):
    with pytest.raises(NotRead, match=r".") as refused:
        read_one(question(kind), text)
    assert says in refused.value.rule


def test_numbers_are_read_without_the_spaces_people_put_between_their_groups():
    assert read_one(question(Kind.ACCOUNT), "6228 4800-0000 0001") == "6228480000000001"
    assert read_one(question(Kind.PERSON), "430602 19500315 001x") == "43060219500315001x"
    assert read_one(question(Kind.PERSON), "王 建国") == "王 建国"


def test_an_amount_above_ten_thousand_yuan_is_said_again_in_capitals():
    assert echo_of(question(Kind.AMOUNT), "1,409,000.50") == "人民币壹佰肆拾万玖仟元零伍角"
    assert not echo_of(question(Kind.AMOUNT), "9999.99")
    assert echo_of(question(Kind.MONTH), "2017-12") == "2017年12月"
    assert echo_of(question(Kind.DAY), "20171211") == "2017年12月11日，星期一"
    assert not echo_of(question(Kind.DAY), "20171311")


def test_few_choices_are_shown_at_once_and_more_in_a_list():
    few = question(Kind.CHOICE, choices=tuple((str(n), str(n)) for n in range(6)))
    more = question(Kind.CHOICE, choices=tuple((str(n), str(n)) for n in range(7)))
    assert control_of(few) is Control.RADIOS
    assert control_of(more) is Control.SELECT


def test_the_senders_file_name_is_a_note_and_no_path():
    assert file_name("../../etc/passwd") == "passwd"
    assert file_name("C:\\Users\\x\\名册.xlsx") == "名册.xlsx"
    assert file_name("a\u202egpj.exe") == "agpj.exe"
    assert len(file_name("长" * 500 + ".csv")) == 120


# ── Every act ──


class Page(HTMLParser):
    """The controls, labels and ids of a page."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.controls: dict[str, list[str]] = {}
        self.legends = 0
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        self.legends += tag == "legend"
        if "id" in said:
            self.ids.append(said["id"])
        if tag == "label" and "for" in said:
            self.labels.append(said["for"])
        if tag in {"input", "select", "textarea"} and said.get("type") != "hidden":
            self.controls.setdefault(said.get("name", ""), []).append(said.get("id", ""))


def page_of(entries: tuple[Entry, ...]) -> Page:
    template, page = get_template("forms/entry.html"), Page()
    for entry in entries:
        page.feed(template.render({"entry": entry, "check": "/acts/x/check", "base": "/acts/x"}))
    return page


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", EVERY_ACT)
def test_every_question_of_every_act_has_a_control_a_label_and_an_id(code, language):
    declaration = ACTS[code]
    typed = typed_of(declaration, example_of(declaration, on=ON))
    with speaking(language):
        entries = entries_of(declaration, Drawn(typed))
        page = page_of(entries)
        assert all(str(entry.label) for entry in entries)
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert set(page.labels) <= set(page.ids), "a label leads nowhere"
    for name, asked in questions_on_page(declaration.questions, typed).items():
        assert id_of(name) in page.ids, name
        if asked.kind is not Kind.GROUP and name not in dict(lists_in(declaration.questions)):
            assert {name, f"{name}.upload", ""} & set(page.controls), name
    for question_ in declaration.questions:
        assert question_.label.strip()
        assert question_.english.strip(), f"{code} {question_.name} has no English label"


@pytest.mark.parametrize("code", EVERY_ACT)
def test_an_example_typed_as_it_is_shown_reads_back_into_the_same_arguments(code):
    declaration = ACTS[code]
    example = example_of(declaration, on=ON)
    read = stated(declaration, compacted(declaration.questions, typed_of(declaration, example)))
    assert not read.faults, list(read.faults)
    assert declaration.arguments.model_validate(read.case) == declaration.arguments.model_validate(example)


@pytest.mark.parametrize("code", EVERY_ACT)
def test_an_empty_form_is_drawn_and_names_in_chinese_what_is_missing(code):
    declaration = ACTS[code]
    page_of(entries_of(declaration, Drawn({})))
    read = stated(declaration, {})
    faults, _ = parse_arguments(declaration, [read.case])
    blamed = blame([*read.faults, *faults], questions_on_page(declaration.questions, {}), {})
    required = {
        one.label for one in declaration.questions if one.required and not one.many and one.kind is not Kind.TABLE
    }
    said = "".join(line.sentence for line in blamed.lines)
    assert all(re.search(f"还没有[填选交]“{re.escape(label)}”", said) for label in required)
    assert not [line.sentence for line in blamed.lines if any("a" <= sign <= "z" for sign in line.sentence.lower())]


@pytest.mark.parametrize("code", EVERY_ACT)
def test_nonsense_in_every_field_is_refused_in_chinese_beside_it(code):
    """No sentence of pydantic's or Django's reaches a clerk; a sentence that has a field stands beside it."""
    declaration = ACTS[code]
    example = typed_of(declaration, example_of(declaration, on=ON))
    asked = questions_on_page(declaration.questions, example)
    typed = {
        name: ["，，" * 400] if asked[name].kind is not Kind.TABLE else values
        for name, values in example.items()
        if name in asked
    }
    read = stated(declaration, typed)
    faults, _ = parse_arguments(declaration, [read.case])
    blamed = blame([*read.faults, *faults], asked, typed)
    assert blamed.lines or all(one.longest is None for one in asked.values())
    for line in blamed.lines:
        assert not [sign for sign in line.sentence.lower() if "a" <= sign <= "z"], line.sentence
        assert line.sentence.endswith(("。", "！", "？")), line.sentence


def test_bounds_of_an_amount_are_spoken_in_yuan():
    declaration = ACTS["recovery.receive"]
    typed = typed_of(declaration, example_of(declaration, on=ON)) | {"amount_fen": ["0.00"]}
    read = stated(declaration, typed)
    faults, _ = parse_arguments(declaration, [read.case])
    blamed = blame(faults, questions_on_page(declaration.questions, typed), typed)
    assert blamed.by_field == {"amount_fen": ("“0.00”不应小于0.01 元。",)}
    assert blamed.lines[0].leads_to == "f-amount_fen"


# ── Rows ──


def test_blank_rows_are_left_out_and_the_others_numbered_anew():
    questions = ACTS["voucher.enter"].questions
    typed = {
        "legs.0.account": [""],
        "legs.0.debit_fen": ["0.00"],
        "legs.2.account": ["400304"],
        "legs.2.debit_fen": ["5"],
        "legs.7.account": [" "],
        "legs.7.credit_fen": ["3.00"],
    }
    kept = compacted(questions, typed)
    assert rows_of(kept, "legs") == [0, 1]
    assert kept["legs.0.account"] == ["400304"]
    assert kept["legs.1.credit_fen"] == ["3.00"]
    while_typing = compacted(questions, typed | {"legs.8.account": [""]}, only_last=True)
    assert rows_of(while_typing, "legs") == [0, 1, 2], "those on the page keep their places, the last blank one goes"


def test_a_fault_of_a_row_stands_beside_its_field_or_the_nearest_one_around_it():
    questions = questions_on_page(ACTS["voucher.enter"].questions, {"legs.0.account": ["1"]})
    faults = [
        Fault(1, "legs.0.account", "没有科目 1"),
        Fault(1, "legs.3.account", "没有科目 9"),
        Fault(0, "", "须逐项办理"),
        Fault(1, "memo", "太短", "请写清楚", "会计基础工作规范"),
    ]
    blamed = blame(faults, questions, {})
    assert blamed.lines[0].leads_to == ""
    assert [(line.leads_to, line.sentence) for line in blamed.lines[1:]] == [
        ("f-legs", "没有科目 9。"),
        ("f-legs-0-account", "没有科目 1。"),
        ("f-memo", "太短（会计基础工作规范）。请写清楚。"),
    ]


def test_too_many_words_are_counted():
    declaration = ACTS["match.dismiss"]
    typed = typed_of(declaration, example_of(declaration, on=ON)) | {"reason": ["长" * 214]}
    faults, _ = parse_arguments(declaration, [stated(declaration, typed).case])
    blamed = blame(faults, questions_on_page(declaration.questions, typed), typed)
    assert "最多200个字，现在 214 个字" in blamed.by_field["reason"][0]


def test_a_word_that_was_rubbed_out_is_not_put_back_in_secret():
    declaration = ACTS["fund.remit"]
    typed = typed_of(declaration, example_of(declaration, on=ON)) | {"purpose": [""]}
    assert stated(declaration, typed).case["purpose"] == ""
    assert "purpose" not in stated(declaration, {name: one for name, one in typed.items() if name != "purpose"}).case
