"""Answering requests from the generation that the cluster shows at that moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from zlib import crc32

from index.article import Article
from index.errors import EngineUnavailable, IndexDamaged
from index.opensearch_engine import state
from index.opensearch_engine.clauses import EVERYTHING, all_of, term_filter
from index.opensearch_engine.completion import complete
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.evaluator import Evaluator
from index.opensearch_engine.facets import Counted, aggregations, filters_by_facet, stories
from index.opensearch_engine.failures import IndexGone
from index.opensearch_engine.lock import is_building
from index.opensearch_engine.order import collapsed_page, cursor_of, freshened, place_of, sorting
from index.opensearch_engine.others import with_others
from index.opensearch_engine.place import Place
from index.opensearch_engine.view import View
from index.opensearch_engine.written import clean, unpack
from index.query import Begun, SearchRequest, Sort
from index.response import Completions, Explanation, Factor, Hit, IndexStats, SearchResponse
from index.snippet import highlight, opening

JSON = dict[str, Any]
Answer = TypeVar("Answer")

ATTEMPTS = 5
"""An index can be removed between reading which one is searched and searching it; then that is read again."""
MARKING_SECONDS = 1.0
UNMARKED = "Câu tìm quá phức tạp nên ở một số bài những chỗ khớp không được tô."
"""What readers are told when there was no time to mark all hits."""
HIDDEN_AT_ONCE = 10_000


class OpenSearchSearcher:
    """The `index.engine.Searcher` of an OpenSearch cluster."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._connected: Connection | None = None
        self._view: View | None = None
        self._withheld: tuple[str | None, frozenset[str]] = (None, frozenset())

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""
        started = time.perf_counter()
        response = self._read(lambda view: _answer(view, request))
        return replace(response, took_ms=(time.perf_counter() - started) * 1000)

    def explain(self, request: SearchRequest, article_id: str) -> Explanation | None:
        """Say why the article scores what it does."""
        return self._read(lambda view: _explanation(view, request, clean(article_id)))

    def complete(self, begun: Begun, limit: int) -> Completions:
        """Give the words and codes that begin as somebody has typed so far."""
        return self._read(lambda view: complete(view, begun, limit))

    def get(self, article_id: str) -> Article | None:
        """Give the article, None when the index has none of that id."""

        def read(view: View) -> Article | None:
            query = view.within(term_filter("id", clean(article_id)))
            hits = view.search({"size": 1, "query": query, "_source": ["article"]})["hits"]["hits"]
            return unpack(hits[0]["_source"]["article"]) if hits else None

        return self._read(read)

    def is_withheld(self, article_id: str) -> bool:
        """Say whether the article is withheld."""
        return clean(article_id) in self._withheld_ids(state.read(self._connection()).withheld)

    def stats(self) -> IndexStats:
        """Describe the generation that is searched."""

        def read(view: View) -> IndexStats:
            generation = view.generation
            return IndexStats(
                generation=view.name,
                articles=view.articles,
                dated=generation.dated,
                with_author=generation.with_author,
                built_at=datetime.fromisoformat(generation.built_at),
                size_bytes=generation.size_bytes,
                stamp=generation.stamp,
                applied=generation.applied,
                building=is_building(state.read(view.connection).writer, time.time()),
            )

        return self._read(read)

    def verify(self) -> None:
        """Check that the cluster has every article of the generation, on all of its shards."""

        def check(view: View) -> None:
            body = {"size": 0, "query": replace(view, withheld=None, hidden=()).shown, "track_total_hits": True}
            found = view.search(body)["hits"]["total"]["value"]
            if found != view.generation.articles:
                raise IndexDamaged(
                    f"{view.generation.index} holds {found} articles instead of {view.generation.articles}: "
                    "run `timtin rebuild`"
                )

        self._read(check)

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            connected, self._connected, self._view = self._connected, None, None
        if connected is not None:
            connected.close()

    def _connection(self) -> Connection:
        with self._lock:
            if self._connected is None:
                self._connected = Connection(self._place)
            return self._connected

    def _read(self, ask: Callable[[View], Answer]) -> Answer:
        connection = self._connection()
        for _ in range(ATTEMPTS):
            try:
                return ask(self._current(connection))
            except IndexGone:
                continue
        raise EngineUnavailable(f"{self._place} changes faster than it can be searched: try again")

    def _current(self, connection: Connection) -> View:
        """Give the generation of this moment; what is known of it is kept while it and what is withheld stay."""
        now = state.read(connection)
        generation = state.required(connection, now).current
        known = self._view
        if known is not None and known.generation == generation and self._withheld[0] == now.withheld:
            return known
        ids = self._withheld_ids(now.withheld)
        hidden = None if now.withheld is None else state.withheld_filter(self._place.records)
        view = View(connection, generation, (), generation.name, hidden)
        if ids:
            there = _ids_there(view, ids)
            name = f"{generation.name}-{crc32(chr(10).join(there).encode()):08x}" if there else generation.name
            view = replace(view, hidden=there, name=name)
        self._view = view
        return view

    def _withheld_ids(self, version: str | None) -> frozenset[str]:
        known, ids = self._withheld
        if known != version:
            ids = frozenset() if version is None else state.withheld_ids(self._connection())
            self._withheld = (version, ids)
        return ids


