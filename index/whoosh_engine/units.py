"""The units of a text query over one snapshot: which documents hold each, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, reduce
from typing import Protocol

import numpy as np

from index.analysis.syllables import typed_within, unfold
from index.query import Term, TextField
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Floats, Ints, Mask
from index.whoosh_engine.postings import Postings, TermPostings
from index.whoosh_engine.scoring import Scored, Scorer
from index.whoosh_engine.segment_postings import ScatteredSpellings, SpellingRun


class Held(Protocol):
    """A unit in a snapshot: masks and counts are over all its documents, scores over those given."""

    size: int
    """For how many units it counts."""

    @property
    def label(self) -> str:
        """How it is named to people."""
        ...

    def held(self, *, loosely: bool) -> Sequence[Mask]:
        """For each of its units mark the documents that hold it; loosely: accents are passed over where they may
        be."""
        ...

    def score(self, scored: Scored) -> Floats:
        """Say what holding it is worth, in each document."""
        ...

    @property
    def idf(self) -> float:
        """The weight of its rarity."""
        ...

    def keys(self, wanted: Ints) -> Ints:
        """Give its occurrences in some documents; none where it has no place."""
        ...

    def add_bounds(self, bounds: Floats, titled: Floats | None) -> float:
        """Add, in each document of the snapshot, more than `score` gives, and to `titled` the weight of rarity of
        what may stand in its title; give the whole weight of rarity."""
        ...

    def in_title(self, scored: Scored) -> Iterator[tuple[float, Floats]]:
        """For each of its units give the weight of its rarity and the frequency in each document's title, by its
        worth; nothing where titles don't count."""
        ...


def compatible(typed: int) -> Callable[[int], bool]:
    return lambda printed: typed_within(typed, printed)


class HeldTerm:
    """A syllable: as typed, in spellings that don't contradict, and in all of them; or, exactly, as typed only."""

    size = 1

    def __init__(self, scorer: Scorer, term: Term, *, exact: bool = False) -> None:
        self.term = term
        self._scorer = scorer
        self._found = scorer.read(term.field, term.term)
        self._exact = exact and term.accents != 0
        self.agreeing = self._agreeing(self._found)

    def _agreeing(self, found: TermPostings) -> Postings:
        if self._exact:
            return found.only(self.term.accents)
        return found.of(self._agrees) if self.term.accents else found.all

    def _agrees(self, printed: int) -> bool:
        return typed_within(self.term.accents, printed, whole=self.term.whole)

    @property
    def label(self) -> str:
        """The syllable, as people write it."""
        return unfold(self.term.term, self.term.accents)

    @property
    def everywhere(self) -> Postings:
        """All spellings that count at all."""
        return self.agreeing if self._exact else self._found.all

    @cached_property
    def idf(self) -> float:
        """The weight of its rarity, among all spellings when none agrees with those typed."""
        return self._scorer.idf(self.agreeing.count or self.everywhere.count)

    @cached_property
    def _mask(self) -> Mask:
        return self.agreeing.mask()

    def held(self, *, loosely: bool) -> Sequence[Mask]:
        """Mark the documents that hold it."""
        return (self.everywhere.mask() if loosely else self._mask,)

    def add_bounds(self, bounds: Floats, titled: Floats | None) -> float:
        """Add the most it can be worth."""
        scorer = self._scorer
        least = scorer.snapshot.least_norm(self.term.field, scorer.weights)
        counted = self.everywhere if scorer.any_accents else self.agreeing
        counted.add_constant(bounds, self.idf * scorer.bound(counted.most, least))
        if titled is not None and self.term.field is TextField.TEXT:
            scorer.read(schema.TITLE, self.term.term).all.add_constant(titled, self.idf)
        return self.idf

    def score(self, scored: Scored) -> Floats:
        in_title = self.term.field is TextField.TITLE
        frequencies = self._worth(self._found, scored)
        scores = self._scorer.saturated(frequencies, scored.title_norms if in_title else scored.text_norms)
        scores *= np.float32(self.idf)
        return scores

    def keys(self, wanted: Ints) -> Ints:
        """Give its occurrences, in the spellings that count."""
        return (self.everywhere if self._scorer.any_accents else self.agreeing).keys(wanted)

    def in_title(self, scored: Scored) -> Iterator[tuple[float, Floats]]:
        """Give its rarity and its worth in titles."""
        if self.term.field is TextField.TEXT:
            found = self._scorer.read(schema.TITLE, self.term.term)
            yield self.idf, self._worth(found, scored)

    def _worth(self, found: TermPostings, scored: Scored) -> Floats:
        """Give the frequency in each document, of the best grade of accents that it has, by its worth."""
        typed = self.term.accents
        if not typed or self._exact or self._scorer.any_accents:
            counted = found.all if self._scorer.any_accents else self._agreeing(found)
            return scored.frequencies(counted).astype(np.float32)
        worth = scored.frequencies(found.only(typed)).astype(np.float32)
        within = found.of(lambda printed: printed != typed and self._agrees(printed))
        if within.parts:
            graded = scored.frequencies(within) * np.float32(self._scorer.weights.within_accents)
            np.copyto(worth, graded, where=worth == 0)
        return worth


