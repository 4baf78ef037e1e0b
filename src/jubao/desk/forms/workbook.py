"""A filled template of an act, handed in at the desk: every fault of every case by its cell; the whole file or nothing."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from jubao.desk.forms.faults import in_cells
from jubao.desk.forms.uploading import UPLOAD, Received
from jubao.desk.frame.seat import Seat
from jubao.operations.envelope import acting
from jubao.operations.envelope.arguments import parse_arguments
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fault import Faults
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
    found = _all_faults(declaration, cases, filled.faults, seat)
    return Read(came.title, cases, in_cells(list(filled.placed(found))))


def _all_faults(declaration: Declaration, cases: list[dict[str, Any]], unread: Faults, seat: Seat) -> Faults:
    """Cells that cannot be read, shapes that do not hold, and what the books contradict in the cases that are sound."""
    known = {(fault.case, fault.field) for fault in unread}
    shapes, _ = parse_arguments(declaration, cases)
    found = Faults([*unread, *(fault for fault in shapes if (fault.case, fault.field) not in known)])
    wrong = {fault.case for fault in found}
    sound = [number for number in range(1, len(cases) + 1) if number not in wrong]
    if not sound or 0 in wrong:
        return found
    stated = [cases[number - 1] for number in sound]
    for fault in acting.check(declaration.code, stated, by=seat.staff, on=seat.on, at=seat.at):
        found.found.append(replace(fault, case=sound[fault.case - 1]) if fault.case else fault)
    found.found.sort(key=lambda fault: fault.case)
    return found
