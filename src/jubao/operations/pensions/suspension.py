"""Suspending pensions, certifying survival, and resuming with back-pay."""

from collections.abc import Sequence
from datetime import date

from jubao.operations.envelope.declaration import (
    ActReference,
    Arguments,
    Memo,
    Month,
    Refused,
    Result,
    Words,
    act,
    approve,
    audit,
    check,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import read_inbound, take_in
from jubao.operations.law import law
from jubao.operations.payments.holding import keep_back_pensions
from jubao.operations.people import awards_of, change_state, enrolments_of, find_people, in_slices, shown
from jubao.operations.suspicions.kinds import HOLDING
from jubao.records.models import Arrears, Award, AwardEvent, Certification, MatchCandidate, PayrollRun, Person
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind, SuspensionReason


class SuspendAward(Arguments):
    """A pension that must stop for now, with the next step and its deadline."""

    person: str
    reason: SuspensionReason
    from_month: Month
    memo: Memo = ""
    next_step_post: Post = Post.BENEFITS
    due: date


@act("award.suspend", title="待遇暂停", arguments=SuspendAward, maker=Post.BENEFITS, chain=[check(Post.ACCOUNTS)])
def suspend_awards(cases: Sequence[SuspendAward], *, on: date, act: ActReference) -> Result:
    """Hold awards from a month on, until evidence resumes or ends them. Source: 社会保险经办条例第二十六条."""
    hold(cases, on=on, act=act)
    return {"suspended": len(cases)}


def hold(cases: Sequence[SuspendAward], *, on: date, act: ActReference) -> list[Person]:
    """Suspend the awards of some people; refused whole when one of them cannot be.

    A month they are suspended for that is locked but not yet released is held back with them.
    """
    people = find_people([case.person for case in cases])
    awards = awards_of(people)
    faults = []
    for index, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
        award = awards.get(person.pk)
        where = f"第{index}项 {shown(person.resident_number)}"
        if award is None:
            faults.append(f"{where}：没有正在领取的待遇，不能暂停")
        elif award.suspended_from is not None:
            faults.append(f"{where}：待遇自 {award.suspended_from} 起已经暂停")
        elif case.from_month < award.start_month:
            faults.append(f"{where}：暂停年月 {case.from_month} 早于待遇开始年月 {award.start_month}")
        if case.due < on:
            faults.append(f"{where}：下一步期限 {case.due} 已过")
    if faults:
        raise Refused(f"待遇暂停未办理：共 {len(faults)} 处不符", faults=faults)
    AwardEvent.objects.bulk_create(
        AwardEvent(
            act_id=act.id, award=awards[person.pk], kind=AwardEvent.Kind.SUSPENDED, month=case.from_month,
            reason=case.reason, memo=case.memo, next_step_post=case.next_step_post, due_date=case.due,
        )
        for person, case in zip(people, cases, strict=True)
    )  # fmt: skip
    for person, case in zip(people, cases, strict=True):
        Award.objects.filter(pk=awards[person.pk].pk).update(suspended_from=case.from_month)
    starts = {person.pk: case.from_month for person, case in zip(people, cases, strict=True)}
    keep_back_pensions(starts, "待遇暂停", act=act)
    enrolments = enrolments_of(people)
    change_state([enrolments[p.pk] for p in people], to=("2", "3"), reason=[str(c.reason) for c in cases], on=on,
                 act=act)  # fmt: skip
    return people


class ResumeAward(Arguments):
    """Fresh evidence that a suspended pension is due again; ``pay_back`` decides where the law leaves it open."""

    person: str
    evidence: Words
    evidence_date: date
    pay_back: bool = True


@act("award.resume", title="待遇续发", arguments=ResumeAward, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS), audit(Post.AUDIT)])  # fmt: skip
def resume_awards(cases: Sequence[ResumeAward], *, on: date, act: ActReference) -> Result:
    """Resume awards; the months in between are owed where the reason of the suspension pays back.

    Nobody under an open suspicion resumes here; it is cleared first. A list that is only a hint stands against nothing.
    Source: 城乡居民基本养老保险经办规程，待遇暂停与续发.
    """
    people = find_people([case.person for case in cases])
    suspected = {
        person
        for part in in_slices([p.pk for p in people])
        for person in MatchCandidate.objects.filter(
            state__in=["OPEN", "HELD"], person__in=part, match_list__kind__in=HOLDING
        ).order_by("id").values_list("person_id", flat=True)
    }  # fmt: skip
    faults = [
        f"第{i}项 {shown(p.resident_number)}：疑点尚未核实，应先办理疑点排除"
        for i, p in enumerate(people, start=1)
        if p.pk in suspected
    ]
    if faults:
        raise Refused(f"待遇续发未办理：共 {len(faults)} 处不符", faults=faults)
    return resume(people, cases, on=on, act=act)


