"""Sheets for a safe: one part of a key in words, numbered, with a QR code; and a head of the audit chain to be handed over."""

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import segno
from docx.document import Document as WordDocument
from docx.shared import Cm

from jubao.documents.grid import Cell, Rows, draw_table
from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.word import (
    SONG,
    SONG_BOLD,
    Face,
    add_paragraph,
    document_bytes,
    new_document,
    number_pages,
)

TITLE = Face("黑体", 20)
WORDS = Face("Courier New", 11)
ACROSS = 4
QR_CM = 5.5
QR_SCALE = 5


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One part of a key as it is printed: whose, which key by the beginning of its mark, which part of how many."""

    office: str
    mark: str
    part: int
    parts: int
    needed: int
    words: str
    dated: date


@dataclass(frozen=True, slots=True)
class HeadSheet:
    """A head of the audit chain as it is handed to somebody outside."""

    office: str
    event: int
    line: str
    dated: date


def write_key_part(part: KeyPart, path: Path) -> str:
    """Write the sheet of one part; gives the SHA-256 of the file."""
    document = new_document(title=f"审计密钥恢复单 {part.part}/{part.parts}", author=part.office, dated=part.dated)
    number_pages(document, reference=f"密钥标记 {part.mark[:16]}")
    add_paragraph(document, "审计密钥恢复单", TITLE, align="center", after_pt=6)
    add_paragraph(
        document, f"机构：{part.office}　　密钥标记：{part.mark[:16]}　　制单日期：{part.dated}", SONG, after_pt=4
    )
    add_paragraph(
        document,
        f"第 {part.part} 份，共 {part.parts} 份；任意 {part.needed} 份可还原密钥，不足 {part.needed} 份得不到任何内容。"
        "各份由不同的人在不同处所密封保管，不得拍照、复印或存入任何电脑。",
        SONG,
        after_pt=4,
    )
    draw_table(document, (4.0,) * ACROSS, _grid(part.words.split()), header_rows=0)
    _put_code(document, part.words)
    add_paragraph(
        document,
        "还原：把各份的词依次录入文本文件（一份一个文件），运行 jubao custody recover 文件 文件 …。",
        SONG,
        before_pt=4,
    )
    add_paragraph(document, "词内含校验，抄错一个词即不能还原，也不会还原出错的密钥。", SONG)
    add_paragraph(document, "保管人：　　　　　　　　保管处所：　　　　　　　　日期：", SONG_BOLD, before_pt=10)
    return put_in_place(path, document_bytes(document))


def _grid(words: list[str]) -> Rows:
    """Words with their numbers, row by row."""
    numbered = [f"{place}. {word}" for place, word in enumerate(words, start=1)]
    numbered += [""] * (-len(numbered) % ACROSS)
    return [[Cell(text) for text in numbered[start : start + ACROSS]] for start in range(0, len(numbered), ACROSS)]


def write_head_sheet(sheet: HeadSheet, path: Path) -> str:
    """Write a head of the chain to be signed for; gives the SHA-256 of the file."""
    document = new_document(title=f"审计链头 第 {sheet.event} 号", author=sheet.office, dated=sheet.dated)
    add_paragraph(document, "审计链头交存单", TITLE, align="center", after_pt=6)
    add_paragraph(document, f"机构：{sheet.office}　　日期：{sheet.dated}　　事件号：{sheet.event}", SONG, after_pt=4)
    add_paragraph(document, sheet.line, WORDS, after_pt=4)
    _put_code(document, sheet.line)
    add_paragraph(document, "核对：jubao verify --anchor 后接上行全文，或扫描二维码所得文字。", SONG)
    add_paragraph(document, "接收人：　　　　　　　　单位：　　　　　　　　日期：", SONG_BOLD, before_pt=10)
    return put_in_place(path, document_bytes(document))


def code_as_text(text: str) -> str:
    """A QR code for a terminal."""
    out = io.StringIO()
    segno.make(text, micro=False).terminal(out, compact=True)
    return out.getvalue()


def _put_code(document: WordDocument, text: str) -> None:
    picture = io.BytesIO()
    segno.make(text, micro=False).save(picture, kind="png", scale=QR_SCALE)
    picture.seek(0)
    add_paragraph(document, align="center").add_run().add_picture(picture, width=Cm(QR_CM))
