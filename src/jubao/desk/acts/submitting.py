"""What is sent from a form: checked while somebody types, kept for later, previewed, and submitted once."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from jubao.desk.acts.filling import FIND, KEY, MARK, Filling, filled, of_draft, redrawn, without_blank_rows
from jubao.desk.acts.form import DRAFT, FOUND, shown
from jubao.desk.forms.faults import id_of, in_cells
from jubao.desk.forms.stated import stated
from jubao.desk.frame.clock import now
from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Drawn, Goto, Sent, submission
from jubao.desk.working.runner import done_or_left
from jubao.operations.beside import drafts
from jubao.operations.beside.drafts import Kept
from jubao.operations.envelope import acting
from jubao.operations.envelope.acting import Answer
from jubao.operations.envelope.declaration import ACTS, Declaration
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.seen.makers import require_maker
from jubao.operations.envelope.seen.previewed import Previewed, previewed
from jubao.records.models import Proposal
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

FORM, PREVIEW = "acts.form", "acts.preview"
OK = 200
EXECUTED = Proposal.State.EXECUTED


def act_of(code: str, viewer: Viewer) -> Declaration:
    """The act a form was sent for. Raises Http404: there is none; MayNotLook: it is not his to make."""
    if code not in ACTS:
        raise Http404
    require_maker(ACTS[code], viewer)
    return ACTS[code]


@submission("acts/<act:code>/check", audience=SIGNERS)
def check(seat: Seat, sent: Sent, code: str) -> Drawn | Goto:
    """Say what stands against it so far; or have the form drawn again with a row more or less, or what was found."""
    filling = filled(act_of(code, seat.viewer), seat, sent)
    pressed_for = redrawn(filling, sent)
    filling.keep(is_live=not pressed_for)
    if pressed_for:
        asked = {DRAFT: filling.key} | ({FOUND: pressed_for} if FIND in sent.fields else {})
        return Goto(f"/acts/{code}?{urlencode(asked)}#{id_of(pressed_for)}")
    filling.refer()
    without_blank_rows(filling, only_last=True)
    filling.check(is_live=True)
    return Drawn(FORM, shown(filling), OK, part="faults")


@submission("acts/<act:code>/keep", audience=SIGNERS)
def keep(seat: Seat, sent: Sent, code: str) -> Goto:
    """Keep what was typed for later."""
    filling = filled(act_of(code, seat.viewer), seat, sent)
    filling.keep()
    said = both(f"“{filling.declaration.title}”存成了草稿，7 天内可以接着办。", "Kept as a draft for seven days.")
    return Goto("/drafts", said)


@submission("acts/<act:code>/try", audience=SIGNERS)
def try_out(seat: Seat, sent: Sent, code: str) -> Goto | Drawn:
    """To the preview where nothing stands against it, else back to the form with everything that does."""
    filling = filled(act_of(code, seat.viewer), seat, sent)
    without_blank_rows(filling)
    filling.refer()
    filling.check()
    filling.keep()
    return Drawn(FORM, shown(filling, is_sent=True)) if filling.blamed else Goto(f"/acts/{code}/preview/{filling.key}")


# ── Preview, and submitting what was previewed ──


@dataclass(frozen=True)
class Preview:
    """What an act would change, before it is submitted.

    Attributes:
        tried: people, money, law, signers; key: of the draft; mark: of the content that is shown.
        source: the workbook it came from, or nothing.
        refused: why it was not taken, with each fault.
    """

    tried: Previewed
    key: str
    mark: str
    source: str
    refused: str = ""
    faults: tuple[str, ...] = ()

    @property
    def back(self) -> str:
        """Where it is changed: the form, or where the workbook came from."""
        return f"/acts/{self.tried.code}/batch" if self.source else f"/acts/{self.tried.code}?draft={self.key}"


@page("acts/<act:code>/preview/<word:key>", title=both("预览变化", "Preview"), audience=SIGNERS, queries=150)
def preview(viewer: Viewer, asked: QueryDict, code: str, key: str) -> Preview | None:
    """Whom it changes, before and after, money, the law that was read, who signs next; nothing is stored."""
    return previewed_draft(code, key, viewer=viewer)


def previewed_draft(code: str, key: str, *, viewer: Viewer) -> Preview | None:
    """What a draft of the viewer's own would change; None where there is none. Raises MayNotLook, Refused."""
    if code not in ACTS:
        return None
    require_maker(ACTS[code], viewer)
    at = now()
    draft = drafts.kept(key, staff=viewer.staff, at=at)
    if draft is None or draft.code != code:
        return None
    filling = of_draft(draft, ACTS[code], viewer=viewer, at=at)
    tried = previewed(
        code, cases_of(filling, draft), viewer=viewer, on=filling.day, at=at, case_ref=draft.case_ref or None
    )
    return Preview(tried, key, draft.mark, draft.source)


