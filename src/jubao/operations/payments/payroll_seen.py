"""A payroll month as a page shows it: steps, what changed and why, whom somebody must look at, the bank's answer, holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Sum

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.payments.batch_acts import acts_of_month
from jubao.operations.payments.items import AMOUNTS
from jubao.operations.payments.payroll_changes import CAUSES, Cause, Changes
from jubao.operations.payments.payroll_compared import Compared, compared, following
from jubao.operations.payments.payroll_steps import PayrollStep, signed_for, steps_of
from jubao.records.models import PaymentBatch, PensionMonth, Proposal
from jubao.reports.business.bank_lines import (
    MOST_LINES,
    BankTotal,
    Trouble,
    all_banks,
    bank_totals,
    troubled,
    troubles_of,
)
from jubao.reports.business.named import Named, named
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import BenefitItem, ContributorEndReason, SuspensionReason, TerminationReason
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import SEARCHING, Viewer

PAYROLL = SEARCHING - {Post.OFFICE}
"""Posts with a part in the payroll or a look at it (controls e.2, rows 19 to 26)."""
ANSWERS = PAYROLL - {Post.CASHIER}
"""Posts that see what the bank answered; never the cashier who handed the file over (controls e.2, row 25)."""
LARGEST = 10
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
        month: YYYYMM; before: the month paid before it, None for the first one; next: the one after it, where there is a page of it.
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
        acts: what may be done with the month or its batch, and by whom.
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
    acts: tuple[OfferedAct, ...]

    @property
    def year(self) -> int:
        """The year of the month."""
        return months.year(self.month)

    @property
    def number(self) -> int:
        """The number of the month in its year."""
        return months.number(self.month)

    @property
    def more_people(self) -> int:
        """How many people more than in the month before."""
        return self.people - self.was_people

    @property
    def more_fen(self) -> int:
        """How much more than in the month before, fen."""
        return self.fen - self.was_fen

    @property
    def total(self) -> BankTotal:
        """All banks together."""
        return all_banks(self.banks)

    @property
    def unpaid(self) -> int:
        """Lines that were refused, given back, held, or not answered yet."""
        return self.total.lines - self.total.paid

    @property
    def unlocked(self) -> Both:
        """What is said of a month that is not locked."""
        return both("未锁定", "Not locked")


def payroll_month(month: int, *, viewer: Viewer) -> PayrollMonth | None:
    """A month that was locked, or whose turn it is; None for any other.

    Raises:
        MayNotLook: none of his posts has to do with payment, or he answers for some divisions only.
    """
    viewer.require(PAYROLL, "月度发放")
    viewer.require_everywhere("月度发放")
    found = compared(month, viewer.day)
    if found is None:
        return None
    run, changes = found.run, found.changes
    batch = run.batch if run else None
    signed = signed_for(month, batch)
    calculated = signed.of("payroll.calculate", 0)
    sees = bool(viewer.posts & ANSWERS)
    largest = largest_first(changes, np.arange(changes.person.size))[:LARGEST].tolist()
    unpaid = list(troubled(batch)[: MOST_LINES + 1]) if batch and sees else []
    keys = [int(changes.person[one]) for one in largest]
    people = named([*keys, *(row.person_id for row in unpaid if row.person_id)], viewer=viewer)
    causes = causes_of(changes)
    arrears = found.after.arrears
    return PayrollMonth(
        month=month,
        before=found.earlier.month if found.earlier else None,
        next=following(month, on=viewer.day) if run else None,
        is_locked=run is not None,
        batch=batch.number if batch else "",
        state=PaymentBatch.State(batch.state).label if batch else "",
        sha256=batch.file_sha256 if batch else "",
        people=found.after.people,
        fen=found.after.total,
        was_people=found.before.people,
        was_fen=found.before.total,
        arrears_people=arrears.people,
        arrears_fen=arrears.total,
        steps=steps_of(signed, on=viewer.day),
        causes=causes,
        looked_at=sum(one.people for one in causes if one.is_looked_at),
        largest=lines_of(changes, largest, people),
        left_out=len({*keys, *(row.person_id for row in unpaid if row.person_id)} - people.keys()),
        payers=_payers(found),
        exceptions=_exceptions(calculated.proposal if calculated else None),
        proposal=calculated.proposal.key if calculated else "",
        banks=bank_totals(batch) if batch else (),
        troubles=troubles_of(unpaid[:MOST_LINES], people),
        has_more_troubles=len(unpaid) > MOST_LINES,
        sees_answers=sees,
        acts=acts_of_month(month, batch, viewer),
    )


def causes_of(changes: Changes) -> tuple[CauseLine, ...]:
    """The causes that concern somebody, in the order a page tells them."""
    found = []
    for cause in CAUSES:
        some = changes.under(cause)
        if some.any():
            people, head, fen = int(some.sum()), int(changes.head[some].sum()), int(changes.fen[some].sum())
            found.append(CauseLine(str(cause), cause.words, people, head, fen, cause.is_looked_at))
    return tuple(found)


def largest_first(changes: Changes, some: Ids) -> Ids:
    """Places in the order of how much they change, the largest first, then by person."""
    order: Ids = np.lexsort((changes.cause[some], changes.person[some], -np.abs(changes.fen[some])))
    return some[order]


def lines_of(changes: Changes, places: Sequence[int], people: Mapping[int, Named]) -> tuple[ChangeLine, ...]:
    """Some differences as lines; those of people the viewer does not see are left out."""
    lines = []
    for one in places:
        if (who := people.get(int(changes.person[one]))) is not None:
            cause = CAUSES[int(changes.cause[one])]
            was, now, fen = (int(column[one]) for column in (changes.was, changes.now, changes.fen))
            reason = str(changes.reason[one])
            lines.append(ChangeLine(who, was, now, fen, cause.words, _why(cause, REASONS.get(reason, reason))))
    return tuple(lines)


def _why(cause: Cause, reason: str) -> str:
    """The reason in words; of who is paid again, why he was not."""
    if not reason or cause not in BACK:
        return reason if cause in GONE else ""
    return f"原为{reason}"


BACK = frozenset({Cause.RESUMED, Cause.REINSTATED})
GONE = frozenset({Cause.SUSPENDED, Cause.DIED, Cause.ENDED})


def _payers(found: Compared) -> tuple[tuple[str, int], ...]:
    """By item of the pension, what a month pays, fen; items that pay nothing are left out."""
    sums = found.payers
    if sums is None:
        assert found.run is not None, "a month is locked, or its due months were worked out"
        rows = PensionMonth.objects.filter(batch=found.run.batch_id)
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
