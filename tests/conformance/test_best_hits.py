"""The best hits are the same whether every document is scored or those that can't be among them are left out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.analysis.chain import Analyzer
from index.analysis.syllables import fold
from index.query import And, Code, Either, Not, Phrase, Query, Term, Text, Unit, Wildcard
from index.weights import PLAIN, RANKED, Weights
from index.whoosh_engine.evaluator import Evaluator
from index.whoosh_engine.snapshot import Snapshot
from tests.conformance.engines import TriedIndex, whoosh
from tests.conformance.invented_articles import article

WORDS = [
    "hoà",
    "hòa",
    "hoa",
    "hỏa",
    "đường",
    "đuong",
    "duong",
    "bến",
    "nước",
    "nuoc",
    "mưa",
    "mùa",
    "gió",
    "hội",
    "nghị",
    "má",
    "mà",
    "ma",
    "cây",
    "rễ",
    "05-CT/TW",
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Iterator[Snapshot]:
    chance = random.Random(7)
    articles = [
        article(
            f"b{number:04}",
            " ".join(chance.choices(WORDS, k=chance.randint(1, 6))),
            " ".join(chance.choices(WORDS, weights=range(1, len(WORDS) + 1), k=chance.randrange(1, 150))),
        )
        for number in range(900)
    ]
    tried = TriedIndex(whoosh(), tmp_path_factory.mktemp("best") / "index", analyzer)
    tried.rebuild(articles[:600])
    tried.update(articles[600:], delete=[f"b{number:04}" for number in range(0, 600, 9)])
    path: Path = tried.path
    yield Snapshot(path, (path / "CURRENT").read_text().split()[0])
    tried.searcher.close()


def _unit(chance: random.Random) -> Unit:
    terms = [Term(*fold(word)) for word in WORDS[:-1]]
    kind = chance.choice(["term"] * 5 + ["phrase", "wildcard", "either"])
    if kind == "phrase":
        return Phrase(tuple(chance.sample(terms, chance.choice((1, 2)))), chance.random() < 0.5)
    if kind == "wildcard":
        return Wildcard(chance.choice(("ho*", "*oc", "du*")))
    if kind == "either":
        return Either(tuple(chance.sample(terms, 2)), (chance.choice(terms),))
    return chance.choice(terms)


def _query(chance: random.Random) -> Query:
    units = tuple(_unit(chance) for _ in range(chance.randint(1, 5)))
    text = Text(units, chance.choice((0, 0, 0.5)), ("hoi_nghi", "hoi9_nghi270"), (Code("5-ct-tw"),))
    return And((text, Not(Term("gio")))) if chance.random() < 0.2 else text


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("weights", [PLAIN, RANKED, replace(RANKED, window=6)], ids=["plain", "ranked", "small window"])
def test_nothing_that_belongs_among_the_best_is_left_out(snapshot: Snapshot, weights: Weights, seed: int) -> None:
    query = _query(random.Random(seed))
    wanted = 6

    evaluator = Evaluator(query, snapshot, weights)
    found = evaluator.found()
    all_scores = evaluator.scores(found)
    some, scores = evaluator.best(found, wanted)

    expected = np.sort(all_scores)[::-1][:wanted]
    assert np.sort(scores)[::-1][:wanted].tolist() == pytest.approx(expected.tolist(), rel=1e-5)
    if len(found) > wanted:
        surely = found[all_scores > expected[-1] * 1.0001]
        assert set(surely.tolist()) <= set(some.tolist())


def test_documents_are_left_out_at_all(snapshot: Snapshot) -> None:
    evaluator = Evaluator(Text((Term(*fold("hội")), Term(*fold("mưa")), Term(*fold("hoà"))), 0), snapshot, PLAIN)
    found = evaluator.found()
    assert len(evaluator.best(found, 5)[0]) < len(found) * 0.8
