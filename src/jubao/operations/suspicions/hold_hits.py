"""Holding pensions on a suspicion until somebody has looked."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Deadline, FromMonth, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.pensions.suspension import SuspendAward, check_hold, hold
from jubao.operations.people import find_people
from jubao.operations.registers.kinds import meaning_of
from jubao.operations.suspicions.decisions import (
    Answered,
    Decision,
    State,
    answer,
    check_decidable,
    check_no_hint,
    hits_of,
    join,
    kinds_of,
    own_hits,
)
from jubao.vocabulary.codes import SuspensionReason


class HoldSuspicion(Decision):
    """A suspicion for which payment is held until somebody has looked."""

    from_month: FromMonth = ask("暂停年月", "From month", hint="从哪个月起停发，如 201705")
    due: Deadline = ask("核实期限", "To be verified by", hint="到期前必须核实，如 2017-06-01")


@act(
    "match.hold",
    title="疑点暂停",
    asks=HoldSuspicion,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.AWARD,
    undone_by="match.clear",
    papers=[Paper("比对名单", required=False)],
    gives=[Given("held", "暂停人数", "people held", Unit.PEOPLE)],
)
class HoldOnSuspicion:
    """Suspend on suspicion: a hit is never an ending; custody is held under its own reason.

    Source: 社会保险经办条例第二十六条.
    """

    def check(self, cases: Sequence[HoldSuspicion], view: View) -> Faults:
        """An open suspicion on a list that is more than a hint, and a running pension that is not held yet."""
        faults = Faults()
        check_no_hint(cases, view, faults, ending=False)
        check_decidable(cases, view, faults, states=(State.OPEN,))
        join(faults, check_hold(_suspensions(cases, view), view))
        return faults

    def plan(self, cases: Sequence[HoldSuspicion], view: View) -> Changes:
        """The suspicions with their new day, and the held pensions."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        hits = hits_of(people, view)
        own = [own_hits(case, person, hits, (State.OPEN,)) for case, person in zip(cases, people, strict=True)]
        evidence = [f"暂停自{case.from_month}" for case in cases]
        due = [case.due for case in cases]
        answer(cases, [Answered(rows) for rows in own], State.HELD, evidence, changes, due=due)
        hold(_suspensions(cases, view), changes)
        return changes.giving(held=len(cases))


def _suspensions(cases: Sequence[HoldSuspicion], view: View) -> list[SuspendAward]:
    """The suspension each case asks for; an unknown list is told elsewhere."""
    kinds = kinds_of(cases, view)
    return [
        SuspendAward(
            person=case.person,
            reason=_reason(kinds.get(case.list_number)),
            from_month=case.from_month,
            due=case.due,
            memo=f"名单{case.list_number}疑点",
        )
        for case in cases
    ]


def _reason(kind: str | None) -> SuspensionReason:
    return (meaning_of(kind).suspends if kind else None) or SuspensionReason.OTHER
