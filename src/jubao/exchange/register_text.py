"""A sender's text file to raw rows, whatever its encoding and separator: streamed, decoded strictly, never guessed."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from jubao.exchange.fault import Fault, FileRefused
from jubao.exchange.register_mapping import plain_header, register_words
from jubao.exchange.transcoding import DecodedLines

_BLOCK = 4 * 2**20
_LOOKED_AT = 64 * 2**10
_CERTAIN_UTF8 = 12  # fewer non-ASCII characters could be GB18030 that happens to be valid UTF-8
_QUOTED = {",", ";", "\t", "，", "；"}
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_ASK_AGAIN = "请向报送单位索取完整原件后重新上传，不要手工补改"
NumberedRows = list[tuple[int, list[str]]]


class _Marked(io.RawIOBase):
    """A file with a byte order mark put before it."""

    def __init__(self, mark: bytes, file: BinaryIO) -> None:
        super().__init__()
        self._mark, self._file = mark, file

    def read(self, size: int = -1, /) -> bytes:
        mark, self._mark = self._mark, b""
        return mark + self._file.read(size)


def text_rows(
    path: Path, *, encoding: str, delimiter: str, landmarks: Sequence[str], filename: str
) -> Iterator[NumberedRows]:
    """Numbered rows of a text file, block by block; cells are str, blank lines are left out.

    Args:
        path: the file.
        encoding, delimiter: as stated; empty to be found out.
        landmarks: headers that may stand in the file; they settle encoding and separator.
        filename: shown in faults.
    Raises:
        FileRefused: no text, not decodable, two encodings fit, quotes that do not close; also in the middle.
    """
    encoding = encoding or encoding_of(path, landmarks, filename=filename)
    first = 1
    for lines in _decoded(path, encoding, filename):
        if not delimiter:
            delimiter = delimiter_of(lines, landmarks)
        rows = _split(lines, delimiter, filename, first)
        yield [(number, row) for number, row in enumerate(rows, first) if any(map(str.strip, row))]
        first += len(lines)


def _decoded(path: Path, encoding: str, filename: str) -> Iterator[list[str]]:
    with path.open("rb") as file:
        marked: BinaryIO = file
        if encoding.startswith("utf-16"):
            start = file.read(2)
            file.seek(0)
            mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else codecs.BOM_UTF16_LE
            marked = file if start in _MARKS else cast("BinaryIO", _Marked(mark, file))
        expected = "gb18030" if encoding == "gbk" else encoding
        yield from DecodedLines(marked, filename=filename, headers=[], expected=expected)


def encoding_of(path: Path, landmarks: Sequence[str], *, filename: str) -> str:
    """The encoding of a whole file, by its mark, by strict decoding, and by the headers that must stand in it.

    Raises:
        FileRefused: bytes that are no text, or two encodings fit and mean different things.
    """
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
        if not head.strip():
            raise FileRefused([_fault(filename, None, "文件是空的")])
        if found := next((name for mark, name in _MARKS.items() if head.startswith(mark)), ""):
            return found
        zeros = head[0::2].count(0), head[1::2].count(0)
        if max(zeros) * 8 > len(head) and min(zeros) * 50 < max(zeros):
            return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
        file.seek(0)
        return _one_of_two(file, head, landmarks, filename)


def _one_of_two(file: BinaryIO, head: bytes, landmarks: Sequence[str], filename: str) -> str:
    """UTF-8 or GB18030, after all bytes were seen."""
    decoder, wide, valid, seen = codecs.getincrementaldecoder("utf-8")("strict"), 0, True, 0
    while block := file.read(_BLOCK):
        if (zero := block.find(b"\0")) >= 0:
            raise FileRefused([_fault(filename, None, f"第{seen + zero + 1}字节为空字节，不是文本文件")])
        try:
            text = decoder.decode(block) if valid else ""
            wide += len(text.encode("utf-8")) - len(text) if not text.isascii() else 0
        except UnicodeDecodeError:
            valid = False
        seen += len(block)
    named = {name: _names(head, name, landmarks) for name in ("utf-8", "gb18030")}
    if named["utf-8"] != named["gb18030"]:
        return "utf-8" if named["utf-8"] else "gb18030"
    if not valid or wide == 0:
        return "utf-8" if valid else "gb18030"
    if wide >= 2 * _CERTAIN_UTF8 or not _decodable(file, "gb18030"):
        return "utf-8"
    raise FileRefused([_fault(filename, None, "按UTF-8和GB18030都能读出，无法确定编码；请在名册格式中写明编码")])


def _decodable(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _names(head: bytes, encoding: str, landmarks: Sequence[str]) -> bool:
    text = head.decode(encoding, "replace")
    return any(not word.isascii() and word in text for word in landmarks)


def delimiter_of(lines: Sequence[str], landmarks: Sequence[str]) -> str:
    """The separator under which most headers stand alone in their cells, else the one found equally often."""
    known = {plain_header(word) for word in landmarks}
    sample = [line for line in lines if line.strip()][:30]
    marks: list[str] = register_words()["delimiters"]
    fitting = {
        m: max((sum(plain_header(c) in known for c in line.split(m)) for line in sample), default=0) for m in marks
    }
    best = max(marks, key=lambda mark: fitting[mark])
    if fitting[best] > 1:
        return best
    counts = {mark: {line.count(mark) for line in sample[-10:]} for mark in marks}
    return next((mark for mark in marks if len(counts[mark]) == 1 and counts[mark] != {0}), ",")


def _split(lines: Sequence[str], delimiter: str, filename: str, first: int) -> list[list[str]]:
    """Every line on its own, so that a stray quote cannot swallow its neighbours."""
    if delimiter not in _QUOTED:
        return [line.split(delimiter) for line in lines]
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        rows = []
    if len(rows) == len(lines):
        return rows
    broken = [number for number, line in enumerate(lines, first) if _broken(line, delimiter)][:100]
    rule = "引号不配对、单元格内有换行或单元格过大"
    raise FileRefused([_fault(filename, row, rule) for row in broken] or [_fault(filename, None, rule)])


def _broken(line: str, delimiter: str) -> bool:
    try:
        list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _fault(filename: str, row: int | None, rule: str) -> Fault:
    return Fault(filename, row, "", "", rule, _ASK_AGAIN)
