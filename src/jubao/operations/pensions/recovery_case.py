"""One case of money paid without a right: its months by paying level, what came of it, notices, instalments, acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.db.models.functions import Coalesce

from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.operations.pensions.recoveries_seen import REASONS, RECOVERING, cases_seen, named_of
from jubao.records.cases import RECOVERY_KINDS
from jubao.records.models import OverpaidMonth, Overpayment, RecoveryDemand, RecoveryEvent
from jubao.reports.business.named import Named
from jubao.reports.catalogue.recovery import LEVELS
from jubao.reports.figures.place import place_names
from jubao.reports.figures.recovered import InstalmentState, instalments
from jubao.reports.figures.window import Window
from jubao.reports.lists.known import lessened
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

KINDS = dict(RECOVERY_KINDS)
LEVEL_OF = {str(item): name for name, _, items in LEVELS.values() for item in items}


@dataclass(frozen=True)
class MonthLine:
    """One month of a case: what was paid too much by paying level, what of it is claimed no longer, and the rest, fen."""

    month: int
    levels: tuple[int, ...]
    fen: int
    withdrawn_fen: int


@dataclass(frozen=True)
class Came:
    """A step by which a case got less: when, how, how much, and on what."""

    on: date
    kind: str
    fen: int
    basis: str


@dataclass(frozen=True)
class Notice:
    """A notice that asks for the money: its number, when it went, to whom, by when, and how much."""

    number: str
    sent: date
    receiver: str
    due: date
    fen: int


@dataclass(frozen=True)
class PartLine:
    """An instalment of the agreement in force: its place, due day, sum, what came of it, and where it stands."""

    seq: int
    due: date
    fen: int
    repaid_fen: int
    rest_fen: int
    state: Both
    tag: str


@dataclass(frozen=True)
class SeenCase:
    """One case of money to be paid back.

    Attributes:
        key: its own; who: whom it is about; reason; found: when it was found; owner: the post whose it is; due.
        fen, open_fen: claimed, and still open; back_fen: came back; given_up_fen: written off; withdrawn_fen: no longer claimed.
        levels: names of the paying levels, in the order of each month's sums; months: each one; level_sums: of all months.
        came: how it got less; notices; debtor, agreed: of the agreement in force, if there is one; parts: its instalments.
        acts: what may be done with it.
    """

    key: int
    who: Named
    reason: str
    found: date
    owner: str
    due: date
    is_late: bool
    fen: int
    open_fen: int
    back_fen: int
    given_up_fen: int
    withdrawn_fen: int
    levels: tuple[str, ...]
    months: tuple[MonthLine, ...]
    level_sums: tuple[int, ...]
    came: tuple[Came, ...]
    notices: tuple[Notice, ...]
    debtor: str
    agreed: date | None
    parts: tuple[PartLine, ...]
    acts: tuple[OfferedAct, ...]

    @property
    def less_fen(self) -> int:
        """What was written off or is claimed no longer."""
        return self.given_up_fen + self.withdrawn_fen


def recovery_case(key: int, *, viewer: Viewer) -> SeenCase | None:
    """One case; None where there is none, or it is about nobody of the viewer's divisions.

    Raises:
        MayNotLook: none of his posts has to do with recovery, or he stays away from this person.
    """
    viewer.require(RECOVERING, "多发待遇追回")
    row = cases_seen(viewer).select_related("person", "act").filter(pk=key).first()
    if row is None:
        return None
    viewer.require_distance(row.person.resident_number)
    months, window = _months(row), Window(viewer.day.year, viewer.day)
    less = lessened(window, [key])[key]
    parts = [one for one in instalments(window) if one.instalment.plan.overpayment_id == key]
    plan = parts[0].instalment.plan if parts else None
    names = [name for name, _, _ in LEVELS.values()]
    shown = [level for level in range(len(names)) if any(one.levels[level] for one in months)]
    return SeenCase(
        key=row.pk,
        who=named_of(row, place_names()),
        reason=REASONS.get(row.reason, row.reason),
        found=row.act.business_date,
        owner=Post(row.owner_post).label,
        due=row.due_date,
        is_late=bool(row.open_fen) and row.due_date < viewer.day,
        fen=row.amount_fen,
        open_fen=row.open_fen,
        back_fen=less["back_fen"],
        given_up_fen=less["given_up_fen"],
        withdrawn_fen=less["withdrawn_fen"],
        levels=tuple(names[level] for level in shown),
        months=tuple(
            MonthLine(one.month, tuple(one.levels[level] for level in shown), one.fen, one.withdrawn_fen)
            for one in months
        ),
        level_sums=tuple(sum(one.levels[level] for one in months) for level in shown),
        came=_came(row),
        notices=_notices(row),
        debtor=plan.debtor if plan else "",
        agreed=plan.agreed_date if plan else None,
        parts=_parts(parts, viewer.day),
        acts=_acts(row, viewer),
    )


def _notices(row: Overpayment) -> tuple[Notice, ...]:
    """Every notice that asks for the money."""
    sent = RecoveryDemand.objects.filter(overpayment=row).order_by("pk")
    return tuple(Notice(one.number, one.sent_date, one.receiver, one.due_date, one.amount_fen) for one in sent)


def _came(row: Overpayment) -> tuple[Came, ...]:
    """Every step by which a case got less, on the day the bank had the money where it was a receipt."""
    events = RecoveryEvent.objects.filter(overpayment=row).select_related("act", "statement_line").order_by("pk")
    found = []
    for one in events:
        line = one.statement_line
        on, basis = (line.date, line.reference) if line else (one.act.business_date, one.basis)
        found.append(Came(on, KINDS[one.kind], one.amount_fen, basis))
    return tuple(found)


def _parts(listed: Sequence[InstalmentState], day: date) -> tuple[PartLine, ...]:
    """The instalments of the agreement in force."""
    found = []
    for one in listed:
        part, state = one.instalment, _part_state(one.rest_fen, one.repaid_fen, is_late=one.overdue(day))
        found.append(PartLine(part.seq, part.due_date, part.amount_fen, one.repaid_fen, one.rest_fen, *state))
    return tuple(found)


def _months(row: Overpayment) -> list[MonthLine]:
    """Each month of a case by paying level, all levels in the order of ``LEVELS``."""
    names = [name for name, _, _ in LEVELS.values()]
    sums: dict[int, list[int]] = {}
    less: dict[int, int] = {}
    rows = OverpaidMonth.objects.filter(overpayment=row).annotate(gone=Coalesce(Sum("withdrawals__amount_fen"), 0))
    for month, item, fen, gone in rows.order_by("month", "item").values_list("month", "item", "amount_fen", "gone"):
        sums.setdefault(month, [0] * len(names))[names.index(LEVEL_OF[item])] += fen
        less[month] = less.get(month, 0) + gone
    return [MonthLine(month, tuple(levels), sum(levels), less[month]) for month, levels in sums.items()]


def _part_state(rest: int, repaid: int, *, is_late: bool) -> tuple[Both, str]:
    if rest == 0:
        return both("已还清", "Paid"), "ok"
    if is_late:
        return both("逾期", "Overdue"), "stop"
    return (both("部分已还", "Partly paid"), "work") if repaid else (both("未到期", "Not due"), "")


def _acts(row: Overpayment, viewer: Viewer) -> tuple[OfferedAct, ...]:
    if not row.open_fen:
        return ()
    answers = {"person": str(row.person_id)}
    found = offered(viewer, about=(About.RECOVERY, About.AWARD, About.PERSON), answers=answers, only_fitting=True)
    return tuple(act for act in found if act.code.startswith("recovery."))
