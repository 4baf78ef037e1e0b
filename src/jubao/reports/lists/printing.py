"""A list on paper: its rows of a month or year, streamed into a sheet for Excel and for the split by village."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import overload

from jubao.documents.sheet import Row, Sheet
from jubao.records.models import Office
from jubao.reports.figures.window import Window
from jubao.reports.lists.listing import Asked, Listing, Page
from jubao.vocabulary.viewer import Viewer

EVERYTHING = Asked()
A_WEEK = 7


@dataclass(frozen=True)
class Streamed(Sequence[Row]):
    """The rows of a list, read from the books each time they are gone through and never held together."""

    listing: Listing
    asked: Asked
    window: Window
    viewer: Viewer

    def __iter__(self) -> Iterator[Row]:
        """All rows in order."""
        return self.listing.rows(self.asked, window=self.window, viewer=self.viewer)

    @cached_property
    def _count(self) -> int:
        return self.listing.count(self.asked, window=self.window, viewer=self.viewer)

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        """A list is gone through, never looked into: that would be paging by counting."""
        raise TypeError("rows of a list are read in order or page by page")


def sheet_of(listing: Listing, window: Window, *, viewer: Viewer, asked: Asked = EVERYTHING) -> Sheet:
    """The list of a month or year as known on the window's day, as its viewer may see it. Raises as ``Listing.rows``."""
    left_out = listing.left_out(asked, window=window, viewer=viewer)
    return _sheet(listing, window, viewer, Streamed(listing, asked, window, viewer), left_out)


def sheet_of_page(listing: Listing, page: Page, window: Window, *, viewer: Viewer) -> Sheet:
    """One page of a list as a sheet; it adds nothing up, since its sums would not be the list's."""
    sheet = _sheet(listing, window, viewer, [line.cells for line in page.lines], page.left_out)
    return replace(sheet, columns=tuple(replace(column, is_totalled=False) for column in sheet.columns))


def _sheet(listing: Listing, window: Window, viewer: Viewer, rows: Sequence[Row], left_out: int) -> Sheet:
    office = Office.objects.values_list("name", flat=True).first() or ""
    columns = tuple(column.printed(viewer) for column in listing.columns)
    note = note_of(viewer, left_out)
    return Sheet(listing.title, f"{_span(window)}{listing.title}", office, window.as_of, columns, rows, note)


def note_of(viewer: Viewer, left_out: int = 0) -> str:
    """What stands on everything a viewer takes out: who, when and why where it is unmasked; how many were left out."""
    taken = viewer.witness.told if viewer.witness is not None and viewer.lifted else ""
    hidden = f"另有 {left_out} 人因回避未列出" if left_out else ""
    return "；".join(part for part in (taken, hidden) if part)


def _span(window: Window) -> str:
    first: date | None = window.since
    if first and (window.as_of - first).days < A_WEEK:
        return f"{first:%Y-%m-%d}至{window.as_of:%Y-%m-%d}"
    return f"{window.year}年{first.month}月" if first else f"{window.year}年"