def cases_of(filling: Filling, draft: Kept) -> list[dict[str, Any]]:
    """The cases of a draft: a workbook's, or the one a form states. Raises Refused: it cannot be read any more."""
    if draft.cases is not None:
        return draft.cases
    without_blank_rows(filling)
    found = stated(filling.declaration, filling.typed)
    if found.faults:
        raise Refused(f"“{filling.declaration.title}”还没有填好", faults=list(found.faults))
    return [found.case]


@submission("acts/<act:code>/submit", audience=SIGNERS)
def submit(seat: Seat, sent: Sent, code: str) -> Goto | Drawn:
    """Propose what was previewed; the same form sent twice gives the stored answer."""
    declaration, key = act_of(code, seat.viewer), sent.fields.get(KEY, "")
    draft = drafts.kept(key, staff=seat.staff, at=seat.at)
    if draft is None or draft.code != code:
        return _answered_before(seat, key)
    if draft.mark != sent.fields.get(MARK, ""):
        said = both(
            "草稿在别的窗口改过了，请再看一遍预览。", "The draft changed in another window; look at the preview again."
        )
        return Goto(f"/acts/{code}/preview/{key}", said)
    code_of_now = sent.fields.get("otp", "").strip()
    try:
        return done_or_left(
            seat, f"propose:{key}", declaration.title, partial(_proposed, seat, declaration, draft, code_of_now)
        )
    except Refused as no:
        return _refused(code, key, no, seat)


def _proposed(seat: Seat, declaration: Declaration, draft: Kept, code_of_now: str) -> Goto:
    """Propose what a draft says, and forget the draft. Raises Refused."""
    filling = of_draft(draft, declaration, viewer=seat.viewer, at=seat.at)
    cases, case_ref = cases_of(filling, draft), draft.case_ref or None
    with seat.proven(code_of_now):
        answer = acting.propose(
            draft.code, cases, key=draft.key, by=seat.staff, on=filling.day, at=seat.at, case_ref=case_ref
        )
    drafts.drop(draft.key, staff=seat.staff, at=seat.at, is_done=True)
    return Goto(f"/proposals/{draft.key}", _said(declaration, answer))


def _answered_before(seat: Seat, key: str) -> Goto:
    """Where a form that was sent already has led. Raises Http404: it never was."""
    if not Proposal.objects.filter(key=key, maker=seat.staff).exists():
        raise Http404
    return Goto(
        f"/proposals/{key}", both("这份申请已经提交过，没有重复办理。", "Submitted before; nothing was done twice.")
    )


def _refused(code: str, key: str, no: Refused, seat: Seat) -> Drawn:
    """The preview with the reason on top; where there is none any more, the reason alone."""
    try:
        shown_again = previewed_draft(code, key, viewer=seat.viewer)
    except Refused:
        raise no from None
    if shown_again is None:
        raise no
    return Drawn(PREVIEW, replace(shown_again, refused=no.message, faults=in_cells(no.found)))


def _said(declaration: Declaration, answer: Answer) -> Any:
    if answer.state == EXECUTED:
        return both(f"“{declaration.title}”已办结。", "Done.")
    waits = declaration.chain[0].post.label
    return both(f"“{declaration.title}”已提交，待{waits}签署。", f"Submitted; waits for {waits}.")
