"""Suspending pensions: held from a month on, with a next step and its day, until evidence resumes or ends them."""

from collections.abc import Sequence

import numpy as np

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Deadline, FromMonth, PastDay, PersonRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.payments.holding import keep_back_pensions, months_due_now
from jubao.operations.pensions.grounds import check_grounds, custody_dates
from jubao.operations.people import awards_of, change_state, enrolments_of, find_people, relations_of, shown
from jubao.operations.settlement.ending_terms import Stop, total_fen
from jubao.operations.settlement.months_overpaid import overpaid_after
from jubao.operations.settlement.overpayment import claim_overpayments, put_back
from jubao.records.models import Award, AwardEvent, Overpayment, Person
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import SuspensionReason
from jubao.vocabulary.fen import yuan_plain


class SuspendAward(Arguments):
    """A pension that must stop for now, with the next step and its deadline."""

    person: PersonRef = ask("参保人", "Pensioner", hint="公民身份号码或个人编号")
    reason: SuspensionReason = ask("暂停原因", "Reason")
    from_month: FromMonth = ask("暂停年月", "From month", hint="从哪个月起停发，如 201705")
    memo: Text = ask("备注", "Memo", default="", column=(AwardEvent, "memo"), hint="依据的文书或线索")
    custody_date: PastDay | None = ask(
        "收监日期", "Custody began", default=None, not_after="today", hint="服刑收监的填；停发自次月起"
    )
    judgment: Text = ask(
        "判决文书",
        "Judgment",
        default="",
        column=(AwardEvent, "judgment"),
        hint="服刑收监的填，如 （2017）湘0602刑初12号",
    )
    next_step_post: Post = ask("下一步责任岗位", "Post responsible next", default=Post.BENEFITS)
    due: Deadline = ask("下一步期限", "Next step by", hint="到期前必须核实或报告")


PAPERS = [Paper("疑点名单、认证逾期清单或告知", required=False)]
GIVES = [
    Given("suspended", "暂停人数", "people suspended", Unit.PEOPLE),
    Given("overpaid_fen", "已发应追回", "paid already and claimed", Unit.FEN),
]


@act(
    "award.suspend",
    title="待遇暂停",
    asks=SuspendAward,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS)],
    about=About.AWARD,
    undone_by="award.resume",
    papers=PAPERS,
    gives=GIVES,
)
class Suspension:
    """Hold awards from a month on, until evidence resumes or ends them; what was paid for held months is claimed.

    Source: 社会保险经办条例第二十六条.
    """

    def check(self, cases: Sequence[SuspendAward], view: View) -> Faults:
        """Only a running pension rests, not before its start, for a reason the books bear out; few at a time."""
        faults = check_hold(cases, view)
        most = _most_at_once(view)
        if len(cases) > most:
            step = "请改办批量待遇暂停（award.suspend_many），由副主任（业务）审批"
            faults.add(0, "", f"一次暂停 {len(cases)} 人，超过 {most} 人", next_step=step)
        return faults

    def plan(self, cases: Sequence[SuspendAward], view: View) -> Changes:
        """The held awards, their events and states, and claims on months that were paid already."""
        return _suspended(cases, view)


@act(
    "award.suspend_many",
    title="批量待遇暂停",
    asks=SuspendAward,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.AWARD,
    undone_by="award.resume",
    papers=PAPERS,
    gives=GIVES,
)
class BulkSuspension:
    """Hold more awards at once than one checker alone may let pass; the deputy approves.

    Source: 社会保险经办条例第二十六、三十七条.
    """

    def check(self, cases: Sequence[SuspendAward], view: View) -> Faults:
        """As for a few; a few are not many."""
        faults = check_hold(cases, view)
        most = _most_at_once(view)
        if len(cases) <= most:
            step = "请改办待遇暂停（award.suspend）"
            faults.add(0, "", f"一次暂停 {len(cases)} 人，未超过 {most} 人", next_step=step)
        return faults

    def plan(self, cases: Sequence[SuspendAward], view: View) -> Changes:
        """As for a few."""
        return _suspended(cases, view)


