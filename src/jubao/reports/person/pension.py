"""A pension and how it came about: the calculation sheet as a tree with the law behind each part, and its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.policy.in_force import NoLawForDay
from jubao.records.models import Award, AwardEvent
from jubao.reports.explanation.award import sheet_tree
from jubao.reports.explanation.unpaid import REASONS
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.posts import LABELS


@dataclass(frozen=True)
class Law:
    """The row of law a part rests on: its key, what it is called, the document and part of it, its title, and since when.

    ``fen`` is its value where that is money, else None, and ``value`` says it; ``uncertain`` what nobody could verify, or
    empty.
    """

    key: str
    term: str
    source: str
    title: str
    since: str
    fen: int | None
    value: str
    uncertain: str


@dataclass(frozen=True)
class Part:
    """One part of a monthly pension: its item, label, fen, since which month, the law behind it, or where it comes from."""

    item: str
    title: str
    fen: int
    from_month: int
    law: Law | None
    comes_from: str


@dataclass(frozen=True)
class Branch:
    """Parts that belong together: basic pension, or what the account pays; their sum, fen."""

    is_account: bool
    parts: tuple[Part, ...]
    fen: int


@dataclass(frozen=True)
class FromSource:
    """What the account held of one source when the pension was awarded: code, label, fen, and how many entries made it."""

    source: str
    title: str
    fen: int
    entries: int


@dataclass(frozen=True)
class Sheet:
    """A calculation sheet for one benefit month.

    Attributes:
        month: of the sheet; total_fen: the monthly pension; branches: basic, then account.
        required_years, paid_years: as the award states them.
        balance_fen: of the account at the award; divisor: months it is spread over, None where it was taken over;
            sources: what the balance was made of.
        silent: why the law could not be read, or empty; then the parts stand without it.
    """

    month: int
    total_fen: int
    branches: tuple[Branch, ...]
    required_years: int
    paid_years: int
    balance_fen: int
    divisor: Law | None
    sources: tuple[FromSource, ...]
    silent: str


@dataclass(frozen=True)
class Turn:
    """One change of a pension: what, from which month, why, on what paper, and what was to follow.

    ``due`` and ``post`` say by when and by whom the next step was due; ``on`` is the business date, ``event`` its number.
    """

    kind: str
    month: int
    reason: str
    evidence: str
    memo: str
    due: date | None
    post: str
    on: date
    event: int


@dataclass(frozen=True)
class Pension:
    """A pension: since when, whether it was taken over, decided and applied when, its sheet, and its changes, the latest first.

    ``suspended_from`` and ``ended_month`` are None where it runs; ``event`` is the number of the event that awarded it.
    """

    start_month: int
    taken_over: bool
    decided: date
    applied: date | None
    suspended_from: int | None
    ended_month: int | None
    sheet: Sheet
    turns: tuple[Turn, ...]
    event: int


def pension_of(award: Award, month: int) -> Pension:
    """A pension as it stands in a benefit month; in the last month before its end, or its first, where the month lies outside.

    Args:
        award: with its person, act and changes read beside it.
        month: YYYYMM.
    """
    return Pension(
        start_month=award.start_month,
        taken_over=award.opened_with_register,
        decided=award.act.business_date,
        applied=award.applied_date,
        suspended_from=award.suspended_from,
        ended_month=award.ended_month,
        sheet=_sheet(award, month_told(award, month)),
        turns=turns_of(award),
        event=award.act_id,
    )


def month_told(award: Award, month: int) -> int:
    """The month a pension is told of: the one asked for, or the nearest in which it ran."""
    asked = max(month, award.start_month)
    if award.ended_month is not None and asked >= award.ended_month:
        asked = max(months.add(award.ended_month, -1), award.start_month)
    return asked


def turns_of(award: Award) -> tuple[Turn, ...]:
    """The changes of a pension, the latest first."""
    return tuple(_turn(one) for one in sorted(award.events.all(), key=lambda one: one.pk, reverse=True))


def _turn(event: AwardEvent) -> Turn:
    post = {str(one): label for one, label in LABELS.items()}.get(event.next_step_post, event.next_step_post)
    return Turn(
        kind=AwardEvent.Kind(event.kind).label,
        month=event.month,
        reason=REASONS.get(event.reason, event.reason),
        evidence=event.evidence,
        memo=" ".join(part for part in (event.memo, event.judgment) if part),
        due=event.due_date,
        post=post,
        on=event.act.business_date,
        event=event.act_id,
    )


def parts_in_force(award: Award, month: int) -> dict[str, int]:
    """What a pension pays in a month by item, fen, without the law behind it; its parts were read beside it."""
    rows = sorted(award.components.all(), key=lambda row: (row.item, row.from_month))
    return {
        row.item: row.amount_fen
        for row in rows
        if row.from_month <= month and (row.to_month is None or month < row.to_month)
    }


def branches_of(award: Award, month: int) -> tuple[Branch, ...]:
    """The parts in force in a month, basic pension and account, without the law behind them."""
    parts = [_part(one) for one in _without_law(award, month)["parts"]]
    return tuple(_branch(parts, is_account=side) for side in (False, True))


def _sheet(award: Award, month: int) -> Sheet:
    try:
        tree, silent = sheet_tree(award, month), ""
    except NoLawForDay as no:
        tree, silent = _without_law(award, month), str(no)
    parts = [_part(one) for one in tree["parts"]]
    account = tree["account"] or {}
    return Sheet(
        month=month,
        total_fen=sum(one.fen for one in parts),
        branches=tuple(_branch(parts, is_account=side) for side in (False, True)),
        required_years=award.required_years,
        paid_years=award.contributed_years,
        balance_fen=award.balance_fen,
        divisor=_law(account["divisor"]) if account else None,
        sources=tuple(
            FromSource(one["source"], one["title"], one["fen"], len(one["entries"]))
            for one in account.get("sources", ())
        ),
        silent=silent,
    )


def _without_law(award: Award, month: int) -> dict[str, Any]:
    """The parts alone, where the law of the day was never checked."""
    parts = [
        {
            "item": item,
            "title": BenefitItem(item).label,
            "fen": fen,
            "from_month": award.start_month,
            "law": None,
            "from": "",
        }
        for item, fen in parts_in_force(award, month).items()
    ]
    return {"parts": parts, "account": None}


def _branch(parts: list[Part], *, is_account: bool) -> Branch:
    own = tuple(one for one in parts if BenefitItem(one.item).is_account is is_account)
    return Branch(is_account, own, sum(one.fen for one in own))


def _part(told: Mapping[str, Any]) -> Part:
    law = _law(told["law"]) if told["law"] else None
    return Part(told["item"], told["title"], told["fen"], told["from_month"], law, told["from"])


def _law(told: Mapping[str, Any]) -> Law:
    is_money = told["unit"] == "fen"
    value = told["value"]
    return Law(
        key=told["key"],
        term=told["term"],
        source=told["source"],
        title=told["title"],
        since=told["valid_from"],
        fen=value if is_money else None,
        value=str(value) if isinstance(value, int | str) else "",
        uncertain=told["uncertain"] or "",
    )
