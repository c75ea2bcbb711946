"""A run of free text over one snapshot: which documents hold enough of its units, and what each scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from itertools import pairwise

import numpy as np

from index.analysis.syllables import unfold
from index.document import GAP
from index.query import ENOUGH, Text, asks_a_share
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Floats, Ints, Mask
from index.whoosh_engine.holding import Counts, Holding, Matched
from index.whoosh_engine.ledger import Ledger
from index.whoosh_engine.phrase_units import HeldPhrase
from index.whoosh_engine.phrases import counted, documents_of, following
from index.whoosh_engine.reader import Reader
from index.whoosh_engine.scoring import Scored
from index.whoosh_engine.top import highest
from index.whoosh_engine.units import Held, HeldEither, HeldTerm

LEAD = 80
"""How far the lead reaches, in positions from where the body of an article with the shortest title begins. Titles,
which end before `GAP`, have their own factors."""

PRUNED = 64
"""Documents are left out by their bounds when there are so many times more than are needed; with fewer the bounds cost
more than they save."""
ROUNDING = 1e-5
"""By how much, relatively, the rounding of sums may make a bound too low."""


class HeldText:
    """A text query in a snapshot."""

    def __init__(self, reader: Reader, text: Text) -> None:
        self._reader = reader
        self._text = text
        self._units = [reader.unit(unit) for unit in text.units]

    @property
    def size(self) -> int:
        """How many units it has."""
        return self._text.size

    @cached_property
    def strict(self) -> Matched:
        """What matches as the query asks."""
        if self._text.share == 1:
            documents = self._holding_all()
            if documents is not None:
                return Matched(documents, None, None, self._reader.snapshot.count)
        holding = self._holding(loosely=False)
        return Matched.of(holding.reaching(self._text.share), None if self._text.share == 1 else holding)

    def given_way(self, within: Mask) -> Matched:
        """What matches when the whole query finds too little, within the documents that the rest of it leaves; see
        `index.query.ENOUGH`."""
        found = int(np.count_nonzero(self.strict.mask & within))
        fills = asks_a_share(self._text)
        if found >= (ENOUGH if fills else 1):
            return self.strict
        holding = self._holding(loosely=False)
        bar = holding.required(self._text.share)
        lowered = min(bar, _lowered(holding.points[within])) if fills else 0
        if lowered == bar:
            return self.strict
        if lowered:
            if found:
                note = f"Chỉ {found} bài chứa đủ những từ chính của câu tìm; các bài khác chứa ít hơn."
            else:
                note = "Không có bài nào chứa đủ những từ chính của câu tìm: đây là những bài sát nhất."
            self._reader.notes.append(note)
            return Matched.of(holding.points >= lowered, holding)
        most = int(holding.counts[within].max(initial=0))
        if most:
            self._reader.notes.append(
                f"Không có bài nào chứa đủ các từ: đây là những bài chứa {most} trong {self._text.size} từ."
            )
            return Matched.of(holding.counts >= most, holding)
        self._reader.any_accents = True
        holding = self._holding(loosely=True)
        most = int(holding.counts[within].max(initial=0))
        if most:
            self._reader.notes.append(
                "Không có bài nào có từ với dấu như đã gõ: đây là những bài có từ ấy với dấu khác."
            )
        return Matched.of(holding.counts >= max(most, 1), holding)

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

    def _holding(self, *, loosely: bool) -> Holding:
        snapshot = self._reader.snapshot
        masks = [mask for unit in self._units for mask in unit.held(loosely=loosely)]
        return Holding(masks, snapshot.live, snapshot.articles)

    def missing(self, document: int) -> Iterator[str]:
        """Name the units that a document does not hold."""
        for unit in self._units:
            if not any(mask[document] for mask in unit.held(loosely=False)):
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
        if len(documents) > PRUNED * enough and matched.holding is not None and len(self._units) > 1:
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
            held = np.flatnonzero(titled > 0)
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
        """Give what the share of the rarity held multiplies the score by, None where that is 1 for all."""
        weights = self._reader.weights
        if matched.holding is None or self._text.size == 1 or not weights.coordination:
            return None
        power = min(weights.coordination, (weights.coordination_size / self._text.size) ** 2)
        return matched.holding.share(documents) ** np.float32(power)

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
                held = np.flatnonzero(worth > 0)
                scores[held] += self._reader.saturated(worth[held], scored.title_norms[held]) * np.float32(idf)
                covered[held] += np.minimum(worth[held], 1) * np.float32(idf)
        scores *= np.float32(weights.title)
        if rarity and weights.title_cover:
            held = np.flatnonzero(covered > 0)
            share = covered[held] / np.float32(rarity)
            scores[held] += share ** np.float32(weights.title_cover_power) * np.float32(weights.title_cover * rarity)
        return scores

    def _places(self, scored: Scored) -> Iterator[tuple[str, Floats]]:
        """Give what it is worth where the units stand: neighbours of the query side by side, and early in the text."""
        units = _in_order(self._units)
        keys = {unit: unit.keys(scored.documents) for unit in units}
        if len(units) > 1 and self._reader.weights.pair:
            yield "Các từ đứng cạnh nhau như trong câu tìm", self._pairs(scored, keys)
        if self._reader.weights.lead:
            yield "Từ của câu tìm đứng ở đầu bài", self._lead(scored, keys)

    def _pairs(self, scored: Scored, keys: dict[Held, Ints]) -> Floats:
        scores = np.zeros(len(scored.documents), np.float32)
        for first, second in pairwise(self._units):
            scores += self._pair(scored, _in_order([first])[-1], _in_order([second])[0], keys)[1]
        for unit in self._units:
            if isinstance(unit, HeldEither):
                pairs = [self._pair(scored, *pair, keys) for pair in pairwise(_in_order([unit]))]
                whole = unit.saturated_alternatives(scored) * np.float32(sum(worth for worth, _ in pairs))
                scores += np.maximum(sum((each for _, each in pairs), np.zeros_like(scores)), whole)
        return scores

    def _pair(self, scored: Scored, first: Held, second: Held, keys: dict[Held, Ints]) -> tuple[float, Floats]:
        """Give what two units side by side are worth at their most frequent, and in each document."""
        scores = np.zeros(len(scored.documents), np.float32)
        if not (isinstance(first, HeldTerm) and isinstance(second, HeldTerm)):
            return 0.0, scores
        together = following(keys[first], keys[second], 1)
        if not len(together):
            return 0.0, scores
        documents, frequencies = counted(together)
        at = np.searchsorted(scored.documents, documents)
        worth = self._reader.weights.pair * self._reader.idf(len(documents))
        norms = scored.text_norms[at]
        scores[at] = self._reader.saturated(frequencies.astype(np.float32), norms) * np.float32(worth)
        return worth, scores

    def _lead(self, scored: Scored, keys: dict[Held, Ints]) -> Floats:
        scores = np.zeros(len(scored.documents), np.float32)
        for unit, occurrences in keys.items():
            positions = occurrences & schema.MAX_POSITION
            early = documents_of(occurrences[(positions >= GAP) & (positions < GAP + LEAD)])
            at = np.searchsorted(scored.documents, early)
            scores[at] += np.float32(self._reader.weights.lead * unit.idf)
        return scores


def _in_order(units: Iterable[Held]) -> list[Held]:
    """Give the units of a text in the order typed."""
    return [each for unit in units for each in (unit.units if isinstance(unit, HeldEither) else (unit,))]


def _lowered(points: Counts) -> int:
    """Give the lowest points that no more than `ENOUGH` of the documents reach, or else the highest; 0 if all are 0."""
    held = points[points > 0]
    if len(held) <= ENOUGH:
        return int(held.min()) if len(held) else 0
    best = np.sort(np.partition(held, len(held) - ENOUGH - 1)[len(held) - ENOUGH - 1 :])
    return int(best[min(np.searchsorted(best, best[0], side="right"), ENOUGH)])


def _held_name(unit: Held) -> str:
    return f"Có “{unit.label}”"


def _word_name(word: str) -> str:
    return f"Từ ghép “{' '.join(map(_spelled, word.split('_')))}”"


def _spelled(part: str) -> str:
    """Write a syllable of a word's term as people do: "hoa108" is a folded syllable and its accents."""
    term = part.rstrip("0123456789")
    return unfold(term, int(part[len(term) :] or 0)) if term else part
