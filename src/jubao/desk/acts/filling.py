"""One form on its way: what was typed is read, referred to people and things, checked, kept as a draft, and drawn again."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.http import QueryDict

from jubao.desk.forms import written
from jubao.desk.forms.act_form import blank_row, questions_on_page
from jubao.desk.forms.drawing import Control, control_of
from jubao.desk.forms.faults import Blamed, blame, nearest
from jubao.desk.forms.picking import Picking, picking
from jubao.desk.forms.stated import Typed, compacted, first, lists_in, renumbered, rows_of, stated
from jubao.desk.forms.uploading import UPLOAD, take_in
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Sent
from jubao.operations.beside import drafts
from jubao.operations.beside.drafts import Kept
from jubao.operations.envelope import acting
from jubao.operations.envelope.arguments import parse_arguments
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fault import Fault
from jubao.operations.envelope.fields import Kind, Question
from jubao.operations.envelope.recusing import hidden
from jubao.operations.inbound import NAMED
from jubao.vocabulary.viewer import Viewer

KEY, ON, CASE, MARK, TURN = "_key", "_on", "_case", "_mark", "_turn"
"""Fields of the form itself; an argument's name begins with a letter."""
MORE, LESS, FIND, DROP = "_more", "_less", "_find", "_drop"
"""Buttons that only draw the form again; each says for which field."""
PICKED, PICKED_FOR = ".pick", ".for"
"""What is ticked among what was found, and the text it was found for."""
STILL_KEPT = "kept"
"""What a page sends for a number that it never shows."""
SHAPE_OF_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
LONGEST_TURN = 6
KEY_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
MISSING = "必填"
ABOUT_DAY = "业务日期"


def new_key() -> str:
    """The key of a form nobody has sent yet, of letters only, so that it is taken for nobody's number."""
    groups = ("".join(secrets.choice(KEY_SIGNS) for _ in range(4)) for _ in range(5))
    return "-".join(groups)


@dataclass
class Filling:
    """What stands in a form, and what came of reading it.

    Attributes:
        declaration: the act; key: of the form; typed: its fields; on: the business date as typed; case_ref: the case;
        turn: how often the form was sent whole.
        viewer: who fills it in; at: when; today: the business date where none is typed.
        pickings: what pickers mean; case: what an act takes; blamed: what is wrong, and where.
    """

    declaration: Declaration
    key: str
    typed: Typed
    viewer: Viewer
    at: datetime
    on: str = ""
    case_ref: str = ""
    turn: int = 0
    pickings: dict[str, Picking] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)
    blamed: Blamed = field(default_factory=Blamed)

    @property
    def questions(self) -> dict[str, Question]:
        """Every field on the page, the business date and the case included."""
        return {ON: DAY_ASKED, CASE: CASE_ASKED} | questions_on_page(self.declaration.questions, self.typed)

    @property
    def day(self) -> date:
        """The business date: today, or what was typed where the act may be dated back."""
        return date.fromisoformat(written.day(self.on)) if self.on.strip() else self.viewer.day

    @property
    def draft(self) -> Kept:
        """As it is kept; of a number that is only compared, nothing but its keyed hash."""
        silent = {name for name, one in self.questions.items() if one.kind is Kind.KEYED_NUMBER}
        fields = {
            name: ["" if name in silent and not NAMED.fullmatch(value) else value for value in values]
            for name, values in self.typed.items()
        }
        return Kept(self.key, self.declaration.code, fields, on=self.on, case_ref=self.case_ref, turn=self.turn)

    def keep(self, *, is_live: bool = False) -> None:
        """Keep what was typed; a form that was sent whole counts before what arrives late of the typing before."""
        self.turn += not is_live
        drafts.keep(self.draft, staff=self.viewer.staff, at=self.at)

    def refer(self) -> None:
        """Find out what pickers mean; what means one thing is kept by its key. Raises MayNotLook."""
        for name, question in self.questions.items():
            text = first(self.typed, name).strip()
            if question.many or control_of(question) is not Control.PICK or not text:
                continue
            found = picking(question.kind, text, viewer=self.viewer)
            self.pickings[name] = found
            if found.found is not None:
                self.typed[name] = [found.found.value]

    def check(self, *, is_live: bool = False) -> None:
        """Everything that stands against it; while somebody still types, an empty field is no fault.

        Raises:
            Refused: it names somebody from whom he stays away.
        """
        found = stated(self.declaration, self.typed)
        self.case = found.case
        faults = [*self._unreferred(), *found.faults, *self._misdated()]
        faults += self._of_shape({fault.field for fault in faults}) if faults else self._of_business()
        if is_live:
            faults = [fault for fault in faults if fault.rule != MISSING]
        self._blame(faults, is_live=is_live)

    def blame_picker(self, name: str) -> None:
        """Only what one picker could not find: somebody searched, and has not finished."""
        found = self.pickings.get(name)
        if found is not None and found.rule:
            self._blame([Fault(1, name, found.rule, found.next_step)])

    def _blame(self, faults: list[Fault], *, is_live: bool = False) -> None:
        questions = self.questions
        dated = [replace(one, field=ON) if one.case == 0 and one.rule.startswith(ABOUT_DAY) else one for one in faults]
        if not is_live:
            self._set_files_aside(dated, questions)
        self.blamed = blame(dated, questions, self.typed)

    def _unreferred(self) -> Iterator[Fault]:
        for name, found in self.pickings.items():
            if found.is_binding:
                yield Fault(1, name, found.rule, found.next_step)

    def _misdated(self) -> Iterator[Fault]:
        try:
            assert self.day
        except written.NotRead as error:
            yield Fault(1, ON, error.rule, error.next_step)

    def _of_shape(self, known: set[str]) -> list[Fault]:
        """What else is wrong in shape, beside fields that could not be read."""
        tops = {name.partition(".")[0] for name in known}
        faults, _ = parse_arguments(self.declaration, [self.case])
        return [fault for fault in faults if fault.field.partition(".")[0] not in tops]

    def _of_business(self) -> list[Fault]:
        by, case_ref = self.viewer.staff, self.case_ref or None
        return list(acting.check(self.declaration.code, [self.case], by=by, on=self.day, at=self.at, case_ref=case_ref))

    def _set_files_aside(self, faults: list[Fault], questions: Mapping[str, Question]) -> None:
        """A file that cannot be taken in does not stay among those that count; another one is asked for."""
        for name in {nearest(fault.field, questions) for fault in faults}:
            question = questions.get(name)
            if question is not None and question.kind is Kind.FILE and (key := first(self.typed, name)):
                drafts.set_file_aside(key, at=self.at, besides=self.key)
                self.typed[name] = [""]


