"""Making a plan: check and plan in one snapshot, the marks of what was read, and the few plans remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.operations.envelope import recusing
from jubao.operations.envelope.arguments import check_arguments
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Arguments, Declaration
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.preview import preview_of
from jubao.operations.envelope.progress import Phase, enter
from jubao.operations.envelope.seen.people import People
from jubao.operations.envelope.view import View, moved
from jubao.policy.in_force import NoLawForDay
from jubao.vocabulary.workdays import HolidaysNotKnown, add_workdays

PLANS_KEPT = 4


@dataclass(frozen=True)
class Planned:
    """A plan with what it had read, as it stood then; what people are shown of it, the day the law sets, whom it concerns.

    The last three are empty when it is planned again.
    """

    changes: Changes
    marks: dict[str, Any]
    preview: dict[str, Any]
    due: date | None
    concerns: frozenset[str] = frozenset()

    def stands(self, now: Mapping[str, int] | None = None) -> bool:
        """Whether the plan would be the same now: nothing it read has moved, or what moved answers as it did.

        Asked under the chain's lock before a plan is applied; it costs one statement for each short reading of a table
        that moved. ``now`` gives the marks of what it read; else they are asked, too.
        """
        tables, law = moved(self.marks, now)
        return not law and self.changes.view.readings.stand(tables)


def make(declaration: Declaration, arguments: Sequence[Arguments], view: View, *, shown: bool = False) -> Planned:
    """Check and plan in one snapshot, with the marks of everything read taken from that same snapshot.

    Args:
        declaration: the act.
        arguments: its cases.
        view: the books, not yet open.
        shown: whether the preview is wanted.
    Raises:
        Refused: with every fault.
    """
    enter(Phase.PLANNING)
    with view.open():
        refuse(declaration, faults_of(declaration, arguments, view))
        changes = _planned(declaration, arguments, view)
        undeclared = set(changes.result) - {given.name for given in declaration.gives}
        assert not undeclared, f"{declaration.code} gives {sorted(undeclared)}, which it does not declare"
        marks = view.marks()
        if not shown:
            return Planned(changes, marks, {}, None)
        due, people = _due(declaration, changes), People(changes)
        concerns = recusing.touched(changes, people)
        return Planned(changes, marks, _shown(declaration, changes, people), due, concerns)


def _planned(declaration: Declaration, arguments: Sequence[Arguments], view: View) -> Changes:
    """The act's own plan; where the law does not tell what it needs, a refusal that says so.

    Raises:
        Refused: with the parameter, the day and what to do.
    """
    try:
        return declaration.act.plan(arguments, view)
    except NoLawForDay as silent:
        raise Refused(f"{declaration.title}未办理：{silent}") from None


def _due(declaration: Declaration, changes: Changes) -> date | None:
    """The day the law sets for the act, if it sets one: a policy row, or one entry of a table.

    Beyond the holidays announced, or where nobody has checked the row, there is no such day, and the approver is told so.
    """
    if declaration.deadline is None:
        return None
    name, _, entry = declaration.deadline.partition(":")
    try:
        value = changes.view.law.value(name)
        workdays = value.get(entry) if entry else value
        return add_workdays(changes.view.on, int(workdays)) if workdays else None
    except (HolidaysNotKnown, NoLawForDay) as unknown:
        changes.notice(f"办结期限未能推算：{unknown}")
        return None


def _shown(declaration: Declaration, changes: Changes, people: People) -> dict[str, Any]:
    """What every signature binds: what would change, and who must sign for it."""
    steps = [[step.role, str(step.post)] for step in declaration.chain]
    shown = preview_of(changes, people) | {"steps": [["MAKE", str(declaration.maker)], *steps]}
    return shown | {"second_factor": True} if declaration.second_factor else shown


def faults_of(declaration: Declaration, arguments: Sequence[Arguments], view: View) -> Faults:
    """What stands against the cases: dates first, as the questions say, then what the act itself asks of the books."""
    faults = check_arguments(declaration, arguments, view)
    try:
        return faults or declaration.act.check(arguments, view)
    except NoLawForDay as silent:
        faults.add(0, "", str(silent))
        return faults


def refuse(declaration: Declaration, faults: Faults) -> None:
    """Raise the refusal that faults mean; nothing when there are none."""
    if faults:
        raise Refused(f"{declaration.title}未办理：共 {len(faults)} 处不符", faults=list(faults))


_PLANS: dict[str, Planned] = {}


def remember(hash_: str, planned: Planned) -> None:
    """Keep the last few plans of this process, so that an approved act need not be computed twice."""
    while len(_PLANS) >= PLANS_KEPT:
        _PLANS.pop(next(iter(_PLANS)))
    _PLANS[hash_] = planned


def remembered(hash_: str) -> Planned | None:
    """A plan that was approved under a hash, unless it depends on who took part; whether it stands is still to be asked."""
    kept = _PLANS.get(hash_)
    return None if kept is None or kept.marks["persons"] else kept


def forget(hash_: str) -> None:
    """A plan that does not stand any more is not offered again."""
    _PLANS.pop(hash_, None)
