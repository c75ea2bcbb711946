"""Which articles are about the same as one: a search for what it speaks of most.

Another article is like it when it scores, in that search, at least `LIKE` of what the article itself scores. A search
always finds something, as it gives way where little matches (`index.query.ENOUGH`); the scores tell what it found: they
count how rare the shared syllables are, whether they stand in the title, and the share that is held twice, so that an
article of common syllables only is far below. The article itself holds everything that is asked for: its score is the
measure, in an archive of eighty articles as in one of a million.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import inf

from index.analysis.chain import Analyzer
from index.analysis.tokens import folded
from index.article import Article
from index.query import And, Code, MatchNone, Query, SearchRequest, Term, Text
from index.response import SearchResponse
from service.archive import Archive

TITLE = 12
"""Syllables of the title that are looked for."""
BODY = 12
"""Further syllables, those of the lead and the body that occur most often."""
LEAST = 3
"""Letters of a syllable of the body; shorter ones are rarely what an article is about."""
SHARE = 0.4
"""How much of their rarity another article must hold."""
LIKE = 0.35
"""How much of the article's own score another must have. Of the samples' pairs, two reports of one outbreak have 0.7 to
0.8, pairs that only share how such articles are written up to 0.32."""
BEGINNING = 6_000
"""Characters of the body that are looked at: news says first what it is about."""


def similar_query(article: Article, analyzer: Analyzer) -> Query:
    """Make the query that finds an article's like, and the article itself.

    Syllables common in all the archive weigh next to nothing in it (see `index.rarity`), so none need be left out.
    """
    titled = list(dict.fromkeys(Term(term, accents) for term, accents in folded(article.title)))[:TITLE]
    body = Counter(
        Term(term, accents)
        for term, accents in folded(f"{article.lead or ''} {article.body[:BEGINNING]}")
        if len(term) >= LEAST
    )
    for term in titled:
        body.pop(term, None)
    units = [*titled, *(term for term, _ in body.most_common(BODY))]
    if not units:
        return MatchNone()
    codes = tuple(dict.fromkeys(Code(token.term) for token in analyzer.codes(article.title)))
    return And((Text(tuple(units), SHARE, codes=codes),))


def similar(found: Archive, article: Article, limit: int) -> SearchResponse:
    """Find at most `limit` articles that are like one, the likest first; the answer has nothing but them and the
    generation."""
    asked = SearchRequest(similar_query(article, found.analyzer), limit=limit + 1)
    response = found.searcher.search(asked)
    whole = _own_score(found, asked, response, article.id)
    like = [hit for hit in response.hits if hit.article.id != article.id and hit.score >= LIKE * whole][:limit]
    return replace(response, total=len(like), hits=tuple(like), next=None)


def _own_score(found: Archive, asked: SearchRequest, response: SearchResponse, article_id: str) -> float:
    """Give the article's own score: it is the first hit as a rule, and may be pushed off by many that tell the same."""
    own = next((hit.score for hit in response.hits if hit.article.id == article_id), None)
    if own is not None:
        return own
    explanation = found.searcher.explain(asked, article_id)
    return explanation.score if explanation is not None else inf
