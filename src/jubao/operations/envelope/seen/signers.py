"""Who may take the next step of every proposal that waits, by the envelope's one rule, asked for all of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from jubao.operations.envelope.declaration import declaration_of
from jubao.operations.envelope.posts import Post, Present, Taker, presence_question, presence_told
from jubao.records.models import Proposal
from jubao.reports.recusals import concerned_in, staff_recused
from jubao.vocabulary import month as months
from jubao.vocabulary.posts import NOT_IN_ONE_MONTH

STATE_IS, KEY_IS = "state = %s", "key = %s"
AROUND = """
SELECT 'took', case_ref, person FROM records_signature
WHERE case_ref IN (SELECT case_ref FROM records_proposal WHERE {which})
UNION ALL
SELECT 'away', s.code, r.keyed_number FROM records_recusal r JOIN records_staff s ON s.id = r.staff_id
WHERE NOT EXISTS (SELECT 1 FROM records_recusalend e WHERE e.recusal_id = r.id)
UNION ALL
SELECT 'acted', post, person FROM records_signature
WHERE post IN ('ACCOUNTANT', 'CASHIER') AND business_date >= %s AND business_date <= %s
UNION ALL
SELECT 'name', code, name FROM records_staff
"""
"""Four lists of pairs in one message; the posts stand in full for the index of signatures in them (``envelope.posts``)."""


@dataclass(frozen=True)
class Signers:
    """What decides who may sign.

    Attributes:
        present: who is present in which post, and acted in it in the month.
        took_part: by case, everybody who took a step of it.
        recusals: staff code and keyed number of every recusal that holds.
        names: everybody's name by staff code.
    """

    present: Present
    took_part: Mapping[str, frozenset[str]]
    recusals: tuple[tuple[str, str], ...]
    names: Mapping[str, str]

    def may_sign(self, row: Proposal) -> list[str]:
        """Staff codes of everybody who may take the next step of a pending proposal, the first in line first."""
        return self.present.may_act(self.taker(row), taken=self.out(row))

    def post_of(self, row: Proposal, staff: str) -> Post:
        """The post in which somebody who may take it takes the next step."""
        return self.present.post_of(self.taker(row), staff, taken=self.out(row))

    def out(self, row: Proposal) -> frozenset[str]:
        """Who is out of the question: whoever took part in the case, and who stays away from those it concerns."""
        return self.took_part.get(row.case_ref, frozenset()) | staff_recused(concerned_in(row.concerns), self.recusals)

    @staticmethod
    def taker(row: Proposal) -> Taker:
        """The post the next step waits for."""
        return declaration_of(row.code).chain[row.next_step - 1].post


def signers_of_pending(on: date) -> Signers:
    """Who may sign what waits, on a day; two statements, however much waits."""
    return _signers(on, STATE_IS, str(Proposal.State.PENDING))


def signers_of(row: Proposal, on: date) -> Signers:
    """Who may sign one proposal, on a day."""
    return _signers(on, KEY_IS, row.key)


def _signers(on: date, which: str, value: str) -> Signers:
    month = months.of(on)
    span = [months.first_day(month).isoformat(), months.last_day(month).isoformat()]
    with connection.cursor() as cursor:
        cursor.execute(*presence_question(on))
        present = cursor.fetchall()
        cursor.execute(AROUND.format(which=which), [value, *span])
        around = cursor.fetchall()
    acted = _grouped((post, person) for kind, post, person in around if kind == "acted")
    return Signers(
        presence_told(on, present, acted={post: sorted(acted.get(str(post), ())) for post in NOT_IN_ONE_MONTH}),
        _grouped((case, person) for kind, case, person in around if kind == "took"),
        tuple((code, number) for kind, code, number in around if kind == "away"),
        {code: name for kind, code, name in around if kind == "name"},
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, person in pairs:
        found.setdefault(key, set()).add(person)
    return {key: frozenset(people) for key, people in found.items()}
