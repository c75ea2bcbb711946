"""A run of free text over one snapshot: which documents hold enough of its units, and what each scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from index.analysis.syllables import unfold
from index.document import GAP
from index.query import Text
from index.whoosh_engine import schema
from index.whoosh_engine.ledger import Ledger
from index.whoosh_engine.phrases import following
from index.whoosh_engine.postings import Floats, Ints, Mask
from index.whoosh_engine.top import highest
from index.whoosh_engine.units import Counts, Held, HeldEither, HeldTerm, Reader, Scored

LEAD = 80
"""How far the lead reaches, in positions from where the body of an article with the shortest title begins. Titles,
which end before `GAP`, have their own factors."""


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

    def missing(self, document: int) -> Iterator[str]:
        """Name the units that a document does not hold."""
        for unit in self._units:
            if not unit.held(loosely=False)[document]:
                yield unit.label

    def score(self, scored: Scored, matched: _Matched, ledger: Ledger | None) -> Floats:
        """Score documents; those that don't match get 0. The ledger gets what each factor adds."""
        inside = matched.mask[scored.documents]
        if not inside.all():
            scores = np.zeros(len(scored.documents), np.float32)
            scores[inside] = self.score(scored.only(np.flatnonzero(inside)), matched, ledger)
            return scores
        weights = self._reader.weights
        share = self._share(scored, matched)
        scores = np.zeros(len(scored.documents), np.float32)
        for label, part in self._factors(scored):
            if share is not None:
                part *= share
            scores += part
            if ledger is not None:
                ledger.enter(label, scored.documents, part)
        if weights.pair or weights.lead:
            best = highest(scores, weights.window)
            for label, part in self._places(scored.only(best)):
                if share is not None:
                    part *= share[best]
                scores[best] += part
                if ledger is not None:
                    ledger.enter(label, scored.documents[best], part)
        return scores

    def _share(self, scored: Scored, matched: _Matched) -> Floats | None:
        """Give what the share of the units held multiplies the score by; None for a text of one unit."""
        weights = self._reader.weights
        if self._text.size == 1 or not weights.coordination:
            return None
        share: Floats = matched.counts[scored.documents].astype(np.float32)
        share /= np.float32(self._text.size)
        return share if weights.coordination == 1 else share ** np.float32(weights.coordination)

    def _factors(self, scored: Scored) -> Iterator[tuple[str, Floats]]:
        """Give what each factor is worth, before the share of the units held."""
        weights = self._reader.weights
        for unit in self._units:
            yield f"Có “{unit.label}”", unit.score(scored)
        if weights.title or weights.title_cover:
            yield "Từ của câu tìm nằm trong tiêu đề", self._titles(scored)
        for word in self._text.words if weights.word else ():
            worth = self._reader.whole(schema.WORDS, word, scored) * np.float32(weights.word)
            yield f"Từ ghép “{' '.join(map(_spelled, word.split('_')))}”", worth
        for code in self._text.codes if weights.code else ():
            worth = self._reader.whole(schema.CODES, code.code, scored) * np.float32(weights.code)
            yield f"Số hiệu văn bản {code.code}", worth

    def _titles(self, scored: Scored) -> Floats:
        """Say what it is worth which units stand in the title, and how much of the query they make up together."""
        weights = self._reader.weights
        scores = np.zeros(len(scored.documents), np.float32)
        covered = np.zeros(len(scored.documents), np.float32)
        rarity = 0.0
        for unit in self._units:
            for idf, worth in unit.in_title(scored):
                rarity += idf
                held = np.flatnonzero(worth)
                scores[held] += self._reader.saturated(worth[held], scored.title_norms[held]) * np.float32(idf)
                covered[held] += np.minimum(worth[held], 1) * np.float32(idf)
        scores *= np.float32(weights.title)
        if rarity and weights.title_cover:
            covered /= np.float32(rarity)
            scores += covered ** np.float32(weights.title_cover_power) * np.float32(weights.title_cover * rarity)
        return scores

    def _places(self, scored: Scored) -> Iterator[tuple[str, Floats]]:
        """Give what it is worth where the units stand: neighbours of the query side by side, and early in the text."""
        units = list(_in_order(self._units))
        keys = {unit: unit.keys(scored.documents) for unit in units}
        if len(units) > 1 and self._reader.weights.pair:
            yield "Các từ đứng cạnh nhau như trong câu tìm", self._pairs(scored, units, keys)
        if self._reader.weights.lead:
            yield "Từ của câu tìm đứng ở đầu bài", self._lead(scored, keys)

    def _pairs(self, scored: Scored, units: list[Held], keys: dict[Held, Ints]) -> Floats:
        scores = np.zeros(len(scored.documents), np.float32)
        for first, second in pairwise(units):
            if not (isinstance(first, HeldTerm) and isinstance(second, HeldTerm)):
                continue
            together = following(keys[first], keys[second], 1)
            if len(together):
                documents, frequencies = np.unique(together >> schema.POSITION_BITS, return_counts=True)
                at = np.searchsorted(scored.documents, documents)
                worth = self._reader.saturated(frequencies.astype(np.float32), scored.text_norms[at])
                scores[at] += worth * np.float32(self._reader.weights.pair * self._reader.idf(len(documents)))
        return scores

    def _lead(self, scored: Scored, keys: dict[Held, Ints]) -> Floats:
        scores = np.zeros(len(scored.documents), np.float32)
        for unit, occurrences in keys.items():
            positions = occurrences & schema.MAX_POSITION
            early = occurrences[(positions >= GAP) & (positions < GAP + LEAD)] >> schema.POSITION_BITS
            at = np.searchsorted(scored.documents, np.unique(early))
            scores[at] += np.float32(self._reader.weights.lead * unit.idf)
        return scores


def _in_order(units: Iterable[Held]) -> Iterator[Held]:
    """Give the units of a text in the order typed."""
    for unit in units:
        if isinstance(unit, HeldEither):
            yield from _in_order(unit.units)
        else:
            yield unit


def _spelled(part: str) -> str:
    """Write a syllable of a word's term as people do: "hoa108" is a folded syllable and its accents."""
    term = part.rstrip("0123456789")
    return unfold(term, int(part[len(term) :] or 0)) if term else part
