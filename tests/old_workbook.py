"""Old xls files written by hand for tests: a compound file with one BIFF8 stream, by MS-CFB and MS-XLS."""

import struct
from collections.abc import Sequence
from typing import Any

FREE, END = 0xFFFFFFFF, 0xFFFFFFFE


def old_workbook(
    grid: Sequence[Sequence[Any]],
    *,
    formula: tuple[int, int] | None = None,
    password: bool = False,
    stream: str = "Workbook",
    extra: Sequence[str] = (),
) -> bytes:
    """An xls of a grid: str as text, numbers as numbers; ``formula`` puts one into a cell (0-based)."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x06))
    start += _record(0x002F, b"\0" * 6) if password else b""
    name = "名册".encode("utf-16-le")
    announced = 4 + 8 + len(name)
    end = _record(0x000A, b"")
    place = len(start) + announced + len(end)
    start += _record(0x0085, struct.pack("<IBBBB", place, 0, 0, 2, 1) + name) + end
    return _compound(start + _sheet(grid, formula), stream, extra)


def _sheet(grid: Sequence[Sequence[Any]], formula: tuple[int, int] | None) -> bytes:
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x06))
    width = max(map(len, grid), default=0)
    body += _record(0x0200, struct.pack("<IIHHH", 0, len(grid), 0, width, 0))
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            if (r, c) == formula:
                body += _record(0x0006, struct.pack("<HHHdHIH", r, c, 0, 1.0, 0, 0, 3) + b"\x1e\x01\x00")
            elif isinstance(cell, str):
                text = cell.encode("utf-16-le")
                body += _record(0x0204, struct.pack("<HHHHB", r, c, 0, len(text) // 2, 1) + text)
            else:
                body += _record(0x0203, struct.pack("<HHHd", r, c, 0, cell))
    return body + _record(0x000A, b"")


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound(book: bytes, stream: str, extra: Sequence[str]) -> bytes:
    """Header, allocation sectors, one directory, the stream in consecutive sectors."""
    size = max(len(book), 4096)
    sectors = -(-size // 512)
    directory = _entry("Root Entry", 5, END, 0, 1) + _entry(stream, 2, 0, size)
    directory += b"".join(_entry(name, 1, END, 0) for name in extra)
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    own = len(directory) // 512
    tables = 1
    while tables * 128 < sectors + own + tables:
        tables += 1
    table = [*range(1, sectors), END, *range(sectors + 1, sectors + own), END, *[0xFFFFFFFD] * tables]
    table += [FREE] * (tables * 128 - len(table))
    first = sectors + own
    master = [*range(first, first + tables), *[FREE] * (109 - tables)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, sectors, 0, 4096, END, 0, END, 0, 0)[
        :-4
    ]
    head += struct.pack("<109I", *master)
    return head + book.ljust(sectors * 512, b"\0") + directory + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le")
    named = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    return named + struct.pack("<III", FREE, FREE, child) + b"\0" * 36 + struct.pack("<IQ", start, size)
