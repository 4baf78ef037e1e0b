"""Taking a list out (导出): how many people it names is said first; why it is taken is asked where they are many."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpResponse, QueryDict

from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Drawn, Sent, submission
from jubao.desk.listings.address import Address, read
from jubao.documents.sheet import ListNotWritable, Sheet
from jubao.documents.sheet_pdf import write_sheets_pdf
from jubao.documents.split import CannotSplit, write_split
from jubao.documents.typesetting import NoChineseFont
from jubao.documents.workbook import write_workbook
from jubao.operations.exports import limit_of_people, note_taken_out
from jubao.reports.lists.column import TOWNSHIP, VILLAGE
from jubao.reports.lists.every_list import NoSuchList, find_list
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.printing import sheet_of
from jubao.vocabulary.audience import PEOPLE
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes.privacy import LookReason
from jubao.vocabulary.viewer import LIFTING, MayNotLook, Viewer

FORMS = {
    "xlsx": both("Excel 表", "Excel"),
    "pdf": both("PDF，供打印", "PDF for printing"),
    "zip": both("按村拆分的压缩包", "One file per village, zipped"),
}
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


@dataclass(frozen=True)
class Taking:
    """What is about to be taken out.

    Attributes:
        title, name: of the list; address: as asked; count: rows; limit: from how many on a purpose is asked.
        forms: what it can be taken out as; may_lift: whether this viewer may ask for whole numbers; reasons: why.
        refused: why it was not given out.
    """

    title: str
    name: str
    address: Address
    count: int
    limit: int
    forms: tuple[tuple[str, Both], ...]
    may_lift: bool
    reasons: tuple[LookReason, ...]
    refused: str

    @property
    def back(self) -> str:
        """The list itself."""
        return self.address.write()

    @property
    def query(self) -> str:
        """What is asked of the list, to be asked again."""
        return self.address.write("listings.take_out")

    @property
    def asks_purpose(self) -> bool:
        """Whether more people are named than one takes out without a word."""
        return self.count > self.limit


@page("lists/<word:name>/export", title=both("打印或导出", "Print or export"), audience=PEOPLE, queries=8)
def export(viewer: Viewer, asked: QueryDict, name: str) -> Taking | None:
    """How many rows would be taken out, as what, and what must be said first."""
    return _taking(name, asked, viewer)


@submission("lists/<word:name>/take-out", audience=PEOPLE)
def take_out(seat: Seat, sent: Sent, name: str) -> HttpResponse | Drawn:
    """Give the file out; that it was taken, how many rows and why, is written down first."""
    typed = sent.fields
    form = typed.get("form", "")
    taking = _taking(name, typed, seat.viewer)
    if taking is None:
        raise Http404
    if form not in dict(taking.forms):
        return Drawn("listings.export", _with(taking, str(both("请选一种文件", "Choose a kind of file"))))
    purpose = typed.get("purpose", "").strip()
    if taking.asks_purpose and not purpose:
        return Drawn(
            "listings.export", _with(taking, f"这份名单有 {taking.count} 行，超过 {taking.limit} 行须写明用途")
        )
    listing = find_list(name)
    try:
        viewer = _lifted(seat, typed) if typed.get("numbers") else seat.viewer
        note_taken_out(seat.staff, listing.name, taking.count, purpose, form, at=seat.at)
        window = taking.address.window(seat.on)
        sheet = sheet_of(listing, window, viewer=viewer, asked=taking.address.asked)
        return _file(sheet, listing, form)
    except (MayNotLook, ListNotWritable, CannotSplit, NoChineseFont) as no:
        return Drawn("listings.export", _with(taking, str(no)))


def _lifted(seat: Seat, typed: QueryDict) -> Viewer:
    reason = f"{typed.get('reason', '')}：{typed.get('words', '')}"
    return seat.unmasked(reason, typed.get("approval", ""))


def _taking(name: str, query: QueryDict, viewer: Viewer) -> Taking | None:
    try:
        listing = find_list(name)
    except NoSuchList:
        return None
    asked = {key: str(query[key]) for key in query if key not in ASKED_HERE}
    address = read(listing.name, asked)
    count = listing.count(address.asked, window=address.window(viewer.day), viewer=viewer)
    forms = tuple((key, words) for key, words in FORMS.items() if key != "zip" or listing.has_place)
    may_lift = bool(viewer.posts & LIFTING)
    return Taking(
        listing.title, listing.name, address, count, limit_of_people(viewer.day), forms, may_lift, tuple(LookReason), ""
    )


ASKED_HERE = frozenset(
    {"form", "purpose", "numbers", "reason", "words", "approval", "csrfmiddlewaretoken", "after", "from"}
)


def _with(taking: Taking, refused: str) -> Taking:
    return replace(taking, refused=refused)


def _file(sheet: Sheet, listing: Listing, form: str) -> HttpResponse:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{form}"
        if form == "zip":
            write_split(path, sheet, township=TOWNSHIP, village=VILLAGE)
        elif form == "pdf":
            write_sheets_pdf(path, [sheet])
        else:
            write_workbook(path, [sheet])
        response = HttpResponse(path.read_bytes(), content_type=KINDS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{listing.name}-{sheet.as_of:%Y%m%d}.{form}"'
    return response
