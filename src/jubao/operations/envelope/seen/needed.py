"""What one look at a person tells of whether an act can be about him, before anybody opens its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from jubao.records.models import Award, Overpayment, Payout, Person
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import RelationState
from jubao.vocabulary.viewer import Viewer

UNPAID = ("DUE", "FAILED")
"""States of a single sum that still has to be paid."""


@dataclass(frozen=True)
class Standing:
    """How somebody stands.

    Attributes:
        state: the relation's two codes; is_merged: whether another record stands for him now.
        draws, rests: whether a pension runs, and whether it is suspended; has_ended: whether one has ended.
        owes: whether a claim is open; is_owed: whether a single sum is still to be paid.
        is_near: whether the viewer must stay away from him.
    """

    state: RelationState
    is_merged: bool
    draws: bool
    rests: bool
    has_ended: bool
    owes: bool
    is_owed: bool
    is_near: bool


def standing_of(key: str, *, viewer: Viewer) -> Standing | None:
    """How somebody stands, by internal key; None for a key that is nobody's."""
    running = Award.objects.filter(person=OuterRef("pk"), ended_month__isnull=True)
    people = Person.objects.annotate(
        draws=Exists(running),
        rests=Exists(running.filter(suspended_from__isnull=False)),
        has_ended=Exists(Award.objects.filter(person=OuterRef("pk"), ended_month__isnull=False)),
        owes=Exists(Overpayment.objects.filter(person=OuterRef("pk"), open_fen__gt=0)),
        is_owed=Exists(Payout.objects.filter(person=OuterRef("pk"), state__in=UNPAID)),
    )
    names = ("state", "merged_into", "draws", "rests", "has_ended", "owes", "is_owed", "resident_number")
    row = people.order_by("pk").filter(pk=int(key)).values_list(*names).first() if key.isdecimal() else None
    if row is None:
        return None
    state, merged, *told, number = row
    return Standing(RelationState(state), merged is not None, *told, is_near=number in viewer.recused)


@dataclass(frozen=True)
class Need:
    """Something an act needs of the person, and what is said where it is not so."""

    met: Callable[[Standing], bool]
    why: Both


def _needs(met: Callable[[Standing], bool], chinese: str, english: str) -> Need:
    return Need(met, both(chinese, english))


NOT_NEAR = _needs(
    lambda one: not one.is_near,
    "涉及您应当回避的人员，请交同事办理",
    "This concerns you or a relative: please hand it to a colleague",
)
NOT_MERGED = _needs(
    lambda one: not one.is_merged,
    "这份档案已并入他档，请到保留的档案办理",
    "This record was merged: use the one that was kept",
)
OF_EVERYBODY = (NOT_NEAR, NOT_MERGED)
"""What every act about a person needs."""
DRAWS = _needs(lambda one: one.draws, "没有正在领取的待遇", "No pension is being drawn")
DRAWS_NOT = _needs(lambda one: not one.draws, "正在领取待遇", "A pension is being drawn")
RESTS = _needs(lambda one: one.rests, "没有暂停中的待遇", "No pension is suspended")
RESTS_NOT = _needs(lambda one: not one.rests, "待遇已经暂停", "The pension is suspended already")
PENSION_ENDED = _needs(lambda one: one.has_ended and not one.draws, "没有已终止的待遇", "No pension has ended")
ENDED = _needs(lambda one: one.state is RelationState.ENDED, "参保关系没有终止", "The enrolment has not ended")
ENDED_NOT = _needs(lambda one: one.state is not RelationState.ENDED, "参保关系已经终止", "The enrolment has ended")
OWES = _needs(lambda one: one.owes, "没有未追回的多发待遇案件", "No claim for money paid in excess is open")
IS_OWED = _needs(lambda one: one.is_owed, "没有未支付的一次性款项", "No single sum is waiting to be paid")
# Whose account was kept for the linkage of the schemes may still leave after the end: that is for the act's check to tell.
NEEDS: Mapping[str, tuple[Need, ...]] = {
    "award.grant": (DRAWS_NOT, ENDED_NOT),
    "award.suspend": (DRAWS, RESTS_NOT),
    "award.suspend_many": (DRAWS, RESTS_NOT),
    "award.resume": (DRAWS, RESTS),
    "award.terminate": (DRAWS,),
    "award.reinstate": (PENSION_ENDED,),
    "contribution.refund": (DRAWS_NOT, ENDED_NOT),
    "enrolment.end": (DRAWS_NOT,),
    "enrolment.restore": (ENDED,),
    "payout.redirect": (IS_OWED,),
    "recovery.demand": (OWES,),
    "recovery.instalments": (OWES,),
    "recovery.receive": (OWES,),
    "recovery.write_off": (OWES,),
    "transfer.send": (DRAWS_NOT,),
}
"""What each act about a person needs of him, as its ``check`` asks as well; by code."""
