"""Every act of the office as one viewer meets it: those he makes by what they are about, and those of which he signs a step."""

from collections.abc import Iterable
from dataclasses import dataclass

from jubao.operations.envelope.declaration import ACTS, About, Declaration
from jubao.operations.envelope.seen.description import ROLES
from jubao.operations.envelope.seen.makers import makes, may_stand_in, takes_part
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class OfficeAct:
    """One act: its code and title, who makes it, what follows, and whether it is asked for in an Excel file, too.

    ``is_for_another`` says that the viewer only stands in for who makes it.
    """

    code: str
    title: str
    maker: str
    steps: str
    source: str
    is_for_another: bool

    @property
    def address(self) -> str:
        """Its form."""
        return f"/acts/{self.code}"


@dataclass(frozen=True)
class AboutOne:
    """The acts about one subject."""

    about: str
    name: str
    acts: tuple[OfficeAct, ...]


@dataclass(frozen=True)
class OfficeActs:
    """What was searched, what the viewer makes, and what he signs after others."""

    text: str
    mine: tuple[AboutOne, ...]
    others: tuple[AboutOne, ...]

    @property
    def count(self) -> int:
        """How many he may make."""
        return sum(len(group.acts) for group in self.mine)


def every_act(text: str, *, viewer: Viewer) -> OfficeActs:
    """The acts of a viewer, narrowed to those whose title, code, subject or questions contain a text."""
    wanted = text.strip().lower()
    found = [declared for _, declared in sorted(ACTS.items()) if _speaks_of(declared, wanted)]
    mine = [one for one in found if makes(one, viewer) or may_stand_in(one, viewer)]
    others = [one for one in found if one not in mine and takes_part(one, viewer)]
    return OfficeActs(text.strip(), _grouped(mine, viewer), _grouped(others, viewer))


def _speaks_of(declared: Declaration, wanted: str) -> bool:
    labels = (question.label for question in declared.questions)
    told = (declared.title, declared.code, str(declared.about.value), declared.maker.label, *labels)
    return not wanted or any(wanted in one.lower() for one in told)


def _grouped(acts: Iterable[Declaration], viewer: Viewer) -> tuple[AboutOne, ...]:
    by_subject: dict[About, list[OfficeAct]] = {}
    for declared in acts:
        by_subject.setdefault(declared.about, []).append(_told(declared, viewer))
    return tuple(
        AboutOne(str(about.value), about.name, tuple(by_subject[about])) for about in About if about in by_subject
    )


def _told(declared: Declaration, viewer: Viewer) -> OfficeAct:
    steps = " → ".join(f"{step.post.label}{ROLES[step.role]}" for step in declared.chain)
    is_for_another = not makes(declared, viewer) and may_stand_in(declared, viewer)
    return OfficeAct(declared.code, declared.title, declared.maker.label, steps, declared.source, is_for_another)
