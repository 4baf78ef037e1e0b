"""A passphrase as bytes: the same whichever keyboard, input method or system typed it."""

import unicodedata


def one_writing(passphrase: str) -> str:
    """A passphrase in the one form that is stretched: composed, full-width signs as plain ones (NFKC).

    One system sends é as one character, another as e and an accent; a Chinese input method sends full-width digits.

    Source:
        Unicode Standard Annex #15; RFC 8265 part 4 asks for a normal form, too.
    """
    return unicodedata.normalize("NFKC", passphrase)
