"""What every comparison of a list leaves, the first and the later ones: its record, its words, what it holds or sets aside."""

from collections.abc import Collection, Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Given, Unit
from jubao.operations.payments.holding import keep_back_pensions
from jubao.operations.people import in_slices
from jubao.operations.registers.candidate_store import RowState, State, move_candidates, move_rows
from jubao.operations.registers.comparison import Comparison
from jubao.operations.registers.kinds import HOLDING
from jubao.records.models import MatchCandidate, MatchList, MatchRun

SHOWN = 5

COUNTED = (
    Given("compared", "比对行数", "rows compared", Unit.ROWS),
    Given("accepted", "可比对行数", "rows with a valid number", Unit.ROWS),
    Given("rejected", "退回行数", "rows given back", Unit.ROWS),
    Given("waiting", "待核号行数", "rows without a number", Unit.ROWS),
    Given("hits", "命中", "hits", Unit.ROWS),
    Given("fuzzy", "打分得出的疑点", "suspicions by score", Unit.ROWS),
    Given("asked", "须向来源核实的行", "rows to ask the sender about", Unit.ROWS),
    Given("outside", "期间与本地无关的行", "rows about a time before ours", Unit.ROWS),
    Given("candidates", "新疑点", "new suspicions", Unit.ROWS),
    Given("remembered", "已排除不再提示", "cleared before", Unit.ROWS),
    Given("stale", "失效疑点", "suspicions set aside", Unit.ROWS),
    Given("held", "随命中扣留的明细", "locked lines held", Unit.ROWS),
)
"""What every comparison of a list gives."""


def add_run(
    listed: MatchList, found: Comparison, changes: Changes, *, fresh: int, remembered: int, stale: int
) -> MatchRun:
    """Plan the record of one comparison of a list."""
    return changes.add(
        MatchRun(
            match_list=listed,
            seq=1 + MatchRun.objects.filter(match_list=listed.pk).count(),
            model_version=found.model,
            hits=found.hits,
            candidates=fresh,
            remembered=remembered,
            stale=stale,
        )
    )


def counts_of(found: Comparison) -> dict[str, int]:
    """What a comparison counted, by the names of the result."""
    return {
        "compared": found.rows,
        "accepted": found.accepted,
        "rejected": found.rejected,
        "waiting": found.waiting,
        "hits": found.hits,
        "fuzzy": len(found.fuzzy),
        "asked": len(found.asked),
        "outside": len(found.outside),
    }


def tell(found: Comparison, changes: Changes) -> None:
    """What whoever signs must see first: rows to ask about, and rows about a time that is not ours."""
    if found.asked:
        first = "；".join(f"第{row}行 {question}" for row, question in sorted(found.asked.items())[:SHOWN])
        rest = "等" if len(found.asked) > SHOWN else ""
        changes.notice(
            f"{len(found.asked)} 行有不能读取或不能确定的内容，号码照常比对，须向来源单位核实：{first}{rest}"
        )
    if found.outside:
        rows = "、".join(map(str, sorted(found.outside)[:SHOWN])) + ("等" if len(found.outside) > SHOWN else "")
        changes.notice(f"{len(found.outside)} 行所述期间在本地待遇或参保开始之前已经结束，不构成疑点：第{rows}行")


def hold_back(listed: MatchList, people: Collection[int], changes: Changes) -> int:
    """Hold what is locked and not released for people on whom a list casts doubt; how many lines that were.

    Source: 社会保险经办条例第二十六条: a hit is looked at before the money leaves.
    """
    if listed.kind not in HOLDING or not people:
        return 0
    starts = dict.fromkeys(sorted(people), 0)
    held = keep_back_pensions(starts, f"名单{listed.number}命中，核实前扣留", changes=changes)
    if held:
        changes.notice(f"已锁定未放行的养老金有 {len(held)} 笔明细随名单 {listed.number} 的命中扣留，核实前不支付")
    return len(held)


def set_aside(rows: Sequence[MatchCandidate], why: str, changes: Changes, *, paired: Collection[int] = ()) -> None:
    """Plan that suspicions have lost their ground; a row of the list that is left without any waits again.

    Args:
        rows: the suspicions.
        why: the reason.
        changes: the plan it becomes part of.
        paired: keys of register rows on which the same plan raises another suspicion.
    """
    move_candidates(rows, changes, state=str(State.STALE), evidence=[why] * len(rows))
    leaving = {row.pk for row in rows}
    sources = sorted({row.register_row_id for row in rows if row.register_row_id is not None} - set(paired))
    standing = MatchCandidate.objects.exclude(state=State.STALE).order_by("id")
    kept = {
        source
        for part in in_slices(sources)
        for key, source in standing.filter(register_row__in=part).values_list("id", "register_row_id")
        if key not in leaving
    }
    lone = [key for key in sources if key not in kept]
    move_rows(lone, str(RowState.WAITING), [why] * len(lone), changes)
