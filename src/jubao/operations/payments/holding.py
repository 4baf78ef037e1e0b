"""Holding lines back between lock and release: not paid, not lost, and never sent to the bank."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, Words, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.people import in_slices, shown
from jubao.records import bulk
from jubao.records.models import (
    BankLine,
    CandidateEvent,
    DelegatedLine,
    LineHold,
    MatchCandidate,
    PaymentBatch,
    Payout,
    PayrollLine,
    Person,
)

HELD = "HELD"


class HoldLine(Arguments):
    """A payee whose line in a locked batch must not go to the bank, and why; a list if one says so."""

    batch: str
    person: str
    reason: Words
    list_number: str = ""


@act("payment.hold", title="锁定后扣留", arguments=HoldLine, maker=Post.BENEFITS, chain=[check(Post.ACCOUNTS)])
def hold_payments(cases: Sequence[HoldLine], *, on: date, act: ActReference) -> Result:
    """Take lines out of a locked batch; the rest is released without them.

    Held months of a pension are paid by a later run once nothing stands against them, a held single sum waits
    for the next collection, a month held for another programme for that programme's next month.
    Source: 社会保险经办条例第二十六条（疑点应当核实后处理）.
    """
    faults: list[str] = []
    found = [_lines_of(index, case, faults) for index, case in enumerate(cases, start=1)]
    if faults:
        raise Refused(f"扣留未办理：共 {len(faults)} 处不符", faults=faults)
    held: set[int] = set()
    total = 0
    for case, lines in zip(cases, found, strict=True):
        fresh = [line for line in lines if line.pk not in held]
        candidates = _suspicions(case, lines)
        keep_back(fresh, case.reason, act=act, candidates=candidates)
        held |= {line.pk for line in fresh}
        total += sum(line.amount_fen for line in fresh)
    return {"held": len(held), "held_fen": total}


def _lines_of(index: int, case: HoldLine, faults: list[str]) -> list[BankLine]:
    """The payee's lines of a batch that is still locked; what is wrong goes to ``faults``."""
    where = f"第{index}项 {shown(case.person)}"
    batch = PaymentBatch.objects.filter(number=case.batch).first()
    if batch is None:
        faults.append(f"{where}：没有编号为 {case.batch} 的支付批次，请核对批次号")
        return []
    if batch.state != PaymentBatch.State.LOCKED:
        state = PaymentBatch.State(batch.state).label
        faults.append(f"{where}：批次 {batch.number} {state}，只能扣留已锁定未放行的明细，请待银行回盘后办理")
        return []
    number = Person.objects.filter(resident_number=case.person).values_list("personal_number", flat=True).first()
    lines = list(batch.lines.filter(payee_number=number or case.person).order_by("seq"))
    waiting = [line for line in lines if not line.result]
    if not lines:
        faults.append(f"{where}：批次 {batch.number} 中没有此人的明细，请核对公民身份号码或个人编号")
    elif not waiting:
        faults.append(f"{where}：批次 {batch.number} 中此人的明细已经扣留，不必重复办理")
    if case.list_number and not _suspicions(case, lines):
        faults.append(f"{where}：名单 {case.list_number} 上没有此人的疑点，请核对名单号")
    return waiting


def _suspicions(case: HoldLine, lines: Sequence[BankLine]) -> dict[int, int]:
    """The suspicion behind a hold by person, where the case names its list."""
    if not case.list_number:
        return {}
    people = {line.person_id for line in lines if line.person_id is not None}
    rows = MatchCandidate.objects.filter(match_list__number=case.list_number, person__in=people).order_by("-id")
    return dict(rows.values_list("person_id", "id"))


def keep_back(
    lines: Sequence[BankLine], reason: str, *, act: ActReference, candidates: Mapping[int, int] | None = None
) -> None:
    """Hold lines of locked batches, and with them what they were to pay.

    Args:
        lines: bank lines of locked batches, none held yet.
        reason: why, as it will be read.
        candidates: suspicion by person, where one is the reason.
    """
    if not lines:
        return
    assert all(line.batch.state == PaymentBatch.State.LOCKED for line in lines), "only a locked line can be held"
    behind = candidates or {}
    keys = [line.pk for line in lines]
    bulk.insert(
        LineHold,
        {
            "bank_line_id": np.array(keys, dtype=np.int64), "reason": reason[:200], "act_id": act.id,
            "candidate_id": [behind.get(line.person_id or 0) for line in lines],
        },
        count=len(keys),
    )  # fmt: skip
    for part in in_slices(keys):
        BankLine.objects.filter(pk__in=part).update(result=HELD)
        PayrollLine.objects.filter(bank_line__in=part).update(state=HELD)
        DelegatedLine.objects.filter(bank_line__in=part).update(state=HELD)
        Payout.objects.filter(orders__bank_line__in=part).update(state="DUE")


def keep_back_pensions(from_month: Mapping[int, int], reason: str, *, act: ActReference) -> int:
    """Hold the locked pension lines of people whose award stops, from each one's month on.

    Args:
        from_month: person id to the first benefit month that must not be paid any more.
    Returns:
        number of lines held; a line that also carries earlier months is held whole.
    """
    keys: set[int] = set()
    for part in in_slices(sorted(from_month)):
        rows = PayrollLine.objects.filter(person__in=part, state="DUE", batch__state=PaymentBatch.State.LOCKED)
        keys |= {line for line, person, month in rows.values_list("bank_line_id", "person_id", "month")
                 if month >= from_month[person]}  # fmt: skip
    lines = [line for part in in_slices(sorted(keys))
             for line in BankLine.objects.filter(pk__in=part).select_related("batch").order_by("id")]  # fmt: skip
    keep_back(lines, reason, act=act, candidates=_decided_now(from_month, act))
    return len(lines)


def _decided_now(people: Iterable[int], act: ActReference) -> dict[int, int]:
    """Suspicions this very act decides, by person."""
    rows = CandidateEvent.objects.filter(act_id=act.id, candidate__person__in=list(people)).order_by("-id")
    return dict(rows.values_list("candidate__person_id", "candidate_id"))
