"""The first page of one person on one day: what waits for them, what they proposed, what is late, what to look at first."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.db import connection

from jubao.operations.envelope.seen.inbox import Inbox, inbox_in, queue_of
from jubao.operations.envelope.seen.proposals import Listed, own
from jubao.operations.law import law
from jubao.operations.workbench.alerts import Alerts, open_alerts
from jubao.operations.workbench.leaving import DELIVERING
from jubao.operations.workbench.matters import Matter, matters
from jubao.policy.in_force import NoLawForDay
from jubao.records.models import OutboxItem, PostHolding, Work
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.due import Due, due
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import SEARCHING, Viewer
from jubao.vocabulary.workdays import HolidaysNotKnown, workday_of_month

ROWS, RETURNED_FOR = 8, timedelta(days=31)


class Panel(StrEnum):
    """A piece of the page; which one stands first depends on the post."""

    INBOX = "inbox"
    OWN = "own"
    ALERTS = "alerts"


FIRST_OWN = frozenset({Post.BENEFITS, Post.COLLECTION})
"""Posts that look at what came back to them before they sign anything."""
FIRST_ALERTS = frozenset({Post.DEPUTY_AUDIT})
"""Posts whose first business is what the watch found."""
CALCULATION = "payroll.calculate"
STAGES = (
    both("尚未核定", "not calculated"),
    both("已审批锁定", "locked"),
    both("已放行", "released"),
    both("已交行", "at the bank"),
    both("已回盘", "answered"),
)
"""How far the month's pensions are, as the batch of its payroll stands."""
PAYROLL = frozenset(Post) - {Post.PERMISSION, Post.OFFICE, Post.COLLECTION}


@dataclass(frozen=True)
class PayrollStage:
    """How far the month's pensions are: the month YYYYMM, the stage in words, and whether anybody has begun it."""

    month: int
    words: Both
    is_begun: bool


@dataclass(frozen=True)
class Morning:
    """The first page.

    Attributes:
        name: of whoever looks; day: on which; workday: which working day of the month, None beyond the known calendar.
        payday: when pensions must be at the bank this month, None where no checked law says.
        payroll: how far this month's pensions are, for posts that have to do with them.
        inbox: what waits for their signature; own: what they proposed and is not done; alerts: what was noticed.
        matters: what their posts look at first; panels: in which order the pieces stand.
        drafts, works, undelivered: forms begun, long work under way, files that wait to leave.
    """

    name: str
    day: date
    workday: int | None
    payday: Due | None
    payroll: PayrollStage | None
    inbox: Inbox
    own: tuple[Listed, ...]
    alerts: Alerts
    matters: tuple[Matter, ...]
    panels: tuple[Panel, ...]
    drafts: int
    works: int
    undelivered: int

    @property
    def month(self) -> int:
        """The month of the day, YYYYMM."""
        return months.of(self.day)

    @property
    def late(self) -> tuple[Matter, ...]:
        """The matters that are past their day."""
        return tuple(matter for matter in self.matters if matter.is_late)


def morning(*, viewer: Viewer) -> Morning:
    """The first page of the viewer on his day; some ten statements, however much waits."""
    queue = queue_of(viewer)
    queue = queue.read([*queue.mine[:ROWS], *queue.own[:ROWS]])
    counted, first = _counts(viewer), _own_posts(viewer)
    return Morning(
        name=queue.names.get(viewer.staff, viewer.staff),
        day=viewer.day,
        workday=_workday(viewer.day),
        payday=_payday(viewer.day),
        payroll=_payroll(viewer, counted.stage, waits=any(row.code == CALCULATION for row in queue.pending)),
        inbox=inbox_in(queue, limit=ROWS),
        own=own(queue, viewer=viewer, since=viewer.day - RETURNED_FOR, limit=ROWS),
        alerts=open_alerts(viewer=viewer, limit=ROWS),
        matters=matters(viewer=first),
        panels=_panels(first),
        drafts=counted.drafts,
        works=counted.works,
        undelivered=counted.undelivered if viewer.posts & DELIVERING else 0,
    )


def _own_posts(viewer: Viewer) -> Viewer:
    """The viewer in the posts that are his own: what he only covers for others is not what he looks at first."""
    held = PostHolding.objects.on(viewer.day).filter(staff__code=viewer.staff, capacity="A").order_by("post")
    own = viewer.posts & {Post(post) for post in held.values_list("post", flat=True)}
    return replace(viewer, posts=own or viewer.posts)


def _panels(viewer: Viewer) -> tuple[Panel, ...]:
    first = Panel.ALERTS if viewer.posts & FIRST_ALERTS else Panel.OWN if viewer.posts & FIRST_OWN else Panel.INBOX
    seen = [panel for panel in Panel if panel is not Panel.ALERTS or viewer.posts & SEARCHING]
    return (first, *(panel for panel in seen if panel is not first))


def _workday(day: date) -> int | None:
    try:
        return workday_of_month(day)
    except HolidaysNotKnown:
        return None


def _payday(day: date) -> Due | None:
    """The day of this month by which pensions must be at the bank (procedure.payday); of the next, once it has passed."""
    try:
        number = int(law(day).value("procedure.payday"))
    except NoLawForDay:
        return None
    month = months.of(day)
    wanted = _day_of(month, number)
    return due(wanted if wanted >= day else _day_of(months.add(month, 1), number), on=day)


def _day_of(month: int, number: int) -> date:
    last = months.last_day(month)
    return last.replace(day=min(number, last.day))


def _payroll(viewer: Viewer, stage: int, *, waits: bool) -> PayrollStage | None:
    if not viewer.posts & PAYROLL:
        return None
    words = both("待审批", "to be approved") if waits and not stage else STAGES[stage]
    return PayrollStage(months.of(viewer.day), words, waits or stage > 0)


@dataclass(frozen=True)
class _Counts:
    """Small numbers of the page: drafts and running work of the viewer, waiting files, the stage of the month's pensions."""

    drafts: int
    works: int
    undelivered: int
    stage: int


COUNTS = """
SELECT (SELECT count(*) FROM records_draft WHERE staff = %s),
    (SELECT count(*) FROM records_work WHERE staff = %s AND state = %s),
    (SELECT count(*) FROM records_outboxitem WHERE state = %s),
    (SELECT max(CASE b.state WHEN 'LOCKED' THEN 1 WHEN 'RELEASED' THEN 2 WHEN 'TRANSMITTED' THEN 3 ELSE 4 END)
     FROM records_payrollrun r JOIN records_paymentbatch b ON b.id = r.batch_id WHERE r.month = %s)
"""


def _counts(viewer: Viewer) -> _Counts:
    states = [str(Work.State.RUNNING), str(OutboxItem.State.WAITING)]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [viewer.staff, viewer.staff, *states, months.of(viewer.day)])
        drafts, works, undelivered, stage = cursor.fetchone()
    return _Counts(drafts, works, undelivered, stage or 0)
