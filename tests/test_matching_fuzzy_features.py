"""What of names, numbers and places can be compared: worked examples of the usual slips."""
# ruff: noqa: RUF001  characters that look alike are the matter of this file

import pyarrow as pa
import pytest

from jubao.matching.characters import double_surnames, look_alikes, read_data, surname_sounds
from jubao.matching.features import COLUMNS, prepare
from jubao.matching.numbers import number_features
from jubao.simulation.labelled import labelled
from jubao.vocabulary.resident_number import InvalidResidentNumber, check_digit, normalise

BODY = "11019919491231002"  # no county bears 110199: nobody has this number
EXAMPLE = BODY + check_digit(BODY)
NO_SUCH_DAY = "11019919490230002"
HALF_WIDTH, FULL_WIDTH = "0123456789X", "０１２３４５６７８９Ｘ"
SHORT = EXAMPLE[:6] + EXAMPLE[8:17]  # as it was written with 15 digits


def feature(column: str, **texts: list[str]) -> list:
    size = len(next(iter(texts.values())))
    return prepare(pa.table({name: pa.array(texts.get(name, [""] * size), pa.string()) for name in COLUMNS}))[
        column
    ].to_pylist()


def agree(column: str, one: str, other: str, field: str = "name") -> bool:
    ours, theirs = feature(column, **{field: [one, other]})
    return ours is not None and ours == theirs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张伟", "張偉"),
        ("买买提·艾力", "买买提•艾力"),
        ("买买提·艾力", "买买提艾力"),
        ("欧阳　兰", "欧阳兰"),
        ("Ａnna Li", "anna li"),
        ("李升", "李昇"),
        ("王伟\u200b", "王伟"),
    ],
)
def test_ways_of_writing_one_name_agree(one, other):
    assert agree("name", one, other)


@pytest.mark.parametrize(
    ("one", "other", "column"),
    [
        ("李伟", "李玮", "glyph"),
        ("李未", "李末", "glyph"),
        ("张戊", "张戌", "glyph"),
        ("王己", "王已", "glyph"),
        ("王伟", "王维", "sound"),
        ("曾敏", "增敏", "sound"),
        ("罗兰", "罗岚", "sound"),
        ("胡平", "福平", "loose"),
        ("张宁", "张林", "loose"),
        ("周真", "邹珍", "loose"),
        ("王海波", "王海?", "skip3"),
        ("王海波", "李海波", "given"),
        ("买买提·艾力", "买买提·江", "part"),
    ],
)
def test_slips_of_pen_and_ear_agree_in_their_column_and_not_as_names(one, other, column):
    assert agree(column, one, other)
    assert not agree("name", one, other)


@pytest.mark.parametrize(
    ("surname", "sounds_like"),
    [
        ("曾", "增"),
        ("单", "善"),
        ("解", "谢"),
        ("仇", "求"),
        ("查", "渣"),
        ("区", "欧"),
        ("盖", "葛"),
        ("朴", "飘"),
        ("覃", "秦"),
        ("乐", "月"),
        ("任", "人"),
        ("尉迟", "玉池"),
        ("万俟", "墨其"),
    ],
)
def test_surnames_are_read_as_surnames(surname, sounds_like):
    assert agree("sound", f"{surname}平", f"{sounds_like}平")


def test_a_surname_of_two_characters_is_one_surname():
    assert not agree("surname", "欧阳平", "欧平")
    assert agree("surname", "欧阳平", "欧阳海波")


def test_different_names_agree_in_nothing():
    for column in ("name", "glyph", "sound", "loose", "surname", "given", "part", "skip1", "skip2", "skip3"):
        assert not agree(column, "王伟", "李娜娜")


def test_two_empty_or_unreadable_names_do_not_agree():
    for one, other in (("", ""), ("??", "□□"), ("　", "·")):
        assert feature("name", name=[one, other]) == [None, None]


@pytest.mark.parametrize(
    "written",
    [
        f" {EXAMPLE[:6]} {EXAMPLE[6:14]} {EXAMPLE[14:].lower()}",
        EXAMPLE.translate(str.maketrans(HALF_WIDTH, FULL_WIDTH)),
        EXAMPLE.replace("0", "O"),
        EXAMPLE.replace("1", "l").replace("X", "×"),
        f"{EXAMPLE[:6]}-{EXAMPLE[6:14]}-{EXAMPLE[14:17]}Х",
    ],
)
def test_a_right_number_is_read_through_its_disguises(written):
    assert feature("number", resident_number=[written]) == [EXAMPLE]
    assert feature("valid", resident_number=[written]) == [1]
    assert feature("birth", resident_number=[written]) == [19491231]
    assert feature("sex", resident_number=[written]) == [2]


