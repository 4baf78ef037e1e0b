"""The months of a book: open or closed, what their manifests seal, and who signed the close."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Sum

from jubao.documents.sheet import IDENTIFIER, INTEGER, MONEY, TEXT, Column, Row, Sheet
from jubao.ledger.models import PeriodClose, Voucher
from jubao.records.models import AuditEvent
from jubao.reports.signatures import signers_of, told_signers
from jubao.reports.statements.reading import BOOKS
from jubao.reports.statements.sheet import office_name

OPEN = "未结账"
STATES = {"MONTH": "月结", "YEAR": "年结"}
COLUMNS = (
    Column("账套", TEXT, 24),
    Column("会计期间", IDENTIFIER, 10),
    Column("状态", TEXT, 8),
    Column("凭证张数", INTEGER),
    Column("借方发生额", MONEY),
    Column("结账日期", TEXT, 12),
    Column("清单 SHA-256", IDENTIFIER, 66),
    Column("签署", TEXT, 30),
)


@dataclass(frozen=True)
class Period:
    """A month or year of a book; open ones have no manifest, no day and nobody who signed."""

    book: str
    period: int
    state: str
    vouchers: int
    debit_fen: int
    closed: str
    manifest: str
    signed: str


def periods(book: str) -> list[Period]:
    """Every month of a book that has vouchers or is closed, and every closed year, in the order of the calendar."""
    rows = Voucher.objects.filter(book=book).values("period").annotate(count=Count("id"), fen=Sum("debit_fen"))
    closes = list(PeriodClose.objects.filter(book=book).select_related("act").order_by("id"))
    done = {close.period for close in closes}
    signed = signers_of({close.act_id for close in closes})
    still = [
        Period(book, row["period"], OPEN, row["count"], int(row["fen"]), "", "", "")
        for row in rows.order_by("period")
        if row["period"] not in done
    ]
    return [*(_closed(close, told_signers(signed.get(close.act_id, ()))) for close in closes), *still]


def closes_sheet(book: str) -> Sheet:
    """The months of a book as a sheet to be written."""
    rows: list[Row] = [
        (BOOKS[book], str(one.period), one.state, one.vouchers, one.debit_fen, one.closed, one.manifest, one.signed)
        for one in periods(book)
    ]
    day = AuditEvent.objects.aggregate(day=Max("business_date"))["day"]
    return Sheet("结账", f"{BOOKS[book]}结账情况", office_name(), day or date.min, COLUMNS, rows)


def _closed(close: PeriodClose, signed: str) -> Period:
    return Period(
        close.book,
        close.period,
        STATES[close.kind],
        close.vouchers,
        close.debit_fen,
        close.act.business_date.isoformat(),
        close.manifest,
        signed,
    )
