"""The report as PDF: the words of the Word file, the same bytes every time, a clear refusal without Chinese fonts."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from docx import Document

from jubao.documents import self_evaluation_pdf as pdf
from jubao.documents import typesetting
from jubao.documents.evaluation_form import (
    Chapter,
    Cover,
    FigureLine,
    IndicatorRow,
    Narrative,
    Objective,
    Profile,
    ScoreLine,
    Section,
    SelfEvaluationForm,
    Signatures,
)
from jubao.documents.self_evaluation import self_evaluation_bytes
from jubao.documents.word import TextNotPrintable
from tests.fonts import needs_chinese_font

DAY = date(2020, 3, 20)
LINES = (
    ScoreLine(("投入", "预算配置", "在职人员控制率"), "5", "5", "", "在职人员数10人；编制数10人", "计分值100%"),
    ScoreLine(("投入", "预算配置", "三公经费变动率"), "5", "4", "1", "三公经费预算9万元", "扣分原因：计分值2%"),
    ScoreLine(("过程", "预算执行", "预算完成率"), "5", "5", "", "预算完成数1万元"),
)
FORM = SelfEvaluationForm(
    cover=Cover(2019, "试验区", "试验中心", "430609", DAY),
    profile=Profile("甲", "010", 10, 9, "办理“业务”", (Section("征缴", ("甲。", "乙#*_。")),), ("完成。",)),
    objectives=(Objective("目标内容"),),
    indicators=(IndicatorRow("产出目标", "数量指标", "征缴", "100%", "101%"),),
    score=Decimal(92),
    grade="优",
    narrative=Narrative(overview=Chapter(("开头。",), (Section("职责", ("正文。",)),))),
    signatures=Signatures(phone="010"),
    reference="业务数据截至2019-12-31",
    definitions=(FigureLine("征缴金额", "1,000.00元", DAY, "到账合计"),),
    scoring=LINES,
    thresholds="等次标准：优90分起",
)


def words_of_pdf(form):
    """Every text of the outline, except what only steers the setting."""
    outline = pdf.pdf_outline(form)
    titled = [*outline["parts"], *outline["appendices"]]
    cells = [line["text"] for table in titled for row in table["rows"] for cell in row for line in cell["lines"]]
    headings = [text for table in titled for text in (table["heading"], table["note"])]
    chapters = [text for title, paragraphs in outline["chapters"] for text in (title, *paragraphs)]
    cover = [outline["annex"], *outline["lines"], *(f"{label}：{value}" for label, value in outline["cover"])]
    told = [*cover, outline["printer"], *headings, *cells, outline["filler"], outline["text_part"], *chapters]
    return sorted(text for text in told if text)


def words_of_word(form):
    """Every paragraph of the Word file, those in cells once for each cell."""
    document = Document(io.BytesIO(self_evaluation_bytes(form)))
    seen, told = set(), [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                if cell._tc not in seen:
                    seen.add(cell._tc)
                    told += [paragraph.text for paragraph in cell.paragraphs]
    return sorted(text for text in told if text)


def test_pdf_and_word_say_the_same_words():
    assert words_of_pdf(FORM) == words_of_word(FORM)
    assert "乙#*_。" in "".join(words_of_pdf(FORM))


def test_the_appendices_list_definitions_and_points():
    document = Document(io.BytesIO(self_evaluation_bytes(FORM)))
    definitions, scoring = ([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables[-2:])
    assert definitions == [
        ["序号", "指标", "数值", "截至", "口径"],
        ["1", "征缴金额", "1,000.00元", "2020-03-20", "到账合计"],
    ]
    assert scoring[1][:6] == ["投入", "预算配置", "在职人员控制率", "5", "5", ""]
    assert scoring[2][2:] == ["三公经费变动率", "5", "4", "1", "三公经费预算9万元\n扣分原因：计分值2%"]
    assert scoring[3][:2] == ["过程", "预算执行"]
    assert scoring[4][4] == "92分，优"


def test_a_form_without_appendices_has_none():
    document = Document(io.BytesIO(self_evaluation_bytes(replace(FORM, definitions=(), scoring=()))))
    assert len(document.tables) == 4


@needs_chinese_font
def test_the_same_report_gives_the_same_pdf(tmp_path):
    first, second = (pdf.write_self_evaluation_pdf(FORM, tmp_path / name) for name in ("a.pdf", "b.pdf"))
    assert first == second
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert pdf.write_self_evaluation_pdf(replace(FORM, grade="良"), tmp_path / "c.pdf") != first


@needs_chinese_font
def test_text_is_never_read_as_typesetting():
    odd = replace(FORM, grade='#panic("x") $ \\ @a <b> ]')
    assert pdf.self_evaluation_pdf(odd).startswith(b"%PDF-")


def test_without_chinese_fonts_the_pdf_is_refused_with_advice():
    with pytest.raises(typesetting.NoChineseFont, match="fonts-noto-cjk"):
        typesetting.choose_fonts(["Libertinus Serif"])
    assert typesetting.choose_fonts(["SimHei"]) == {"song": "SimHei", "hei": "SimHei"}
    assert typesetting.choose_fonts(["SimSun", "SimHei", "Noto Serif CJK SC"]) == {
        "song": "Noto Serif CJK SC",
        "hei": "SimHei",
    }


def test_a_control_character_is_refused_as_in_word():
    with pytest.raises(TextNotPrintable, match=r"U\+0007"):
        pdf.pdf_outline(replace(FORM, grade="优\x07"))


def test_a_table_that_repeats_its_heading_never_splits_a_row():
    document = Document(io.BytesIO(self_evaluation_bytes(FORM)))
    flags = [row._tr.trPr.xpath("w:cantSplit") for row in document.tables[-1].rows]
    assert all(flags)
