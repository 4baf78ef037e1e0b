"""Many cases of an act from an Excel file (批量导入): its template, and the file read back, whole or not at all."""

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict

from jubao.desk.acts.filling import new_key
from jubao.desk.acts.submitting import act_of
from jubao.desk.forms.downloading import as_download
from jubao.desk.forms.uploading import MOST_BYTES, UPLOAD
from jubao.desk.forms.workbook import WORKBOOK, read_workbook
from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Drawn, Goto, Sent, submission
from jubao.operations.beside import drafts
from jubao.operations.beside.drafts import Kept
from jubao.operations.envelope.declaration import ACTS, Declaration
from jubao.operations.envelope.seen.makers import require_maker
from jubao.operations.envelope.template import template_bytes
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Batch:
    """Where an Excel file of cases is handed in.

    Attributes:
        code, title: of the act; most_cases: in one file; most: megabytes.
        name: of the file that was refused; faults: each with its sheet, row and column.
    """

    code: str
    title: str
    most_cases: int
    most: int
    field: str = f"{WORKBOOK}{UPLOAD}"
    name: str = ""
    faults: tuple[str, ...] = ()


@page("acts/<act:code>/batch", title=both("批量导入", "From Excel"), audience=SIGNERS, queries=0)
def batch(viewer: Viewer, asked: QueryDict, code: str) -> Batch | HttpResponse | None:
    """Fetch the template (``?as=xlsx``), fill it in, hand it in."""
    return _template(code, viewer=viewer) if asked.get("as") == "xlsx" else _batch(code, viewer=viewer)


@submission("acts/<act:code>/workbook", audience=SIGNERS)
def workbook(seat: Seat, sent: Sent, code: str) -> Goto | Drawn:
    """Read a filled template: every fault by its cell, and then nothing of it is kept; or to the preview."""
    declaration = act_of(code, seat.viewer)
    read = read_workbook(declaration, sent.files, seat)
    if read.faults:
        return Drawn("acts.batch", _shown(declaration, read.name, read.faults))
    draft = Kept(new_key(), code, cases=read.cases, source=read.name)
    drafts.keep(draft, staff=seat.staff, at=seat.at)
    return Goto(f"/acts/{code}/preview/{draft.key}")


def _batch(code: str, *, viewer: Viewer) -> Batch | None:
    if code not in ACTS:
        return None
    require_maker(ACTS[code], viewer)
    return _shown(ACTS[code]) if ACTS[code].most_cases > 1 else None


def _shown(declaration: Declaration, name: str = "", faults: tuple[str, ...] = ()) -> Batch:
    most = MOST_BYTES >> 20
    return Batch(declaration.code, declaration.title, declaration.most_cases, most, name=name, faults=faults)


def _template(code: str, *, viewer: Viewer) -> HttpResponse | None:
    if code not in ACTS:
        return None
    require_maker(ACTS[code], viewer)
    return as_download(template_bytes(ACTS[code]), f"{code}.xlsx", f"{ACTS[code].title}模板.xlsx")
