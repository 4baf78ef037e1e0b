"""Adding people to the register: identity, residence, category, account and relation, set-based."""

from datetime import date
from typing import Any

import numpy as np

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.declaration import ActReference, Refused
from jubao.records import bulk
from jubao.records.models import (
    BankAccount,
    CategoryPeriod,
    Division,
    Enrolment,
    EnrolmentEvent,
    Identity,
    Person,
    Residence,
)
from jubao.vocabulary import month as months
from jubao.vocabulary import resident_number as numbers

Columns = dict[str, list[Any]]


def add_people(columns: Columns, count: int, *, on: date, act: ActReference) -> Ids:
    """Insert people with everything a registration says; columns as the opening register names them.

    Args:
        columns: lists of length ``count``; ``personal_number`` and states may be absent for new people.
        on: the day identity, residence, category and account are valid from.
    Returns:
        shape (count,), int64 person ids.
    Raises:
        Refused: unknown divisions, or numbers already in the register; every one is named.
    """
    _refuse_unknown(columns)
    person = _insert_people(columns, count, act)
    day = {"act_id": act.id, "valid_from": on}
    bulk.insert(
        Identity,
        {"person_id": person, "name": columns["name"], "resident_number": columns["resident_number"], **day},
        count=count,
    )
    bulk.insert(
        Residence,
        {
            "person_id": person, "division": columns["division"], "address": _text(columns["address"]),
            "household_type": [kind or "10" for kind in columns["household_type"]], "phone": _text(columns["phone"]),
            **day,
        },
        count=count,
    )  # fmt: skip
    bulk.insert(CategoryPeriod, {"person_id": person, "category": columns["category"], **day}, count=count)
    _insert_accounts(columns, person, on, act)
    _insert_enrolments(columns, person, on, act)
    return person


def _refuse_unknown(columns: Columns) -> None:
    known = set(Division.objects.values_list("code", flat=True))
    faults = [
        f"第{i}人：村社区编码 {code} 不在区划登记中" for i, code in enumerate(columns["division"], 1) if code not in known
    ]
    wanted = columns["resident_number"]
    for start in range(0, len(wanted), 800):
        part = wanted[start : start + 800]
        taken = set(Person.objects.filter(resident_number__in=part).values_list("resident_number", flat=True))
        faults += [f"第{start + i}人：{numbers.mask(n)} 已在参保登记中" for i, n in enumerate(part, 1) if n in taken]
    if faults:
        raise Refused(f"登记未办理：共 {len(faults)} 处错误", faults=faults)


def _insert_people(columns: Columns, count: int, act: ActReference) -> Ids:
    keys, valid = numbers.encode_many(columns["resident_number"])
    assert valid.all(), "the inbound desk let an invalid resident number pass"
    given = columns.get("personal_number") or _new_personal_numbers(count)
    return bulk.insert(
        Person,
        {
            "personal_number": given, "name": columns["name"], "resident_number": columns["resident_number"],
            "resident_key": keys, "birth_date": [numbers.birth_date(n) for n in columns["resident_number"]],
            "sex": [numbers.sex(n) for n in columns["resident_number"]], "act_id": act.id,
        },
        count=count,
    )  # fmt: skip


def _new_personal_numbers(count: int) -> list[str]:
    """The next personal numbers after the highest of the same length."""
    last = Person.objects.order_by("-personal_number").values_list("personal_number", flat=True).first() or "4306020000000"
    return [str(int(last) + k).zfill(len(last)) for k in range(1, count + 1)]


def _insert_accounts(columns: Columns, person: Ids, on: date, act: ActReference) -> None:
    rows = [i for i, account in enumerate(columns["bank_account"]) if account]
    bulk.insert(
        BankAccount,
        {
            "person_id": person[rows], "bank": [columns["bank"][i] or "" for i in rows],
            "account": [columns["bank_account"][i] for i in rows],
            "card_number": [columns["card_number"][i] or "" for i in rows], "usable_from": on, "act_id": act.id,
        },
        count=len(rows),
    )  # fmt: skip


def _insert_enrolments(columns: Columns, person: Ids, on: date, act: ActReference) -> None:
    count = person.size
    state = columns.get("enrolment_state") or ["1"] * count
    paying = columns.get("contribution_state") or ["1"] * count
    enrolment = bulk.insert(
        Enrolment,
        {
            "person_id": person, "enrolled_month": columns.get("enrolled_month") or months.of(on),
            "tier_fen": np.array([(tier or 0) * 100 for tier in columns["tier"]], dtype=np.int64),
            "earlier_years": [y or 0 for y in columns.get("contributed_years") or [0] * count],
            "enrolment_state": state, "contribution_state": paying, "act_id": act.id,
        },
        count=count,
    )  # fmt: skip
    bulk.insert(
        EnrolmentEvent,
        {
            "enrolment_id": enrolment, "enrolment_state": state, "contribution_state": paying,
            "reason": [r or "" for r in columns.get("end_reason") or [""] * count], "effective_date": on,
            "act_id": act.id,
        },
        count=count,
    )  # fmt: skip


def _text(values: list[Any]) -> list[str]:
    return [value or "" for value in values]
