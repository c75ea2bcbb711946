"""A run of free text over one snapshot: which documents hold enough of its units, and what each scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from itertools import pairwise

import numpy as np

from index.analysis.syllables import unfold
from index.document import GAP
from index.query import Text
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Floats, Ints, Mask
from index.whoosh_engine.ledger import Ledger
from index.whoosh_engine.phrase_units import HeldPhrase
from index.whoosh_engine.phrases import counted, documents_of, following
from index.whoosh_engine.reader import Reader
from index.whoosh_engine.scoring import Scored
from index.whoosh_engine.top import highest
from index.whoosh_engine.units import Counts, Held, HeldEither, HeldTerm

LEAD = 80
"""How far the lead reaches, in positions from where the body of an article with the shortest title begins. Titles,
which end before `GAP`, have their own factors."""

PRUNED = 4
"""Documents are left out by their bounds when there are so many times more than are needed."""
ROUNDING = 1e-5
"""By how much, relatively, the rounding of sums may make a bound too low."""


class Matched:
    """The documents that hold enough of a text's units, and how many each holds: all where `counts` is None."""

    def __init__(self, documents: Ints, counts: Mask | Counts | None, mask: Mask | None, size: int) -> None:
        self.documents = documents
        self.counts = counts
        self._mask = mask
        self._size = size

    @cached_property
    def mask(self) -> Mask:
        """The documents, marked."""
        if self._mask is not None:
            return self._mask
        mask = np.zeros(self._size, np.bool_)
        mask[self.documents] = True
        return mask


