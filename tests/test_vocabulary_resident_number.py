"""Resident numbers: every single error is caught, none is repaired, a million are read as one by one."""
# ruff: noqa: RUF001  (full-width and foreign characters are what is tested)

import itertools
import random
from datetime import date, timedelta

import numpy as np
import pytest
from stdnum.cn import ric

from jubao.vocabulary import resident_number
from jubao.vocabulary.resident_number import InvalidResidentNumber, encode_many, normalise

PUBLIC_EXAMPLE = "11010519491231002X"
CHARACTERS = "0123456789X"


def synthetic(count: int, seed: int) -> list[str]:
    """Numbers of nobody: an area code that was never given to a county, any birth date, any sequence."""
    draw = random.Random(seed)
    numbers = []
    for _ in range(count):
        born = date(1925, 1, 1) + timedelta(draw.randrange(30_000))
        first17 = f"430699{born:%Y%m%d}{draw.randrange(1000):03d}"
        numbers.append(first17 + resident_number.check_digit(first17))
    return numbers


def refused(raw: str) -> bool:
    try:
        normalise(raw)
    except InvalidResidentNumber:
        return True
    return False


def test_the_public_example_is_valid_and_its_neighbour_is_not():
    assert normalise(PUBLIC_EXAMPLE) == PUBLIC_EXAMPLE
    with pytest.raises(InvalidResidentNumber, match="校验码不符"):
        normalise("110105194912310021")


def test_the_check_digit_agrees_with_an_independent_library():
    assert all(ric.calc_check_digit(number) == number[17] for number in synthetic(2_000, seed=1))


@pytest.mark.parametrize(
    "raw",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105194912310０2ｘ",
        "　110105491231002",
    ],
)
def test_lossless_forms_are_brought_to_one(raw):
    assert normalise(raw) == PUBLIC_EXAMPLE
    assert encode_many([raw])[0].tolist() == [11010519491231002]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("", "18位"),
        ("1101051949123100", "18位"),
        ("4.30602E+17", "18位"),
        ("11010519491231002Х", "数字或X"),
        ("1101O519491231002X", "数字或X"),
        ("11010519491231002٣", "数字或X"),
        ("990105194912310020", "行政区划"),
        ("110105194902300020", "出生日期"),
        ("110105174912310020", "出生日期"),
    ],
)
def test_every_refusal_names_its_rule(raw, rule):
    with pytest.raises(InvalidResidentNumber, match=rule):
        normalise(raw)
    assert not encode_many([raw])[1][0]


def test_the_message_never_shows_the_number():
    with pytest.raises(InvalidResidentNumber) as refusal:
        normalise("110105194912310021")
    assert "1949" not in str(refusal.value)


def test_no_single_substitution_passes_or_is_repaired():
    mutants = [
        number[:place] + character + number[place + 1 :]
        for number in synthetic(300, seed=2)
        for place, character in itertools.product(range(18), CHARACTERS)
        if character != number[place]
    ]
    assert len(mutants) == 300 * 18 * 10
    assert not encode_many(mutants)[1].any()
    assert all(map(refused, mutants[::97]))


def test_no_swap_of_neighbours_passes():
    mutants = [
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for number in synthetic(3_000, seed=3)
        for place in range(17)
        if number[place] != number[place + 1]
    ]
    assert len(mutants) > 40_000
    assert not encode_many(mutants)[1].any()


def test_many_at_once_are_read_as_one_by_one():
    draw = random.Random(4)
    numbers = synthetic(70_000, seed=5)
    for place in range(0, 70_000, 7):
        number = list(numbers[place])
        number[draw.randrange(18)] = draw.choice("0123456789Xx O　")
        numbers[place] = "".join(number)
    numbers[3:6] = ["", "110105491231002   ", "\ud800" * 18]
    keys, valid = encode_many(numbers)
    alone = [-1 if refused(raw) else int(normalise(raw)[:17]) for raw in numbers]
    assert keys.tolist() == alone
    assert valid.tolist() == [key >= 0 for key in alone]


def test_only_days_of_the_calendar_are_birth_dates():
    numbers = []
    for year, number, day in itertools.product((1849, 1850, 1900, 1999, 2000, 2016, 2099, 2100), range(14), range(33)):
        first17 = f"430699{year}{number:02d}{day:02d}123"
        numbers.append(first17 + resident_number.check_digit(first17))
    real = [not refused(raw) for raw in numbers]
    assert encode_many(numbers)[1].tolist() == real
    assert sum(real) == 6 * 365 + 2  # 1850 to 2099 only; 2000 and 2016 are leap years, 1900 is not


def test_a_key_stands_for_one_number():
    numbers = sorted(set(synthetic(20_000, seed=6)))
    assert len(np.unique(encode_many(numbers)[0])) == len(numbers)
    assert encode_many([])[0].size == 0


@pytest.mark.parametrize(
    ("short", "year"), [("110105491231002", 1949), ("110105881231996", 1888), ("110105491231995", 1949)]
)
def test_fifteen_digits_get_their_century_and_ask_for_confirmation(short, year):
    assert resident_number.birth_date(normalise(short)).year == year
    assert resident_number.confirmation_reasons(short) == ["由15位旧号推算得出"]


def test_a_number_that_ends_like_a_spreadsheet_asks_for_confirmation():
    assert resident_number.confirmation_reasons("110105194912310000") != []
    assert resident_number.confirmation_reasons(PUBLIC_EXAMPLE) == []


def test_birth_sex_and_mask_are_read_from_their_places():
    assert resident_number.birth_date(PUBLIC_EXAMPLE) == date(1949, 12, 31)
    assert resident_number.sex(PUBLIC_EXAMPLE) == "2"
    assert resident_number.sex("110105194912310011") == "1"
    assert resident_number.mask(PUBLIC_EXAMPLE) == "110105********002X"
    assert resident_number.mask("12345") == "*****"
