"""Matching: a register kept on disk answers as the one in memory, and a spoilt one is never used."""

import numpy as np
import pytest

from jubao.matching import Register, exact, match

SEED = 20171123


@pytest.fixture
def keys():
    drawn = np.random.default_rng(SEED).integers(-5, 3_000, 4_000)  # repeats, and keys that are not valid
    assert len(np.unique(drawn)) < len(drawn)
    return drawn


def test_a_kept_register_finds_what_the_one_in_memory_finds(keys, tmp_path):
    register = Register.of(keys)
    register.save(tmp_path / "register")
    wanted = np.random.default_rng(SEED + 1).integers(0, 6_000, 900)
    kept = Register.open(tmp_path / "register")
    for ours, theirs in zip(match(wanted, kept), match(wanted, register), strict=True):
        assert ours.tolist() == theirs.tolist()
    assert len(kept) == (keys >= 0).sum()


def test_a_kept_register_is_mapped_and_not_loaded(keys, tmp_path):
    Register.of(keys).save(tmp_path / "register")
    kept = Register.open(tmp_path / "register")
    assert isinstance(kept.keys, np.memmap)
    assert isinstance(kept.rows, np.memmap)


@pytest.mark.parametrize("place", [0, 1, 6, 7, 8, 62])
def test_one_key_out_of_order_is_noticed_on_opening(place, tmp_path, monkeypatch):
    monkeypatch.setattr(exact, "_CHECKED_AT_ONCE", 7)  # parts end before, at and behind the place
    Register.of(np.arange(64)).save(tmp_path / "register")
    damaged = np.arange(64)
    damaged[[place, place + 1]] = damaged[[place + 1, place]]
    np.save(tmp_path / "register" / "keys.npy", damaged)
    with pytest.raises(AssertionError, match="sorted"):
        Register.open(tmp_path / "register")


def test_a_register_is_never_written_over_another(keys, tmp_path):
    Register.of(keys).save(tmp_path / "register")
    with pytest.raises(FileExistsError):
        Register.of(keys[:10]).save(tmp_path / "register")


def test_nothing_kept_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        Register.open(tmp_path / "nowhere")
