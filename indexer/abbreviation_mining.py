"""Which abbreviations do the articles themselves explain, as in `ủy ban nhân dân (UBND)` or `UBND (ủy ban nhân dân)`?

A pair is believed when the letters are the initials of the syllables, one each; small words between them (`và`,
`của`) may be passed over. What is found is proposed to a person, never used by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.abbreviation_lines import LONGEST_LONG, LONGEST_SHORT, is_plain_word
from index.abbreviations import Abbreviations, Syllables
from index.analysis.normal_text import normal_text
from index.analysis.syllables import SYLLABLE
from index.analysis.tokens import folded
from index.article import Article

FEWEST_ARTICLES = 3
"""An explanation that fewer articles give is as likely a slip as an abbreviation."""

MOST_PAIRS = 80_000
"""Kept at once, some 120 MB; beyond it the pairs of a single article are forgotten (lossy counting)."""

_SHARE_OF_COMMONEST = 0.02
"""Beside a long form that is this much commoner, another one of the same short form is a slip of spelling."""

_MOST_SPELLINGS = 4
_SMALL_WORDS = frozenset(["và", "của", "các", "về", "cho", "tại", "với", "theo", "trong", "do", "những"])
_SHORT = r"[A-ZĐÂÊÔƠƯ][^\W\d_]*(?:\s?[&/.–-]\s?[^\W\d_]+){0,3}"
_IN_PARENTHESES = re.compile(
    rf"\(\s*(?:(?:sau đây\s+)?(?:được\s+)?(?:gọi|viết)\s+tắt(?:\s+là)?:?\s*)?[\"“”']?({_SHORT})[\"“”']?\s*\)"
)
_BEFORE_PARENTHESES = re.compile(rf"(?<![\w&/.-])({_SHORT})\s*\(\s*([^()\n]{{5,160}}?)\s*\)")
_WINDOW = 200
"""Characters before a parenthesis that can hold a long form."""

_BREAK = re.compile(r"[^\w\s,&/–-]|\n")
_LETTERS = re.compile(r"[^\W\d_][a-zđ]*")


@dataclass(frozen=True, slots=True)
class LongForm:
    """What a short form stands for in so many `articles`; `example` is the id of the first of them."""

    text: str
    articles: int
    example: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A short form with all the long forms the articles give it, the commonest first."""

    short: str
    long_forms: tuple[LongForm, ...]


@dataclass(slots=True)
class _Found:
    articles: int
    example: str
    shorts: Counter[str] = field(default_factory=Counter)
    longs: Counter[str] = field(default_factory=Counter)


_Pair = tuple[Syllables, Syllables]


def explained(text: str) -> Iterator[tuple[str, str]]:
    """Give (short form, long form) of each abbreviation that a normalised text explains.

    >>> list(explained("Hội làm vườn và trồng rừng (HLV&TR) họp ở BQT (ban quản trị) chợ."))
    [('HLV&TR', 'Hội làm vườn và trồng rừng'), ('BQT', 'ban quản trị')]
    """
    for match in _IN_PARENTHESES.finditer(text):
        before = _BREAK.split(text[max(0, match.start() - _WINDOW) : match.start()])[-1]
        if found := _at_end(match.group(1), before):
            yield match.group(1), found
    for match in _BEFORE_PARENTHESES.finditer(text):
        inside = _BREAK.split(match.group(2))[0]
        for part in dict.fromkeys((inside, inside.split(" - ")[0], inside.split(",")[0])):
            if (found := _at_end(match.group(1), part)) and found == part.strip():
                yield match.group(1), found
                break


def _at_end(short: str, text: str) -> str | None:
    """Give the end of a text that a short form is made of the initials of."""
    letters = _initials(short)
    if not letters:
        return None
    syllables = list(SYLLABLE.finditer(text))[-LONGEST_LONG:]
    words = [syllable.group().lower() for syllable in syllables]
    first = _aligned(letters, words, len(words))
    if first is None or not 2 <= len(words) - first <= LONGEST_LONG:
        return None
    written = text[syllables[first].start() : syllables[-1].end()]
    return " ".join(written.split())


