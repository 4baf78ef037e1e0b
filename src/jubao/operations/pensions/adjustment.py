"""A new basic pension from a month on: every running award changes, and months already paid are made up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.operations.pensions.award import add_components
from jubao.operations.people import in_slices
from jubao.records.models import Arrears, AwardComponent, PayrollLine
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind


class AdjustBasic(Arguments):
    """The first month the law's new basic pension is due, and the notice that says so."""

    month: int
    notice: str


@dataclass(frozen=True)
class Rise:
    """One award's item that rises: from which month, and by how much a month."""

    award: int
    item: str
    from_month: int
    new_fen: int
    more_fen: int


@act("award.adjust", title="基础养老金调整", arguments=AdjustBasic, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DIRECTOR)])  # fmt: skip
def adjust_basics(cases: Sequence[AdjustBasic], *, on: date, act: ActReference) -> Result:
    """Give every running award the basic pension in force from a month on; what was paid less is arrears.

    Old lines stay as they were paid; the difference is paid in lines of its own (调整补发). Awards that ended
    before the act keep what they had: their settlement names them to be made up by hand.
    Source: 人社部发〔2018〕21号（基础养老金正常调整）.
    """
    if len(cases) != 1:
        raise Refused("基础养老金调整须逐次办理")
    month = cases[0].month
    rises = _rises(month)
    if not rises:
        raise Refused(f"自 {month} 起执行的基础养老金与现行标准相同，没有需要调整的待遇")
    made_up = _arrears(rises, act)
    return {"awards": len({rise.award for rise in rises}), "arrears": made_up,
            "monthly_fen": sum(rise.more_fen for rise in rises)}  # fmt: skip


def _rises(month: int) -> list[Rise]:
    """Components below the new amount; each is closed and followed by the new one."""
    now = law(months.first_day(month)).basic_parts()
    running = AwardComponent.objects.filter(
        to_month__isnull=True, item__in=list(now), award__ended_month__isnull=True
    ).order_by("award", "item")
    rises, lowered = [], 0
    for row in running:
        more = now[row.item] - row.amount_fen
        lowered += more < 0
        if more > 0:
            first = max(month, row.from_month)
            rises.append(Rise(row.award_id, row.item, first, now[row.item], more))
    if lowered:
        raise Refused(f"有 {lowered} 份待遇的现行标准高于新标准，不得降低已核定的待遇")
    return rises


def _arrears(rises: Sequence[Rise], act: ActReference) -> int:
    made_up = [
        Arrears(act_id=act.id, award_id=rise.award, kind=ArrearsKind.ADJUSTMENT, from_month=first, to_month=last,
                item=rise.item, amount_fen=rise.more_fen)
        for rise, paid in zip(rises, _months_paid(rises), strict=True)
        for first, last in _stretches(paid)
    ]  # fmt: skip
    _replace(rises, act)
    Arrears.objects.bulk_create(made_up)
    return len(made_up)


def _months_paid(rises: Sequence[Rise]) -> list[list[int]]:
    """For each rise the months from its first on that have a line by the old amount, paid or to be paid again."""
    found: dict[tuple[int, str], set[int]] = {}
    for part in in_slices(sorted({rise.award for rise in rises})):
        lines = PayrollLine.objects.filter(award__in=part, adjustment=0, month__gte=min(r.from_month for r in rises))
        for award, item, month in lines.values_list("award_id", "item", "month"):
            found.setdefault((award, item), set()).add(month)
    return [sorted(m for m in found.get((r.award, r.item), ()) if m >= r.from_month) for r in rises]


def _stretches(paid: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Months in a row as half-open periods."""
    start = None
    for place, month in enumerate(paid):
        start = month if start is None else start
        after = months.add(month, 1)
        if place + 1 == len(paid) or paid[place + 1] != after:
            yield start, after
            start = None


def _replace(rises: Sequence[Rise], act: ActReference) -> None:
    by_item: dict[tuple[str, int], list[Rise]] = {}
    for rise in rises:
        by_item.setdefault((rise.item, rise.from_month), []).append(rise)
    for (item, first), some in by_item.items():
        for part in in_slices([rise.award for rise in some]):
            AwardComponent.objects.filter(award__in=part, item=item, to_month__isnull=True).update(to_month=first)
        award = np.array([rise.award for rise in some], dtype=np.int64)
        amount = np.array([rise.new_fen for rise in some], dtype=np.int64)
        add_components(award, item, amount, np.full(award.size, first), None, act)
