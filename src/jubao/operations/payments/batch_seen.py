"""One batch for the bank as a page shows it: its steps, what each bank was asked for and answered, what was not paid."""

from dataclasses import dataclass
from datetime import date

from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.payments.batch_acts import acts_of_batch
from jubao.operations.payments.payroll_seen import ANSWERS, PAYROLL
from jubao.records.models import BatchStep, PaymentBatch
from jubao.reports.business.bank_lines import (
    MOST_LINES,
    BankTotal,
    Trouble,
    all_banks,
    bank_totals,
    troubled,
    troubles_of,
)
from jubao.reports.business.named import named
from jubao.vocabulary.codes import DelegatedProgramme
from jubao.vocabulary.viewer import Viewer

KINDS = dict(PaymentBatch._meta.get_field("kind").choices or ())


@dataclass(frozen=True)
class StepTaken:
    """A step a batch took, and on which day."""

    state: str
    on: date


@dataclass(frozen=True)
class SeenBatch:
    """A batch for the bank.

    Attributes:
        number, kind, programme, month, state: of it; is_payroll: whether it is a month's payroll, which has its own page.
        count, fen, sha256: as locked; steps: what happened to it.
        banks, total: what each bank was asked for and answered; troubles: what was not paid; has_more: more than shown.
        sees_answers: whether the viewer may see what the bank answered; left_out: recused; acts: what may be done.
    """

    number: str
    kind: str
    programme: str
    month: int
    state: str
    is_payroll: bool
    count: int
    fen: int
    sha256: str
    steps: tuple[StepTaken, ...]
    banks: tuple[BankTotal, ...]
    total: BankTotal
    troubles: tuple[Trouble, ...]
    has_more: bool
    sees_answers: bool
    left_out: int
    acts: tuple[OfferedAct, ...]


def seen_batch(number: str, *, viewer: Viewer) -> SeenBatch | None:
    """A batch; None where none has the number.

    Raises:
        MayNotLook: none of his posts has to do with payment, or he answers for some divisions only.
    """
    viewer.require(PAYROLL, "支付批次")
    viewer.require_everywhere("支付批次")
    batch = PaymentBatch.objects.select_related("act").filter(number=number).first()
    if batch is None:
        return None
    sees = bool(viewer.posts & ANSWERS)
    unpaid = list(troubled(batch)[: MOST_LINES + 1]) if sees else []
    keys = {row.person_id for row in unpaid if row.person_id}
    people = named(keys, viewer=viewer)
    taken = BatchStep.objects.filter(batch=batch).select_related("act").order_by("pk")
    locked = StepTaken(PaymentBatch.State.LOCKED.label, batch.act.business_date)
    banks = bank_totals(batch)
    return SeenBatch(
        number=number,
        kind=str(KINDS[batch.kind]),
        programme=DelegatedProgramme(batch.programme).label if batch.programme else "",
        month=batch.month,
        state=PaymentBatch.State(batch.state).label,
        is_payroll=batch.kind == "PENSION",
        count=batch.count,
        fen=batch.total_fen,
        sha256=batch.file_sha256,
        steps=(
            locked,
            *(StepTaken(PaymentBatch.State(one.state).label, one.act.business_date) for one in taken),
        ),
        banks=banks,
        total=all_banks(banks),
        troubles=troubles_of(unpaid[:MOST_LINES], people),
        has_more=len(unpaid) > MOST_LINES,
        sees_answers=sees,
        left_out=len(keys - people.keys()),
        acts=acts_of_batch(batch, viewer),
    )
