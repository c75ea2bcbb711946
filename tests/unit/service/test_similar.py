"""What is offered as being about the same is: judged on the samples, a small archive where nearly nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.article import Article
from index.query import MatchAll, SearchRequest, Sort
from index.whoosh_engine import open_searcher
from indexer.cli import main
from service import create_app
from service.archive import Archive
from service.settings import Settings
from service.similar import LIKE, similar, similar_query
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import numbered
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

OUTBREAK = "Khe Lau khoanh ổ dịch tả lợn châu Phi trong hai ngày"
LESSON = "Khoanh nhanh ổ dịch tả lợn châu Phi, Cửa Mây học cách làm của Khe Lau"
PLANTING = "Ra quân trồng cây đầu Xuân"
ALIKE = {(OUTBREAK, LESSON), (LESSON, OUTBREAK), (PLANTING, PLANTING)}
"""Pairs of samples that a reader would call reports of the same."""
UNLIKE = [
    (PLANTING, "Đóng cống ngăn mặn sớm mười lăm ngày"),
    ("Lớp công nghệ thông tin của các cụ hưu trí", "HỘI BÀI CHÒI BẾN GIÓ KHÔNG BÁN VÉ CHO NGƯỜI VỘI"),
    ("Đá Dựng về đích nông thôn mới nâng cao bằng đường hoa và hố rác", OUTBREAK),
    ("Chi bộ “bốn tốt” không phải là chi bộ họp dài", "Đưa Chỉ thị 05 vào từng việc nhỏ ở chi bộ cơ quan"),
]
"""The nearest of the other pairs: a genre, a body or a few words in common, but not the matter."""


@pytest.fixture(scope="module")
def samples(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive of the sample pages, under the real engine."""
    home = tmp_path_factory.mktemp("samples")
    CliRunner().invoke(main, ["--home", str(home), "add", str(repo_root / "samples" / "pages")], catch_exceptions=False)
    searcher = open_searcher(home / "index")
    return create_app(Settings(home=home), searcher, analyzer()).extensions["timtin"]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def articles(samples: Archive) -> list[Article]:
    hits = samples.searcher.search(SearchRequest(MatchAll(), sort=Sort.ID, limit=200)).hits
    return [hit.article for hit in hits]


@pytest.fixture(scope="module")
def offered(samples: Archive, articles: list[Article]) -> set[tuple[str, str]]:
    """Every pair of titles of which the second is offered beside the first."""
    return {(each.title, hit.article.title) for each in articles for hit in similar(samples, each, 4).hits}


def test_reports_of_the_same_are_offered_and_nothing_else(offered: set[tuple[str, str]]) -> None:
    assert offered == ALIKE


@pytest.mark.parametrize(("title", "other"), UNLIKE)
def test_the_search_behind_it_finds_unlike_ones_too(
    samples: Archive, articles: list[Article], title: str, other: str
) -> None:
    """They are left out for their score alone: without the measure they would be offered."""
    article = next(each for each in articles if each.title == title)
    hits = samples.searcher.search(SearchRequest(similar_query(article, samples.analyzer), limit=30)).hits
    scores = {hit.article.title: hit.score for hit in hits if hit.article.title != title}
    own = next(hit.score for hit in hits if hit.article.id == article.id)
    assert 0.2 * own < scores[other] < 0.95 * LIKE * own


def test_an_article_that_many_others_repeat_still_has_its_like(searcher: WatchedSearcher) -> None:
    [first] = numbered(1)
    searcher.hold([replace(first, id=f"{number:02}") for number in range(20)])
    client = make_app(searcher).test_client()
    hits = client.get("/api/v1/similar?id=19&size=3").get_json()["hits"]
    assert [hit["id"] for hit in hits] == ["00", "01", "02"]


def test_where_nothing_is_like_it_the_page_offers_nothing(look: Callable[..., object]) -> None:
    assert "Bài cùng chủ đề" not in look("/bai/cau-cang").html  # type: ignore[attr-defined]
