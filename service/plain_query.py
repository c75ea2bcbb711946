"""A query in the product's own syntax, made of what people write into the fields of a form. Nothing written there is
an operator: words are kept as the analysis cuts them. What stands in quotes belongs together, and so does what stands
between commas where any or none of several words is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.analysis.normal_text import normal_text
from index.analysis.tokens import CHUNK, folded
from index.query_lexemes import is_or, lexemes
from index.query_parser import MAX_CHARACTERS, MAX_UNITS

ALL_ASKED = 3
"""So many plain words must all be held; of more only a part, so that they are quoted one by one."""
_QUOTES = re.compile('["“”„«»]')
_PIECES = re.compile('["“„«]([^"“”„«»]+)["”»]|([^"“”„«»]+)')
_COMMAS = re.compile("[,;\n]")
_OPERATORS = ("or", "hoặc")


@dataclass(frozen=True, slots=True)
class PlainQuery:
    """What an article is to hold (all of some words, a phrase, any of some words) and not to hold, in its text or
    `in_title` only, and who wrote it."""

    all: str = ""
    phrase: str = ""
    any: str = ""
    none: str = ""
    in_title: bool = False
    author: str = ""


class TooLong(Exception):
    """The query would be longer than queries are read."""


def written(plain: PlainQuery) -> str:
    """Write the query; raises TooLong. `normal_text` has been through everything it holds.

    >>> written(PlainQuery(all="bão -lũ", phrase='"khắc phục"', any="nhà trường", none="OR", author="Mộc Lan"))
    'bão lũ "khắc phục" (nhà OR trường) -or tác_giả:"Mộc Lan"'
    >>> written(PlainQuery(any="nông thôn, biển", none='"bóng đá"'))
    '("nông thôn" OR biển) -"bóng đá"'
    >>> written(PlainQuery(all="một hai ba bốn"))
    '"một" "hai" "ba" "bốn"'
    """
    name = "tiêu_đề:" if plain.in_title else ""
    wanted, any_of = _words(plain.all), _choices(plain.any)
    if len(any_of) == 1:
        wanted, any_of = wanted + any_of, []
    if len(wanted) > ALL_ASKED and not name:
        wanted = [_quoted(word) for word in wanted]
    phrase, author = _quoted(plain.phrase), _quoted(plain.author)
    rest = [
        *([name + phrase] if phrase else []),
        *(f"-{name}{word}" for word in _choices(plain.none)),
        *([f"tác_giả:{author}"] if author else []),
    ]
    parts = [*(name + word for word in wanted), *rest]
    if any_of:
        alternatives = " OR ".join(name + word for word in any_of)
        parts.insert(len(wanted) + bool(phrase), f"({alternatives})" if parts else alternatives)
    q = " ".join(parts)
    if len(q) > MAX_CHARACTERS or sum(len(folded(part)) for part in _read_as_syllables(plain)) > MAX_UNITS:
        raise TooLong
    return q


def _read_as_syllables(plain: PlainQuery) -> list[str]:
    return [normal_text(text).text for text in (plain.all, plain.phrase, plain.any, plain.none, plain.author)]


def _words(text: str) -> list[str]:
    """Cut a text into words and what stands in quotes; a word that would be an operator is written otherwise."""
    words: list[str] = []
    for inside, outside in _PIECES.findall(normal_text(text).text):
        words += filter(None, [_quoted(inside)]) if inside else map(_word, CHUNK.findall(outside))
    return words


def _choices(text: str) -> list[str]:
    """Cut a text into words; where it has commas, or line ends, into what stands between them."""
    if not _COMMAS.search(text):
        return _words(text)
    parts = (_words(part) for part in _COMMAS.split(text))
    return [_quoted(" ".join(words)) if len(words) > 1 else words[0] for words in parts if words]


def _word(chunk: str) -> str:
    if chunk.lower() in _OPERATORS:
        return chunk.lower()
    return _quoted(chunk) if ":" in chunk else chunk


def _quoted(text: str) -> str:
    """Put a text in quotes; "" when it has nothing that could be looked for."""
    inside = " ".join(_QUOTES.sub(" ", normal_text(text).text).split())
    return f'"{inside}"' if folded(inside) else ""


def has_plain_words_only(q: str) -> bool:
    """Say whether a query is but words, which the form can show as such.

    >>> has_plain_words_only("bão, lũ 05-CT/TW"), has_plain_words_only("bão -lũ"), has_plain_words_only("tàu OR bè")
    (True, False, False)
    """
    return all(
        lexeme.kind == "word" and not is_or(lexeme) and not {"*", "~"} & set(lexeme.text)
        for lexeme in lexemes(normal_text(q).text)
    )
