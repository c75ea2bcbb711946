"""Pages say when the index is being renewed, is old, or is damaged; and say nothing when all is well."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from index.response import IndexStats
from index.whoosh_engine.generations import SILENCE, being_built
from tests.unit.service.conftest import NOW, make_app
from tests.unit.service.invented_articles import ARTICLES
from tests.unit.service.watched_searcher import WatchedSearcher

PAGES = (
    "/", "/?q=b%E1%BA%A7u+c%E1%BB%AD", "/bai/cau-cang", "/tro-giup", "/so-sanh", "/nang-cao", "/api/docs", "/cau-tim",
)  # fmt: skip


class SearcherInState(WatchedSearcher):
    """Says of its index what a test wants."""

    def __init__(self, **state: object) -> None:
        super().__init__(ARTICLES)
        self._state = state

    def stats(self) -> IndexStats:
        return replace(super().stats(), **({"built_at": NOW} | self._state))  # type: ignore[arg-type]


def told(searcher: WatchedSearcher, page: str, **settings: object) -> str:
    answer = make_app(searcher, **settings).test_client().get(page)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_said_of_a_fresh_whole_index(page: str) -> None:
    assert "index-state" not in told(SearcherInState(), page)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_while_the_index_is_being_renewed(page: str) -> None:
    assert "Kho đang được cập nhật" in told(SearcherInState(building=True), page)


def test_an_index_without_changes_for_long_says_since_when() -> None:
    searcher = SearcherInState(built_at=NOW.replace(year=2019, month=12, day=25))
    assert "Đã 7 ngày kho không có gì mới: lần cập nhật gần nhất: 08:30 ngày 25/12/2019." in told(searcher, "/")
    assert "index-state" not in told(searcher, "/", old_after_days=8)
    assert "index-state" not in told(searcher, "/", old_after_days=0)


def test_a_damaged_index_is_told_where_the_hits_do_not_tell_it() -> None:
    searcher = SearcherInState(stale="damaged")
    for page in ("/", "/bai/cau-cang", "/so-sanh", "/api/docs"):
        assert "Chỉ mục mới nhất bị hỏng" in told(searcher, page)
    assert "index-state" not in told(searcher, "/?q=b%E1%BA%A7u+c%E1%BB%AD")


def test_readiness_says_whether_a_generation_is_being_made() -> None:
    client = make_app(SearcherInState(building=True)).test_client()
    assert client.get("/readyz").get_json()["building"] is True


def test_what_an_interrupted_run_has_left_is_no_build(tmp_path: Path) -> None:
    left = tmp_path / ".building-00000003"
    left.mkdir()
    (left / "MAIN_1.seg").write_bytes(b"half")
    now = time.time()
    assert being_built(tmp_path, now)
    for path in (left / "MAIN_1.seg", left):
        os.utime(path, (now - SILENCE - 1, now - SILENCE - 1))
    assert not being_built(tmp_path, now)
    assert not being_built(tmp_path / "nowhere", now)
