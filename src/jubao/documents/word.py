"""Word pages with Chinese fonts: A4, margins, runs, page numbers and fixed properties over python-docx."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from jubao.documents.reproducible_zip import repack

LATIN = "Times New Roman"
ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
KEPT_STYLES = frozenset({"Normal", "DefaultParagraphFont", "TableNormal", "NoList", "Header", "Footer"})
UNUSED_PARTS = ("stylesWithEffects", "customXml", "thumbnail", "numbering")
UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Face:
    """A type face: East Asian font name, size in points, weight."""

    font: str
    size_pt: float
    bold: bool = False
    underline: bool = False


SONG = Face("宋体", 10.5)
SONG_BOLD = Face("宋体", 10.5, bold=True)
HEI = Face("黑体", 12)
FANGSONG = Face("仿宋", 14)


class TextNotPrintable(ValueError):
    """A text holds characters that no Word file can carry."""


def new_document(*, title: str, author: str, dated: date) -> WordDocument:
    """An empty A4 document whose properties depend on the arguments only, never on the clock."""
    document = Document()
    _strip_template(document)
    _set_page(document)
    _set_base_style(document)
    instant = datetime.combine(dated, time(), tzinfo=UTC)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, author, author
    properties.created = properties.modified = properties.last_printed = instant
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    properties.language, properties.revision = "zh-CN", 1
    return document


def add_paragraph(
    document: WordDocument,
    text: str = "",
    face: Face = SONG,
    *,
    align: str = "left",
    before_pt: float = 0,
    after_pt: float = 0,
    indent: bool = False,
    outline: int | None = None,
) -> Paragraph:
    """Add a paragraph; ``indent`` sets its first line by two characters, ``outline`` makes a heading."""
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    paragraph.alignment = ALIGNMENTS[align]
    shape.space_before, shape.space_after = Pt(before_pt), Pt(after_pt)
    if indent:
        shape.first_line_indent = Pt(2 * face.size_pt)
    if outline is not None:
        shape.keep_with_next = True
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(outline - 1))
        paragraph._p.get_or_add_pPr().append(level)  # noqa: SLF001  (python-docx has no outline level)
    if text:
        add_text(paragraph, text, face)
    return paragraph


def add_text(paragraph: Paragraph, text: str, face: Face = SONG) -> Run:
    """Add a run with its Latin and East Asian fonts set; line breaks in the text stay line breaks.

    Raises:
        TextNotPrintable: a control character or half a surrogate pair stands in the text.
    """
    if fault := UNPRINTABLE.search(text):
        message = f"文字第 {fault.start() + 1} 个字符（U+{ord(fault[0]):04X}）无法印到文件上"
        raise TextNotPrintable(f"{message}：请在来源数据中删去该字符后重新生成")
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.underline = Pt(face.size_pt), face.bold, face.underline or None
    set_fonts(run, face.font)
    return run


def set_fonts(run: Run, east_asian: str) -> None:
    """Name the fonts of a run: one for Chinese, one for Latin letters and figures."""
    run.font.name = LATIN
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001  (python-docx lacks w:eastAsia)
    fonts.set(qn("w:eastAsia"), east_asian)
    fonts.set(qn("w:cs"), LATIN)


def number_pages(document: WordDocument, *, reference: str = "", skip_first: bool = False) -> None:
    """Put 第 X 页 共 Y 页 and a reference into every footer; ``skip_first`` leaves the cover alone."""
    section = document.sections[0]
    section.different_first_page_header_footer = skip_first
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = ALIGNMENTS["center"]
    small = Face("宋体", 9)
    for words, field in (("第 ", "PAGE"), (" 页  共 ", "NUMPAGES")):
        add_text(paragraph, words, small)
        _add_field(paragraph, field, small)
    add_text(paragraph, " 页", small)
    if reference:
        add_text(paragraph, f"\n{reference}", small)


def start_page(document: WordDocument) -> None:
    """Begin a new page with the same paper, header and footer."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False


def document_bytes(document: WordDocument) -> bytes:
    """The file of a document: the same document gives the same bytes on every day and machine."""
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue(), compress=False)


def _strip_template(document: WordDocument) -> None:
    """Take out what the library's template brings and an office paper never uses."""
    styles = document.styles.element
    for style in styles.style_lst:
        if style.styleId not in KEPT_STYLES:
            styles.remove(style)
            continue
        for link in style.findall(qn("w:link")):
            style.remove(link)
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(UNUSED_PARTS)]:
            relations.pop(key)


def _set_page(document: WordDocument) -> None:
    """A4 upright with the margins of an office form."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.left_margin = section.right_margin = Cm(2.4)
    section.footer_distance = Cm(1.4)


def _set_base_style(document: WordDocument) -> None:
    """Give the base style Chinese fonts, so that paragraph marks and empty cells have them, too."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(SONG.size_pt)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), SONG.font)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _add_field(paragraph: Paragraph, instruction: str, face: Face) -> None:
    """Add a field such as PAGE that Word computes when it shows or prints the file; 1 stands until then."""
    for kind in ("begin", "instruction", "separate", "result", "end"):
        run = add_text(paragraph, "1" if kind == "result" else "", face)
        if kind == "result":
            continue
        part = OxmlElement("w:instrText" if kind == "instruction" else "w:fldChar")
        if kind == "instruction":
            part.text = instruction
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)  # noqa: SLF001  (python-docx has no fields)
