"""Addresses, divisions and telephones made comparable."""

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jubao.matching.characters import folding
from jubao.matching.texts import keyed, mapped, matrix, nullable

WIDTH: Final = 48
_VILLAGE, _TOWN, _COUNTY = 12, 9, 6
_LONGEST_PHONE: Final = 20
_FEWEST_DIGITS: Final = 7  # a telephone number without its area code
_ABBREVIATIONS: Final = (
    (r"社区居民委员会|居民委员会|社区居委会|居委会|社区", "居"),
    (r"村?村民委员会|村委会|行政村", "村"),
    (r"小区", "小"),
    (r"^[^省市区县]{2,8}(省|自治区)", ""),
    (r"^[^市区县]{2,8}(市|地区|自治州)", ""),
    (r"^[^区县市]{2,8}(区|县|市)", ""),
    (r"街道办事处|街道办|街办|街道", "街"),
    (r"村民小组|居民小组|小组|生产队|队", "组"),
    (r"第([0-9]+)", r"\1"),
    (r"门牌|号院|号楼|栋|幢|单元|室|户|之|弄|巷|路|附", "号"),
    (r"号+", "号"),
    (r"号$", ""),
)
_COUNTED: Final = "(组|队|栋|号|村民小组|居民小组|小组)"
_NUMERAL: Final = re.compile("([二三]?)(十?)([一二三四五六七八九]?)" + _COUNTED)
_HAS_NUMERAL: Final = "[一二三四五六七八九十]" + _COUNTED
_DIGITS: Final = "零一二三四五六七八九"


def place_features(
    divisions: pa.ChunkedArray, addresses: pa.ChunkedArray, phones: pa.ChunkedArray
) -> dict[str, pa.Array]:
    """Comparison columns of where somebody lives and can be called.

    Args:
        divisions: n division codes, up to 12 digits.
        addresses: n addresses as written.
        phones: n telephone numbers as written.

    Returns:
        n values each: keys ``village``, ``town``, ``county`` (the first 12, 9, 6 digits of the division; null if it is
        shorter), ``address`` (without province, city and county, abbreviations brought to one form), ``house`` (its
        numbers), and ``phone`` (its digits). Null where nothing is stated. No village is guessed from an address.
    """
    columns = _divisions(divisions)
    short = _abbreviated(addresses)
    columns["address"] = _key_of(short)
    numbers = pc.utf8_trim_whitespace(pc.replace_substring_regex(short, r"[^0-9]+", " "))
    columns["house"] = _key_of(pc.replace_substring_regex(numbers, " ", "-"), ascii_only=True)
    columns["phone"] = _phones(phones)
    return columns


def _divisions(divisions: pa.ChunkedArray) -> dict[str, pa.Array]:
    codes = matrix(divisions, _VILLAGE)
    return {
        name: nullable(keyed(codes[:, :width]), np.asarray((codes[:, :width] != 0).all(axis=1), dtype=np.bool_))
        for name, width in (("village", _VILLAGE), ("town", _TOWN), ("county", _COUNTY))
    }


def _abbreviated(addresses: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.fill_null(addresses.cast(pa.string()), "")
    text = pc.replace_substring_regex(text, r"[\s　,，。.·()（）\-—－#]+", "")
    text = _narrow(text)
    text = _arabic(text)
    for pattern, short in _ABBREVIATIONS:
        text = pc.replace_substring_regex(text, pattern, short)
    return text


def _narrow(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Full-width digits as narrow ones."""
    for digit in range(10):
        text = pc.replace_substring(text, chr(0xFF10 + digit), str(digit))
    return text


def _arabic(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Chinese numerals up to 39 before a group or house word as digits; other characters stay."""
    written = pc.match_substring_regex(text, _HAS_NUMERAL)
    if not pc.any(written).as_py():
        return text
    brought = [_NUMERAL.sub(_digits, each) for each in text.filter(written).to_pylist()]
    return pc.replace_with_mask(_one(text), _one(written), pa.array(brought, pa.string()))


def _digits(found: re.Match[str]) -> str:
    """The number a match writes in Chinese, and its counting word."""
    lead, ten, unit, word = found.groups()
    if not ten:
        return f"{lead and _DIGITS.index(lead)}{unit and _DIGITS.index(unit)}{word}"
    return f"{_DIGITS.index(lead or '一')}{_DIGITS.index(unit or '零')}{word}"


def _key_of(text: pa.ChunkedArray, *, ascii_only: bool = False) -> pa.Array:
    codes = matrix(text, WIDTH)
    codes = codes if ascii_only else mapped(codes, folding())
    return nullable(keyed(codes), np.asarray((codes != 0).any(axis=1), dtype=np.bool_))


def _phones(phones: pa.ChunkedArray) -> pa.Array:
    digits = pc.replace_substring_regex(pc.fill_null(phones.cast(pa.string()), ""), r"[^0-9]", "")
    digits = pc.replace_substring_regex(digits, r"^(86|0086)(1[0-9]{10})$", r"\2")
    codes = matrix(digits, _LONGEST_PHONE)
    return nullable(keyed(codes), np.asarray((codes != 0).sum(axis=1) >= _FEWEST_DIGITS, dtype=np.bool_))


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
