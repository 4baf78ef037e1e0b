"""Where each fault stands: beside its field, or on top where it concerns the whole case; and how it is said to a clerk.

The envelope names the field, the rule and the next step; here the value is added, and a summary whose lines lead to the
fields. A field that is not on the page (a row that came later) gives its fault to the nearest one around it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jubao.desk.forms.stated import Typed, first
from jubao.desk.forms.written import told
from jubao.operations.envelope.fault import Fault
from jubao.operations.envelope.fields import Kind, Question
from jubao.vocabulary.resident_number import masked

MISSING = "必填"
DONE = {Kind.CHOICE: "选", Kind.FLAG: "选", Kind.FILE: "交"}
ENDS = "。！？"
UNTOLD = frozenset({Kind.KEYED_NUMBER, Kind.KEY, Kind.FILE})
"""Kinds whose value no sentence repeats."""


def id_of(name: str) -> str:
    """The element of a field."""
    return f"f-{name.replace('.', '-')}"


@dataclass(frozen=True)
class Line:
    """One line of the summary: a sentence, and the element it leads to; none where it concerns the whole case."""

    sentence: str
    leads_to: str


@dataclass(frozen=True)
class Blamed:
    """Faults at their places.

    Attributes:
        by_field: the sentences beside each field, by its name.
        lines: the summary, in the order of the form, what concerns the whole case first.
    """

    by_field: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.lines)


def blame(faults: Iterable[Fault], questions: Mapping[str, Question], typed: Typed) -> Blamed:
    """Put faults beside the fields of a form.

    Args:
        faults: of one case, as the envelope found them.
        questions: by name, every field on the page in its order.
        typed: what was typed.
    """
    found: dict[str, list[str]] = {}
    for fault in faults:
        name = nearest(fault.field, questions)
        said = sentence(fault, questions.get(name), first(typed, name) if name == fault.field else "")
        if said not in found.setdefault(name, []):
            found[name].append(said)
    order = {name: place for place, name in enumerate(questions)}
    names = sorted(found, key=lambda name: order.get(name, -1))
    lines = tuple(Line(said, id_of(name) if name else "") for name in names for said in found[name])
    return Blamed({name: tuple(said) for name, said in found.items()}, lines)


def nearest(name: str, names: Collection[str]) -> str:
    """The field of a name, or the one around it; nothing where none is."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name


def sentence(fault: Fault, question: Question | None, typed: str) -> str:
    """A fault in one sentence: the value, why not, and what to write instead."""
    if question is None:
        return str(fault).partition("：")[2] if fault.case == 1 and not fault.place else _whole(fault)
    if fault.rule == MISSING:
        return f"还没有{DONE.get(question.kind, '填')}“{question.label}”。"
    source = f"（{fault.source}）" if fault.source else ""
    is_of_shape = fault.place.endswith(question.label) and fault.place
    place = fault.place if fault.place and not is_of_shape else ""
    value = told(masked(typed)) if is_of_shape and typed and question.kind not in UNTOLD else ""
    return _closed(f"{place + '：' if place else ''}{value}{_counted(fault.rule, typed)}{source}", fault.next_step)


def _whole(fault: Fault) -> str:
    rule = f"{fault.place}：{fault.rule}" if fault.place else fault.rule
    return _closed(f"{rule}{f'（{fault.source}）' if fault.source else ''}", fault.next_step)


def _counted(rule: str, typed: str) -> str:
    """Too many words: how many there are."""
    return f"{rule}，现在 {len(typed)} 个字" if rule.startswith("最多") and rule.endswith("个字") and typed else rule


def _closed(rule: str, next_step: str) -> str:
    told_ = rule if rule.endswith(tuple(ENDS)) else f"{rule}。"
    return told_ + (next_step if not next_step or next_step.endswith(tuple(ENDS)) else f"{next_step}。")


def in_cells(faults: Sequence[Fault]) -> tuple[str, ...]:
    """The faults of a workbook, each with its sheet, row and column."""
    return tuple(
        _closed(
            f"{fault.place}：{fault.rule}" if fault.place else str(Fault(fault.case, "", fault.rule)), fault.next_step
        )
        for fault in faults
    )
