"""Articles, hits and responses as JSON-ready dictionaries: the one shape that the API and the command line share.

Field names and the form of dates are promises to those who call the API: dates are `PublishedAt.isoformat()`, the
bounds of a date facet are instants on a Vietnamese clock, a missing fact is null.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from index.article import Article
from index.dates import VIETNAM, PublishedAt
from index.query import Facet
from index.response import DateBucket, Explanation, FacetCount, Hit, OtherOfStory, SearchResponse


def article_fields(article: Article) -> dict[str, Any]:
    """Give everything known about an article."""
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "captions": list(article.captions),
        "authors": list(article.authors),
        "byline": article.byline,
        "section": article.section,
        "publisher": article.publisher,
        "publisher_printed": article.publisher_printed,
        "published_at": _date(article.published_at),
        "updated_at": _date(article.updated_at),
        "story": article.story,
        "is_original": article.is_original,
    }


HIT_FIELDS = (
    "id", "url", "title", "title_spans", "authors", "publisher", "section", "published_at", "score", "snippet",
    "lead", "body", "captions", "byline", "publisher_printed", "updated_at", "story", "is_original",
)  # fmt: skip
"""What a hit may have; the last eight only when asked for."""


def hit_fields(hit: Hit, wanted: Collection[str] = ()) -> dict[str, Any]:
    """Give a hit: what a result list shows, or only (and further) fields that are wanted, its id always. Spans are
    offsets into the text beside them, ends exclusive."""
    usual = _usual_fields(hit)
    if not wanted:
        return usual
    return {name: value for name, value in (article_fields(hit.article) | usual).items() if name in {"id", *wanted}}


def _usual_fields(hit: Hit) -> dict[str, Any]:
    article = hit.article
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "title_spans": [list(span) for span in hit.title_spans],
        "authors": list(article.authors),
        "publisher": article.publisher,
        "section": article.section,
        "published_at": _date(article.published_at),
        "score": round(hit.score, 6),
        "snippet": {
            "text": hit.snippet.text,
            "spans": [list(span) for span in hit.snippet.spans],
            "cut_before": hit.snippet.cut_before,
            "cut_after": hit.snippet.cut_after,
        },
    }


def others_fields(hit: Hit) -> dict[str, Any]:
    """Give what a hit has where stories are collapsed: its own part in the story, and the others."""
    return {
        "story": hit.article.story,
        "is_original": hit.article.is_original,
        "others": [_other(other) for other in hit.others],
        "others_total": hit.others_total,
    }


def _other(other: OtherOfStory) -> dict[str, Any]:
    return {
        "id": other.id,
        "title": other.title,
        "publisher": other.publisher,
        "published_at": _date(other.published_at),
        "url": other.url,
        "is_original": other.is_original,
        "matched": other.matched,
    }


def explanation_fields(explanation: Explanation) -> dict[str, Any]:
    """Give why an article scores what it does, or what it lacks."""
    return {
        "matched": explanation.matched,
        "score": round(explanation.score, 6),
        "factors": [{"label": factor.label, "score": round(factor.score, 6)} for factor in explanation.factors],
        "missing": list(explanation.missing),
    }


def _explained(hit: Hit, explanations: Mapping[str, Explanation] | None, wanted: Collection[str]) -> dict[str, Any]:
    fields = hit_fields(hit, wanted)
    if explanations is not None and hit.article.id in explanations:
        fields["explanation"] = explanation_fields(explanations[hit.article.id])
    return fields


def response_fields(
    response: SearchResponse, explanations: Mapping[str, Explanation] | None = None, wanted: Collection[str] = ()
) -> dict[str, Any]:
    """Give the whole answer; `facets` holds only those asked for, hits have explanations where these are given and the
    fields that are wanted (see `hit_fields`)."""
    hits = [_explained(hit, explanations, wanted) for hit in response.hits]
    stories: dict[str, Any] = {}
    if response.total_stories is not None:
        stories["total_stories"] = response.total_stories
        hits = [fields | others_fields(hit) for fields, hit in zip(hits, response.hits, strict=True)]
    return {
        "total": response.total,
        **stories,
        "took_ms": round(response.took_ms, 3),
        "generation": response.generation,
        "hits": hits,
        "facets": _facets(response),
        "notes": list(response.notes),
    }


def _facets(response: SearchResponse) -> dict[str, list[dict[str, Any]]]:
    facets = {facet.value: [_count(c) for c in counts] for facet, counts in response.facets.items()}
    if response.dates is not None:
        facets[Facet.DATE.value] = [bucket_fields(bucket) for bucket in response.dates]
    return facets


def _count(count: FacetCount) -> dict[str, Any]:
    return {"value": count.value, "count": count.count}


def bucket_fields(bucket: DateBucket) -> dict[str, Any]:
    """Give a period with the bounds that a Vietnamese calendar has."""
    return {
        "value": bucket.value,
        "from": _local(bucket.start),
        "to": _local(bucket.end),
        "count": bucket.count,
    }


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(VIETNAM).isoformat() if moment else None


def _date(moment: PublishedAt | None) -> str | None:
    return moment.isoformat() if moment else None
