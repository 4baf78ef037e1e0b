"""Amounts of money in Chinese words (人民币大写), as banks and vouchers require them."""

from jubao.vocabulary.fen import MAX_FEN

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
GROUP_SIZE = 10_000


class AmountNotWritable(ValueError):
    """This amount cannot stand on a voucher in words."""


def amount_in_words(fen: int, *, prefix: str = "人民币") -> str:
    """Write an amount the way a voucher carries it.

    Where the rule allows two spellings the one with 零 is taken, because nothing can be inserted into it;
    整 closes amounts that end in whole yuan and no others.

    Args:
        fen: fen, from zero to ``MAX_FEN``.
        prefix: currency word before the digits; empty for a table whose heading already says 人民币.
    Returns:
        For example 人民币壹仟肆佰零玖元伍角 for 140950 fen.
    Raises:
        AmountNotWritable: the amount is negative or above ``MAX_FEN``.
    Source:
        中国人民银行《支付结算办法》(银发〔1997〕393号) 附一《正确填写票据和结算凭证的基本规定》 第一至四条.
    """
    if not 0 <= fen <= MAX_FEN:
        reason = "负数" if fen < 0 else "超过上限"
        message = f"金额 {fen} 分不能写成大写（{reason}）：票据只写零到一百亿元，请拆分或改用红字凭证"
        raise AmountNotWritable(message)
    yuan, rest = divmod(fen, 100)
    return prefix + _whole_yuan(yuan, closes=rest == 0) + _coins(*divmod(rest, 10), after=yuan)


def _whole_yuan(yuan: int, *, closes: bool) -> str:
    """Whole yuan with 元, and 整 when nothing follows; nothing at all for a sum below one yuan."""
    if yuan == 0:
        return "零元整" if closes else ""
    return _number(yuan) + ("元整" if closes else "元")


def _number(number: int) -> str:
    """A positive whole number in words; groups of four digits, one 零 for each run of noughts."""
    words = ""
    for place in range(len(GROUPS) - 1, -1, -1):
        group = number // GROUP_SIZE**place % GROUP_SIZE
        above = number // GROUP_SIZE ** (place + 1)
        if group == 0:
            continue
        has_gap = above > 0 and (group < GROUP_SIZE // 10 or above % GROUP_SIZE == 0)
        words += (DIGITS[0] if has_gap else "") + _group(group) + GROUPS[place]
    return words


def _group(group: int) -> str:
    """One to four digits in words, without leading or trailing 零."""
    words, pending = "", False
    for place in range(len(PLACES) - 1, -1, -1):
        digit = group // 10**place % 10
        if digit:
            words += (DIGITS[0] if pending else "") + DIGITS[digit] + PLACES[place]
        pending = bool(words) and digit == 0
    return words


def _coins(jiao: int, fen: int, *, after: int) -> str:
    """Jiao and fen; 零 closes the gap when the yuan end in nought or the jiao is nought."""
    if jiao == 0 and fen == 0:
        return ""
    has_gap = after > 0 and (jiao == 0 or after % 10 == 0)
    words = DIGITS[0] if has_gap else ""
    words += DIGITS[jiao] + "角" if jiao else ""
    return words + (DIGITS[fen] + "分" if fen else "")
