"""What is written for an article: its terms, ready for any engine."""

from __future__ import annotations

from dataclasses import dataclass

from index.article import Article

GAP = 64
"""Positions left free between the parts of an article's text, so that no phrase spans two of them."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Folded syllables in reading order with their accents and positions; three sequences of one length."""

    terms: list[str]
    accents: list[int]
    positions: list[int]


@dataclass(frozen=True, slots=True)
class Document:
    """An article and its terms.

    `text` runs through title, body, other texts and byline, `GAP` positions apart; `title` through the title alone.
    `words` are the multi-syllable words and `codes` the document codes of the whole text, with their frequencies.
    """

    article: Article
    text: Stream
    title: Stream
    words: dict[str, int]
    codes: dict[str, int]
