"""Money as whole fen in int64: the only places where an amount is rounded, split, read or written."""

import re
from collections.abc import Sequence
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

Fen: TypeAlias = NDArray[np.int64]

MAX_FEN = 10**12
FEN_IN_YUAN = 100
FEN_IN_WAN = 10**6
PPM = 10**6
_INT64_MAX = 2**63 - 1
_YUAN = re.compile(r"(-)?(0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)(?:\.([0-9]{1,2}))?", re.ASCII)


class NotAnAmount(ValueError):
    """A text cannot be read as an amount in yuan."""


class CannotAllocate(ValueError):
    """An amount cannot be split over the given weights."""


@overload
def divide_half_up(numerator: int, denominator: int) -> int: ...
@overload
def divide_half_up(numerator: Fen, denominator: int | Fen) -> Fen: ...
def divide_half_up(numerator: int | Fen, denominator: int | Fen) -> int | Fen:
    """Divide whole numbers exactly and round halves away from zero.

    Args:
        numerator: int, or int64 array of any shape.
        denominator: positive int, or positive int64 array that broadcasts against the numerator.

    Returns:
        The same kind as the numerator; no float is ever formed.

    Raises:
        ZeroDivisionError: the denominator is zero or negative somewhere.
    Source:
        The house rule for money: half up, away from zero, one rounding a step.

    >>> divide_half_up(16125, 1000), divide_half_up(5, 2), divide_half_up(-5, 2)
    (16, 3, -3)
    """
    if np.any(np.asarray(denominator) <= 0):
        raise ZeroDivisionError("除数必须为正整数")
    if isinstance(numerator, np.ndarray):
        size = np.abs(numerator)
        quotient = size // denominator
        rest = size - quotient * denominator
        return np.asarray((quotient + (rest >= denominator - rest)) * np.sign(numerator), dtype=np.int64)
    assert isinstance(denominator, int), "one amount is divided by one number"
    whole, left = divmod(abs(numerator), denominator)
    rounded = whole + (left >= denominator - left)
    return rounded if numerator >= 0 else -rounded


@overload
def multiply_divide(amount: int, multiplier: int, denominator: int) -> int: ...
@overload
def multiply_divide(amount: Fen, multiplier: int, denominator: int) -> Fen: ...
def multiply_divide(amount: int | Fen, multiplier: int, denominator: int) -> int | Fen:
    """Compute amount x multiplier / denominator, rounded half up once, without overflow on the way.

    Args:
        amount: int or int64 array, any unit.
        multiplier: non-negative int; multiplier x denominator must stay below 2**63.
        denominator: positive int.

    Returns:
        The same kind as ``amount``.
    """
    assert 0 <= multiplier * denominator <= _INT64_MAX, "multiplier and denominator are too large"
    if isinstance(amount, np.ndarray):
        size, sign = np.abs(amount), np.sign(amount)
        whole = size // denominator
        rest = size - whole * denominator
        return np.asarray((whole * multiplier + divide_half_up(rest * multiplier, denominator)) * sign)
    return divide_half_up(amount * multiplier, denominator)


@overload
def multiply_ppm(amount: int, ppm: int) -> int: ...
@overload
def multiply_ppm(amount: Fen, ppm: int) -> Fen: ...
def multiply_ppm(amount: int | Fen, ppm: int) -> int | Fen:
    """Multiply fen by a rate in parts per million, rounded half up.

    >>> multiply_ppm(10_000, 15_000)
    150
    """
    return multiply_divide(amount, ppm, PPM)


def round_parts(parts: Fen, multiplier: int, denominator: int) -> Fen:
    """Round parts x multiplier / denominator so that they add up to their rounded total.

    The total of the last axis is rounded half up once; every part is rounded down, and the fen
    still missing go to the largest remainders, the earlier part first among equals.

    Args:
        parts: shape (..., s), int64; exact parts before multiplication.
        multiplier: non-negative int.
        denominator: positive int.

    Returns:
        shape (..., s), int64; the sum over the last axis is the total rounded half up.
    Source:
        House rule: the sum of parts equals the whole within 0 fen by design.

    >>> round_parts(np.array([[50, 50, 39]]), 1, 139).tolist()
    [[1, 0, 0]]
    """
    assert 0 <= multiplier * denominator <= _INT64_MAX, "multiplier and denominator are too large"
    whole, rest = np.divmod(parts, denominator)
    more, remainder = np.divmod(rest * multiplier, denominator)
    floors = whole * multiplier + more
    total = multiply_divide(parts.sum(axis=-1), multiplier, denominator)
    return _hand_out(floors, remainder, total - floors.sum(axis=-1))


