"""Bytes to text without guessing: byte order marks, strict UTF-8 and GB18030, the bad byte named."""

import codecs
import re
from collections.abc import Sequence

from jubao.exchange.fault import Fault, FileRefused

MAX_TEXT_BYTES = 64 * 2**20
_CERTAIN_UTF8_CHARACTERS = 12  # fewer non-ASCII characters could be GB18030 that happens to be valid UTF-8
_LINE_END = re.compile("\r\n|\n|\r")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_NAMES = {"utf-8": "UTF-8", "gb18030": "GBK/GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_SAVE_AGAIN = "请向报送单位索取完整原件，或另存为“CSV UTF-8”后重新上传"


def decode(data: bytes, *, filename: str, landmarks: Sequence[str] = ()) -> str:
    """Decode a text file strictly.

    Args:
        data: the whole file.
        filename: shown in faults.
        landmarks: words that stand in the file (headers); they settle which encoding is meant.

    Returns:
        The text without byte order mark; nothing dropped, nothing replaced.

    Raises:
        FileRefused: no encoding fits (the byte position is named), or two fit and mean different things.
    """
    if len(data) > MAX_TEXT_BYTES:
        raise FileRefused([_fault(filename, None, f"文件超过{MAX_TEXT_BYTES >> 20}MB", "请拆分后分批上传")])
    for mark, encoding in _MARKS:
        if data.startswith(mark) and not data.startswith(_UTF32):
            return _strict(data[len(mark) :], encoding, filename, offset=len(mark))
    if b"\0" in data:
        position = data.index(b"\0")
        rule = f"第{position + 1}字节为空字节，不是文本文件或缺少UTF-16标记"
        raise FileRefused([_fault(filename, _row(data, position), rule, _SAVE_AGAIN)])
    return _choose(data, filename, landmarks)


def split_lines(text: str) -> list[str]:
    """The lines of a text by CR LF, LF or CR only; an unfinished last line counts."""
    lines = (_LINE_END.sub("\n", text) if "\r" in text else text).split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _choose(data: bytes, filename: str, landmarks: Sequence[str]) -> str:
    """The reading of a file without a mark, by strict decoding first and landmarks second."""
    readings: dict[str, str] = {}
    errors: dict[str, UnicodeDecodeError] = {}
    for encoding in ("utf-8", "gb18030"):
        try:
            readings[encoding] = data.decode(encoding)
        except UnicodeDecodeError as error:
            errors[encoding] = error
    if not readings:
        encoding = max(errors, key=lambda name: errors[name].start)
        raise FileRefused([_undecodable(filename, data, encoding, errors[encoding])])
    fitting = [text for text in readings.values() if any(word in text for word in landmarks)]
    if len(set(readings.values())) == 1 or len(fitting) == 1:
        return (fitting or list(readings.values()))[0]
    return _certain_utf8(readings["utf-8"], filename)


def _certain_utf8(text: str, filename: str) -> str:
    """UTF-8, if there is enough of it that it cannot be an accident."""
    if sum(not character.isascii() for character in text) >= _CERTAIN_UTF8_CHARACTERS:
        return text
    rule = "按UTF-8和GB18030都能读出且内容不同，无法确定编码"
    raise FileRefused([_fault(filename, None, rule, "请另存为“CSV UTF-8（带BOM）”后重新上传")])


def _strict(body: bytes, encoding: str, filename: str, *, offset: int) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused([_undecodable(filename, body, encoding, error, offset)]) from None


def _undecodable(filename: str, data: bytes, encoding: str, error: UnicodeDecodeError, offset: int = 0) -> Fault:
    rule = f"第{offset + error.start + 1}字节不是有效的{_NAMES[encoding]}文字，文件损坏或被截断"
    return _fault(filename, _row(data, error.start), rule, _SAVE_AGAIN)


def _row(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _fault(filename: str, row: int | None, rule: str, next_step: str) -> Fault:
    return Fault(filename, row, "", "", rule, next_step)