class HeldExpansion:
    """Any of several syllables; only one typed whole counts by its frequency."""

    size = 1

    def __init__(
        self,
        scorer: Scorer,
        label: str,
        strict: list[SpellingRun | ScatteredSpellings],
        loose: list[SpellingRun | ScatteredSpellings],
        exact: HeldTerm | None,
    ) -> None:
        self._label = label
        self._scorer = scorer
        self._exact = exact
        self._strict = self._marked(strict, loosely=False)
        self._loose = self._strict if loose is strict else self._marked(loose, loosely=True)

    def _marked(self, runs: list[SpellingRun | ScatteredSpellings], *, loosely: bool) -> Mask:
        mask = np.zeros(self._scorer.snapshot.count, np.bool_)
        for run in runs:
            run.mark(mask[run.start : run.start + run.segment.count])
        return mask if self._exact is None else mask | self._exact.held(loosely=loosely)[0]

    @property
    def label(self) -> str:
        """The pattern or the word, as typed."""
        return self._label

    def held(self, *, loosely: bool) -> Sequence[Mask]:
        """Mark the documents that hold any."""
        return (self._loose if loosely else self._strict,)

    def score(self, scored: Scored) -> Floats:
        scores = self._loose[scored.documents] * np.float32(self._scorer.weights.expanded * self.idf)
        if self._exact is not None:
            np.maximum(scores, self._exact.score(scored), out=scores)
        return scores

    def add_bounds(self, bounds: Floats, titled: Floats | None) -> float:
        """Add the most it can be worth."""
        bounds += self._loose * np.float32(self._scorer.weights.expanded * self.idf)
        return 0.0 if self._exact is None else self._exact.add_bounds(bounds, titled)

    @cached_property
    def idf(self) -> float:
        """The weight of the rarity of all its syllables together."""
        return self._scorer.idf(int(np.count_nonzero(self._loose)))

    def keys(self, wanted: Ints) -> Ints:
        """Its places don't count."""
        return np.zeros(0, np.int64)

    def in_title(self, scored: Scored) -> Iterator[tuple[float, Floats]]:
        """Titles count for what is typed whole only."""
        if self._exact is not None:
            yield from self._exact.in_title(scored)


class HeldEither:
    """Units and what may stand for all of them."""

    def __init__(self, units: list[Held], alternatives: list[Held], live: Mask, *, last_resort: bool) -> None:
        self.size = len(units)
        self.units = units
        self._alternatives = alternatives
        if last_resort and bool((reduce(np.logical_and, self._masks(units, loosely=False)) & live).any()):
            self._alternatives = []

    @property
    def label(self) -> str:
        """The units, as people write them."""
        return " ".join(unit.label for unit in self.units)

    @staticmethod
    def _masks(units: list[Held], *, loosely: bool) -> list[Mask]:
        return [mask for unit in units for mask in unit.held(loosely=loosely)]

    def held(self, *, loosely: bool) -> Sequence[Mask]:
        """For each unit mark the documents that hold it or an alternative."""
        masks = self._masks(self.units, loosely=loosely)
        if not self._alternatives:
            return masks
        others = reduce(np.logical_or, self._masks(self._alternatives, loosely=loosely))
        return [mask | others for mask in masks]

    def saturated_alternatives(self, scored: Scored) -> Floats:
        """Give BM25's saturated frequency of the most frequent alternative in each document."""
        frequencies = np.zeros(len(scored.documents), np.float32)
        for alternative in self._alternatives:
            np.maximum(frequencies, alternative.score(scored) / np.float32(alternative.idf), out=frequencies)
        return frequencies

    def score(self, scored: Scored) -> Floats:
        """Give the better of what the units are worth and what an alternative is."""
        scores = sum((unit.score(scored) for unit in self.units[1:]), self.units[0].score(scored))
        for alternative in self._alternatives:
            np.maximum(scores, alternative.score(scored), out=scores)
        return scores

    @property
    def idf(self) -> float:
        """The weight of the rarity of all its units."""
        return sum(unit.idf for unit in self.units)

    def add_bounds(self, bounds: Floats, titled: Floats | None) -> float:
        """Add the most that the units and the alternatives can be worth."""
        rarity = sum(unit.add_bounds(bounds, titled) for unit in self.units)
        for alternative in self._alternatives:
            alternative.add_bounds(bounds, None)
            if titled is not None:
                in_titles = np.zeros_like(titled)
                alternative.add_bounds(np.zeros_like(bounds), in_titles)
                titled[in_titles > 0] += np.float32(rarity)
        return rarity

    def keys(self, wanted: Ints) -> Ints:
        """Its units have places of their own."""
        return np.zeros(0, np.int64)

    def in_title(self, scored: Scored) -> Iterator[tuple[float, Floats]]:
        """Give each unit's rarity, and its worth in titles or that of an alternative."""
        others = [worth for each in self._alternatives for _, worth in each.in_title(scored)]
        for unit in self.units:
            for idf, worth in unit.in_title(scored):
                yield idf, reduce(np.maximum, others, worth)
