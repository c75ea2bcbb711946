"""The analysis chain, the same for writing and for asking.

original text -> normal_text -> tokens (folded syllables with accents) -> words and codes beside them
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Self

from index.analysis.chunk_cache import ChunkCache
from index.analysis.normal_text import normal_text
from index.analysis.segmenter import Segmenter
from index.analysis.syllables import SYLLABLE, UNACCENTED, fold, tone_on_second_vowel
from index.analysis.tokens import Token, code_spans, folded, is_unaccented, syllables
from index.article import Article
from index.document import GAP, Document, Stream

VERSION = "2"
"""Counts with every change of what the analysis gives: indexes of another version must be rebuilt."""


class Analyzer:
    """Turns text into terms. Build one with `load` and share it: it holds pyvi's decoded model."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._spellings = frozenset(map(fold, segmenter.known_syllables))
        self._chunks = ChunkCache(self._chunk)

    @classmethod
    def load(cls) -> Self:
        """Read pyvi's model (about 0.08 s)."""
        return cls(Segmenter.load())

    def is_spelling(self, term: str, accents: int) -> bool:
        """Say whether a folded syllable with these accents is one that Vietnamese words are made of: `hạn` is, and so
        needs no more accents; `nươc` is not."""
        return (term, accents) in self._spellings

    def syllables(self, text: str) -> list[Token]:
        """Give the folded syllables of any text, with offsets into it."""
        return syllables(normal_text(text))

    def words(self, text: str) -> list[Token]:
        """Give the multi-syllable words of any text; `position` is that of the first syllable.

        Letter case is put aside and tones are placed as pyvi's word list has them before segmenting, so that a
        query and an article are cut alike however they are typed.
        """
        normal = normal_text(text)
        spelled = _for_segmenter(normal.text)
        tokens: list[Token] = []
        position = 0
        end_before = 0
        for start, end, count in self._segmenter.segment(spelled):
            position += len(SYLLABLE.findall(spelled, end_before, start))
            end_before = start
            if count > 1:
                tokens.append(Token(_WORD_TERMS[spelled[start:end]], position, *normal.original(start, end)))
        return tokens

    def codes(self, text: str) -> list[Token]:
        """Give the document codes of any text; `position` is that of the first syllable."""
        normal = normal_text(text)
        return [
            Token(code, len(SYLLABLE.findall(normal.text, 0, start)), *normal.original(start, end))
            for code, start, end in code_spans(normal.text)
        ]

    def segmented(self, text: str) -> str:
        """Show how a text is cut into words: syllables of one word joined by `_`."""
        return self._segmenter.tokenize(_for_segmenter(normal_text(text).text))

    def document(self, article: Article) -> Document:
        """Analyse a whole article."""
        title = normal_text(article.title).text
        body = normal_text(article.body).text
        others = [normal_text(text).text for text in (*article.other_texts, article.byline or "") if text]
        parts = [title, body, *others]
        chunks = [list(map(self._chunks.__getitem__, part.split(" "))) for part in parts]
        syllables_of = [list(chain.from_iterable([pairs for pairs, _ in each])) for each in chunks]
        pairs = list(chain.from_iterable(syllables_of))
        terms = [term for term, _ in pairs]
        accents = [code for _, code in pairs]
        if is_unaccented(accents):
            accents = [code or UNACCENTED for code in accents]
        positions: list[int] = []
        start = 0
        for each in syllables_of:
            positions.extend(range(start, start + len(each)))
            start += len(each) + GAP
        in_title = len(syllables_of[0])
        spelled = "\n".join(map(_for_segmenter, parts))
        words = self._segmenter.cut((b"".join([tokens for _, tokens in each]) for each in chunks), at_least=2)
        return Document(
            article=article,
            text=Stream(terms, accents, positions),
            title=Stream(terms[:in_title], accents[:in_title], positions[:in_title]),
            words=Counter([_WORD_TERMS[spelled[start:end]] for start, end, _ in words]),
            codes=Counter(code for part in parts for code, _, _ in code_spans(part)),
        )

    def _chunk(self, chunk: str) -> tuple[tuple[tuple[str, int], ...], bytes]:
        """Give the folded syllables of a stretch between two blanks, and what the segmenter needs to know of it."""
        return tuple(folded(chunk)), self._segmenter.tokens(_for_segmenter(chunk))


def _for_segmenter(text: str) -> str:
    """Prepare normalised text: lower case, tones on the second vowel; the length stays (offsets must hold)."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return tone_on_second_vowel(lowered)


def _spell_alike(word: str) -> str:
    """Write a multi-syllable word so that its spellings agree: folded syllables, each with its accents number."""
    return "_".join(f"{term}{accents or ''}" for term, accents in map(fold, SYLLABLE.findall(word)))


_WORD_TERMS = ChunkCache(_spell_alike)
