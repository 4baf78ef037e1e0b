"""Taking lists out of the office (导出): what is masked is noted, what is whole is looked at (``envelope.looking``)."""

from datetime import date, datetime

from jubao.operations.envelope.chaining import note
from jubao.operations.envelope.refusals import without_numbers
from jubao.operations.law import law
from jubao.records.models import AuditEvent


def limit_of_people(day: date) -> int:
    """How many people one may take out at once without saying why, and unmasked without an approval."""
    return int(law(day).value("procedure.bulk_export_limit"))


def note_taken_out(staff: str, name: str, rows: int, purpose: str, form: str, *, at: datetime) -> None:
    """Chain that somebody took a list out, how many rows, as what and why; numbers in the words are hidden."""
    told = {"list": name, "count": rows, "form": form, "purpose": without_numbers(purpose)[:200]}
    note(AuditEvent.Kind.LOOKED, staff, at, told)
