"""BM25 over a snapshot, for one request: what the units of a query are scored with."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from index.weights import Weights
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Floats, Ints
from index.whoosh_engine.budget import Budget
from index.whoosh_engine.postings import NOWHERE, Places, Postings, TermPostings
from index.whoosh_engine.segment_postings import FEW, Frequencies
from index.whoosh_engine.snapshot import Snapshot


class Scored:
    """Documents to be scored, ascending, with what BM25 adds to a frequency in each: its length's part."""

    def __init__(self, documents: Ints, snapshot: Snapshot, weights: Weights) -> None:
        self.documents = documents
        self._snapshot = snapshot
        self._weights = weights

    @cached_property
    def text_norms(self) -> Floats:
        """k1 * (1 - b + b * length / mean length) of each one's text."""
        return self._snapshot.norms(schema.TEXT, self._weights.k1, self._weights.b)[self.documents]

    @cached_property
    def title_norms(self) -> Floats:
        """The same of each one's title."""
        return self._snapshot.norms(schema.TITLE, self._weights.k1, self._weights.title_b)[self.documents]

    @cached_property
    def places(self) -> Places:
        """The place of each document of the snapshot among those here."""
        places = np.full(self._snapshot.count, NOWHERE, np.int32)
        places[self.documents] = np.arange(len(self.documents), dtype=np.int32)
        return places

    def frequencies(self, found: Postings) -> Frequencies:
        """Say how often each holds any of some spellings."""
        # Numbering them takes time that is only won back where they are many, and the postings are fewer.
        if len(self.documents) * FEW > self._snapshot.count and found.postings * 2 < len(self.documents):
            return found.frequencies_at(self.places, len(self.documents))
        return found.frequencies_in(self.documents)

    def only(self, kept: Ints) -> Scored:
        """Keep some of them, by their places here."""
        return Scored(self.documents[kept], self._snapshot, self._weights)


class Scorer:
    """Makes the units of queries, and computes BM25, for one snapshot, one set of weights and one request."""

    def __init__(self, snapshot: Snapshot, weights: Weights, budget: Budget) -> None:
        self.snapshot = snapshot
        self.weights = weights
        self.budget = budget
        self.any_accents = False
        """Whether accents have been passed over, for want of any document with those typed."""
        self.notes: list[str] = []

    def scored(self, documents: Ints) -> Scored:
        """Prepare the scoring of documents."""
        return Scored(documents, self.snapshot, self.weights)

    def read(self, field: str, term: str) -> TermPostings:
        """Give a term's postings; raises SearchTimeout."""
        self.budget.check()
        return self.snapshot.postings.read(field, term)

    def idf(self, frequency: int) -> float:
        """Robertson and Spärck Jones' weight as Lucene smooths it, never negative."""
        return float(np.log1p((self.snapshot.count - frequency + 0.5) / (frequency + 0.5)))

    def saturated(self, frequencies: Floats, norms: Floats) -> Floats:
        """BM25's tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)); `norms` are the k1 * (...)."""
        bound = np.float32(self.weights.k1 + 1)
        result: Floats = frequencies * bound
        result /= frequencies + norms
        return result

    def bound(self, most: float, least_norm: float) -> float:
        """Give what `saturated` gives at most for frequencies up to `most`."""
        return most * (self.weights.k1 + 1) / (most + least_norm) if most else 0.0

    def whole(self, field: str, term: str, scored: Scored) -> Floats:
        """Score a term that is matched whole, a word or a code."""
        found = self.read(field, term).all
        if not found.parts:
            return np.zeros(len(scored.documents), np.float32)
        frequencies = found.frequencies_in(scored.documents).astype(np.float32)
        return self.saturated(frequencies, scored.text_norms) * np.float32(self.idf(found.count))
