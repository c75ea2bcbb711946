"""An article's text as a few hundred bytes, by which near-duplicates are found and compared: MinHash.

The text is folded by the analysis, so that case, accents, tone style and signs between syllables make no difference.
Each run of `SHINGLE` syllables is hashed. A permutation of all hashes puts one of the text's first; that two texts have
the same one first is as probable as their sets of runs are alike (Jaccard: shared runs / all runs of both). `ROWS` of
`PERMUTATIONS` such firsts at a time are a *key*: texts that share any key are compared.

The hash family is that of datasketch's MinHash ("affine32", seed 1), computed for all runs at once with numpy; a test
holds the two together. Of each first the lower 16 bits are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from index.analysis.letters import letters
from index.analysis.normal_text import normal_text

SHINGLE = 5
"""Syllables of a run: two or three words."""
PERMUTATIONS = 96
ROWS = 4
"""Texts with a Jaccard of .6 share one of 24 keys of four with a probability of .96; .7: .998; .2: .04."""
OPENING = 60
"""Runs at the beginning of a text that are looked at by themselves: an excerpt is a text's beginning as a rule, and
shares too little of the whole."""
OPENING_PERMUTATIONS = 12
FEWEST = 30
"""Runs that a text must have: shorter ones are alike by chance."""
MOST_SYLLABLES = 20_000
"""So much of a text is looked at."""
MOST_NUMBERS = 64

Words = npt.NDArray[np.uint32]
Values = npt.NDArray[np.uint16]
_LETTERS = 6 * MOST_SYLLABLES
_BASE = np.uint32(0x9E3779B1)


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a text."""

    values: bytes
    """16 bits for each permutation of the whole text's runs, then for those of the opening's."""
    size: int
    """How many different runs the text has."""
    numbers: bytes
    """A hash of 32 bits for each different number of several digits in the text, ascending, at most `MOST_NUMBERS`."""


def signature(text: str) -> Signature | None:
    """Make the signature of a text; None for one that is too short to be compared.

    >>> signature("Thời tiết hôm nay nắng ráo.") is None
    True
    """
    syllables, is_number = _syllables(text[:_LETTERS])
    runs = _runs(syllables)
    if len(runs) < FEWEST:
        return None
    numbers = _distinct(syllables[is_number])[:MOST_NUMBERS]
    values = np.concatenate(firsts(runs)).astype("<u2")
    return Signature(values.tobytes(), len(_distinct(runs)), numbers.astype("<u4").tobytes())


def firsts(runs: Words) -> tuple[Words, Words]:
    """Give the least that each permutation makes of some runs, and the least that some make of the opening's."""
    factors, summands = _permutations()
    permuted = factors[:, None] * _mixed(runs)
    permuted += summands[:, None]
    return permuted.min(axis=1), permuted[:OPENING_PERMUTATIONS, :OPENING].min(axis=1)


def keys(values: bytes) -> npt.NDArray[np.int64]:
    """Give the keys of a signature; each stands for one place in it."""
    rows = np.frombuffer(values, "<u8")
    spread = (rows ^ (rows >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + _places(len(rows))
    found: npt.NDArray[np.int64] = (spread ^ (spread >> np.uint64(32))).view(np.int64)
    return found


def jaccard(one: bytes, other: bytes) -> float:
    """Estimate how much of all runs of two texts they share, from 0 to 1, by the values of their signatures."""
    length = 2 * PERMUTATIONS
    same = np.frombuffer(one[:length], "<u2") == np.frombuffer(other[:length], "<u2")
    return float(np.count_nonzero(same)) / PERMUTATIONS


def _syllables(text: str) -> tuple[Words, npt.NDArray[np.bool_]]:
    """Hash each syllable of a text, in order, and say which are numbers of several digits."""
    normal = normal_text(text)
    written = normal.letters if normal.letters is not None else letters(_without_odd_signs(normal.text))
    # As a number, a syllable is its letters' codes times the powers of an odd base, wherever in the text it begins: the
    # power of its first letter is divided off. Blanks are 0.
    characters = np.frombuffer(written or b"", np.uint8) - np.uint8(ord(" "))
    inside = characters > 0
    inside[1:] &= ~inside[:-1]
    starts = np.flatnonzero(inside)[:MOST_SYLLABLES]
    if not len(starts):
        return np.zeros(0, np.uint32), np.zeros(0, np.bool_)
    powers, inverses = _powers()
    sums = np.add.reduceat(characters * powers[: len(characters)], starts, dtype=np.uint32)
    digit = np.uint8(ord("9") - ord(" "))
    seconds = characters[np.minimum(starts + 1, len(characters) - 1)]
    return _mixed(sums * inverses[starts]), (characters[starts] <= digit) & (seconds > 0)


def _without_odd_signs(text: str) -> str:
    """Take out what has no place in `letters`."""
    return text.translate({ord(char): " " for char in set(text) if letters(char) is None})


def _runs(syllables: Words) -> Words:
    """Hash each run of `SHINGLE` syllables."""
    count = len(syllables) - SHINGLE + 1
    if count <= 0:
        return syllables[:0]
    runs = syllables[:count].copy()
    for at in range(1, SHINGLE):
        runs *= _BASE
        runs += syllables[at : at + count]
    return runs


def _distinct(words: Words) -> Words:
    """Give each word once, ascending; several times as fast as numpy's unique."""
    ordered = np.sort(words)
    once: Words = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return once


def _mixed(words: Words) -> Words:
    """Spread hashes over 32 bits: MurmurHash3's last step."""
    words = words ^ (words >> np.uint32(16))
    words *= np.uint32(0x85EBCA6B)
    words ^= words >> np.uint32(13)
    words *= np.uint32(0xC2B2AE35)
    words ^= words >> np.uint32(16)
    return words


@cache
def _permutations() -> tuple[Words, Words]:
    """Give factor and summand of each permutation, drawn as datasketch does: h -> factor * h + summand mod 2**32."""
    drawn = np.random.RandomState(1)
    factors = drawn.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, drawn.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)


@cache
def _powers() -> tuple[Words, Words]:
    """Give the powers of a base, mod 2**32, and what each is divided off by."""
    inverse = pow(int(_BASE), -1, 1 << 32)
    bases = np.full((2, _LETTERS), [[_BASE], [inverse]], np.uint32)
    bases[:, 0] = 1
    powers, inverses = np.cumprod(bases, axis=1, dtype=np.uint32)
    return powers, inverses


@cache
def _places(count: int) -> npt.NDArray[np.uint64]:
    return np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
