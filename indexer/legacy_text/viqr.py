"""VIQR, Vietnamese in ASCII (RFC 1456): marks are typed behind the vowel, dd is đ.

`*` is read as `+`, as some write the horn, and the tone may stand before the other mark. A backslash takes a mark at
its word. Where writers spared the backslash, what can't be a tone is punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from index.analysis.telex import is_syllable
from indexer.legacy_text.letters import HOI, HUYEN, NANG, NGA, SAC

_TONES = {"'": SAC, "`": HUYEN, "?": HOI, "~": NGA, ".": NANG}
_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
_SHAPED = {"\u0302": "aeo", "\u0306": "a", "\u031b": "ou"}
MARKS = {**_TONES, **_SHAPES}

_WORD = re.compile(r"""[A-Za-z](?:[A-Za-z^(+*'`?~.]|\\[\\^(+*'`?~.dD])*""")
_BETWEEN_BLANKS = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|@|www\.|\.(?:com|net|org|gov|edu|info|vn)\b", re.IGNORECASE)
_LONGEST = 100
"""Characters between two blanks; words joined by dashes have less."""

_ESCAPED = re.compile(r"\\([\\^(+*'`?~.dD])")
_BARRED = re.compile(r"(?<![A-Za-z])[Dd][Dd]|(?<=[A-Z])DD")
"""đ begins a syllable; capitals are letters of abbreviations, too (HĐND)."""

_LETTER = re.compile(r"([aeiouyAEIOUY])([\^(+*]?)(['`?~.]?)|()")
_TONE_FIRST = re.compile(r"([aeiouyAEIOUY])(['`?~.])([\^(+*])")
_SPELLED = re.compile(r"(?:đ|[^\W\d_aeiouyđ])*[aeiouyăâêôơư]+[^\W\d_aeiouyăâêôơư]*", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?:[A-ZĐ]\.?)+|đ")
_CLOSING = ".?'"
_PARAGRAPH = 40
"""A line of so many characters is a paragraph, and ends with a full stop rather than with a tone."""

STRONG = re.compile(r"[aeoAEO]\^|[aA]\(|[ouOU][+*]|[aeiouyAEIOUY][`~]|(?<![A-Za-z])[dD][dD](?=[A-Za-z])")
"""What other ASCII text hardly has."""


def decode(text: str) -> str:
    """Give the text with its marks over and under the letters.

    >>> decode("Tha`nh pho^' Ho^` Chi' Minh. DDu+o+`ng pho^' ru+.c na('ng\\\\.")
    'Thành phố Hồ Chí Minh. Đường phố rực nắng.'
    >>> decode("Mu*a ro*i, xem www.bao.vn (tin)?")
    'Mưa rơi, xem www.bao.vn (tin)?'
    """
    escaping = "\\" in text
    return "\n".join(_line(line, escaping) for line in text.split("\n"))


def _line(line: str, escaping: bool) -> str:
    closing = line[-1:] if not escaping and len(line) > _PARAGRAPH and line.endswith((".", "?")) else ""
    return _BETWEEN_BLANKS.sub(_chunk, line.removesuffix(closing)) + closing


def _chunk(found: re.Match[str]) -> str:
    """Read what stands between blanks; addresses and pasted blobs are no words."""
    chunk = found.group()
    if len(chunk) > _LONGEST or _ADDRESS.search(chunk):
        return chunk
    return _WORD.sub(lambda word: _word(word.group()), chunk)


def _word(typed: str) -> str:
    """Read one word, leaving to punctuation what makes no syllable; a word that is none in any way stays as it is
    unless it is built like one (`Kạn`, `HĐND`)."""
    lengths = list(_lengths(typed))
    for fits in (is_syllable, _built_like_one):
        for length in lengths:
            read = _strict(typed[:length])
            if fits(read):
                return read + _ESCAPED.sub(r"\1", typed[length:])
    if STRONG.search(typed):
        # Two words that a blank got lost between.
        return _strict(typed[: lengths[-1]]) + _ESCAPED.sub(r"\1", typed[lengths[-1] :])
    return _ESCAPED.sub(r"\1", typed)


def _lengths(typed: str) -> Iterator[int]:
    """Give how much of what was typed may be the word, all of it first."""
    length = len(typed)
    while length:
        yield length
        if typed[length - 2 : length - 1] == "\\":
            length -= 2
        elif typed[length - 1] in _CLOSING:
            length -= 1
        else:
            return


def _built_like_one(read: str) -> bool:
    tones = sum(mark in _TONES.values() for mark in unicodedata.normalize("NFD", read))
    spelled = tones < 2 and read.isalpha() and _SPELLED.fullmatch(_toneless(read)) is not None
    return not read.isascii() and (spelled or _ABBREVIATION.fullmatch(read) is not None)


def _toneless(read: str) -> str:
    left = "".join(char for char in unicodedata.normalize("NFD", read) if char not in _TONES.values())
    return unicodedata.normalize("NFC", left)


def _strict(typed: str) -> str:
    """Put every mark on its vowel.

    >>> _strict("DDu+o+`ng"), _strict("ve^\\\\."), _strict("ca'^p")
    ('Đường', 'vê.', 'cấp')
    """
    barred = _BARRED.sub(lambda found: "Đ" if found.group()[0] == "D" else "đ", typed)
    ordered = _TONE_FIRST.sub(r"\1\3\2", barred)
    composed = _LETTER.sub(_marked, ordered)
    return unicodedata.normalize("NFC", _ESCAPED.sub(r"\1", composed))


def _marked(found: re.Match[str]) -> str:
    vowel, shape, tone = found.group(1) or "", found.group(2) or "", found.group(3) or ""
    if shape and vowel.lower() not in _SHAPED[_SHAPES[shape]]:
        return vowel + shape + tone
    return vowel + (_SHAPES[shape] if shape else "") + (_TONES[tone] if tone else "")
