"""Acts as they are offered beside what they are about: the address of each form, and whether somebody may fill it in now.

An act that could be the viewer's stays in sight when he may not make it, with the reason beside it; one of which he never
takes a step is left out. What stands against a case is the act's own ``check``; here only what one look tells.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from jubao.operations.envelope.declaration import ACTS, About, Declaration
from jubao.operations.envelope.fields import NAMES_A_PERSON, Kind, Question
from jubao.operations.envelope.posts import STAND_INS, AnyPost, Post, holders
from jubao.operations.envelope.seen.makers import makers_of, makes, may_stand_in, takes_part
from jubao.operations.envelope.seen.needed import NEEDS, OF_EVERYBODY, Standing, standing_of
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.saying import post_said
from jubao.vocabulary.viewer import Viewer

KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True)
class OfferedAct:
    """One act beside what it is about.

    Attributes:
        title: what a clerk calls it; code: its own.
        address: its form, with the answers known here filled in.
        may: whether the viewer may make it now.
        why: why not; None where he may.
    """

    title: str
    address: str
    may: bool
    why: Both | None
    code: str


def offered(
    viewer: Viewer,
    *,
    about: About | Collection[About],
    answers: Mapping[str, str],
    only_fitting: bool = False,
    standing: Standing | None = None,
) -> tuple[OfferedAct, ...]:
    """The acts about a subject that may be the viewer's, those he may make now first, each group by code.

    Args:
        viewer: for whom.
        about: the subject, or several.
        answers: what is known, by kind of question (``Kind``: person, list, batch, month, …) or by the question's name.
            A person is given by the register's internal key, never by a number: it stands in an address.
        only_fitting: leave out acts that ask for none of these answers.
        standing: how the person stands, where that was read already.
    """
    subjects = {about} if isinstance(about, About) else set(about)
    acts = [
        (declared, _filled(declared.questions, answers))
        for _, declared in sorted(ACTS.items())
        if declared.about in subjects and _is_of(viewer, declared)
    ]
    acts = [(declared, filled) for declared, filled in acts if filled or not only_fitting]
    person = answers.get(Kind.PERSON) if acts and standing is None else None
    offer = _Offer(viewer, standing_of(person, viewer=viewer) if person else standing)
    found = [offer.told(declared, filled) for declared, filled in acts]
    return tuple(sorted(found, key=lambda one: not one.may))


def _filled(questions: Collection[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that fit an act's questions: by kind, else by a name that is no kind of its own."""
    found = {}
    for question in questions:
        kind = Kind.PERSON if question.kind in NAMES_A_PERSON else question.kind
        named = answers.get(question.name) if question.name not in KINDS else None
        if (answer := answers.get(kind, named)) is not None:
            found[question.name] = answer
    return found


def _is_of(viewer: Viewer, declared: Declaration) -> bool:
    """Whether one of his posts takes a step of the act, or stands in for one that makes it."""
    return makes(declared, viewer) or may_stand_in(declared, viewer) or takes_part(declared, viewer)


@dataclass(frozen=True)
class _Offer:
    """What is offered to one viewer; whether a post is filled today is asked once, and only where it matters."""

    viewer: Viewer
    standing: Standing | None
    _vacant: dict[Post, bool] = field(default_factory=dict)

    def told(self, declared: Declaration, filled: Mapping[str, str]) -> OfferedAct:
        """One act as it is offered."""
        why = next(self._against(declared, filled), None)
        address = f"/acts/{declared.code}" + (f"?{urlencode(filled)}" if filled else "")
        return OfferedAct(declared.title, address, why is None, why, declared.code)

    def _against(self, declared: Declaration, filled: Mapping[str, str]) -> Iterator[Both]:
        """What stands against his making it now, as far as is known, what concerns himself first."""
        names_him = any(one.name in filled and one.kind in NAMES_A_PERSON for one in declared.questions)
        standing = self.standing if names_him else None
        if standing is not None:
            yield from (need.why for need in OF_EVERYBODY if not need.met(standing))
        if not self._may_make(declared):
            yield _made_by(makers_of(declared))
        if standing is not None:
            yield from (need.why for need in NEEDS.get(declared.code, ()) if not need.met(standing))

    def _may_make(self, declared: Declaration) -> bool:
        """Whether one of his posts makes it, or stands in for a maker of whom nobody is present."""
        return makes(declared, self.viewer) or any(
            self._is_vacant(post) for post in makers_of(declared) if STAND_INS.get(post) in self.viewer.posts
        )

    def _is_vacant(self, post: Post) -> bool:
        if post not in self._vacant:
            self._vacant[post] = not holders(AnyPost((post,)), on=self.viewer.day)
        return self._vacant[post]


def _made_by(makers: Collection[Post]) -> Both:
    chinese = "、".join(post.label for post in makers)
    english = " or ".join(post_said(post).english for post in makers)
    return both(f"由{chinese}办理", f"Made by the {english}")
