"""UTF-8 that was taken for Windows' western set and written as UTF-8 again, once or more often: `Tiáº¿ng` for Tiếng.

Every letter is mended for itself, so damage costs only the letters it struck. Three characters often get lost, because
they look like nothing: the no-break blank (in à, Ơ, Ạ) becomes a blank, the soft hyphen (in í, ậ) and the controls
(in Á, Đ, ề, ọ, ỏ, ờ) vanish. What is left is completed where only one letter makes a syllable of the word.
"""

from __future__ import annotations

import re

from index.analysis.telex import is_syllable
from indexer.legacy_text.letters import BYTE_OF, LETTERS

_SEQUENCE = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}"
)
_STUMP = re.compile(r"[ÃÄÅÆ]|á[º»]")
_SEEN = "\ue000"
"""Put before what is left of a letter, to tell it from a mended one (XÃ); no text in an old encoding has it."""

_WORD_WITH_STUMP = re.compile(rf"([^\W\d_]{{0,7}}){_SEEN}([ÃÄÅÆ]|á[º»])( ?)([^\W\d_]{{0,7}})")
MOST_TIMES = 3
_BLANK, _SOFT_HYPHEN = 0xA0, 0xAD
_UNDEFINED = set(range(0x80, 0xA0)) - set(BYTE_OF.values())


def _completions() -> dict[str, str]:
    """Give the letters that each stump may have been."""
    stumps: dict[str, str] = {}
    for letter in LETTERS:
        *stump, last = letter.encode()
        if last in (*_UNDEFINED, _BLANK, _SOFT_HYPHEN):
            start = bytes(stump).decode("latin-1")
            stumps[start] = stumps.get(start, "") + letter
    return stumps


_COMPLETIONS = _completions()


def decode(text: str) -> str:
    """Mend a text, as often as it was broken.

    >>> decode("Tiáº¿ng Viá»‡t"), decode("VÃ\\u0192Â\\u00a0 rÃ¡Â»â€œi"), decode("PhÃ  tá»›i, chÃnh")
    ('Tiếng Việt', 'Và rồi', 'Phà tới, chính')
    """
    for _ in range(MOST_TIMES):
        mended = once(text)
        if mended == text:
            break
        text = mended
    return text


def once(text: str) -> str:
    """Undo one reading as western characters."""
    bytes_seen = text.translate(BYTE_OF)
    pieces, end = [], 0
    for found in _SEQUENCE.finditer(bytes_seen):
        pieces += [_marked(text[end : found.start()]), _read(found.group(), text[found.start() : found.end()])]
        end = found.end()
    if not pieces:
        return text
    mended = "".join([*pieces, _marked(text[end:])])
    return _WORD_WITH_STUMP.sub(_completed, mended).replace(_SEEN, "")


def _marked(left: str) -> str:
    return _STUMP.sub(rf"{_SEEN}\g<0>", left)


def _read(sequence: str, shown: str) -> str:
    try:
        return sequence.encode("latin-1").decode()
    except UnicodeDecodeError:
        return shown


def _completed(found: re.Match[str]) -> str:
    """Complete what is left of a letter, if that makes one syllable and only one."""
    start, stump, blank, rest = found.groups()
    letters = _COMPLETIONS.get(stump, "")
    ending = [letter for letter in letters if letter.encode()[-1] == _BLANK]
    if blank:
        joined = _only([start + letter + rest for letter in ending]) if rest else None
        apart = _only([start + letter for letter in ending])
        return joined or (f"{apart} {rest}".rstrip() if apart else found.group())
    vanished = _only([start + letter + rest for letter in letters if letter not in ending])
    return vanished or _only([start + letter + rest for letter in ending]) or found.group()


def _only(words: list[str]) -> str | None:
    """Give the one word that is a syllable; a capital within a word that isn't in capitals counts for nothing."""
    syllables = [word for word in words if is_syllable(word)]
    usual = [word for word in syllables if word in (word.lower(), word.capitalize())] or syllables
    return usual[0] if len(usual) == 1 else None