def _initials(short: str) -> list[str]:
    """Give the beginnings of syllables that a short form is made of; none when it isn't written as one.

    >>> _initials("GD&ĐT"), _initials("ThS"), _initials("Bắc Giang")
    (['g', 'd', 'đ', 't'], ['th', 's'], [])
    """
    letters = [_plain(part) for part in _LETTERS.findall(short)]
    capitals = sum(char.isupper() for char in short)
    small = sum(char.islower() for char in short)
    if not 2 <= capitals <= 12 or 2 * small > capitals or len(letters) != capitals:
        return []
    return letters


def _plain(letters: str) -> str:
    """Take tone and vowel marks off, not the bar of đ."""
    return "".join(char for char in unicodedata.normalize("NFD", letters.lower()) if not unicodedata.combining(char))


def _aligned(letters: Sequence[str], words: Sequence[str], end: int) -> int | None:
    """Give the number of the word from which on the words before `end` have these initials, small words aside."""
    if not letters:
        return end
    if end == 0:
        return None
    word = words[end - 1]
    if _plain(word).startswith(letters[-1]):
        first = _aligned(letters[:-1], words, end - 1)
        if first is not None:
            return first
    return _aligned(letters, words, end - 1) if word in _SMALL_WORDS and end < len(words) else None


def mine(articles: Iterable[Article], known: Abbreviations, fewest: int = FEWEST_ARTICLES) -> list[Proposal]:
    """Propose what at least `fewest` articles explain and `known` lacks, the best supported first.

    Articles are read once, one at a time; memory is bounded by `MOST_PAIRS`.
    """
    found: dict[_Pair, _Found] = {}
    for article in articles:
        _count(article, found)
        if len(found) > MOST_PAIRS:
            found = {pair: each for pair, each in found.items() if each.articles > 1}
    by_short: dict[Syllables, list[_Found]] = {}
    for (short, _), each in found.items():
        by_short.setdefault(short, []).append(each)
    proposals = [
        proposal for candidates in by_short.values() if (proposal := _proposal(candidates, known, fewest)) is not None
    ]
    return sorted(proposals, key=lambda proposal: (-proposal.long_forms[0].articles, proposal.short))


def _count(article: Article, found: dict[_Pair, _Found]) -> None:
    seen: set[_Pair] = set()
    for text in (article.title, article.body, *article.other_texts):
        for short, long_form in explained(normal_text(text).text):
            pair = (tuple(folded(short)), tuple(folded(long_form)))
            if pair in seen or not _can_be_entry(short):
                continue
            seen.add(pair)
            each = found.setdefault(pair, _Found(0, article.id))
            each.articles += 1
            for spellings, spelling in ((each.shorts, short), (each.longs, long_form)):
                if spelling in spellings or len(spellings) < _MOST_SPELLINGS:
                    spellings[spelling] += 1


def _can_be_entry(short: str) -> bool:
    return len(folded(short)) <= LONGEST_SHORT and not is_plain_word(short)


def _proposal(candidates: list[_Found], known: Abbreviations, fewest: int) -> Proposal | None:
    floor = max(fewest, max(each.articles for each in candidates) * _SHARE_OF_COMMONEST)
    fresh = [each for each in candidates if each.articles >= floor and not _is_settled(each, known)]
    if not fresh:
        return None
    long_forms = [LongForm(_commonest(each.longs), each.articles, each.example) for each in fresh]
    long_forms.sort(key=lambda long_form: (-long_form.articles, long_form.text))
    return Proposal(_commonest(sum((each.shorts for each in fresh), Counter[str]())), tuple(long_forms))


def _is_settled(found: _Found, known: Abbreviations) -> bool:
    short, long_form = _commonest(found.shorts), _commonest(found.longs)
    return known.has(short, long_form) or known.refuses(short, long_form)


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
