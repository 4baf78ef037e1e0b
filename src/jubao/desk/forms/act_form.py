"""The form of an act from its declaration: every question with its label, hint, control, what was typed and what is wrong.

It knows no act by name: groups become fieldsets, lists of groups repeated fieldsets, and everything else one control. A
form is redrawn by the server for every added row and every search, so it works without a script.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jubao.columns.bounded import MOST_FEN
from jubao.desk.forms.drawing import FEW, NO, YES, Control, control_of, drawing_of, echo_of, show_one
from jubao.desk.forms.entry import Entry, Handed, Option, Row
from jubao.desk.forms.faults import Blamed, id_of
from jubao.desk.forms.picking import Pick, Picking, offered
from jubao.desk.forms.stated import NAME, VALUE, Typed, is_list, rows_of
from jubao.desk.forms.uploading import MOST_BYTES, received
from jubao.operations.blank_files import file_asked
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fields import NAMES_A_PERSON, Kind, Question
from jubao.operations.envelope.seen.description import bounds
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import SEARCHING, Viewer

MEGABYTE = 1 << 20
SPOKEN_BOUNDS = frozenset({Kind.AMOUNT, Kind.TIER, Kind.COUNT, Kind.MONTH, Kind.DAY, Kind.DEADLINE, Kind.PERIOD})
OF_CALENDAR = frozenset({Kind.MONTH, Kind.PERIOD})
"""Kinds whose own bounds are those of the calendar, which nobody needs to be told."""
UNBOUNDED = 10**9
CHOSEN_FREELY = both("不填", "Leave out")
ACCEPTED = ".xlsx,.xls,.csv,.txt,.zip,.xml,.sta,.940,.pdf"


@dataclass
class Drawn:
    """What a form is drawn with: what was typed, what is wrong, what pickers mean, who looks; lists are asked once."""

    typed: Typed
    blamed: Blamed = field(default_factory=Blamed)
    pickings: Mapping[str, Picking] = field(default_factory=dict)
    viewer: Viewer | None = None
    _suggested: dict[Kind, tuple[Pick, ...]] = field(default_factory=dict)

    def suggested(self, kind: Kind) -> tuple[Pick, ...]:
        """What a picker suggests before anything is typed; people are never listed."""
        if self.viewer is None or kind in NAMES_A_PERSON or not self.viewer.posts & SEARCHING:
            return ()
        if kind not in self._suggested:
            self._suggested[kind] = offered(kind, "", viewer=self.viewer)
        return self._suggested[kind]


def entries_of(declaration: Declaration, drawn: Drawn) -> tuple[Entry, ...]:
    """Every question of an act, as it stands on the page."""
    return tuple(_entries(declaration.questions, "", drawn))


def entry_of(question: Question, drawn: Drawn) -> Entry:
    """One question that stands by itself."""
    return _plain(question, question.name, (question,), drawn)


def questions_on_page(questions: Sequence[Question], typed: Typed, prefix: str = "") -> dict[str, Question]:
    """Every field on the page by its name, in its order."""
    found: dict[str, Question] = {}
    for question in questions:
        name = f"{prefix}{question.name}"
        found[name] = question
        if question.kind is Kind.GROUP and not question.many:
            found |= questions_on_page(question.inside, typed, f"{name}.")
        elif is_list(question):
            for row in _rows(question, name, typed):
                found |= {f"{name}.{row}{end}": one for end, one in _within(question, typed, f"{name}.{row}")}
    return found


def _within(question: Question, typed: Typed, row: str) -> Iterator[tuple[str, Question]]:
    if question.kind is Kind.GROUP:
        for name, one in questions_on_page(question.inside, typed, f"{row}.").items():
            yield name.removeprefix(row), one
    elif question.kind is Kind.TABLE:
        yield f".{NAME}", _column(question, "名称", "Name")
        yield f".{VALUE}", _column(question, "值", "Value")
    else:
        yield "", replace(question, many=False, required=True)


def _column(table: Question, label: str, english: str) -> Question:
    return replace(table, label=label, english=english, hint="", kind=Kind.TEXT, required=True, default=None)


def blank_row(question: Question, name: str, row: int) -> Typed:
    """The fields of one more row of a list."""
    here = f"{name}.{row}"
    inside = _within(question, {}, here)
    return {f"{here}{end}": [show_one(one, one.default)] for end, one in inside if not is_list(one)}


def _rows(question: Question, name: str, typed: Typed) -> list[int]:
    """The rows on the page: those typed, else as many as must be filled in."""
    fewest = question.fewest_items or (1 if question.required else 0)
    return rows_of(typed, name) or list(range(fewest))


def _entries(questions: Sequence[Question], prefix: str, drawn: Drawn) -> Iterator[Entry]:
    for question in questions:
        name = f"{prefix}{question.name}"
        entry = _plain(question, name, questions, drawn)
        if is_list(question):
            rows = tuple(
                _row(question, f"{name}.{row}", number, drawn)
                for number, row in enumerate(_rows(question, name, drawn.typed), start=1)
            )
            control = Control.PAIRS if question.kind is Kind.TABLE else Control.ROWS
            yield replace(entry, control=control, rows=rows, typed="", found=None, near=())
        elif question.kind is Kind.GROUP:
            yield replace(entry, entries=tuple(_entries(question.inside, f"{name}.", drawn)))
        else:
            yield entry


def _row(question: Question, name: str, number: int, drawn: Drawn) -> Row:
    if question.kind is Kind.GROUP:
        return Row(number, name, tuple(_entries(question.inside, f"{name}.", drawn)))
    return Row(
        number, name, tuple(_plain(one, f"{name}{end}", (one,), drawn) for end, one in _within(question, {}, name))
    )


def _plain(question: Question, name: str, beside: Sequence[Question], drawn: Drawn) -> Entry:
    """One question as one control."""
    row, typed = drawing_of(question), drawn.typed.get(name)
    if typed is None:
        typed = [show_one(question, one) for one in question.default or ()] if question.many else [_initial(question)]
    text = typed[0] if typed else ""
    control = Control.CHECKS if question.many and question.kind is Kind.CHOICE else control_of(question)
    pick = drawn.pickings.get(name)
    layout = f"，格式 {question.layout}" if question.layout else ""
    return Entry(
        name=name,
        id=id_of(name),
        control=control,
        label=both(question.label, question.english or question.label),
        hint=_hint(question),
        example=None if question.hint else row.example,
        bounds=_bounds(question, beside).removesuffix(layout),
        is_optional=not question.required,
        typed=text,
        echo="" if question.many else echo_of(question, text),
        faults=drawn.blamed.by_field.get(name, ()),
        options=_options(question, control, typed, drawn),
        width=row.width,
        longest=question.longest,
        is_number=row.is_number,
        kind=question.kind.value,
        found=pick.found if pick else None,
        near=pick.near if pick else (),
        handed=_handed(text) if question.kind is Kind.FILE else None,
        accepts=ACCEPTED if question.kind is Kind.FILE else "",
        most=MOST_BYTES // MEGABYTE,
        asked=file_asked(question.layout) if question.layout else None,
    )


def _hint(question: Question) -> str:
    """What to write; people are found by their name as well."""
    return f"姓名、{question.hint}" if question.hint and question.kind in NAMES_A_PERSON else question.hint


def _initial(question: Question) -> str:
    """What stands in a field nobody has touched: the answer that holds when none is given."""
    return (
        "" if question.required or question.kind in {Kind.GROUP, Kind.TABLE} else show_one(question, question.default)
    )


def _bounds(question: Question, beside: Sequence[Question]) -> str:
    if question.kind not in SPOKEN_BOUNDS and not question.many:
        return ""
    says_nothing = (question.least or 0) in {0, 1} and (question.most or MOST_FEN) >= UNBOUNDED
    if question.kind in OF_CALENDAR or says_nothing:
        question = replace(question, least=None, most=None)
    return bounds(question, beside)


def _options(question: Question, control: Control, typed: Sequence[str], drawn: Drawn) -> tuple[Option, ...]:
    if question.kind is Kind.FLAG:
        yes, no = both("是", "Yes"), both("否", "No")
        return tuple(Option(one, label, one in typed) for one, label in ((YES, yes), (NO, no)))
    if question.kind is Kind.CHOICE:
        listed = tuple(Option(one, both(label, _spoken(one, label)), one in typed) for one, label in question.choices)
        may_lack = not question.required and question.default is None and len(listed) <= FEW
        nothing = (Option("", CHOSEN_FREELY, not any(typed)),) if may_lack and control is Control.RADIOS else ()
        return (*nothing, *listed)
    if control is Control.PICK:
        return tuple(
            Option(one.value, both(one.told, one.told), is_taken=False) for one in drawn.suggested(question.kind)
        )
    return ()


def _spoken(one: str, label: str) -> str:
    """A choice in English: its code in words beside the Chinese name, where the code says anything."""
    return label if one == label or one.isdigit() else f"{one.replace('_', ' ').capitalize()} ({label})"


def _handed(key: str) -> Handed | None:
    known = received(key)
    return Handed(key, *known) if known else None
