"""Split a list by township and village into one file each, zipped, with an index of every row."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from jubao.documents.reproducible_zip import pack, put_in_place
from jubao.documents.sheet import INTEGER, TEXT, Column, ListNotWritable, Row, Sheet, column_totals
from jubao.documents.workbook import workbook_bytes

NOT_FILLED = "未填"
INDEX_NAME = "目录.xlsx"
FORBIDDEN_IN_FILE_NAME = dict.fromkeys(map(ord, '<>:"/\\|?*'), "_") | dict.fromkeys(range(32), "_")
Parts = dict[tuple[str, str], list[Row]]


class CannotSplit(ValueError):
    """A list cannot be cut into one file per village."""


def write_split(
    path: Path, sheet: Sheet, *, township: str, village: str, page: Callable[[Sequence[Sheet]], bytes] = workbook_bytes
) -> str:
    """Write a zip of Excel files, 乡镇/村.xlsx, and an index of files, rows and totals.

    Args:
        path: the zip file.
        sheet: the list; its rows keep their order inside each file.
        township: heading of the column that names the township; empty values go to a folder of their own.
        village: heading of the column that names the village or community.
        page: makes one place's Excel file; by default a list for the printer.
    Returns:
        SHA-256 of the zip (hex), the same for the same list.
    Raises:
        CannotSplit: no such column, or two villages would get the same file name.
        ListNotWritable: as ``write_workbook``.
    """
    parts = split_rows(sheet, township=township, village=village)
    files = _file_names(list(parts))
    sheets = {files[key]: replace(sheet, rows=rows, note=_note(key, sheet.note)) for key, rows in parts.items()}
    contents = _index(sheet, sheets)
    members = [(INDEX_NAME, workbook_bytes([contents]))]
    members += [(name, page([part])) for name, part in sheets.items()]
    return put_in_place(path, pack(members, compress=True))


def split_rows(sheet: Sheet, *, township: str, village: str) -> Parts:
    """Rows by (township, village), places in the order of their names, rows in the order of the list.

    Raises CannotSplit: the list has no column of that heading.
    """
    titles = [column.title for column in sheet.columns]
    if missing := [title for title in (township, village) if title not in titles]:
        message = f"《{sheet.title}》没有“{'、'.join(missing)}”列，不能按乡镇和村拆分：请在取数中加上该列"
        raise CannotSplit(message)
    first, second = titles.index(township), titles.index(village)
    parts: Parts = {}
    for row in sheet.rows:
        parts.setdefault((_place(row[first]), _place(row[second])), []).append(row)
    return dict(sorted(parts.items()))


def _place(value: object) -> str:
    """The name of a place; rows without one are kept together, never dropped."""
    return str(value).strip() if value not in (None, "") else NOT_FILLED


def _file_names(places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A safe file name for each place.

    Raises CannotSplit: two places differ only in characters that file names cannot hold.
    """
    names = {place: f"{_safe(place[0])}/{_safe(place[1])}.xlsx" for place in places}
    taken: dict[str, tuple[str, str]] = {}
    for place, name in names.items():
        if other := taken.get(name.casefold()):
            message = f"“{'/'.join(other)}”与“{'/'.join(place)}”的文件名相同（{name}）：请先统一村社区名称"
            raise CannotSplit(message)
        taken[name.casefold()] = place
    return names


def _safe(name: str) -> str:
    """A name that is one folder or file on any system: no separators, no leading or trailing dots."""
    return name.translate(FORBIDDEN_IN_FILE_NAME).strip(". ") or NOT_FILLED


def _note(place: tuple[str, str], whole: str) -> str:
    """Which place a file is for, and what stands on the whole list."""
    return "；".join(part for part in (" ".join(place), whole) if part)


def _index(whole: Sheet, sheets: dict[str, Sheet]) -> Sheet:
    """The index: one row per file with its rows and totals; its last row equals that of the whole list."""
    totalled = [(position, column) for position, column in enumerate(whole.columns) if column.is_totalled]
    rows: list[Row] = []
    for name, part in sheets.items():
        totals = column_totals(part)
        rows.append([name, len(part.rows), *(totals[position] for position, _ in totalled)])
    columns = (
        Column("文件", TEXT, width=40),
        Column("行数", INTEGER, is_totalled=True),
        *(column for _, column in totalled),
    )
    return replace(whole, name="目录", title=f"{whole.title}（目录）", columns=columns, rows=rows, note="")


__all__ = ["CannotSplit", "ListNotWritable", "split_rows", "write_split"]
