"""The checker of self-evaluation reports: finds each planted fault and leaves sound reports alone."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from jubao.cli import app
from jubao.documents.reading import Line, Paper, PaperUnreadable, read_paper
from jubao.documents.self_evaluation import write_self_evaluation
from jubao.reports.checking.check import Checked, check_paper
from jubao.reports.checking.finding import Rule
from jubao.reports.evaluation.self_evaluation import build_self_evaluation
from tests import report_samples as sample
from tests.reports_year import quarter
from tests.test_documents import FORM

SOURCE = Path(__file__).parents[2] / "shared" / "seed" / "self-evaluation-2017.txt"
WRITERS = {"txt": sample.write_text, "docx": sample.write_word}


def checked(tmp_path: Path, form: str = "txt", **changed) -> Checked:
    return check_paper(read_paper(WRITERS[form](tmp_path / f"report.{form}", sample.parts(**changed))))


def swap(field: str, old: str, new: str) -> dict[str, object]:
    """One field of the sound report with one wording replaced."""
    text = sample.SOUND[field]
    assert old in text
    return {field: text.replace(old, new)}


def told(result: Checked) -> list[str]:
    return [f"{one.rule}｜{one.place}｜{one.quote}｜{one.reason}" for one in result.findings]


FAULTS = {
    "the report is older than its figures": ({"dated": "2019年11月3日"}, {Rule.DATES}, "2019-12-20"),
    "the report is older than its year's end": ({"dated": "2019年12月25日"}, {Rule.DATES}, "年结束"),
    "a day that does not exist": (swap("received", "12月20日", "11月31日"), {Rule.DATES}, "11月31日"),
    "the cut-off lies before the year": (swap("received", "2019年12月20日", "2018年12月20日"), {Rule.DATES}, "2018"),
    "income does not foot": ({"income": ["210", "10", "190", "", "", ""]}, {Rule.SUM}, "-10万元"),
    "expenditure does not foot": (
        {"spending": ["206.5", "148.5", "119.2", "29.3", "55", "3.5"]},
        {Rule.SUM, Rule.TEXT_AND_TABLE},
        "206.5",
    ),
    "basic expenditure does not foot": (
        {"spending": ["206.5", "148.5", "109.2", "29.3", "58", "3.5"]},
        {Rule.SUM},
        "148.5",
    ),
    "the balance does not follow": ({"spending": ["206.5", "148.5", "119.2", "29.3", "58", "5.3"]}, {Rule.SUM}, "结余"),
    "the three public expenses do not foot": ({"three": ["8.6", "2.3", "4.5", "", "", ""]}, {Rule.SUM}, "8.6"),
    "assets without a total": ({"assets": ["", "30", "6.5", ""]}, {Rule.EMPTY_TOTAL}, "合计却是空的"),
    "assets do not foot": ({"assets": ["63.5", "30", "6.5", ""]}, {Rule.SUM}, "63.5"),
    "text against table": (
        swap("spent", "基本支出148.5", "基本支出184.5") | {"spent": "基本支出184.5万元。"},
        {Rule.TEXT_AND_TABLE},
        "184.5万元",
    ),
    "a total in place of a part": (
        swap("basic", "预算150", "预算210") | {"basic": "基本支出预算210万元。"},
        {Rule.SUM, Rule.TEXT_AND_TABLE},
        "270万元",
    ),
    "project items do not foot": (swap("projects", "宣传费20", "宣传费22"), {Rule.SUM}, "62万元"),
    "the planned three public expenses do not foot": (swap("three_text", "接待费3", "接待费2"), {Rule.SUM}, "7万元"),
    "the handled do not add up": (swap("ministry", "暂停60", "暂停50"), {Rule.SUM}, "110人"),
    "more died than ended": (swap("ended", "死亡210", "死亡310"), {Rule.SUM}, "310人"),
    "grants are not people times standard": (swap("ended", "114000", "141000"), {Rule.SUM}, "95人"),
    "people do not add up to the sum told": (swap("delegated", "合计277", "合计287"), {Rule.SUM}, "277"),
    "sections are more than listed": (swap("staffing", "4个股室", "5个股室"), {Rule.SUM}, "列了4个"),
    "a rate that does not follow": (swap("universal", "完成率102%", "完成率112%"), {Rule.RATES}, "约为102%"),
    "a share of the task that does not follow": (
        swap("fund", "123%", "132%"),
        {Rule.RATES, Rule.COPIES, Rule.REPEATED_FIGURE},
        "约为123%",
    ),
    "more than everybody": (swap("outlets", "99.5%", "109.5%"), {Rule.RATES}, "不能超过"),
    "the adjusted task does not follow": (swap("universal", "无法录入900", "无法录入800"), {Rule.TASKS}, "11500人"),
    "two tasks for one campaign": (
        swap("universal", "分配任务12400人，", "分配任务12000人，原任务12400人，"),
        {Rule.TASKS},
        "两个任务数",
    ),
    "surpassed with less": (swap("received", "812.4", "512.4"), {Rule.TARGETS}, "少于任务640万元"),
    "a result without a target": ({"quality": ["质量指标", "登记完成率", "", "102%"]}, {Rule.TARGETS}, "没有目标值"),
    "a target without a result": ({"timely": ["时效指标", "按月发放", "12个月", ""]}, {Rule.TARGETS}, "没有完成情况"),
    "nothing, yet done": ({"cost": ["成本指标", "无", "", "已完成"]}, {Rule.TARGETS}, "写“无”"),
    "a grade that is not of the score": ({"grade": "优"}, {Rule.GRADE}, "良"),
    "more than full marks": ({"score": "108分", "grade": "优"}, {Rule.GRADE}, "100"),
    "a chapter is missing": (
        {"chapters": [c.replace("（三）", "") for c in sample.SOUND["chapters"]]},
        {Rule.NUMBERING},
        "（二）跳到（四）",
    ),
    "a chapter stands twice": (
        {"chapters": [c.replace("（四）", "（三）") for c in sample.SOUND["chapters"]]},
        {Rule.NUMBERING},
        "重复",
    ),
    "a goal is missing": ({"goals": ["目标1：按时发放", "目标3：基金安全"]}, {Rule.NUMBERING}, "目标1跳到目标3"),
    "a deputy does not sign": ({"signers": [["甲某", "主任"], ["乙某", "副主任"]]}, {Rule.PEOPLE}, "副主任是1名"),
    "posts of text and table": (swap("staffing", "编制14", "编制12"), {Rule.TEXT_AND_TABLE}, "“人员编制”是14"),
    "yuan misspelt": (swap("ended", "114000元", "114000员"), {Rule.UNITS}, "应为“元”"),
    "wan left out": (swap("pensions", "745.2万元", "745.2元"), {Rule.UNITS}, "元与万元"),
    "money counted as people": (swap("pensions", "745.2万元", "745.2人"), {Rule.UNITS}, "小数"),
    "a copy with another number": (
        {"done": ["1、待遇发放：" + sample.PAID.replace("6210", "6120")]},
        {Rule.COPIES, Rule.REPEATED_FIGURE},
        "6120人",
    ),
    "a reworded copy with another number": (
        {"done": ["1、待遇发放：" + sample.PAID.replace("全区", "全区共").replace("145", "154")]},
        {Rule.COPIES, Rule.REPEATED_FIGURE},
        "154人",
    ),
    "one figure told twice": (
        {"results": "政策知晓率93%，群众满意度96%。共设置服务平台45个。"},
        {Rule.REPEATED_FIGURE},
        "42个",
    ),
}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_planted_fault_is_found_and_nothing_else(tmp_path, fault, form):
    changed, rules, named = FAULTS[fault]
    result = checked(tmp_path, form, **changed)
    found = result.contradictions
    assert {one.rule for one in found} == rules, told(result)
    assert any(named in f"{one.quote}{one.reason}" for one in found), told(result)
    assert not result.warnings, told(result)


CLEAN = {
    "as told": {},
    "other amounts": {
        "income": ["206.5", "", "206.5", "", "", ""],
        "spending": ["206.5", "148.5", "119.2", "29.3", "58", ""],
    },
    "amounts with thousands separators": swap("ended", "114000元", "114,000元"),
    "full-width digits and half-width brackets": swap("ended", "（其中死亡210人）", "(其中死亡２１０人)"),
    "rounded in one place": swap(
        "spent", "全年支出206.5万元，基本支出148.5万元", "全年支出2065000元，基本支出148.5万元"
    ),
    "every deputy and a guest sign": {
        "signers": [*sample.SOUND["signers"]],
        "staffing": sample.STAFF.replace("在职", "现有"),
    },
    "no indicator but one": {"timely": ["时效指标", "无", "", ""], "awareness": ["社会效益", "无", "", ""]},
    "a rate cut off, not rounded": swap("universal", "完成登记11730人，完成率102%", "完成登记11738人，完成率102.06%"),
    "a rate rounded": swap("universal", "完成登记11730人，完成率102%", "完成登记11738人，完成率102.07%"),
    "not everybody handled, and said so": swap("ministry", "排除8人", "其余8人在核实"),
    "a task missed and owned up to": {
        "received": "截至2019年12月20日实际征缴512.4万元，缴费人数7820人，未完成市人社局任务。"
    },
    "more than sixty": {"special": "各专项按进度实施，全年报送信息60余条。"},
    "last year beside this year": {"special": "三公经费预算比上年减少0.5万元，接待费较2018年减少0.5万元。"},
    "a list within a chapter with the same numerals": {
        "chapters": [*sample.SOUND["chapters"][:1], "（二）收支情况", *sample.SOUND["chapters"][2:]],
        "plan": "（一）预算\n本年预算支出210万元，预算分两块安排。",
    },
    "a table in the lowest grade": {"score": "59.5分", "grade": "差"},
    "no assets at all": {"assets": ["", "", "", ""]},
    "growth that follows": {"special": "参保缴费上年7400人，今年7770人，增长5%。"},
}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("kind", CLEAN)
def test_sound_reports_raise_no_alarm(tmp_path, kind, form):
    result = checked(tmp_path, form, **CLEAN[kind])
    assert not result.findings, told(result)
    assert len([one for one in result.statements if one.concept]) > 30


@pytest.mark.parametrize("sentence", sample.PROSE)
def test_sentences_that_are_easily_misread_raise_no_alarm(tmp_path, sentence):
    result = checked(tmp_path, special=sentence)
    assert not result.findings, told(result)


def test_many_such_sentences_together_raise_no_alarm(tmp_path):
    result = checked(tmp_path, "docx", special="\n".join(sample.PROSE))
    assert not result.findings, told(result)


def test_three_places_for_one_passage_are_a_warning_only(tmp_path):
    result = checked(tmp_path, results="待遇发放：" + sample.PAID)
    assert not result.contradictions, told(result)
    assert [one.rule for one in result.warnings] == [Rule.COPIES]
    assert "3处" in result.warnings[0].reason


def test_what_may_be_rounding_is_a_warning_only(tmp_path):
    result = checked(tmp_path, spending=["206.5", "148.5", "119.21", "29.3", "58", "3.5"])
    assert [one.rule for one in result.warnings] == [Rule.SUM]
    assert not result.contradictions, told(result)


def test_figures_are_read_with_meaning_unit_and_place(tmp_path):
    result = checked(tmp_path, "docx")
    told_of = {one.concept: (one.value, one.kind) for one in result.statements if one.concept}
    assert told_of["collection.received"] == (8_124_000, "元")
    assert told_of["payment.beneficiaries"] == (6210, "人")
    assert told_of["universal.completion_rate"] == (102, "%")
    assert told_of["fund.upper_received"] == (8_610_000, "元")
    assert told_of["alerts.police.suspended"] == (80, "人")
    assert told_of["funeral.total"] == (114_000, "元")
    assert str(result.cut_off) == "2019-12-20"
    assert result.form.stated["人员编制"][0] == 14
    assert result.form.money[1].of("公用支出").printed == "29.3"


def test_a_word_file_of_the_house_is_read_with_its_merged_cells(tmp_path):
    write_self_evaluation(FORM, tmp_path / "house.docx")
    result = check_paper(read_paper(tmp_path / "house.docx"))
    assert [(one.rule, one.quote) for one in result.findings] == [(Rule.EMPTY_TOTAL, "在用固定资产2.15")], told(result)
    assert result.form.money[1].of("项目支出").printed == "48.25"


# The published report of 2017: what its own list of contradictions names, as (rule, words found in quote or reason).
PUBLISHED = {
    (Rule.DATES, "2017-12-15"),
    (Rule.DATES, "年结束"),
    (Rule.SUM, "173.56万元"),
    (Rule.TEXT_AND_TABLE, "89.56"),
    (Rule.TASKS, "20217人"),
    (Rule.EMPTY_TOTAL, "2.15"),
    (Rule.NUMBERING, "（二）跳到（四）"),
    (Rule.TARGETS, "质量指标"),
    (Rule.TARGETS, "数量指标"),
    (Rule.TARGETS, "成本指标"),
    (Rule.PEOPLE, "副主任是2名"),
    (Rule.COPIES, "3处"),
    (Rule.UNITS, "应为“元”"),
}
FURTHER = {(Rule.NUMBERING, "从2、开始")}  # the third copy lost its first number


@pytest.mark.skipif(not SOURCE.exists(), reason="the published report is not beside this repository")
def test_the_published_report_every_contradiction_and_no_false_alarm():
    result = check_paper(read_paper(SOURCE))
    found = [(one.rule, one.quote + one.reason) for one in result.findings]
    for rule, words in PUBLISHED | FURTHER:
        assert [text for kind, text in found if kind is rule and words in text], (rule, words, told(result))
    assert len(found) == len(PUBLISHED | FURTHER), told(result)


SAME_FAULTS = (
    {"dated": "2019年4月18日", "assets": ["", "30", "", ""], "signers": [["甲某", "主任"], ["乙某", "副主任"]]}
    | {"basic": "基本支出预算210万元。", "plan": "一般公共预算拨款收入210万元，分两块安排。"}
    | {"quality": ["质量指标", "登记", "", "已完成"], "cost": ["成本指标", "无", "", "已完成"]}
    | swap("universal", "分配任务12400人，", "分配任务12000人，前任务12400人，")
    | {"chapters": [c.replace("（三）", "") for c in sample.SOUND["chapters"]], "results": "待遇发放：" + sample.PAID}
    | swap("ended", "114000元", "114000员")
)


def test_all_faults_of_the_published_report_together(tmp_path):
    result = checked(tmp_path, "docx", **SAME_FAULTS)
    rules = sorted(one.rule.name for one in result.findings)
    assert rules == sorted(
        [
            "DATES",
            "DATES",
            "EMPTY_TOTAL",
            "PEOPLE",
            "SUM",
            "TEXT_AND_TABLE",
            "TARGETS",
            "TARGETS",
            "TASKS",
            "NUMBERING",
            "UNITS",
            "COPIES",
        ]
    ), told(result)


def run(*words: str):
    return CliRunner().invoke(app, ["report", "check", *words])


def test_the_command_ends_with_0_1_or_2(tmp_path):
    sound = sample.write_word(tmp_path / "sound.docx", sample.parts())
    wrong = sample.write_word(tmp_path / "wrong.docx", sample.parts(grade="优"))
    assert (run(str(sound)).exit_code, run(str(wrong)).exit_code) == (0, 1)
    assert "得分与等次" in run(str(wrong)).output
    body = json.loads(run(str(wrong), "--json").stdout)
    assert [one["rule"] for one in body["contradictions"]] == ["GRADE"]
    assert {"place", "printed", "value", "unit", "label", "figure", "name"} == set(body["figures"][0])
    (tmp_path / "letter.txt").write_text("你好，今天有3个人来访。", encoding="utf-8")
    letter = run(str(tmp_path / "letter.txt"))
    assert (letter.exit_code, "没有附件1" in letter.output + letter.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("old.doc", b"\xd0\xcf\x11\xe0\x00\x00", "另存为 docx"),
        ("paper.pdf", b"%PDF-1.4", "另存为 docx"),
        ("broken.docx", b"PK\x03\x04 not a zip", "不是完好的 Word 文件"),
        ("empty.txt", b"  \n", "没有文字"),
        ("odd.txt", b"\xff\xfe\xff\xff\x81", "编码"),
    ],
)
def test_what_cannot_be_read_is_said_plainly(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PaperUnreadable, match=words):
        read_paper(tmp_path / name)
    assert run(str(tmp_path / name)).exit_code == 2


def test_text_in_the_older_chinese_encoding_is_read(tmp_path):
    path = sample.write_text(tmp_path / "report.txt", sample.parts())
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert not check_paper(read_paper(path)).findings


ALPHABET = st.sampled_from(
    "一二十（）()、，。；：:.%元员人万亿名条年月日0123456789其中合计基本支出预算任务完成率占增长截至终止暂停目标附件"
)


@given(st.lists(st.text(ALPHABET, max_size=60), max_size=8))
def test_no_text_brings_the_checker_down(lines):
    result = check_paper(Paper("any", tuple(Line(line) for line in ["2019年度", *lines])))
    assert all(one.place and one.reason for one in result.findings)


@pytest.mark.django_db
def test_the_report_of_the_house_agrees_with_itself_and_with_the_books(tmp_path, monkeypatch):
    from jubao.cli import setup

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    quarter()
    form = build_self_evaluation(2017, as_of=date(2017, 12, 15), on=date(2018, 1, 10))
    path = tmp_path / "house.docx"
    write_self_evaluation(form, path)
    agreed = run(str(path), "--year", "2017")
    assert agreed.exit_code == 0, agreed.output
    assert "矛盾0处" in agreed.output
    text = "\n".join(line.text for line in _lines(read_paper(path)) if "缴费，到账" in line.text)
    assert "3人缴费" in text
    other = tmp_path / "other.txt"
    other.write_text("1、基金征缴：截至2017年12月15日，4人缴费。", encoding="utf-8")
    differing = run(str(other), "--year", "2017", "--json")
    assert differing.exit_code == 1
    told_wrong = json.loads(differing.stdout)["contradictions"]
    assert [(one["rule"], "是3人" in one["reason"]) for one in told_wrong] == [("BOOKS", True)]
    assert run(str(other), "--year", "2018").exit_code == 2  # its figures run to 2017


def _lines(paper: Paper):
    for part in paper.parts:
        if isinstance(part, Line):
            yield part
        else:
            yield from (line for row in part.rows for cell in row for line in cell.lines)
