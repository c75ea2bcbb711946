"""The letters that Vietnamese has beyond ASCII, put together from vowels and tones; the tables of the encodings are
made of them."""

from __future__ import annotations

import re
import unicodedata

VOWELS = "aăâeêioôơuưy"

HUYEN, HOI, NGA, SAC, NANG = TONES = "\u0300\u0309\u0303\u0301\u0323"
"""The tones as combining marks, in the order of TCVN 5712."""


def toned(vowel: str, tone: str) -> str:
    """Put a tone on a vowel.

    >>> toned("ư", NGA), toned("Ê", SAC)
    ('ữ', 'Ế')
    """
    return unicodedata.normalize("NFC", vowel + tone)


def _letters() -> str:
    small = "".join(vowel + "".join(toned(vowel, tone) for tone in TONES) for vowel in VOWELS) + "đ"
    return "".join(letter for letter in small + small.upper() if not letter.isascii())


LETTERS = _letters()
"""All 134 of them, small ones first."""

UNICODE_ONLY = re.compile(f"[{''.join(letter for letter in LETTERS if letter > chr(0xFF))}{TONES}\u0302\u0306\u031b]")
"""A letter of Vietnamese that only Unicode has: a text in an old encoding, whatever it was taken for, has none."""

WINDOWS_1252 = {
    byte: ord(char) for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "replace")) != "\ufffd"
}
"""The characters that stand in Windows' western set where Latin-1 has controls."""

BYTE_OF = {char: byte for byte, char in WINDOWS_1252.items()}
"""The way back."""


def as_western(content: bytes) -> str:
    """Read bytes as the western characters they are shown as where nobody knows better: one a byte.

    >>> as_western("Hà Nội".encode()), as_western(b"\\xb5\\x93")
    ('HÃ\\xa0 Ná»™i', 'µ“')
    """
    return content.decode("latin-1").translate(WINDOWS_1252)
