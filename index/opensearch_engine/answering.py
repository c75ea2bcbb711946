"""One request as the cluster is asked it, and the response that its answer makes."""

from __future__ import annotations

import time
from typing import Any
from zlib import crc32

from index.errors import QueryRefused
from index.opensearch_engine.clauses import EVERYTHING, all_of, term_filter
from index.opensearch_engine.evaluator import Evaluator
from index.opensearch_engine.facets import Counted, aggregations, filters_by_facet, stories
from index.opensearch_engine.mapping import FURTHEST
from index.opensearch_engine.order import collapsed_page, cursor_of, freshened, place_of, sorting
from index.opensearch_engine.others import with_others
from index.opensearch_engine.view import View
from index.opensearch_engine.written import clean, unpack
from index.query import Query, SearchRequest
from index.response import Hit, SearchResponse
from index.snippet import MARKING_SECONDS, UNMARKED, highlight, opening

JSON = dict[str, Any]
"""What readers are told when there was no time to mark all hits."""


def answer(view: View, request: SearchRequest) -> SearchResponse:
    """Answer a request from one generation."""
    evaluator = Evaluator(request.query, view)
    question = Question(view, request, evaluator)
    matched = evaluator.strictly()
    answered = question.ask(matched)
    found = answered["aggregations"]["matched"]["doc_count"]
    if evaluator.may_give_way(found):
        matched = evaluator.giving_way(nothing=not found)
        answered = question.ask(matched)
    return question.response(matched, answered)


def preference_of(query: Query) -> str:
    """Name the copies of the shards that answer a query: always the same ones, so that its pages fit together."""
    return f"{crc32(repr(query).encode('utf-8', 'replace')):08x}"


class Question:
    """One request as the cluster is asked it."""

    def __init__(self, view: View, request: SearchRequest, evaluator: Evaluator) -> None:
        self._view = view
        self._request = request
        self._evaluator = evaluator
        self._narrowing = list(filters_by_facet(request.filters).values())
        self._preference = preference_of(request.query)

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
        """Ask for the page, and one hit more, which says whether another page follows; raises QueryRefused when it lies
        deeper than the cluster looks."""
        request = self._request
        if request.offset + request.limit >= FURTHEST:
            raise QueryRefused(f"the page ends past hit {FURTHEST:,}: narrow the search, by date for example")
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
            article = unpack(each)
            score = each["_score"] or 0.0
            if time.monotonic() > until:
                self._evaluator.notes.append(UNMARKED)
                hits.append(Hit(article, score, opening(article), ()))
            else:
                snippet, title_spans = highlight(self._request.query, article)
                hits.append(Hit(article, score, snippet, title_spans))
        return tuple(hits)