def test_15_digits_become_18_without_claiming_a_check_digit_of_their_own():
    assert feature("number", resident_number=[SHORT]) == [EXAMPLE]
    assert feature("valid", resident_number=[SHORT]) == [0]


@pytest.mark.parametrize("written", ["", "4.30602E+17", "无", "12345", BODY + "10987654", "护照E12345678901234"])
def test_what_is_no_number_is_left_out(written):
    assert feature("number", resident_number=[written]) == [None]
    assert feature("birth", resident_number=[written], birth_date=["1949-12-31"]) == [19491231]


def test_every_single_wrong_digit_makes_a_number_invalid_and_leaves_area_or_tail_intact():
    damaged = [
        EXAMPLE[:place] + digit + EXAMPLE[place + 1 :]
        for place in range(18)
        for digit in "0123456789X"[: 10 if place < 17 else 11]
        if digit != EXAMPLE[place]
    ]
    column = pa.chunked_array([pa.array([EXAMPLE, *damaged])])
    blank = pa.chunked_array([pa.array([""] * len(column))])
    columns = {name: values.to_pylist() for name, values in number_features(column, blank, blank).items()}
    assert columns["valid"] == [1] + [0] * len(damaged)
    for place, _ in enumerate(damaged, start=1):
        assert any(columns[part][place] == columns[part][0] for part in ("area", "tail"))


def test_validity_is_that_of_the_vocabulary():
    texts = [
        EXAMPLE,
        EXAMPLE[:-1] + "1",
        NO_SUCH_DAY + check_digit(NO_SUCH_DAY),
        *labelled(50, 200, 3).rows["resident_number"].to_pylist(),
    ]
    for text, valid in zip(texts, feature("valid", resident_number=texts), strict=True):
        try:
            assert normalise(text)
            right = len("".join(text.split())) == 18
        except InvalidResidentNumber:
            right = False
        assert right <= bool(valid)
    assert check_digit(EXAMPLE[:17]) == "X"


def test_day_and_month_exchanged_agree():
    dates = {"birth_date": ["1980-03-07", "1980-07-03"]}
    one, other = feature("birth_swapped", **dates)
    assert one == other
    assert len(set(feature("birth", **dates))) == 2
    assert feature("birth", birth_date=["1980-02-31"]) == [None]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湖南省虚拟市虚1区甲街道乙社区居民委员会第五组12号", "虚1区甲街办乙居委会5小组１２号"),
        ("虚2县丙村第十二村民小组", "湖南省虚拟市虚2县丙村12组"),
        ("湖南省虚拟市虚2县丙村村民委员会二十一组", "丙村21组"),
        ("甲街道办事处 乙社区", "甲街道乙居委会"),
    ],
)
def test_addresses_in_haste_agree_with_addresses_in_full(one, other):
    assert agree("address", one, other, "address")


def test_telephones_agree_with_and_without_their_country():
    assert agree("phone", "+86 138-0000-0000", "13800000000", "phone")
    assert feature("phone", phone=["12345"]) == [None]


def test_divisions_agree_by_level():
    codes = {"division": ["430602001001", "430602001002"]}
    assert len(set(feature("village", **codes))) == 2
    assert len(set(feature("town", **codes))) == 1
    assert feature("village", division=["430602001"]) == [None]


def test_each_look_alike_stands_in_one_class_only():
    members = [mark for members in read_data("lookalikes.yaml")["classes"] for mark in members]
    assert len(members) == len(set(members))
    assert look_alikes()[ord("未")] == look_alikes()[ord("末")]
    assert len(surname_sounds()) > 50
    assert len(double_surnames()) > 20


def test_the_same_seed_gives_the_same_lists_and_another_gives_others():
    one, same, other = labelled(300, 300, 5), labelled(300, 300, 5), labelled(300, 300, 6)
    assert one.rows.equals(same.rows)
    assert one.register.equals(same.register)
    assert one.truth.equals(same.truth)
    assert not one.rows.equals(other.rows)


def test_the_list_and_the_truth_fit_together():
    made = labelled(2000, 2000, 8)
    rows, people = made.truth["row"].to_pylist(), made.truth["person"].to_pylist()
    assert 0.6 < len(rows) / 2000 < 0.8
    named = made.slips["name"].to_pylist()
    listed, registered = made.rows["name"].to_pylist(), made.register["name"].to_pylist()
    assert all(listed[row] == registered[person] for row, person in zip(rows, people, strict=True) if not named[row])
    for text in made.register["resident_number"].to_pylist():
        assert normalise(text) == text


def test_lists_may_be_empty():
    assert labelled(0, 0, 1).rows.num_rows == 0
    assert labelled(10, 0, 1).truth.num_rows == 0
