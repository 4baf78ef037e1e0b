"""Word papers opened again: structure, fonts, fixed bytes; and amounts in words read back."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.documents import self_evaluation as paper
from jubao.documents.amount_words import AmountNotWritable, amount_in_words
from jubao.documents.evaluation_form import (
    AssetRow,
    Chapter,
    Cover,
    Evaluator,
    ExpenditureRow,
    IncomeRow,
    IndicatorRow,
    Narrative,
    Objective,
    Profile,
    Section,
    SelfEvaluationForm,
    ThreePublicRow,
)
from jubao.documents.evaluation_tables import IndicatorNotOnForm, section_lines
from jubao.documents.grid import Cell, CellsDoNotFit, draw_table
from jubao.documents.notice import Notice, NoticeTable, notice_bytes
from jubao.documents.word import TextNotPrintable, add_paragraph, new_document

WAN = 1_000_000  # fen in 万元
UNIT = "1、二级机构"
DAY = date(2020, 3, 20)


# ── Amounts in words ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fen", "words"),
    [  # examples of 银发〔1997〕393号 附一 第四条; where it allows two spellings, the one with 零
        (1_409_50, "人民币壹仟肆佰零玖元伍角"),
        (6_007_14, "人民币陆仟零柒元壹角肆分"),
        (1_680_32, "人民币壹仟陆佰捌拾元零叁角贰分"),
        (107_000_53, "人民币壹拾万柒仟元零伍角叁分"),
        (16_409_02, "人民币壹万陆仟肆佰零玖元零贰分"),
        (325_04, "人民币叁佰贰拾伍元零肆分"),
        # 第二条: 整 after whole yuan
        (1_000_00, "人民币壹仟元整"),
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (50, "人民币伍角"),
        (100_005_000_00, "人民币壹亿零伍仟元整"),
        (10**12, "人民币壹佰亿元整"),
    ],
)
def test_amount_in_words_follows_the_payment_rules(fen, words):
    assert amount_in_words(fen) == words


def read_words(words: str) -> int:
    """Fen of an amount in words: an accumulator read from left to right, unlike the writer's division."""
    digits = dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True))
    places = {"拾": 10, "佰": 100, "仟": 1000}
    total = group = digit = 0
    for letter in words.removeprefix("人民币"):
        if letter in digits:
            digit = digits[letter]
        elif letter in places:
            group, digit = group + digit * places[letter], 0
        elif letter in "万亿":
            total, group, digit = total + (group + digit) * (10**4 if letter == "万" else 10**8) * 100, 0, 0
        elif letter == "元":
            total, group, digit = total + (group + digit) * 100, 0, 0
        elif letter in "角分":
            total, digit = total + digit * (10 if letter == "角" else 1), 0
    return total


@settings(max_examples=500)
@given(st.integers(0, 10**12) | st.integers(0, 2_000_000))
def test_amount_in_words_reads_back(fen):
    words = amount_in_words(fen)
    assert read_words(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 100 == 0)


@pytest.mark.parametrize("fen", [-1, 10**12 + 1])
def test_amount_outside_vouchers_is_refused(fen):
    with pytest.raises(AmountNotWritable, match="不能写成大写"):
        amount_in_words(fen)


# ── The self-evaluation report ───────────────────────────────────────────────────────────────────

FORM = SelfEvaluationForm(
    cover=Cover(2019, "某某区", "某某区养老保险中心", "999999", DAY),
    profile=Profile(
        contact="张三",
        phone="0000-0000000",
        authorised=12,
        actual=11,
        duties="经办居民养老保险。",
        main_work=(
            Section("征缴", ("到账一百万元。",)),
            Section("账户", ("比对完成。", "核实完成。")),
            Section("转移", ("转入十人。",)),
        ),
    ),
    income=(IncomeRow(UNIT, total_fen=150 * WAN, public_finance_fen=150 * WAN, other_fen=0),),
    expenditure=(ExpenditureRow(UNIT, 148_250_000, 100 * WAN, 88_500_000, 11_500_000, 48_250_000, 1_750_000),),
    three_public=(ThreePublicRow(UNIT, total_fen=5 * WAN, reception_fen=3 * WAN, vehicle_running_fen=2 * WAN),),
    assets=(AssetRow(UNIT, in_use_fen=2_150_000),),
    objectives=(Objective("足额征缴"), Objective("按时发放")),
    achieved=(Section("征缴", ("已完成。",)),),
    indicators=(
        IndicatorRow("产出目标", "数量指标", "缴费人数", "11000人", "12000人"),
        IndicatorRow("产出目标", "数量指标", "登记完成率", "100%", "101%"),
        IndicatorRow("效益目标", "社会效益", "知晓率", "95%", "96%"),
    ),
    score=Decimal("93.50"),
    grade="优",
    evaluators=(Evaluator("李四", "主任", "某某中心"),),
    narrative=Narrative(overview=Chapter(("概况。",), (Section("职责", ("经办。",)), Section("机构", ("五股。",))))),
    reference="编号 A-1",
)


