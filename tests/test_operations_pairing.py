"""Rules that pair bank lines with lines of the books: nothing twice, equal sums, nothing guessed."""

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.operations.fund.pairing import Pair, pair_lines
from jubao.reports.reconciliation.lines import Entry, Side

START = date(2017, 6, 1)
_ids = count(1)


def entry(
    side: Side,
    fen: int,
    reference: str = "",
    *,
    day: int = 0,
    event: str = "draw",
    voucher: int = 0,
    reversal_of: int | None = None,
    text: str = "",
) -> Entry:
    key = next(_ids)
    return Entry(
        side,
        key,
        START + timedelta(days=day),
        fen,
        reference,
        text,
        event,
        f"201706-{key}",
        reversal_of,
        voucher or key,
    )


def bank(fen: int, reference: str = "", **more: object) -> Entry:
    return entry("BANK", fen, reference, **more)  # type: ignore[arg-type]


def book(fen: int, reference: str = "", **more: object) -> Entry:
    return entry("BOOK", fen, reference, **more)  # type: ignore[arg-type]


def paired(banks: list[Entry], books: list[Entry]) -> list[Pair]:
    return pair_lines(banks, books, on=START)


def rules(banks: list[Entry], books: list[Entry]) -> list[str]:
    return [pair.rule for pair in paired(banks, books)]


entries = st.lists(
    st.tuples(
        st.sampled_from([-300, -200, -100, 100, 200, 300]),
        st.sampled_from(["A", "B", "ZFA", "THB", "A-1", "A-2", ""]),
        st.integers(0, 12),
        st.sampled_from(["draw", "sweep"]),
    ),
    max_size=14,
)


@given(banks=entries, books=entries)
@settings(max_examples=150, deadline=None)
def test_pairs_have_equal_sums_no_line_twice_and_the_same_lines_pair_alike(banks, books):
    left = [bank(fen, reference, day=day) for fen, reference, day, _ in banks]
    right = [book(fen, reference, day=day, event=event) for fen, reference, day, event in books]
    found = paired(left, right)
    used = [(one.side, one.id) for pair in found for one in (*pair.bank, *pair.book)]
    assert len(used) == len(set(used))
    assert set(used) <= {(one.side, one.id) for one in (*left, *right)}
    assert all(sum(one.fen for one in pair.bank) == sum(one.fen for one in pair.book) for pair in found)
    assert all(len(pair.bank) + len(pair.book) > 1 for pair in found)
    assert paired(left, right) == found


@given(amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=20), order=st.randoms())
@settings(max_examples=50, deadline=None)
def test_whatever_the_order_lines_with_their_own_reference_are_all_found(amounts, order):
    left = [bank(fen, f"R{place}") for place, fen in enumerate(amounts)]
    right = [book(fen, f"R{place}", day=place) for place, fen in enumerate(amounts)]
    order.shuffle(left)
    order.shuffle(right)
    found = paired(left, right)
    assert [pair.rule for pair in found] == ["REFERENCE"] * len(amounts)
    assert all(pair.bank[0].reference == pair.book[0].reference for pair in found)


def test_a_banks_prefix_counts_only_in_its_direction():
    assert rules([bank(-100, "ZFY1", day=30)], [book(-100, "Y1")]) == ["REFERENCE"]
    assert rules([bank(100, "THY1", day=30)], [book(100, "Y1")]) == ["REFERENCE"]
    assert rules([bank(100, "ZFY1", day=30)], [book(100, "Y1")]) == []


def test_our_number_in_the_text_of_a_line_finds_its_voucher():
    assert rules([bank(-100, "BK77", day=30, text="ZFY1 养老金")], [book(-100, "Y1")]) == ["REFERENCE"]


def test_a_voucher_and_its_reversal_cancel_without_the_bank():
    first = book(100, "A", voucher=901)
    assert rules([], [first, book(-100, "B", reversal_of=901)]) == ["CONTRA"]
    assert rules([], [book(100, "A"), book(-90, "A")]) == []


def test_one_line_of_the_bank_is_all_entries_of_a_day_and_event():
    day = [book(100, "X"), book(250, "Y")]
    assert rules([bank(350, "Z")], day) == ["DAY_SUM"]
    assert rules([bank(350, "Z"), bank(350, "W")], day) == []  # which of the two?
    assert rules([bank(350, "Z", day=1)], day) == []  # another day


def test_amounts_alone_are_not_enough_where_there_is_a_choice():
    assert rules([bank(100, "A", day=5)], [book(100, "B")]) == ["AMOUNT_NEAR"]
    assert rules([bank(100, "A", day=6)], [book(100, "B")]) == []  # six days apart
    assert rules([bank(100, "A")], [book(-100, "B")]) == []  # another direction
    assert rules([bank(100, "A")], [book(100, "B"), book(100, "C", day=1)]) == []
    assert rules([bank(100, "A"), bank(100, "D")], [book(100, "B")]) == []


# ── The rules are rows of the law ──


@pytest.mark.parametrize(("days", "found"), [(5, []), (6, ["AMOUNT_NEAR"])])
def test_how_near_the_days_must_be_is_a_rule(ruled, days, found):
    ruled("reconciliation.near_days", days)
    assert rules([bank(100, "A", day=6)], [book(100, "B")]) == found


def test_what_a_bank_puts_before_our_number_is_a_rule(ruled):
    assert rules([bank(-100, "FK-Y1", day=30)], [book(-100, "Y1")]) == []
    ruled("reconciliation.reference_prefixes", [{"prefix": "FK-", "side": "OUT"}])
    assert rules([bank(-100, "FK-Y1", day=30)], [book(-100, "Y1")]) == ["REFERENCE"]


def test_which_rules_are_tried_and_in_which_order_is_a_rule(ruled):
    lines = [bank(100, "A")], [book(100, "A")]
    ruled(
        "reconciliation.rules", [{"rule": "AMOUNT_NEAR", "name": "金额相同"}, {"rule": "REFERENCE", "name": "凭据号"}]
    )
    assert rules(*lines) == ["AMOUNT_NEAR"]
    ruled("reconciliation.rules", [{"rule": "CONTRA", "name": "冲销"}])
    assert rules(*lines) == []
