"""Which hits of the provincial comparison (全省参保比对) are candidates; the decision is a person's."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary.codes import ContributionState, EnrolmentState, Labelled, SchemeCode

Texts: TypeAlias = NDArray[np.str_]
Flags: TypeAlias = NDArray[np.bool_]


class CandidateKind(Labelled):
    """What a hit may mean; the empty code and the own row are no candidates."""

    NONE = "", "不构成疑点"
    OWN_ROW = "OWN_ROW", "本地自身记录"
    PAYER_IN_EMPLOYEES = "PAYER_IN_EMPLOYEES", "缴费人员同时参加职保或机关保"
    BENEFICIARY_IN_EMPLOYEES = "BENEFICIARY_IN_EMPLOYEES", "领取待遇人员同时参加职保或机关保"
    ENDED_BUT_DRAWING_ELSEWHERE = "ENDED_BUT_DRAWING_ELSEWHERE", "本地已终止、外地或他险种仍在领取"
    SAME_SCHEME_OTHER_AREA = "SAME_SCHEME_OTHER_AREA", "异地重复参加居保"


NOT_CANDIDATES: Final = (CandidateKind.NONE, CandidateKind.OWN_ROW)
_RESIDENTS: Final = str(SchemeCode.RESIDENTS.value)
_DRAWING, _SETTLED = ("2", "5"), "4"  # states of the comparison, see Hits


@dataclass(frozen=True, slots=True)
class Hits:
    """Rows of the comparison that met one of our people, each shape (n,), str.

    Attributes:
        scheme: 110 employees', 120 public sector, 170 residents' (AAE140).
        area: code of the area where the row stands.
        state: 1 enrolled, 2 drawing, 3 enrolment paused, 4 settled once for all, 5 pension paused.
    """

    scheme: Texts
    area: Texts
    state: Texts


@dataclass(frozen=True, slots=True)
class Insured:
    """Our person of each hit, each shape (n,), str.

    Attributes:
        enrolment_state: AAC008.
        contribution_state: AAC031; with AAC008 1 or 2, a 3 means a pension is drawn or held.
    """

    enrolment_state: Texts
    contribution_state: Texts


def classify(hits: Hits, insured: Insured, *, own_area: str) -> Texts:
    """Say for each hit what it may mean.

    Args:
        hits: n rows of the comparison.
        insured: the n people of ours they met.
        own_area: code of our district; an area that begins with it is ours.

    Returns:
        shape (n,), str: values of ``CandidateKind``. Someone settled once for all elsewhere is no candidate;
        someone who ended here is one only if a pension is drawn or held elsewhere.

    Source:
        人社部发〔2014〕17号: nobody draws both pensions; months paid twice are settled.
    """
    same_scheme = hits.scheme == _RESIDENTS
    ended = insured.enrolment_state == str(EnrolmentState.ENDED.value)
    drawing_here = insured.contribution_state == str(ContributionState.ENDED.value)
    cases: list[tuple[Flags, CandidateKind]] = [
        (same_scheme & np.strings.startswith(hits.area, own_area), CandidateKind.OWN_ROW),
        (hits.state == _SETTLED, CandidateKind.NONE),
        (ended & draws_elsewhere(hits), CandidateKind.ENDED_BUT_DRAWING_ELSEWHERE),
        (ended, CandidateKind.NONE),
        (same_scheme, CandidateKind.SAME_SCHEME_OTHER_AREA),
        (drawing_here, CandidateKind.BENEFICIARY_IN_EMPLOYEES),
    ]
    kinds = [np.array(str(kind.value)) for _, kind in cases]
    default = np.array(str(CandidateKind.PAYER_IN_EMPLOYEES.value))
    return np.asarray(np.select([flags for flags, _ in cases], kinds, default), dtype=np.str_)


def draws_elsewhere(hits: Hits) -> Flags:
    """Whether a pension is drawn, or held for the moment, in the row of the comparison; shape (n,), bool."""
    return np.asarray(np.isin(hits.state, _DRAWING), dtype=np.bool_)


def is_candidate(kinds: Texts) -> Flags:
    """Whether a person must look at the hit; shape (n,), bool."""
    return np.asarray(~np.isin(kinds, [str(kind.value) for kind in NOT_CANDIDATES]), dtype=np.bool_)
