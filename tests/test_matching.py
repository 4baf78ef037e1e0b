"""Matching: every pair of equal keys is found once, nobody else; and what a hit may mean."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from jubao.matching import (
    Hits,
    Insured,
    Register,
    classify,
    draws_elsewhere,
    is_candidate,
    match,
    match_stream,
)

few_keys = hnp.arrays(np.int64, st.integers(0, 60), elements=st.integers(-2, 12))


def oracle(left, right):
    """All pairs by a dictionary, in the promised order."""
    rows = defaultdict(list)
    for row, key in enumerate(right.tolist()):
        if key >= 0:
            rows[key].append(row)
    return [(i, row) for i, key in enumerate(left.tolist()) for row in rows[key]]


def pairs(found):
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


@given(left=few_keys, right=few_keys)
@settings(max_examples=300, deadline=None)
def test_match_equals_a_dictionary_also_with_repeats(left, right):
    assert pairs(match(left, Register.of(right))) == oracle(left, right)


@given(left=few_keys, right=few_keys, cut=st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_matching_in_chunks_equals_matching_at_once(left, right, cut):
    register = Register.of(right)
    chunks = [left[:cut], left[cut:]]
    found = [pair for some in match_stream(chunks, register) for pair in pairs(some)]
    assert found == pairs(match(left, register))


def test_a_large_random_match_equals_a_dictionary():
    random = np.random.default_rng(20171231)
    right = random.integers(11 * 10**15, 12 * 10**15, 200_000)
    strangers = random.integers(11 * 10**15, 12 * 10**15, 50_000)
    left = np.concatenate([random.choice(right, 50_000), strangers])
    random.shuffle(left)
    assert pairs(match(left, Register.of(right))) == oracle(left, right)


def test_invalid_numbers_match_nobody():
    nobody = np.array([-1, -1], np.int64)
    assert pairs(match(nobody, Register.of(nobody))) == []
    assert len(Register.of(nobody)) == 0


def test_an_unsorted_register_is_our_own_mistake():
    with pytest.raises(AssertionError):
        Register(np.array([2, 1], np.int64), np.array([0, 1], np.int64))


CASES = [  # scheme, area, state of the hit; AAC008, AAC031 of our person; meaning
    ("170", "430602001", "1", "1", "1", "OWN_ROW"),
    ("170", "430602", "2", "4", "3", "OWN_ROW"),
    ("110", "430602", "1", "1", "1", "PAYER_IN_EMPLOYEES"),
    ("120", "430100", "3", "2", "2", "PAYER_IN_EMPLOYEES"),
    ("110", "430100", "2", "1", "1", "PAYER_IN_EMPLOYEES"),
    ("110", "430100", "2", "1", "3", "BENEFICIARY_IN_EMPLOYEES"),
    ("110", "430602", "1", "2", "3", "BENEFICIARY_IN_EMPLOYEES"),
    ("170", "430611", "2", "1", "3", "SAME_SCHEME_OTHER_AREA"),
    ("170", "430611", "1", "1", "1", "SAME_SCHEME_OTHER_AREA"),
    ("110", "430100", "2", "4", "3", "ENDED_BUT_DRAWING_ELSEWHERE"),
    ("170", "430611", "5", "4", "3", "ENDED_BUT_DRAWING_ELSEWHERE"),
    ("110", "430100", "1", "4", "3", ""),
    ("110", "430100", "4", "1", "3", ""),
]


def hits_and_insured(cases):
    columns = [np.array(column) for column in zip(*cases, strict=True)]
    return Hits(*columns[:3]), Insured(*columns[3:5])


def test_each_pair_of_states_has_its_meaning():
    hits, insured = hits_and_insured(CASES)
    kinds = classify(hits, insured, own_area="430602")
    assert kinds.tolist() == [case[-1] for case in CASES]
    assert is_candidate(kinds).tolist() == [case[-1] not in ("", "OWN_ROW") for case in CASES]
    assert draws_elsewhere(hits).tolist() == [case[2] in ("2", "5") for case in CASES]


def test_one_hit_alone_means_what_it_means_in_a_batch():
    for case in CASES:
        hits, insured = hits_and_insured([case])
        assert classify(hits, insured, own_area="430602").tolist() == [case[-1]]


def test_no_hits_give_no_meanings():
    empty = np.array([], np.str_)
    assert classify(Hits(empty, empty, empty), Insured(empty, empty), own_area="430602").tolist() == []
