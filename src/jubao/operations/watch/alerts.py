"""Watching every month (监测): what is overdue moves up, what looks unusual becomes an alert somebody owns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from django.db.models import Min

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Month, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.registers.candidate_store import due_after, move_candidates
from jubao.operations.registers.kinds import HOLDING
from jubao.operations.watch.patterns import Pattern, patterns
from jubao.records.models import Alert, AlertEvent, AwardEvent, MatchCandidate
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import AlertKind

State = Alert.State
WAITING = ("OPEN", "HELD")
LONGEST_TEXT = 300


# ── Every month ──


class RunWatch(Arguments):
    """The month that is watched."""

    month: Month = ask("监测年月", "Month", hint="如 201705，不能晚于当月")


@act(
    "watch.run",
    title="每月监测",
    asks=RunWatch,
    maker=Post.AUDIT,
    about=About.MONTH,
    undone_by=Final("监测只提示，不改动业务；误报的以预警处理了结"),
    gives=[
        Given("escalated_suspicions", "上报的疑点", "suspicions moved up", Unit.ROWS),
        Given("escalated_alerts", "上报的预警", "alerts moved up", Unit.ROWS),
        Given("raised", "新预警", "alerts raised", Unit.ROWS),
    ],
    most_cases=ONE,
)
class MonthlyWatch:
    """Move up what is overdue and raise alerts for what is unusual; run twice, it adds nothing.

    Source: 社会保险经办条例第三十六、三十七条（内部控制）.
    """

    def check(self, cases: Sequence[RunWatch], view: View) -> Faults:
        """A month that has begun."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            if case.month > months.of(view.on):
                faults.add(number, "month", f"{case.month} 尚未到来，不能监测", next_step="请核对月份")
        return faults

    def plan(self, cases: Sequence[RunWatch], view: View) -> Changes:
        """The new owners of what is overdue, and the alerts that nobody was told yet."""
        changes, month = Changes(view), cases[0].month
        suspicions = _escalate_suspicions(changes)
        alerts = _escalate_alerts(changes)
        found = [*_rests_too_long(view), *((pattern, Post.AUDIT) for pattern in patterns(month, on=view.on))]
        raised = _raise(found, month, changes)
        return changes.giving(escalated_suspicions=suspicions, escalated_alerts=alerts, raised=raised)


def _after(changes: Changes, name: str) -> date:
    return due_after(int(changes.view.law.value(f"watch.{name}")), changes)


def _old_through(view: View) -> int:
    """The last month (YYYYMM) from which on the director must know; policy ``suspension.escalate_after_months``."""
    return months.add(months.of(view.on), -int(view.law.value("suspension.escalate_after_months")))


def _silent_through(view: View) -> int:
    """The last month (YYYYMM) from which on a suspension has rested long."""
    return months.add(months.of(view.on), -int(view.law.value("suspension.silent_after_months")))


def _escalate_suspicions(changes: Changes) -> int:
    """Suspicions past their day go to the deputy, after a year to the director, each with a new day."""
    view = changes.view
    late = MatchCandidate.objects.filter(state__in=WAITING, due_date__lt=view.on).order_by("id")
    rows = list(late.annotate(since=Min("events__act__business_date")))
    if not rows:
        return 0
    old = _old_through(view)
    owners = [str(Post.DIRECTOR if months.of(row.since) <= old else Post.DEPUTY_BUSINESS) for row in rows]
    told = [_late(row.due_date, owner) for row, owner in zip(rows, owners, strict=True)]
    states, due = [str(row.state) for row in rows], _after(changes, "escalation_workdays")
    move_candidates(rows, changes, state=states, evidence=told, owner=owners, due=due)
    return len(rows)


def _late(due: date | None, owner: str) -> str:
    return f"期限 {due} 已过，上报{Post(owner).label}"


ABOVE: Mapping[Post, Post] = {Post.BENEFITS: Post.DEPUTY_BUSINESS, Post.AUDIT: Post.DEPUTY_AUDIT}


def _escalate_alerts(changes: Changes) -> int:
    """Alerts past their day go one post up, after a year to the director."""
    view = changes.view
    rows = list(Alert.objects.exclude(state=State.CLOSED).filter(due_date__lt=view.on).order_by("id"))
    old = _old_through(view) if rows else 0
    above = [ABOVE.get(Post(row.owner_post), Post(row.owner_post)) for row in rows]
    owners = [str(Post.DIRECTOR if row.month <= old else up) for row, up in zip(rows, above, strict=True)]
    notes = [_late(row.due_date, owner) for row, owner in zip(rows, owners, strict=True)]
    due = _after(changes, "escalation_workdays") if rows else None
    _step(rows, changes, state=State.ESCALATED, notes=notes, owners=owners, due=due)
    return len(rows)


def _step(
    rows: Sequence[Alert], changes: Changes, *, state: str, notes: list[str], owners: list[str], due: date | None
) -> None:
    """One step of each of some alerts."""
    keys = [row.pk for row in rows]
    changes.insert(
        AlertEvent,
        {"alert_id": keys, "state": str(state), "note": notes, "owner_post": owners, "due_date": due},
        count=len(rows),
    )
    changes.update(Alert, keys, state=str(state), owner_post=owners, due_date=due)


Owned = tuple[Pattern, Post]


