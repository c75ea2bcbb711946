"""Which articles are about the same as one: a search for what it speaks of most."""

from __future__ import annotations

from collections import Counter

from index.analysis.chain import Analyzer
from index.analysis.tokens import folded
from index.article import Article
from index.query import And, Code, MatchNone, Query, Term, Text

TITLE = 12
"""Syllables of the title that are looked for."""
BODY = 12
"""Further syllables, those of the lead and the body that occur most often."""
LEAST = 3
"""Letters of a syllable of the body; shorter ones are rarely what an article is about."""
SHARE = 0.4
"""How much of their rarity another article must hold."""
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