def _ids_there(view: View, ids: frozenset[str]) -> tuple[str, ...]:
    """Give those of some ids that a generation holds, in order."""
    everything = replace(view, withheld=None)
    found: list[str] = []
    after: list[Any] = []
    while True:
        body: JSON = {
            "size": HIDDEN_AT_ONCE, "query": everything.within({"terms": {"id": sorted(ids)}}), "_source": False,
            "sort": [{"id": "asc"}], **({"search_after": after} if after else {}),
        }  # fmt: skip
        hits = everything.search(body)["hits"]["hits"]
        found += (hit["sort"][0] for hit in hits)
        if len(hits) < HIDDEN_AT_ONCE:
            return tuple(found)
        after = hits[-1]["sort"]


def _answer(view: View, request: SearchRequest) -> SearchResponse:
    evaluator = Evaluator(request.query, view)
    question = _Question(view, request, evaluator)
    matched = evaluator.strictly()
    answer = question.ask(matched)
    found = answer["aggregations"]["matched"]["doc_count"]
    if evaluator.may_give_way(found):
        matched = evaluator.giving_way(nothing=not found)
        answer = question.ask(matched)
    return question.response(matched, answer)


class _Question:
    """One request as the cluster is asked it."""

    def __init__(self, view: View, request: SearchRequest, evaluator: Evaluator) -> None:
        self._view = view
        self._request = request
        self._evaluator = evaluator
        self._narrowing = list(filters_by_facet(request.filters).values())
        self._preference = f"{crc32(repr(request.query).encode('utf-8', 'replace')):08x}"

    def _matching(self, matched: JSON) -> JSON:
        story = self._request.filters.story
        return matched if story is None else all_of([matched, term_filter("story", clean(story))])

    def query(self, matched: JSON) -> JSON:
        """Give the query that finds and scores."""
        shown = self._view.within(self._matching(matched))
        scoring = self._evaluator.scoring()
        if scoring is None:
            return {"constant_score": {"filter": shown, "boost": 0.0}}
        query = {"bool": {"filter": [shown], "should": [scoring]}}
        return freshened(query, self._view, self._request.freshness)

    def ask(self, matched: JSON) -> JSON:
        """Ask for the page, and one hit more, which says whether another page follows."""
        request = self._request
        body: JSON = {
            "query": self.query(matched),
            "sort": sorting(request.sort),
            "track_scores": True,
            "track_total_hits": True,
            "aggs": {**aggregations(request), "matched": {"filter": EVERYTHING}},
            "_source": ["article"],
            "from": request.offset,
            "size": request.limit + 1 if request.limit else 0,
        }
        if self._narrowing:
            body["post_filter"] = all_of(self._narrowing)
        if request.collapse is not None and request.limit:
            body["collapse"] = {"field": "shown_once"}
            looked_through = {**body, "from": 0, "aggs": {}}
            body["from"] = collapsed_page(lambda more: self._search({**looked_through, **more}), request)
        elif request.after is not None and request.limit:
            # Where a cursor is given the cluster skips nothing.
            body |= {"from": 0, "size": request.offset + request.limit + 1}
            body["search_after"] = place_of(request.after, request.sort)
        return self._search(body)

    def _search(self, body: JSON) -> JSON:
        return self._view.search(body, self._preference)

    def response(self, matched: JSON, answer: JSON) -> SearchResponse:
        """Make the response of an answer."""
        request, view = self._request, self._view
        found = answer["hits"]["hits"]
        if request.after is not None and request.collapse is None:
            found = found[request.offset :]
        page, more = found[: request.limit], len(found) > request.limit
        total = answer["hits"]["total"]["value"]
        within = all_of([self._matching(matched), *self._narrowing])
        hits = self._hits(page)
        counted = Counted(view, self._matching(matched), request, answer["aggregations"])
        collapsing = request.collapse is not None
        return SearchResponse(
            total=total,
            hits=with_others(view, within, hits) if collapsing else hits,
            generation=view.name,
            took_ms=0.0,
            facets=counted.values(),
            dates=counted.dates(),
            timeline=counted.timeline(),
            notes=tuple(dict.fromkeys(self._evaluator.notes)),
            next=cursor_of(page[-1], request.sort) if page and more else None,
            total_stories=stories(view, [within], total) if collapsing else None,
        )

    def _hits(self, page: list[JSON]) -> tuple[Hit, ...]:
        until = time.monotonic() + MARKING_SECONDS
        hits = []
        for each in page:
            article = unpack(each["_source"]["article"])
            score = each["_score"] or 0.0
            if time.monotonic() > until:
                self._evaluator.notes.append(UNMARKED)
                hits.append(Hit(article, score, opening(article), ()))
            else:
                snippet, title_spans = highlight(self._request.query, article)
                hits.append(Hit(article, score, snippet, title_spans))
        return tuple(hits)


