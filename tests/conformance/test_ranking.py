"""What the engines put first; how well on the whole is measured by the golden judgements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.analysis.chain import Analyzer
from tests.cluster.nodes import cluster_urls
from tests.conformance.engines import TriedIndex, opensearch, remove_opensearch, whoosh
from tests.conformance.invented_articles import article, many

FILLER = "chiều nay bến đò vắng khách mưa rơi lất phất trên mái lá cọ già"


@pytest.fixture(params=["whoosh", pytest.param("opensearch", marks=pytest.mark.cluster)])
def ranked(request: pytest.FixtureRequest, tmp_path: Path, analyzer: Analyzer) -> Iterator[TriedIndex]:
    path = tmp_path / "index"
    urls = cluster_urls() if request.param == "opensearch" else []
    index = TriedIndex(opensearch(urls) if urls else whoosh(), path, analyzer)
    yield index
    index.searcher.close()
    if urls:
        remove_opensearch(urls, path)


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ("khoai", ("Khoai", f"{FILLER} sắn"), ("Sắn", f"{FILLER} khoai")),
        ("khoai lang", ("Sắn", f"{FILLER} khoai lang"), ("Sắn", f"khoai {FILLER} lang")),
        ("khoai lang sắn ngô", ("Tin", f"{FILLER} sắn khoai ngô lang"), ("Tin", f"{FILLER} khoai lang ngô")),
        ("đường OR duong", ("Tin", f"{FILLER} đường"), ("Tin", f"{FILLER} duong")),
        ("đuong", ("Tin", f"{FILLER} đuong"), ("Tin", f"{FILLER} đường")),
        ("05-CT/TW", ("Tin", f"{FILLER} 5-CT/TW 05 ct tw"), ("Tin", f"{FILLER} 05 ct tw 05")),
        ("khoai", ("Tin", f"{FILLER} khoai khoai"), ("Tin", f"{FILLER} khoai gạo")),
        ("khoai", ("Tin", "khoai"), ("Tin", f"khoai {FILLER} {FILLER} {FILLER}")),
        ('"khoai lang"', ("Khoai lang", f"{FILLER} sắn gạo"), ("Sắn gạo", f"{FILLER} khoai lang")),
    ],
    ids=[
        "title",
        "neighbours",
        "all words",
        "same accents",
        "half accents",
        "code",
        "frequency",
        "length",
        "phrase in title",
    ],
)
def test_the_better_answer_comes_first(
    ranked: TriedIndex, typed: str, first: tuple[str, str], second: tuple[str, str]
) -> None:
    # The ids would put the worse one first, were the scores the same.
    ranked.rebuild([article("b-better", *first), article("a-worse", *second), *many(20)])
    hits = ranked.ask(typed).hits
    assert [hit.article.id for hit in hits][:2] == ["b-better", "a-worse"]
    assert hits[0].score > hits[1].score


def test_scores_are_finite_and_positive_for_free_text(ranked: TriedIndex) -> None:
    ranked.rebuild([article("empty", "", ""), article("x", "khoai", "khoai lang"), *many(5)])
    for typed in ("khoai", "khoai lang", "dòng chữ chẵn", '"dòng chữ"'):
        hits = ranked.ask(typed, limit=100).hits
        assert hits
        assert all(0 < hit.score < 1000 for hit in hits)


def test_the_same_articles_score_the_same_in_whichever_order_they_were_written(ranked: TriedIndex) -> None:
    articles = [article("x", "khoai", "khoai lang"), *many(20)]
    ranked.rebuild(articles)
    before = [(hit.article.id, hit.score) for hit in ranked.ask("khoai OR dòng chẵn", limit=50).hits]
    ranked.rebuild(reversed(articles))
    after = [(hit.article.id, hit.score) for hit in ranked.ask("khoai OR dòng chẵn", limit=50).hits]
    assert after == [(article_id, pytest.approx(score, rel=1e-5)) for article_id, score in before]
