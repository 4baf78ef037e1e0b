"""Where the office stands: its name, and the month of its fund's books that is open."""

from dataclasses import dataclass

from django.db.models import Max

from jubao.ledger.models import PeriodClose
from jubao.records.models import Office, Staff
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both
from jubao.vocabulary.codes.bookkeeping import Book


@dataclass(frozen=True)
class OfficeStanding:
    """What stands at the head of every page: the office's name, and its period (账期); none before the first close."""

    name: str
    period: Both | None


def office_standing() -> OfficeStanding:
    """The office's name and the month after the last one closed in the fund's books."""
    name = Office.objects.values_list("name", flat=True).first() or ""
    closed = PeriodClose.objects.filter(book=Book.FUND, kind="MONTH").aggregate(last=Max("period"))["last"]
    if closed is None:
        return OfficeStanding(name, None)
    year, month = divmod(months.add(closed, 1), 100)
    return OfficeStanding(name, Both(f"账期 {year}年{month}月，未月结", f"Period {year}-{month:02}, open"))


def name_of_staff(code: str) -> str:
    """The name behind a staff code; the code itself where there is none."""
    return Staff.objects.filter(code=code).values_list("name", flat=True).first() or code
