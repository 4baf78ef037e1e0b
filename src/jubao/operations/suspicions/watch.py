"""Watching every month (监测): what is overdue moves up, what looks unusual becomes an alert somebody owns."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db.models import Min

from jubao.operations.envelope.declaration import ActReference, Arguments, Memo, Month, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.operations.people import in_slices
from jubao.operations.suspicions.kinds import HOLDING
from jubao.operations.suspicions.patterns import Pattern, patterns
from jubao.records import bulk
from jubao.records.models import Alert, AlertEvent, AwardEvent, CandidateEvent, MatchCandidate
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import AlertKind
from jubao.vocabulary.workdays import add_workdays

State = Alert.State
WAITING = ("OPEN", "HELD")


class RunWatch(Arguments):
    """The month that is watched."""

    month: Month


@act("watch.run", title="每月监测", arguments=RunWatch, maker=Post.AUDIT)
def run_watches(cases: Sequence[RunWatch], *, on: date, act: ActReference) -> Result:
    """Move up what is overdue and raise alerts for what is unusual; run twice, it adds nothing.

    Source: 社会保险经办条例第三十六、三十七条（内部控制）.
    """
    if len(cases) != 1:
        raise Refused("每月监测须逐月办理")
    month = cases[0].month
    if month > months.of(on):
        raise Refused(f"{month} 尚未到来，不能监测")
    suspicions = _escalate_suspicions(on, act)
    alerts = _escalate_alerts(on, act)
    raised = _raise([*_rests_too_long(on), *((p, Post.AUDIT) for p in patterns(month, on=on))], month, on, act)
    return {"escalated_suspicions": suspicions, "escalated_alerts": alerts, "raised": raised}


def _after(on: date, name: str) -> date:
    return add_workdays(on, int(law(on).value(f"watch.{name}")))


def _old_through(on: date) -> int:
    """The last month (YYYYMM) from which on the director must know; policy ``suspension.escalate_after_months``."""
    return months.add(months.of(on), -int(law(on).value("suspension.escalate_after_months")))


def _escalate_suspicions(on: date, act: ActReference) -> int:
    """Suspicions past their day go to the deputy, after a year to the director, each with a new day."""
    rows = list(MatchCandidate.objects.filter(state__in=WAITING, due_date__lt=on).order_by("id").annotate(
        since=Min("events__act__business_date")
    ))  # fmt: skip
    if not rows:
        return 0
    due = _after(on, "escalation_workdays")
    old = _old_through(on)
    owners = [str(Post.DIRECTOR if months.of(row.since) <= old else Post.DEPUTY_BUSINESS) for row in rows]
    told = [f"期限 {row.due_date} 已过，上报{Post(owner).label}" for row, owner in zip(rows, owners, strict=True)]
    bulk.insert(
        CandidateEvent,
        {"candidate_id": np.array([row.pk for row in rows], dtype=np.int64), "state": [row.state for row in rows],
         "evidence": told, "owner_post": owners, "due_date": due, "act_id": act.id},
        count=len(rows),
    )  # fmt: skip
    by_owner: dict[str, list[int]] = defaultdict(list)
    for row, owner in zip(rows, owners, strict=True):
        by_owner[owner].append(row.pk)
    for owner, keys in by_owner.items():
        for part in in_slices(keys):
            MatchCandidate.objects.filter(pk__in=part).update(owner_post=owner, due_date=due)
    return len(rows)


ABOVE = {Post.BENEFITS: Post.DEPUTY_BUSINESS, Post.AUDIT: Post.DEPUTY_AUDIT}


def _escalate_alerts(on: date, act: ActReference) -> int:
    """Alerts past their day go one post up, after a year to the director."""
    due = _after(on, "escalation_workdays")
    rows = list(Alert.objects.exclude(state=State.CLOSED).filter(due_date__lt=on).order_by("id"))
    old = _old_through(on) if rows else 0
    for row in rows:
        above = ABOVE.get(Post(row.owner_post), Post(row.owner_post))
        owner = Post.DIRECTOR if row.month <= old else above
        _step(row, State.ESCALATED, f"期限 {row.due_date} 已过，上报{owner.label}", act, owner=str(owner), due=due)
    return len(rows)


def _step(alert: Alert, state: str, note: str, act: ActReference, *, owner: str = "", due: date | None = None) -> None:
    AlertEvent.objects.create(act_id=act.id, alert=alert, state=state, note=note, owner_post=owner, due_date=due)
    Alert.objects.filter(pk=alert.pk).update(state=state, owner_post=owner, due_date=due)


Owned = tuple[Pattern, Post]


def _rests_too_long(on: date) -> list[Owned]:
    """Suspended pensions whose next step is overdue and on which no suspicion is open; old ones are the director's."""
    rows = AwardEvent.objects.filter(kind=AwardEvent.Kind.SUSPENDED, award__suspended_from__isnull=False)
    latest = {row.award_id: row for row in rows.select_related("award__person").order_by("id")}
    waiting = MatchCandidate.objects.filter(state__in=WAITING, match_list__kind__in=HOLDING)
    suspected = set(waiting.values_list("person_id", flat=True))
    old = _old_through(on) if latest else 0
    found = []
    for row in latest.values():
        if row.due_date is None or row.due_date >= on or row.award.person_id in suspected:
            continue
        number = row.award.person.personal_number
        text = f"待遇自 {row.month} 起暂停，下一步期限 {row.due_date} 已过"
        owner = Post.DIRECTOR if row.month <= old else Post.DEPUTY_BUSINESS
        found.append((Pattern(AlertKind.SUSPENSION_OVERDUE, number, text, (number,)), owner))
    return found


