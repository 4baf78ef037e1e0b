"""Matching a long list against a short register: the sieve drops nobody who has a hit."""

from collections import defaultdict

import numpy as np
import pytest

from jubao.matching import Register, match
from jubao.matching.exact import _sieved

SEEDS = [1, 2, 3]


def pairs_by_dictionary(left, right):
    rows = defaultdict(list)
    for row, key in enumerate(right.tolist()):
        if key >= 0:
            rows[key].append(row)
    return [(place, row) for place, key in enumerate(left.tolist()) for row in rows[key]]


def long_list_and_short_register(seed, *, repeats):
    random = np.random.default_rng(seed)
    register = random.integers(11 * 10**15, 12 * 10**15, 3_000)
    if repeats:
        register = np.concatenate([register, register[:500], np.full(5, -1)])
    strangers = random.integers(11 * 10**15, 12 * 10**15, 20_000)
    left = np.concatenate([random.choice(register, 4_000), strangers, np.full(7, -1)])
    random.shuffle(left)
    return left, register


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_sieved_match_equals_a_dictionary(seed, repeats):
    left, right = long_list_and_short_register(seed, repeats=repeats)
    register = Register.of(right)
    assert _sieved(left, register.keys) is not None, "this list is long enough to be sieved"
    found = match(left, register)
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == pairs_by_dictionary(left, right)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sieve_lets_few_strangers_through(seed):
    left, right = long_list_and_short_register(seed, repeats=False)
    possible = _sieved(left, Register.of(right).keys)
    assert np.isin(left, right).sum() <= len(possible) < len(left) / 3


def test_a_list_not_longer_than_the_register_is_not_sieved():
    keys = np.arange(5_000)
    assert _sieved(keys, keys) is None
    assert len(match(keys, Register.of(keys))[0]) == len(keys)


def test_a_long_list_against_an_empty_register_finds_nobody():
    left, right = match(np.arange(5_000), Register.of(np.array([], np.int64)))
    assert len(left) == len(right) == 0