def opened(content: bytes):
    return Document(io.BytesIO(content))


@pytest.fixture(scope="module")
def report():
    return opened(paper.self_evaluation_bytes(FORM))


def grid(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def every_run(document):
    for part in (document.element.body, document.sections[0].footer._element):
        yield from part.iter(qn("w:r"))


def test_report_has_the_cover_and_four_parts_of_the_form(report):
    texts = [paragraph.text for paragraph in report.paragraphs]
    assert texts[:3] == ["附件1", "某某区2019年度部门（单位）整体支出", "绩效评价自评报告"]
    assert "报告日期：2020年3月20日" in texts
    assert "某某区财政局（制）" in texts
    assert len(report.tables) == 4
    assert [text[:2] for text in texts if text[1:2] == "、" and text[0] in "一二三四"] == [
        "一、",
        "二、",
        "三、",
        "四、",
    ]


def test_money_tables_have_the_merged_headings_of_the_form(report):
    rows = grid(report.tables[1])
    assert rows[0] == ["年度收入情况（万元）"] * 7
    assert rows[1] == ["机构名称", "收入合计", *["其中："] * 5]
    assert rows[2][2:] == [
        "上年结转",
        "公共财政拨款",
        "政府基金拨款",
        "纳入专户管理的非税收入拨款",
        "其他收入",
    ]
    assert rows[2][:2] == ["机构名称", "收入合计"]
    assert rows[4] == ["部门（单位）年度支出和结余情况（万元）"] * 7
    assert rows[5] == ["机构名称", "支出合计", *["其中："] * 4, "结余"]
    assert rows[6] == ["机构名称", "支出合计", "基本支出", "其中：", "其中：", "项目支出", "结余"]
    assert rows[7] == ["机构名称", "支出合计", "基本支出", "人员支出", "公用支出", "项目支出", "结余"]


def test_amounts_are_wan_yuan_and_what_is_not_stated_stays_empty(report):
    rows = grid(report.tables[1])
    assert rows[3] == [UNIT, "150", "", "150", "", "", "0"]
    assert rows[8] == [UNIT, "148.25", "100", "88.5", "11.5", "48.25", "1.75"]
    assert rows[11] == [UNIT, "5", "3", "2", "", "", ""]
    assert rows[14] == [UNIT, "", "2.15", "2.15", "", "", ""]


def test_indicators_keep_a_place_for_every_kind_of_the_form(report):
    rows = grid(report.tables[2])
    assert [(row[2], row[3]) for row in rows[3:-2]] == [
        ("质量指标", ""),
        ("数量指标", "缴费人数"),
        ("数量指标", "登记完成率"),
        ("时效指标", ""),
        ("成本指标", ""),
        ("社会效益", "知晓率"),
        ("经济效益", ""),
        ("生态效益", ""),
        ("社会公众或服务对象满意度", ""),
    ]
    groups = [row[1].split("\n")[0] for row in rows[3:-2]]
    assert groups == ["产出目标"] * 5 + ["效益目标"] * 4
    assert rows[-2][-1] == "93.5分"
    assert rows[-1][-1] == "优"
    assert rows[1][1] == "目标1：足额征缴\n目标2：按时发放"


def test_narrative_chapters_are_numbered_one_to_six_without_a_gap(report):
    texts = [paragraph.text for paragraph in report.paragraphs]
    start = texts.index("评价报告综述（文字部分）")
    heads = [text[:3] for text in texts[start:] if text[:1] == "（"]
    assert heads == ["（一）", "（二）", "（三）", "（四）", "（五）", "（六）"]
    assert texts[start + 2 : start + 7] == ["概况。", "1、职责", "经办。", "2、机构", "五股。"]


def test_sections_number_their_paragraphs_only_when_there_are_several():
    assert section_lines(FORM.profile.main_work) == [
        "1、征缴：到账一百万元。",
        "2、账户：",
        "（1）比对完成。",
        "（2）核实完成。",
        "3、转移：转入十人。",
    ]


def test_every_run_names_an_east_asian_font(report):
    runs = list(every_run(report))
    fonts = {run.find(qn("w:rPr")).find(qn("w:rFonts")).get(qn("w:eastAsia")) for run in runs}
    assert len(runs) > 100
    assert fonts == {"宋体", "黑体", "仿宋"}


def test_page_is_a4_and_the_footer_counts_pages(report):
    section = report.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert section.different_first_page_header_footer
    fields = [field.text for field in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "编号 A-1" in section.footer.paragraphs[0].text
    assert section.first_page_footer.paragraphs[0].text == ""


def test_same_form_gives_the_same_file_and_another_form_another(tmp_path):
    first = paper.write_self_evaluation(FORM, tmp_path / "a.docx")
    second = paper.write_self_evaluation(FORM, tmp_path / "b.docx")
    other = paper.write_self_evaluation(replace(FORM, grade="良"), tmp_path / "c.docx")
    assert first == second != other
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.docx") as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = Document(str(tmp_path / "a.docx")).core_properties
    assert properties.created.date() == properties.modified.date() == DAY


def test_an_empty_form_still_is_the_whole_form():
    empty = opened(paper.self_evaluation_bytes(SelfEvaluationForm(cover=FORM.cover)))
    assert len(empty.tables) == 4
    assert grid(empty.tables[1])[3] == [""] * 7
    assert len(grid(empty.tables[2])) == 2 + 1 + 8 + 2


def test_an_indicator_without_a_place_on_the_form_is_refused():
    form = replace(FORM, indicators=(IndicatorRow("产出目标", "社会效益", "知晓率"),))
    with pytest.raises(IndicatorNotOnForm, match=r"知晓率.*请改用表内类别"):
        paper.self_evaluation_bytes(form)


def test_a_report_that_cannot_be_written_leaves_the_old_one_and_no_draft(tmp_path):
    target = tmp_path / "a.docx"
    before = paper.write_self_evaluation(FORM, target)
    with pytest.raises(TextNotPrintable, match=r"第 2 个字符（U\+0007）"):
        paper.write_self_evaluation(replace(FORM, grade="优\x07"), target)
    assert paper.write_self_evaluation(FORM, tmp_path / "again.docx") == before
    assert {file.name for file in tmp_path.iterdir()} == {"a.docx", "again.docx"}


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\ufffe", "\x1b[0m"])
def test_characters_no_word_file_can_carry_are_refused(text):
    with pytest.raises(TextNotPrintable):
        add_paragraph(new_document(title="t", author="a", dated=DAY), text)


def test_rare_characters_of_names_are_printed():
    document = new_document(title="t", author="a", dated=DAY)
    assert add_paragraph(document, "𬎆㛃·买买提").text == "𬎆㛃·买买提"


@pytest.mark.parametrize(
    "rows",
    [
        [[Cell("a", across=3)]],  # over the edge
        [[Cell("a")]],  # a hole
        [[Cell("a", down=2), Cell("b")]],  # below the last row
        [[Cell("a", down=2), Cell("b")], [Cell("c"), Cell("d")]],  # one too many
    ],
)
def test_cells_that_do_not_fill_the_grid_are_our_own_mistake(rows):
    with pytest.raises(CellsDoNotFit):
        draw_table(new_document(title="t", author="a", dated=DAY), (2.0, 2.0), rows)


def test_notice_repeats_its_table_heading_and_signs_with_office_and_date():
    table = NoticeTable(("项目", "金额"), (("基础养老金", "108.00"),))
    notice = Notice("告知书", "张三", ("核定如下：",), "某某中心", DAY, table=table)
    document = opened(notice_bytes(notice))
    assert [paragraph.text for paragraph in document.paragraphs][-2:] == ["某某中心", "2020年3月20日"]
    assert grid(document.tables[0]) == [["项目", "金额"], ["基础养老金", "108.00"]]
    assert len(list(document.tables[0]._tbl.iter(qn("w:tblHeader")))) == 1
    assert notice_bytes(notice) == notice_bytes(notice)
