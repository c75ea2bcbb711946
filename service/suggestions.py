"""What somebody may be about to type: words and codes that occur, titles and authors of the archive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.analysis.normal_text import normal_text
from index.analysis.tokens import code_spans, folded
from index.article import UNKNOWN, Article
from index.query import Begun, Code, Facet, Filters, MatchAll, SearchRequest, Term, Text, TextField, Wildcard
from index.response import Completion, FacetCount
from service.archive import Archive
from service.facet_values import naming

MAX_SUGGESTED = 20
"""Suggestions of a kind."""
LONGEST = 100
"""Characters of what was typed that are read."""
MOST_TERMS = 10
LEAST = 2
"""Letters that must have been typed."""
RARE = 100
"""A word that so many times fewer articles hold than the most frequent one is not suggested."""
FRESHNESS = 0.5
"""How much newer titles are lifted."""
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_CODE = re.compile(r"0*(\d+)[-/.\s]*(?=[^\W\d_]|\d*[-/])")
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What may be meant, the likeliest of each kind first."""

    generation: str
    words: tuple[Completion, ...] = ()
    codes: tuple[Completion, ...] = ()
    titles: tuple[Article, ...] = ()
    authors: tuple[FacetCount, ...] = ()


def suggestions(found: Archive, typed: str, limit: int, filters: Filters) -> Suggestions:
    """Suggest at most `limit` of each kind; words and codes are of the whole archive, titles and authors of what the
    filters leave."""
    generation = found.searcher.stats().generation
    text = normal_text(typed[:LONGEST]).text
    begun = _begun(text)
    if begun is None:
        return Suggestions(generation)
    completions = found.searcher.complete(begun, limit)
    return Suggestions(
        generation,
        _usual(completions.words),
        tuple(_printed(found, code) for code in completions.codes),
        _titles(found, begun, limit, filters),
        _authors(found, text, limit, filters),
    )


def _usual(words: tuple[Completion, ...]) -> tuple[Completion, ...]:
    """Leave out what is rare beside the first: mostly words cut in the wrong place."""
    return tuple(word for word in words if word.count * RARE >= words[0].count)


def _begun(text: str) -> Begun | None:
    terms = tuple(Term(term, accents) for term, accents in folded(text))[:MOST_TERMS]
    if sum(len(term.term) for term in terms) < LEAST:
        return None
    return Begun(terms, _code(text))


def _code(text: str) -> str | None:
    """Write the beginning of a document code as the analysis would: "05-CT" is the beginning of "5-ct-tw"."""
    if not _CODE.match(text.strip()):
        return None
    parts = [folded(piece)[0][0] for piece in _PIECE.findall(text) if folded(piece)]
    if len(parts) < LEAST:
        return None
    return "-".join([parts[0].lstrip("0") or "0", *parts[1:]])


def _printed(found: Archive, code: Completion) -> Completion:
    """Write a code as an article that holds it does."""
    response = found.searcher.search(SearchRequest(Code(code.text), limit=1))
    for hit in response.hits:
        article = hit.article
        for text in (article.title, article.lead or "", article.body):
            normal = normal_text(text).text
            for term, start, end in code_spans(normal):
                if term == code.text:
                    return Completion(normal[start:end], code.count)
    return code


def _titles(found: Archive, begun: Begun, limit: int, filters: Filters) -> tuple[Article, ...]:
    *whole, last = begun.terms
    units: list[Term | Wildcard] = [Term(term.term, term.accents, TextField.TITLE) for term in whole]
    if len(last.term) >= LEAST:
        units.append(Wildcard(f"{last.term}*", last.accents, TextField.TITLE))
    request = SearchRequest(Text(tuple(units), 1), filters, limit=limit, freshness=FRESHNESS)
    response = found.searcher.search(request)
    wanted = {term.term for term in whole}
    return tuple(hit.article for hit in response.hits if wanted <= {term for term, _ in folded(hit.article.title)})


def _authors(found: Archive, text: str, limit: int, filters: Filters) -> tuple[FacetCount, ...]:
    request = SearchRequest(MatchAll(), filters, limit=0, facets=frozenset({Facet.AUTHOR}), facet_limit=_ALL)
    counts = found.searcher.search(request).facets[Facet.AUTHOR]
    return tuple([count for count in naming(counts, text) if count.value != UNKNOWN][:limit])
