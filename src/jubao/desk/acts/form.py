"""The form of one act (办理), made from its declaration; empty, filled in from an address, or as a draft left it."""

import json
from dataclasses import dataclass, replace

from django.http import HttpResponse, QueryDict

from jubao.desk.acts.filling import CASE, CASE_ASKED, DAY_ASKED, ON, Filling, new_key, of_draft
from jubao.desk.forms.act_form import Drawn as DrawnWith
from jubao.desk.forms.act_form import Entry, entries_of, entry_of, questions_on_page
from jubao.desk.forms.downloading import as_download
from jubao.desk.forms.faults import Line
from jubao.desk.forms.picking import number_of
from jubao.desk.forms.stated import Typed, first, typed_of
from jubao.desk.frame.clock import now
from jubao.desk.frame.page import page
from jubao.operations.beside import drafts
from jubao.operations.beside.drafts import Kept
from jubao.operations.blank_files import empty_file, file_asked
from jubao.operations.envelope.declaration import ACTS, Declaration
from jubao.operations.envelope.fields import NAMES_A_PERSON
from jubao.operations.envelope.seen.beside import Beside, beside_of
from jubao.operations.envelope.seen.description import ROLES, workdays_of
from jubao.operations.envelope.seen.makers import makes, require_maker
from jubao.operations.envelope.seen.proposal import proposal_seen
from jubao.records.models import Proposal
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

ONE = 1
DRAFT, FOUND, AGAIN, BLANK = "draft", "found", "again", "blank"
"""What an address may give besides answers: a draft to go on with, the field somebody searched for in it, a proposal that
came to nothing to be made anew."""
ENDED = frozenset({Proposal.State.REJECTED, Proposal.State.VOID})


@dataclass(frozen=True)
class ActForm:
    """One act's form as it is shown.

    Attributes:
        code, title, source, purpose: of the act; workdays: within how many it must be done, or None.
        maker, steps: who makes it and who signs then, in words.
        key, turn: of the form; entries: its questions; on, case: the business date and the case, where the act asks for them.
        lines: the summary of what is wrong; beside: how the person it is about stands.
        papers: what must lie before it; is_for_another: the viewer only stands in for who makes it.
        takes_many: whether an Excel file may hold several cases; drafts: earlier ones of this act by the same writer.
        is_sent: the form was sent, and what is wrong takes the focus.
    """

    code: str
    title: str
    purpose: str
    source: str
    workdays: int | None
    maker: str
    steps: tuple[str, ...]
    key: str
    turn: int
    entries: tuple[Entry, ...]
    on: Entry | None
    case: Entry | None
    lines: tuple[Line, ...]
    beside: Beside | None
    papers: tuple[str, ...]
    is_for_another: bool
    takes_many: bool
    is_sent: bool
    drafts: tuple[Kept, ...] = ()

    @property
    def address(self) -> str:
        """Its own."""
        return f"/acts/{self.code}"


@page("acts/<act:code>", title=both("办理", "Act"), audience=SIGNERS, queries=30, parts=("faults",))
def form(viewer: Viewer, asked: QueryDict, code: str) -> ActForm | HttpResponse | None:
    """What an act asks, with what is known already filled in; or the empty file it asks for (``?blank=layout``)."""
    return _empty(code, asked.get(BLANK, ""), viewer=viewer) if BLANK in asked else opened(code, asked, viewer=viewer)


def _empty(code: str, layout: str, *, viewer: Viewer) -> HttpResponse | None:
    """An empty file of a layout that the act asks for."""
    declared = ACTS.get(code) if code in ACTS else None
    if declared is None or layout not in {one.layout for one in declared.questions if one.layout}:
        return None
    require_maker(declared, viewer)
    content, told = empty_file(layout), file_asked(layout)
    return None if content is None else as_download(content, f"{layout}.{told.ending}", f"{told.title}.{told.ending}")


