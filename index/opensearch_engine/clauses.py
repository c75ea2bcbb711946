"""From the units of a query to filters of the cluster: which articles hold each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from index.analysis.syllables import UNACCENTED
from index.dates import DateRange
from index.errors import QueryRefused
from index.opensearch_engine import tokens
from index.query import Author, Either, Fuzzy, Near, Phrase, Term, TextField, Unit, Wildcard

JSON = dict[str, Any]

NOTHING: JSON = {"match_none": {}}
EVERYTHING: JSON = {"match_all": {}}
LEAST = 2
"""Characters that a pattern must name."""


def all_of(filters: Iterable[JSON]) -> JSON:
    """Ask for all; without any for everything."""
    parts = list(filters)
    return parts[0] if len(parts) == 1 else {"bool": {"filter": parts}} if parts else EVERYTHING


def any_of(filters: Iterable[JSON]) -> JSON:
    """Ask for any; without any for nothing."""
    parts = list(filters)
    return parts[0] if len(parts) == 1 else {"bool": {"should": parts, "minimum_should_match": 1}} if parts else NOTHING


def but(filters: Iterable[JSON], unwanted: Iterable[JSON]) -> JSON:
    """Ask for all of some filters and none of others."""
    return {"bool": {"filter": list(filters), "must_not": list(unwanted)}}


def term_filter(field: str, value: str) -> JSON:
    """Ask for one value of a field."""
    return {"term": {field: value}}


def by_expression(field: str, expression: str) -> JSON:
    """Give the filter of the articles with a term that an expression matches."""
    return {"regexp": {field: {"value": expression, "flags": "NONE", "max_determinized_states": 100_000}}}


def held(unit: Unit, *, loosely: bool = False, alternatives: bool = True) -> list[JSON]:
    """For each of its units give the filter of the articles that hold it; loosely: accents are passed over where they
    may be; without the alternatives of an Either where these are a last resort that is not needed."""
    if not isinstance(unit, Either):
        return [held_one(unit, loosely=loosely)]
    others = [held_one(each, loosely=loosely) for each in unit.alternatives] if alternatives else []
    return [any_of([held_one(each, loosely=loosely), *others]) for each in unit.units]


def held_one(unit: Term | Phrase | Near | Wildcard | Fuzzy, *, loosely: bool = False, field: str = "") -> JSON:
    """Give the filter of the articles that hold a unit, in another field if that is named."""
    match unit:
        case Term():
            return _term(unit, loosely, field or unit.field)
        case Phrase():
            return _phrase(unit, field or unit.terms[0].field)
        case Near():
            return near(unit, field or unit.terms[0].field)
        case Wildcard():
            return _wildcard(unit, loosely, field or unit.field)
        case Fuzzy():
            slip = {"value": tokens.bare(unit.term), "fuzziness": 1, "rewrite": "constant_score"}
            return {"fuzzy": {field or unit.field: slip}}
        case _:
            assert_never(unit)


def _term(term: Term, loosely: bool, field: str) -> JSON:
    if loosely or not term.accents:
        return term_filter(field, tokens.bare(term.term))
    if term.whole:
        accents = (term.accents, UNACCENTED)
        return {"terms": {field: [tokens.spelled(term.term, each) for each in accents]}}
    return by_expression(field, tokens.agreeing(term.term, term.accents))


def token(term: Term, *, exact: bool = True) -> str:
    """Write a syllable of a phrase."""
    return tokens.spelled(term.term, term.accents) if exact and term.accents else tokens.bare(term.term)


def phrase_text(phrase: Phrase) -> str:
    """Write the syllables of a phrase as the cluster is asked for them."""
    return " ".join(token(term, exact=phrase.exact) for term in phrase.terms)


def _phrase(phrase: Phrase, field: str) -> JSON:
    stands: JSON = {"match_phrase": {field: phrase_text(phrase)}}
    if phrase.code is None or field != TextField.TEXT:
        return stands
    return any_of([stands, term_filter("codes", phrase.code)])


def near(unit: Near, field: str) -> JSON:
    """Give the filter of the articles in which syllables stand close together. One that answers two of the terms
    counts for both, so each is asked for once, and the others leave their places free."""
    wanted = list(dict.fromkeys(map(token, unit.terms)))
    if len(wanted) == 1:
        return term_filter(field, wanted[0])
    return {
        "span_near": {
            "clauses": [{"span_term": {field: each}} for each in wanted],
            "slop": len(unit.terms) + unit.slop - len(wanted),
            "in_order": False,
        }
    }


def _wildcard(unit: Wildcard, loosely: bool, field: str) -> JSON:
    if len(unit.pattern.replace("*", "")) < LEAST:
        raise QueryRefused(f"{unit.pattern} stands for too much: write at least {LEAST} characters beside the *")
    if len(unit.pattern) > tokens.LONGEST_BARE + unit.pattern.count("*"):
        # No term is that long, and the cluster refuses expressions of more than 1,000 characters.
        return NOTHING
    described = tokens.described(unit.pattern)
    if loosely or not unit.accents:
        return by_expression(field, described)
    return by_expression(field, f"{described}/{tokens.answering(unit.accents)}")


def by_author(author: Author) -> JSON:
    """Give the filter of the articles by somebody of that name."""
    parts = [_part_of_name(term) for term in author.terms]
    if len(parts) == 1:
        return parts[0]
    return {"span_near": {"clauses": parts, "slop": 0, "in_order": True}}


def _part_of_name(term: Term) -> JSON:
    letters = tokens.expression(tokens.bare(term.term)) + (tokens.BARE if len(term.term) == 1 else "")
    if not term.accents:
        if len(term.term) > 1:
            return {"span_term": {"names": tokens.bare(term.term)}}
        return {"span_multi": {"match": by_expression("names", letters)}}
    return {"span_multi": {"match": by_expression("names", f"{letters}/{tokens.answering(term.accents)}")}}


def published(span: DateRange) -> JSON:
    """Give the filter of the articles dated within a range."""
    bounds: JSON = {}
    if span.start is not None:
        bounds["gte"] = _seconds_up(span.start.timestamp())
    if span.end is not None:
        bounds["lt"] = _seconds_up(span.end.timestamp())
    return {"range": {"published": bounds}} if bounds else exists("published")


def _seconds_up(seconds: float) -> int:
    return -int(-seconds // 1)


def exists(field: str) -> JSON:
    """Give the filter of the articles that have a field."""
    return {"exists": {"field": field}}


def lacks(field: str) -> JSON:
    """Give the filter of the articles that lack a field."""
    return {"bool": {"must_not": [exists(field)]}}


def points(units: Iterable[tuple[JSON, float]], least: float) -> JSON:
    """Give the query that scores articles by what the units they hold add up to, and finds those of the least sum."""
    counted = [{"constant_score": {"filter": unit, "boost": worth}} for unit, worth in units if worth > 0]
    if not counted:
        return NOTHING
    return {"function_score": {"query": any_of(counted), "min_score": least}}
