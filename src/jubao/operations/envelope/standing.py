"""What stands in the books when somebody takes a step, read in one message: the proposal as it was sealed, the case, the posts.

A step asks much about little: whether the request is known, who took part, who is present, what earlier steps signed. On a
server each question costs a way there and back; so all of them go together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

from jubao.operations.envelope.posts import Present, presence_question, presence_told
from jubao.operations.envelope.seals import Promise, promise_of
from jubao.operations.law import AREA
from jubao.records import bulk
from jubao.records.models import AuditEvent, Proposal, Signature
from jubao.records.sealing import fact_of, listed, table_digest
from jubao.reports.recusals import DECLARED, Declared

Rows = Sequence[tuple[Any, ...]]
KNOWN = "SELECT 1 FROM records_proposal WHERE key = %s"
PERSONS = "SELECT person FROM records_signature WHERE case_ref = {case} ORDER BY id"


@dataclass
class Standing:
    """What was read for one step.

    Attributes:
        known: whether the key of the request is taken.
        persons: everybody who took a step of the case.
        area: where the office is; empty before it is founded.
        present: by day, who is present in which post.
        recusals: everybody's recusals that hold.
        proposal: the proposal to be signed, its heads included.
        steps: every row of the events that signed it; ``events``: these events, by number.
        keys: whose key signed them: staff code, algorithm and public half, by number.
        stored: by table and event, number and digest of the event's rows as they are stored.
    """

    known: bool = False
    persons: list[str] = field(default_factory=list)
    area: str = ""
    present: dict[date, Present] = field(default_factory=dict)
    recusals: Declared = ()
    proposal: Proposal | None = None
    steps: list[Signature] = field(default_factory=list)
    events: dict[int, AuditEvent] = field(default_factory=dict)
    keys: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    stored: dict[tuple[str, int], Promise] = field(default_factory=dict)

    def is_as_sealed(self, row: Proposal | Signature) -> bool:
        """Whether the event behind a row is its own, and sealed the rows of that table that stand under it now."""
        model, event = type(row), self.events.get(row.act_id)
        promised = promise_of(model, event) if event else None
        return promised is not None and promised == self.stored[model._meta.db_table, row.act_id]

    # ── How the answers are taken in ──

    def take_persons(self, rows: Rows) -> None:
        """Everybody of the case."""
        self.persons = [person for (person,) in rows]

    def take_area(self, rows: Rows) -> None:
        """Where the office is."""
        self.area = rows[0][0] if rows else ""

    def take_recusals(self, rows: Rows) -> None:
        """Everybody's recusals that hold."""
        self.recusals = [(code, number) for code, number in rows]

    def take_present(self, day: date, rows: Rows) -> None:
        """Who is present on a day."""
        self.present[day] = presence_told(day, rows)

    def take_proposal(self, key: str, rows: Rows) -> None:
        """The rows of the proposal's event, the proposal among them."""
        for state, next_step, *cells in rows:
            row = fact_of(Proposal, cells)
            if row.key == key:
                row.state, row.next_step = state, next_step
                self.proposal = row
        if self.proposal is not None:
            self._note(Proposal, self.proposal.act_id, [row[2:] for row in rows])

    def take_steps(self, rows: Rows) -> None:
        """The rows of the events that signed it."""
        self.steps = [fact_of(Signature, row) for row in rows]
        for event in {step.act_id for step in self.steps}:
            self._note(
                Signature, event, [row for row, step in zip(rows, self.steps, strict=True) if step.act_id == event]
            )

    def take_keys(self, rows: Rows) -> None:
        """The keys the steps were signed with."""
        self.keys = {key: (person, algorithm, public) for key, person, algorithm, public in rows}

    def take_events(self, rows: Rows) -> None:
        """The events themselves."""
        self.events = {event.pk: event for event in (fact_of(AuditEvent, row) for row in rows)}

    def _note(self, model: type[Proposal | Signature], event: int, rows: Rows) -> None:
        self.stored[model._meta.db_table, event] = (len(rows), table_digest([rows]))


def before_proposing(key: str, case_ref: str, days: Sequence[date]) -> Standing:
    """What stands before a request: whether its key is known, who took part in the case, who is present on some days."""
    found, together = Standing(), bulk.Together()
    together.ask(KNOWN, [key], then=lambda rows: setattr(found, "known", bool(rows)))
    ask_rights(case_ref, days, found, together)
    together.ask(AREA, [], then=found.take_area)
    together.run()
    return found


def before_signing(key: str, days: Sequence[date]) -> Standing:
    """What stands before a signature: the proposal, its steps with their events, everybody of its case, and the posts."""
    found, together = Standing(), bulk.Together()
    proposals, steps, events, keys = _of_proposal()
    together.ask(proposals, [key], then=lambda rows: found.take_proposal(key, rows))
    together.ask(steps, [key], then=found.take_steps)
    together.ask(events, [key], then=found.take_events)
    together.ask(keys, [key], then=found.take_keys)
    ask_rights(key, days, found, together, case="(SELECT case_ref FROM records_proposal WHERE key = %s)")
    together.ask(AREA, [], then=found.take_area)
    together.run()
    return found


def ask_rights(asked: str, days: Sequence[date], found: Standing, together: bulk.Together, *, case: str = "%s") -> None:
    """Ask, together with other questions, who took part in a case, who is present on some days, and who stays away from whom."""
    together.ask(PERSONS.format(case=case), [asked], then=found.take_persons)
    together.ask(DECLARED, [], then=found.take_recusals)
    for day in days:
        together.ask(*presence_question(day), then=partial(found.take_present, day))


@cache
def _of_proposal() -> tuple[str, str, str, str]:
    """What is asked of a proposal given by its key: the rows of its event, those of its steps' events, these events, the keys."""
    mine = "(SELECT id FROM records_proposal WHERE key = %s)"
    acts = f"(SELECT act_id FROM records_signature WHERE proposal_id = {mine})"
    own = "(SELECT act_id FROM records_proposal WHERE key = %s)"
    keys = (
        "SELECT k.id, s.code, k.algorithm, k.public FROM records_signingkey k JOIN records_staff s ON s.id = k.staff_id"
    )
    return (
        f"SELECT state, next_step, {listed(Proposal)} FROM records_proposal WHERE act_id = {own} ORDER BY id",
        f"SELECT {listed(Signature)} FROM records_signature WHERE act_id IN {acts} ORDER BY id",
        f"SELECT {listed(AuditEvent)} FROM records_auditevent WHERE id IN {acts}",
        f"{keys} WHERE k.id IN (SELECT key_id FROM records_signature WHERE proposal_id = {mine})",
    )
