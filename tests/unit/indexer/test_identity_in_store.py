"""The same article from elsewhere is the same article; an earlier state of it changes nothing; versions are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.article import Article
from indexer.extract import Extracted, extract
from indexer.raw_page import RawPage
from indexer.store import ArticleStore, Version
from indexer.store.versions import MOST
from tests.unit.indexer.conftest import row

NOW = datetime(2024, 1, 1, tzinfo=UTC)
LONG = "Con đò sang sông sớm, chở theo rau và cá cho phiên chợ đầu tuần. " * 5
SITE = "https://bao.example.vn/tin"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with ArticleStore.open(tmp_path / "articles.db") as opened:
        yield opened


def item(**facts: Any) -> tuple[RawPage, Extracted]:
    given = {"title": "Chợ phiên bến Gỗ", "body": LONG, "publisher": "Báo Mây Chiều"} | facts
    page = row(json.dumps(given))
    return page, extract(page)


def put(store: ArticleStore, now: datetime = NOW, **facts: Any) -> str:
    """Put an article alone; give what became of it."""
    counts = store.put_many([item(**facts)], now)
    fates = ("new", "changed", "unchanged", "outdated", "withdrawn", "superseded")
    return ",".join(fate for fate in fates if getattr(counts, fate))


def articles(store: ArticleStore) -> list[Article]:
    return [each for each in store.articles() if isinstance(each, Article)]


@pytest.mark.parametrize(
    "address",
    [
        *(f"{SITE}/1", "http://bao.example.vn/tin/1", "https://BAO.example.vn:443/tin/1/", f"{SITE}/1#binh-luan"),
        *(f"{SITE}/1?utm_source=zalo&fbclid=x", f"{SITE}/%31;jsessionid=A1"),
    ],
)
def test_an_address_is_one_article_however_it_is_written(store: ArticleStore, address: str) -> None:
    put(store, url=f"{SITE}/1")
    put(store, url=address, body=LONG + "Chợ tan lúc trưa.")

    assert len(articles(store)) == 1
    assert articles(store)[0].body.endswith("Chợ tan lúc trưa.")


def test_another_query_string_is_another_address(store: ArticleStore) -> None:
    put(store, url=f"{SITE}?id=1")
    put(store, url=f"{SITE}?id=2", title="Tin khác", body=LONG[::-1])

    assert len(articles(store)) == 2


def test_the_same_text_at_two_addresses_is_one_article_at_the_first(store: ArticleStore) -> None:
    put(store, url=f"{SITE}/1")
    assert put(store, url=f"{SITE}/kinh-te/1") == "unchanged"
    assert put(store, url=f"{SITE}/1") == "unchanged"

    assert [each.url for each in articles(store)] == [f"{SITE}/1"]
    assert store.find(f"{SITE}/kinh-te/1") == store.find(f"{SITE}/1") == articles(store)[0].id


def test_a_short_text_or_one_of_unknown_publisher_is_no_name(store: ArticleStore) -> None:
    for number in (1, 2):
        put(store, url=f"{SITE}/{number}", body="Thông báo nghỉ lễ.")
        put(store, url=f"{SITE}/x{number}", publisher=None)

    assert len(articles(store)) == 4


def test_a_dump_and_a_page_of_one_second_are_one_article(store: ArticleStore) -> None:
    moment = {"published_at": "2020-07-01T10:47:44"}
    put(store, **moment)
    put(store, **moment, url=f"{SITE}/1", body=LONG + "Ảnh: Lò Thị Ban Mai.")
    assert len(articles(store)) == 1
    assert articles(store)[0].url == f"{SITE}/1"

    put(store, **moment, body=LONG + "Thêm một câu nữa.")
    assert len(articles(store)) == 1
    assert articles(store)[0].url == f"{SITE}/1"


def test_two_pages_of_one_second_at_two_addresses_are_two_articles(store: ArticleStore) -> None:
    for number in (1, 2):
        put(store, published_at="2020-07-01T10:47:44", url=f"{SITE}/{number}", body=LONG + f"Thông báo số {number}.")

    assert len(articles(store)) == 2


def test_a_given_id_is_kept_and_takes_over_the_address(store: ArticleStore) -> None:
    put(store, url=f"{SITE}/1")
    made = articles(store)[0].id

    assert put(store, id="bai-1", url=f"{SITE}/1", body=LONG + "Hết.") == "new,superseded"
    assert [each.id for each in articles(store)] == ["bai-1"]
    assert store.get(made) is None

    assert put(store, url=f"{SITE}/1", body=LONG + "Sửa lại.") == "changed"
    assert [each.id for each in articles(store)] == ["bai-1"]


def test_two_given_ids_of_one_address_are_two_articles(store: ArticleStore) -> None:
    put(store, id="bai-1", url=f"{SITE}/1")
    put(store, id="bai-2", url=f"{SITE}/1")

    assert len(articles(store)) == 2


def test_a_removed_article_comes_back_under_its_id(store: ArticleStore) -> None:
    put(store, id="bai-1", url=f"{SITE}/1")
    store.remove(["bai-1"], NOW)

    assert put(store, url=f"{SITE}/1") == "new"
    assert [each.id for each in articles(store)] == ["bai-1"]


def test_an_article_is_gone_when_its_last_address_is(store: ArticleStore) -> None:
    put(store, url=f"{SITE}/1")
    put(store, url=f"{SITE}/kinh-te/1")
    [one] = articles(store)

    assert store.forget_address(f"{SITE}/1", NOW) is None
    assert put(store, url=f"{SITE}/kinh-te/1") == "changed"
    assert [each.url for each in articles(store)] == [f"{SITE}/kinh-te/1"]
    assert store.forget_address(f"{SITE}/kinh-te/1", NOW) == one.id
    assert articles(store) == []
    assert store.forget_address(f"{SITE}/kinh-te/1", NOW) is None


def test_an_earlier_state_is_refused_and_told(store: ArticleStore) -> None:
    put(store, id="a", updated_at="2020-07-02T08:00:00")

    counts = store.put_many([item(id="a", updated_at="2020-07-01T08:00:00", body="Bản cũ.")], NOW)

    assert (counts.outdated, counts.changed) == (1, 0)
    assert [each.reason for each in counts.refusals] == [
        "it is of 2020-07-01T08:00:00+07:00, the article a that is there of 2020-07-02T08:00:00+07:00"
    ]
    assert articles(store)[0].body == LONG.strip()


@pytest.mark.parametrize("later", ["2020-07-02", "2020-07-02T08:00:00", "2020-07-03T00:00:00", None])
def test_what_may_be_newer_is_taken(store: ArticleStore, later: str | None) -> None:
    put(store, id="a", updated_at="2020-07-02T08:00:00")

    assert put(store, id="a", updated_at=later, body="Bản mới.") == "changed"


def test_a_page_fetched_earlier_is_refused(store: ArticleStore) -> None:
    def fetched(at: datetime, body: str) -> tuple[RawPage, Extracted]:
        page, extracted = item(url=f"{SITE}/1", body=body)
        return replace(page, fetched_at=at), extracted

    store.put_many([fetched(NOW, "Bản lấy sau.")], NOW)

    assert store.put_many([fetched(NOW - timedelta(hours=1), "Bản lấy trước.")], NOW).outdated == 1
    assert store.put_many([fetched(NOW + timedelta(hours=1), "Bản lấy sau nữa.")], NOW).changed == 1


def test_versions_are_kept_newest_first(store: ArticleStore) -> None:
    for hour, body in enumerate(("Bản một.", "Bản hai.", "Bản ba.")):
        put(store, NOW + timedelta(hours=hour), id="a", body=body)

    found = [each for each in store.versions("a") if isinstance(each, Version)]

    assert [each.stored.article.body for each in found] == ["Bản hai.", "Bản một."]
    assert [each.replaced_at - NOW for each in found] == [timedelta(hours=2), timedelta(hours=1)]


def test_reading_the_same_rows_again_makes_no_version(store: ArticleStore) -> None:
    batch = [item(id="a", body="Bản một."), item(id="a", body="Bản hai.")]
    for _ in range(3):
        store.put_many(batch, NOW)

    assert store.versions("a") == []


def test_an_article_that_changes_all_the_time_keeps_the_last_versions(store: ArticleStore) -> None:
    for number in range(MOST + 10):
        put(store, id="a", body=f"Bản {number}.")

    found = store.versions("a")

    assert len(found) == MOST
    assert isinstance(found[0], Version)
    assert found[0].stored.article.body == f"Bản {MOST + 8}."


# Those who would change what isn't theirs


def test_a_copy_on_another_site_can_not_change_the_original(store: ArticleStore) -> None:
    put(store, url=f"{SITE}/1", authors=["Lò Thị Ban Mai"])
    copy = {"url": "https://chep.example.vn/9", "authors": ["Kẻ Chép Bài"]}

    assert put(store, **copy) == "new"
    assert put(store, **copy | {"title": "Thuốc lạ", "body": "Bán thuốc lạ, giao tận nơi. " * 10}) == "changed"

    original = next(each for each in articles(store) if each.url == f"{SITE}/1")
    assert (original.title, original.authors) == ("Chợ phiên bến Gỗ", ("Lò Thị Ban Mai",))
    assert len(articles(store)) == 2


def test_a_copy_on_a_host_within_the_site_is_the_article(store: ArticleStore) -> None:
    put(store, url=f"{SITE}/1")

    assert put(store, url="https://m.bao.example.vn/tin/1") == "unchanged"
    assert put(store, url="https://www.bao.example.vn/chep/1") == "unchanged"
    assert put(store, url="https://bao.example.vn.chep.example/1") == "new"
    assert put(store, url="https://chep.example?.bao.example.vn/1") == "new"


@pytest.mark.parametrize(
    "address", [f"{SITE}/1?utm_source=zalo&fbclid=x", "https://www.bao.example.vn/tin/1", f"{SITE}/1;jsessionid=A7"]
)
def test_who_follows_a_reader_is_no_part_of_an_address(store: ArticleStore, address: str) -> None:
    put(store, url=f"{SITE}/1")

    assert put(store, url=address, body=LONG + "Chợ tan lúc trưa.") == "changed"
    assert len(articles(store)) == 1
    assert store.find(address) == articles(store)[0].id


def test_a_time_of_update_still_to_come_keeps_no_correction_out(store: ArticleStore) -> None:
    put(store, id="a", updated_at="2099-01-01T00:00:00")

    assert put(store, NOW + timedelta(days=1), id="a", updated_at="2024-01-02T08:00:00", body="Bản sửa.") == "changed"
    assert put(store, NOW + timedelta(days=1), id="a", updated_at="2099-01-01T00:00:00", body="Bản lạ.") == "changed"
    assert put(store, NOW + timedelta(days=2), id="a", updated_at="2024-01-02T09:00:00", body="Bản sửa.") == "changed"


def test_a_clock_that_was_ahead_keeps_no_correction_out(store: ArticleStore) -> None:
    def fetched(at: datetime, body: str) -> tuple[RawPage, Extracted]:
        page, extracted = item(url=f"{SITE}/1", body=body)
        return replace(page, fetched_at=at), extracted

    ahead = NOW + timedelta(days=400)
    store.put_many([fetched(ahead, "Bản lấy khi đồng hồ sai.")], ahead)

    assert store.put_many([fetched(NOW, "Bản lấy khi đồng hồ đúng.")], NOW).changed == 1
