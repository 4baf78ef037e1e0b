"""All months of payment as a page lists them, and the month whose turn it is."""

from dataclasses import dataclass
from datetime import date

from jubao.operations.payments.payroll_compared import turn_of
from jubao.operations.payments.payroll_seen import PAYROLL
from jubao.records.models import PaymentBatch, PayrollRun, PensionMonth, Proposal
from jubao.vocabulary import month as months
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class MonthLine:
    """A month in the list of months: its batch, whom it paid and how much, where it stands, and how many are not paid.

    ``kind`` is the ground of its state's tag.
    """

    month: int
    batch: str
    people: int
    fen: int
    state: str
    kind: str
    locked_on: date
    unpaid: int


@dataclass(frozen=True)
class PayrollMonths:
    """All months, the latest first; the month whose turn it is, and whether it has come; the proposal that waits for it."""

    months: tuple[MonthLine, ...]
    turn: int
    has_come: bool
    waiting: str


MOST_MONTHS = 24


def payroll_months(*, viewer: Viewer) -> PayrollMonths:
    """The last two years of months, and whose turn it is.

    Raises:
        MayNotLook: as ``payroll_month``.
    """
    viewer.require(PAYROLL, "月度发放")
    viewer.require_everywhere("月度发放")
    runs = list(PayrollRun.objects.select_related("batch", "act").order_by("-month")[:MOST_MONTHS])
    gone = PensionMonth.objects.filter(state__in=["FAILED", "HELD"], batch__in=[run.batch_id for run in runs])
    unpaid: dict[int, set[int]] = {}
    for batch, person in gone.order_by().values_list("batch_id", "person_id").distinct():
        unpaid.setdefault(batch, set()).add(person)
    turn = turn_of(runs[0] if runs else None, viewer.day)
    waiting = Proposal.objects.filter(state=Proposal.State.PENDING, code="payroll.calculate").order_by("pk").first()
    lines = tuple(
        MonthLine(
            run.month,
            run.batch.number,
            run.people,
            run.total_fen,
            PaymentBatch.State(run.batch.state).label,
            "ok" if run.batch.state == PaymentBatch.State.RETURNED else "work",
            run.act.business_date,
            len(unpaid.get(run.batch_id, ())),
        )
        for run in runs
    )
    return PayrollMonths(lines, turn, turn <= months.of(viewer.day), waiting.key if waiting else "")
