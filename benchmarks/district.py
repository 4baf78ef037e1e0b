"""Seeded people in a founded office: the part of a register that a benchmark needs, and nothing else."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from benchmarks.identities import first_digits
from jubao.operations.envelope import audit
from jubao.operations.envelope.applying import apply
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.request import Request
from jubao.operations.envelope.view import View
from jubao.records import bulk
from jubao.records.models import AuditEvent, BankAccount, CategoryPeriod, Enrolment, Person, Residence
from jubao.simulation.identity import resident_numbers
from tests.office import STARTED, TOWNSHIP, VILLAGE, Office

Ids = NDArray[np.int64]
SINCE = date(2016, 12, 31)
FIRST_HAN, HAN = 0x4E00, 20_000
CONTRIBUTOR, PENSIONER = "1", "3"
FIRST_BIRTH = {CONTRIBUTOR: "1965-01-01", PENSIONER: "1940-01-01"}  # who contributes is not sixty yet
NOBODY = "0" * 64
"""A hash of nothing, for rows that a peer or a limit writes."""


def found() -> Office:
    """An office of ten people, with its books open."""
    office = Office()
    office.open_fund()
    return office


def draft(on: date = STARTED) -> Changes:
    """An empty plan for rows that are prepared."""
    return Changes(View(on, datetime(on.year, on.month, on.day, 4, tzinfo=UTC), "bench"))


def write(changes: Changes) -> int:
    """Write a plan as the envelope does, under one event of the chain and without signatures; the event's number."""
    with transaction.atomic():
        head = audit.lock_chain()
        assert head is not None, "an office is founded first"
        event, together = head.id + 1, bulk.Together()
        audit.append_event(
            head,
            AuditEvent.Kind.EXECUTED,
            "bench.write",
            Request("bench", "", "bench", changes.view.on, head.at, "bench"),
            payload={},
            measured=apply(changes, event, together),
            together=together,
        )
    return event


def add_people(changes: Changes, count: int, *, state: str = CONTRIBUTOR, with_account: bool = False) -> Ids:
    """Plan ``count`` insured people with relation, residence and category; their placeholders."""
    first_birth = FIRST_BIRTH[state]
    keys = first_digits(count, first_birth=first_birth)
    people: dict[str, Any] = {
        "personal_number": [f"4306020{n:08d}" for n in range(count)],
        "name": [name_of(n) for n in range(count)],
        "resident_number": resident_numbers(keys).tolist(),
        "resident_key": keys,
        "birth_date": first_birth,
        "sex": "1",
        "division": VILLAGE,
        "township": TOWNSHIP,
        "state": f"1{state}",
    }
    person = changes.insert(Person, people, count=count)
    relation = {"enrolled_month": 201201, "earlier_years": 5, "enrolment_state": "1", "contribution_state": state}
    residence = {"division": VILLAGE, "household_type": "20", "address": "乙社区", "valid_from": SINCE}
    changes.insert(Enrolment, {"person_id": person, **relation}, count=count)
    changes.insert(Residence, {"person_id": person, **residence}, count=count)
    changes.insert(CategoryPeriod, {"person_id": person, "category": "011", "valid_from": SINCE}, count=count)
    if with_account:
        numbers = [f"62284800{n:011d}" for n in range(count)]
        account = {"person_id": person, "bank": "农业银行", "account": numbers, "usable_from": SINCE}
        changes.insert(BankAccount, account, count=count)
    return person


def name_of(number: int) -> str:
    """A name of four Han characters, another one for every number; digits would make each name a doubtful one."""
    return f"居民{chr(FIRST_HAN + number // HAN)}{chr(FIRST_HAN + number % HAN)}"


def numbers_of(count: int) -> list[str]:
    """The resident numbers of the first contributors."""
    keys = first_digits(count, first_birth=FIRST_BIRTH[CONTRIBUTOR])
    return [str(number) for number in resident_numbers(keys).tolist()]


def people() -> Ids:
    """The keys of everybody, in the order in which they were added."""
    return np.fromiter(Person.objects.order_by("id").values_list("id", flat=True), dtype=np.int64)


def last_event() -> int:
    """The event in whose name a limit or a peer writes."""
    return int(AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0])
