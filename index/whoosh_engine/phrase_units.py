"""The units of a text query that are held where syllables stand together: phrases, and syllables near one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from index.analysis.syllables import unfold
from index.query import Near, Phrase, Term, TextField
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Floats, Ints, Mask
from index.whoosh_engine.phrases import counted, documents_of, near_keys, phrase_keys
from index.whoosh_engine.postings import Postings
from index.whoosh_engine.scoring import Scored, Scorer


class HeldKeys:
    """Syllables that are held where they stand together: a phrase, or near one another."""

    size = 1
    code: str | None = None

    def __init__(self, scorer: Scorer, terms: tuple[Term, ...], *, exact: bool) -> None:
        self._scorer = scorer
        self._terms = terms
        self._exact = exact

    @property
    def label(self) -> str:
        """The syllables, as people write them."""
        return " ".join(unfold(term.term, term.accents) for term in self._terms)

    def _parts(self, field: TextField | None = None) -> list[Postings]:
        parts = []
        for term in self._terms:
            found = self._scorer.read(field or term.field, term.term)
            parts.append(found.only(term.accents) if self._exact and term.accents else found.all)
        return parts

    def _keys(self, parts: list[Postings]) -> Ints:
        return phrase_keys(parts)

    def add_bounds(self, bounds: Floats, titled: Floats | None) -> float:
        """Add the most it can be worth."""
        bounds[self._found[0]] += np.float32(self.idf * (self._scorer.weights.k1 + 1))
        if titled is not None and self._terms[0].field is TextField.TEXT:
            titled[self._titles] += np.float32(self.idf)
        return self.idf

    @cached_property
    def _titles(self) -> Ints:
        """The documents in whose titles it stands."""
        return documents_of(self._keys(self._parts(TextField.TITLE)))

    @cached_property
    def _all_keys(self) -> Ints:
        return self._keys(self._parts())

    def keys(self, wanted: Ints) -> Ints:
        """Give where it stands."""
        documents = self._all_keys >> schema.POSITION_BITS
        at = np.searchsorted(wanted, documents)
        at[at == len(wanted)] = 0
        keys: Ints = self._all_keys[wanted[at] == documents] if len(wanted) else self._all_keys[:0]
        return keys

    @cached_property
    def _found(self) -> tuple[Ints, Floats]:
        """The documents that hold it and how often."""
        documents, counts = counted(self._all_keys)
        return documents, counts.astype(np.float32)

    @cached_property
    def _coded(self) -> Postings | None:
        return None if self.code is None else self._scorer.read(schema.CODES, self.code).all

    def held(self, *, loosely: bool) -> Sequence[Mask]:
        """Mark the documents that hold it; accents of phrases are never passed over."""
        mask = np.zeros(self._scorer.snapshot.count, np.bool_)
        mask[self._found[0]] = True
        if self._coded is not None:
            mask |= self._coded.mask()
        return (mask,)

    def documents(self) -> Ints | None:
        """Give the documents that hold it."""
        return self._found[0] if self._coded is None else None

    def score(self, scored: Scored) -> Floats:
        in_title = self._terms[0].field is TextField.TITLE
        worth = spread(*self._found, scored.documents)
        scores = self._scorer.saturated(worth, scored.title_norms if in_title else scored.text_norms)
        scores *= np.float32(self.idf)
        return scores

    @cached_property
    def idf(self) -> float:
        """The weight of the rarity of all its syllables."""
        counts = (self._scorer.read(term.field, term.term).all.count for term in self._terms)
        return sum(map(self._scorer.idf, counts))

    def in_title(self, scored: Scored) -> Iterator[tuple[float, Floats]]:
        """Give its rarity and where it stands in titles."""
        if self._terms[0].field is TextField.TEXT:
            ones = np.ones(len(self._titles), np.float32)
            yield self.idf, spread(self._titles, ones, scored.documents)


class HeldPhrase(HeldKeys):
    """Syllables one after another, or the document code they write."""

    def __init__(self, scorer: Scorer, phrase: Phrase) -> None:
        super().__init__(scorer, phrase.terms, exact=phrase.exact)
        self.code = phrase.code if phrase.terms[0].field is TextField.TEXT else None


class HeldNear(HeldKeys):
    """Syllables close together."""

    def __init__(self, scorer: Scorer, near: Near) -> None:
        super().__init__(scorer, near.terms, exact=True)
        self._slop = near.slop

    def _keys(self, parts: list[Postings]) -> Ints:
        return near_keys(parts, self._slop)


def spread(documents: Ints, values: Floats, wanted: Ints) -> Floats:
    """Give the values of some documents, ascending, at those wanted, ascending; 0 where there is none. They are the
    values themselves where these very documents are wanted."""
    if documents is wanted:
        return values
    result = np.zeros(len(wanted), np.float32)
    if len(documents) and len(wanted):
        at = np.searchsorted(documents, wanted)
        at[at == len(documents)] = 0
        held = documents[at] == wanted
        result[held] = values[at[held]]
    return result
