"""Adding people to the register: identity, residence, category, account and relation, set-based."""

from datetime import date
from typing import Any

import numpy as np

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.membership.newcomers import FEN_IN_YUAN, Columns
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
from jubao.vocabulary.codes import ContributionState, EnrolmentState, HouseholdType, RelationState
from jubao.vocabulary.codes.office import DivisionLevel


def add_people(columns: Columns, count: int, *, on: date, changes: Changes) -> Ids:
    """Plan people with everything a registration says; ``admission.check_admission`` has refused who may not be.

    Args:
        columns: lists of length ``count``, fields as the opening register names them; ``personal_number``, states and
            years may be absent for new people.
        on: the day identity, residence, category and account are valid from.
        changes: the plan they become part of.
    Returns:
        shape (count,), int64 placeholders of the people.
    """
    person = _add_persons(columns, count, changes)
    changes.insert(
        Identity,
        {
            "person_id": person,
            "name": columns["name"],
            "resident_number": columns["resident_number"],
            "valid_from": on,
        },
        count=count,
    )
    changes.insert(
        Residence,
        {
            "person_id": person,
            "division": columns["division"],
            "address": _texts(columns["address"]),
            "household_type": [kind or str(HouseholdType.URBAN) for kind in columns["household_type"]],
            "phone": _texts(columns["phone"]),
            "valid_from": on,
        },
        count=count,
    )
    changes.insert(
        CategoryPeriod, {"person_id": person, "category": columns["category"], "valid_from": on}, count=count
    )
    _add_accounts(columns, person, on, changes)
    _add_enrolments(columns, person, on, changes)
    return person


def _add_persons(columns: Columns, count: int, changes: Changes) -> Ids:
    keys, valid = numbers.encode_many(columns["resident_number"])
    assert valid.all(), "the check let an invalid resident number pass"
    townships = changes.view.once("townships", _townships)
    return changes.insert(
        Person,
        {
            "personal_number": columns.get("personal_number") or "",
            "name": columns["name"],
            "resident_number": columns["resident_number"],
            "resident_key": keys,
            "birth_date": [numbers.birth_date(n) for n in columns["resident_number"]],
            "sex": [numbers.sex(n) for n in columns["resident_number"]],
            "division": columns["division"],
            "township": [townships[code] for code in columns["division"]],
            "state": [str(RelationState.of(*pair)) for pair in zip(*_states(columns, count), strict=True)],
        },
        count=count,
    )


def _townships() -> dict[str, str]:
    """The township of every division by code; a township belongs to itself."""
    rows = Division.objects.order_by("code").values_list("code", "level", "parent")
    return {code: parent if level == DivisionLevel.VILLAGE else code for code, level, parent in rows}


def _states(columns: Columns, count: int) -> tuple[list[str], list[str]]:
    """The two codes of each relation; new people contribute."""
    enrolment = columns.get("enrolment_state") or [str(EnrolmentState.ACTIVE)] * count
    return enrolment, columns.get("contribution_state") or [str(ContributionState.PAYING)] * count


def _add_accounts(columns: Columns, person: Ids, on: date, changes: Changes) -> None:
    rows = [i for i, account in enumerate(columns["bank_account"]) if account]
    changes.insert(
        BankAccount,
        {
            "person_id": person[rows],
            "bank": [columns["bank"][i] or "" for i in rows],
            "account": [columns["bank_account"][i] for i in rows],
            "card_number": [columns["card_number"][i] or "" for i in rows],
            "usable_from": on,
        },
        count=len(rows),
    )


def _add_enrolments(columns: Columns, person: Ids, on: date, changes: Changes) -> None:
    count = person.size
    state = dict(zip(("enrolment_state", "contribution_state"), _states(columns, count), strict=True))
    enrolment = changes.insert(
        Enrolment,
        {
            "person_id": person,
            "enrolled_month": columns.get("enrolled_month") or months.of(on),
            "tier_fen": np.array([(tier or 0) * FEN_IN_YUAN for tier in columns["tier"]], dtype=np.int64),
            "earlier_years": [y or 0 for y in columns["contributed_years"]] if "contributed_years" in columns else 0,
            **state,
        },
        count=count,
    )
    reason = [r or "" for r in columns["end_reason"]] if "end_reason" in columns else ""
    changes.insert(
        EnrolmentEvent, {"enrolment_id": enrolment, **state, "reason": reason, "effective_date": on}, count=count
    )


def _texts(values: list[Any]) -> list[str]:
    return [value or "" for value in values]