def resume(people: Sequence[Person], cases: Sequence[ResumeAward], *, on: date, act: ActReference) -> Result:
    """Resume the awards of some people from the next payroll on."""
    awards = awards_of(people)
    last_events = {
        e.award_id: e
        for e in AwardEvent.objects.filter(
            award__in=[a.pk for a in awards.values()], kind=AwardEvent.Kind.SUSPENDED
        ).order_by("id")
    }
    _refuse_resume(people, cases, awards, last_events, on)
    first_open = _first_open_month(on)
    back_pay = law(on).value("suspension.back_pay")
    owed = 0
    for person, case in zip(people, cases, strict=True):
        award = awards[person.pk]
        suspended = last_events[award.pk]
        AwardEvent.objects.create(
            act_id=act.id, award=award, kind=AwardEvent.Kind.RESUMED, month=first_open, reason=suspended.reason,
            evidence=case.evidence, evidence_date=case.evidence_date,
        )  # fmt: skip
        rule = back_pay[suspended.reason]
        if (rule == "FULL" or (rule == "DECISION" and case.pay_back)) and suspended.month < first_open:
            Arrears.objects.create(
                act_id=act.id, award=award, kind=ArrearsKind.RESUMPTION, from_month=suspended.month, to_month=first_open
            )
            owed += 1
        Award.objects.filter(pk=award.pk).update(suspended_from=None)
    enrolments = enrolments_of(people)
    change_state([enrolments[p.pk] for p in people], to=("1", "3"), reason="", on=on, act=act)
    return {"resumed": len(people), "with_back_pay": owed}


def _refuse_resume(
    people: Sequence[Person], cases: Sequence[ResumeAward], awards: dict[int, Award],
    last_events: dict[int, AwardEvent], on: date,
) -> None:  # fmt: skip
    faults = []
    for index, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
        award = awards.get(person.pk)
        where = f"第{index}项 {shown(person.resident_number)}"
        if award is None or award.suspended_from is None:
            faults.append(f"{where}：没有暂停中的待遇")
        elif case.evidence_date < months.first_day(last_events[award.pk].month):
            faults.append(f"{where}：依据日期 {case.evidence_date} 早于暂停年月，须有暂停之后的新依据")
        if case.evidence_date > on:
            faults.append(f"{where}：依据日期晚于办理日期")
    if faults:
        raise Refused(f"待遇续发未办理：共 {len(faults)} 处不符", faults=faults)


def _first_open_month(on: date) -> int:
    """The next month a payroll will run for."""
    last = PayrollRun.objects.order_by("-month").values_list("month", flat=True).first()
    return months.of(on) if last is None else months.add(last, 1)


class RecordCertifications(Arguments):
    """A roll of people whose survival was certified."""

    file: str


@act("certification.record", title="资格认证登记", arguments=RecordCertifications, maker=Post.BENEFITS)
def record_certifications(cases: Sequence[RecordCertifications], *, on: date, act: ActReference) -> Result:
    """Record certifications of people in payment; nobody else is certified. Source: 社会保险经办条例第二十六条."""
    recorded = 0
    for case in cases:
        table = read_inbound(case.file, "certification_roll")
        people = find_people(table.columns["resident_number"])
        awards = awards_of(people)
        faults = [
            f"第{row}行：{shown(p.resident_number)} 不在领取待遇，不能认证"
            for row, p in zip(table.row_numbers, people, strict=True)
            if p.pk not in awards
        ]
        if faults:
            raise Refused(f"文件《{table.filename}》未导入：共 {len(faults)} 处错误", faults=faults)
        Certification.objects.bulk_create(
            Certification(
                act_id=act.id, person=p, certified_date=row["certified_date"], method=row["method"] or "05",
                checker=row["checker"] or "",
            )
            for p, row in zip(people, table.records(), strict=True)
        )  # fmt: skip
        take_in(case.file, "certification_roll", rows=table.rows, act=act)
        recorded += table.rows
    return {"certified": recorded}
