"""Why an article scores what it does for a query, or what it lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from index.opensearch_engine.answering import Question, preference_of
from index.opensearch_engine.clauses import all_of, term_filter
from index.opensearch_engine.evaluator import Evaluator
from index.opensearch_engine.view import View
from index.query import SearchRequest, Sort
from index.response import Explanation, Factor

JSON = dict[str, Any]


def explanation(view: View, request: SearchRequest, article_id: str) -> Explanation | None:
    """Explain one article; None when the generation has none of that id."""
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
    scored = Question(view, unfiltered, evaluator).query(all_of([this, matched]))
    factors = list(evaluator.factors())
    plain = [{"bool": {"filter": [view.within(this, matched)], "should": [each.query]}} for each in factors]
    bodies = [{"size": 1, "query": each, "_source": False, "track_scores": True} for each in (scored, *plain)]
    answers = view.connection.search_all(view.generation.index, bodies, preference_of(request.query))
    if not all(answer["hits"]["hits"] for answer in answers):
        # It was withheld between one question and the next.
        return None
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
