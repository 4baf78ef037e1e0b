"""Papers read back: a Word file or a plain text becomes lines and tables that know their place."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

ENCODINGS = ("utf-8-sig", "gb18030")
LARGEST_BYTES = 50_000_000
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # tells a text box a second time
BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t"}


class PaperUnreadable(ValueError):
    """A file is no Word document and no text, or holds nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; ``automatic`` when Word numbers it, so that its number is not in the text."""

    text: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class PaperCell:
    """A cell: its lines, its first grid column and how many it covers; ``covered`` by the cell above."""

    lines: tuple[Line, ...]
    column: int
    across: int = 1
    covered: bool = False

    @property
    def text(self) -> str:
        """All lines as one text, without outer blanks."""
        return "\n".join(line.text for line in self.lines).strip()


@dataclass(frozen=True, slots=True)
class PaperTable:
    """Rows of cells; rows may differ in the number of their cells."""

    rows: tuple[tuple[PaperCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on a paper, in order: lines of running text, and tables."""

    name: str
    parts: tuple[Line | PaperTable, ...] = field(default=())

    @property
    def tables(self) -> tuple[PaperTable, ...]:
        """The tables alone."""
        return tuple(part for part in self.parts if isinstance(part, PaperTable))


def read_paper(path: Path) -> Paper:
    """Read a report (docx, or text in UTF-8 or GB18030, cells beginning with a tab).

    Raises:
        PaperUnreadable: no such file, too large, another format (old doc, pdf), or empty.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise PaperUnreadable(f"《{path.name}》超过50MB，不像一份报告，请确认文件后重试")
        content = path.read_bytes()
    except OSError as error:
        raise PaperUnreadable(f"打不开《{path.name}》，请确认文件存在并有读取权限") from error
    parts = _word_parts(path) if content[:2] == b"PK" else _text_parts(path.name, content)
    paper = Paper(path.name, tuple(parts))
    if not any(part.text.strip() if isinstance(part, Line) else part.rows for part in parts):
        raise PaperUnreadable(f"《{path.name}》里没有文字，请确认不是空白文件或扫描图片")
    return paper


def _word_parts(path: Path) -> list[Line | PaperTable]:
    try:
        body = Document(str(path)).element.body
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as error:
        raise PaperUnreadable(f"《{path.name}》不是完好的 Word 文件（docx），请用 Word 另存为 docx 后重试") from error
    return list(_walk_body(body))


def _walk_body(element: Any) -> Iterator[Line | PaperTable]:
    """Paragraphs and tables in reading order, those inside content controls included."""
    for child in element.iterchildren():
        if child.tag == qn("w:p"):
            yield from _lines(child)
        elif child.tag == qn("w:tbl"):
            yield PaperTable(tuple(_row(row) for row in child.iterchildren(qn("w:tr"))))
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent")}:
            yield from _walk_body(child)


def _lines(paragraph: Any) -> list[Line]:
    text = "".join(
        BREAKS.get(node.tag, "") if node.tag in BREAKS else (node.text or "")
        for node in paragraph.iter(qn("w:t"), *BREAKS)
        if next(node.iterancestors(qn("w:pPr"), FALLBACK), None) is None
    )
    automatic = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    return [Line(line, automatic) for line in text.split("\n")]


def _row(row: Any) -> tuple[PaperCell, ...]:
    cells: list[PaperCell] = []
    column = 0
    for cell in row.iterchildren(qn("w:tc")):
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        across = int(span.get(qn("w:val"))) if span is not None else 1
        covered = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
        cells.append(PaperCell(tuple(_cell_lines(cell)), column, across, covered))
        column += across
    return tuple(cells)


def _cell_lines(cell: Any) -> Iterator[Line]:
    """The lines of a cell, those of a table inside it included."""
    for part in _walk_body(cell):
        if isinstance(part, Line):
            yield part
        else:
            yield from (line for row in part.rows for inner in row for line in inner.lines)


def _text_parts(name: str, content: bytes) -> list[Line | PaperTable]:
    """Text as lines and rows: a line that begins with a tab begins a cell, a blank line before it a row."""
    lines = _decoded(name, content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    parts: list[Line | PaperTable] = []
    rows: list[list[list[str]]] = []
    fresh = True
    for line in lines:
        if line.startswith("\t"):
            if fresh or not rows:
                rows.append([])
            rows[-1].append([line.strip()])
        elif rows:
            rows[-1][-1].append(line.strip())
        else:
            parts.append(Line(line.strip()))
        fresh = not line.strip() and not line.startswith("\t")
    return [*parts, PaperTable(tuple(_text_row(row) for row in rows))] if rows else parts


def _text_row(cells: list[list[str]]) -> tuple[PaperCell, ...]:
    return tuple(PaperCell(tuple(Line(text) for text in lines), column) for column, lines in enumerate(cells))


def _decoded(name: str, content: bytes) -> str:
    if b"\0" in content or content[:4] == b"%PDF":
        raise PaperUnreadable(f"《{name}》不是 docx 也不是纯文本（旧版 doc、wps、pdf 请先另存为 docx 或 txt）")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PaperUnreadable(f"《{name}》的文字编码不是 UTF-8 或 GB18030，请另存为 docx 或 UTF-8 文本")
