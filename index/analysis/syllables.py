"""One syllable, two parts: the folded term that is matched and its accents as a number.

Folding takes off case, tone, vowel marks and the bar of đ. What it took off is the *accents* number, so nothing
is lost: `hoà` and `hòa` (tone placement), `kỹ` and `kĩ` (spelling) give the same pair, `hoa` gives another number.

The number is ((tone * 2 + đ) * 27 + vowel marks), vowel marks being three ternary digits (0 plain, 1 circumflex,
2 breve or horn), first vowel first. Spellings outside that scheme (foreign letters, two tones) get a hash in
[324, 1023). 0 means no accents at all, `UNACCENTED` a bare syllable of a text that is typed without accents.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
SYLLABLE = re.compile(rf"[\d{_RAISED}]+|[^\W\d_{_RAISED}]+")
"""A run of digits (raised and lowered ones too) or of letters: `H5N1` is h 5 n 1 in documents and queries alike."""

ACCENT_BITS = 10
ACCENT_CODES = 1 << ACCENT_BITS
UNACCENTED = ACCENT_CODES - 1
"""Stands for 0 where a whole article is typed without accents: there a bare syllable contradicts none."""

_TONES = {"\u0300": 1, "\u0301": 2, "\u0309": 3, "\u0303": 4, "\u0323": 5}
_VOWEL_MARKS = {"\u0302": 1, "\u0306": 2, "\u031b": 2}
_VOWELS = frozenset("aeiouy")
_PLACES = 27
_REGULAR = 6 * 2 * _PLACES
_I_FOR_Y = re.compile(r"(?:[hklmst]|qu)y")
_TONE_ON_FIRST = re.compile(r"[òóỏõọùúủũụ](?:(?<=[òóỏõọ])[ae]|(?<=[ùúủũụ])y)(?!\w)")
"""Begins with one set of letters, for then the search skips from one of them to the next."""

_TONE_SHIFT = {
    first + second: toneless + unicodedata.normalize("NFC", second + mark)
    for marked, toneless, seconds in (("òóỏõọ", "o", "ae"), ("ùúủũụ", "u", "y"))
    for first, mark in zip(marked, "\u0300\u0301\u0309\u0303\u0323", strict=True)
    for second in seconds
}


@lru_cache(maxsize=1 << 17)
def fold(syllable: str) -> tuple[str, int]:
    """Give the folded term and the accents number of a syllable (or a number, or a foreign word).

    >>> fold("Hoà") == fold("hòa"), fold("kỹ") == fold("kĩ")
    (True, True)
    >>> fold("ĐƯỜNG")[0], fold("duong")
    ('duong', ('duong', 0))
    """
    lowered = syllable.lower()
    if lowered.isascii():
        return _one_spelling(lowered), 0
    letters: list[str] = []
    tones: list[int] = []
    marks: list[int] = []
    barred = regular = 0
    irregular = on_vowel = False
    for char in unicodedata.normalize("NFKD", lowered):
        if char == "đ":
            barred += 1
            letters.append("d")
            on_vowel = False
        elif char in _TONES and on_vowel:
            tones.append(_TONES[char])
        elif char in _VOWEL_MARKS and on_vowel:
            marks[-1] = _VOWEL_MARKS[char]
        elif unicodedata.combining(char):
            irregular = True
        elif char.isalnum():
            letters.append(char)
            on_vowel = char in _VOWELS
            if on_vowel:
                marks.append(0)
    folded = _one_spelling("".join(letters) or lowered)
    if irregular or len(tones) > 1 or len(marks) > 3 or barred > 1 or not folded.isascii():
        spelling = unicodedata.normalize("NFC", lowered).encode("utf-8", "surrogatepass")
        return folded, _REGULAR + zlib.crc32(spelling) % (UNACCENTED - _REGULAR)
    for mark in marks + [0] * (3 - len(marks)):
        regular = regular * 3 + mark
    tone = tones[0] if tones else 0
    return folded, (tone * 2 + barred) * _PLACES + regular


def _one_spelling(folded: str) -> str:
    """Write i for y where both spellings are in use (kỹ/kĩ, lý/lí, quy/qui)."""
    if len(folded) <= 3 and folded.endswith("y") and _I_FOR_Y.fullmatch(folded):
        return folded[:-1] + "i"
    return folded


def typed_within(typed: int, printed: int, *, whole: bool = False) -> bool:
    """Say whether every mark of the accents `typed` stands in those `printed`: half-accented typing. Where a syllable
    was typed `whole`, they must be the same ones.

    >>> typed_within(fold("đuong")[1], fold("đường")[1]), typed_within(fold("đường")[1], fold("đuong")[1])
    (True, False)
    >>> typed_within(fold("hạn")[1], fold("hận")[1]), typed_within(fold("hạn")[1], fold("hận")[1], whole=True)
    (True, False)
    """
    if typed in (printed, 0) or printed == UNACCENTED:
        return True
    if whole or typed >= _REGULAR or printed >= _REGULAR:
        return False
    typed_head, typed_marks = divmod(typed, _PLACES)
    printed_head, printed_marks = divmod(printed, _PLACES)
    tone, barred = divmod(typed_head, 2)
    if tone not in (0, printed_head // 2) or barred > printed_head % 2:
        return False
    for place in (9, 3, 1):
        mark = typed_marks // place % 3
        if mark not in (0, printed_marks // place % 3):
            return False
    return True


def tone_on_second_vowel(text: str) -> str:
    """Move tones of lower-case open oa, oe, uy to the second vowel, as pyvi's word list has them; same length.

    >>> tone_on_second_vowel("hòa bình, thủy lợi, hoàn toàn")
    'hoà bình, thuỷ lợi, hoàn toàn'
    """
    return _TONE_ON_FIRST.sub(lambda match: _TONE_SHIFT[match.group()], text)


_TONE_MARKS = {number: mark for mark, number in _TONES.items()}
_SHAPES = {
    "a": ("", "\u0302", "\u0306"),
    "o": ("", "\u0302", "\u031b"),
    "u": ("", "", "\u031b"),
    "e": ("", "\u0302", ""),
}


def unfold(term: str, accents: int) -> str:
    """Write a folded syllable with its accents again, to be read by people; spellings outside the regular scheme are
    written without.

    >>> unfold(*fold("đường")), unfold(*fold("thuỷ")), unfold(*fold("quý")), unfold("cho", 0)
    ('đường', 'thủy', 'quí', 'cho')
    """
    if not 0 < accents < _REGULAR:
        return term
    head, marks = divmod(accents, _PLACES)
    tone, barred = divmod(head, 2)
    letters = list(term)
    vowels = [at for at, letter in enumerate(letters) if letter in _VOWELS]
    shaped = []
    for at, place in zip(vowels, (9, 3, 1), strict=False):
        shape = _SHAPES.get(letters[at], ("", "", ""))[marks // place % 3]
        if shape:
            letters[at] += shape
            shaped.append(at)
    if barred and "d" in letters:
        letters[letters.index("d")] = "đ"
    if tone and vowels:
        letters[_toned_vowel(term, vowels, shaped)] += _TONE_MARKS[tone]
    return unicodedata.normalize("NFC", "".join(letters))


def _toned_vowel(term: str, vowels: list[int], shaped: list[int]) -> int:
    """Say which vowel carries the tone, in the style of `hòa`."""
    if shaped:
        return shaped[-1]
    if len(vowels) > 1 and (term.startswith("qu") or (term.startswith("gi") and vowels[0] == 1)):
        vowels = vowels[1:]
    closed = vowels[-1] < len(term) - 1
    return vowels[min(1, len(vowels) - 1)] if closed or len(vowels) > 2 else vowels[0]
