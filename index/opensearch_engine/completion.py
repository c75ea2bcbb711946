"""Which words and document codes begin as somebody has typed so far."""

from __future__ import annotations

import re
from typing import Any

from index.analysis.syllables import typed_within, unfold
from index.opensearch_engine.clauses import any_of, by_expression
from index.opensearch_engine.tokens import expression
from index.opensearch_engine.view import View
from index.query import Begun
from index.response import Completion, Completions

JSON = dict[str, Any]

LEAST = 2
"""Letters of the first syllable that must have been typed."""
LOOKED_AT = 2_000
"""Terms that are looked at for those whose accents agree, the most frequent ones."""
_PART = re.compile(r"([a-z]+|\d+[a-z]*)(\d*)")


def complete(view: View, begun: Begun, limit: int) -> Completions:
    """Give the most frequent ones, at most `limit` of each kind."""
    beginnings = {name: each for name, each in (("words", _words(begun)), ("codes", _codes(begun))) if each is not None}
    if not beginnings:
        return Completions()
    asked = {name: _terms(name, each) for name, each in beginnings.items()}
    # Articles that hold none of the terms need not be gone through.
    holding = any_of(by_expression(name, each) for name, each in beginnings.items())
    answer = view.search({"size": 0, "query": view.within(holding), "aggs": asked})["aggregations"]
    found = {name: [(b["key"], b["doc_count"]) for b in answer[name]["buckets"]] for name in asked}
    agreeing = [(word, count) for word, count in found.get("words", []) if _agrees(word, begun)]
    return Completions(
        tuple(Completion(_printed(word), count) for word, count in agreeing[:limit]),
        tuple(Completion(code, count) for code, count in found.get("codes", [])[:limit]),
    )


def _terms(field: str, include: str) -> JSON:
    return {
        "terms": {
            "field": field, "include": include, "size": LOOKED_AT, "shard_size": 2 * LOOKED_AT,
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
    }  # fmt: skip


def _words(begun: Begun) -> str | None:
    """Give the expression of the words that begin so."""
    *whole, last = begun.terms
    first = begun.terms[0].term
    if len(first) < LEAST or not first.isalpha():
        return None
    syllables = [rf"{expression(term.term)}[0-9]*" for term in whole] + [rf"{expression(last.term)}[a-z]*[0-9]*"]
    return "_".join(syllables) + "(_[a-z]+[0-9]*)*"


def _codes(begun: Begun) -> str | None:
    """Give the expression of the codes that begin so."""
    return None if begun.code is None else f"{expression(begun.code)}.*"


def _agrees(word: str, begun: Begun) -> bool:
    parts = [_spelled(part) for part in word.split("_")]
    return len(parts) > 1 and all(
        typed_within(typed.accents, accents)
        for typed, (syllable, accents) in zip(begun.terms, parts, strict=False)
        if typed.term == syllable
    )


def _printed(word: str) -> str:
    return " ".join(unfold(*_spelled(part)) for part in word.split("_"))


def _spelled(part: str) -> tuple[str, int]:
    match = _PART.fullmatch(part)
    return (match[1], int(match[2] or 0)) if match else (part, 0)
