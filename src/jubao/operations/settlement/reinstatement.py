"""A pension ended for a death that was none: the settlement is taken back, the pension runs again and is made up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, Min, OuterRef

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    About,
    Arguments,
    Given,
    Paper,
    Unit,
    act,
    approve,
    audit,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, PastDay, PersonRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.pensions.lifted_suspensions import (
    LiftedSuspension,
    lifted_suspensions_of,
    owed_stretches,
    runs_from,
)
from jubao.operations.pensions.open_month import first_open_month
from jubao.operations.pensions.resumption import owe_months
from jubao.operations.people import awards_of, change_state, enrolments_of, find_people, in_slices, relations_of, shown
from jubao.operations.settlement.reversal import Reversal, check_reversible, payouts_of, reverse
from jubao.records.models import (
    Award,
    AwardEvent,
    BackpayMonth,
    PensionMonth,
    Person,
    Settlement,
    SettlementReversal,
)
from jubao.vocabulary.codes import SuspensionReason


class ReinstateAward(Arguments):
    """Evidence that a pension was ended for something that did not happen."""

    person: PersonRef = ask("参保人", "Pensioner", hint="公民身份号码或个人编号")
    evidence: Evidence = ask(
        "撤销依据", "Evidence", column=(SettlementReversal, "evidence"), hint="如 派出所证明 2017-09、本人到场核实笔录"
    )
    evidence_date: PastDay = ask("依据日期", "Day of the evidence", not_after="today")


@dataclass(frozen=True)
class Reinstated:
    """One pension that runs again: its settlement, the month it had ended from, the suspension it was in, earlier stops.

    ``not_run`` is the first month the settlement was to pay that no payroll had listed, or None.
    """

    person: Person
    award: Award
    settlement: Settlement
    ended_from: int
    held: AwardEvent | None
    rests: Sequence[LiftedSuspension]
    not_run: int | None
    case: ReinstateAward

    @property
    def still_held(self) -> AwardEvent | None:
        """Custody does not end with the error: the pension goes back into its suspension."""
        return self.held if self.held and self.held.reason == SuspensionReason.IN_CUSTODY else None

    @property
    def due_from(self) -> int:
        """The first month that is owed again."""
        first = self.held.month if self.held else self.ended_from
        return first if self.not_run is None else min(first, self.not_run)


@act(
    "award.reinstate",
    title="待遇终止撤销",
    asks=ReinstateAward,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS), audit(Post.AUDIT)],
    about=About.AWARD,
    undone_by="award.terminate",
    papers=[Paper("证明终止事由不存在的材料（派出所证明、本人到场笔录等）")],
    gives=[
        Given("reinstated", "恢复人数", "people reinstated", Unit.PEOPLE),
        Given("voided_fen", "作废应付款", "payouts voided", Unit.FEN),
        Given("restored_fen", "恢复个人账户", "account restored", Unit.FEN),
    ],
    second_factor=True,
)
class Reinstatement:
    """Take an ending back with its settlement: account restored, payouts voided, claims withdrawn, months made up.

    Source: 社会保险经办条例第二十五、二十六条（终止须有凭据，疑点应当核实后处理）.
    """

    def check(self, cases: Sequence[ReinstateAward], view: View) -> Faults:
        """A pension that was settled, on later evidence, and no money of the settlement with anybody."""
        faults = Faults()
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        settled, running = _settlements(people, view), awards_of(people, view)
        payouts = payouts_of(settled, view)
        for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
            settlement, place = settled.get(person.pk), shown(person.resident_number)
            if settlement is None or person.pk in running:
                faults.add(number, "person", "没有已终止并结算的待遇，不能撤销终止", place=place)
                continue
            owed = payouts.get(person.pk, [])
            check_reversible(settlement, case.evidence_date, owed, faults, case=number, place=place)
        return faults

    def plan(self, cases: Sequence[ReinstateAward], view: View) -> Changes:
        """Every entry of the settlement answered by another, and the pension as if it had never ended."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        listed = _reinstated(people, cases, view)
        payouts = payouts_of({one.person.pk: one.settlement for one in listed}, view)
        reversals = [
            Reversal(one.person, one.award, one.settlement, payouts.get(one.person.pk, []), one.case.evidence)
            for one in listed
        ]
        restored = reverse(reversals, changes)
        _run_again(listed, changes)
        return changes.giving(reinstated=len(listed), voided_fen=restored.voided_fen, restored_fen=restored.account_fen)


