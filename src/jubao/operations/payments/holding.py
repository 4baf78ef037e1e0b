"""Holding lines back between lock and release: not paid, not lost, and never sent to the bank."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import BatchRef, Domain, Kind, PersonRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import in_slices, shown
from jubao.records.models import (
    BankLine,
    CandidateEvent,
    DelegatedLine,
    LineHold,
    MatchCandidate,
    MatchList,
    PaymentBatch,
    Payout,
    PensionMonth,
    Person,
)

HELD = "HELD"
LONGEST_REASON = 200
ListOrNone = Annotated[str, Domain(Kind.LIST)]
"""A list by its number, or the empty text."""


class HoldLine(Arguments):
    """A payee whose line in a locked batch must not go to the bank, and why; a list if one says so."""

    batch: BatchRef = ask("支付批次", "Batch", hint="批次号，如 Y20170201")
    person: PersonRef = ask("收款人", "Payee", hint="公民身份号码、个人编号，或代发人员编号 D00000001")
    reason: Text = ask("扣留原因", "Reason", shortest=1, column=(LineHold, "reason"))
    list_number: ListOrNone = ask(
        "名单号", "List", default="", hint="依据名单扣留的，填名单号", column=(MatchList, "number")
    )


@act(
    "payment.hold",
    title="锁定后扣留",
    asks=HoldLine,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS)],
    about=About.BATCH,
    undone_by=Final("扣留的款项不丢失：疑点排除后由下一次发放补发，一次性支付由下一次汇总再列，不必撤销"),
    papers=[Paper("扣留依据（名单、来函或核查记录）", required=False)],
    gives=[
        Given("held", "扣留笔数", "lines held", Unit.ROWS),
        Given("held_fen", "扣留金额", "amount held", Unit.FEN),
    ],
)
class Hold:
    """Take lines out of a locked batch; the rest is released without them.

    Held months of a pension are paid by a later run once nothing stands against them, a held single sum waits
    for the next collection, a month held for another programme for that programme's next month.
    Source: 社会保险经办条例第二十六条（疑点应当核实后处理）.
    """

    def check(self, cases: Sequence[HoldLine], view: View) -> Faults:
        """Only a waiting line of a locked batch is held, once; a list that is named must say something of the payee."""
        faults = Faults()
        seen: set[int] = set()
        for number, case in enumerate(cases, start=1):
            waiting = _check_lines(number, case, view, faults)
            if waiting and {line.pk for line in waiting} <= seen:
                faults.add(
                    number, "person", "在同一申请中出现两次", next_step="请删去重复的一项", place=shown(case.person)
                )
            seen |= {line.pk for line in waiting}
        return faults

    def plan(self, cases: Sequence[HoldLine], view: View) -> Changes:
        """The held lines, with what they were to pay."""
        changes = Changes(view)
        held: list[BankLine] = []
        for case in cases:
            lines = [line for line in _lines_of(case, view) if not line.result]
            keep_back(lines, case.reason, changes=changes, candidates=_suspicions(case, lines, view))
            held += lines
        return changes.giving(held=len(held), held_fen=sum(line.amount_fen for line in held))


def _check_lines(number: int, case: HoldLine, view: View, faults: Faults) -> list[BankLine]:
    """The payee's waiting lines of a batch that is still locked; what is wrong goes to ``faults``."""
    place = shown(case.person)
    batch = _batch(case, view)
    if batch is None:
        faults.add(number, "batch", f"没有编号为 {case.batch} 的支付批次", next_step="请核对批次号", place=place)
        return []
    if batch.state != PaymentBatch.State.LOCKED:
        state = PaymentBatch.State(batch.state).label
        rule = f"批次 {batch.number} {state}，只能扣留已锁定未放行的明细"
        faults.add(number, "batch", rule, next_step="请待银行回盘后办理", place=place)
        return []
    lines = _lines_of(case, view)
    waiting = [line for line in lines if not line.result]
    if not lines:
        rule = f"批次 {batch.number} 中没有此人的明细"
        faults.add(number, "person", rule, next_step="请核对公民身份号码或个人编号", place=place)
    elif not waiting:
        rule = f"批次 {batch.number} 中此人的明细已经扣留"
        faults.add(number, "person", rule, next_step="不必重复办理", place=place)
    if case.list_number and not _suspicions(case, lines, view):
        rule = f"名单 {case.list_number} 上没有此人的疑点"
        faults.add(number, "list_number", rule, next_step="请核对名单号", place=place)
    return waiting


def _batch(case: HoldLine, view: View) -> PaymentBatch | None:
    return view.once(("batch", case.batch), lambda: PaymentBatch.objects.filter(number=case.batch).first())


def _lines_of(case: HoldLine, view: View) -> list[BankLine]:
    """The payee's lines of the batch."""

    def read() -> list[BankLine]:
        batch = _batch(case, view)
        number = Person.objects.filter(resident_number=case.person).values_list("personal_number", flat=True).first()
        lines = BankLine.objects.filter(batch=batch, payee_number=number or case.person)
        return list(lines.select_related("batch").order_by("seq"))

    return view.once(("lines to hold", case.batch, case.person), read)


