"""One file of contributions (缴费批次): whether file, rows and bank agree, and its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from jubao.records.models import Contribution, ContributionBatch, Person
from jubao.reports.business.collection import CHANNELS, COLLECTING
from jubao.reports.business.named import TAIL, Named
from jubao.reports.figures.place import place_names
from jubao.vocabulary.codes import ContributionKind
from jubao.vocabulary.viewer import Viewer

ON_A_PAGE = 50
KINDS = {str(code): code.label for code in ContributionKind}


@dataclass(frozen=True)
class PaidLine:
    """A row of a file: its line, who paid, for which year and kind, how much, by which means, and what became of it."""

    line: int
    who: Named
    year: int
    kind: str
    fen: int
    paid_by: str
    credited: date | None
    refunded: bool


@dataclass(frozen=True)
class SeenFile:
    """A file of contributions: whole, or never taken in.

    Attributes:
        number, channel, on: of the file; filename: as it came; reference: of the bank's receipt, and ``receipt_fen`` its sum.
        count, fen: as the file says; rows, rows_fen: as its rows add up; uncredited, refunded: how many of them.
        lines: a page of rows; after: line of the last one where more follow, else None; left_out: recused.
    """

    number: str
    channel: str
    on: date
    filename: str
    reference: str
    receipt_fen: int
    count: int
    fen: int
    rows: int
    rows_fen: int
    uncredited: int
    refunded: int
    lines: tuple[PaidLine, ...]
    after: int | None
    left_out: int

    @property
    def agrees(self) -> bool:
        """Whether file, rows and bank say the same."""
        return self.fen == self.rows_fen == self.receipt_fen and self.count == self.rows


def seen_file(number: str, *, viewer: Viewer, after: str = "") -> SeenFile | None:
    """A file and a page of its rows; None where none has the number, or what is asked is not understood.

    Args:
        number: of the batch; after: line of the last row of the page before.
    Raises:
        MayNotLook: none of his posts sees collection, or he answers for some divisions only.
    """
    viewer.require(COLLECTING, "缴费批次")
    viewer.require_everywhere("缴费批次")
    batch = ContributionBatch.objects.select_related("statement_line", "inbound_file").filter(number=number).first()
    if batch is None or (after and not after.isdecimal()):
        return None
    rows = Contribution.objects.filter(batch=batch)
    told = rows.aggregate(n=Count("pk"), fen=Sum("amount_fen"), credited=Count("crediting"), refunded=Count("refund"))
    behind = rows.filter(line__gt=int(after)) if after else rows
    related = behind.select_related("person", "crediting", "refund").order_by("line")
    page = list(related[: ON_A_PAGE + 1])
    shown = page[:ON_A_PAGE]
    near = [row for row in shown if row.person.resident_number not in viewer.recused]
    return SeenFile(
        number=batch.number,
        channel=CHANNELS[batch.channel],
        on=batch.received_date,
        filename=batch.inbound_file.filename,
        reference=batch.statement_line.reference,
        receipt_fen=batch.statement_line.credit_fen,
        count=batch.count,
        fen=batch.total_fen,
        rows=told["n"],
        rows_fen=int(told["fen"] or 0),
        uncredited=told["n"] - told["credited"],
        refunded=told["refunded"],
        lines=_lines(near),
        after=shown[-1].line if len(page) > ON_A_PAGE else None,
        left_out=len(shown) - len(near),
    )


def _lines(rows: Sequence[Contribution]) -> tuple[PaidLine, ...]:
    places = place_names() if rows else {}
    return tuple(
        PaidLine(
            line=row.line,
            who=_named(row.person, places),
            year=row.year,
            kind=KINDS[row.kind],
            fen=row.amount_fen,
            paid_by=row.paid_by,
            credited=row.crediting.credited_date if hasattr(row, "crediting") else None,
            refunded=hasattr(row, "refund"),
        )
        for row in rows
    )


def _named(who: Person, places: Mapping[str, tuple[str, str]]) -> Named:
    place = places.get(who.division, (who.division, who.division))
    return Named(who.pk, who.name, who.resident_number[-TAIL:], *place)
