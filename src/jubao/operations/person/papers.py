"""The papers that acts about somebody rest on: evidence stated, files brought in, and what the act asks to lie before it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fields import Kind, Question, persons_in
from jubao.records.models import InboundFile, Person, Proposal
from jubao.reports.person.trail import events_about, executed_in
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Paper:
    """One paper: what the form calls it, what was stated, whether it is a file, and the file's hash (empty for words)."""

    label: str
    told: str
    is_file: bool
    sha256: str


@dataclass(frozen=True)
class PaperOfCase:
    """The papers of one act about somebody.

    Attributes:
        code, title: the act; on: business date; key: of the proposal, empty where the viewer may not open it.
        papers: what was stated of him; asked: titles of papers the act asks for; event: number.
    """

    code: str
    title: str
    on: date
    key: str
    papers: tuple[Paper, ...]
    asked: tuple[str, ...]
    event: int


def papers_of(person: Person, *, viewer: Viewer) -> tuple[PaperOfCase, ...]:
    """The papers of every act about somebody that rests on some, the latest first, from three statements."""
    executed = executed_in(events_about(person))
    rows = Proposal.objects.filter(pk__in=list(executed.values())).defer("preview", "marks", "concerns").order_by("pk")
    by_key = {row.pk: row for row in rows if row.code in ACTS}
    stated = {key: list(_stated(row, person)) for key, row in by_key.items()}
    hashes = {value for found in stated.values() for question, value in found if question.kind is Kind.FILE}
    names = dict(InboundFile.objects.filter(sha256__in=hashes).order_by("pk").values_list("sha256", "filename"))
    found = [
        _of_case(by_key[key], event, stated[key], names, viewer) for event, key in executed.items() if key in by_key
    ]
    return tuple(one for one in found if one.papers or one.asked)


def _of_case(
    row: Proposal, event: int, stated: Sequence[tuple[Question, str]], names: Mapping[str, str], viewer: Viewer
) -> PaperOfCase:
    act = ACTS[row.code]
    papers = tuple(
        Paper(question.label, names.get(value, value[:12]), is_file=True, sha256=value)
        if question.kind is Kind.FILE
        else Paper(question.label, masked(value), is_file=False, sha256="")
        for question, value in stated
    )
    return PaperOfCase(
        code=row.code,
        title=act.title,
        on=row.business_date,
        key=row.key if viewer.posts & frozenset(act.audience) else "",
        papers=papers,
        asked=tuple(paper.title for paper in act.papers),
        event=event,
    )


def _stated(row: Proposal, person: Person) -> Iterator[tuple[Question, str]]:
    """Evidence and files of the cases of a proposal that are about somebody; a case that names nobody is about all."""
    questions = ACTS[row.code].questions
    own = {person.resident_number, person.personal_number}
    for case in json.loads(row.arguments):
        named = set(persons_in(questions, case))
        if not named or named & own:
            yield from _papers_in(questions, case)


def _papers_in(questions: Sequence[Question], case: Mapping[str, Any]) -> Iterator[tuple[Question, str]]:
    for question in questions:
        value = case.get(question.name)
        for one in value if isinstance(value, list) else [value]:
            if question.kind is Kind.GROUP and isinstance(one, Mapping):
                yield from _papers_in(question.inside, one)
            elif question.kind in (Kind.EVIDENCE, Kind.FILE) and isinstance(one, str) and one:
                yield question, one
