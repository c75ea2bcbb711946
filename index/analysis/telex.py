"""What was meant by a word typed with an input method's keys while the input method was off.

Telex doubles a, e, o and d for â, ê, ô and đ, adds w for ă, ơ and ư, and one of s f r x j for the tone. VNI uses
the digits 1 to 9. Tones and w may stand anywhere behind the first vowel.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.analysis.syllables import fold

_TONES = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI = {"1": "s", "2": "f", "3": "r", "4": "x", "5": "j", "6": "^", "7": "w", "8": "w", "9": "-"}
_TELEX_WORD = re.compile(r"[a-z]{3,11}")
_VNI_WORD = re.compile(r"(?:[a-z]{2}|d9[a-z])[a-z1-9]{0,9}")
_VOWELS = "aăâeêioôơuưy"
_DOUBLED = "aeo"
_HORNED = re.compile("[ăơư]")
_CIRCUMFLEXED = re.compile("[âêô]")
_NUCLEUS = re.compile(f"(?:qu|gi(?=[{_VOWELS}])|[^{_VOWELS}]*)([{_VOWELS}]+)")

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y yêm yên yêng yêt yêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uên uênh uêt ui um un ung uơ up ut uôc uôi uôm uôn uông uôt
uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
"""
_BEHIND_Q = ("uôc", "uych", "uynh", "uyt")
_BEFORE_Y = ("", "h", "k", "l", "m", "s", "t", "qu")
_CLOSED_BY_STOP = ("c", "ch", "p", "t")
"""Syllables that end so take the tones sắc and nặng only."""

_TONE_MARKS = frozenset(_TONES.values())
_STOP_TONES = frozenset(_TONES[key] for key in "sj")


@dataclass(frozen=True, slots=True)
class _Typed:
    """What the keys of a word say: its letters, which marks they have, the key of the tone ("" for none)."""

    letters: str
    circumflex: bool
    horn: bool
    barred: bool
    tone: str


def from_telex(word: str) -> str | None:
    """Give the syllable that was meant by a word typed with Telex or VNI keys; None for any other word, and for one
    that could be a Vietnamese syllable typed without accents.

    >>> from_telex("tieengs"), from_telex("DDangr"), from_telex("tie6ng1"), from_telex("google")
    ('tiếng', 'đảng', 'tiếng', None)
    """
    keys = word.lower()
    if _TELEX_WORD.fullmatch(keys):
        typed = _telex(keys)
    elif _VNI_WORD.fullmatch(keys):
        typed = _vni(keys)
    else:
        return None
    if typed is None or keys in _bare_syllables():
        return None
    tone, toneless = typed.tone, _syllables().get((typed.letters, typed.circumflex, typed.horn, typed.barred))
    if toneless is None or (toneless.endswith(_CLOSED_BY_STOP) and tone not in ("s", "j")):
        return None
    return _with_tone(toneless, _TONES[tone]) if tone else toneless


def _telex(keys: str) -> _Typed | None:
    """Read Telex keys; None where they hold no mark, or one twice."""
    letters = tone = ""
    circumflex = horn = barred = False
    for key in keys:
        behind_vowel = any(letter in _VOWELS for letter in letters)
        if key in _TONES and behind_vowel:
            if tone:
                return None
            tone = key
        elif key == "w" and (behind_vowel or (letters)):
            letters += "" if behind_vowel else "u"
            horn = True
        elif key in _DOUBLED and letters.endswith(key) and not circumflex:
            circumflex = True
        elif key == letters == "d" and not barred:
            barred = True
        else:
            letters += key
    return _Typed(letters, circumflex, horn, barred, tone) if tone or circumflex or horn or barred else None


def _vni(keys: str) -> _Typed | None:
    """Read VNI keys; None where they hold no mark, or one twice."""
    letters = "".join(key for key in keys if not key.isdigit())
    marks = [_VNI[key] for key in keys if key.isdigit()]
    tones = [mark for mark in marks if mark in _TONES]
    if len(tones) > 1 or marks.count("^") > 1 or marks.count("-") > 1:
        return None
    return _Typed(letters, "^" in marks, "w" in marks, "-" in marks, "".join(tones)) if marks else None


def _with_tone(toneless: str, mark: str) -> str:
    """Put a tone where it is printed: on the marked vowel, else on the last one of a closed syllable, else on the
    one before the last."""
    nucleus = _NUCLEUS.match(toneless)
    assert nucleus is not None
    start, end = nucleus.span(1)
    marked = [at for at in range(start, end) if fold(toneless[at])[1]]
    closed = end < len(toneless) or end - start == 1
    at = marked[-1] if marked else end - 1 if closed else end - 2
    return unicodedata.normalize("NFC", toneless[: at + 1] + mark + toneless[at + 1 :])


@cache
def _syllables() -> dict[tuple[str, bool, bool, bool], str]:
    """Give every syllable without its tone, by its bare letters and the marks it has (as in `_Typed`)."""
    return {
        (
            _bare(syllable),
            _CIRCUMFLEXED.search(syllable) is not None,
            _HORNED.search(syllable) is not None,
            syllable.startswith("đ"),
        ): syllable
        for syllable in _all_syllables()
    }


def is_syllable(word: str) -> bool:
    """Say whether a word is spelled as Vietnamese syllables are, wherever its tone stands.

    >>> [is_syllable(word) for word in ("Thuỷ", "thủy", "ĐƯỜNG", "đợc", "étude", "k")]
    [True, True, True, False, False, False]
    """
    letters, tones = [], 0
    stop_tone = True
    for letter in unicodedata.normalize("NFD", word.lower()):
        if letter in _TONE_MARKS:
            tones += 1
            stop_tone = letter in _STOP_TONES
        else:
            letters.append(letter)
    toneless = unicodedata.normalize("NFC", "".join(letters))
    if toneless not in _toneless_syllables() or tones > 1:
        return False
    return not tones or stop_tone or not toneless.endswith(_CLOSED_BY_STOP)


@cache
def _toneless_syllables() -> frozenset[str]:
    return frozenset(_all_syllables())


@cache
def _bare_syllables() -> frozenset[str]:
    return frozenset(map(_bare, _all_syllables()))


def _bare(syllable: str) -> str:
    decomposed = unicodedata.normalize("NFD", syllable.replace("đ", "d"))
    return "".join(letter for letter in decomposed if letter.isascii())


def _all_syllables() -> Iterator[str]:
    """Put onsets and rhymes together as they are spelled."""
    for onset in ("", *_ONSETS.split()):
        for rhyme in _RHYMES.split():
            if _spelled(onset, rhyme):
                yield onset + rhyme
    yield from ("q" + rhyme for rhyme in _BEHIND_Q)


def _spelled(onset: str, rhyme: str) -> bool:
    """Say whether an onset is written before a rhyme."""
    first = rhyme[0]
    if rhyme == "y":
        return onset in _BEFORE_Y
    if first == "y":
        return onset in ("", "qu")
    if onset in ("k", "gh", "ngh"):
        return first in "eêi"
    if onset in ("c", "ng"):
        return first not in "eêi"
    if onset == "g":
        return first not in "eê"
    if onset == "qu":
        return first in "aăâeêiơ"
    return not (onset == "gi" and first == "i") and not (onset == "" and rhyme.startswith("iê"))
