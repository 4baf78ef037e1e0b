"""Which hits are suspicions: the list's row beside our person, by the question its kind asks and the time it tells."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Min

from jubao.matching.comparison import Hits, Insured, classify, is_candidate
from jubao.operations.people import in_slices
from jubao.operations.registers.kinds import Concern, Meaning, Question, Whom
from jubao.records.models import Award, BankAccount, CategoryPeriod, Enrolment
from jubao.vocabulary.codes import Category
from jubao.vocabulary.codes.suspicion import HitKind

Columns = dict[str, list[Any]]
ENDED, DRAWING, HELD_CARD = "4", "3", ("挂失", "注销", "冻结", "止付")
ASKED = "asked"
"""The column, and the entry of what a list tells, in which stands what somebody must ask the sender about."""
_NOT_TOLD = {"resident_number", "name", "record_number"}
_BEGINS = ("start_date", "other_start", "since")


@dataclass(frozen=True, slots=True)
class Insurant:
    """One of our people as comparisons need them: the two-code state, name and number."""

    person: int
    enrolment_state: str
    contribution_state: str
    name: str
    number: str

    @property
    def in_payment(self) -> bool:
        """Whether a pension is drawn or held."""
        return self.enrolment_state != ENDED and self.contribution_state == DRAWING

    @property
    def ended(self) -> bool:
        """Whether the relation here has ended."""
        return self.enrolment_state == ENDED


Found = Sequence[tuple[int, Insurant]]
Judged = list[tuple[int, Insurant, str]]


@dataclass
class Judgement:
    """What becomes of some hits.

    Attributes:
        raised: place of the row, person and kind of suspicion of each hit that somebody must look at.
        outside: places of rows about a time that ended before we had to do with the person.
    """

    raised: Judged = field(default_factory=list)
    outside: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Judging:
    """What hits of a list are judged by: the kind's meaning, our district, and the order of groups, empty where none is known."""

    meaning: Meaning
    own_area: str
    precedence: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The list's kind; a suspicion bears it unless its question has finer ones."""
        return str(self.meaning.kind)


def judge(by: Judging, columns: Columns, hits: Found) -> Judgement:
    """Say of each hit whether it is a suspicion, and of what.

    Args:
        by: what the list's kind says, and where we are.
        columns: the rows, by field.
        hits: place of a row and the person found for it.
    """
    meaning = by.meaning
    if meaning.question == Question.CATEGORY:
        return Judgement(_by_category(columns, _concerned(meaning.whom, hits), by.precedence))
    if meaning.question in (Question.ACCOUNT, Question.CARD):
        return Judgement(_by_account(columns, _concerned(meaning.whom, hits)))
    if meaning.question == Question.SCHEME:
        raised = _by_scheme(by.kind, meaning, columns, hits, by.own_area)
    else:
        raised = [(place, who, by.kind) for place, who in _concerned(meaning.whom, hits)]
    return raised_in_time(meaning, columns, raised)


def _concerned(whom: Whom, hits: Found) -> Found:
    if whom == Whom.IN_PAYMENT:
        return [(place, who) for place, who in hits if who.in_payment]
    if whom == Whom.CONTRIBUTORS:
        return [(place, who) for place, who in hits if not who.ended and not who.in_payment]
    return [(place, who) for place, who in hits if not who.ended]


# ── Time ──


def raised_in_time(meaning: Meaning, columns: Columns, raised: Judged) -> Judgement:
    """Leave out what a list tells of a time that was over before our own months begin.

    Custody that ended before the pension began touches no month that was or will be paid, nor does a pension
    elsewhere that ended before; of contributors the months since they enrolled count. A death has no such end.
    """
    ends = columns.get("end_date")
    if meaning.death or ends is None:
        return Judgement(raised)
    timed = [(place, who) for place, who, _ in raised if _end_month(columns, place) is not None]
    first = _first_months(timed)
    found = Judgement()
    for place, who, kind in raised:
        end = _end_month(columns, place)
        if end is not None and end < first.get(who.person, 0):
            found.outside.append(place)
        else:
            found.raised.append((place, who, kind))
    return found


def _end_month(columns: Columns, place: int) -> int | None:
    """The month in which a stated time ends; None without an end, and where it would end before it begins."""
    end = _month_of(columns["end_date"][place])
    begins = [_month_of(columns[name][place]) for name in _BEGINS if name in columns]
    contradicted = end is not None and any(begin is not None and begin > end for begin in begins)
    return None if contradicted else end


def _month_of(told: Any) -> int | None:
    """A month YYYYMM of what a list tells: such a month, or a day or month as ISO text."""
    digits = "".join(str(told or "").split("-")[:2])
    return int(digits[:6]) if digits[:6].isdigit() and len(digits) >= len("201701") else None


def _first_months(hits: Found) -> dict[int, int]:
    """By person the first month we had to do with them: of the first pension, else of the enrolment."""
    people = sorted({who.person for _, who in hits})
    found: dict[int, int] = {}
    for part in in_slices(people):
        rows = Enrolment.objects.filter(person__in=part).order_by("person")
        found |= dict(rows.values_list("person_id", "enrolled_month"))
        awards = (
            Award.objects.filter(person__in=part).order_by("person").values("person").annotate(first=Min("start_month"))
        )
        found |= dict(awards.values_list("person_id", "first"))
    return found


