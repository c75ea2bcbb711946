"""What stands around an article: the hits before and behind it in the search that led to it, and articles like it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from index.article import Article
from index.errors import QueryRefused, SearchTimeout
from index.query import Filters, MatchAll, SearchRequest, Sort
from index.response import MOST_OTHERS
from service.archive import Archive
from service.arguments import SearchArguments
from service.links import Links
from service.result_page import LinkTo, OtherView
from service.similar import similar

SIMILAR = 4


def neighbours(
    found: Archive, links: Links, article_id: str, arguments: SearchArguments
) -> tuple[LinkTo | None, LinkTo | None]:
    """Link the hits before and behind an article, each with the page of results that it is on; None where there is
    none, or where the search does not lead to the article from this page."""
    with suppress(QueryRefused, SearchTimeout):
        request = found.question(replace(arguments, after=None)).request
        first = max(request.offset - 1, 0)
        span = request.offset - first + request.limit + 1
        hits = found.searcher.search(replace(request, offset=first, limit=span)).hits
        ids = [hit.article.id for hit in hits]
        if article_id in ids:
            at = ids.index(article_id)

            def link(place: int) -> LinkTo | None:
                if not 0 <= place < len(hits):
                    return None
                page = (first + place) // arguments.size + 1
                shown = hits[place].article
                return LinkTo(shown.title, links.article(shown.id, replace(arguments, page=page)))

            return link(at - 1), link(at + 1)
    return None, None


def similar_links(found: Archive, links: Links, article: Article) -> list[LinkTo]:
    """Link the articles that are about the same."""
    with suppress(QueryRefused, SearchTimeout):
        like = (hit.article for hit in similar(found, article, SIMILAR + MOST_OTHERS).hits)
        others = [other for other in like if other.story is None or other.story != article.story]
        return [LinkTo(other.title, links.article(other.id, SearchArguments())) for other in others[:SIMILAR]]
    return []


def others_of_story(found: Archive, links: Links, article: Article) -> list[OtherView]:
    """Link the other articles of its story, the oldest first."""
    if article.story is None:
        return []
    asked = SearchRequest(MatchAll(), Filters(story=article.story), Sort.OLDEST, limit=MOST_OTHERS + 1)
    others = (hit.article for hit in found.searcher.search(asked).hits)
    return [
        OtherView(
            links.article(other.id, SearchArguments()),
            other.title,
            other.publisher,
            other.published_at,
            other.is_original,
        )
        for other in others
        if other.id != article.id
    ]