def _explanation(view: View, request: SearchRequest, article_id: str) -> Explanation | None:
    this = term_filter("id", article_id)
    evaluator = Evaluator(request.query, view)
    strict = evaluator.strictly()
    there, matching, everything = (
        each["hits"]["total"]["value"]
        for each in view.connection.search_all(
            view.generation.index,
            [
                {"size": 0, "query": view.within(each), "track_total_hits": True}
                for each in (this, all_of([this, strict]), strict)
            ],
        )
    )
    if not there:
        return None
    matched = strict
    if evaluator.may_give_way(everything):
        matched = evaluator.giving_way(nothing=not everything)
        body = {"size": 0, "query": view.within(this, matched), "track_total_hits": True}
        matching = view.search(body)["hits"]["total"]["value"]
    if not matching:
        return Explanation(article_id, False, 0.0, missing=_missing(view, this, evaluator))
    unfiltered = replace(request, filters=replace(request.filters, story=None), sort=Sort.RELEVANCE)
    scored = _Question(view, unfiltered, evaluator).query(all_of([this, matched]))
    factors = list(evaluator.factors())
    plain = [{"bool": {"filter": [view.within(this, matched)], "should": [each.query]}} for each in factors]
    bodies = [{"size": 1, "query": each, "_source": False, "track_scores": True} for each in (scored, *plain)]
    preference = f"{crc32(repr(request.query).encode('utf-8', 'replace')):08x}"
    answers = view.connection.search_all(view.generation.index, bodies, preference)
    score, *parts = (answer["hits"]["hits"][0]["_score"] or 0.0 for answer in answers)
    told = [Factor(each.label, worth) for each, worth in zip(factors, parts, strict=True) if worth]
    fresh = score - sum(parts)
    if request.freshness and fresh > 0:
        told.append(Factor("Độ mới của bài", fresh))
    return Explanation(article_id, True, score, tuple(told))


def _missing(view: View, this: JSON, evaluator: Evaluator) -> tuple[str, ...]:
    """Name the units of the query's texts that an article lacks."""
    units = list(evaluator.units())
    if not units:
        return ()
    asked = {str(number): {"filter": found} for number, (_, found) in enumerate(units)}
    counts = view.search({"size": 0, "query": view.within(this), "aggs": asked})["aggregations"]
    return tuple(dict.fromkeys(label for n, (label, _) in enumerate(units) if not counts[str(n)]["doc_count"]))
