"""Every step of acts of every length and role, taken by two processes at once: one effect, and both answers are true."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pytest

from jubao.operations.envelope.acting import Answer, case_persons, propose, sign
from jubao.operations.envelope.declaration import ACTS, Step
from jubao.operations.envelope.hands import trial_hand
from jubao.operations.envelope.posts import Taker, holders
from jubao.records.models import AuditEvent, Award, PaymentBatch, Proposal, Signature
from jubao.reports.invariants.verification import verify
from tests.forked import committed_books, together
from tests.office import Office, with_papers
from tests.theft.theft_office import FRIEND, HE, LI, RESTING, SUN, WANG, WU, ZHOU, theft_office
from tests.trial import TRIAL

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2017, 2, 6)


@dataclass(frozen=True)
class Raced:
    """An act, what it is asked for, and what of the books its case continues."""

    code: str
    case: dict[str, Any]
    continues: Callable[[], Proposal] | None = None

    def stated(self) -> dict[str, Any]:
        """The case; a batch is the one its case made."""
        if self.continues is None:
            return with_papers(self.code, self.case)
        return {"batch": PaymentBatch.objects.get(case_ref=self.continues().case_ref).number}


def locked() -> Proposal:
    """The payroll that was raced before."""
    return Proposal.objects.get(code="payroll.calculate", business_date=ON)


RACED = [
    Raced("award.resume", {"person": ZHOU, "evidence": "上门认证表", "evidence_date": "2017-02-02"}),
    Raced(
        "award.suspend", {"person": WANG, "reason": "1202", "from_month": 201701, "memo": "判决书", "due": "2017-12-31"}
    ),
    Raced("award.terminate", {"person": RESTING[0], "reason": "1401", "event_date": "2017-01-20"}),
    Raced("award.reinstate", {"person": HE, "evidence": "本人到场核实笔录", "evidence_date": "2017-02-03"}),
    Raced("account.rebind", {"person": SUN, "bank": "农业银行", "bank_account": FRIEND}),
    Raced("enrolment.end", {"person": LI, "reason": "6406", "event_date": "2017-02-01"}),
    Raced("contribution.refund", {"person": WU, "years": [2017], "reason": "重复缴费"}),
    Raced("recovery.demand", {"person": WANG, "number": "追1号"}),
    Raced("recovery.write_off", {"person": WANG, "basis": "会议纪要 1"}),
    Raced("payroll.calculate", {"month": 201702}),
    Raced("payment.release", {}, locked),
    Raced("payment.transmit", {}, locked),
    Raced("payout.collect", {"through": ON.isoformat()}),
    Raced("fund.draw", {"month": 201702, "amount_fen": 100_000}),
    Raced("target.set", {"name": "参保任务", "year": 2017, "source": "市局文件", "amount_fen": 100}),
    Raced(
        "staff.join",
        {
            "staff": "X1",
            "name": "新人",
            "title": "科员",
            "section": "待遇股",
            "posts": ["BENEFITS"],
            "from_day": "2017-02-07",
            "evidence": "任命文件 1",
            "key": trial_hand("X1", TRIAL).public,
        },
    ),
    Raced("watch.run", {"month": 201701}),
    Raced("fund.remit", {"amount_fen": 100, "year_of_surplus": 2016, "reference": "SJ1"}),
]
"""In this order, each on the books the ones before left."""


@pytest.fixture(scope="module")
def office(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office of the thefts, its books committed; afterwards every invariant must hold."""
    made: list[Office] = []
    with committed_books(django_db_blocker, tmp_path_factory.mktemp("steps"), lambda: made.append(theft_office())):
        yield made[0]


def test_the_raced_acts_have_every_length_and_every_role_there_is() -> None:
    raced = [ACTS[one.code] for one in RACED]
    assert {len(one.chain) for one in raced} == {len(one.chain) for one in ACTS.values()}
    assert {step.role for one in raced for step in one.chain} == {
        step.role for one in ACTS.values() for step in one.chain
    }


def test_every_step_taken_twice_at_once_counts_once_and_both_answers_are_true(office: Office) -> None:
    """One act after the other, on one worker: each works on the books the ones before left."""
    for raced in RACED:
        race(office, raced)
    assert [(found.title, found.violations) for found in verify() if found.broken] == []
    assert Award.objects.get(person__resident_number=ZHOU).suspended_from is None


def race(office: Office, raced: Raced) -> None:
    """Take every step of an act twice at once."""
    declaration, key = ACTS[raced.code], f"steps:{raced.code}"
    continued = raced.continues().case_ref if raced.continues else None
    ref, stated = continued or key, raced.stated()
    maker = free(declaration.maker, ref)[0]

    def ask() -> Answer:
        return propose(raced.code, [stated], key=key, by=maker, on=ON, at=office.staff._now(ON), case_ref=continued)

    one, other = together([ask, ask])
    assert one == other, (one, other)
    assert one.value, one
    shown = one.value["hash"]
    for number, step in enumerate(declaration.chain, start=1):
        raced_step(office, key, shown, step, ref)
        assert Signature.objects.filter(proposal__key=key, step=number).count() == 1
    row = Proposal.objects.get(key=key)
    assert row.state == "EXECUTED"
    assert Signature.objects.filter(proposal=row).count() == 1 + len(declaration.chain)
    assert AuditEvent.objects.filter(kind="EXECUTED", payload__contains=f'"proposal":"{key}"').count() == 1


def raced_step(office: Office, key: str, shown: str, step: Step, ref: str) -> None:
    """Two who may take a step take it at once, or one of them twice."""
    able = free(step.post, ref)

    def signs(person: str) -> Answer:
        return sign(key, by=person, on=ON, at=office.staff._now(ON), shown_hash=shown)

    people = (able * 2)[:2]
    ended = together([partial(signs, person) for person in people])
    assert not any(one.failed or one.signal for one in ended), ended
    if people[0] == people[1]:
        assert ended[0] == ended[1], ended
        assert ended[0].value
        return
    [done] = [person for person, one in zip(people, ended, strict=True) if one.value]
    assert Signature.objects.filter(proposal__key=key).latest("step").person == done
    [told] = [one.refused for one in ended if not one.value]
    assert is_true(told, key), told


def is_true(told: str, key: str) -> bool:
    """Whether a refusal tells what is so: the act is done, or waits for another post than the one just taken."""
    row = Proposal.objects.get(key=key)
    if row.state == "EXECUTED":
        return f"申请 {key} 已办结，不再接受签署" in told
    return f"不在{ACTS[row.code].chain[row.next_step - 1].post.label}" in told


def free(taker: Taker, ref: str) -> list[str]:
    """Who may take a step of a case."""
    return holders(taker, on=ON, besides=case_persons(ref))
