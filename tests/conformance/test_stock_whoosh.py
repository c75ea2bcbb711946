"""Stock Whoosh reads the same index: its own `searcher.search()` finds what our evaluation of arrays finds.

With plain weights scores are the same too, to a millionth: Whoosh's BM25F, given the smoothed idf that ours has. The
ranking's other factors (accents, titles, neighbours, words) are nothing that Whoosh knows of.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from whoosh import query as stock
from whoosh.index import open_dir
from whoosh.searching import Searcher as StockSearcher

from index.analysis.chain import Analyzer
from index.query import And, Code, Not, Or, Phrase, Query, Term, TextField
from index.whoosh_engine.snapshot import Snapshot
from tests.conformance.engines import TriedIndex, whoosh
from tests.conformance.invented_articles import ARCHIVE, article, many
from tests.conformance.stock_oracle import compared, compiled

WORDS = [
    "con", "duong", "ben", "nuoc", "mua", "gio", "hoi", "nghi", "ma", "de", "nui", "da", "cay", "re", "xanh", "vang",
]  # fmt: skip
BODIES = 240


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Iterator[TriedIndex]:
    """Several segments, with deletions and replacements in the old ones."""
    chance = random.Random(20)
    articles = [
        article(
            f"r{number:03}",
            " ".join(chance.choices(WORDS, k=4)),
            " ".join(chance.choices(WORDS, weights=range(1, len(WORDS) + 1), k=chance.randrange(1, 60))),
        )
        for number in range(BODIES)
    ]
    tried = TriedIndex(whoosh(), tmp_path_factory.mktemp("stock") / "index", analyzer)
    tried.rebuild(articles[:150])
    tried.update([*articles[150:], *ARCHIVE], delete=[f"r{number:03}" for number in range(0, 150, 7)])
    tried.update([*many(40), *articles[10:20]], delete=["a2", "r200"])
    yield tried
    tried.searcher.close()


@pytest.fixture(scope="module")
def stock_searcher(written: TriedIndex) -> Iterator[StockSearcher]:
    generation = written.path / (written.path / "CURRENT").read_text().strip()
    with open_dir(generation, readonly=True, indexname="MAIN").searcher() as searcher:
        yield searcher


def stock_ids(searcher: StockSearcher, query: stock.Query) -> set[str]:
    """Search, and read the ids from the column beside the documents."""
    documents = {number for _, number in searcher.search(query, limit=None).top_n}
    assert len(searcher.search(query, limit=None)) == len(documents)
    found = set()
    for reader, start in searcher.reader().leaf_readers():
        inside = {number - start for number in documents if 0 <= number - start < reader.doc_count_all()}
        found |= {reader.stored_fields(number)["id"] for number in inside}
    assert len(found) == len(documents)
    return found


def test_the_index_has_segments_and_deletions_to_be_tried_on(stock_searcher: StockSearcher) -> None:
    reader = stock_searcher.reader()
    assert len(reader.leaf_readers()) >= 3
    assert reader.has_deletions()


@pytest.mark.parametrize("field", list(TextField))
@pytest.mark.parametrize("word", [*WORDS, "chan", "khongco"])
def test_a_term_finds_the_same(written: TriedIndex, stock_searcher: StockSearcher, word: str, field: TextField) -> None:
    assert written.found(Term(word, field=field)) == stock_ids(stock_searcher, compiled(Term(word, field=field)))


def test_a_code_finds_the_same(written: TriedIndex, stock_searcher: StockSearcher) -> None:
    for code in ("5-ct-tw", "362-qd-ttg", "1-x"):
        assert written.found(Code(code)) == stock_ids(stock_searcher, compiled(Code(code)))


def _random_query(chance: random.Random, depth: int) -> Query:
    kind = chance.choice(["term", "phrase"] if depth == 0 else ["term", "phrase", "and", "or", "not"])
    field = chance.choice([TextField.TEXT, TextField.TEXT, TextField.TITLE])
    if kind == "term":
        return Term(chance.choice(WORDS), field=field)
    if kind == "phrase":
        return Phrase(tuple(Term(word, field=field) for word in chance.choices(WORDS, k=chance.choice((2, 2, 3)))))
    parts = tuple(_random_query(chance, depth - 1) for _ in range(chance.choice((2, 3))))
    return And(parts) if kind == "and" else Or(parts) if kind == "or" else Not(parts[0])


@pytest.mark.parametrize("seed", range(4))
def test_random_trees_of_terms_and_phrases_find_the_same(
    written: TriedIndex, stock_searcher: StockSearcher, seed: int
) -> None:
    chance = random.Random(seed)
    found = 0
    for _ in range(40):
        query = _random_query(chance, 2)
        # A bare term falls back to what holds most; without accents that is what Whoosh finds, or nothing.
        expected = stock_ids(stock_searcher, compiled(query))
        assert written.found(query) == expected, query
        found += len(expected)
    assert found > 100


def test_whoosh_reads_the_positions_that_the_analysis_gave(
    written: TriedIndex, stock_searcher: StockSearcher, analyzer: Analyzer
) -> None:
    compared = 0
    for reader, _ in stock_searcher.reader().leaf_readers():
        matcher = reader.postings("text", b"duong")
        while matcher.is_active():
            known = written.searcher.get(reader.stored_fields(matcher.id())["id"])
            assert known is not None
            stream = analyzer.document(known).text
            at = [position for term, position in zip(stream.terms, stream.positions, strict=True) if term == "duong"]
            assert matcher.value_as("positions") == at
            assert matcher.weight() == len(at)
            compared += 1
            matcher.next()
    assert compared == len(written.found(Term("duong"))) > 20


@pytest.mark.parametrize("seed", range(20))
def test_fifty_random_queries_score_the_same_and_come_in_the_same_order(written: TriedIndex, seed: int) -> None:
    generation = (written.path / "CURRENT").read_text().split()[0]
    assert compared(Snapshot(written.path, generation), written.path / generation, WORDS, 50, 1000 + seed) > 500
