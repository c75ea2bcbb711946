"""Answering requests from the current generation, and from the next one as soon as the pointer moves."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from pathlib import Path

import numpy as np

from index.article import UNKNOWN, Article
from index.errors import IndexDamaged
from index.query import Facet, Filters, SearchRequest
from index.response import DateBucket, Explanation, FacetCount, Hit, IndexStats, SearchResponse
from index.snippet import highlight
from index.whoosh_engine import generations, schema
from index.whoosh_engine.evaluator import Evaluator, published_mask
from index.whoosh_engine.facets import count_values
from index.whoosh_engine.ledger import Ledger
from index.whoosh_engine.order import Order, freshness
from index.whoosh_engine.postings import Mask
from index.whoosh_engine.snapshot import FacetColumn, Snapshot

ATTEMPTS = 5
"""A generation can be removed between reading the pointer and opening it; then the pointer is read again."""


def open_searcher(index_dir: Path) -> WhooshSearcher:
    """Make a searcher of the index there; it need not exist yet."""
    return WhooshSearcher(index_dir)


class WhooshSearcher:
    """The `index.engine.Searcher` of the embedded engine."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""
        started = time.perf_counter()
        snapshot = self._current()
        evaluator = Evaluator(request.query, snapshot)
        matched = evaluator.found()
        filters = _filter_masks(snapshot, request.filters)
        found = _all_of([matched, *filters.values()])
        order = Order(snapshot, evaluator, np.flatnonzero(found), request)
        page = order.page()
        scores = order.scores(page)
        hits = tuple(
            self._hit(snapshot, request, document, score)
            for document, score in zip(page.tolist(), scores.tolist(), strict=True)
        )
        facets: dict[Facet, tuple[FacetCount, ...]] = {}
        dates: tuple[DateBucket, ...] | None = None
        for facet in sorted(request.facets):
            counted = _all_of([matched, *(mask for name, mask in filters.items() if name != facet)])
            if facet is Facet.DATE:
                dates = snapshot.periods.count(counted)
            else:
                facets[facet] = count_values(_column(snapshot, facet), counted, request.facet_limit)
        return SearchResponse(
            total=int(np.count_nonzero(found)),
            hits=hits,
            generation=snapshot.generation,
            took_ms=(time.perf_counter() - started) * 1000,
            facets=facets,
            dates=dates,
            notes=tuple(dict.fromkeys(evaluator.notes)),
            next=order.cursor(page),
        )

    def explain(self, request: SearchRequest, article_id: str) -> Explanation | None:
        """Say why the article scores what it does."""
        snapshot = self._current()
        document = snapshot.document(article_id)
        if document is None:
            return None
        evaluator = Evaluator(request.query, snapshot)
        matched = evaluator.found()
        found = np.flatnonzero(_all_of([matched, *_filter_masks(snapshot, request.filters).values()]))
        if not matched[document]:
            return Explanation(article_id, False, 0.0, missing=evaluator.missing(document))
        ledger = Ledger(document)
        found = found if document in found else np.sort(np.append(found, document))
        scores = evaluator.scores(found, ledger)
        score = float(scores[np.searchsorted(found, document)])
        fresh = float(freshness(snapshot, np.array([document]), request.freshness)[0])
        if fresh > 1:
            ledger.add("Độ mới của bài", (fresh - 1) * score)
        return Explanation(article_id, True, score * fresh, ledger.factors())

    def get(self, article_id: str) -> Article | None:
        """Give the article, None when the index has none of that id."""
        snapshot = self._current()
        document = snapshot.document(article_id)
        return None if document is None else snapshot.article(document)

    def stats(self) -> IndexStats:
        """Describe the current generation."""
        snapshot = self._current()
        manifest = snapshot.manifest
        return IndexStats(
            generation=snapshot.generation,
            articles=manifest.articles,
            dated=manifest.dated,
            with_author=manifest.with_author,
            built_at=datetime.fromisoformat(manifest.built_at),
            size_bytes=sum(manifest.files.values()),
            stamp=manifest.stamp,
            applied=manifest.applied,
        )

    def verify(self) -> None:
        """Check the whole of the current generation, every byte of it; raises IndexDamaged."""
        self._current().verify()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._snapshot = None

    def _current(self) -> Snapshot:
        for _ in range(ATTEMPTS):
            name = generations.current(self._index_dir)
            kept = self._snapshot
            if kept is not None and kept.generation == name:
                return kept
            with self._lock:
                kept = self._snapshot
                if kept is not None and kept.generation == name:
                    return kept
                try:
                    self._snapshot = Snapshot(self._index_dir, name)
                except IndexDamaged:
                    if generations.current(self._index_dir) == name:
                        raise
                    continue
                return self._snapshot
        raise IndexDamaged(f"{self._index_dir} changes faster than it can be opened: try again")

    def _hit(self, snapshot: Snapshot, request: SearchRequest, document: int, score: float) -> Hit:
        article = snapshot.article(document)
        snippet, title_spans = highlight(request.query, article)
        return Hit(article, score, snippet, title_spans)


def _all_of(masks: list[Mask]) -> Mask:
    combined = masks[0]
    for mask in masks[1:]:
        combined = combined & mask
    return combined


def _column(snapshot: Snapshot, facet: Facet) -> FacetColumn:
    return {
        Facet.AUTHOR: snapshot.authors,
        Facet.PUBLISHER: snapshot.publishers,
        Facet.SECTION: snapshot.sections,
    }[facet]


def _filter_masks(snapshot: Snapshot, filters: Filters) -> dict[Facet, Mask]:
    """Give the mask of each filter that is set, by the facet it narrows."""
    masks: dict[Facet, Mask] = {}
    if filters.published is not None:
        masks[Facet.DATE] = published_mask(snapshot, filters.published)
    elif filters.undated:
        masks[Facet.DATE] = snapshot.published == schema.NO_DATE
    for facet, values in (
        (Facet.AUTHOR, filters.authors),
        (Facet.PUBLISHER, filters.publishers),
        (Facet.SECTION, filters.sections),
    ):
        if values:
            column = _column(snapshot, facet)
            ordinals = [ordinal for ordinal, value in enumerate(column.values) if value in values]
            mask = column.mask(np.array(ordinals, np.int64))
            masks[facet] = mask | column.bare if UNKNOWN in values else mask
    return masks
