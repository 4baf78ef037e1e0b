"""What the staff look up in the books before they ask for an act: numbers that nobody could know beforehand."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jubao.reports.catalogue.reading import Reading
from jubao.reports.plausibility.bounds import unusual
from jubao.reports.reconciliation.lines import account_named, sides
from jubao.reports.statements.reading import term_of
from jubao.reports.statements.vouchers_behind import find_account, opened

_BY_HAND = "manual_voucher"


def match_by_hand(case: Mapping[str, Any]) -> dict[str, Any]:
    """A match by hand with the numbers of our vouchers in place of the references they went out under."""
    wanted = set(case["vouchers"])
    book = sides(account_named(case["account"])).book
    return {**case, "vouchers": [one.voucher for one in book if one.reference in wanted and one.fen < 0]}


def voucher_by_hand(case: Mapping[str, Any], account: str) -> dict[str, Any]:
    """A case about a voucher by hand, with its number in place of the day it was entered."""
    book, day = case["book"], date.fromisoformat(case["number"])
    rows = opened(book, find_account(book, account, on=day), term_of(year=day.year, month=case["period"]))
    [number] = [row.voucher.partition("-")[2] for row in rows if row.event == _BY_HAND and row.on == day]
    return {**case, "number": int(number)}


def explanations(year: int, as_of: date, settled: date, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """A reason for every figure outside its usual bounds, by the words for a figure or, without any, the common ones."""
    found: Sequence[str] = [one.bound.figure for one in unusual(Reading(year, as_of, settled=settled))]
    return [{"figure": figure, "year": year, "reason": words.get(figure, words[""])} for figure in dict.fromkeys(found)]
