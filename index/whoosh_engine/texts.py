"""A run of free text over one snapshot: which documents hold enough of its units, and what each scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from index.query import Text
from index.whoosh_engine import schema
from index.whoosh_engine.phrases import following
from index.whoosh_engine.postings import Floats, Ints, Mask
from index.whoosh_engine.top import highest
from index.whoosh_engine.units import Counts, Held, HeldEither, HeldTerm, Reader, Scored


@dataclass(frozen=True, slots=True)
class _Matched:
    """How many units each document holds, and which documents hold enough."""

    counts: Mask | Counts
    mask: Mask


class HeldText:
    """A text query in a snapshot."""

    def __init__(self, reader: Reader, text: Text) -> None:
        self._reader = reader
        self._text = text
        self._units = [reader.unit(unit) for unit in text.units]

    @cached_property
    def strict(self) -> _Matched:
        """What matches as the query asks."""
        counts = self._counts(loosely=False)
        return _Matched(counts, counts >= self._text.required)

    @cached_property
    def given_way(self) -> _Matched:
        """What matches when the whole query found nothing: the same if this text is held by some document, else the
        documents that hold the most of its units; accents are passed over only when nothing else is left."""
        live = self._reader.snapshot.live
        counts = self.strict.counts
        most = int(counts[live].max(initial=0))
        if most >= self._text.required:
            return self.strict
        if most:
            self._reader.notes.append(
                f"Không có bài nào chứa đủ các từ: đây là những bài chứa {most} trong {self._text.size} từ."
            )
            return _Matched(counts, counts >= most)
        counts = self._counts(loosely=True)
        most = int(counts[live].max(initial=0))
        if most:
            self._reader.notes.append(
                "Không có bài nào có từ với dấu như đã gõ: đây là những bài có từ ấy với dấu khác."
            )
        return _Matched(counts, counts >= max(most, 1))

    def _counts(self, *, loosely: bool) -> Mask | Counts:
        if len(self._units) == 1:
            return self._units[0].held(loosely=loosely)
        counts = np.zeros(self._reader.snapshot.count, np.int16)
        for unit in self._units:
            counts += unit.held(loosely=loosely)
        return counts

    def score(self, scored: Scored, matched: _Matched) -> Floats:
        """Score documents; those that don't match get 0."""
        inside = matched.mask[scored.documents]
        if not inside.all():
            scores = np.zeros(len(scored.documents), np.float32)
            scores[inside] = self.score(scored.only(np.flatnonzero(inside)), matched)
            return scores
        weights = self._reader.weights
        scores = sum((unit.score(scored) for unit in self._units[1:]), self._units[0].score(scored))
        for word in self._text.words if weights.word else ():
            scores += self._reader.whole(schema.WORDS, word, scored) * np.float32(weights.word)
        for code in self._text.codes if weights.code else ():
            scores += self._reader.whole(schema.CODES, code.code, scored) * np.float32(weights.code)
        if self._text.size > 1:
            share = (matched.counts[scored.documents] / np.float32(self._text.size)) ** np.float32(weights.coordination)
            scores *= share
            if weights.pair:
                best = highest(scores, weights.window)
                scores[best] += self._pairs(scored.only(best)) * share[best]
        return scores

    def _pairs(self, scored: Scored) -> Floats:
        """Say what it is worth that neighbours of the query are neighbours in a document."""
        scores = np.zeros(len(scored.documents), np.float32)
        mask = np.zeros(self._reader.snapshot.count, np.bool_)
        mask[scored.documents] = True
        keys: dict[HeldTerm, Ints] = {}
        for first, second in pairwise(_in_order(self._units)):
            if first is None or second is None:
                continue
            for term in (first, second):
                if term not in keys:
                    keys[term] = term.everywhere.keys(mask)
            together = following(keys[first], keys[second], 1)
            if len(together):
                documents, frequencies = np.unique(together >> schema.POSITION_BITS, return_counts=True)
                at = np.searchsorted(scored.documents, documents)
                worth = self._reader.saturated(frequencies.astype(np.float32), scored.text_norms[at])
                rarity = max(first.idf, second.idf)
                scores[at] += worth * np.float32(self._reader.weights.pair * rarity)
        return scores


def _in_order(units: Iterable[Held]) -> Iterator[HeldTerm | None]:
    """Give the syllables of a text in the order typed; None stands where a unit is not a syllable."""
    for unit in units:
        if isinstance(unit, HeldEither):
            yield from _in_order(unit.units)
        else:
            yield unit if isinstance(unit, HeldTerm) else None