def _settlements(people: Sequence[Person], view: View) -> dict[int, Settlement]:
    """The standing settlement of a pension by person."""
    keys = [person.pk for person in people]
    rows = Settlement.objects.filter(reversed=False, award__isnull=False).select_related("award").order_by("id")
    return view.once(
        ("pension settlements", tuple(keys)),
        lambda: {row.person_id: row for part in in_slices(keys) for row in rows.filter(person__in=part)},
    )


def _reinstated(people: Sequence[Person], cases: Sequence[ReinstateAward], view: View) -> list[Reinstated]:
    settled = _settlements(people, view)
    keys = [settlement.award_id for settlement in settled.values() if settlement.award_id is not None]
    ended, held = _last_stops(keys)
    rests, not_run = lifted_suspensions_of(keys), _months_not_run(settled.values())
    listed = []
    for person, case in zip(people, cases, strict=True):
        settlement = settled[person.pk]
        award = settlement.award
        assert award is not None, "the check looked for settlements of pensions"
        earlier = rests.get(award.pk, [])
        first = not_run.get(settlement.pk)
        listed.append(Reinstated(person, award, settlement, ended[award.pk], held.get(award.pk), earlier, first, case))
    return listed


def _months_not_run(settlements: Iterable[Settlement]) -> dict[int, int]:
    """By settlement, the first month it was to pay for which the payroll never listed anything."""
    listed = PensionMonth.objects.filter(
        person=OuterRef("settlement__person"), award=OuterRef("settlement__award"), month=OuterRef("month")
    )
    paid = BackpayMonth.objects.filter(~Exists(listed), settlement__in=[one.pk for one in settlements])
    return dict(paid.order_by("settlement").values_list("settlement").annotate(first=Min("month")))


def _last_stops(awards: Sequence[int]) -> tuple[dict[int, int], dict[int, AwardEvent]]:
    """By award the month its ending took effect, and the suspension it was in when it ended."""
    ended: dict[int, int] = {}
    held: dict[int, AwardEvent] = {}
    for part in in_slices(awards):
        for event in AwardEvent.objects.filter(award__in=part).order_by("id"):
            if event.kind == AwardEvent.Kind.SUSPENDED:
                held[event.award_id] = event
            elif event.kind == AwardEvent.Kind.RESUMED:
                held.pop(event.award_id, None)
            elif event.kind == AwardEvent.Kind.ENDED:
                ended[event.award_id] = event.month
    return ended, held


def _run_again(listed: Sequence[Reinstated], changes: Changes) -> None:
    """The pensions run from the next payroll, months in between are owed; who is in custody stays suspended."""
    view = changes.view
    first_open = first_open_month(view)
    changes.add_all(
        SettlementReversal(settlement=one.settlement, evidence=one.case.evidence, evidence_date=one.case.evidence_date)
        for one in listed
    )
    changes.add_all(
        AwardEvent(
            award=one.award,
            kind=AwardEvent.Kind.RESUMED,
            month=runs_from(first_open, one.rests),
            reason=one.settlement.reason,
            evidence=one.case.evidence,
            evidence_date=one.case.evidence_date,
            memo="待遇终止撤销",
        )
        for one in listed
    )
    running = [one for one in listed if one.still_held is None]
    owed = [(one.award, *part) for one in running for part in owed_stretches(one.due_from, first_open, one.rests)]
    owe_months(owed, changes)
    _hold_again([one for one in listed if one.still_held], changes)
    for one in listed:
        held = one.still_held
        changes.set(one.settlement, reversed=True)
        changes.set(one.award, ended_month=None, suspended_from=held.month if held else None)
    enrolments = enrolments_of([one.person for one in listed], view)
    for state, some in (
        (("1", "3"), [one for one in listed if one.still_held is None]),
        (("2", "3"), [one for one in listed if one.still_held]),
    ):
        rows = relations_of([enrolments[one.person.pk] for one in some])
        reasons = [one.still_held.reason if one.still_held else "" for one in some]
        change_state(rows, to=state, reason=reasons, changes=changes)


def _hold_again(listed: Sequence[Reinstated], changes: Changes) -> None:
    """Plan the suspension an ending had cut off, with a next step and a new day for it."""
    view = changes.view
    days = int(view.law.value("certification.notice_days")) if listed else 0
    changes.add_all(
        AwardEvent(
            award=one.award,
            kind=AwardEvent.Kind.SUSPENDED,
            month=held.month,
            reason=held.reason,
            memo="待遇终止撤销，恢复原暂停",
            next_step_post=held.next_step_post,
            due_date=view.on + timedelta(days=days),
            custody_date=held.custody_date,
            judgment=held.judgment,
        )
        for one in listed
        if (held := one.still_held)
    )
