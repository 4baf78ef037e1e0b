"""The XML parts of an xlsx, read as bytes while they are unpacked: formulas, far cells, hidden content."""

import re
from dataclasses import dataclass, field

MAX_ROWS = 99_999
MAX_COLUMNS = 64
MAX_LISTED = 10_000
MAX_REPEATED_BYTES = 256 * 2**20
SHARED_STRINGS = "xl/sharedStrings.xml"
_LONG_STRING = 64  # shared strings up to this size may be repeated in every cell
_LONGEST_TAG = 2 * 2**20
_BEFORE = 4096  # how far before a formula its cell is looked for
_CELL = rb"<(?:[\w.-]+:)?c\s[^<>]*?\br\s*=\s*[\"']([A-Za-z]{1,3}\d{1,7})[\"']"
_LAST_CELL = re.compile(rb"(?s:.*)" + _CELL)
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_ERROR_CELL = re.compile(rb"(?=<(?:[\w.-]+:)?c\s[^<>]*\bt\s*=\s*[\"']e[\"'])" + _CELL)
_FAR_ROW = re.compile(rb"\br\s*=\s*[\"'][A-Za-z]{0,3}(\d{6,})[\"']")
_FAR_COLUMN = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{2,})\d+[\"']")
_HIDDEN = re.compile(rb"<(?:[\w.-]+:)?(row|col)\s[^<>]*\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_SHARED_STRING = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_REFERENCE = re.compile(rb"v(?:\s[^<>]*)?>\s*(\d{1,9})\s*<")


class PackageRefused(Exception):
    """The package must not be parsed; ``rule`` says why, in Chinese."""

    def __init__(self, rule: str) -> None:
        """Keep the rule for the fault that the reader of the file builds."""
        self.rule = rule
        super().__init__(f"{rule}；请用电子表格软件另存为普通xlsx（仅数值）后重新上传")


@dataclass(slots=True)
class Findings:
    """What stands in the parts.

    Attributes:
        refused: (rule, cell) pairs that refuse the file, ``MAX_LISTED`` at most.
        notes: what a person should know of.
        long_strings: size in bytes of each long shared string, by its number.
        repeated_bytes: what the references to long shared strings would unfold to.
    """

    refused: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    long_strings: dict[int, int] = field(default_factory=dict)
    repeated_bytes: int = 0


class PartScan:
    """Reads one part as it is unpacked; never holds more than one chunk and one tag."""

    def __init__(self, name: str, findings: Findings) -> None:
        """Prepare for a part; what is found goes into ``findings``."""
        self._name, self._findings = name, findings
        self._is_sheet = name.startswith("xl/worksheets/")
        self._rest, self._before, self._begun = b"", b"", False
        self._strings, self._offset, self._string_start = 0, 0, 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes; examine everything up to the last opened tag."""
        text = self._rest + chunk
        cut = max(text.rfind(b"<"), 0)
        if len(text) - cut > _LONGEST_TAG:
            raise PackageRefused("含有异常长的内容")
        self._examine(text[:cut])
        self._rest = text[cut:]

    def close(self) -> None:
        """Examine what is left."""
        self._examine(self._rest)
        if self._name == SHARED_STRINGS:
            self._note_string(self._offset)

    def _examine(self, block: bytes) -> None:
        if not block:
            return
        if not self._begun and block[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
            raise PackageRefused("内部文件编码不是UTF-8")
        if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
            raise PackageRefused("内部文件含有文档类型或实体声明")
        if b"macroEnabled" in block and self._name == "[Content_Types].xml":
            raise PackageRefused("含宏")
        if self._is_sheet:
            self._check_extent(block)
            self._find_cells(block)
        elif b"sheetData" in block:
            raise PackageRefused("工作表不在应在的位置")
        elif self._name == SHARED_STRINGS:
            self._measure_strings(block)
        self._begun, self._before = True, block[-_BEFORE:]

    def _check_extent(self, block: bytes) -> None:
        """Refuse sheets whose far cells, or whose repeated strings, would fill the memory."""
        if any(int(row[:20]) > MAX_ROWS for row in _FAR_ROW.findall(block)):
            raise PackageRefused(f"行数超过{MAX_ROWS}（请改用CSV报送）")
        if any(_column_number(letters) > MAX_COLUMNS for letters in set(_FAR_COLUMN.findall(block))):
            raise PackageRefused(f"列数超过{MAX_COLUMNS}")
        if sizes := self._findings.long_strings:
            self._findings.repeated_bytes += sum(sizes.get(int(n), 0) for n in _REFERENCE.findall(block))
        if self._findings.repeated_bytes > MAX_REPEATED_BYTES:
            raise PackageRefused("重复引用的长文本过多")

    def _find_cells(self, block: bytes) -> None:
        refused, notes = self._findings.refused, self._findings.notes
        for match in _FORMULA.finditer(block):
            if len(refused) >= MAX_LISTED:
                break
            text = self._before + block[max(0, match.start() - _BEFORE) : match.start()]
            cell = _LAST_CELL.match(text[-_BEFORE:])
            refused.append(("单元格是公式", cell[1].decode() if cell else ""))
        if b'"e"' in block or b"'e'" in block:
            found = [("单元格是错误值", cell.decode()) for cell in _ERROR_CELL.findall(block)]
            refused.extend(found[:MAX_LISTED])
        if b"hidden" in block:
            for kind in sorted(set(_HIDDEN.findall(block))):
                note = "含有隐藏的行" if kind == b"row" else "含有隐藏的列"
                notes.extend([] if note in notes else [note])

    def _measure_strings(self, block: bytes) -> None:
        starts = [self._offset + match.start() for match in _SHARED_STRING.finditer(block)]
        for start in starts:
            self._note_string(start)
            self._strings, self._string_start = self._strings + 1, start
        self._offset += len(block)

    def _note_string(self, end: int) -> None:
        """Keep the size of the string that ends here, if it is long."""
        if self._strings and end - self._string_start > _LONG_STRING:
            self._findings.long_strings[self._strings - 1] = end - self._string_start


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - ord("A") + 1
    return number
