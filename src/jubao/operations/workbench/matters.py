"""What a post looks at first: open and late matters, counted for one day in one statement, each with the list that shows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection

from jubao.vocabulary.both import Both, both
from jubao.vocabulary.due import Due, due
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import Viewer


class Subject(StrEnum):
    """What is counted; the page that shows it is the desk's matter."""

    SUSPICIONS = "suspicions"
    RESTING = "resting"
    RECOVERIES = "recoveries"
    ROUNDS = "rounds"
    LOCKED = "locked"
    RELEASED = "released"
    TRANSMITTED = "transmitted"
    COOLING = "cooling"
    DUTIES = "duties"


@dataclass(frozen=True)
class Counted:
    """A question to the books that counts something: its title, its unit, and the statement for a day."""

    title: Both
    unit: Both
    sql: str


PEOPLE, BATCHES = both("人", "people"), both("批", "batches")
QUESTIONS: Mapping[Subject, Counted] = {
    Subject.SUSPICIONS: Counted(
        both("疑点待核", "Suspicions open"),
        PEOPLE,
        "SELECT count(DISTINCT person_id) AS n, min(due_date) AS first FROM records_matchcandidate WHERE state IN ('OPEN', 'HELD')",
    ),
    Subject.RESTING: Counted(
        both("暂停已过期限", "Suspensions past their day"),
        PEOPLE,
        """SELECT count(*) AS n, min(e.due_date) AS first FROM records_award a JOIN records_awardevent e ON e.award_id = a.id
        WHERE a.suspended_from IS NOT NULL AND a.ended_month IS NULL AND e.kind = 'SUSPENDED' AND e.due_date < {day}
        AND NOT EXISTS (SELECT 1 FROM records_awardevent later WHERE later.award_id = a.id AND later.id > e.id)""",
    ),
    Subject.RECOVERIES: Counted(
        both("追回逾期", "Claims past their day"),
        both("件", "cases"),
        "SELECT count(*) AS n, min(due_date) AS first FROM records_overpayment WHERE open_fen > 0 AND due_date < {day}",
    ),
    Subject.ROUNDS: Counted(
        both("核查轮次未收齐", "Home checks not all back"),
        both("轮", "rounds"),
        """SELECT count(*) AS n, min(r.due_date) AS first FROM records_verificationround r WHERE r.due_date < {day} AND EXISTS (
        SELECT 1 FROM records_verificationitem i WHERE i.round_id = r.id AND NOT EXISTS (
        SELECT 1 FROM records_verificationfinding f WHERE f.item_id = i.id))""",
    ),
    Subject.LOCKED: Counted(
        both("待放行批次", "Batches to release"),
        BATCHES,
        "SELECT count(*) AS n, NULL AS first FROM records_paymentbatch WHERE state = 'LOCKED'",
    ),
    Subject.RELEASED: Counted(
        both("待报盘批次", "Batches to hand over"),
        BATCHES,
        "SELECT count(*) AS n, NULL AS first FROM records_paymentbatch WHERE state = 'RELEASED'",
    ),
    Subject.TRANSMITTED: Counted(
        both("银行未回盘批次", "Batches without the bank's answer"),
        BATCHES,
        "SELECT count(*) AS n, NULL AS first FROM records_paymentbatch WHERE state = 'TRANSMITTED'",
    ),
    Subject.COOLING: Counted(
        both("账户在冷静期", "Accounts cooling"),
        PEOPLE,
        """SELECT count(DISTINCT b.person_id) AS n, NULL AS first FROM records_bankaccount b JOIN records_auditevent e ON e.id = b.act_id
        WHERE e.code = 'account.rebind' AND e.business_date >= {lately} AND b.usable_from > {day}""",
    ),
    Subject.DUTIES: Counted(
        both("未报送的报表", "Reports still owed"),
        both("份", "reports"),
        """SELECT count(*) AS n, min(d.due_date) AS first FROM records_reportduty d
        WHERE NOT EXISTS (SELECT 1 FROM records_dutyreceipt r WHERE r.duty_id = d.id)""",
    ),
}
"""Each question uses the day as ``{day}``; ``{lately}`` lies as far back as an account can still be cooling."""

FIRST: Mapping[Post, tuple[Subject, ...]] = {
    Post.DIRECTOR: (Subject.RESTING, Subject.RECOVERIES, Subject.DUTIES),
    Post.DEPUTY_BUSINESS: (Subject.SUSPICIONS, Subject.RESTING, Subject.ROUNDS),
    Post.DEPUTY_FINANCE: (Subject.LOCKED, Subject.TRANSMITTED, Subject.RECOVERIES),
    Post.DEPUTY_AUDIT: (Subject.ROUNDS, Subject.SUSPICIONS, Subject.RESTING),
    Post.OFFICE: (Subject.DUTIES,),
    Post.COLLECTION: (),
    Post.BENEFITS: (Subject.SUSPICIONS, Subject.RESTING, Subject.RECOVERIES),
    Post.AUDIT: (Subject.SUSPICIONS, Subject.ROUNDS, Subject.RESTING),
    Post.ACCOUNTS: (Subject.COOLING, Subject.RESTING),
    Post.ACCOUNTANT: (Subject.TRANSMITTED, Subject.LOCKED),
    Post.CASHIER: (Subject.RELEASED,),
    Post.PERMISSION: (),
}
"""What each post looks at first (design: who sees what first); what a post does not answer for is not counted for it."""
LONGEST_COOLING_DAYS = 400


@dataclass(frozen=True)
class Matter:
    """Something counted: what, how much of it, and the earliest deadline where there is one."""

    subject: Subject
    title: Both
    unit: Both
    count: int
    first: Due | None

    @property
    def is_late(self) -> bool:
        """Whether there is some of it past its day."""
        return self.count > 0 and self.first is not None and self.first.is_late


def matters(*, viewer: Viewer) -> tuple[Matter, ...]:
    """What the viewer's posts look at first, in their order; what is nothing now is told as well, with 0."""
    wanted = tuple(dict.fromkeys(subject for post in Post if post in viewer.posts for subject in FIRST[post]))
    if not wanted or not viewer.is_everywhere:
        return ()
    counted = dict(_counted(wanted, viewer.day))
    return tuple(_matter(subject, *counted[subject], viewer.day) for subject in wanted)


def _counted(wanted: tuple[Subject, ...], day: date) -> Iterator[tuple[Subject, tuple[int, str | None]]]:
    lately = date.fromordinal(day.toordinal() - LONGEST_COOLING_DAYS)
    days = {"day": f"'{day.isoformat()}'", "lately": f"'{lately.isoformat()}'"}
    asked = " UNION ALL ".join(
        f"SELECT {place}, n, CAST(first AS varchar(10)) FROM ({QUESTIONS[subject].sql.format(**days)}) AS q{place}"
        for place, subject in enumerate(wanted)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        for place, number, first in cursor.fetchall():
            yield wanted[place], (number, first)


def _matter(subject: Subject, count: int, first: str | None, day: date) -> Matter:
    asked = QUESTIONS[subject]
    return Matter(subject, asked.title, asked.unit, count, due(date.fromisoformat(first) if first else None, on=day))
