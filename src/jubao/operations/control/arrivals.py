"""Files that came in (来文): what became of each, and one of them shown to whoever signs an act that names it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jubao.exchange.fault import FileRefused
from jubao.exchange.layout import layout, layouts
from jubao.exchange.reading import read_table
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fields import questions_of
from jubao.operations.inbound import inbound_path
from jubao.records.models import InboundFile, Proposal, Staff
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.posts import Post
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import AUDITING, MayNotLook, Viewer

SEEING: Final = frozenset(Post) - {Post.PERMISSION, Post.CASHIER}
ROWS: Final = 50
SHOWN_ROWS: Final = 50
SHOWN_TEXT: Final = 6000
FIRST_BYTES: Final = 64 * 1024
HASH = re.compile(r"\b[0-9a-f]{64}\b")
TAKEN, NAMED = both("已办入", "Taken in"), both("待签申请所附", "Named by what waits")


@dataclass(frozen=True)
class Arrived:
    """One file: its hash and name, what it holds, what became of it, by which act, by whom, when.

    ``opens`` tells whether this viewer may look into it.
    """

    sha256: str
    filename: str
    layout: str
    size: int | None
    rows: int | None
    state: Both
    is_waiting: bool
    act: str
    staff: str
    on: date | None
    opens: bool


@dataclass(frozen=True)
class Arrivals:
    """One page of the files that came in, the latest first; those that wait with a proposal stand before them."""

    waiting: tuple[Arrived, ...]
    files: tuple[Arrived, ...]
    next: int | None


@dataclass(frozen=True)
class Named:
    """A proposal or a finished act that names a file: its key, its title, and where it stands."""

    key: str
    title: str
    state: str


@dataclass(frozen=True)
class FileShown:
    """A file as far as it is shown: numbers of people masked, the first rows of a table, the first words of a letter.

    Attributes:
        sha256, filename, size: of the file; layout: its title where one is known.
        named: the acts that name it; heads, rows: of a table; text: of a letter; is_cut: more follows than is shown.
        told: why nothing can be shown, or nothing.
    """

    sha256: str
    filename: str
    size: int
    layout: str
    named: tuple[Named, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str
    is_cut: bool
    told: Both | None


def arrivals(*, viewer: Viewer, before: str = "") -> Arrivals:
    """Files of the inbound desk, one page after the other. Raises MayNotLook."""
    viewer.require(SEEING, "来文")
    rows = InboundFile.objects.select_related("act").order_by("-id")
    if before:
        rows = rows.filter(id__lt=int(before)) if before.isdecimal() else rows.none()
    found = list(rows[: ROWS + 1])
    shown = found[:ROWS]
    names = dict(Staff.objects.order_by("code").values_list("code", "name"))
    return Arrivals(
        waiting=() if before else tuple(_waiting(viewer, names)),
        files=tuple(
            Arrived(
                one.sha256,
                one.filename,
                _titled(one.layout),
                one.size,
                one.rows,
                TAKEN,
                is_waiting=False,
                act=_title(one.act.code),
                staff=names.get(one.act.staff, one.act.staff),
                on=one.act.business_date,
                opens=_may_open([one.act.code], viewer),
            )
            for one in shown
        ),
        next=shown[-1].pk if len(found) > ROWS else None,
    )


def file_shown(sha256: str, *, viewer: Viewer) -> FileShown | None:
    """One file, for whoever may sign or look after an act that names it; None where no act of his does.

    Raises:
        MayNotLook: the file is named by acts that are none of his.
    """
    viewer.require(SEEING, "来文")
    proposals = list(Proposal.objects.filter(arguments__contains=sha256).order_by("-id")[:ROWS])
    known = InboundFile.objects.filter(sha256=sha256).select_related("act").order_by("id").first()
    codes = {one.code for one in proposals} | ({known.act.code} if known else set())
    path = inbound_path(sha256)
    if not codes or not path.exists():
        return None
    if not _may_open(codes, viewer):
        raise MayNotLook(f"这份来文只供办理、签署和稽核{'、'.join(_title(code) for code in sorted(codes))}的岗位查看")
    named = tuple(Named(one.key, _title(one.code), one.get_state_display()) for one in proposals)
    content = _content(path, known.layout if known else _layout_of(codes), _name_of(sha256, known))
    return FileShown(
        sha256, _name_of(sha256, known), path.stat().st_size, _titled(known.layout) if known else "", named, *content
    )


def _waiting(viewer: Viewer, names: dict[str, str]) -> Iterator[Arrived]:
    """Files that a pending proposal names, so that no act took them in yet."""
    pending = Proposal.objects.filter(state=Proposal.State.PENDING).order_by("-id")
    for one in pending.values("code", "maker", "business_date", "arguments"):
        for sha256 in dict.fromkeys(HASH.findall(one["arguments"])):
            path = inbound_path(sha256)
            if not path.exists():
                continue
            yield Arrived(
                sha256,
                _name_of(sha256, None),
                _titled(_layout_of([one["code"]])),
                path.stat().st_size,
                None,
                NAMED,
                is_waiting=True,
                act=_title(one["code"]),
                staff=names.get(one["maker"], one["maker"]),
                on=one["business_date"],
                opens=_may_open([one["code"]], viewer),
            )


def _may_open(codes: Iterable[str], viewer: Viewer) -> bool:
    """Whether an act is his to propose, to sign or to look after; audit looks into every file."""
    posts = {post for code in codes if code in ACTS for post in ACTS[code].audience}
    return bool(viewer.posts & (posts | AUDITING))


def _title(code: str) -> str:
    return ACTS[code].title if code in ACTS else code


def _titled(layout_id: str) -> str:
    return layout(layout_id).title if layout_id in layouts() else layout_id


def _layout_of(codes: Iterable[str]) -> str:
    """The layout that the acts' own file field names, where there is one."""
    asked = [one for code in codes if code in ACTS for one in questions_of(ACTS[code].arguments)]
    found = {one.layout for one in asked if one.layout}
    return found.pop() if len(found) == 1 else ""


def _name_of(sha256: str, known: InboundFile | None) -> str:
    if known is not None:
        return known.filename
    kept = inbound_path(sha256).with_suffix(".name")
    return kept.read_text("utf-8") if kept.exists() else sha256[:12]


Content = tuple[tuple[str, ...], tuple[tuple[str, ...], ...], str, bool, Both | None]


def _content(path: Any, layout_id: str, filename: str) -> Content:
    """Heads and rows of a table, or the words of a letter; numbers masked."""
    if layout_id in layouts():
        try:
            table = read_table(path, layout_id, filename=filename)
        except FileRefused:
            pass
        else:
            titles = {one.field: one.header for one in layout(layout_id).columns}
            heads = tuple(titles.get(name, name) for name in table.columns)
            columns: Sequence[Sequence[Any]] = [values[:SHOWN_ROWS] for values in table.columns.values()]
            rows = tuple(tuple(_cell(value) for value in row) for row in zip(*columns, strict=True))
            most = max((len(values) for values in table.columns.values()), default=0)
            return heads, rows, "", most > SHOWN_ROWS, None
    with path.open("rb") as file:
        data = file.read(FIRST_BYTES)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return (), (), masked(text[:SHOWN_TEXT]), len(text) > SHOWN_TEXT, None
    told = both(
        "这类文件不能在网页里看，请用办公软件打开原件。", "This kind of file is not shown here; open the original."
    )
    return (), (), "", False, told


def _cell(value: Any) -> str:
    return "" if value is None else masked(str(value))
