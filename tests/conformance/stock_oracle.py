"""Whoosh's own searcher as the judge of ours: the same documents, scores to a millionth, the same order."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from whoosh import query as stock
from whoosh.index import open_dir
from whoosh.scoring import BM25F
from whoosh.searching import Searcher as StockSearcher

from index.query import And, Code, MatchAll, Not, Or, Phrase, Query, Term
from index.weights import PLAIN
from index.whoosh_engine.evaluator import Evaluator
from index.whoosh_engine.snapshot import Snapshot


def compiled(query: Query) -> stock.Query:
    """Say the same in Whoosh's own query objects."""
    match query:
        case MatchAll():
            return stock.Every()
        case Term():
            return stock.Term(query.field.value, query.term.encode())
        case Phrase():
            return stock.Phrase(query.terms[0].field.value, [term.term.encode() for term in query.terms])
        case Code():
            return stock.Term("codes", query.code.encode())
        case And():
            return stock.And([compiled(part) for part in query.queries])
        case Or():
            return stock.Or([compiled(part) for part in query.queries])
        case Not():
            return stock.And([stock.Every(), stock.Not(compiled(query.query))])
        case _:
            raise AssertionError(query)


class SmoothedIdf(BM25F):
    """Whoosh's BM25F with the weight of rarity that ours has."""

    def idf(self, searcher: StockSearcher, fieldname: str, text: bytes) -> float:
        count = searcher.doc_count_all()
        frequency = searcher.doc_frequency(fieldname, text)
        return math.log1p((count - frequency + 0.5) / (frequency + 0.5))


def _query(chance: random.Random, depth: int, words: list[str]) -> tuple[Query, stock.Query]:
    """Make a query of syllables that both can score, in our words and in Whoosh's; each of the words is used once at
    most, since Whoosh leaves out repetitions."""
    if not depth or chance.random() < 0.2:
        term = Term(words.pop())
        return term, compiled(term)
    ours, theirs = zip(*(_query(chance, depth - 1, words) for _ in range(chance.choice((2, 3)))), strict=True)
    return (And(ours), stock.And(list(theirs))) if chance.random() < 0.5 else (Or(ours), stock.Or(list(theirs)))


def compared(snapshot: Snapshot, generation: Path, words: Sequence[str], queries: int, seed: int) -> int:
    """Ask random queries of these words of both searchers; raises AssertionError where they differ. Gives the number of
    hits compared."""
    chance = random.Random(seed)
    weighting = SmoothedIdf(B=PLAIN.b, K1=PLAIN.k1)
    hits = 0
    with open_dir(generation, readonly=True, indexname="MAIN").searcher(weighting=weighting) as searcher:
        for _ in range(queries):
            shuffled = chance.sample(words, len(words))
            query, theirs = _query(chance, 2, shuffled)
            constant = 0.0
            if chance.random() < 0.3:
                query = And((query, Not(Term(shuffled[0]))))
                theirs = stock.And([theirs, stock.Not(stock.Term("text", shuffled[0].encode()))])
                constant = 1.0  # what Whoosh gives for not holding something
            found = searcher.search(theirs, limit=None).top_n
            expected = {number: score - constant for score, number in found}
            if not expected:
                continue
            evaluator = Evaluator(query, snapshot, PLAIN)
            documents = evaluator.found()
            scores = evaluator.scores(documents)
            assert documents.tolist() == sorted(expected), query
            assert scores.tolist() == pytest.approx([expected[number] for number in documents.tolist()], rel=1e-6), (
                query
            )
            in_order = sorted(documents.tolist(), key=lambda number: -expected[number])
            ours = dict(zip(documents.tolist(), scores.tolist(), strict=True))
            for earlier, later in pairwise(in_order):
                assert ours[earlier] >= ours[later] * (1 - 1e-6), query
            hits += len(documents)
    return hits
