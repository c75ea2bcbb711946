"""Capitals and tone placement of names: one way of writing for what newspapers print in several.

Names keep the tone on the first of two open vowels (`hòa`, `thủy`), as official names have it and most
newspapers print it, and only the first letter of a syllable in capitals (`DƯƠNG LIỄU` is `Dương Liễu`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from index.analysis.syllables import fold, tone_on_second_vowel

_TONE_ON_SECOND = re.compile(r"([oO])([àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ])(?!\w)|(?<![qQ])([uU])([ỳýỷỹỵỲÝỶỸỴ])(?!\w)")
_SYLLABLE_SHAPE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_VOWEL = re.compile(r"[aeiouy]")


def _tone_on_first(match: re.Match[str]) -> str:
    first, second = match.group(1) or match.group(3), match.group(2) or match.group(4)
    decomposed = unicodedata.normalize("NFD", second)
    return unicodedata.normalize("NFC", first + decomposed[1:]) + decomposed[0]


def one_tone_style(name: str) -> str:
    """Place tones on the first vowel of open oa, oe, uy.

    >>> one_tone_style("Đảng uỷ, Hoà Bình, Thuý, quý, toàn, hoá học")
    'Đảng ủy, Hòa Bình, Thúy, quý, toàn, hóa học'
    """
    if name.isascii():
        return name
    return _TONE_ON_SECOND.sub(_tone_on_first, name)


@lru_cache(maxsize=1 << 14)
def is_syllable(word: str) -> bool:
    """Say whether a word is built like a Vietnamese syllable, whatever its case; abbreviations are not.

    >>> is_syllable("TUYẾT"), is_syllable("UBND"), is_syllable("TTXVN")
    (True, False, False)
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    return _SYLLABLE_SHAPE.fullmatch(plain.replace("đ", "d")) is not None


def has_vowel(word: str) -> bool:
    """Say whether a word can be spoken at all; `TTXVN` can't."""
    return _VOWEL.search(fold(word)[0]) is not None


def capitalised(word: str) -> str:
    """Write the first letter large and the others small.

    >>> capitalised("ĐƯỜNG")
    'Đường'
    """
    return word[:1].upper() + word[1:].lower()


def spelling_key(name: str) -> str:
    """Give what two spellings of one name share: case, tone placement and blanks put aside.

    >>> spelling_key("Thuý  HOÀ") == spelling_key("thúy hòa")
    True
    """
    return tone_on_second_vowel(" ".join(name.lower().split()))
