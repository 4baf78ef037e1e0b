"""What an act would change, with types, before anybody proposes it: what its proposal would show, the law it read, who is next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from jubao.operations.envelope.acting import preview
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fault import NoLawForDay
from jubao.operations.envelope.posts import Taker
from jubao.operations.envelope.seen.description import ROLES, undone_by, workdays_of
from jubao.operations.envelope.seen.given import Result, Sum, results, sums
from jubao.operations.envelope.seen.proposal import Colleague, names_of_staff
from jubao.operations.envelope.seen.stated import Stated, stated
from jubao.operations.envelope.seen.told import Told, told_of
from jubao.operations.envelope.view import View
from jubao.operations.law import Law
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

CASES_SHOWN = 20
NOBODY = both("当日无人可签", "nobody can today")
YOU = both("您", "you")
LATER = both("", "")


@dataclass(frozen=True)
class LawRead:
    """One parameter of the law that a plan asked for: what it is called, its source, and since when it holds.

    ``source`` is empty where the plan asked for another day than the business date.
    """

    key: str
    term: str
    source: str
    since: date | None


@dataclass(frozen=True)
class PreviewStep:
    """One step of the chain as a preview shows it; ``state`` is ``now`` for the maker's."""

    role: str
    post: str
    told: Both
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Previewed(Told):
    """An act that was tried and not done.

    Attributes:
        code, title, source: of the act; second_factor: whether a one-time code is asked for.
        on: business date; due: the day the law sets, or None; workdays: within how many it must be done, or None.
        cases: what was stated, the first ones; count: how many cases.
        steps: the chain, the next signers by name; law: what was read of it; sums, result: what it adds up to and gives.
        undone_by: what takes it back.
    """

    code: str
    title: str
    source: str
    second_factor: bool
    on: date
    due: date | None
    workdays: int | None
    cases: tuple[tuple[Stated, ...], ...]
    count: int
    steps: tuple[PreviewStep, ...]
    law: tuple[LawRead, ...]
    sums: tuple[Sum, ...]
    result: tuple[Result, ...]
    undone_by: str

    @property
    def next_signers(self) -> str:
        """Who signs next, in words; nothing where the act is done at once."""
        return f"{self.steps[1].post} {self.steps[1].told}" if len(self.steps) > 1 else ""


def previewed(
    code: str,
    cases: Sequence[dict[str, Any]],
    *,
    viewer: Viewer,
    on: date,
    at: datetime,
    case_ref: str | None = None,
) -> Previewed:
    """Try an act for a viewer, and tell what it would change.

    Raises:
        Refused: with every fault; MustStayAway: it concerns somebody from whom he stays away.
    """
    tried = preview(code, cases, by=viewer.staff, on=on, at=at, case_ref=case_ref)
    declaration, planned = tried.declaration, tried.planned
    shown = planned.preview
    told = told_of(shown)
    names = {one.personal_number: one.name for one in told.people.shown}
    return Previewed(
        **vars(told),
        code=code,
        title=declaration.title,
        source=declaration.source,
        second_factor=declaration.second_factor,
        on=on,
        due=planned.due,
        workdays=workdays_of(declaration, on=on),
        cases=tuple(_named(stated(declaration.questions, case), names) for case in cases[:CASES_SHOWN]),
        count=len(cases),
        steps=_steps(declaration, tried.post.label, tried.signers),
        law=_law(planned.changes.view),
        sums=sums(shown["changes"]),
        result=results(declaration.gives, shown["result"]),
        undone_by=undone_by(declaration),
    )


def _named(case: tuple[Stated, ...], names: Mapping[str, str]) -> tuple[Stated, ...]:
    """A case in which whoever is stated by a personal number bears a name."""
    return tuple(
        replace(one, answer=f"{names[one.answer]}（{one.answer}）")
        if isinstance(one.answer, str) and one.answer in names
        else one
        for one in case
    )


def _steps(
    declaration: Declaration, made: str, signers: tuple[Taker, tuple[str, ...]] | None
) -> tuple[PreviewStep, ...]:
    names = names_of_staff() if signers else {}
    found = [PreviewStep(ROLES["MAKE"], made, YOU, "now")]
    for place, step in enumerate(declaration.chain):
        who = tuple(Colleague(code, names.get(code, "")) for code in signers[1]) if signers and place == 0 else ()
        listed = "、".join(one.name or one.by for one in who)
        told = both(listed, listed) if listed else NOBODY if place == 0 else LATER
        found.append(PreviewStep(ROLES[step.role], step.post.label, told))
    return tuple(found)


def _law(view: View) -> tuple[LawRead, ...]:
    """Every parameter the plan asked for, as it stands on the business date."""
    return tuple(_read(view.law, key) for key in sorted(view.parameters))


def _read(law: Law, key: str) -> LawRead:
    try:
        row = law.row(key)
    except NoLawForDay:
        return LawRead(key, key, "", None)
    return LawRead(key, row.term, row.source, row.valid_from)
