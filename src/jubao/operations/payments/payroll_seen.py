"""A payroll month as a page shows it: steps, what changed and why, whom somebody must look at, the bank's answer, holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Sum

from jubao.operations.contributions.accounts import Ids
from jubao.operations.payments.due import payroll_of
from jubao.operations.payments.items import AMOUNTS
from jubao.operations.payments.payroll_changes import (
    CAUSES,
    Cause,
    Changes,
    Paid,
    changes_between,
    happened,
    paid_in,
)
from jubao.operations.payments.payroll_steps import PayrollStep, signed_for, steps_of
from jubao.operations.pensions.open_month import first_month_here
from jubao.records.models import PaymentBatch, PayrollRun, PensionMonth, Proposal
from jubao.reports.business.bank_lines import MOST_LINES, BankTotal, Trouble, bank_totals, troubled, troubles_of
from jubao.reports.business.named import Named, named
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both
from jubao.vocabulary.codes import BenefitItem, ContributorEndReason, SuspensionReason, TerminationReason
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import SEARCHING, Viewer

PAYROLL = SEARCHING - {Post.OFFICE}
"""Posts with a part in the payroll or a look at it (controls e.2, rows 19 to 26)."""
ANSWERS = PAYROLL - {Post.CASHIER}
"""Posts that see what the bank answered; never the cashier who handed the file over (controls e.2, row 25)."""
LARGEST = 10
ON_A_PAGE = 50
REASONS = {
    str(code): code.label for codes in (SuspensionReason, TerminationReason, ContributorEndReason) for code in codes
}


@dataclass(frozen=True)
class CauseLine:
    """One cause of a difference.

    Attributes:
        cause: its code, as an address has it; words: what a clerk calls it.
        people: whom it concerns; head: by how many people the month differs for it.
        fen: by how much.
        is_looked_at: whether these people are looked at one by one.
    """

    cause: str
    words: Both
    people: int
    head: int
    fen: int
    is_looked_at: bool


@dataclass(frozen=True)
class ChangeLine:
    """Somebody whose pension differs: who, what was paid in both months, by how much under this cause, and why."""

    who: Named
    was_fen: int
    now_fen: int
    fen: int
    cause: Both
    reason: str


@dataclass(frozen=True)
class Unusual:
    """Something out of the ordinary that the preview named for whoever locks: its kind, a sentence, and how many people."""

    kind: str
    text: str
    people: int


@dataclass(frozen=True)
class PayrollMonth:
    """A payroll month.

    Attributes:
        month: YYYYMM; before: the month paid before it, None for the first one; next: the one after it, where it ran.
        is_locked: whether it is fixed; else everything is what the books would pay now.
        batch: its number; empty while it is not locked. state: where it stands. sha256: hash of its file.
        people, fen: whom it pays and how much; was_people, was_fen: the same of the month before.
        arrears_people, arrears_fen: what of it is back-pay.
        steps: from the calculation to the bank's answer.
        causes: why it differs, adding up from the month before to this one; looked_at: people to be looked at one by one.
        largest: the largest differences, of the people this viewer sees; left_out: how many people of the page he does not.
        payers: by paying level or account, fen.
        exceptions: what stood out when it was calculated.
        proposal: key of the proposal that locks or locked it; empty before there is one.
        banks: what the file asks of each bank, and what came back; troubles: lines not paid, with reason and next step;
            has_more_troubles: whether there are more of them than a page shows.
        sees_answers: whether the viewer may see what the bank answered.
    """

    month: int
    before: int | None
    next: int | None
    is_locked: bool
    batch: str
    state: str
    sha256: str
    people: int
    fen: int
    was_people: int
    was_fen: int
    arrears_people: int
    arrears_fen: int
    steps: tuple[PayrollStep, ...]
    causes: tuple[CauseLine, ...]
    looked_at: int
    largest: tuple[ChangeLine, ...]
    left_out: int
    payers: tuple[tuple[str, int], ...]
    exceptions: tuple[Unusual, ...]
    proposal: str
    banks: tuple[BankTotal, ...]
    troubles: tuple[Trouble, ...]
    has_more_troubles: bool
    sees_answers: bool


@dataclass(frozen=True)
class CauseOfMonth:
    """The people of one cause: the largest differences first, a page of them.

    Attributes:
        month: YYYYMM; before: the month compared with.
        cause: its code; words: what a clerk calls it.
        people, fen: of all of them.
        lines: those of this page; after: where the next page begins, None after the last.
        left_out: people of the page that the viewer does not see.
        others: the other causes of the month.
    """

    month: int
    before: int | None
    cause: str
    words: Both
    people: int
    fen: int
    lines: tuple[ChangeLine, ...]
    after: int | None
    left_out: int
    others: tuple[CauseLine, ...]


@dataclass(frozen=True)
class Compared:
    """A month beside the one before: the runs, what both pay, the differences, and what a month not locked would pay."""

    run: PayrollRun | None
    earlier: PayrollRun | None
    before: Paid
    after: Paid
    changes: Changes
    payers: Mapping[str, int] | None


def payroll_month(month: int, *, viewer: Viewer) -> PayrollMonth | None:
    """A month that was locked, or whose turn it is; None for any other.

    Raises:
        MayNotLook: none of his posts has to do with payment, or he answers for some divisions only.
    """
    viewer.require(PAYROLL, "月度发放")
    viewer.require_everywhere("月度发放")
    compared = _compared(month, viewer.day)
    if compared is None:
        return None
    run, changes = compared.run, compared.changes
    batch = run.batch if run else None
    signed = signed_for(month, batch)
    calculated = signed.of("payroll.calculate", 0)
    sees = bool(viewer.posts & ANSWERS)
    largest = _largest(changes, np.arange(changes.person.size))[:LARGEST].tolist()
    unpaid = list(troubled(batch)[: MOST_LINES + 1]) if batch and sees else []
    keys = [int(changes.person[one]) for one in largest]
    people = named([*keys, *(row.person_id for row in unpaid if row.person_id)], viewer=viewer)
    causes = _causes(changes)
    arrears = compared.after.kind != ""
    return PayrollMonth(
        month=month,
        before=compared.earlier.month if compared.earlier else None,
        next=months.add(month, 1) if run else None,
        is_locked=run is not None,
        batch=batch.number if batch else "",
        state=PaymentBatch.State(batch.state).label if batch else "",
        sha256=batch.file_sha256 if batch else "",
        people=np.unique(compared.after.person).size,
        fen=compared.after.total,
        was_people=np.unique(compared.before.person).size,
        was_fen=compared.before.total,
        arrears_people=np.unique(compared.after.person[arrears]).size,
        arrears_fen=int(compared.after.fen[arrears].sum()),
        steps=steps_of(signed, on=viewer.day),
        causes=causes,
        looked_at=sum(one.people for one in causes if one.is_looked_at),
        largest=_lines(changes, largest, people),
        left_out=len({*keys, *(row.person_id for row in unpaid if row.person_id)} - people.keys()),
        payers=_payers(compared),
        exceptions=_exceptions(calculated.proposal if calculated else None),
        proposal=calculated.proposal.key if calculated else "",
        banks=bank_totals(batch) if batch else (),
        troubles=troubles_of(unpaid[:MOST_LINES], people),
        has_more_troubles=len(unpaid) > MOST_LINES,
        sees_answers=sees,
    )


def payroll_cause(month: int, cause: str, *, viewer: Viewer, after: int | None = None) -> CauseOfMonth | None:
    """The people of one cause of a month; None where there is no such month or cause.

    Args:
        month: YYYYMM; cause: its code; after: key of the last person of the page before.
    Raises:
        MayNotLook: as ``payroll_month``.
    """
    viewer.require(PAYROLL, "月度发放")
    viewer.require_everywhere("月度发放")
    compared = _compared(month, viewer.day) if cause in set(Cause) else None
    if compared is None:
        return None
    changes = compared.changes
    some = _largest(changes, np.flatnonzero(changes.under(Cause(cause))))
    if after is not None:
        place = np.flatnonzero(changes.person[some] == after)
        rest = some[int(place[0]) + 1 :] if place.size else some[:0]
    else:
        rest = some
    shown = rest[:ON_A_PAGE].tolist()
    people = named((int(changes.person[one]) for one in shown), viewer=viewer)
    lines = _lines(changes, shown, people)
    return CauseOfMonth(
        month=month,
        before=compared.earlier.month if compared.earlier else None,
        cause=cause,
        words=Cause(cause).words,
        people=int(some.size),
        fen=int(changes.fen[some].sum()),
        lines=lines,
        after=int(changes.person[shown[-1]]) if rest.size > ON_A_PAGE else None,
        left_out=len(shown) - len(lines),
        others=_causes(changes),
    )


# ── Two months beside each other ──


def _turn(last: PayrollRun | None, on: date) -> int:
    """The first month that was not paid yet; months in which nobody is due are passed over."""
    return months.add(last.month, 1) if last else first_month_here() or months.of(on)


def _compared(month: int, on: date) -> Compared | None:
    """A month beside the one before it; None where it was not locked and its turn has not come by a day."""
    runs = list(PayrollRun.objects.filter(month__lte=month).select_related("batch").order_by("-month")[:2])
    if runs and runs[0].month == month:
        run, earlier = runs[0], runs[1] if len(runs) > 1 else None
        paid = paid_in([earlier, run] if earlier else [run])
        before, after = (paid[0], paid[-1]) if earlier else (Paid.nothing(), paid[0])
        changes = changes_between(before, after, happened(since=earlier, until=run), is_first=earlier is None)
        return Compared(run, earlier, before, after, changes, None)
    if PayrollRun.objects.filter(month__gt=month).exists():
        return None
    earlier = runs[0] if runs else None
    if not _turn(earlier, on) <= month <= months.of(on):
        return None
    due = payroll_of(month).due
    before, after = (paid_in([earlier])[0] if earlier else Paid.nothing()), Paid.of_due(due)
    changes = changes_between(before, after, happened(since=earlier, until=None), is_first=earlier is None)
    payers = dict(zip(AMOUNTS, due.fen.sum(axis=0).tolist(), strict=True))
    return Compared(None, earlier, before, after, changes, payers)


def _causes(changes: Changes) -> tuple[CauseLine, ...]:
    found = []
    for cause in CAUSES:
        some = changes.under(cause)
        if some.any():
            people, head, fen = int(some.sum()), int(changes.head[some].sum()), int(changes.fen[some].sum())
            found.append(CauseLine(str(cause), cause.words, people, head, fen, cause.is_looked_at))
    return tuple(found)


def _largest(changes: Changes, some: Ids) -> Ids:
    """Places in the order of how much they change, the largest first, then by person."""
    order: Ids = np.lexsort((changes.cause[some], changes.person[some], -np.abs(changes.fen[some])))
    return some[order]


def _lines(changes: Changes, places: Sequence[int], people: Mapping[int, Named]) -> tuple[ChangeLine, ...]:
    """Some differences as lines; those of people the viewer does not see are left out."""
    lines = []
    for one in places:
        if (who := people.get(int(changes.person[one]))) is not None:
            cause = CAUSES[int(changes.cause[one])]
            was, now, fen = (int(column[one]) for column in (changes.was, changes.now, changes.fen))
            reason = str(changes.reason[one])
            lines.append(ChangeLine(who, was, now, fen, cause.words, REASONS.get(reason, reason)))
    return tuple(lines)


def _payers(compared: Compared) -> tuple[tuple[str, int], ...]:
    """By item of the pension, what a month pays, fen; items that pay nothing are left out."""
    sums = compared.payers
    if sums is None:
        assert compared.run is not None, "a month is locked, or its due months were worked out"
        rows = PensionMonth.objects.filter(batch=compared.run.batch_id)
        sums = rows.aggregate(**{name: Sum(name) for name in AMOUNTS})
    labels = zip(AMOUNTS, BenefitItem, strict=True)
    return tuple((item.label, int(sums[name])) for name, item in labels if sums[name])


def _exceptions(proposal: Proposal | None) -> tuple[Unusual, ...]:
    """What the preview of a proposal says stands out."""
    told: Sequence[dict[str, object]] = json.loads(proposal.preview).get("exceptions", []) if proposal else []
    return tuple(Unusual(str(one["kind"]), str(one["text"]), _count(one)) for one in told)


def _count(one: Mapping[str, object]) -> int:
    people = one.get("people")
    return len(people) if isinstance(people, list) else 0


# ── All months ──


@dataclass(frozen=True)
class MonthLine:
    """A month in the list of months: its batch, whom it paid and how much, where it stands, and how many are not paid."""

    month: int
    batch: str
    people: int
    fen: int
    state: str
    locked_on: date
    unpaid: int


@dataclass(frozen=True)
class PayrollMonths:
    """All months, the latest first; the month whose turn it is; the proposal that waits for it, where there is one."""

    months: tuple[MonthLine, ...]
    turn: int
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
    turn = _turn(runs[0] if runs else None, viewer.day)
    waiting = Proposal.objects.filter(state=Proposal.State.PENDING, code="payroll.calculate").order_by("pk").first()
    lines = tuple(
        MonthLine(
            run.month,
            run.batch.number,
            run.people,
            run.total_fen,
            PaymentBatch.State(run.batch.state).label,
            run.act.business_date,
            len(unpaid.get(run.batch_id, ())),
        )
        for run in runs
    )
    return PayrollMonths(lines, turn, waiting.key if waiting else "")