def opened(code: str, asked: QueryDict, *, viewer: Viewer) -> ActForm | None:
    """The form of an act for a viewer who may make it.

    Raises:
        MayNotLook: he may not, or stays away from whom the address names.
    """
    if code not in ACTS:
        return None
    declaration = ACTS[code]
    require_maker(declaration, viewer)
    filling = _begun(declaration, asked, viewer)
    if filling is None:
        return None
    filling.refer()
    filling.blame_picker(asked.get(FOUND, ""))
    kept = (one for one in drafts.drafts_of(viewer.staff, at=filling.at) if one.code == code and one.key != filling.key)
    return replace(shown(filling), drafts=tuple(kept))


def _begun(declaration: Declaration, asked: QueryDict, viewer: Viewer) -> Filling | None:
    """What stands in a form when it is opened; None where the address names what is not there."""
    at = now()
    if DRAFT in asked:
        draft = drafts.kept(asked.get(DRAFT, ""), staff=viewer.staff, at=at)
        is_its = draft is not None and draft.code == declaration.code and draft.cases is None
        return of_draft(draft, declaration, viewer=viewer, at=at) if draft is not None and is_its else None
    typed = (
        _made_anew(declaration, asked.get(AGAIN, ""), viewer)
        if AGAIN in asked
        else _from_address(declaration, asked, viewer)
    )
    return None if typed is None else Filling(declaration, new_key(), typed, viewer, at, case_ref=asked.get("case", ""))


def _from_address(declaration: Declaration, asked: QueryDict, viewer: Viewer) -> Typed | None:
    """Answers an address gives: people by their internal key, everything else as it would be typed."""
    typed: Typed = {}
    for name, question in questions_on_page(declaration.questions, {}).items():
        if name not in asked:
            continue
        text: str | None = asked.get(name, "")
        if question.kind in NAMES_A_PERSON:
            text = number_of(asked.get(name, ""), viewer=viewer)
        if text is None:
            return None
        typed[name] = [text]
    return typed


def _made_anew(declaration: Declaration, key: str, viewer: Viewer) -> Typed | None:
    """What stood in a proposal of the viewer's own that came to nothing."""
    row = proposal_seen(key, viewer=viewer)
    cases = json.loads(row.arguments)
    is_his = row.maker == viewer.staff and row.code == declaration.code and row.state in ENDED
    return typed_of(declaration, cases[0]) if is_his and len(cases) == ONE else None


def shown(filling: Filling, *, is_sent: bool = False) -> ActForm:
    """A form as it stands."""
    declaration = filling.declaration
    entries = entries_of(declaration, DrawnWith(filling.typed, filling.blamed, filling.pickings, filling.viewer))
    own = DrawnWith({ON: [filling.on or filling.viewer.day.isoformat()], CASE: [filling.case_ref]}, filling.blamed)
    return ActForm(
        code=declaration.code,
        title=declaration.title,
        purpose=declaration.purpose,
        source=declaration.source,
        workdays=workdays_of(declaration, on=filling.viewer.day),
        maker=declaration.maker.label,
        steps=tuple(f"{step.post.label}{ROLES[step.role]}" for step in declaration.chain),
        key=filling.key,
        turn=filling.turn,
        entries=entries,
        on=entry_of(DAY_ASKED, own) if declaration.days_back else None,
        case=entry_of(CASE_ASKED, own) if declaration.continues else None,
        lines=filling.blamed.lines,
        beside=_beside(filling),
        papers=tuple(paper.title for paper in declaration.papers if paper.required),
        is_for_another=not makes(declaration, filling.viewer),
        takes_many=declaration.most_cases > ONE,
        is_sent=is_sent,
    )


def _beside(filling: Filling) -> Beside | None:
    """How the first person the form names stands, once it is known who that is."""
    named = (name for name, one in filling.questions.items() if one.kind in NAMES_A_PERSON)
    name = next(named, "")
    found = filling.pickings.get(name)
    known = found is not None and found.found is not None
    return beside_of(first(filling.typed, name), viewer=filling.viewer) if known else None