def _suspended(cases: Sequence[SuspendAward], view: View) -> Changes:
    """The suspension of some awards as a plan of its own."""
    changes = Changes(view)
    hold(cases, changes)
    claimed = sum(fen for (fen,) in changes.added(Overpayment, "amount_fen"))
    return changes.giving(suspended=len(cases), overpaid_fen=claimed)


def _most_at_once(view: View) -> int:
    return int(view.law.value("procedure.bulk_suspension_limit"))


def check_hold(cases: Sequence[SuspendAward], view: View) -> Faults:
    """What stands against suspending the awards of some people."""
    faults = Faults()
    people = find_people([case.person for case in cases], view, faults)
    if faults:
        return faults
    awards, on_the_way = awards_of(people, view), last_in_transit(people, view)
    for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
        award, place = awards.get(person.pk), shown(person.resident_number)
        if award is None:
            faults.add(number, "person", "没有正在领取的待遇，不能暂停", place=place)
        elif award.suspended_from is not None:
            faults.add(number, "person", f"待遇自 {award.suspended_from} 起已经暂停", place=place)
        elif case.from_month < award.start_month:
            rule = f"暂停年月 {case.from_month} 早于待遇开始年月 {award.start_month}"
            faults.add(number, "from_month", rule, place=place)
        elif case.from_month <= on_the_way.get(person.pk, 0):
            rule = f"{on_the_way[person.pk]} 的发放款项在途"
            faults.add(number, "from_month", rule, next_step="请待银行回盘后办理，或自其后的年月暂停", place=place)
    check_grounds(people, awards, cases, view, faults)
    return faults


def last_in_transit(people: Sequence[Person], view: View) -> dict[int, int]:
    """By person, the last benefit month the bank has and has not answered."""
    due = months_due_now([person.pk for person in people], view)
    sent = sorted((month.month, month.person) for month in due if not month.is_locked)
    return {person: month for month, person in sent}


def hold(cases: Sequence[SuspendAward], changes: Changes) -> list[Person]:
    """Plan the suspension of some people's awards; ``check_hold`` has found nothing against it.

    A month they are suspended for that is locked but not yet released is held back with them; one that was paid
    already is claimed.
    """
    people = find_people([case.person for case in cases], changes.view)
    awards = awards_of(people, changes.view)
    _claim_paid(people, awards, cases, changes)
    since = custody_dates(people, cases)
    changes.add_all(
        AwardEvent(
            award=awards[person.pk],
            kind=AwardEvent.Kind.SUSPENDED,
            month=case.from_month,
            reason=str(case.reason),
            memo=case.memo,
            next_step_post=str(case.next_step_post),
            due_date=case.due,
            custody_date=since.get(person.pk),
            judgment=case.judgment,
        )
        for person, case in zip(people, cases, strict=True)
    )
    for person, case in zip(people, cases, strict=True):
        changes.set(awards[person.pk], suspended_from=case.from_month)
    starts = {person.pk: case.from_month for person, case in zip(people, cases, strict=True)}
    keep_back_pensions(starts, "待遇暂停", changes=changes)
    enrolments = enrolments_of(people, changes.view)
    reasons = [str(case.reason) for case in cases]
    change_state(relations_of([enrolments[p.pk] for p in people]), to=("2", "3"), reason=reasons, changes=changes)
    return people


def _claim_paid(
    people: Sequence[Person], awards: dict[int, Award], cases: Sequence[SuspendAward], changes: Changes
) -> None:
    """Claim what was paid for months a suspension found late reaches back to; its account part returns."""
    stops = [
        Stop(person, awards[person.pk], str(case.reason), months.add(case.from_month, -1))
        for person, case in zip(people, cases, strict=True)
    ]
    overpaid_after(stops, changes.view)
    put_back(stops, changes)
    claim_overpayments(stops, np.zeros(len(stops), dtype=np.int64), changes)
    for number, stop in enumerate(stops, start=1):
        if stop.claimed:
            first, last = stop.claimed[0].month, stop.claimed[-1].month
            what = f"{first} 至 {last} 已发放 {yuan_plain(total_fen(stop.claimed))} 元，列入追回"
            changes.notice(f"第{number}项 {shown(stop.person.resident_number)}：{what}")
