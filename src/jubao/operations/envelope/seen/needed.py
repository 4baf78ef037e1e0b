"""What one look at a person tells of whether an act can be about him, before anybody opens its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from jubao.records.models import Award, MatchCandidate, Overpayment, Payout, Person, Settlement
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import ContributorEndReason, RelationState, TerminationReason
from jubao.vocabulary.codes.membership import AccountEnd
from jubao.vocabulary.viewer import Viewer

UNPAID = ("DUE", "FAILED")
"""States of a single sum that still has to be paid."""
DEATHS = (TerminationReason.DEATH, ContributorEndReason.DEATH)
UNANSWERED = (MatchCandidate.State.OPEN, MatchCandidate.State.HELD)
"""States of a suspicion that waits for an answer."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How somebody stands.

    Attributes:
        state: the relation's two codes; is_merged: whether another record stands for him now.
        draws, rests: whether a pension runs, and whether it is suspended.
        pension_settled, relation_settled: whether the settlement of a pension, or of a contributor's relation, stands.
        is_dead: whether that was for his death; keeps_account: whether it left the account here, for another scheme.
        owes: whether a claim is open; is_owed: whether a single sum is still to be paid.
        is_suspected: whether a suspicion about him is not answered yet.
        is_near: whether the viewer must stay away from him.
    """

    state: RelationState
    is_merged: bool
    draws: bool
    rests: bool
    pension_settled: bool
    relation_settled: bool
    is_dead: bool
    keeps_account: bool
    owes: bool
    is_owed: bool
    is_suspected: bool
    is_near: bool


def standing_of(key: str, *, viewer: Viewer) -> Standing | None:
    """How somebody stands, by internal key; None for a key that is nobody's."""
    running = Award.objects.filter(person=OuterRef("pk"), ended_month__isnull=True)
    settled = Settlement.objects.filter(person=OuterRef("pk"), reversed=False)
    told = {
        "draws": Exists(running),
        "rests": Exists(running.filter(suspended_from__isnull=False)),
        "pension_settled": Exists(settled.filter(award__isnull=False)),
        "relation_settled": Exists(settled.filter(award__isnull=True)),
        "is_dead": Exists(settled.filter(reason__in=DEATHS)),
        "keeps_account": Exists(settled.filter(account=AccountEnd.KEPT)),
        "owes": Exists(Overpayment.objects.filter(person=OuterRef("pk"), open_fen__gt=0)),
        "is_owed": Exists(Payout.objects.filter(person=OuterRef("pk"), state__in=UNPAID)),
        "is_suspected": Exists(MatchCandidate.objects.filter(person=OuterRef("pk"), state__in=UNANSWERED)),
    }
    people = Person.objects.annotate(**told).order_by("pk").filter(pk=int(key) if key.isdecimal() else 0)
    row = people.values(*told, "state", "merged_into", "resident_number").first()
    if row is None:
        return None
    return Standing(
        state=RelationState(row["state"]),
        is_merged=row["merged_into"] is not None,
        is_near=row["resident_number"] in viewer.recused,
        **{name: row[name] for name in told},
    )


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
PENSION_SETTLED = _needs(lambda one: one.pension_settled, "没有已终止并结算的待遇", "No pension was ended and settled")
RELATION_SETTLED = _needs(
    lambda one: one.relation_settled, "没有已终止并结算的参保关系", "No enrolment was ended and settled"
)
ALIVE = _needs(lambda one: not one.is_dead, "已按死亡终止结算", "Settled for his death")
ACCOUNT_HERE = _needs(
    lambda one: one.state is not RelationState.ENDED or one.keeps_account,
    "参保关系已经终止，账户已清算",
    "The enrolment has ended and the account is cleared",
)
ENDED_NOT = _needs(lambda one: one.state is not RelationState.ENDED, "参保关系已经终止", "The enrolment has ended")
OWES = _needs(lambda one: one.owes, "没有未追回的多发待遇案件", "No claim for money paid in excess is open")
SUSPECTED = _needs(lambda one: one.is_suspected, "没有待核实的疑点", "No suspicion waits for an answer")
IS_OWED = _needs(lambda one: one.is_owed, "没有未支付的一次性款项", "No single sum is waiting to be paid")
NEEDS: Mapping[str, tuple[Need, ...]] = {
    "account.rebind": (ALIVE,),
    "award.grant": (DRAWS_NOT, ENDED_NOT),
    "award.suspend": (DRAWS, RESTS_NOT),
    "award.suspend_many": (DRAWS, RESTS_NOT),
    "award.resume": (DRAWS, RESTS),
    "award.terminate": (DRAWS,),
    "award.reinstate": (PENSION_SETTLED,),
    "contribution.refund": (DRAWS_NOT, ENDED_NOT),
    "enrolment.end": (DRAWS_NOT, ACCOUNT_HERE),
    "enrolment.restore": (RELATION_SETTLED,),
    "match.clear": (SUSPECTED,),
    "match.confirm": (SUSPECTED,),
    "match.end_payer": (SUSPECTED, DRAWS_NOT),
    "match.hold": (SUSPECTED, DRAWS),
    "match.request_other": (SUSPECTED,),
    "payout.redirect": (IS_OWED,),
    "recovery.demand": (OWES,),
    "recovery.instalments": (OWES,),
    "recovery.receive": (OWES,),
    "recovery.write_off": (OWES,),
    "transfer.send": (DRAWS_NOT, ACCOUNT_HERE),
}
"""What each act about a person needs of him, as its ``check`` asks as well; by code."""
