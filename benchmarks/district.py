"""Seeded people in a founded office: the part of a register that a benchmark needs, and nothing else."""

from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from benchmarks.identities import first_digits
from jubao.simulation.identity import resident_numbers
from tests.office import VILLAGE, Office

Ids = NDArray[np.int64]
SINCE = date(2016, 12, 31)
FIRST_HAN, HAN = 0x4E00, 20_000


@transaction.atomic
def add_people(count: int, *, with_account: bool = False) -> tuple[Ids, list[str]]:
    """Insert ``count`` insured people with relation, residence and category; person ids and numbers."""
    from jubao.records import bulk
    from jubao.records.models import BankAccount, CategoryPeriod, Enrolment, Person, Residence

    keys = first_digits(count)
    numbers = resident_numbers(keys).tolist()
    said: dict[str, Any] = {"act_id": event()}
    person = bulk.insert(Person, {
        "personal_number": [f"4306020{n:08d}" for n in range(count)], "name": [name_of(n) for n in range(count)],
        "resident_number": numbers, "resident_key": keys, "birth_date": "1940-01-01", "sex": "1", **said,
    }, count=count)  # fmt: skip
    bulk.insert(Enrolment, {"person_id": person, "enrolled_month": 201201, "tier_fen": 0, "earlier_years": 5,
                            "enrolment_state": "1", "contribution_state": "1", **said}, count=count)  # fmt: skip
    bulk.insert(Residence, {"person_id": person, "division": VILLAGE, "household_type": "20", "address": "乙社区",
                            "phone": "", "valid_from": SINCE, **said}, count=count)  # fmt: skip
    bulk.insert(CategoryPeriod, {"person_id": person, "category": "011", "valid_from": SINCE, **said}, count=count)
    if with_account:
        bulk.insert(BankAccount, {"person_id": person, "bank": "农业银行", "card_number": "", "usable_from": SINCE,
                                  "account": [f"62284800{n:011d}" for n in range(count)], **said}, count=count)  # fmt: skip
    return person, numbers


def name_of(number: int) -> str:
    """A name of four Han characters, another one for every number; digits would make each name a doubtful one."""
    return f"居民{chr(FIRST_HAN + number // HAN)}{chr(FIRST_HAN + number % HAN)}"


def event() -> int:
    """The audit event in whose name prepared rows are written."""
    from jubao.records.models import AuditEvent

    return AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]


def found() -> Office:
    """An office of ten people, with its books open."""
    office = Office()
    office.open_fund()
    return office


def reference(on: date) -> Any:
    """An act's reference for calling an act's function without its envelope."""
    from datetime import UTC, datetime

    from jubao.operations.envelope.declaration import ActReference

    return ActReference(event(), "bench", "bench", on, datetime(on.year, on.month, on.day, tzinfo=UTC))
