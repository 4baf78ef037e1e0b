"""A sender's file to raw rows: what it really is is read off its bytes, not off its name."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from jubao.exchange.binary_sheet import SIGNATURE, inspect_binary
from jubao.exchange.fault import Fault, FileRefused
from jubao.exchange.register_mapping import ReadingOptions, register_words
from jubao.exchange.register_text import text_rows
from jubao.exchange.whole import read_whole
from jubao.exchange.xlsx_package import MAX_COMPRESSED_BYTES, inspect_package
from jubao.exchange.xlsx_parts import MAX_LISTED, PackageRefused

_ROWS = 10_000
_STEP = "请按原件另存为普通xlsx或CSV（仅数值、无宏）后重新上传"
_HTML = (b"<html", b"<!doctype", b"<table", b"<?xml")


@dataclass(frozen=True, slots=True)
class RawRows:
    """Some consecutive rows as they stand: number the clerk sees, cells, and why some rows cannot count."""

    numbered: list[tuple[int, list[Any]]]
    spoiled: dict[int, str] = field(default_factory=dict)


def raw_rows(path: Path, options: ReadingOptions, *, landmarks: Sequence[str], filename: str) -> Iterator[RawRows]:
    """Stream the rows of a list; blank ones are left out.

    Args:
        path: the file: xlsx, old xls, or text.
        options: as stated; what is empty is found out.
        landmarks: headers that may stand in it.
        filename: shown in faults.
    Raises:
        FileRefused: another kind of file, damaged or dangerous; also in the middle, so that nothing may be kept before.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if kind := _foreign(head):
        raise FileRefused([_fault(filename, f"不是名册，而是{kind}")])
    if head.startswith((b"PK\3\4", SIGNATURE)):
        yield from _sheet_rows(path, options, filename, old=head.startswith(SIGNATURE))
        return
    stated = {"encoding": options.encoding, "delimiter": options.delimiter}
    for rows in text_rows(path, **stated, landmarks=landmarks, filename=filename):
        yield RawRows(rows)


def _foreign(head: bytes) -> str:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower().startswith(_HTML):
        return "网页"
    words: dict[str, str] = register_words()["foreign"]
    return next((kind for start, kind in words.items() if head.startswith(bytes.fromhex(start))), "")


def _sheet_rows(path: Path, options: ReadingOptions, filename: str, *, old: bool) -> Iterator[RawRows]:
    data = read_whole(path, filename=filename, most=MAX_COMPRESSED_BYTES, instead="请改用 CSV 报送")
    try:
        spoiled_by_sheet = inspect_binary(data) if old else None
        findings = None if old else inspect_package(data)
    except PackageRefused as refused:
        raise FileRefused([_fault(filename, refused.rule)]) from None
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheet, place = _chosen(book, options.sheet, filename)
            merged = dict.fromkeys(_merged_rows(sheet), "合并单元格")
            if findings is not None:
                spoiled = merged | _spoiled(findings.refused, book, filename)
            else:
                listed = spoiled_by_sheet or []
                spoiled = merged | (listed[place].spoiled if place < len(listed) else {})
            yield from _batches(sheet, spoiled)
    except CalamineError:
        raise FileRefused([_fault(filename, "工作簿内容损坏，无法读取")]) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the parser's own failure, raised past Exception
            raise
        raise FileRefused([_fault(filename, "工作簿内容损坏，无法读取")]) from None


def _chosen(book: CalamineWorkbook, name: str, filename: str) -> tuple[CalamineSheet, int]:
    """The sheet that was asked for, else the first visible one, and its place in the book."""
    names = book.sheet_names
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    wanted = name or next(iter(visible), "")
    if wanted not in names:
        shown = "、".join(visible) or "无"
        raise FileRefused(
            [_fault(filename, f"没有工作表“{name}”，可见的工作表：{shown}" if name else "没有可见的工作表")]
        )
    return book.get_sheet_by_name(wanted), names.index(wanted)


def _merged_rows(sheet: CalamineSheet) -> Iterator[int]:
    for (first, _), (last, _) in sheet.merged_cell_ranges or ():
        yield from range(first + 1, last + 2)


def _spoiled(refused: Sequence[tuple[str, str]], book: CalamineWorkbook, filename: str) -> dict[int, str]:
    """Rows with formulas or error values; refused whole where it cannot be said which rows they are."""
    if not refused:
        return {}
    filled = [name for name in book.sheet_names if book.get_sheet_by_name(name).end is not None]
    unplaced = any(not cell for _, cell in refused)
    if len(filled) > 1 or unplaced or len(refused) >= MAX_LISTED:
        raise FileRefused([_fault(filename, "含有公式，且不能确定在哪些行")])
    return {int("".join(filter(str.isdigit, cell))): rule for rule, cell in refused}


def _batches(sheet: CalamineSheet, spoiled: dict[int, str]) -> Iterator[RawRows]:
    """Rows in batches; the columns left of the first filled one are put back."""
    left = [""] * (sheet.start or (0, 0))[1]
    batch: list[tuple[int, list[Any]]] = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        if any(cell != "" for cell in row):
            batch.append((number, [*left, *row]))
        if len(batch) >= _ROWS:
            yield RawRows(batch, spoiled)
            batch = []
    if batch:
        yield RawRows(batch, spoiled)


def _fault(filename: str, rule: str) -> Fault:
    return Fault(filename, None, "", "", rule, _STEP)
