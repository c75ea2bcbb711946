"""Answering requests from the generation that is served: the current one, as long as it is whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from index.article import UNKNOWN, Article
from index.errors import IndexDamaged
from index.query import Begun, Facet, Filters, SearchRequest
from index.response import Completions, DateBucket, Explanation, FacetCount, Hit, IndexStats, SearchResponse
from index.snippet import MARKING_SECONDS, UNMARKED, Body, highlight, opening
from index.whoosh_engine import generations, schema
from index.whoosh_engine.array_file import Ints, Mask
from index.whoosh_engine.budget import Budget
from index.whoosh_engine.completion import complete
from index.whoosh_engine.evaluator import Evaluator, published_mask
from index.whoosh_engine.facets import count_values
from index.whoosh_engine.ledger import Ledger
from index.whoosh_engine.memory import keep_memory
from index.whoosh_engine.order import Order, freshness
from index.whoosh_engine.serving import Served, Serving
from index.whoosh_engine.snapshot import FacetColumn, Snapshot
from index.whoosh_engine.stories import named


def open_searcher(index_dir: Path) -> WhooshSearcher:
    """Make a searcher of the index there; it need not exist yet."""
    return WhooshSearcher(index_dir)


class WhooshSearcher:
    """The `index.engine.Searcher` of the embedded engine.

    Threads that share it search one after another. numpy lets go of the interpreter's lock in most calls: two searches
    at once may hand it to and fro, and then both take twice as long as they do in turn.
    """

    def __init__(self, index_dir: Path) -> None:
        keep_memory()
        self._index_dir = index_dir
        self._serving = Serving(index_dir)
        self._turn = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""
        with self._turn:
            started = time.perf_counter()
            response = self._serving.read(lambda served: self._answer(served, request))
            return replace(response, took_ms=(time.perf_counter() - started) * 1000)

    def _answer(self, served: Served, request: SearchRequest) -> SearchResponse:
        snapshot = served.snapshot
        evaluator = Evaluator(request.query, snapshot)
        matched = _of_story(snapshot, evaluator.found(), request.filters)
        filters = _filter_masks(snapshot, request.filters)
        found = _within(matched, filters.values())
        order = Order(snapshot, evaluator, found, request)
        page = order.page()
        scores = order.scores(page)
        marking = Budget(MARKING_SECONDS)
        hits = tuple(
            _hit(snapshot.shown(document), request, score, marking)
            for document, score in zip(page.tolist(), scores.tolist(), strict=True)
        )
        if marking.is_used_up and hits:
            evaluator.notes.append(UNMARKED)
        if request.collapse is not None:
            hits = tuple(_with_others(snapshot, hit, at, found) for hit, at in zip(hits, page.tolist(), strict=True))
        facets: dict[Facet, tuple[FacetCount, ...]] = {}
        dates: tuple[DateBucket, ...] | None = None
        for facet in sorted(request.facets):
            counted = found
            if facet in filters:
                counted = _within(matched, (mask for name, mask in filters.items() if name != facet))
            if facet is Facet.DATE:
                dates = snapshot.periods.count(counted)
            else:
                facets[facet] = count_values(_column(snapshot, facet), counted, request.facet_limit)
        return SearchResponse(
            total=len(found),
            hits=hits,
            generation=snapshot.shown_as,
            took_ms=0.0,
            facets=facets,
            dates=dates,
            timeline=None if request.timeline is None else snapshot.periods.count(found, request.timeline),
            notes=(*served.notes, *dict.fromkeys(evaluator.notes)),
            stale=served.stale is not None,
            next=order.cursor(page),
            total_stories=None if request.collapse is None else snapshot.stories.count(found),
        )

    def explain(self, request: SearchRequest, article_id: str) -> Explanation | None:
        """Say why the article scores what it does."""
        with self._turn:
            return self._serving.read(lambda served: _explanation(served.snapshot, request, article_id))

    def complete(self, begun: Begun, limit: int) -> Completions:
        """Give the words and codes that begin as somebody has typed so far."""
        with self._turn:
            return self._serving.read(lambda served: complete(served.snapshot, begun, limit))

    def get(self, article_id: str) -> Article | None:
        """Give the article, None when the index has none of that id."""

        def read(served: Served) -> Article | None:
            document = served.snapshot.document(article_id)
            return None if document is None else served.snapshot.article(document)

        return self._serving.read(read)

    def is_withheld(self, article_id: str) -> bool:
        """Say whether the article is withheld."""
        return article_id in self._serving.withheld_now().ids

    def stats(self) -> IndexStats:
        """Describe the generation that is searched."""
        building = generations.being_built(self._index_dir, time.time())
        return replace(self._serving.read(_stats), building=building)

    def verify(self) -> None:
        """Check the whole of the current generation, every byte of it; raises IndexDamaged."""

        def check(served: Served) -> str | None:
            if served.stale is None:
                generations.verify_bytes(self._index_dir, served.snapshot.generation, schema.stamp())
            return served.stale

        if stale := self._serving.read(check):
            raise IndexDamaged(stale)

    def close(self) -> None:
        """Let go of the files."""
        self._serving.close()


def _hit(stored: tuple[Article, Body | None], request: SearchRequest, score: float, marking: Budget) -> Hit:
    article, body = stored
    if marking.is_used_up:
        return Hit(article, score, opening(article), ())
    snippet, title_spans = highlight(request.query, article, body)
    return Hit(article, score, snippet, title_spans)


def _with_others(snapshot: Snapshot, hit: Hit, document: int, found: Ints) -> Hit:
    """Name beside a hit the others of its story."""
    others, original = snapshot.stories.others(document, found)
    if not len(others) and original is None:
        return hit
    articles = [snapshot.article(other) for other in others.tolist()]
    unfound = None if original is None else snapshot.article(original)
    return replace(hit, others=named(articles, unfound), others_total=len(others))


def _of_story(snapshot: Snapshot, documents: Ints, filters: Filters) -> Ints:
    """Keep the documents of the story that is asked for."""
    return documents if filters.story is None else documents[snapshot.stories.mask(filters.story)[documents]]


def _explanation(snapshot: Snapshot, request: SearchRequest, article_id: str) -> Explanation | None:
    document = snapshot.document(article_id)
    if document is None:
        return None
    evaluator = Evaluator(request.query, snapshot)
    matched = evaluator.found()
    if document not in matched:
        return Explanation(article_id, False, 0.0, missing=evaluator.missing(document))
    filtered = _within(_of_story(snapshot, matched, request.filters), _filter_masks(snapshot, request.filters).values())
    documents = np.union1d(filtered, [document])
    ledger = Ledger(document)
    score = float(evaluator.scores(documents, ledger)[np.searchsorted(documents, document)])
    fresh = float(freshness(snapshot, np.array([document]), request.freshness)[0])
    if fresh > 1:
        ledger.add("Độ mới của bài", (fresh - 1) * score)
    return Explanation(article_id, True, score * fresh, ledger.factors())


def _stats(served: Served) -> IndexStats:
    manifest = served.snapshot.manifest
    return IndexStats(
        generation=served.snapshot.shown_as,
        articles=served.snapshot.articles,
        dated=manifest.dated,
        with_author=manifest.with_author,
        built_at=datetime.fromisoformat(manifest.built_at),
        size_bytes=sum(manifest.files.values()),
        stamp=manifest.stamp,
        applied=manifest.applied,
        stale=served.stale,
    )


def _within(documents: Ints, masks: Iterable[Mask]) -> Ints:
    """Keep the documents that all masks mark."""
    for mask in masks:
        documents = documents[mask[documents]]
    return documents


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
