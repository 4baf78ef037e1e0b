"""A proposal in one line: about whom or what, and what it comes to, from its stored preview and arguments."""

import json
from dataclasses import dataclass

from jubao.operations.envelope.declaration import declaration_of
from jubao.operations.envelope.fields import Kind
from jubao.operations.envelope.seen.given import results
from jubao.operations.envelope.seen.stated import stated
from jubao.records.models import Proposal
from jubao.vocabulary.both import Both, both

SILENT = frozenset({Kind.FILE, Kind.KEY, Kind.FLAG, Kind.KEYED_NUMBER})
"""Arguments that tell nobody what a proposal is about."""
LONGEST, MOST_RESULTS = 30, 2


@dataclass(frozen=True)
class Gist:
    """A proposal in one line.

    Attributes:
        subject: whom or what it is about; come_to: what it gives, the first results that are not nothing.
        unusual: how many things out of the ordinary a signer must look at first.
    """

    subject: Both
    come_to: tuple[str, ...]
    unusual: int


def gist_of(row: Proposal) -> Gist:
    """The gist of a proposal whose preview and arguments were read."""
    declaration, preview = declaration_of(row.code), json.loads(row.preview)
    given = [one for one in results(declaration.gives, preview["result"]) if one.value]
    return Gist(
        subject=_subject(row, preview["people"]),
        come_to=tuple(f"{one.label} {one.words}" for one in given[:MOST_RESULTS]),
        unusual=len(preview["exceptions"]) + len(preview["notices"]),
    )


def _subject(row: Proposal, people: dict[str, object]) -> Both:
    count, shown = people["count"], people["shown"]
    if isinstance(shown, list) and shown and (name := str(shown[0]["name"])):
        if count == 1:
            return both(name, name)
        return both(f"{name}等 {count} 人", f"{name} and others, {count} people")
    told = _first_answer(row)
    return both(told, told)


def _first_answer(row: Proposal) -> str:
    """The first thing that was stated and tells something; of several cases also how many there are."""
    questions, cases = declaration_of(row.code).questions, json.loads(row.arguments)
    telling = [question for question in questions if question.kind not in SILENT]
    words = next((one.words for one in stated(telling, cases[0])), "") if cases else ""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