# ── Questions ──


def _by_scheme(kind: str, meaning: Meaning, columns: Columns, hits: Found, own_area: str) -> Judged:
    """By the rule of the provincial comparison; what a list does not say is its kind's scheme, elsewhere, enrolled.

    Where scheme, area or state could not be read, nobody guesses what the hit means: it bears the list's own kind.
    """

    def told(name: str, otherwise: str) -> np.ndarray:
        column = columns.get(name)
        return np.array([str((column[place] if column else None) or otherwise) for place, _ in hits], dtype=np.str_)

    rows = Hits(scheme=told("scheme", meaning.scheme), area=told("area", ""), state=told("state", "1"))
    insured = Insured(
        enrolment_state=np.array([who.enrolment_state for _, who in hits], dtype=np.str_),
        contribution_state=np.array([who.contribution_state for _, who in hits], dtype=np.str_),
    )
    kinds = classify(rows, insured, own_area=own_area)
    raised = [(*hits[at], str(kinds[at])) for at in np.flatnonzero(is_candidate(kinds)).tolist()]
    return [(place, who, kind if _unread(columns, place) and not who.ended else what) for place, who, what in raised]


def _unread(columns: Columns, place: int) -> bool:
    """Whether one of the columns that decide could not be read in a row."""
    asked = columns.get(ASKED)
    return bool(asked and asked[place]) and any(
        columns[name][place] is None for name in ("scheme", "area", "state") if name in columns
    )


def _by_category(columns: Columns, hits: Found, precedence: Sequence[str]) -> Judged:
    """People whom a list puts into another group than ours; who is in it, or in one that goes before it, raises nothing."""
    ours = _latest(CategoryPeriod, "category", hits)
    stated = columns.get("category")
    said = {place: str(stated[place] or "") if stated else "" for place, _ in hits}
    return [
        (place, who, str(HitKind.CATEGORY_CHANGE))
        for place, who in hits
        if not _same_group(said[place], own := ours.get(who.person, ""))
        and not _goes_before(own, said[place], precedence)
    ]


def _same_group(stated: str, ours: str) -> bool:
    """Whether the sender's word (a code or a name of a group) means our category; without a word any group will do."""
    if not stated:
        return ours not in ("", Category.ORDINARY.value)
    return ours == stated or (bool(ours) and (Category(ours).label in stated or stated in Category(ours).label))


def _goes_before(ours: str, stated: str, precedence: Sequence[str]) -> bool:
    """Whether our category stands before every group the sender's word can mean (policy ``scheme.category_precedence``)."""
    if not stated or ours not in precedence:
        return False
    meant = [code for code in precedence if _same_group(stated, code)]
    return bool(meant) and all(precedence.index(ours) < precedence.index(code) for code in meant)


def _by_account(columns: Columns, hits: Found) -> Judged:
    """Accounts and cards: of somebody else's name, not the one we pay to, or no longer working."""
    cards = _latest(BankAccount, "card_number", hits)
    names, states = columns.get("name"), columns.get("card_state")
    numbers = columns.get("card_number")
    found: Judged = []
    for place, who in hits:
        if names and names[place] and names[place] != who.name:
            found.append((place, who, str(HitKind.ACCOUNT_NAME_MISMATCH)))
        elif states and any(word in str(states[place] or "") for word in HELD_CARD):
            found.append((place, who, str(HitKind.CARD_NOT_WORKING)))
        elif numbers and numbers[place] and cards.get(who.person) and numbers[place] != cards[who.person]:
            found.append((place, who, str(HitKind.CARD_MISMATCH)))
    return found


def _latest(model: Any, name: str, hits: Found) -> dict[int, str]:
    """The latest value of a dated fact by person."""
    keys = sorted({who.person for _, who in hits})
    return {
        person: value
        for part in in_slices(keys)
        for person, value in model.objects.filter(person__in=part).order_by("id").values_list("person_id", name)
    }


# ── What a list tells ──


def told(columns: Columns, place: int, **more: str) -> str:
    """What the list says about a person besides name and number, as JSON."""
    said = {
        name: str(columns[name][place])
        for name in columns
        if name not in _NOT_TOLD and columns[name][place] is not None
    }
    return json.dumps(said | more, ensure_ascii=False, sort_keys=True)


FACTS: Mapping[Concern, Mapping[str, str]] = {
    Concern.DEATH: {"death_date": "死亡日期"},
    Concern.ELSEWHERE: {"other_start": "对方待遇开始", "start_date": "开始", "since": "起始", "end_date": "截止"},
    Concern.CUSTODY: {"start_date": "收监", "end_date": "释放"},
    Concern.ALERT: {"start_date": "开始", "end_date": "截止"},
    Concern.HINT: {},
}
"""By concern, the days and months a list tells that a decision rests on, with how they are called."""
