"""Bytes to lines in bounded memory: strict decoding block by block, the bad byte named, the hash kept."""

import codecs
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from jubao.exchange.fault import Fault, FileRefused

_BLOCK_BYTES = 4 * 2**20
_LONGEST_LINE = 2**20
_LINE_END = re.compile("\r\n|\n|\r")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_STEP = "请向下发单位索取完整原件后重新上传"


class DecodedLines:
    """Iterates over lists of lines; ``sha256`` is complete when the iteration is.

    The encoding is the byte order mark's; without one, that of UTF-8 and GB18030 in which the first line
    holds one of the headers, else the expected one.
    """

    def __init__(self, file: BinaryIO, *, filename: str, headers: Sequence[str], expected: str) -> None:
        """Remember the file; nothing is read yet."""
        self._file, self._filename, self._headers, self._expected = file, filename, headers, expected
        self._digest = hashlib.sha256()
        self._bytes = 0

    @property
    def sha256(self) -> str:
        """Fingerprint of the bytes read so far, in hex."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[list[str]]:
        """Decode strictly; raises FileRefused with the position of the first bad byte."""
        block = self._read()
        mark, encoding = self._sniff(block)
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        block, rest = block[len(mark) :], ""
        while block:
            text = rest + self._decode(decoder, block, final=False)
            held = "\r" if text.endswith("\r") else ""  # its LF may open the next block
            *lines, rest = _LINE_END.split(text[: len(text) - len(held)])
            rest += held
            if len(rest) > _LONGEST_LINE:
                raise FileRefused([self._fault("一行过长，不是CSV文件")])
            yield lines
            block = self._read()
        rest += self._decode(decoder, b"", final=True)
        yield [line for line in _LINE_END.split(rest) if line]

    def _read(self) -> bytes:
        block = self._file.read(_BLOCK_BYTES)
        self._digest.update(block)
        self._bytes += len(block)
        return block

    def _sniff(self, block: bytes) -> tuple[bytes, str]:
        for mark, encoding in _MARKS:
            if block.startswith(mark):
                return mark, encoding
        first_line = block.split(b"\n", 1)[0]
        for encoding in ("utf-8", "gb18030"):
            try:
                text = first_line.decode(encoding)
            except UnicodeDecodeError:
                continue
            if any(header in text for header in self._headers):
                return b"", encoding
        return b"", "utf-8" if self._expected == "utf-8-sig" else self._expected

    def _decode(self, decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> str:
        try:
            return decoder.decode(block, final)
        except UnicodeDecodeError as error:
            position = self._bytes - len(error.object) + error.start + 1
            raise FileRefused([self._fault(f"第{position}字节不是有效文字，文件损坏或被截断")]) from None

    def _fault(self, rule: str) -> Fault:
        return Fault(self._filename, None, "", "", rule, _STEP)
