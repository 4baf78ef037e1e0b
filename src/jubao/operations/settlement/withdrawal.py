"""Claims withdrawn: months that were claimed back and turn out to be due after all, with their money put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Sum

from jubao.operations.contributions.accounts import SOURCES, Postings, balance_matrix, post_to_accounts
from jubao.operations.envelope.changes import Changes
from jubao.operations.fund.books import amounts_by_item, enter, legs_of, open_day
from jubao.operations.people import in_slices
from jubao.operations.settlement.ending_terms import MonthAmount
from jubao.operations.settlement.overpayment import sums_by_item
from jubao.records.models import OverpaidMonth, Overpayment, RecoveryEvent, WithdrawnMonth
from jubao.reports.law import office_policy
from jubao.rules.benefit import account_draw
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind


@dataclass(frozen=True)
class DueAgain:
    """Months, half-open, of a person's pension that are due although an act has claimed them back."""

    person: int
    claimed_by: int
    first: int
    end: int


@dataclass
class Withdrawn:
    """What withdrawing did for one person: months that came back already and are owed again, and fen set off before."""

    owed: list[MonthAmount]
    set_off_fen: int = 0


def withdraw(due: Sequence[DueAgain], basis: str | Mapping[int, str], changes: Changes) -> dict[int, Withdrawn]:
    """Plan that claims are withdrawn for months that are due after all.

    What is open of such a month is given up and drawn from the account again as it had been; what was paid back
    already is owed again, by the caller. What a settlement set off goes the way of that settlement.

    Args:
        due: the months, at most one period a person.
        basis: the evidence, as it will be read; one for all, or by person.
    Returns:
        by person.
    """
    wanted = {one.person: one for one in due}
    result = {person: Withdrawn([]) for person in wanted}
    given_up: dict[int, list[MonthAmount]] = {}
    for claim in _claims(wanted):
        period, mine = wanted[claim.person_id], result[claim.person_id]
        open_part = 0
        for row, parts in _spread(claim):
            if not period.first <= row.month < period.end:
                continue
            lifted = parts.get("OPEN", 0) + parts.get("OFFSET", 0)
            if lifted:
                changes.add(WithdrawnMonth(overpaid_month_id=row.pk, amount_fen=lifted))
                given_up.setdefault(claim.person_id, []).append(MonthAmount(row.month, row.item, lifted))
            if parts.get("RECEIPT", 0):
                mine.owed.append(MonthAmount(row.month, row.item, parts["RECEIPT"]))
            open_part += parts.get("OPEN", 0)
            mine.set_off_fen += parts.get("OFFSET", 0)
        _close(claim, open_part, basis if isinstance(basis, str) else basis[claim.person_id], changes)
    _put_right(given_up, changes)
    return result


def _claims(wanted: Mapping[int, DueAgain]) -> list[Overpayment]:
    """The claims against some people that the acts in question made."""
    return [
        claim
        for part in in_slices(sorted(wanted))
        for claim in Overpayment.objects.filter(person__in=part).order_by("id")
        if claim.act_id == wanted[claim.person_id].claimed_by
    ]


def _spread(claim: Overpayment) -> list[tuple[OverpaidMonth, dict[str, int]]]:
    """What became of every month and item of a claim: fen by kind of recovery, oldest first, and what is open."""
    rows = list(OverpaidMonth.objects.filter(overpayment=claim).order_by("month", "item"))
    lifted = WithdrawnMonth.objects.filter(overpaid_month__overpayment=claim).order_by("overpaid_month")
    gone = dict(lifted.values_list("overpaid_month").annotate(fen=Sum("amount_fen")))
    left = {row.pk: row.amount_fen - gone.get(row.pk, 0) for row in rows}
    spread: dict[int, dict[str, int]] = {row.pk: {} for row in rows}
    for event in RecoveryEvent.objects.filter(overpayment=claim).exclude(kind="WITHDRAWN").order_by("id"):
        fen = event.amount_fen
        for row in rows:
            part = min(fen, left[row.pk])
            if part:
                spread[row.pk][event.kind] = spread[row.pk].get(event.kind, 0) + part
                left[row.pk] -= part
                fen -= part
    for row in rows:
        if left[row.pk]:
            spread[row.pk]["OPEN"] = left[row.pk]
    return [(row, spread[row.pk]) for row in rows]


def _close(claim: Overpayment, fen: int, basis: str, changes: Changes) -> None:
    """Take what is no longer claimed from what is open."""
    if not fen:
        return
    changes.add(RecoveryEvent(overpayment_id=claim.pk, kind="WITHDRAWN", amount_fen=fen, basis=basis))
    still_open = changes.head(Overpayment, claim.pk, "open_fen", claim.open_fen)
    changes.update(Overpayment, [claim.pk], open_fen=still_open - fen)


def _put_right(given_up: Mapping[int, Sequence[MonthAmount]], changes: Changes) -> None:
    """Book the months as the expenditure they are after all, and draw their account part again."""
    listed = [month for some in given_up.values() for month in some]
    take_back("overpayment_found", amounts_by_item(sums_by_item(listed)), changes=changes, memo="撤销多发待遇")
    person = np.array(sorted(given_up), dtype=np.int64)
    parts = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    for place, key in enumerate(person.tolist()):
        for month in given_up[key]:
            source = BenefitItem(month.item).source
            if source is not None:
                parts[place, SOURCES.index(source)] += month.amount_fen
    drawn = account_draw(balance_matrix(person, changes), parts)
    drawing = Postings(person, -drawn, months.of(changes.view.on))
    post_to_accounts(drawing, EntryKind.PENSION, event="account_drawn", changes=changes, memo="撤销多发待遇")


def take_back(event: str, amounts: Mapping[str, int], *, changes: Changes, memo: str) -> None:
    """Plan the voucher of a business event with its sides turned round, on the business date."""
    view = changes.view
    template = office_policy().posting(event, view.on)
    legs = legs_of(template, {name: -fen for name, fen in amounts.items()}, signed=True)
    if not legs:
        return
    day, late_for = open_day(template["book"], view.on, view=view, accounts={leg.account for leg in legs})
    enter(
        changes,
        template["book"],
        legs,
        on=day,
        event=event,
        memo=memo,
        reference=view.case_ref,
        late_for=late_for,
    )
