"""Text kept as one byte a character: read several times faster than UTF-8, and so is what `letters` gives for it.

There is a byte for all that nearly every article is made of: ASCII, the Vietnamese letters, the signs and the foreign
letters seen most. A text with any other character can't be written so.
"""

from __future__ import annotations

import codecs
import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.analysis.letters import letters

_ASCII = {"\t", "\n", *map(chr, range(0x20, 0x7F))}
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES]
_OTHERS = (
    *(letter for letter in (*_SMALL, *map(str.upper, _SMALL)) if not letter.isascii()),
    *"đĐ“”‘’–—…•·\u00a0«»°²³×®₫£çëïñöü",
)
_UNUSED = iter(_OTHERS)
CHARACTERS = "".join(chr(byte) if chr(byte) in _ASCII else next(_UNUSED) for byte in range(256))
"""The character of each byte: all of them are familiar to `letters`."""
_NONE = 256


def written(text: str) -> bytes | None:
    """Write a text; None where it holds a character that has no byte.

    >>> read(written("Phố Huế, 5/8") or b""), written("Ω")
    ('Phố Huế, 5/8', None)
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    numbers = _numbers().take(points, mode="clip")
    return None if _NONE in numbers else numbers.astype(np.uint8).tobytes()


def read(data: bytes) -> str:
    """Read what `written` wrote."""
    return codecs.charmap_decode(data, "strict", CHARACTERS)[0]


def letters_of(data: bytes) -> bytes:
    """Give what `letters` gives for the text.

    >>> letters_of(written("Phố Huế, 5/8") or b"")
    b'pho hue  5 8'
    """
    return data.translate(_letters())


@cache
def _numbers() -> NDArray[np.uint16]:
    """The byte of each character; all beyond the last place are read there."""
    numbers = np.full(max(map(ord, CHARACTERS)) + 2, _NONE, np.uint16)
    numbers[[ord(character) for character in CHARACTERS]] = np.arange(len(CHARACTERS))
    return numbers


@cache
def _letters() -> bytes:
    table = letters(CHARACTERS)
    assert table is not None
    return table
