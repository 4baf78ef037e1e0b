"""Pickers: whom or what an answer refers to, found by number or name within the viewer's scope, kept by its key.

A search by number is sent with the form and never stands in an address; the address of this module takes names and codes.
Whoever the viewer stays away from is refused, not merely not found.
"""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect, QueryDict

from jubao.desk.forms.written import code, digits, told
from jubao.desk.frame.page import page
from jubao.operations.envelope.fields import NAMES_A_PERSON, Kind
from jubao.operations.envelope.recusing import require_distance_from
from jubao.operations.envelope.references import REFERENCES, Choice, NoSuchReference, candidates, resolve
from jubao.reports.viewers import people_seen
from jubao.vocabulary.audience import PEOPLE
from jubao.vocabulary.both import both
from jubao.vocabulary.resident_number import masked_reference
from jubao.vocabulary.viewer import SEARCHING, Viewer

SHOWN = 12
LONGEST_NUMBER = 14
"""From so many digits on a text may be somebody's number, and stands in no address."""
PICKED = frozenset(REFERENCES) - {Kind.FILE}
"""Kinds that are picked; files are handed in."""


@dataclass(frozen=True)
class Pick:
    """Something that may be meant: the key an act takes, and what tells it from others."""

    value: str
    label: str
    note: str

    @property
    def told(self) -> str:
        """Both in one line."""
        return f"{self.label}，{self.note}" if self.note and self.note != self.label else self.label


@dataclass(frozen=True)
class Picking:
    """What a text of a picker means: one thing, or several near it, or nothing that is known here.

    ``is_binding`` says that nothing else may be stated: people must be known; a code may be one that is only now given.
    """

    kind: Kind
    text: str
    found: Pick | None = None
    near: tuple[Pick, ...] = ()
    rule: str = ""
    next_step: str = ""
    is_binding: bool = False


def picking(kind: Kind, text: str, *, viewer: Viewer) -> Picking:
    """What a text means to this viewer.

    Raises:
        MayNotLook: it means people and his posts see none, or somebody from whom he stays away.
    """
    is_person = kind in NAMES_A_PERSON
    asked = digits(text) if is_person else code(text)
    if is_person:
        require_distance_from([asked], viewer)
    elif not viewer.posts & SEARCHING:
        return Picking(kind, text)
    if not asked:
        return Picking(kind, text)
    try:
        value = resolve(kind, asked, viewer=viewer)
    except NoSuchReference:
        near = offered(kind, asked, viewer=viewer)
        if not is_person:
            rule = "" if near else f"没有找到{told(asked)}，或不在您的范围内"
            return Picking(kind, text, near=near, rule=rule, next_step="" if near else "请换一个开头再找")
        shown = masked_reference(asked)
        rule = f"叫“{shown}”的不止一人" if near else f"没有“{shown}”这个人，或不在您的范围内"
        return Picking(
            kind,
            text,
            near=near,
            rule=rule,
            next_step="请从下面选一位" if near else "请核对姓名或号码",
            is_binding=True,
        )
    same = (one for one in offered(kind, value, viewer=viewer) if one.value == value)
    return Picking(kind, text, found=next(same, Pick(value, value, "")))


def offered(kind: Kind, text: str, *, viewer: Viewer) -> tuple[Pick, ...]:
    """What a picker offers for the beginning of a name or number, a few at most."""
    if kind in NAMES_A_PERSON and not text:
        return ()
    found = candidates(kind, text, viewer=viewer, limit=SHOWN)
    return tuple(_pick(kind, one) for one in found)


def _pick(kind: Kind, choice: Choice) -> Pick:
    if kind not in NAMES_A_PERSON:
        return Pick(choice.value, choice.label, choice.note if choice.value == choice.label else _beside(choice))
    number, _, place = choice.note.partition(" ")
    return Pick(choice.value, choice.label, f"尾号 {number[-4:]}" + (f"，{place}" if place else ""))


def _beside(choice: Choice) -> str:
    return " ".join(one for one in (choice.value, choice.note) if one and one != choice.label)


def number_of(key: str, *, viewer: Viewer) -> str | None:
    """The personal number behind the register's internal key, which may stand in an address; None where there is none.

    Raises:
        MayNotLook: his posts see nobody, or he stays away from this person.
    """
    if not (key.isascii() and key.isdigit() and len(key) <= LONGEST_NUMBER):
        return None
    row = people_seen(viewer).filter(pk=int(key)).values_list("personal_number", "resident_number").first()
    if row is None:
        return None
    viewer.require_distance(row[1])
    return str(row[0])


@dataclass(frozen=True)
class Offer:
    """What a picker shows for what was typed so far; ``is_number`` says that a number was typed, which nobody searches here."""

    kind: Kind
    title: str
    text: str
    picks: tuple[Pick, ...]
    is_number: bool


@page("pick/<word:kind>", title=both("查找", "Find"), audience=PEOPLE, parts=("picks",), queries=8)
def pick(viewer: Viewer, asked: QueryDict, kind: str) -> Offer | HttpResponse | None:
    """What may be meant by the beginning of a name or code; a number leaves the address and is searched in a form."""
    text = asked.get("q", "")
    if sum(sign.isdigit() for sign in text) >= LONGEST_NUMBER:
        return HttpResponseRedirect(f"/pick/{kind}?number=1")
    return offer(kind, text, viewer=viewer, is_number="number" in asked)


def offer(kind: str, text: str, *, viewer: Viewer, is_number: bool = False) -> Offer | None:
    """The same for a kind by its name; None where it is no kind that is picked."""
    if kind not in {one.value for one in PICKED}:
        return None
    known = Kind(kind)
    picks = () if is_number else offered(known, code(text), viewer=viewer)
    return Offer(known, REFERENCES[known].title, text, picks, is_number)
