"""What a passphrase must be: long enough, of several kinds of signs, none that everybody knows, none like its owner.

Length and the list of common ones follow the advice of today (no forced change, no secret questions); kinds of signs are
what 等级保护 asks for (decision 25).
"""

import unicodedata
from collections.abc import Iterator

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from jubao.operations.envelope.fault import Refused
from jubao.vocabulary.passphrase import one_writing

SHORTEST, LONGEST, KINDS = 12, 200, 3


def require_good(passphrase: str, *, staff: str) -> None:
    """Refuse a passphrase that could be guessed.

    Raises:
        Refused: with everything that is wrong with it.
    """
    wrong = list(_faults(one_writing(passphrase), staff))
    if wrong:
        raise Refused("口令不合要求", faults=wrong)


def _faults(passphrase: str, staff: str) -> Iterator[str]:
    if len(passphrase) < SHORTEST:
        yield f"口令至少 {SHORTEST} 个字符，可用一句自己记得住的话"
    if len(passphrase) > LONGEST:
        yield f"口令最长 {LONGEST} 个字符"
    if any(unicodedata.category(sign) == "Cc" for sign in passphrase):
        yield "口令含有控制字符（可能误按了方向键），请重新输入"
    if len({_kind(sign) for sign in passphrase}) < KINDS:
        yield f"口令须含大写字母、小写字母、数字、汉字、其他符号中的至少 {KINDS} 类"
    if staff.casefold() in passphrase.casefold():
        yield "口令不能含有自己的工号"
    try:
        CommonPasswordValidator().validate(passphrase)
    except ValidationError:
        yield "这是常见口令，容易被猜中"


def _kind(sign: str) -> str:
    if sign.isascii():
        return "digit" if sign.isdigit() else "upper" if sign.isupper() else "lower" if sign.islower() else "other"
    return "letter" if sign.isalpha() else "other"
