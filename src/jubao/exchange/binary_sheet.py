"""An old xls looked through before any parser sees it: macros, passwords, formulas, merged and far cells."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from jubao.exchange.xlsx_parts import MAX_COLUMNS, PackageRefused

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_BYTES = 64 * 2**20
_NO_SECTOR = 0xFFFFFFFA
_ENTRY, _MASTER = 128, 109
_BEGIN, _PASSWORD, _SHEET, _MERGED, _FORMULA, _TRUTH = 0x0809, 0x002F, 0x0085, 0x00E5, 0x0006, 0x0205
_CELLS = {_FORMULA, _TRUTH, 0x027E, 0x00BD, 0x0203, 0x0204, 0x00FD, 0x0201, 0x00BE, 0x00D6}


@dataclass(slots=True)
class SheetFindings:
    """What of one worksheet spoils rows: row number (from 1) to the rule it breaks."""

    spoiled: dict[int, str] = field(default_factory=dict)


def inspect_binary(data: bytes) -> list[SheetFindings]:
    """Look through the worksheets of an xls, in the order of the book.

    Raises:
        PackageRefused: damaged, encrypted, with macros, no workbook, or cells beyond the limits.
    """
    if len(data) > MAX_BYTES:
        raise PackageRefused(f"文件超过{MAX_BYTES >> 20}MB")
    try:
        return _sheets(_workbook(data))
    except (struct.error, IndexError, UnicodeDecodeError):
        raise PackageRefused("xls内容损坏或被截断") from None


def _workbook(data: bytes) -> bytes:
    """The stream that holds the book, out of the compound file."""
    if not data.startswith(SIGNATURE):
        raise PackageRefused("不是xls文件")
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or small_shift != 6:  # noqa: PLR2004 (MS-CFB 2.2)
        raise PackageRefused("xls结构不符")
    first_directory, cutoff, first_small = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
    table = _allocation(data, shift)
    entries = list(_entries(_chain(data, table, first_directory, shift)))
    names = {name for name, _, _ in entries}
    if any("VBA" in name for name in names):
        raise PackageRefused("含宏")
    if "EncryptedPackage" in names:
        raise PackageRefused("文件加密")
    found = next((entry for entry in entries if entry[0] in ("Workbook", "Book")), None)
    if found is None:
        raise PackageRefused("不是xls文件")
    _, start, size = found
    if size >= cutoff:
        return _chain(data, table, start, shift)[:size]
    small = _chain(data, table, entries[0][1], shift)
    small_table = [number for (number,) in struct.iter_unpack("<I", _chain(data, table, first_small, shift))]
    return _follow(small, small_table, start, small_shift, 0)[:size]


def _allocation(data: bytes, shift: int) -> list[int]:
    """The table that tells which sector follows which."""
    masters = list(struct.unpack_from(f"<{_MASTER}I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    for _ in range(len(data) >> shift):
        if following >= _NO_SECTOR:
            break
        *more, following = struct.unpack_from(f"<{1 << shift - 2}I", data, (following + 1) << shift)
        masters += more
    table: list[int] = []
    for sector in masters:
        if sector < _NO_SECTOR:
            table += struct.unpack_from(f"<{1 << shift - 2}I", data, (sector + 1) << shift)
    return table


def _chain(data: bytes, table: list[int], start: int, shift: int) -> bytes:
    return _follow(data, table, start, shift, 1)


def _follow(data: bytes, table: list[int], start: int, shift: int, skipped: int) -> bytes:
    """The bytes of a chain of sectors; a chain that turns in a circle is damage."""
    parts, seen = [], 0
    while start < _NO_SECTOR:
        offset = (start + skipped) << shift
        if seen > len(table) or offset >= len(data):
            raise PackageRefused("xls内容损坏或被截断")
        parts.append(data[offset : offset + (1 << shift)])
        start, seen = table[start], seen + 1
    return b"".join(parts)


def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
    """Name, first sector and size of every stream and storage."""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length = min(struct.unpack_from("<H", directory, at + 64)[0], 64)
        if directory[at + 66]:
            name = directory[at : at + max(length - 2, 0)].decode("utf-16-le")
            yield (name, *struct.unpack_from("<II", directory, at + 116))


def _sheets(book: bytes) -> list[SheetFindings]:
    """One finding for each worksheet of the book, by the places the book announces."""
    announced: list[int] = []
    found: dict[int, SheetFindings] = {}
    here: SheetFindings | None = None
    for at, kind, body in _records(book):
        if kind == _PASSWORD:
            raise PackageRefused("文件有打开密码")
        if kind == _SHEET:
            announced.append(struct.unpack_from("<I", body)[0])
        elif kind == _BEGIN:
            here = found.setdefault(at, SheetFindings()) if at in announced else None
        elif here is not None:
            _look_at(kind, body, here.spoiled)
    return [found.get(at, SheetFindings()) for at in announced]


def _records(book: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        if at + 4 + length > len(book):
            raise PackageRefused("xls内容损坏或被截断")
        yield at, kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _look_at(kind: int, body: bytes, spoiled: dict[int, str]) -> None:
    if kind == _MERGED:
        for first, last, _, _ in struct.iter_unpack("<4H", body[2 : 2 + 8 * struct.unpack_from("<H", body)[0]]):
            spoiled |= {row + 1: "合并单元格" for row in range(first, last + 1)}
    elif kind in _CELLS:
        row, column = struct.unpack_from("<HH", body)
        if column >= MAX_COLUMNS:
            raise PackageRefused(f"列数超过{MAX_COLUMNS}")
        if kind == _FORMULA:
            spoiled[row + 1] = "单元格是公式"
        elif kind == _TRUTH and body[7]:
            spoiled[row + 1] = "单元格是错误值"
