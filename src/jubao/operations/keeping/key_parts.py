"""A key kept in parts (密钥分片): any few of them give it back, fewer tell nothing; words with a checksum, after SLIP-0039.

The shares are Shamir's over GF(256), by the reference implementation of the standard, so that other programs read them.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Final

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from jubao.operations.envelope.fault import Refused

FEWEST, MOST = 2, 16
NUMBERING: Final = re.compile(r"\b\d+[.、]?")
NO_STRETCHING: Final = 0  # there is no passphrase to be stretched


class NoSuchParts(Refused):
    """Parts give no key, or a key cannot be kept in such parts."""


def split_key(key: str, *, needed: int, parts: int) -> list[str]:
    """A key in parts, each a line of words.

    Args:
        key: the text of a key file.
        needed: how many parts give it back; ``parts``: how many are made.
    Raises:
        NoSuchParts: the numbers make no sense, or the key is none of this program.
    """
    if not FEWEST <= needed <= parts <= MOST:
        raise NoSuchParts(f"分片数应为 {FEWEST} 至 {MOST}，还原所需份数不少于 {FEWEST}、不多于分片数")
    try:
        secret = base64.urlsafe_b64decode(key)
    except (binascii.Error, ValueError):
        secret = b""
    if base64.urlsafe_b64encode(secret).decode() != key:
        raise NoSuchParts("这把密钥不是本程序生成的，不能分片保管，请整把另行保管")
    words: list[str]
    [words] = generate_mnemonics(1, [(needed, parts)], secret, iteration_exponent=NO_STRETCHING)
    return words


def join_parts(parts: Sequence[str]) -> str:
    """The key that some parts give back.

    Raises:
        NoSuchParts: too few, of different keys, or a word is wrong.
    """
    typed = [_words(part) for part in parts]
    for file, words in enumerate(typed, start=1):
        for place, word in enumerate(words, start=1):
            if word not in WORD_INDEX_MAP:
                raise NoSuchParts(f"第 {file} 个文件的第 {place} 个词不是恢复单所用的词：文件里只录入词，请逐词核对")
    try:
        secret = combine_mnemonics([" ".join(words) for words in typed])
    except MnemonicError as error:
        raise NoSuchParts("这些分片还原不出密钥：请核对份数、是否同一套、有无抄错、遗漏或颠倒的词") from error
    return base64.urlsafe_b64encode(secret).decode()


def _words(part: str) -> list[str]:
    """The words somebody typed, with or without the numbers that stand before them on the sheet."""
    return NUMBERING.sub(" ", part.lower()).split()
