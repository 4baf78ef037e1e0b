"""One row of a list beside everybody it may be: reasons that add up to the score, facts outside it, and what a decision costs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from jubao.matching.explaining import DOUBT, PRIOR, TOTAL
from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.operations.people import in_slices
from jubao.operations.registers.kinds import Meaning, meaning_of, title_of
from jubao.operations.registers.lists_seen import LISTS, OPEN_STATES, TAGS, percent
from jubao.operations.signs_of_life import alive_after, last_seen
from jubao.operations.suspicions.consequences import Consequence, consequences
from jubao.operations.suspicions.told import day_of, said_in_words, told_by, veiled
from jubao.records.models import (
    Award,
    AwardComponent,
    CandidateEvent,
    MatchCandidate,
    MatchList,
    Person,
    RegisterRow,
)
from jubao.reports.business.named import TAIL, Named
from jubao.reports.figures.place import place_names
from jubao.reports.viewers import people_seen
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import RelationState
from jubao.vocabulary.viewer import Viewer

State = MatchCandidate.State
SIDE_BY_SIDE = 2
"""Candidates told in full; of three or more, the best two."""
MIDDLE = 50
"""Where a bar of weight nought stands, in hundredths of its drawing."""


# ── What is told of one row ──


@dataclass(frozen=True)
class Reason:
    """One comparison of a score.

    Attributes:
        what: what is compared; listed, kept: what the list and the register say, numbers and birthdays veiled.
        level: what that amounts to; weight: what it adds, in bits with one decimal and its sign.
        bar_x, bar_width: of the weight's bar, hundredths of the drawing; is_against: whether it speaks against one person.
    """

    what: str
    listed: str
    kept: str
    level: str
    weight: str
    bar_x: int
    bar_width: int
    is_against: bool


@dataclass(frozen=True)
class Step:
    """A step a suspicion took: when, to which state, and on what."""

    on: date
    state: str
    evidence: str


@dataclass(frozen=True)
class Suspect:
    """Somebody whom a row may mean.

    Attributes:
        who: to open; standing: how he stands; kind: of what the suspicion is.
        score: likelihood of one person in percent, empty where the number is the same; is_ambiguous: whether the score
            alone tells nothing; doubts: why.
        reasons: each comparison; start, total: where the sum begins and ends, in bits with one decimal.
        contradictions: facts outside the score that speak against the list.
        state, tag: where the suspicion stands; is_open: whether it is still to be decided; due: by when; owner: by whom.
        steps: what was done so far.
        consequence: what it would cost to find it true; None where nothing is paid, or the list states no day.
        acts: the decisions.
    """

    who: Named
    standing: Both
    kind: str
    score: str
    is_ambiguous: bool
    doubts: tuple[str, ...]
    reasons: tuple[Reason, ...]
    start: str
    total: str
    contradictions: tuple[str, ...]
    state: str
    tag: str
    is_open: bool
    due: date | None
    owner: str
    steps: tuple[Step, ...]
    consequence: Consequence | None
    acts: tuple[OfferedAct, ...]


@dataclass(frozen=True)
class SeenRecord:
    """One row of a list and everybody it may be.

    Attributes:
        number, kind, received_from, on: of the list; record: the sender's number of the row; row: its line in the file.
        name, resident_number: as the list writes them, the number veiled; empty where they are the person's own.
        rule: why it could not be compared by number, empty where it could.
        told: what else the list says, label and value.
        suspects: at most two, the likeliest first; more: how many others there are.
        next: the record of the next suspicion of the list that is open, empty where there is none.
        ends: whether a suspicion of this kind may end a pension.
        acts: what may be done with a row that is nobody.
    """

    number: str
    kind: str
    received_from: str
    on: date
    record: str
    row: int | None
    name: str
    resident_number: str
    rule: str
    told: tuple[tuple[str, str], ...]
    suspects: tuple[Suspect, ...]
    more: int
    next: str
    ends: bool
    acts: tuple[OfferedAct, ...]

    @property
    def several(self) -> Both:
        """What is said where more than one person may be meant."""
        words = both("{n} 个候选，不能只看分数", "{n} candidates: look at more than the score")
        return words.with_(n=len(self.suspects) + self.more)


def seen_record(number: str, record: str, *, viewer: Viewer) -> SeenRecord | None:
    """A row of a list; None where there is none, or it is about nobody of the viewer's divisions.

    Args:
        number: of the list; record: the sender's number of the row.
    Raises:
        MayNotLook: none of his posts sees lists, or he stays away from somebody it may mean.
    """
    viewer.require(LISTS, "外来名单")
    found = MatchList.objects.select_related("act").filter(number=number).first()
    if found is None:
        return None
    wanted = MatchCandidate.objects.filter(match_list=found, record_number=record, person__in=people_seen(viewer))
    rows = list(wanted.select_related("person", "register_row").order_by("-score_ppm", "pk"))
    for row in rows:
        viewer.require_distance(row.person.resident_number)
    unread = rows[0].register_row if rows else _unread(found, record, viewer)
    if not rows and unread is None:
        return None
    meaning, shown = meaning_of(found.kind), rows[:SIDE_BY_SIDE]
    told: Mapping[str, Any] = json.loads(rows[0].details if rows else unread.details if unread else "{}")
    return SeenRecord(
        number=number,
        kind=meaning.title,
        received_from=found.received_from,
        on=found.act.business_date,
        record=record,
        row=unread.row if unread else None,
        name=unread.name if unread else "",
        resident_number=veiled(unread.resident_number) if unread and unread.resident_number else "",
        rule=unread.rule if unread else "",
        told=told_by(told),
        suspects=_suspects(shown, told, meaning, number, viewer),
        more=len(rows) - len(shown),
        next=_next(found, rows, viewer),
        ends=meaning.ends,
        acts=_acts(viewer, number, row=unread.row) if unread and not rows else (),
    )


def _unread(found: MatchList, record: str, viewer: Viewer) -> RegisterRow | None:
    """A row without a usable number and without anybody; it is of no division, so only who sees all sees it."""
    if not viewer.is_everywhere:
        return None
    row = RegisterRow.objects.filter(match_list=found, record_number=record).order_by("row").first()
    if row is not None and row.resident_number:
        viewer.require_distance(row.resident_number)
    return row


def _next(found: MatchList, rows: Sequence[MatchCandidate], viewer: Viewer) -> str:
    """The record of the next open suspicion behind these, going round."""
    last = max((row.pk for row in rows), default=0)
    waiting = MatchCandidate.objects.filter(match_list=found, state__in=OPEN_STATES, person__in=people_seen(viewer))
    waiting = waiting.exclude(pk__in=[row.pk for row in rows]).order_by("pk")
    listed = list(waiting.values_list("pk", "record_number"))
    behind = [record for key, record in listed if key > last]
    return behind[0] if behind else listed[0][1] if listed else ""


# ── Whom it may mean ──


def _suspects(
    rows: Sequence[MatchCandidate], told: Mapping[str, Any], meaning: Meaning, number: str, viewer: Viewer
) -> tuple[Suspect, ...]:
    if not rows:
        return ()
    people, places = [row.person for row in rows], place_names()
    awards = _awards(people)
    monthly = _monthly([award.pk for award in awards.values()])
    steps = _steps([row.pk for row in rows])
    died = day_of(told.get("death_date")) if meaning.death else None
    seen = last_seen(people) if died else {}
    still = [row.person for row in rows if row.state in OPEN_STATES]
    costs = consequences(still, awards, monthly, told, meaning, viewer)
    return tuple(
        _suspect(
            row,
            standing=_standing(row.person, awards.get(row.person_id), monthly),
            contradictions=tuple(alive_after(seen.get(row.person_id, {}), died)) if died else (),
            steps=tuple(steps.get(row.pk, ())),
            consequence=costs.get(row.person_id),
            acts=_acts(viewer, number, person=str(row.person_id)) if row.state in OPEN_STATES else (),
            place=places.get(row.person.division, (row.person.division, row.person.division)),
        )
        for row in rows
    )


def _suspect(row: MatchCandidate, *, place: tuple[str, str], **told: Any) -> Suspect:
    why: Mapping[str, Any] = json.loads(row.explanation) if row.explanation else {}
    parts: Sequence[Mapping[str, str]] = why.get("parts", [])
    weights = {part["comparison"]: part["weight"] for part in parts}
    largest = max((abs(Decimal(part["weight"])) for part in parts if part["comparison"] not in _NO_REASON), default=1)
    state = State(row.state)
    return Suspect(
        who=Named(row.person_id, row.person.name, row.person.resident_number[-TAIL:], *place),
        kind=title_of(row.kind),
        score=percent(row.score_ppm),
        is_ambiguous=bool(why.get("ambiguous", False)),
        doubts=tuple(part["level"] for part in parts if part["comparison"] == DOUBT),
        reasons=tuple(_reason(part, Decimal(largest)) for part in parts if part["comparison"] not in _NO_REASON),
        start=_bits(weights.get(PRIOR, "")),
        total=_bits(weights.get(TOTAL, "")),
        state=str(state.label),
        tag=TAGS[state],
        is_open=state in OPEN_STATES,
        due=row.due_date,
        owner=Post(row.owner_post).label if row.owner_post else "",
        **told,
    )


_NO_REASON = {PRIOR, TOTAL, DOUBT}


def _reason(part: Mapping[str, str], largest: Decimal) -> Reason:
    weight = Decimal(part["weight"])
    width = int(abs(weight) / (largest or 1) * MIDDLE)
    return Reason(
        what=part["comparison"],
        listed=said_in_words(part["left"]),
        kept=said_in_words(part["right"]),
        level=part["level"],
        weight=_bits(part["weight"]),
        bar_x=MIDDLE - width if weight < 0 else MIDDLE,
        bar_width=width,
        is_against=weight < 0,
    )


def _bits(weight: str) -> str:
    """A weight with one decimal and a real sign."""
    if not weight:
        return ""
    rounded = Decimal(weight).quantize(Decimal("0.1"))
    return f"＋{rounded}" if rounded > 0 else f"−{-rounded}" if rounded < 0 else "0.0"


def _standing(person: Person, award: Award | None, monthly: Mapping[int, int]) -> Both:
    """How somebody stands, with the pension where there is one."""
    state = RelationState(person.state).label
    if award is None:
        return both(state, state)
    fen = monthly.get(award.pk, 0)
    yuan = f"{fen // 100:,}.{fen % 100:02d}"
    return both("{state}，月 {yuan} 元", "{state}, {yuan} yuan a month").with_(state=state, yuan=yuan)


def _awards(people: Sequence[Person]) -> dict[int, Award]:
    """The running pension of each."""
    running = Award.objects.filter(person__in=[one.pk for one in people], ended_month__isnull=True).order_by("pk")
    return {award.person_id: award for award in running}


def _monthly(awards: Sequence[int]) -> dict[int, int]:
    """What each pension pays a month now, fen."""
    parts = AwardComponent.objects.filter(award__in=awards, to_month__isnull=True).order_by()
    return {award: int(fen) for award, fen in parts.values_list("award_id").annotate(fen=Sum("amount_fen"))}


def _steps(candidates: Sequence[int]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = {}
    for part in in_slices(candidates):
        for event in CandidateEvent.objects.filter(candidate__in=part).select_related("act").order_by("pk"):
            step = Step(event.act.business_date, str(State(event.state).label), event.evidence)
            found.setdefault(event.candidate_id, []).append(step)
    return found


def _acts(viewer: Viewer, number: str, *, person: str = "", row: int = 0) -> tuple[OfferedAct, ...]:
    """The decisions on a person, or on a row that is nobody."""
    answers = {"list": number, "row": str(row)} | ({"person": person} if person else {})
    about = (About.LIST, About.AWARD, About.PERSON)
    found = offered(viewer, about=about, answers=answers, only_fitting=True)
    return tuple(act for act in found if act.code in (OF_PERSONS if person else OF_NOBODY))


OF_NOBODY = frozenset({"match.dismiss"})
OF_PERSONS = frozenset({"match.hold", "match.clear", "match.confirm", "match.end_payer", "match.request_other"})
