"""How one pension came about, or why nothing was paid: a tree from the person down to law, entries and vouchers."""

from typing import Any

from jubao.ledger.models import Voucher
from jubao.records.models import (
    Award,
    Certification,
    Enrolment,
    LateReturn,
    LineHold,
    LineReturn,
    PaymentBatch,
    PayrollLine,
    PayrollRun,
    Person,
)
from jubao.reports.explanation.award import BESIDE_AWARD, award_tree
from jubao.reports.explanation.unpaid import why_not
from jubao.reports.viewers import people_seen
from jubao.vocabulary import resident_number as numbers
from jubao.vocabulary.codes import ArrearsKind, BankFailure, BenefitItem, RelationState
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import Viewer

Tree = dict[str, Any]


class NobodyByThisNumber(LookupError):
    """The register knows nobody by this personal or resident number."""


def explain(reference: str, month: int, *, viewer: Viewer) -> Tree:
    """The tree of one person's pension of one benefit month, ready for JSON; amounts in fen.

    Args:
        reference: personal number or resident number.
        month: benefit month, YYYYMM.
        viewer: who asks; somebody of another's divisions is as absent as who never enrolled.
    Raises:
        NobodyByThisNumber: with the reason: the number is impossible, or not in the register.
        MayNotLook: none of the viewer's posts may look at people, or he stays away from this one.
    """
    person = find_person(reference, viewer)
    viewer.require_distance(person.resident_number)
    viewer.looks_at([person.pk], "待遇说明", conditions=str(month))
    awards = Award.objects.filter(person=person, start_month__lte=month).prefetch_related(*BESIDE_AWARD)
    award = awards.order_by("-start_month", "-id").first()
    lines = [_line(line) for line in _lines_of(person, month)]
    paid = sum(line["fen"] for line in lines if line["state"] == "PAID")
    tree: Tree = {
        "person": _person(person, viewer),
        "month": month,
        "paid_fen": paid,
        "award": award_tree(award, month) if award else None,
        "lines": lines,
        "batches": [_batch(PaymentBatch.objects.get(number=n)) for n in dict.fromkeys(x["batch"] for x in lines)],
    }
    if not paid:
        tree["why_not"] = [str(answer) for answer in why_not(person, award, month)]
    return tree


def find_person(reference: str, viewer: Viewer) -> Person:
    """Who bears a number, within the viewer's divisions. Raises NobodyByThisNumber, MayNotLook."""
    people = people_seen(viewer)
    person = people.filter(personal_number=reference).first()
    if person is not None:
        return person
    try:
        number = numbers.normalise(reference)
    except numbers.InvalidResidentNumber as invalid:
        raise NobodyByThisNumber(f"没有个人编号 {reference[:4]}…；作为公民身份号码也不合法：{invalid}") from invalid
    person = people.filter(resident_number=number).first()
    if person is None:
        raise NobodyByThisNumber(f"{numbers.mask(number)} 未参保：不在参保登记中，请先办理参保登记")
    return person


def _person(person: Person, viewer: Viewer) -> Tree:
    enrolment = Enrolment.objects.get(person=person)
    certified = Certification.objects.filter(person=person).order_by("-certified_date").first()
    return {
        "personal_number": person.personal_number,
        "name": person.name[:1] + "*" * (len(person.name) - 1),
        "resident_number": viewer.told(Mask.NUMBER, person.resident_number),
        "born": str(viewer.told(Mask.NUMBER, person.birth_date)),
        "state": RelationState(person.state).label,
        "enrolled_month": enrolment.enrolled_month,
        "certified_date": certified.certified_date.isoformat() if certified else None,
    }


def _lines_of(person: Person, month: int) -> list[PayrollLine]:
    lines = PayrollLine.objects.filter(person=person, month=month).select_related("batch", "bank_line")
    return list(lines.order_by("id"))


def _line(line: PayrollLine) -> Tree:
    answer = LineReturn.objects.filter(bank_line=line.bank_line_id).first()
    held = LineHold.objects.filter(bank_line=line.bank_line_id).first()
    silence = f"锁定后扣留：{held.reason}" if held else "尚未回盘"
    return {
        "item": line.item,
        "title": BenefitItem(line.item).label,
        "fen": line.amount_fen,
        "state": line.state,
        "kind": ArrearsKind(line.kind).label if line.kind else "当月",
        "batch": line.batch.number,
        "paid_in": line.batch.month,
        "bank_seq": line.bank_line.seq,
        "bank": silence if answer is None else _answered(answer),
    }


def _answered(answer: LineReturn) -> str:
    if answer.result != "PAID":
        return f"失败：{_failure(answer.code)}"
    back = LateReturn.objects.filter(bank_line=answer.bank_line_id).first()
    return f"成功后退回：{back.reason}" if back else "成功"


def _failure(code: str) -> str:
    known = {str(failure): failure.label for failure in BankFailure}
    return f"{code} {known.get(code, '')}".strip()


def _batch(batch: PaymentBatch) -> Tree:
    run = PayrollRun.objects.filter(batch=batch).first()
    vouchers = Voucher.objects.filter(reference=batch.number).order_by("book", "period", "number")
    return {
        "number": batch.number,
        "month": batch.month,
        "state": PaymentBatch.State(batch.state).label,
        "count": batch.count,
        "total_fen": batch.total_fen,
        "file_sha256": batch.file_sha256,
        "policy": run.policy_fingerprint if run else None,
        "vouchers": [
            {
                "number": f"{v.book} {v.period}-{v.number}",
                "memo": v.memo,
                "fen": v.debit_fen,
                "state": Voucher.State(v.state).label,
            }
            for v in vouchers
        ],
    }
