"""What somebody's relation came to: suspicions, money claimed back, settlements, transfers."""

import json
from dataclasses import dataclass
from datetime import date

from jubao.records.models import MatchCandidate, Overpayment, Person, Transfer
from jubao.reports.explanation.unpaid import REASONS
from jubao.reports.person.standing import Tone
from jubao.vocabulary import month as months
from jubao.vocabulary.codes.membership import AccountEnd
from jubao.vocabulary.codes.suspicion import HitKind, ListKind
from jubao.vocabulary.posts import LABELS
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import Viewer

POSTS = {str(post): label for post, label in LABELS.items()}


@dataclass(frozen=True)
class Suspicion:
    """A suspicion: the list it stands on, what the list is and says, where it stands, who must act by when.

    ``number`` and ``record`` open it; ``score`` is how likely it is the same person, millionths, None for equal numbers.
    """

    number: str
    record: str
    list_title: str
    kind: str
    elsewhere: str
    state: str
    tone: Tone
    post: str
    due: date | None
    is_late: bool
    score: int | None
    on: date


@dataclass(frozen=True)
class Claim:
    """Money paid in excess: why, for which months, the last included, how much, what came back or was given up, and what is open.

    ``key`` opens it; ``demanded`` is the number of the latest notice, or empty; ``post`` and ``due`` say who and by when.
    """

    key: int
    reason: str
    from_month: int
    last_month: int
    fen: int
    back_fen: int
    given_up_fen: int
    open_fen: int
    demanded: str
    post: str
    due: date
    on: date
    event: int


@dataclass(frozen=True)
class Ending:
    """A settlement: why and when the relation ended, and what was owed both ways, fen; taken back or not."""

    reason: str
    event_date: date
    account: str
    refundable_fen: int
    backpay_fen: int
    funeral_fen: int
    overpaid_fen: int
    offset_fen: int
    refund_fen: int
    to_recover_fen: int
    is_taken_back: bool
    memo: str
    on: date
    event: int


@dataclass(frozen=True)
class Move:
    """A transfer: which way, of what kind, the other agency, how much and how many years went along."""

    direction: str
    kind: str
    agency: str
    fen: int
    years: int
    on: date
    event: int


@dataclass(frozen=True)
class Cases:
    """Everything that became a case, the latest first in each kind."""

    suspicions: tuple[Suspicion, ...]
    claims: tuple[Claim, ...]
    endings: tuple[Ending, ...]
    moves: tuple[Move, ...]


def cases_of_person(person: Person, *, viewer: Viewer) -> Cases:
    """The cases of somebody, from five statements."""
    return Cases(_suspicions(person, viewer), _claims(person), _endings(person), _moves(person))


TONES = {"OPEN": Tone.STOPPED, "HELD": Tone.RESTING}


def _suspicions(person: Person, viewer: Viewer) -> tuple[Suspicion, ...]:
    lists = {str(one): one.label for one in ListKind}
    hits = {str(one): one.label for one in HitKind}
    rows = MatchCandidate.objects.filter(person=person).select_related("match_list", "act").order_by("-pk")
    return tuple(
        Suspicion(
            number=row.match_list.number,
            record=row.record_number,
            list_title=lists.get(row.match_list.kind, row.match_list.kind),
            kind=hits.get(row.kind, ""),
            elsewhere=_elsewhere(row.details),
            state=MatchCandidate.State(row.state).label,
            tone=TONES.get(row.state, Tone.PLAIN),
            post=POSTS.get(row.owner_post, row.owner_post),
            due=row.due_date,
            is_late=row.due_date is not None and row.due_date < viewer.day and row.state in TONES,
            score=row.score_ppm,
            on=row.act.business_date,
        )
        for row in rows
    )


def _elsewhere(details: str) -> str:
    told = json.loads(details)
    names = ("agency", "other_agency", "area", "other_area", "origin")
    return next((str(told[name]) for name in names if told.get(name)), "")


def _claims(person: Person) -> tuple[Claim, ...]:
    rows = Overpayment.objects.filter(person=person).select_related("act").order_by("-pk")
    return tuple(_claim(row) for row in rows.prefetch_related("recoveries", "demands"))


def _claim(row: Overpayment) -> Claim:
    less = {"back": 0, "given_up": 0}
    for one in row.recoveries.all():
        less["given_up" if one.kind in ("WRITTEN_OFF", "WITHDRAWN") else "back"] += one.amount_fen
    demands = sorted(row.demands.all(), key=lambda one: one.pk)
    return Claim(
        key=row.pk,
        reason=REASONS.get(row.reason, row.reason),
        from_month=row.from_month,
        last_month=months.add(row.to_month, -1),
        fen=row.amount_fen,
        back_fen=less["back"],
        given_up_fen=less["given_up"],
        open_fen=row.open_fen,
        demanded=demands[-1].number if demands else "",
        post=POSTS.get(row.owner_post, row.owner_post),
        due=demands[-1].due_date if demands else row.due_date,
        on=row.act.business_date,
        event=row.act_id,
    )


def _endings(person: Person) -> tuple[Ending, ...]:
    return tuple(
        Ending(
            reason=REASONS.get(row.reason, row.reason),
            event_date=row.event_date,
            account=AccountEnd(row.account).label,
            refundable_fen=row.refundable_fen,
            backpay_fen=row.backpay_fen,
            funeral_fen=row.funeral_fen,
            overpaid_fen=row.overpaid_fen,
            offset_fen=row.offset_fen,
            refund_fen=row.refund_fen,
            to_recover_fen=row.to_recover_fen,
            is_taken_back=row.reversed,
            memo=masked(row.memo),
            on=row.act.business_date,
            event=row.act_id,
        )
        for row in person.settlements.all()
    )


def _moves(person: Person) -> tuple[Move, ...]:
    rows = Transfer.objects.filter(person=person).select_related("act").order_by("-pk")
    return tuple(
        Move(
            row.get_direction_display(),
            row.get_kind_display(),
            row.agency,
            row.amount_fen,
            row.years,
            row.act.business_date,
            row.act_id,
        )
        for row in rows
    )
