"""What was paid month by month: benefit month beside payment month, by payer, arrived, failed and paid again, and what was not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jubao.records.models import Arrears, Award, AwardEvent, EarlierPayment, Payout, PensionMonth, Person
from jubao.reports.explanation.unpaid import BESIDE_LINE, FAILURES
from jubao.reports.person.pension import parts_in_force
from jubao.reports.person.standing import PAID, Drawing, Tone, fen_of
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import ArrearsKind, BenefitItem
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.saying import sentence
from jubao.vocabulary.viewer import Viewer

ACCOUNT = tuple(item for item in BenefitItem if item.is_account)


@dataclass(frozen=True)
class Paid:
    """One benefit month in one batch, or a month in which nothing was paid.

    Attributes:
        month: benefit month; paid_in: month of the batch, None where there is none; batch: its number, or empty.
        by_payer: fen of central, province, city and district, increment, individual account; total_fen: their sum.
        kind: label of why it is paid afterwards, empty in its own month; adjustment: whether it is only a difference.
        state: where it stands; tone: its colour; on: day of the bank's answer, None before.
        account: the account it went to, masked as the viewer may see it, or empty.
    """

    month: int
    paid_in: int | None
    batch: str
    by_payer: tuple[int, ...]
    total_fen: int
    kind: str
    adjustment: bool
    state: Both
    tone: Tone
    on: date | None
    account: str


@dataclass(frozen=True)
class OneSum:
    """A single sum: why, fen, payee, account as the viewer may see it, state, colour, and the day it was ordered by an act."""

    kind: str
    fen: int
    payee: str
    account: str
    state: str
    tone: Tone
    on: date
    event: int


@dataclass(frozen=True)
class Payments:
    """What was paid to somebody.

    Attributes:
        months: every benefit month, the latest first, those of which nothing was paid among them.
        arrived_fen, arrived_months: what arrived, and how many benefit months it was for.
        owed_fen, owed_months: months put down to be paid afterwards and not yet in a batch.
        sums: single sums, the latest first.
    """

    months: tuple[Paid, ...]
    arrived_fen: int
    arrived_months: int
    owed_fen: int
    owed_months: int
    sums: tuple[OneSum, ...]


ARRIVED, AGAIN = both("已到账", "Arrived"), both("重发到账", "Paid again")
WAITING, LOCKED = both("待回盘", "At the bank"), both("已锁定", "Locked")
HELD, BACK = both("已扣留", "Held back"), both("已退回", "Given back")
FAILED, REDONE = both("发放失败", "Failed"), both("失败已重发", "Failed, paid again")
BEFORE = both("接入前已发", "Paid before these books")
RESTING, NOT_PAID, OWED = both("暂停未发", "Suspended"), both("未发", "Not paid"), both("未发，待补", "Owed")


def payments_of(person: Person, drawing: Drawing, *, viewer: Viewer) -> Payments:
    """Everything that was paid to somebody, from four statements.

    Args:
        person: who; drawing: his pension with its parts; viewer: who looks.
    """
    found = PensionMonth.objects.filter(person=person).select_related(*BESIDE_LINE).order_by("-month", "-pk")
    rows, owed = list(found), owed_to(drawing.award)
    arrived = [row for row in rows if row.state == PAID]
    return Payments(
        months=(*_listed(rows, drawing, owed, viewer), *_before_these_books(person)),
        arrived_fen=sum(map(fen_of, arrived)),
        arrived_months=len({row.month for row in arrived}),
        owed_fen=owed.fen,
        owed_months=len(owed.months),
        sums=_sums(person, viewer),
    )


def latest_months(drawing: Drawing, owed: "Owed", *, viewer: Viewer, most: int) -> tuple[Paid, ...]:
    """The latest benefit months from what was read for the head; asks nothing."""
    listed = _listed(drawing.rows, drawing, owed, viewer)
    shown = sorted({one.month for one in listed}, reverse=True)[:most]
    return tuple(one for one in listed if one.month in shown)


def _listed(rows: Sequence[PensionMonth], drawing: Drawing, owed: "Owed", viewer: Viewer) -> tuple[Paid, ...]:
    found = [*(_paid(row, rows, viewer) for row in rows), *_gaps(drawing.award, rows, drawing.runs, owed.months)]
    return tuple(sorted(found, key=lambda one: (one.month, one.paid_in or 0), reverse=True))


@dataclass(frozen=True)
class Owed:
    """What is put down to be paid afterwards and not yet in a batch: fen, and the benefit months."""

    fen: int
    months: frozenset[int]


def owed_to(award: Award | None) -> Owed:
    """What is owed on a pension whose parts were read beside it, from one statement."""
    if award is None:
        return Owed(0, frozenset())
    rows = list(Arrears.objects.filter(award=award, taken_run__isnull=True).order_by("pk"))
    owed = frozenset(month for row in rows for month in months.span(row.from_month, row.to_month))
    return Owed(sum(_fen_owed(row, award) for row in rows), owed)


def _fen_owed(owed: Arrears, award: Award) -> int:
    """What one line of arrears will pay: a difference by month, or the whole pension of each month."""
    spanned = months.span(owed.from_month, owed.to_month)
    if owed.amount_fen is not None:
        return owed.amount_fen * len(spanned)
    return sum(sum(parts_in_force(award, month).values()) for month in spanned)


def _paid(row: PensionMonth, rows: Sequence[PensionMonth], viewer: Viewer) -> Paid:
    state, tone = _state(row, rows)
    returned = getattr(row.bank_line, "returned", None)
    return Paid(
        month=row.month,
        paid_in=row.batch.month,
        batch=row.batch.number,
        by_payer=_by_payer(row),
        total_fen=fen_of(row),
        kind=ArrearsKind(row.kind).label if row.kind else "",
        adjustment=row.adjustment != 0,
        state=state,
        tone=tone,
        on=returned.act.business_date if returned else None,
        account=str(viewer.told(Mask.ACCOUNT, row.bank_line.account)),
    )


def _by_payer(row: PensionMonth) -> tuple[int, ...]:
    local = row.basic_city_fen + row.basic_county_fen
    account = sum(getattr(row, f"{item.name.lower()}_fen") for item in ACCOUNT)
    return row.basic_central_fen, row.basic_province_fen, local, row.increment_fen, account


def _state(row: PensionMonth, rows: Sequence[PensionMonth]) -> tuple[Both, Tone]:
    """Where a month in a batch stands, and whether it is a second try."""
    same = [one for one in rows if (one.month, one.adjustment) == (row.month, row.adjustment) and one.pk != row.pk]
    if row.state == PAID:
        again = row.kind == ArrearsKind.REISSUE or any(one.pk < row.pk and one.state == "FAILED" for one in same)
        return (AGAIN if again else ARRIVED), Tone.GOOD
    if row.state == "DUE":
        return (LOCKED if row.batch.state == "LOCKED" else WAITING), Tone.WAITING
    if row.state == "HELD":
        return HELD, Tone.STOPPED
    if any(one.pk > row.pk and one.state == PAID for one in same):
        return REDONE, Tone.PLAIN
    if hasattr(row.bank_line, "late_return"):
        return BACK, Tone.STOPPED
    code = row.bank_line.returned.code if hasattr(row.bank_line, "returned") else ""
    return sentence("{failed} {why}", "{failed}: {why}", failed=FAILED, why=FAILURES.get(code, code)), Tone.STOPPED


def _gaps(
    award: Award | None, rows: Sequence[PensionMonth], runs: Sequence[int], owed: Collection[int]
) -> Iterator[Paid]:
    """Months of which a payroll was run while the pension had begun, and nothing of it stands in any batch."""
    if award is None:
        return
    present = {row.month for row in rows}
    for month in runs:
        if month in present or month < award.start_month or (award.ended_month and month >= award.ended_month):
            continue
        state = OWED if month in owed else RESTING if rested_in(award, month) else NOT_PAID
        tone = Tone.RESTING if state is RESTING else Tone.WAITING
        nothing = (0, 0, 0, 0, 0)
        yield Paid(
            month=month,
            paid_in=None,
            batch="",
            by_payer=nothing,
            total_fen=0,
            kind="",
            adjustment=False,
            state=state,
            tone=tone,
            on=None,
            account="",
        )


def rested_in(award: Award, month: int) -> bool:
    """Whether a pension was suspended in a month, by its changes in the order they were recorded."""
    resting = False
    for event in sorted(award.events.all(), key=lambda one: one.pk):
        if event.month <= month and event.kind in (AwardEvent.Kind.SUSPENDED, AwardEvent.Kind.RESUMED):
            resting = event.kind == AwardEvent.Kind.SUSPENDED
    return resting


def _before_these_books(person: Person) -> tuple[Paid, ...]:
    """What the office before paid, as it lists it, the latest month first."""
    rows = EarlierPayment.objects.filter(award__person=person).order_by("-month", "item")
    found: dict[int, dict[str, int]] = {}
    for month, item, fen in rows.values_list("month", "item", "amount_fen"):
        found.setdefault(month, {})[item] = fen
    return tuple(_told_before(month, items) for month, items in found.items())


def _told_before(month: int, items: Mapping[str, int]) -> Paid:
    def added(*wanted: BenefitItem) -> int:
        return sum(items.get(str(item), 0) for item in wanted)

    by_payer = (
        added(BenefitItem.BASIC_CENTRAL),
        added(BenefitItem.BASIC_PROVINCE),
        added(BenefitItem.BASIC_CITY, BenefitItem.BASIC_COUNTY),
        added(BenefitItem.INCREMENT),
        added(*ACCOUNT),
    )
    return Paid(
        month=month,
        paid_in=None,
        batch="",
        by_payer=by_payer,
        total_fen=sum(items.values()),
        kind="",
        adjustment=False,
        state=BEFORE,
        tone=Tone.PLAIN,
        on=None,
        account="",
    )


TONES = {"PAID": Tone.GOOD, "FAILED": Tone.STOPPED, "VOID": Tone.PLAIN}


def _sums(person: Person, viewer: Viewer) -> tuple[OneSum, ...]:
    rows = Payout.objects.filter(person=person).select_related("act").order_by("-pk")
    return tuple(
        OneSum(
            kind=Payout.Kind(row.kind).label,
            fen=row.amount_fen,
            payee=row.payee_name,
            account=str(viewer.told(Mask.ACCOUNT, row.payee_account)),
            state=row.get_state_display(),
            tone=TONES.get(row.state, Tone.WAITING),
            on=row.act.business_date,
            event=row.act_id,
        )
        for row in rows
    )
