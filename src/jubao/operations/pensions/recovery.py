"""Claiming overpaid money back after the settlement: the notice, the instalment agreement, and what is given up."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any

from django.db.models import F
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jubao.operations.envelope.declaration import (
    ActReference,
    Arguments,
    Memo,
    Party,
    Refused,
    Result,
    act,
    approve,
    audit,
    check,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import post
from jubao.operations.law import law
from jubao.operations.people import find_people, shown
from jubao.records.models import (
    Instalment,
    InstalmentPlan,
    Overpayment,
    Person,
    RecoveryDemand,
    RecoveryEvent,
)
from jubao.vocabulary.codes import TerminationReason
from jubao.vocabulary.fen import yuan_plain

Fen = Annotated[int, Field(gt=0)]
Named = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Basis = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class CannotRecover(Refused):
    """Some claim cannot be demanded, agreed upon or given up as stated; none of the request is."""


class OfCase(Arguments):
    """Whose claim it is; the reason only where a person has several open ones."""

    person: str
    reason: TerminationReason | None = None


class DemandRepayment(OfCase):
    """A notice that goes out: its number (文书编号), and who receives it when that is not the person."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    receiver: Party = ""
    due_date: date | None = None


class Part(BaseModel):
    """One instalment: the day it is due and fen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due_date: date
    amount_fen: Fen


class AgreeInstalments(OfCase):
    """An agreement to pay back in parts: who pays, when it was agreed, and every part."""

    debtor: Named
    agreed_date: date
    parts: Annotated[list[Part], Field(min_length=1, max_length=600)]
    memo: Memo = ""


class WriteOffRecovery(OfCase):
    """Money given up: how much (all that is open when not stated), and the decision it rests on (会议纪要等)."""

    amount_fen: Fen | None = None
    basis: Basis


@act("recovery.demand", title="追回通知", arguments=DemandRepayment, maker=Post.BENEFITS,
     chain=[check(Post.AUDIT), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def demand_repayments(cases: Sequence[DemandRepayment], *, on: date, act: ActReference) -> Result:
    """Ask in writing for what is open; the notice is printed from this record (``jubao notice``).

    Source: 社会保险经办条例第四十六条.
    """
    claims = open_claims("追回通知", cases)
    usual = on + timedelta(days=int(law(on).value("procedure.repayment_notice_days")))
    faults = [
        f"第{i}项 {_who(claim)}：还款期限 {case.due_date} 早于通知日期 {on}"
        for i, (case, claim) in enumerate(zip(cases, claims, strict=True), start=1)
        if case.due_date and case.due_date < on
    ]
    known = set(RecoveryDemand.objects.filter(number__in=[c.number for c in cases]).values_list("number", flat=True))
    numbers = [case.number for case in cases]
    taken = sorted(known | {number for number in numbers if numbers.count(number) > 1})
    faults += [f"文书编号 {number} 已用过，请另编号" for number in taken]
    _refuse("追回通知", faults)
    RecoveryDemand.objects.bulk_create(
        RecoveryDemand(
            act_id=act.id, overpayment=claim, number=case.number, amount_fen=claim.open_fen, sent_date=on,
            due_date=case.due_date or usual, receiver=case.receiver or claim.person.name,
        )
        for case, claim in zip(cases, claims, strict=True)
    )  # fmt: skip
    return {"demanded": len(cases), "amount_fen": sum(claim.open_fen for claim in claims)}


@act("recovery.instalments", title="分期还款协议", arguments=AgreeInstalments, maker=Post.BENEFITS,
     chain=[check(Post.AUDIT), check(Post.ACCOUNTANT), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def agree_instalments(cases: Sequence[AgreeInstalments], *, on: date, act: ActReference) -> Result:
    """Record agreements whose parts come to what is open, to the fen; a later one of a claim replaces the earlier.

    Source: 社会保险经办条例第四十六条.
    """
    claims = open_claims("分期还款协议", cases)
    faults = [
        f"第{i}项 {_who(claim)}：{fault}"
        for i, (case, claim) in enumerate(zip(cases, claims, strict=True), start=1)
        for fault in _faults_of_plan(case, claim, on)
    ]
    _refuse("分期还款协议", faults)
    for case, claim in zip(cases, claims, strict=True):
        plan = InstalmentPlan.objects.create(
            act_id=act.id, overpayment=claim, agreed_date=case.agreed_date, amount_fen=claim.open_fen,
            debtor=case.debtor, memo=case.memo,
        )  # fmt: skip
        Instalment.objects.bulk_create(
            Instalment(act_id=act.id, plan=plan, seq=seq, due_date=part.due_date, amount_fen=part.amount_fen)
            for seq, part in enumerate(case.parts, start=1)
        )
    parts = sum(len(case.parts) for case in cases)
    return {"agreed": len(cases), "instalments": parts, "amount_fen": sum(claim.open_fen for claim in claims)}


def _faults_of_plan(case: AgreeInstalments, claim: Overpayment, on: date) -> Iterator[str]:
    total = sum(part.amount_fen for part in case.parts)
    if total != claim.open_fen:
        yield f"各期合计 {yuan_plain(total)} 元，未追回 {yuan_plain(claim.open_fen)} 元，请改到一致"
    if case.agreed_date > on:
        yield f"协议日期 {case.agreed_date} 晚于办理日期 {on}"
    if case.parts[0].due_date < case.agreed_date:
        yield f"第1期应还日期 {case.parts[0].due_date} 早于协议日期 {case.agreed_date}"
    for seq, (earlier, later) in enumerate(pairwise(case.parts), start=2):
        if later.due_date <= earlier.due_date:
            yield f"第{seq}期应还日期 {later.due_date} 不晚于上一期"


@act("recovery.write_off", title="多发待遇核销", arguments=WriteOffRecovery, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTANT), audit(Post.AUDIT), approve(Post.DIRECTOR)])  # fmt: skip
def write_off_recoveries(cases: Sequence[WriteOffRecovery], *, on: date, act: ActReference) -> Result:
    """Give up what cannot be recovered, on a decision, after it was demanded; the books carry it as an expense.

    Source: 社会保险经办条例第四十六条；财会〔2017〕28号，暂付款.
    """
    claims = open_claims("多发待遇核销", cases)
    demanded = set(
        RecoveryDemand.objects.filter(overpayment__in=claims).values_list("overpayment_id", flat=True).distinct()
    )
    amounts = [case.amount_fen or claim.open_fen for case, claim in zip(cases, claims, strict=True)]
    faults: list[str] = []
    for i, (claim, fen) in enumerate(zip(claims, amounts, strict=True), start=1):
        if fen > claim.open_fen:
            faults.append(f"第{i}项 {_who(claim)}：核销 {yuan_plain(fen)} 元多于未追回 {yuan_plain(claim.open_fen)} 元")
        if claim.pk not in demanded:
            faults.append(f"第{i}项 {_who(claim)}：尚未发出追回通知，请先通知还款")
    _refuse("多发待遇核销", faults)
    for case, claim, fen in zip(cases, claims, amounts, strict=True):
        RecoveryEvent.objects.create(
            act_id=act.id, overpayment=claim, kind="WRITTEN_OFF", amount_fen=fen, basis=case.basis
        )
        Overpayment.objects.filter(pk=claim.pk).update(open_fen=F("open_fen") - fen)
    post("overpayment_written_off", {"amount": sum(amounts)}, act=act)
    return {"written_off": len(cases), "amount_fen": sum(amounts)}


def open_claims(what: str, cases: Sequence[OfCase]) -> list[Overpayment]:
    """The open claim of every case, in their order.

    Raises:
        CannotRecover: somebody has none, several and no reason stated, or stands twice with the same one.
    """
    people = {case.person: person for case, person in zip(cases, _people(cases), strict=True)}
    rows = Overpayment.objects.filter(person__in={p.pk for p in people.values()}, open_fen__gt=0)
    by_person: dict[int, list[Overpayment]] = {}
    for row in rows.select_related("person").order_by("id"):
        by_person.setdefault(row.person_id, []).append(row)
    claims, faults = [], []
    for index, case in enumerate(cases, start=1):
        person = people[case.person]
        fitting = [c for c in by_person.get(person.pk, []) if case.reason in (None, c.reason)]
        where = f"第{index}项 {shown(person.resident_number)}"
        if not fitting:
            faults.append(f"{where}：没有未追回的多发待遇案件")
        elif len(fitting) > 1:
            faults.append(f"{where}：有 {len(fitting)} 个未追回的案件，请写明终止原因以确定是哪一个")
        elif fitting[0] in claims:
            faults.append(f"{where}：同一案件在申请中出现两次")
        else:
            claims.append(fitting[0])
    _refuse(what, faults)
    return claims


def _people(cases: Sequence[OfCase]) -> list[Person]:
    """Persons of the cases; somebody with two claims may stand twice."""
    references = list(dict.fromkeys(case.person for case in cases))
    found: dict[str, Any] = dict(zip(references, find_people(references), strict=True))
    return [found[case.person] for case in cases]


def _who(claim: Overpayment) -> str:
    return shown(claim.person.resident_number)


def _refuse(what: str, faults: Sequence[str]) -> None:
    if faults:
        raise CannotRecover(f"{what}未办理：共 {len(faults)} 处不符", faults=faults)
