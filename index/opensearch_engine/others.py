"""The others of a hit's story, named beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from index.article import Article
from index.opensearch_engine.clauses import any_of, but, term_filter
from index.opensearch_engine.view import View
from index.opensearch_engine.written import clean, unpack
from index.response import MOST_OTHERS, Hit, OtherOfStory

JSON = dict[str, Any]


def with_others(view: View, within: JSON, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Name beside each hit the others of its story that are `within` what was found, and the original."""
    asked = {hit.article.id: hit.article for hit in hits if hit.article.story}
    bodies = [_body(view, within, article) for article in asked.values()]
    answers = view.connection.search_all(view.generation.index, bodies)
    found = dict(zip(asked, answers, strict=True))
    return tuple(_named(hit, found[hit.article.id]) if hit.article.id in found else hit for hit in hits)


def _body(view: View, within: JSON, article: Article) -> JSON:
    matched = {"constant_score": {"filter": within, "_name": "matched"}}
    story = [term_filter("story", clean(article.story or "")), any_of([matched, {"term": {"original": True}}])]
    return {
        "size": MOST_OTHERS,
        "query": but([view.shown, *story], [term_filter("id", clean(article.id))]),
        "sort": [
            {"original": {"order": "desc", "missing": "_last"}},
            {"published": {"order": "asc", "missing": "_last"}},
            {"id": "asc"},
        ],
        "_source": ["article"],
        "aggs": {"matched": {"filter": within}},
    }


def _named(hit: Hit, answer: JSON) -> Hit:
    others = tuple(_other(each) for each in answer["hits"]["hits"])
    return replace(hit, others=others, others_total=answer["aggregations"]["matched"]["doc_count"])


def _other(found: JSON) -> OtherOfStory:
    article = unpack(found)
    return OtherOfStory(
        article.id,
        article.title,
        article.publisher,
        article.published_at,
        article.url,
        article.is_original,
        "matched" in found.get("matched_queries", ()),
    )
