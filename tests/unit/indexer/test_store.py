"""The article store: what goes in comes out, and changes are numbered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.article import Article
from indexer.extract import Extracted, extract
from indexer.raw_page import RawPage
from indexer.store import ArticleStore, PutCounts, Repetition, StoreDamaged, StoreLocked, StoreMissing, Unsound
from indexer.store.schema import translated
from tests.unit.indexer.conftest import PAGE, dump, row

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def item(article_id: str, body: str = "Trời mưa.") -> tuple[RawPage, Extracted]:
    page = row(json.dumps({"id": article_id, "title": "Mưa", "body": body, "author": "Lý Suối Đá"}))
    return page, extract(page)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with ArticleStore.open(tmp_path / "articles.db") as opened:
        yield opened


def test_article_comes_out_as_it_went_in(store: ArticleStore) -> None:
    page = dump(PAGE)
    extracted = extract(page)
    store.put_many([(page, extracted)], NOW)

    stored = store.get(extracted.article.id)

    assert stored is not None
    assert stored.article == extracted.article
    assert stored.page == page
    assert stored.rules == extracted.rules
    assert stored.first_seen == stored.changed_at == NOW


def test_same_again_changes_nothing(store: ArticleStore) -> None:
    assert store.put_many([item("a"), item("b")], NOW) == PutCounts(new=2)
    last = store.last_seq()
    assert store.put_many([item("a"), item("b")], NOW) == PutCounts(unchanged=2)
    assert store.last_seq() == last


def test_last_of_two_rows_of_one_id_wins_and_the_other_counts_as_repeated(store: ArticleStore) -> None:
    counts = store.put_many([item("a"), item("a", "Trời tạnh."), item("a", "Trời giông.")], NOW)
    assert counts == PutCounts(new=1, repeated=2, repetitions=(Repetition("a", "rows.jsonl:1", "rows.jsonl:1"),))
    counts = store.put_many([item("a"), item("a", "Trời tạnh.")], NOW)
    assert (counts.changed, counts.repeated) == (1, 1)

    stored = store.get("a")

    assert stored is not None
    assert stored.article.body == "Trời tạnh."


def test_changes_since_a_number_are_the_last_of_each_article_in_order(store: ArticleStore) -> None:
    store.put_many([item("a"), item("b"), item("c")], NOW)
    seen = store.last_seq()
    store.put_many([item("a", "Trời tạnh."), item("d")], NOW)
    store.remove(["b"], NOW)

    changes = list(store.changes_since(seen))

    assert [(change.id, change.article is None) for change in changes] == [("a", False), ("d", False), ("b", True)]
    assert [change.seq for change in changes] == [seen + 1, seen + 2, seen + 3]
    assert [change.id for change in store.removals_since(seen, seen + 3)] == ["b"]


def test_removed_article_is_gone_and_may_come_back(store: ArticleStore) -> None:
    store.put_many([item("a")], NOW)

    assert store.remove(["a", "nix"], NOW) == ["a"]
    assert store.get("a") is None
    assert store.count() == 0
    assert list(store.ids()) == []
    assert store.remove(["a"], NOW) == []
    assert store.put_many([item("a")], NOW) == PutCounts(new=1)
    assert list(store.ids()) == ["a"]


def test_checkpoint_is_the_number_of_that_many_changes_on(store: ArticleStore) -> None:
    store.put_many([item(name) for name in "abcde"], NOW)

    before = store.last_seq() - 5
    assert [store.checkpoint(before + number, 2) - before for number in (0, 2, 4, 5)] == [2, 4, 5, 5]
    assert store.checkpoint(0, 2) == before + 2


def test_failed_batch_leaves_nothing_of_itself(store: ArticleStore) -> None:
    def failing() -> Iterator[tuple[RawPage, Extracted]]:
        yield item("a")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        store.put_many(failing(), NOW)

    assert store.count() == 0
    assert store.put_many([item("a")], NOW) == PutCounts(new=1)


def test_store_is_read_while_it_is_written(tmp_path: Path, store: ArticleStore) -> None:
    store.put_many([item("a")], NOW)

    def looking() -> Iterator[tuple[RawPage, Extracted]]:
        yield item("b")
        with ArticleStore.open(tmp_path / "articles.db", read_only=True) as reader:
            assert list(reader.ids()) == ["a"]

    store.put_many(looking(), NOW)
    with ArticleStore.open(tmp_path / "articles.db", read_only=True) as reader:
        assert list(reader.ids()) == ["a", "b"]


def test_stats_count_what_is_there(store: ArticleStore) -> None:
    store.put_many([item("a"), item("b"), (dump(PAGE), extract(dump(PAGE)))], NOW)
    store.remove(["b"], NOW)

    stats = store.stats()

    assert (stats.articles, stats.removed, stats.dated, stats.with_author, stats.publishers) == (2, 1, 1, 2, 1)
    assert stats.last_seq == store.last_seq()
    assert stats.last_change == NOW


def test_sound_store_has_nothing_wrong(store: ArticleStore) -> None:
    store.put_many([item("a"), (dump(PAGE), extract(dump(PAGE)))], NOW)
    assert store.damages() == []
    assert [found.id for found in store.verified() if isinstance(found, Article)] == list(store.ids())


def test_article_that_was_altered_is_named(tmp_path: Path, store: ArticleStore) -> None:
    store.put_many([item("a"), item("b")], NOW)
    store.finish()
    with sqlite3.connect(tmp_path / "articles.db") as other:
        other.execute("UPDATE articles SET fields = x'00' WHERE id = 'a'")
        other.execute("UPDATE articles SET content_hash = x'00' WHERE id = 'b'")
    other.close()

    unreadable, altered = store.verified()

    assert isinstance(unreadable, Unsound)
    assert unreadable.problem.startswith("article a can't be read")
    assert altered == Unsound("b", "article b is not what was written; add it again (it came from rows.jsonl:1)")


def test_store_that_is_not_there_is_told_with_the_remedy_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "articles.db"

    with pytest.raises(
        StoreMissing, match=r"there is no article store at .*articles\.db; add articles with: timtin add"
    ):
        ArticleStore.open(path, read_only=True)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"not a database at all " * 100, b""])
def test_file_that_is_no_store_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "articles.db"
    path.write_bytes(content)

    with pytest.raises(StoreDamaged, match=r"articles\.db"):
        ArticleStore.open(path, read_only=True)


def test_store_of_another_layout_is_told(tmp_path: Path, store: ArticleStore) -> None:
    store.close()
    other = sqlite3.connect(tmp_path / "articles.db")
    other.execute("PRAGMA user_version = 99")
    other.close()

    with pytest.raises(StoreDamaged, match="has layout 99, this program knows layout 3"):
        ArticleStore.open(tmp_path / "articles.db")


def test_second_writer_is_told_to_try_again(
    tmp_path: Path, store: ArticleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.store.schema.WAIT_SECONDS", 0.05)

    def writing() -> Iterator[tuple[RawPage, Extracted]]:
        with (
            ArticleStore.open(tmp_path / "articles.db") as second,
            pytest.raises(StoreLocked, match="try again when it has ended"),
        ):
            second.put_many([item("b")], NOW)
        yield item("a")

    store.put_many(writing(), NOW)
    assert list(store.ids()) == ["a"]


def test_lines_are_counted_once_a_page_however_often_it_is_written(
    store: ArticleStore, clock: Callable[[], datetime]
) -> None:
    for visitors in ("7", "8", "9"):
        pages = [
            dump(PAGE.replace("Vườn rau", f"Vườn rau số {number}").replace("09:15:30", f"09:15:0{number}"))
            for number in range(1, 4)
        ]
        pages = [dump(page.content.decode().replace("lứa rau", f"lứa {visitors} rau")) for page in pages]
        store.put_many([(page, extract(page)) for page in pages], clock())

    pages_seen, counts = store.line_counts("Ủy ban nhân dân xã Mây Chiều")

    assert pages_seen == 3
    assert counts["Các chuyên mục"] == 3


def test_lines_of_removed_pages_count_no_more(store: ArticleStore) -> None:
    portal = "Ủy ban nhân dân xã Mây Chiều"
    pages = [dump(PAGE.replace("Vườn rau", f"Vườn rau số {number}")) for number in range(5)]
    batch = [(page, extract(page)) for page in pages]
    ids = [extracted.article.id for _, extracted in batch]
    store.put_many(batch, NOW)

    store.remove(ids[:2], NOW)
    store.remove(ids[:2], NOW)

    pages_seen, counts = store.line_counts(portal)
    assert (pages_seen, counts["Các chuyên mục"]) == (3, 3)

    store.remove(ids[2:], NOW)
    assert store.line_counts(portal) == (0, {})

    store.put_many(batch, NOW)
    pages_seen, counts = store.line_counts(portal)
    assert (pages_seen, counts["Các chuyên mục"]) == (5, 5)


def test_no_two_stores_give_out_the_same_number(tmp_path: Path, store: ArticleStore) -> None:
    store.put_many([item("a"), item("b")], NOW)
    with ArticleStore.open(tmp_path / "other.db") as other:
        other.put_many([item(name) for name in "abcdef"], NOW + timedelta(seconds=1))

        assert store.has_given_out(store.last_seq())
        assert not store.has_given_out(store.last_seq() + 1)
        assert not other.has_given_out(store.last_seq())
        assert other.has_given_out(0)


def test_numbers_go_on_when_a_clock_was_set_back(store: ArticleStore) -> None:
    store.put_many([item("a")], NOW)
    first = store.last_seq()
    store.put_many([item("b")], NOW - timedelta(days=1))

    assert store.last_seq() == first + 1


def test_store_of_the_older_layout_is_brought_up_to_date_by_writing(tmp_path: Path, store: ArticleStore) -> None:
    store.put_many([item("a"), item("b")], NOW)
    store.close()
    path = tmp_path / "articles.db"
    other = sqlite3.connect(path)
    for (table,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table not in ("articles", "portals", "portal_lines"):
            other.execute(f"DROP TABLE {table}")
    other.executescript("UPDATE articles SET seq = seq % 1000000 + 1; PRAGMA user_version = 1;")
    for column in ("url", "charset", "fetched_at", "story", "is_original"):
        other.execute(f"ALTER TABLE articles DROP COLUMN {column}")
    other.close()

    with pytest.raises(StoreDamaged, match="has the older layout 1; any timtin add brings it to layout 3"):
        ArticleStore.open(path, read_only=True)
    with ArticleStore.open(path) as again:
        assert again.last_seq() == 2
        assert [again.has_given_out(number) for number in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize("read_only", [True, False])
def test_cut_off_store_is_damaged_and_not_written_over(tmp_path: Path, store: ArticleStore, read_only: bool) -> None:
    store.close()
    path = tmp_path / "articles.db"
    path.write_bytes(path.read_bytes()[:50])

    with pytest.raises(StoreDamaged, match=r"is damaged or no article store \(50 bytes, no layout\); restore it"):
        ArticleStore.open(path, read_only=read_only)
    assert path.stat().st_size == 50


def test_empty_file_is_told_as_empty(tmp_path: Path) -> None:
    (tmp_path / "articles.db").touch()

    for options in ({"read_only": True}, {"create": False}):
        with pytest.raises(StoreDamaged, match=r"is empty \(0 bytes\); restore it from a copy, or add the articles"):
            ArticleStore.open(tmp_path / "articles.db", **options)


def test_store_on_a_file_system_mounted_read_only_is_read_without_a_file_beside_it(
    tmp_path: Path, store: ArticleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_many([item("a")], NOW)
    store.close()
    monkeypatch.setattr("indexer.store.schema._never_changes", lambda _: True)

    with ArticleStore.open(tmp_path / "articles.db", read_only=True) as reader:
        assert list(reader.ids()) == ["a"]
        assert [path.name for path in tmp_path.iterdir()] == ["articles.db"]


def test_store_that_cannot_be_opened_is_told_with_what_reading_needs(tmp_path: Path) -> None:
    (tmp_path / "articles.db").touch()

    with (
        pytest.raises(OSError, match=r"reading it makes articles\.db-shm beside it, so its folder must be writable"),
        translated(tmp_path / "articles.db"),
    ):
        raise sqlite3.OperationalError("unable to open database file")


def _spoil(path: Path, article_id: str) -> None:
    other = sqlite3.connect(path)
    with other:
        other.execute("UPDATE articles SET raw = x'0102030405' WHERE id = ?", (article_id,))
    other.close()


def test_article_that_cannot_be_read_is_told_and_written_anew_by_adding_it(tmp_path: Path, store: ArticleStore) -> None:
    store.put_many([item("a"), item("b")], NOW)
    _spoil(tmp_path / "articles.db", "a")

    with pytest.raises(StoreDamaged, match=r"article a can't be read .*; add it again \(it came from rows\.jsonl:1\)"):
        store.get("a")
    assert store.put_many([item("a"), item("b")], NOW) == PutCounts(changed=1, unchanged=1)
    assert store.get("a") is not None


def test_page_that_cannot_be_read_is_left_out_of_learning(tmp_path: Path, store: ArticleStore) -> None:
    page = dump(PAGE)
    extracted = extract(page)
    store.put_many([(page, extracted)], NOW)
    _spoil(tmp_path / "articles.db", extracted.article.id)

    assert list(store.articles_of("Ủy ban nhân dân xã Mây Chiều")) == []


def test_article_that_ends_a_run_as_it_began_keeps_its_number(store: ArticleStore) -> None:
    store.put_many([item("a"), item("b")], NOW)
    last = store.last_seq()
    store.begin_run()

    first = store.put_many([item("a", "Trời tạnh.")], NOW, in_run=True)
    second = store.put_many([item("a")], NOW, in_run=True)

    assert (first + second).changed == 0
    assert ((first + second).unchanged, (first + second).repeated) == (1, 1)
    assert list(store.changes_since(last)) == []
