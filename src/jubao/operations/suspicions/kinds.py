"""What each kind of list says about the people on it: who becomes a suspicion, of what, and what may follow."""

from dataclasses import dataclass
from enum import StrEnum

from jubao.matching.comparison import CandidateKind
from jubao.vocabulary.codes import SuspensionReason


class ListKind(StrEnum):
    """What a list says about the people on it."""

    MINISTRY_DEATH = "MINISTRY_DEATH"
    POLICE_DEATH = "POLICE_DEATH"
    CREMATION = "CREMATION"
    HEALTH_DEATH = "HEALTH_DEATH"
    MINISTRY_ALERT = "MINISTRY_ALERT"
    CROSS_PROVINCE = "CROSS_PROVINCE"
    PROVINCIAL = "PROVINCIAL"
    EMPLOYEES = "EMPLOYEES"
    PUBLIC_SECTOR = "PUBLIC_SECTOR"
    OTHER_RESIDENTS = "OTHER_RESIDENTS"
    PRISON = "PRISON"
    STUDENTS = "STUDENTS"
    HARDSHIP = "HARDSHIP"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    SOCIAL_CARD = "SOCIAL_CARD"


class Whom(StrEnum):
    """Which of our people a list can be about; others are hits without a suspicion."""

    ENROLLED = "ENROLLED"
    IN_PAYMENT = "IN_PAYMENT"
    CONTRIBUTORS = "CONTRIBUTORS"


class Question(StrEnum):
    """What is compared once a person is found."""

    PRESENCE = "PRESENCE"            # being on the list is the suspicion
    SCHEME = "SCHEME"                # insured or drawing elsewhere, by scheme, area and state
    CATEGORY = "CATEGORY"            # another identity group than ours
    ACCOUNT = "ACCOUNT"              # whose bank account it is
    CARD = "CARD"                    # whose card it is, and whether it works


@dataclass(frozen=True)
class Meaning:
    """One kind of list.

    Attributes:
        title: its Chinese name.
        whom: of whom it can raise a suspicion.
        question: what is compared.
        suspends: the reason under which payment is held while somebody looks; None where the list is a hint only.
        ends: whether a suspicion found true may end a relation.
        death: whether it says that people died.
        scheme: the scheme all its rows are of, where it has no such column.
        layout: the layout of our own that it has when no mapping is named.
    """

    title: str
    whom: Whom
    question: Question = Question.PRESENCE
    suspends: SuspensionReason | None = SuspensionReason.OTHER
    ends: bool = True
    death: bool = False
    scheme: str = ""
    layout: str = ""


MEANINGS: dict[ListKind, Meaning] = {
    ListKind.MINISTRY_DEATH: Meaning("部级疑似死亡预警", Whom.ENROLLED, death=True, layout="death_list"),
    ListKind.POLICE_DEATH: Meaning("公安死亡（注销）名单", Whom.ENROLLED, death=True, layout="death_list"),
    ListKind.CREMATION: Meaning("民政火化名单", Whom.ENROLLED, death=True),
    ListKind.HEALTH_DEATH: Meaning("卫健死亡医学证明", Whom.ENROLLED, death=True),
    ListKind.MINISTRY_ALERT: Meaning("部级待遇领取疑点", Whom.IN_PAYMENT),
    ListKind.CROSS_PROVINCE: Meaning("跨省重复领取名单", Whom.ENROLLED, layout="duplicate_list"),
    ListKind.PROVINCIAL: Meaning("全省参保比对", Whom.ENROLLED, Question.SCHEME, layout="provincial_comparison"),
    ListKind.EMPLOYEES: Meaning("职工养老保险名册", Whom.ENROLLED, Question.SCHEME, scheme="110"),
    ListKind.PUBLIC_SECTOR: Meaning("机关事业单位养老保险名册", Whom.ENROLLED, Question.SCHEME, scheme="120"),
    ListKind.OTHER_RESIDENTS: Meaning("外地居民养老保险名册", Whom.ENROLLED, Question.SCHEME, scheme="170"),
    ListKind.PRISON: Meaning("服刑人员名单", Whom.IN_PAYMENT, suspends=SuspensionReason.IN_CUSTODY, ends=False),
    ListKind.STUDENTS: Meaning("在校学生名册", Whom.CONTRIBUTORS, suspends=None, ends=False),
    ListKind.HARDSHIP: Meaning("困难群体名册", Whom.ENROLLED, Question.CATEGORY, suspends=None, ends=False),
    ListKind.BANK_ACCOUNT: Meaning("银行账户信息", Whom.IN_PAYMENT, Question.ACCOUNT, suspends=None, ends=False),
    ListKind.SOCIAL_CARD: Meaning("社会保障卡信息", Whom.ENROLLED, Question.CARD, suspends=None, ends=False),
}


HOLDING = tuple(sorted(str(kind) for kind, meaning in MEANINGS.items() if meaning.suspends is not None))
"""Kinds whose open suspicions stand against paying; of the others nothing is held, they are hints."""


def meaning_of(kind: str) -> Meaning:
    """The meaning of a stored kind."""
    return MEANINGS[ListKind(kind)]


def title_of(kind: str) -> str:
    """The Chinese name of a kind of list, or of what a hit may mean; a kind nobody declared stays as it is."""
    if kind in set(ListKind):
        return meaning_of(kind).title
    return str(CandidateKind(kind).label) if kind in {str(one.value) for one in CandidateKind} else kind
