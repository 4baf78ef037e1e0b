"""One proposal as its signer meets it: where it stands among those that wait, what must be ticked, the papers, why not to sign."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jubao.operations.envelope.declaration import ACTS, Declaration
from jubao.operations.envelope.fields import Kind
from jubao.operations.envelope.seen.endings import Ending, endings_of
from jubao.operations.envelope.seen.everybody import everybody
from jubao.operations.envelope.seen.gist import Gist, gist_of
from jubao.operations.envelope.seen.inbox import Place, place_in, queue_of
from jubao.operations.envelope.seen.makers import makes
from jubao.operations.envelope.seen.moved import Moved
from jubao.operations.envelope.seen.outcome import Outcome, outcome_of
from jubao.operations.envelope.seen.proposal import ShownProposal, in_words, proposal_seen
from jubao.operations.envelope.seen.stated import answers_of
from jubao.operations.envelope.seen.told import Everybody, Move, Somebody
from jubao.operations.envelope.seen.turns import ChainStep, drawn_step, then, why_not
from jubao.operations.envelope.seen.words import veiled
from jubao.records.models import InboundFile, Person, Proposal, Signature
from jubao.vocabulary.both import Both
from jubao.vocabulary.due import Due, due
from jubao.vocabulary.viewer import SEARCHING, Viewer

State = Proposal.State
PEOPLE_PAGE = 10


@dataclass(frozen=True)
class Tick:
    """Something a signer looks at before agreeing: its number, what it says, whom it concerns, and whether it was ticked."""

    number: int
    text: str
    people: "tuple[Touched, ...]"
    is_ticked: bool = False


@dataclass(frozen=True)
class Touched:
    """Somebody the plan touches: his key in the register where he is in it and may be seen, what changes and what is new."""

    key: int | None
    name: str
    number: str
    detail: str
    changes: tuple[Move, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class PeoplePage:
    """Some of the people: which ones they are of how many, and where the pages beside this one begin."""

    rows: tuple[Touched, ...]
    first: int
    last: int
    count: int
    before: int | None
    after: int | None
    note: str


@dataclass(frozen=True)
class InboundPaper:
    """A file that came in and lies under the act: its hash, its name, bytes; the name is empty where no act took it in."""

    sha256: str
    name: str
    size: int | None


@dataclass(frozen=True)
class Typed:
    """What a signer has typed so far: the words, and which things were ticked."""

    reason: str = ""
    ticks: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Amiss:
    """One thing that keeps a signature from being given: the field it belongs to, and the sentence."""

    field: str
    sentence: Both


@dataclass(frozen=True)
class Review:
    """One proposal for whoever looks at it.

    Attributes:
        proposal: everything it says; gist: the same in one line; chain: its steps as drawn; due: by when, while it waits.
        place: where it stands among what waits for the viewer; step: the number of the step it waits for.
        may_sign: whether he may sign now; as_post: in which post; then: what follows his signature; why_not: why he may not.
        may_withdraw: whether it is his own and waits; may_propose: whether one of his posts proposes such acts.
        ticks: what he looks at one by one; people: some of those touched; evidence: papers somebody saw, in their words;
        papers: files that lie under it.
        ending: how it ended undone; outcome: what came of it.
        typed, amiss: what he typed and what is wrong with it; came_first: who signed meanwhile; moved: what the facts changed.
    """

    proposal: ShownProposal
    gist: Gist
    chain: tuple[ChainStep, ...]
    due: Due | None
    place: Place
    step: int
    may_sign: bool
    as_post: str
    then: Both | None
    why_not: Both | None
    may_withdraw: bool
    may_propose: bool
    ticks: tuple[Tick, ...]
    people: PeoplePage
    evidence: tuple[str, ...]
    papers: tuple[InboundPaper, ...]
    ending: Ending | None
    ended_by: str
    outcome: Outcome | None
    typed: Typed = field(default_factory=Typed)
    amiss: tuple[Amiss, ...] = ()
    came_first: Both | None = None
    moved: Moved | None = None

    def with_(self, typed: Typed, *amiss: Amiss) -> "Review":
        """The same with what was typed, and what is wrong with it."""
        ticks = tuple(replace(one, is_ticked=one.number in typed.ticks) for one in self.ticks)
        return replace(self, typed=typed, amiss=amiss, ticks=ticks)


def review(key: str, *, viewer: Viewer, people_from: int = 0) -> Review:
    """A proposal for who may see it; a dozen statements, however many people it touches.

    Args:
        key: of the proposal; people_from: how many people lie before the page of them that is wanted.
    Raises:
        Refused: there is none; MayNotLook: not his to see.
    """
    row = proposal_seen(key, viewer=viewer)
    declaration, queue = ACTS[row.code], queue_of(viewer)
    told = in_words(row, viewer=viewer, signers=queue.signers)
    ending = endings_of([row]).get(row.key)
    mine, stood = queue.mine, declaration.chain
    may_sign = any(one.pk == row.pk for one in mine)
    waits = row.state == State.PENDING
    cases = json.loads(row.arguments)
    all_people = _enough(row, told.people, people_from)
    shown = all_people.shown[people_from : people_from + PEOPLE_PAGE]
    keys = _keys((*shown, *(who for one in told.exceptions for who in one.people)), viewer)
    return Review(
        proposal=told,
        gist=gist_of(row),
        chain=tuple(drawn_step(step, row, viewer, queue, ending) for step in told.steps),
        due=due(row.due_date, on=viewer.day) if waits else None,
        place=place_in(mine, row.key),
        step=row.next_step,
        may_sign=may_sign,
        as_post=queue.signers.post_of(row, viewer.staff).label if may_sign else "",
        then=then(row, declaration) if may_sign else None,
        why_not=None if may_sign or not waits else why_not(row, told, viewer),
        may_propose=makes(declaration, viewer),
        may_withdraw=waits and row.maker == viewer.staff and bool(stood),
        ticks=tuple(_ticks(told, keys)),
        people=_page(all_people, tuple(_touched(who, keys) for who in shown), people_from),
        evidence=tuple(dict.fromkeys(map(veiled, answers_of(Kind.EVIDENCE, declaration.questions, cases)))),
        papers=_papers(tuple(dict.fromkeys(answers_of(Kind.FILE, declaration.questions, cases)))),
        ending=ending,
        ended_by=queue.names.get(ending.by, ending.by) if ending else "",
        outcome=_outcome(row, declaration, viewer),
    )


# ── What must be looked at, and who is touched ──


def _ticks(told: ShownProposal, keys: Mapping[str, int]) -> list[Tick]:
    exceptions = [(one.text, tuple(_touched(who, keys) for who in one.people)) for one in told.exceptions]
    found = [*exceptions, *((notice, ()) for notice in told.notices)]
    return [Tick(number, text, people) for number, (text, people) in enumerate(found, start=1)]


def _enough(row: Proposal, stored: Everybody, people_from: int) -> Everybody:
    """The people a preview keeps; all of them only where a page beyond those is asked for."""
    return everybody(row) if people_from >= len(stored.shown) and stored.beyond else stored


def _page(people: Everybody, rows: tuple[Touched, ...], people_from: int) -> PeoplePage:
    last = people_from + len(rows)
    return PeoplePage(
        rows=rows,
        first=people_from + 1 if rows else 0,
        last=last,
        count=people.count,
        before=max(people_from - PEOPLE_PAGE, 0) if people_from else None,
        after=last if rows and last < people.count and not (people.note and last >= len(people.shown)) else None,
        note=people.note,
    )


def _keys(people: tuple[Somebody, ...], viewer: Viewer) -> dict[str, int]:
    """By personal number, the key of everybody shown whom the viewer may look up."""
    wanted = sorted({who.personal_number for who in people if who.personal_number})
    if not wanted or not viewer.posts & SEARCHING:
        return {}
    return dict(Person.objects.filter(personal_number__in=wanted).order_by("pk").values_list("personal_number", "pk"))


def _touched(who: Somebody, keys: Mapping[str, int]) -> Touched:
    return Touched(keys.get(who.personal_number), who.name, who.number, who.detail, who.changes, who.rows)


# ── Papers, and what came of it ──


def _papers(hashes: tuple[str, ...]) -> tuple[InboundPaper, ...]:
    if not hashes:
        return ()
    rows = InboundFile.objects.filter(sha256__in=hashes).order_by("id")
    known = {row.sha256: row for row in rows}
    return tuple(
        InboundPaper(one, known[one].filename, known[one].size) if one in known else InboundPaper(one, "", None)
        for one in hashes
    )


def _outcome(row: Proposal, declaration: Declaration, viewer: Viewer) -> Outcome | None:
    if row.state != State.EXECUTED:
        return None
    done = Signature.objects.filter(proposal=row, state_after=State.EXECUTED).order_by("step")
    event = done.values_list("act_id", flat=True).first()
    assert event is not None, "what is done was done by a step"
    return outcome_of(event, declaration, viewer)