def _raise(found: Sequence[Owned], month: int, on: date, act: ActReference) -> int:
    """Write the alerts that are new: not of this month already, not open, and not closed on the same facts."""
    known: dict[tuple[str, str], list[Alert]] = defaultdict(list)
    for row in Alert.objects.order_by("id"):
        known[row.kind, row.subject].append(row)
    fresh = [(p, owner) for p, owner in found if _is_new(p, month, known.get((str(p.kind), p.subject), []))]
    due = _after(on, "alert_workdays")
    owners = [str(owner) for _, owner in fresh]
    ids = bulk.insert(
        Alert,
        {"kind": [str(p.kind) for p, _ in fresh], "subject": [p.subject for p, _ in fresh], "month": month,
         "text": [p.text[:300] for p, _ in fresh], "details": [p.details for p, _ in fresh], "state": str(State.OPEN),
         "owner_post": owners, "due_date": due, "act_id": act.id},
        count=len(fresh),
    )  # fmt: skip
    bulk.insert(
        AlertEvent,
        {"alert_id": ids, "state": str(State.OPEN), "note": "监测发现", "owner_post": owners, "due_date": due, "act_id": act.id},
        count=len(fresh),
    )
    return len(fresh)


MONTHLY = frozenset({AlertKind.NO_LIST, AlertKind.RESUMED_BY_ONE, AlertKind.CLEARED_BY_ONE, AlertKind.CHANGED_THEN_PAID})


def _is_new(pattern: Pattern, month: int, known: Sequence[Alert]) -> bool:
    """Whether an alert says something that nobody was told or has answered.

    What happened in a month comes once a month. What lasts is not raised again while it is open; a suspension that
    still rests after its alert was closed is, an explained standing fact only when it changed.
    """
    if any(row.month == month for row in known):
        return False
    if pattern.kind in MONTHLY or not known:
        return True
    if any(row.state != State.CLOSED for row in known):
        return False
    return pattern.kind == AlertKind.SUSPENSION_OVERDUE or known[-1].details != pattern.details


class CloseAlert(Arguments):
    """What was found when somebody looked."""

    kind: AlertKind
    subject: str
    month: int
    note: Memo


@act("watch.close", title="预警处理", arguments=CloseAlert, maker=Post.AUDIT, chain=[check(Post.DEPUTY_AUDIT)])
def close_alerts(cases: Sequence[CloseAlert], *, on: date, act: ActReference) -> Result:
    """Close alerts with what was found; a second person agrees. Source: 社会保险经办条例第三十六条（内部控制）."""
    faults: list[str] = []
    found: list[tuple[Alert, CloseAlert]] = []
    for index, case in enumerate(cases, start=1):
        where = f"第{index}项 {case.kind.label} {case.subject} {case.month}"
        row = Alert.objects.filter(kind=case.kind, subject=case.subject, month=case.month).first()
        if row is None:
            faults.append(f"{where}：没有这条预警，请核对类型、对象和月份")
        elif row.state == State.CLOSED or row.pk in {alert.pk for alert, _ in found}:
            faults.append(f"{where}：已经处理，不必重复办理")
        else:
            found.append((row, case))
        if not case.note:
            faults.append(f"{where}：须写明核查情况")
    if faults:
        raise Refused(f"预警处理未办理：共 {len(faults)} 处不符", faults=faults)
    for row, case in found:
        _step(row, State.CLOSED, case.note[:300], act)
    return {"closed": len(found)}
