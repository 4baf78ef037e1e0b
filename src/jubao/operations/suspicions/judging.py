"""Which hits are suspicions: the list's row beside our person, by the question its kind asks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jubao.matching.comparison import Hits, Insured, classify, is_candidate
from jubao.operations.people import in_slices
from jubao.operations.suspicions.kinds import Meaning, Question, Whom
from jubao.records.models import BankAccount, CategoryPeriod
from jubao.vocabulary.codes import Category

Columns = dict[str, list[Any]]
ENDED, DRAWING, HELD_CARD = "4", "3", ("挂失", "注销", "冻结", "止付")
_NOT_TOLD = {"resident_number", "name", "record_number"}


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


Judged = list[tuple[int, Insurant, str]]


def judge(
    kind: str, meaning: Meaning, columns: Columns, hits: Sequence[tuple[int, Insurant]], *, own_area: str
) -> Judged:
    """Place of the row, person and kind of suspicion of each hit that somebody must look at.

    Args:
        kind: the list's kind; a suspicion bears it unless its question has finer ones.
        columns: the rows, by field.
        hits: place of a row and the person found for it.
        own_area: code of our district.
    """
    if meaning.question == Question.SCHEME:
        return _by_scheme(meaning, columns, hits, own_area)
    able = [(place, who) for place, who in hits if _concerned(meaning.whom, who)]
    if meaning.question == Question.CATEGORY:
        return _by_category(columns, able)
    if meaning.question in (Question.ACCOUNT, Question.CARD):
        return _by_account(columns, able)
    return [(place, who, kind) for place, who in able]


def _concerned(whom: Whom, who: Insurant) -> bool:
    if whom == Whom.IN_PAYMENT:
        return who.in_payment
    if whom == Whom.CONTRIBUTORS:
        return who.enrolment_state != ENDED and not who.in_payment
    return who.enrolment_state != ENDED


def _by_scheme(meaning: Meaning, columns: Columns, hits: Sequence[tuple[int, Insurant]], own_area: str) -> Judged:
    """By the rule of the provincial comparison; what a list does not say is its kind's scheme, elsewhere, enrolled."""

    def told(name: str, otherwise: str) -> np.ndarray:
        column = columns.get(name)
        return np.array([str((column[place] if column else None) or otherwise) for place, _ in hits], dtype=np.str_)

    rows = Hits(scheme=told("scheme", meaning.scheme), area=told("area", ""), state=told("state", "1"))
    insured = Insured(
        enrolment_state=np.array([who.enrolment_state for _, who in hits], dtype=np.str_),
        contribution_state=np.array([who.contribution_state for _, who in hits], dtype=np.str_),
    )
    kinds = classify(rows, insured, own_area=own_area)
    return [(*hits[at], str(kinds[at])) for at in np.flatnonzero(is_candidate(kinds)).tolist()]


def _by_category(columns: Columns, hits: Sequence[tuple[int, Insurant]]) -> Judged:
    """People whom a list puts into another group than ours; who already is in it raises nothing."""
    ours = _latest(CategoryPeriod, "category", hits)
    stated = columns.get("category")
    return [
        (place, who, "CATEGORY_CHANGE")
        for place, who in hits
        if not _same_group(str(stated[place] or "") if stated else "", ours.get(who.person, ""))
    ]


def _same_group(stated: str, ours: str) -> bool:
    """Whether the sender's word (a code or a name of a group) means our category; without a word any group will do."""
    if not stated:
        return ours not in ("", Category.ORDINARY.value)
    return ours == stated or (bool(ours) and (Category(ours).label in stated or stated in Category(ours).label))


def _by_account(columns: Columns, hits: Sequence[tuple[int, Insurant]]) -> Judged:
    """Accounts and cards: of somebody else's name, not the one we pay to, or no longer working."""
    cards = _latest(BankAccount, "card_number", hits)
    names, states = columns.get("name"), columns.get("card_state")
    numbers = columns.get("card_number")
    found: Judged = []
    for place, who in hits:
        if names and names[place] and names[place] != who.name:
            found.append((place, who, "ACCOUNT_NAME_MISMATCH"))
        elif states and any(word in str(states[place] or "") for word in HELD_CARD):
            found.append((place, who, "CARD_NOT_WORKING"))
        elif numbers and numbers[place] and cards.get(who.person) and numbers[place] != cards[who.person]:
            found.append((place, who, "CARD_MISMATCH"))
    return found


def _latest(model: Any, field: str, hits: Sequence[tuple[int, Insurant]]) -> dict[int, str]:
    """The latest value of a dated fact by person."""
    keys = sorted({who.person for _, who in hits})
    return {
        person: value
        for part in in_slices(keys)
        for person, value in model.objects.filter(person__in=part).order_by("id").values_list("person_id", field)
    }


def told(columns: Columns, place: int, **more: str) -> str:
    """What the list says about a person besides name and number, as JSON."""
    said = {name: str(columns[name][place]) for name in columns
            if name not in _NOT_TOLD and columns[name][place] is not None}  # fmt: skip
    return json.dumps(said | more, ensure_ascii=False, sort_keys=True)