class HeldText:
    """A text query in a snapshot."""

    def __init__(self, reader: Reader, text: Text) -> None:
        self._reader = reader
        self._text = text
        self._units = [reader.unit(unit) for unit in text.units]
        self._size = reader.snapshot.count

    @cached_property
    def strict(self) -> Matched:
        """What matches as the query asks."""
        if self._text.required == self._text.size:
            documents = self._holding_all()
            if documents is not None:
                return Matched(documents, None, None, self._size)
        return self._at_least(self._counts(loosely=False), self._text.required)

    @cached_property
    def given_way(self) -> Matched:
        """What matches when the whole query found nothing: the same if this text is held by some document, else the
        documents that hold the most of its units; accents are passed over only when nothing else is left."""
        live = self._reader.snapshot.live
        if live[self.strict.documents].any():
            return self.strict
        counts = self._counts(loosely=False)
        most = int(counts[live].max(initial=0))
        if most:
            self._reader.notes.append(
                f"Không có bài nào chứa đủ các từ: đây là những bài chứa {most} trong {self._text.size} từ."
            )
            return self._at_least(counts, most)
        self._reader.any_accents = True
        counts = self._counts(loosely=True)
        most = int(counts[live].max(initial=0))
        if most:
            self._reader.notes.append(
                "Không có bài nào có từ với dấu như đã gõ: đây là những bài có từ ấy với dấu khác."
            )
        return self._at_least(counts, max(most, 1))

    def _at_least(self, counts: Mask | Counts, required: int) -> Matched:
        mask = counts >= required
        return Matched(np.flatnonzero(mask), counts, mask, self._size)

    def _holding_all(self) -> Ints | None:
        """Give the documents that hold every unit, beginning with the rarest; None when not all are syllables, or the
        one unit is no phrase."""
        if len(self._units) == 1 and isinstance(self._units[0], HeldPhrase):
            return self._units[0].documents()
        terms = [unit.agreeing for unit in self._units if isinstance(unit, HeldTerm)]
        if len(terms) < len(self._units):
            return None
        rarest, *others = sorted(terms, key=lambda term: term.postings)
        documents = rarest.documents()
        for term in others:
            documents = documents[term.holds(documents)]
        return documents

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

    def score(self, scored: Scored, matched: Matched, ledger: Ledger | None) -> Floats:
        """Score documents; those that don't match get 0. The ledger gets what each factor adds."""
        inside = matched.mask[scored.documents]
        if not inside.all():
            scores = np.zeros(len(scored.documents), np.float32)
            scores[inside] = self.score(scored.only(np.flatnonzero(inside)), matched, ledger)
            return scores
        return self._score_inside(scored, matched, ledger)

    def _score_inside(self, scored: Scored, matched: Matched, ledger: Ledger | None) -> Floats:
        share = self._share(scored.documents, matched)
        scores = self._base(scored, share, ledger)
        self._add_places(scored, scores, share, ledger)
        return scores

    def best(self, documents: Ints, matched: Matched, wanted: int) -> tuple[Ints, Floats]:
        """Give some of the documents found, ascending, the `wanted` best among them, with their scores.

        No document scores more than what its units can be worth at most. So those are left out whose bound is below
        the lowest score of enough documents that are scored first (as MaxScore does, Turtle and Flood 1995). Where
        every document holds all units their bounds are alike, and all are scored.
        """
        weights = self._reader.weights
        enough = max(wanted, weights.window) if weights.pair or weights.lead else wanted
        if len(documents) > PRUNED * enough and matched.counts is not None and len(self._units) > 1:
            bounds = self._bounds()[documents]
            share = self._share(documents, matched)
            if share is not None:
                bounds *= share
            first = documents[highest(bounds, enough)]
            lowest = self._base(self._reader.scored(first), self._share(first, matched), None).min()
            documents = documents[bounds >= lowest * np.float32(1 - ROUNDING)]
        return documents, self._score_inside(self._reader.scored(documents), matched, None)

    def _bounds(self) -> Floats:
        """Give more than any document can score, but for where its units stand and the share of those it holds."""
        weights = self._reader.weights
        bounds = np.zeros(self._reader.snapshot.count, np.float32)
        titled = np.zeros_like(bounds) if weights.title or weights.title_cover else None
        rarity = 0.0
        for unit in self._units:
            rarity += unit.add_bounds(bounds, titled)
        if titled is not None:
            held = np.flatnonzero(titled)
            covered = np.minimum(titled[held] / np.float32(rarity or 1), 1)
            bounds[held] += titled[held] * np.float32(weights.title * (weights.k1 + 1))
            bounds[held] += covered ** np.float32(weights.title_cover_power) * np.float32(weights.title_cover * rarity)
        wholes = [(schema.WORDS, word, weights.word) for word in self._text.words]
        wholes += [(schema.CODES, code.code, weights.code) for code in self._text.codes]
        for field, term, weight in wholes:
            found = self._reader.read(field, term).all
            found.add_constant(bounds, weight * (weights.k1 + 1) * self._reader.idf(found.count))
        return bounds

    def _base(self, scored: Scored, share: Floats | None, ledger: Ledger | None) -> Floats:
        """Score documents by all but where the units stand."""
        scores = np.zeros(len(scored.documents), np.float32)
        for name, part in self._factors(scored):
            if share is not None:
                part *= share
            scores += part
            if ledger is not None:
                ledger.enter(name(), scored.documents, part)
        return scores

    def _add_places(self, scored: Scored, scores: Floats, share: Floats | None, ledger: Ledger | None) -> None:
        """Add what it is worth where the units stand, in the best documents."""
        weights = self._reader.weights
        if not (weights.pair or weights.lead):
            return
        best = highest(scores, weights.window)
        for label, part in self._places(scored.only(best)):
            if share is not None:
                part *= share[best]
            scores[best] += part
            if ledger is not None:
                ledger.enter(label, scored.documents[best], part)

    def _share(self, documents: Ints, matched: Matched) -> Floats | None:
        """Give what the share of the units held multiplies the score by; None for a text of one unit."""
        weights = self._reader.weights
        if matched.counts is None or self._text.size == 1 or not weights.coordination:
            return None
        share: Floats = matched.counts[documents].astype(np.float32)
        share /= np.float32(self._text.size)
        return share if weights.coordination == 1 else share ** np.float32(weights.coordination)

    def _factors(self, scored: Scored) -> Iterator[tuple[Callable[[], str], Floats]]:
        """Give what each factor is worth, before the share of the units held, and how it is named to people."""
        weights = self._reader.weights
        for unit in self._units:
            yield partial(_held_name, unit), unit.score(scored)
        if weights.title or weights.title_cover:
            yield lambda: "Từ của câu tìm nằm trong tiêu đề", self._titles(scored)
        for word in self._text.words if weights.word else ():
            worth = self._reader.whole(schema.WORDS, word, scored) * np.float32(weights.word)
            yield partial(_word_name, word), worth
        for code in self._text.codes if weights.code else ():
            worth = self._reader.whole(schema.CODES, code.code, scored) * np.float32(weights.code)
            yield partial("Số hiệu văn bản {}".format, code.code), worth

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
                documents, frequencies = counted(together)
                at = np.searchsorted(scored.documents, documents)
                worth = self._reader.saturated(frequencies.astype(np.float32), scored.text_norms[at])
                scores[at] += worth * np.float32(self._reader.weights.pair * self._reader.idf(len(documents)))
        return scores

    def _lead(self, scored: Scored, keys: dict[Held, Ints]) -> Floats:
        scores = np.zeros(len(scored.documents), np.float32)
        for unit, occurrences in keys.items():
            positions = occurrences & schema.MAX_POSITION
            early = documents_of(occurrences[(positions >= GAP) & (positions < GAP + LEAD)])
            at = np.searchsorted(scored.documents, early)
            scores[at] += np.float32(self._reader.weights.lead * unit.idf)
        return scores


def _in_order(units: Iterable[Held]) -> Iterator[Held]:
    """Give the units of a text in the order typed."""
    for unit in units:
        if isinstance(unit, HeldEither):
            yield from _in_order(unit.units)
        else:
            yield unit


def _held_name(unit: Held) -> str:
    return f"Có “{unit.label}”"


def _word_name(word: str) -> str:
    return f"Từ ghép “{' '.join(map(_spelled, word.split('_')))}”"


def _spelled(part: str) -> str:
    """Write a syllable of a word's term as people do: "hoa108" is a folded syllable and its accents."""
    term = part.rstrip("0123456789")
    return unfold(term, int(part[len(term) :] or 0)) if term else part
