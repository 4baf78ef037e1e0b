"""What each kind of list says about the people on it: who becomes a suspicion, of what, and what may follow."""

from dataclasses import dataclass
from enum import StrEnum

from jubao.matching.comparison import CandidateKind
from jubao.vocabulary.codes import SuspensionReason
from jubao.vocabulary.codes.suspicion import HitKind, ListKind


class Whom(StrEnum):
    """Which of our people a list can be about; others are hits without a suspicion."""

    ENROLLED = "ENROLLED"
    IN_PAYMENT = "IN_PAYMENT"
    CONTRIBUTORS = "CONTRIBUTORS"


class Question(StrEnum):
    """What is compared once a person is found."""

    PRESENCE = "PRESENCE"  # being on the list is the suspicion
    SCHEME = "SCHEME"  # insured or drawing elsewhere, by scheme, area and state
    CATEGORY = "CATEGORY"  # another identity group than ours
    ACCOUNT = "ACCOUNT"  # whose bank account it is
    CARD = "CARD"  # whose card it is, and whether it works


class Concern(StrEnum):
    """What a suspicion is about; suspicions of one concern are answered together."""

    DEATH = "DEATH"
    ELSEWHERE = "ELSEWHERE"
    CUSTODY = "CUSTODY"
    ALERT = "ALERT"
    HINT = "HINT"


@dataclass(frozen=True)
class Meaning:
    """One kind of list.

    Attributes:
        kind: which one.
        whom: of whom it can raise a suspicion.
        concern: what such a suspicion is about.
        question: what is compared.
        suspends: reason under which a pension is held on a suspicion; None when the list is a hint only.
        ends: whether a suspicion found true may end a relation.
        scheme: the scheme all its rows are of, where it has no such column.
        layout: the layout of our own that it has when no mapping is named.
    """

    kind: ListKind
    whom: Whom
    concern: Concern
    question: Question = Question.PRESENCE
    suspends: SuspensionReason | None = SuspensionReason.OTHER
    ends: bool = True
    scheme: str = ""
    layout: str = ""

    @property
    def title(self) -> str:
        """Its Chinese name."""
        return self.kind.label

    @property
    def death(self) -> bool:
        """Whether it says that people died."""
        return self.concern is Concern.DEATH


def _death(kind: ListKind, layout: str = "") -> Meaning:
    return Meaning(kind, Whom.ENROLLED, Concern.DEATH, layout=layout)


def _elsewhere(kind: ListKind, question: Question, *, scheme: str = "", layout: str = "") -> Meaning:
    return Meaning(kind, Whom.ENROLLED, Concern.ELSEWHERE, question, scheme=scheme, layout=layout)


def _hint(kind: ListKind, whom: Whom, question: Question) -> Meaning:
    return Meaning(kind, whom, Concern.HINT, question, suspends=None, ends=False)


_CUSTODY = Meaning(ListKind.PRISON, Whom.IN_PAYMENT, Concern.CUSTODY, suspends=SuspensionReason.IN_CUSTODY, ends=False)
MEANINGS: dict[ListKind, Meaning] = {
    meaning.kind: meaning
    for meaning in (
        _death(ListKind.MINISTRY_DEATH, "death_list"),
        _death(ListKind.POLICE_DEATH, "death_list"),
        _death(ListKind.CREMATION),
        _death(ListKind.HEALTH_DEATH),
        Meaning(ListKind.MINISTRY_ALERT, Whom.IN_PAYMENT, Concern.ALERT),
        _elsewhere(ListKind.CROSS_PROVINCE, Question.PRESENCE, layout="duplicate_list"),
        _elsewhere(ListKind.PROVINCIAL, Question.SCHEME, layout="provincial_comparison"),
        _elsewhere(ListKind.EMPLOYEES, Question.SCHEME, scheme="110"),
        _elsewhere(ListKind.PUBLIC_SECTOR, Question.SCHEME, scheme="120"),
        _elsewhere(ListKind.OTHER_RESIDENTS, Question.SCHEME, scheme="170"),
        _CUSTODY,
        _hint(ListKind.STUDENTS, Whom.CONTRIBUTORS, Question.PRESENCE),
        _hint(ListKind.HARDSHIP, Whom.ENROLLED, Question.CATEGORY),
        _hint(ListKind.BANK_ACCOUNT, Whom.IN_PAYMENT, Question.ACCOUNT),
        _hint(ListKind.SOCIAL_CARD, Whom.ENROLLED, Question.CARD),
    )
}
assert set(MEANINGS) == set(ListKind), "every kind of list means something"

HOLDING = tuple(sorted(str(kind) for kind, meaning in MEANINGS.items() if meaning.suspends is not None))
"""Kinds whose open suspicions stand against paying; of the others nothing is held, they are hints."""


def meaning_of(kind: str) -> Meaning:
    """The meaning of a stored kind."""
    return MEANINGS[ListKind(kind)]


def title_of(kind: str) -> str:
    """The Chinese name of a kind of list, or of what a hit may mean; a kind nobody declared stays as it is."""
    return TITLES.get(kind, kind)


TITLES = {code: title for codes in (CandidateKind, HitKind, ListKind) for code, title in codes.choices()}