def _rests_too_long(view: View) -> list[Owned]:
    """Suspended pensions whose next step is overdue, or that rest long, and on which no suspicion is open.

    A distant day for the next step hides nobody: after the months of policy ``suspension.silent_after_months`` the
    pension stands here whatever day was set. Old ones are the director's.
    """
    rows = AwardEvent.objects.filter(kind=AwardEvent.Kind.SUSPENDED, award__suspended_from__isnull=False)
    latest = {row.award_id: row for row in rows.select_related("award__person").order_by("id")}
    waiting = MatchCandidate.objects.filter(state__in=WAITING, match_list__kind__in=HOLDING).order_by("id")
    suspected = set(waiting.values_list("person_id", flat=True))
    old, silent = (_old_through(view), _silent_through(view)) if latest else (0, 0)
    found = []
    for row in latest.values():
        late, rests = row.due_date is not None and row.due_date < view.on, row.month <= silent
        if row.award.person_id in suspected or not (late or rests):
            continue
        number = row.award.person.personal_number
        passed = f"，下一步期限 {row.due_date} 已过" if late else f"，至 {view.on} 仍未了结"
        text = f"待遇自 {row.month} 起暂停{passed}"
        owner = Post.DIRECTOR if row.month <= old else Post.DEPUTY_BUSINESS
        found.append((Pattern(AlertKind.SUSPENSION_OVERDUE, number, text, (number,)), owner))
    return found


def _raise(found: Sequence[Owned], month: int, changes: Changes) -> int:
    """Plan the alerts that are new: not of this month already, not open, and not closed on the same facts."""
    known: dict[tuple[str, str], list[Alert]] = defaultdict(list)
    for row in Alert.objects.order_by("id"):
        known[row.kind, row.subject].append(row)
    fresh = [(p, owner) for p, owner in found if _is_new(p, month, known.get((str(p.kind), p.subject), []))]
    if not fresh:
        return 0
    due, owners = _after(changes, "alert_workdays"), [str(owner) for _, owner in fresh]
    ids = changes.insert(
        Alert,
        {
            "kind": [str(p.kind) for p, _ in fresh],
            "subject": [p.subject for p, _ in fresh],
            "month": month,
            "text": [p.text[:LONGEST_TEXT] for p, _ in fresh],
            "details": [p.details for p, _ in fresh],
            "state": str(State.OPEN),
            "owner_post": owners,
            "due_date": due,
        },
        count=len(fresh),
    )
    first = {
        "alert_id": np.asarray(ids),
        "state": str(State.OPEN),
        "note": "监测发现",
        "owner_post": owners,
        "due_date": due,
    }
    changes.insert(AlertEvent, first, count=len(fresh))
    return len(fresh)


MONTHLY = frozenset(
    {AlertKind.NO_LIST, AlertKind.RESUMED_BY_ONE, AlertKind.CLEARED_BY_ONE, AlertKind.CHANGED_THEN_PAID}
)


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


# ── What somebody found ──


class CloseAlert(Arguments):
    """What was found when somebody looked."""

    kind: AlertKind = ask("预警类型", "Kind of alert")
    subject: Text = ask("预警对象", "Subject", column=(Alert, "subject"), shortest=1, hint="照预警清单所写")
    month: Month = ask("所属月份", "Month", hint="预警清单上的月份，如 201705")
    note: Text = ask("核查情况", "What was found", longest=200, hint="查了什么、结论是什么")


@act(
    "watch.close",
    title="预警处理",
    asks=CloseAlert,
    maker=Post.AUDIT,
    chain=[check(Post.DEPUTY_AUDIT)],
    about=About.ALERT,
    undone_by=Final("处理情况留存备查；同一情形有变化的，下月监测重新提出"),
    gives=[Given("closed", "办结的预警", "alerts closed", Unit.ROWS)],
)
class ClosingOfAlert:
    """Close alerts with what was found; a second person agrees. Source: 社会保险经办条例第三十六条（内部控制）."""

    def check(self, cases: Sequence[CloseAlert], view: View) -> Faults:
        """An alert that is still open, once, and what was found."""
        faults, seen = Faults(), set[int]()
        for number, case in enumerate(cases, start=1):
            place = f"{case.kind.label} {case.subject} {case.month}"
            row = _alert(case, view)
            if row is None:
                step = "请核对类型、对象和月份"
                faults.add(number, "subject", "没有这条预警", next_step=step, place=place)
            elif row.state == State.CLOSED or row.pk in seen:
                faults.add(number, "subject", "已经处理，不必重复办理", place=place)
            else:
                seen.add(row.pk)
            if not case.note:
                faults.add(number, "note", "须写明核查情况", place=place)
        return faults

    def plan(self, cases: Sequence[CloseAlert], view: View) -> Changes:
        """The closed alerts."""
        changes = Changes(view)
        rows = [row for case in cases if (row := _alert(case, view)) is not None]
        notes = [case.note for case in cases]
        _step(rows, changes, state=State.CLOSED, notes=notes, owners=[""] * len(rows), due=None)
        return changes.giving(closed=len(rows))


def _alert(case: CloseAlert, view: View) -> Alert | None:
    rows = Alert.objects.filter(kind=str(case.kind), subject=case.subject, month=case.month)
    return view.once(("alert", str(case.kind), case.subject, case.month), rows.order_by("id").first)
