"""Worked examples a clerk can read (tests/cases), each computed by the rules and compared field by field."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from jubao.rules import account, arrears, benefit, contribution, eligibility, funeral, settlement
from jubao.vocabulary import month
from jubao.vocabulary.codes.membership import AccountEnd
from jubao.vocabulary.fen import parse_yuan, yuan_plain

AGE, FULL_YEARS = 60, 15
FILES = ("eligibility", "contribution", "account", "benefit", "arrears", "settlement")
FOLDER = Path(__file__).parent / "cases"


def one(value: int) -> np.ndarray:
    return np.array([value], dtype=np.int64)


def fen(yuan: str) -> np.ndarray:
    return one(parse_yuan(yuan))


def days(*values: date) -> np.ndarray:
    return np.array(values, dtype="datetime64[D]")


def required_years(given: dict[str, Any]) -> dict[str, Any]:
    births = days(*given["births"])
    return {"years": eligibility.required_years(births, given["launch"], AGE, FULL_YEARS).tolist()}


def first_pension(given: dict[str, Any]) -> dict[str, Any]:
    birth = days(given["birth"])
    required = eligibility.required_years(birth, given["launch"], AGE, FULL_YEARS)
    reached = eligibility.age_month(birth, AGE)
    met = one(given["made_up_in"]) if "made_up_in" in given else reached
    if "made_up_in" not in given:
        assert eligibility.start_month(reached, met) == month.add(reached, 1)
    return {
        "required_years": int(required[0]),
        "arrears_years": int(eligibility.arrears_years(required, one(given["paid_years"]))[0]),
        "age_month": int(reached[0]),
        "first_month": int(eligibility.start_month(reached, met)[0]),
    }


def pension(given: dict[str, Any]) -> dict[str, Any]:
    bands = [benefit.YearsBand(beyond, parse_yuan(yuan)) for beyond, yuan in given.get("bands", [])]
    more = benefit.years_increment(one(given["years"]), bands)
    ages = [benefit.AgeBand(age, parse_yuan(yuan)) for age, yuan in given.get("ages", [])]
    more = more + benefit.age_addition(one(given.get("age", AGE)), ages)
    basic = int(more[0]) + parse_yuan(given["national"]) + parse_yuan(given["province"])
    own = int(benefit.account_pension_by_source(fen(given["balance"])[:, None], divisor=given["divisor"]).sum())
    return {"basic": yuan_plain(basic), "account": yuan_plain(own), "total": yuan_plain(basic + own)}


def interest(given: dict[str, Any]) -> dict[str, Any]:
    months = np.array([number for number, _ in given["flows"]], dtype=np.int64)
    amounts = np.array([parse_yuan(yuan) for _, yuan in given["flows"]], dtype=np.int64)
    regime = {key: given[key] for key in ("rate_ppm", "through_month", "credit_month_counts") if key in given}
    places = np.zeros(len(months), dtype=np.int64)
    opening = fen(given["opening"])
    earned = account.interest_by_source(opening[:, None], places, places, months, amounts, **regime)
    return {"interest": yuan_plain(int(earned.sum()))}


def owed_stretches(given: dict[str, Any]) -> dict[str, Any]:
    unpaid = np.array([(0, *held) for held in given["unpaid"]], dtype=np.int64).reshape(-1, 3)
    due = arrears.months_due(one(given["due_from"]), one(given["until"]), arrears.Holds(*unpaid.T))
    _, first, end = arrears.stretches(*due)
    return {"stretches": np.stack([first, end], axis=1).tolist(), "months": due[1].size}


def termination(given: dict[str, Any]) -> dict[str, Any]:
    months = one(month.between(given["died"], given["paid_through"]))
    overpaid = months * parse_yuan(given["monthly"])
    refundable = fen(given["balance"]) + months * parse_yuan(given["account_part"])
    settled = settlement.settle_termination(refundable, one(0), fen(given["funeral"]), overpaid)
    fields = {name: yuan_plain(int(getattr(settled, name)[0])) for name in settled.__slots__}
    return {"overpaid": yuan_plain(int(overpaid[0]))} | fields


def duplicate(given: dict[str, Any]) -> dict[str, Any]:
    back = fen(given["basic"]) * given["months"]
    government = parse_yuan(given["government_part"])
    balance = np.array([[parse_yuan(given["balance"]) - government, government]])
    left = settlement.account_paid_out(balance, [AccountEnd.PAID_WITHOUT_SUBSIDY], [1]).sum(axis=1)
    settled = settlement.settle_termination(left, one(0), one(0), back)
    named = {"account_left": left, "refund": settled.refund, "to_recover": settled.to_recover}
    return {name: yuan_plain(int(amount[0])) for name, amount in named.items()}


def funeral_grant(given: dict[str, Any]) -> dict[str, Any]:
    rule = funeral.FuneralRule(
        parse_yuan(given["amount"]),
        valid_from=date(2014, 1, 1),
        report_within_days=30,
        requires_cremation=True,
        requires_award_in_payment=True,
    )
    flags = (np.array([given[name]]) for name in ("cremated", "in_payment"))
    grant = funeral.funeral_grant(days(given["died"]), days(given["reported"]), *flags, rule=rule)
    return {"grant": yuan_plain(int(grant[0]))}


def subsidies(given: dict[str, Any]) -> dict[str, Any]:
    paid, month_paid = given["paid"], one(201706)
    home = np.array([paid["household"]]) if "household" in paid else None
    rules = collection_rules(given["lines"])
    category, kind = np.array([paid["category"]]), np.array([paid["kind"]])
    found = contribution.subsidies(fen(paid["tier"]), category, kind, month_paid, rules, household=home)
    return {item.name: yuan_plain(int(amount[0])) for item, amount in found.items()}


def collection_rules(lines: list[list[Any]]) -> contribution.CollectionRules:
    category, household, tier, item, amount, subsidy = zip(*lines, strict=True)
    return contribution.CollectionRules(
        category=np.array(category),
        household=np.array(household),
        tier_fen=np.array([parse_yuan(yuan) for yuan in tier]),
        item=np.array(item),
        amount_fen=np.array([parse_yuan(yuan) for yuan in amount]),
        is_subsidy=np.array(subsidy),
        valid_from=np.full(len(lines), 201407),
        valid_to=np.full(len(lines), 202001),
    )


RULES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "required_years": required_years,
    "first_pension": first_pension,
    "subsidies": subsidies,
    "interest": interest,
    "pension": pension,
    "owed_stretches": owed_stretches,
    "termination": termination,
    "duplicate": duplicate,
    "funeral": funeral_grant,
}


def worked_cases() -> list[Any]:
    cases = []
    for name in FILES:
        for case in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")):
            cases.append(pytest.param(case, id=f"{name}: {case['title']}"))  # noqa: PERF401  two loops read better
    return cases


@pytest.mark.parametrize("case", worked_cases())
def test_worked_case(case):
    assert case["law"], "a worked case names its law"
    assert RULES[case["rule"]](case["given"]) == case["expected"]


def test_every_rule_has_a_worked_case():
    used = {case.values[0]["rule"] for case in worked_cases()}
    assert used == set(RULES)
