"""What the facts changed between a proposal and its last signature: the plan people approved beside the one of now."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from jubao.operations.envelope import planning
from jubao.operations.envelope.declaration import declaration_of
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.seen.everybody import arguments_of, view_of
from jubao.operations.envelope.seen.given import results
from jubao.operations.envelope.seen.told import Everybody, Money, Somebody, told_of
from jubao.operations.envelope.seen.words import NOTHING, yuan
from jubao.records.models import Proposal
from jubao.vocabulary import month as months


@dataclass(frozen=True)
class Changed:
    """One thing that is not what it was: what, then, and now."""

    what: str
    then: str
    now: str


@dataclass(frozen=True)
class PersonMoved:
    """Somebody for whom something else would happen: what was approved, and what would happen now; empty where nothing."""

    name: str
    number: str
    then: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """What moved: sums and results, people, and what stands against the act now where it cannot be done at all."""

    sums: tuple[Changed, ...] = ()
    people: tuple[PersonMoved, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether the difference can be named."""
        return bool(self.sums or self.people or self.against)


def what_moved(row: Proposal, *, on: date) -> Moved:
    """The approved preview of a proposal beside a plan made now, as of the day on which it would take effect."""
    declaration, approved = declaration_of(row.code), json.loads(row.preview)
    day = row.business_date if months.of(row.business_date) == months.of(on) else on
    try:
        now = planning.make(declaration, arguments_of(row), view_of(row, on=day), shown=True).preview
    except Refused as refused:
        return Moved(against=(refused.message, *refused.faults))
    then_told, now_told = told_of(approved), told_of(now)
    before = {one.label: one.words for one in results(declaration.gives, approved["result"])}
    after = {one.label: one.words for one in results(declaration.gives, now["result"])}
    counts = {"涉及人数": f"{then_told.people.count} 人"}, {"涉及人数": f"{now_told.people.count} 人"}
    return Moved(
        sums=(
            *_changed(*counts),
            *_changed(before, after),
            *_changed(_amounts(then_told.money), _amounts(now_told.money)),
        ),
        people=tuple(_people(then_told.people, now_told.people)),
    )


def _changed(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Changed]:
    for what in dict.fromkeys((*then, *now)):
        before, after = then.get(what, NOTHING), now.get(what, NOTHING)
        if before != after:
            yield Changed(what, before, after)


def _amounts(money: Money) -> dict[str, str]:
    """Every sum of money by what it is of; sums of one name are kept apart by their order."""
    told = [
        *((f"{one.title} {one.month}", one.fen) for one in money.months),
        *((f"{one.title} {one.payer}", one.fen) for one in money.payers),
    ]
    return {what: yuan(fen) for what, fen in told}


def _people(then: Everybody, now: Everybody) -> Iterator[PersonMoved]:
    """Who came, who went, and for whom something else would happen, of the people both previews name."""
    before, after = _by_number(then.shown), _by_number(now.shown)
    for key in dict.fromkeys((*before, *after)):
        who = before.get(key) or after[key]
        was, will = _sentences(before.get(key)), _sentences(after.get(key))
        if was != will:
            pairs = [(one, other) for one, other in zip_longest(was, will, fillvalue="") if one != other]
            said = tuple(one for one, _ in pairs if one), tuple(other for _, other in pairs if other)
            yield PersonMoved(who.name, who.number, *said)


def _by_number(people: Sequence[Somebody]) -> dict[tuple[str, str, str], Somebody]:
    return {(one.personal_number, one.number, one.name): one for one in people}


def _sentences(who: Somebody | None) -> tuple[str, ...]:
    return (*who.moves, *who.rows) if who else ()
