"""The lines of a paper, cut at their numbers into items under headings, each with the place where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jubao.documents.reading import Line, Paper, PaperTable

NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)}
SPELLING = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF05: "%"} | str.maketrans("():;", "（）：；")
HEADING_LONGEST = 24
MARKS = (
    ("一、", re.compile(r"([一二三四五六七八九十]{1,3})、")),
    ("（一）", re.compile(r"（([一二三四五六七八九十]{1,3})）")),
    ("1、", re.compile(r"(\d{1,2})(?:、|[.\uff0e](?!\d))")),
    ("（1）", re.compile(r"（(\d{1,2})）")),
    ("目标1", re.compile(r"目标(\d{1,2})[:：]")),
)
INLINE = re.compile(r"(?<=[.。；;：:])(?=(?:\d{1,2}[、.\uff0e](?!\d)|（\d{1,2}）))")
HEADING = re.compile(rf"([^：。；，、\d%]{{2,{HEADING_LONGEST}}})：")
COUNTED = re.compile(r"\d[万亿]?[元人名条个项户笔%]")
NUMBERED_HEADING = re.compile(rf"([^：。；，]{{2,{HEADING_LONGEST}}})：")


@dataclass(frozen=True)
class Mark:
    """The number before an item: its style and its value."""

    style: str
    number: int


@dataclass(frozen=True)
class Item:
    """A stretch of text: ``block`` is the cell or the running text of a chapter, ``heading`` what it stands under."""

    text: str
    place: str
    block: str
    heading: str = ""
    mark: Mark | None = None
    automatic: bool = False


def tidy(text: str) -> str:
    """One spelling: half-width digits and letters, full-width brackets and colons, no thousands separators, no blanks."""
    half = text.translate(SPELLING)
    half = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", half)
    return re.sub(r"\s+", "", half).replace(",", "，")


def read_items(paper: Paper) -> list[Item]:
    """All text of the paper as items, in reading order."""
    found: list[Item] = []
    chapter, paragraph, table = "封面", 0, 0
    heading = ""
    for part in paper.parts:
        if isinstance(part, PaperTable):
            table += 1
            found += _table_items(part, table)
            heading = ""
            continue
        if not part.text.strip():
            continue
        paragraph += 1
        pieces, heading = _cut(part, f"正文第{paragraph}段", f"正文·{chapter}", heading)
        if pieces[0].mark and pieces[0].mark.style in {"一、", "（一）"}:
            chapter = tidy(pieces[0].text)[:HEADING_LONGEST]
        found += pieces
    return found


def _table_items(table: PaperTable, number: int) -> Iterator[Item]:
    for row_number, row in enumerate(table.rows, start=1):
        for cell_number, cell in enumerate(row, start=1):
            heading = ""
            place = f"表{number}第{row_number}行第{cell_number}格"
            filled = [line for line in cell.lines if line.text.strip()]
            for line_number, line in enumerate(filled, start=1):
                here = f"{place}第{line_number}段" if len(filled) > 1 else place
                pieces, heading = _cut(line, here, place, heading)
                yield from pieces


def _cut(line: Line, place: str, block: str, heading: str) -> tuple[list[Item], str]:
    """A line cut at the numbers inside it; a sub-item without a heading of its own keeps the one above."""
    pieces: list[Item] = []
    for piece in INLINE.split(tidy(line.text)):
        mark, rest = _mark(piece)
        own = (NUMBERED_HEADING if mark else HEADING).match(rest)
        own = None if own and COUNTED.search(re.sub("（.*?）", "", own[1])) else own
        short = mark is not None and len(rest) <= HEADING_LONGEST and not re.search(r"[。，；]|\d", rest)
        if own:
            heading, rest = own[1], rest[own.end() :]
        elif short and rest:
            heading = rest.rstrip("：.、")
        elif mark and mark.style != "（1）":
            heading = ""
        pieces.append(Item(rest, place, block, heading, mark, line.automatic))
    return pieces, heading


def _mark(text: str) -> tuple[Mark | None, str]:
    for style, pattern in MARKS:
        if found := pattern.match(text):
            return Mark(style, _number(found[1])), text[found.end() :]
    return None, text


def _number(text: str) -> int:
    """12 or 十二 as a number."""
    if text.isdigit():
        return int(text)
    tens, found, ones = text.rpartition("十")
    if not found:
        return NUMERALS[text[0]]
    return NUMERALS.get(tens, 1) * 10 + NUMERALS.get(ones, 0)
