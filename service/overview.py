"""What is in the archive, for the start page: counts, the newest articles, example queries made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from index.analysis.chain import Analyzer
from index.analysis.syllables import SYLLABLE, fold
from index.analysis.tokens import Token
from index.article import UNKNOWN, Article
from index.dates import PublishedAt
from index.query import Facet, MatchAll, SearchRequest, Sort
from index.response import DateBucket, FacetCount
from service.archive import Archive

NEWEST = 5
READ_FOR_EXAMPLES = 40
WORDS = 3
KEYWORD = "từ khóa"
"""What an example shows that is a word by itself."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query that finds something, and what it shows."""

    q: str
    shows: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A generation at a glance."""

    generation: str
    total: int
    first: PublishedAt | None
    last: PublishedAt | None
    newest: tuple[Article, ...]
    years: tuple[DateBucket, ...]
    publishers: tuple[FacetCount, ...]
    more_publishers: bool
    """Whether there may be others than those counted."""
    authors: tuple[FacetCount, ...]
    sections: tuple[FacetCount, ...]
    examples: tuple[Example, ...]


class Overviews:
    """Keeps the overview of the current generation: it can't change until the next one."""

    def __init__(self) -> None:
        self._kept: Overview | None = None

    def current(self, found: Archive) -> Overview:
        """Give the overview of the generation that is searched now."""
        kept = self._kept
        if kept is None or kept.generation != found.searcher.stats().generation:
            kept = self._kept = overview(found)
        return kept


def overview(found: Archive) -> Overview:
    """Look the archive over."""
    newest_first = SearchRequest(MatchAll(), sort=Sort.NEWEST, limit=READ_FOR_EXAMPLES, facets=frozenset(Facet))
    response = found.searcher.search(newest_first)
    oldest_first = replace(newest_first, sort=Sort.OLDEST, limit=1, facets=frozenset())
    oldest = [hit.article for hit in found.searcher.search(oldest_first).hits]
    articles = [hit.article for hit in response.hits]
    publishers = _known(response.facets.get(Facet.PUBLISHER, ()))
    return Overview(
        generation=response.generation,
        total=response.total,
        first=oldest[0].published_at if oldest else None,
        last=articles[0].published_at if articles else None,
        newest=tuple(articles[:NEWEST]),
        years=tuple(bucket for bucket in response.dates or () if bucket.value != UNKNOWN),
        publishers=publishers,
        more_publishers=len(publishers) >= newest_first.facet_limit,
        authors=_known(response.facets.get(Facet.AUTHOR, ())),
        sections=_known(response.facets.get(Facet.SECTION, ())),
        examples=tuple(_examples(articles, found.analyzer)),
    )


def _known(counts: tuple[FacetCount, ...]) -> tuple[FacetCount, ...]:
    return tuple(count for count in counts if count.value != UNKNOWN)


def _examples(articles: list[Article], analyzer: Analyzer) -> Iterator[Example]:
    """Make queries of the words that titles of these articles share, of a phrase and of an author."""
    words: Counter[str] = Counter()
    phrases: list[str] = []
    for article in articles:
        tokens = analyzer.words(article.title)
        written = {_written(article.title, token) for token in tokens}
        words.update(written)
        phrases += _neighbours(article.title, tokens)
    frequent = [word for word, _ in words.most_common(WORDS)]
    yield from (Example(word, KEYWORD) for word in frequent)
    plain = next((bare for word in frequent if (bare := _unaccented(word)) != word), None)
    if plain:
        yield Example(plain, "gõ không dấu cũng được")
    if phrases:
        yield Example(f'"{phrases[0]}"', "đúng cả cụm từ")
    authors = Counter(author for article in articles for author in article.authors if " " in author)
    for author, _ in authors.most_common(1):
        yield Example(f'tác_giả:"{author}"', "bài của một tác giả")
    dated = next((article.published_at for article in articles if article.published_at), None)
    if dated:
        yield Example(f"ngày:{dated.local.year:04}", "đăng trong một năm")


def _written(title: str, token: Token) -> str:
    word = title[token.start : token.end]
    return word.lower() if title.isupper() or token.start == 0 else word


def _neighbours(title: str, tokens: list[Token]) -> list[str]:
    """Give the stretches of a title that are two words with nothing but a blank between them."""
    return [
        title[first.start : second.end]
        for first, second in pairwise(tokens)
        if title[first.end : second.start] == " " and not title.isupper()
    ]


def _unaccented(word: str) -> str:
    return " ".join(fold(syllable)[0] for syllable in SYLLABLE.findall(word))
