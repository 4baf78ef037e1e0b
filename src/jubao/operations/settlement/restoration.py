"""A contributor's relation ended for something that did not happen: the settlement is taken back, the relation goes on."""

from collections.abc import Mapping, Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, audit, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, PastDay, PersonRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import change_state, enrolments_of, find_people, in_slices, relations_of, shown
from jubao.operations.settlement.reversal import Reversal, check_reversible, payouts_of, reverse
from jubao.records.models import Enrolment, EnrolmentEvent, Person, Settlement, SettlementReversal
from jubao.vocabulary.codes import EnrolmentState


class RestoreEnrolment(Arguments):
    """Evidence that a contributor's relation was ended for something that did not happen."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    evidence: Evidence = ask(
        "撤销依据", "Evidence", column=(SettlementReversal, "evidence"), hint="如 派出所证明 2017-09、本人到场核实笔录"
    )
    evidence_date: PastDay = ask("依据日期", "Day of the evidence", not_after="today")


@act(
    "enrolment.restore",
    title="参保关系终止撤销（缴费人员）",
    asks=RestoreEnrolment,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS), audit(Post.AUDIT)],
    about=About.PERSON,
    undone_by="enrolment.end",
    papers=[Paper("证明终止事由不存在的材料（派出所证明、本人到场笔录等）")],
    gives=[
        Given("restored", "恢复人数", "relations restored", Unit.PEOPLE),
        Given("voided_fen", "作废应付款", "payouts voided", Unit.FEN),
        Given("restored_fen", "恢复个人账户", "account restored", Unit.FEN),
    ],
    second_factor=True,
)
class Restoration:
    """Take the ending of a contributor's relation back with its settlement, while its money is with nobody.

    Source: 社会保险经办条例第二十五、二十六条（终止须有凭据，疑点应当核实后处理）.
    """

    def check(self, cases: Sequence[RestoreEnrolment], view: View) -> Faults:
        """A relation that was settled, on later evidence, and no money of the settlement with anybody."""
        faults = Faults()
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        settled = _settlements(people, view)
        payouts = payouts_of(settled, view)
        for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
            settlement, place = settled.get(person.pk), shown(person.resident_number)
            if settlement is None:
                then = "领取待遇后终止的办理待遇终止撤销；关系已转出的不能撤销"
                faults.add(number, "person", "没有已终止并结算的参保关系", next_step=then, place=place)
                continue
            owed = payouts.get(person.pk, [])
            check_reversible(settlement, case.evidence_date, owed, faults, case=number, place=place)
        return faults

    def plan(self, cases: Sequence[RestoreEnrolment], view: View) -> Changes:
        """Every entry of the settlement answered by another, and the state the relation was in before."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        settled = _settlements(people, view)
        payouts, enrolments = payouts_of(settled, view), enrolments_of(people, view)
        listed = [
            Reversal(person, None, settled[person.pk], payouts.get(person.pk, []), case.evidence)
            for person, case in zip(people, cases, strict=True)
        ]
        back = reverse(listed, changes)
        changes.add_all(
            SettlementReversal(settlement=one.settlement, evidence=case.evidence, evidence_date=case.evidence_date)
            for one, case in zip(listed, cases, strict=True)
        )
        for one in listed:
            changes.set(one.settlement, reversed=True)
        before = _states_before([enrolments[person.pk] for person in people])
        for state in sorted(set(before.values())):
            some = [enrolments[person.pk] for person in people if before[enrolments[person.pk].pk] == state]
            change_state(relations_of(some), to=state, reason="", changes=changes)
        return changes.giving(restored=len(listed), voided_fen=back.voided_fen, restored_fen=back.account_fen)


def _settlements(people: Sequence[Person], view: View) -> dict[int, Settlement]:
    """The standing settlement of a contributor's relation by person."""
    keys = [person.pk for person in people]
    rows = Settlement.objects.filter(reversed=False, award__isnull=True).order_by("id")
    return view.once(
        ("settlements of contributors", tuple(keys)),
        lambda: {row.person_id: row for part in in_slices(keys) for row in rows.filter(person__in=part)},
    )


def _states_before(enrolments: Sequence[Enrolment]) -> Mapping[int, tuple[str, str]]:
    """By enrolment, the two codes it had before it ended."""
    found: dict[int, tuple[str, str]] = {}
    running = EnrolmentEvent.objects.exclude(enrolment_state=EnrolmentState.ENDED).order_by("id")
    for part in in_slices([one.pk for one in enrolments]):
        for event in running.filter(enrolment__in=part):
            found[event.enrolment_id] = (event.enrolment_state, event.contribution_state)
    return found
