"""How much of a text is spelled as Vietnamese is: the one measure by which an encoding is recognised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.analysis.telex import is_syllable
from indexer.legacy_text import viqr

_WORD_OR_SIGNS = re.compile(r"[^\x00-\x40\x5b-\x60\x7b-\xa0\u2000-\u206f\u20a0-\u20ab\u2190-\u2bff\u3000-\U0010ffff]+")
"""Signs of Latin-1 are letters here, for in old encodings they are."""

_SIGNS = re.compile("[\u00a1-\u00bf×÷]+")
_WORD = re.compile(r"[^\W\d_]+")

_LONGEST = 12
"""Characters of a syllable, were each of its letters two."""


@lru_cache(maxsize=1 << 15)
def _syllable(word: str) -> bool:
    """Say whether a word is a syllable as people write it; `vÉn` isn't, in which TCVN3 has vẫn."""
    return word in (word.lower(), word.capitalize(), word.upper()) and is_syllable(word)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words with marks, and how many of them are Vietnamese syllables."""

    marked: int = 0
    valid: int = 0

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(self.marked + other.marked, self.valid + other.valid)

    @property
    def share(self) -> float:
        """Of the marked words, those that are syllables."""
        return self.valid / self.marked if self.marked else 0.0


NONE = Evidence()


def evidence(text: str) -> Evidence:
    """Count the marked words of a text. A letter that stands alone is none: nearly every sign is a letter somewhere.

    >>> evidence("Hà Nội hôm nay, © 2020"), evidence("Hµ Néi h«m nay, 5 µ")
    (Evidence(marked=3, valid=3), Evidence(marked=3, valid=0))
    """
    words = _marked(text)
    return Evidence(len(words), sum(map(_is_syllable, words)))


def syllables(text: str) -> set[str]:
    """Give the marked words of a text that are syllables: the same one again and again (5 µm, 7 µm) is no more proof.

    >>> sorted(syllables("Hà Nội, Hà Nội"))
    ['Hà', 'Nội']
    """
    return set(filter(_is_syllable, _marked(text)))


def _marked(text: str) -> list[str]:
    found = _WORD_OR_SIGNS.findall(text)
    return [word for word in found if len(word) > 1 and not word.isascii() and not _SIGNS.fullmatch(word)]


def _is_syllable(word: str) -> bool:
    return len(word) <= _LONGEST and _syllable(word)


def viqr_evidence(text: str, decoded: str) -> Evidence:
    """Count the words of a text typed in ASCII. Every other text in ASCII has full stops behind vowels, so all its
    words count, against what Vietnamese text has of marked ones, and typical marks must be among them."""
    words = len(_WORD.findall(decoded))
    valid = evidence(decoded).valid
    strong = len(viqr.STRONG.findall(text))
    if strong < valid * _LEAST_STRONG:
        return Evidence(words, 0)
    return Evidence(max(round(words * _MARKED_WORDS), valid), valid)


_MARKED_WORDS = 0.6
"""Share of marked words in Vietnamese text, at least; in news it is 0.75."""

_LEAST_STRONG = 0.3
"""Typical marks for each marked word, at least; in news it is 0.7."""
