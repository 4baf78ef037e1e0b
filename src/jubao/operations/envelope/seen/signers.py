"""Who may take the next step of every proposal that waits, by the envelope's one rule, asked for all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from jubao.operations.envelope.declaration import declaration_of
from jubao.operations.envelope.posts import Post, Present, Taker, presence_question, presence_told
from jubao.records.models import Proposal
from jubao.reports.recusals import DECLARED, concerned_in, staff_recused

PERSONS = """
SELECT case_ref, person FROM records_signature
WHERE case_ref IN (SELECT case_ref FROM records_proposal WHERE {which}) ORDER BY id
"""
STATE_IS, KEY_IS = "state = %s", "key = %s"


@dataclass(frozen=True)
class Signers:
    """What decides who may sign: who is present in which post, who took part in which case, who stays away from whom."""

    present: Present
    took_part: dict[str, set[str]]
    recusals: tuple[tuple[str, str], ...]

    def may_sign(self, row: Proposal) -> list[str]:
        """Staff codes of everybody who may take the next step of a pending proposal, the first in line first."""
        return self.present.may_act(self.taker(row), taken=self.out(row))

    def post_of(self, row: Proposal, staff: str) -> Post:
        """The post in which somebody who may take it takes the next step."""
        return self.present.post_of(self.taker(row), staff, taken=self.out(row))

    def out(self, row: Proposal) -> set[str]:
        """Who is out of the question: whoever took part in the case, and who stays away from those it concerns."""
        return self.took_part.get(row.case_ref, set()) | staff_recused(concerned_in(row.concerns), self.recusals)

    @staticmethod
    def taker(row: Proposal) -> Taker:
        """The post the next step waits for."""
        return declaration_of(row.code).chain[row.next_step - 1].post


def signers_of_pending(on: date) -> Signers:
    """Who may sign what waits, on a day; three statements, however much waits."""
    return _signers(on, STATE_IS, str(Proposal.State.PENDING))


def signers_of(row: Proposal, on: date) -> Signers:
    """Who may sign one proposal, on a day."""
    return _signers(on, KEY_IS, row.key)


def _signers(on: date, which: str, value: str) -> Signers:
    with connection.cursor() as cursor:
        cursor.execute(*presence_question(on))
        present = presence_told(on, cursor.fetchall())
        cursor.execute(PERSONS.format(which=which), [value])
        took_part = _by_case(cursor.fetchall())
        cursor.execute(DECLARED)
        return Signers(present, took_part, tuple((code, number) for code, number in cursor.fetchall()))


def _by_case(rows: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for case, person in rows:
        found.setdefault(case, set()).add(person)
    return found