def _suspicions(case: HoldLine, lines: Sequence[BankLine], view: View) -> dict[int, int]:
    """The suspicion behind a hold by person, where the case names its list."""
    if not case.list_number:
        return {}
    people = sorted({line.person_id for line in lines if line.person_id is not None})

    def read() -> dict[int, int]:
        rows = MatchCandidate.objects.filter(match_list__number=case.list_number, person__in=people).order_by("-id")
        return dict(rows.values_list("person_id", "id"))

    return view.once(("suspicions", case.list_number, tuple(people)), read)


def keep_back(
    lines: Sequence[BankLine], reason: str, *, changes: Changes, candidates: Mapping[int, int] | None = None
) -> list[int]:
    """Hold lines of locked batches, and with them what they were to pay; what the plan holds already stays as it is.

    Args:
        lines: bank lines of locked batches, with their batch read.
        reason: why, as it will be read.
        candidates: suspicion by person, where one is the reason.
    Returns:
        ids of the pension months held, in order.
    """
    lines = [line for line in lines if not changes.head(BankLine, line.pk, "result", line.result)]
    if not lines:
        return []
    assert all(line.batch.state == PaymentBatch.State.LOCKED for line in lines), "only a locked line can be held"
    behind = candidates or {}
    keys = [line.pk for line in lines]
    changes.insert(
        LineHold,
        {
            "bank_line_id": keys,
            "reason": reason[:LONGEST_REASON],
            "candidate_id": [behind.get(line.person_id or 0) for line in lines],
        },
        count=len(keys),
    )
    changes.update(BankLine, keys, result=HELD)
    pension = _behind(PensionMonth.objects.all(), "bank_line__in", keys)
    changes.update(PensionMonth, pension, state=HELD)
    changes.update(DelegatedLine, _behind(DelegatedLine.objects.all(), "bank_line__in", keys), state=HELD)
    changes.update(Payout, _behind(Payout.objects.all(), "orders__bank_line__in", keys), state="DUE")
    return pension


def _behind(rows: Any, key: str, bank_lines: Sequence[int]) -> list[int]:
    """Ids of what some bank lines were to pay."""
    found = {
        pk
        for part in in_slices(bank_lines)
        for pk in rows.filter(**{key: part}).order_by("id").values_list("id", flat=True)
    }
    return sorted(found)


@dataclass(frozen=True)
class MonthDue:
    """A pension month the bank has not answered; locked: it has not left yet and can be kept back."""

    bank_line: int
    person: int
    month: int
    is_locked: bool


def months_due_now(people: Collection[int], view: View) -> list[MonthDue]:
    """The months of some people that are due and not answered, read once for check and plan."""
    wanted = sorted(people)
    return view.once(("months due", tuple(wanted)), lambda: _months_due(wanted))


def _months_due(people: Sequence[int]) -> list[MonthDue]:
    found = []
    for part in in_slices(people):
        rows = PensionMonth.objects.filter(person__in=part, state="DUE").order_by("id")
        for line, person, month, state in rows.values_list("bank_line_id", "person_id", "month", "batch__state"):
            found.append(MonthDue(line, person, month, state == PaymentBatch.State.LOCKED))
    return found


def keep_back_pensions(starts: Mapping[int, int], why: str, *, changes: Changes) -> list[int]:
    """Hold the locked pension lines of people whose award stops, from each one's month on.

    A suspicion that the same plan has decided before is named as what is behind the hold.

    Args:
        starts: person id to the first benefit month that must not be paid any more.
        why: the reason, as it will be read.
    Returns:
        ids of the pension months held; a bank line that also carries earlier months is held whole.
    """
    due = months_due_now(list(starts), changes.view)
    keys = {month.bank_line for month in due if month.is_locked and month.month >= starts[month.person]}
    lines = [
        line
        for part in in_slices(sorted(keys))
        for line in BankLine.objects.filter(pk__in=part).select_related("batch").order_by("id")
    ]
    return keep_back(lines, why, changes=changes, candidates=_decided_here(starts, changes))


def _decided_here(people: Iterable[int], changes: Changes) -> dict[int, int]:
    """Suspicions this very plan decides, by person; the first decision counts."""
    wanted = set(people)
    decided = [candidate for (candidate,) in changes.added(CandidateEvent, "candidate_id")]
    owner = dict(enumerate((person for (person,) in changes.added(MatchCandidate, "person_id")), start=1))
    owner = {-place: person for place, person in owner.items()}
    for part in in_slices(sorted({key for key in decided if key > 0})):
        owner |= dict(MatchCandidate.objects.filter(pk__in=part).order_by("id").values_list("id", "person_id"))
    found: dict[int, int] = {}
    for candidate in decided:
        if owner[candidate] in wanted:
            found.setdefault(owner[candidate], candidate)
    return found
