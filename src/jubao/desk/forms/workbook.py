"""A filled template of an act, handed in at the desk: every fault of every case by its cell; the whole file or nothing."""

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from jubao.desk.forms.faults import in_cells
from jubao.desk.forms.uploading import UPLOAD, Received
from jubao.desk.frame.seat import Seat
from jubao.operations.envelope import acting
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.recusing import without_clear_numbers
from jubao.operations.envelope.seen.filled import read_filled

WORKBOOK = "workbook"


@dataclass
class Read:
    """What a workbook says: its name, its cases, or every fault; with a fault no case is to be used."""

    name: str = ""
    cases: list[dict[str, Any]] = field(default_factory=list)
    faults: tuple[str, ...] = ()


def read_workbook(declaration: Declaration, files: MultiValueDict[str, UploadedFile], seat: Seat) -> Read:
    """Read the workbook of a request, and check what it states; nothing of it is kept.

    Raises:
        Refused: it names somebody from whom the one who hands it in stays away.
    """
    came = files.get(f"{WORKBOOK}{UPLOAD}")
    if not isinstance(came, Received) or not came.size:
        return Read(faults=("还没有选文件。请选填好的模板。",))
    filled = read_filled(declaration, came.content(), filename=came.title)
    cases = without_clear_numbers(declaration, filled.cases)
    found = filled.faults or filled.placed(acting.check(declaration.code, cases, by=seat.staff, on=seat.on, at=seat.at))
    return Read(came.title, cases, in_cells(list(found)))
