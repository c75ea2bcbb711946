"""TCVN3, the encoding of the ABC fonts (.VnTime and its like), from TCVN 5712:1993.

A byte is a letter. There are no capitals with tones: fonts whose names end in H show the small letters' codes as
capitals, so a heading reads `HéI §åNG`. A word whose plain letters are all capitals is taken for one that is printed
so, a word that doesn't tell follows its neighbours.
"""

from __future__ import annotations

import re
import unicodedata

from indexer.legacy_text.letters import TONES, toned

_TONED = {
    "a": "B5 B6 B7 B8 B9",
    "ă": "BB BC BD BE C6",
    "â": "C7 C8 C9 CA CB",
    "e": "CC CE CF D0 D1",
    "ê": "D2 D3 D4 D5 D6",
    "i": "D7 D8 DC DD DE",
    "o": "DF E1 E2 E3 E4",
    "ô": "E5 E6 E7 E8 E9",
    "ơ": "EA EB EC ED EE",
    "u": "EF F1 F2 F3 F4",
    "ư": "F5 F6 F7 F8 F9",
    "y": "FA FB FC FD FE",
}
"""The codes of each vowel with huyền, hỏi, ngã, sắc, nặng."""

_TONELESS = "ĂÂÊÔƠƯĐăâêôơưđ"
"""From code A1 on."""

_CAPITALS = {
    "Ằ": 0xAF, "Ẳ": 0xBA, "Ẵ": 0xBF, "Ắ": 0xC0, "Ầ": 0xC1, "Ẩ": 0xC2, "Ẫ": 0xC3, "Ấ": 0xC4, "Ề": 0xC5,
    "Ể": 0xCD, "Ễ": 0xD9, "Ế": 0xDA, "Ồ": 0xDB, "Ổ": 0xE0, "Ỗ": 0xF0, "Ố": 0xFF,
}  # fmt: skip
"""Capitals that the standard has in places which the ABC fonts leave empty."""

_FIRST_TONE = 0xB0
"""The standard's combining tones, B0 to B4."""


def _codes() -> dict[int, str]:
    codes = {0xA1 + place: letter for place, letter in enumerate(_TONELESS)}
    for vowel, places in _TONED.items():
        codes |= {int(code, 16): toned(vowel, tone) for code, tone in zip(places.split(), TONES, strict=True)}
    return codes | {code: letter for letter, code in _CAPITALS.items()}


CODES = _codes()
"""The letter of each code."""

_LOOSE_TONE = re.compile(f"(?<=[aeiouyAEIOUY{re.escape(''.join(map(chr, range(0xA1, 0xAE))))}])[\u00b0-\u00b4]")
"""Only behind a vowel: `30°C` is about the weather."""

_WORD = re.compile(r"[^\W\d_]+")


def decode(text: str) -> str:
    """Give the text of one whose codes were taken for western characters.

    >>> decode("Hµ Néi, 30°C: thµnh phè ven s«ng"), decode("HéI §åNG NH©N D©N ë tØnh")
    ('Hà Nội, 30°C: thành phố ven sông', 'HỘI ĐỒNG NHÂN DÂN ở tỉnh')
    """
    loose = _LOOSE_TONE.sub(lambda tone: TONES[ord(tone.group()) - _FIRST_TONE], text)
    letters = unicodedata.normalize("NFC", loose.translate(CODES))
    return "\n".join(_with_capitals(line) for line in letters.split("\n"))


def _with_capitals(line: str) -> str:
    """Write as capitals what stood in a font of capitals."""
    words = list(_WORD.finditer(line))
    shouted = [_is_shouted(word.group()) for word in words]
    if True not in shouted:
        return line
    after: list[bool | None] = [None] * len(words)
    following: bool | None = None
    for at in reversed(range(len(words))):
        after[at] = following
        following = following if shouted[at] is None else shouted[at]
    pieces, end = [], 0
    before: bool | None = None
    for at, word in enumerate(words):
        own = shouted[at]
        capital = own if own is not None else before is not False and after[at] is not False
        before = before if own is None else own
        pieces += [line[end : word.start()], word.group().upper() if capital else word.group()]
        end = word.end()
    return "".join([*pieces, line[end:]])


def _is_shouted(word: str) -> bool | None:
    """Say whether a word stood in capitals, None when its letters don't tell (`Và`, `ở`)."""
    if any("a" <= letter <= "z" for letter in word):
        return False
    return True if sum(letter.isupper() for letter in word) > 1 else None