def allocate(total: int | Fen, weights: Fen | Sequence[int]) -> Fen:
    """Split an amount in proportion to weights by the largest remainder.

    Args:
        total: int or shape (...,), fen; may be negative.
        weights: shape (..., s), int64, not negative; their sum must not be zero where the total is not.

    Returns:
        shape (..., s), int64 fen; the sum over the last axis is ``total``.

    Raises:
        CannotAllocate: a weight is negative, or all weights are zero and the total is not.

    >>> allocate(100, [1, 1, 1]).tolist(), allocate(-100, [2, 1]).tolist()
    ([34, 33, 33], [-67, -33])
    """
    share = np.asarray(weights, dtype=np.int64)
    amount = np.broadcast_to(np.asarray(total, dtype=np.int64), share.shape[:-1])
    _refuse_weights(share, amount)
    whole = np.maximum(share.sum(axis=-1), 1)
    size = np.abs(amount)
    if size.size and int(size.max()) > _INT64_MAX // max(int(share.max()), 1):
        floors, remainder = _divide_large(size, share, whole)
    else:
        floors, remainder = np.divmod(size[..., None] * share, whole[..., None])
    return _hand_out(floors, remainder, size - floors.sum(axis=-1)) * np.sign(amount)[..., None]


def _refuse_weights(share: Fen, amount: Fen) -> None:
    if (share < 0).any():
        raise CannotAllocate("分摊权重不能为负数；请检查各来源金额")
    if ((share.sum(axis=-1) == 0) & (amount != 0)).any():
        raise CannotAllocate("各来源权重均为零，金额无处分摊；请检查各来源金额")


def _divide_large(size: Fen, share: Fen, whole: Fen) -> tuple[Fen, Fen]:
    """Divide through Python integers where the product would pass 2**63."""
    product = size[..., None].astype(object) * share
    divisor = whole[..., None].astype(object)
    return (product // divisor).astype(np.int64), (product % divisor).astype(np.int64)


def _hand_out(floors: Fen, remainder: Fen, missing: Fen) -> Fen:
    """Add one fen to the ``missing`` largest remainders of each row, earlier columns first."""
    order = np.argsort(-remainder, axis=-1, kind="stable")
    rank = np.empty_like(order)
    places = np.broadcast_to(np.arange(floors.shape[-1]), floors.shape)
    np.put_along_axis(rank, order, places, axis=-1)
    return np.asarray(floors + (rank < missing[..., None]), dtype=np.int64)


def parse_yuan(text: str) -> int:
    """Read an amount written in yuan, strictly, into fen.

    Accepted: ``1,234.56``, ``85``, ``-3.2``. Refused: spaces, signs of currency, plus signs, exponents,
    full-width digits, leading zeros, commas in odd places, more than two decimals.

    Raises:
        NotAnAmount: the text is none of these, or its size passes ``MAX_FEN``.

    >>> parse_yuan("1,234.56"), parse_yuan("85"), parse_yuan("-3.20")
    (123456, 8500, -320)
    """
    if (match := _YUAN.fullmatch(text)) is None:
        raise NotAnAmount(f"“{text}”不是金额：应为元，至多两位小数，如 1,234.56；请改正后重新报送")
    minus, yuan, decimals = match.groups()
    fen = int(yuan.replace(",", "")) * FEN_IN_YUAN + int((decimals or "").ljust(2, "0"))
    if fen > MAX_FEN:
        raise NotAnAmount(f"“{text}”超过单笔金额上限 {format_yuan(MAX_FEN)} 元；请核对单位是否为元")
    return -fen if minus else fen


def yuan_plain(fen: int) -> str:
    """Write fen as yuan with two decimals and no separators, for files.

    >>> yuan_plain(123456), yuan_plain(-5)
    ('1234.56', '-0.05')
    """
    yuan, rest = divmod(abs(fen), FEN_IN_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"


def format_yuan(fen: int) -> str:
    """Write fen as yuan with two decimals and thousands separators, for people.

    >>> format_yuan(5338621)
    '53,386.21'
    """
    yuan, rest = divmod(abs(fen), FEN_IN_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def format_wan(fen: int) -> str:
    """Write fen exactly in ten thousand yuan (万元), with as many decimals as needed, at most six.

    >>> format_wan(1176270000), format_wan(42000000), format_wan(1)
    ('1176.27', '42', '0.000001')
    """
    wan, rest = divmod(abs(fen), FEN_IN_WAN)
    text = f"{wan}.{rest:06d}".rstrip("0").rstrip(".")
    return f"{'-' if fen < 0 else ''}{text}"