DAY_ASKED = Question(ON, ABOUT_DAY, "Business date", "", Kind.DAY, False, None, False)  # noqa: FBT003
CASE_ASKED = Question(CASE, "接续的案件号", "Case it continues", "", Kind.NAME, False, None, False)  # noqa: FBT003


def filled(declaration: Declaration, seat: Seat, sent: Sent) -> Filling:
    """What was sent: fields as they stand, files taken into the tray, what was ticked in a picker in place of its text."""
    typed = _typed(sent.fields)
    typed = _with_picks(typed)
    own = {name: sent.fields.get(name, "").replace("\x00", "").strip() for name in (KEY, ON, CASE, TURN)}
    key = own[KEY] if SHAPE_OF_KEY.fullmatch(own[KEY]) else new_key()
    on = own[ON] if declaration.days_back else ""
    turn = own[TURN]
    filling = Filling(
        declaration,
        key,
        typed,
        seat.viewer,
        seat.at,
        on,
        own[CASE],
        int(turn) if turn.isascii() and turn.isdecimal() and len(turn) <= LONGEST_TURN else 0,
    )
    files = [name for name, one in filling.questions.items() if one.kind is Kind.FILE]
    filling.typed = take_in(typed, sent.files, files)
    silent = [name for name, one in filling.questions.items() if one.kind is Kind.KEYED_NUMBER]
    for name in silent:
        if (text := first(typed, name).strip()) and text != STILL_KEPT:
            filling.typed[name] = [hidden(text) or text]
    _take_kept(filling, [name for name in silent if first(typed, name) == STILL_KEPT])
    return filling


def _take_kept(filling: Filling, names: list[str]) -> None:
    """Numbers that are only compared come from the draft: their keyed hash stands in no page."""
    draft = drafts.kept(filling.key, staff=filling.viewer.staff, at=filling.at) if names else None
    for name in names:
        filling.typed[name] = draft.fields.get(name, [""]) if draft else [""]


def of_draft(draft: Kept, declaration: Declaration, *, viewer: Viewer, at: datetime) -> Filling:
    """A form that was kept."""
    return Filling(declaration, draft.key, dict(draft.fields), viewer, at, draft.on, draft.case_ref, draft.turn)


def without_blank_rows(filling: Filling, *, only_last: bool = False) -> None:
    """Leave out rows in which nothing stands; ``only_last`` those at the end, while somebody still types."""
    filling.typed = compacted(filling.declaration.questions, filling.typed, only_last=only_last)


def redrawn(filling: Filling, sent: Sent) -> str:
    """Do what a button asks that only draws the form again: a row more or less, another choice, a search.

    Returns:
        the field it was pressed for; nothing where none was.
    """
    fields = sent.fields
    lists = dict(lists_in(filling.declaration.questions))
    if (name := fields.get(MORE, "")) in lists:
        rows = rows_of(filling.typed, name)
        row = rows[-1] + 1 if rows else 0
        filling.typed |= blank_row(lists[name], name, row)
        return f"{name}.{row}" if lists[name].kind is not Kind.GROUP else name
    if LESS in fields:
        name, _, less = fields.get(LESS, "").rpartition(".")
        if name in lists:
            kept = [one for one in rows_of(filling.typed, name) if str(one) != less]
            filling.typed = renumbered(filling.typed, name, kept)
        return name
    if DROP in fields:
        filling.typed[fields.get(DROP, "")] = [""]
    return fields.get(DROP, "") or fields.get(FIND, "")


def _typed(fields: QueryDict) -> Typed:
    """The fields of arguments; a sign that no database keeps is left out."""
    own = {"csrfmiddlewaretoken"}
    return {
        name: [value.replace("\x00", "") for value in fields.getlist(name)]
        for name in fields
        if name not in own and not name.startswith("_") and not name.endswith(UPLOAD)
    }


def _with_picks(typed: Typed) -> Typed:
    """The key of what was ticked in place of the text it was found for; nothing where the text has changed since."""
    found = {name: values for name, values in typed.items() if not name.endswith((PICKED, PICKED_FOR))}
    for name in typed:
        field_ = name.removesuffix(PICKED)
        if field_ != name and first(typed, name) and first(typed, field_ + PICKED_FOR) == first(typed, field_):
            found[field_] = [first(typed, name)]
    return found
