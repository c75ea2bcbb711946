"""From sources to an index that holds what the store holds."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from index.article import Article
from index.engine import Batch, Writer
from index.errors import BadArticle, IndexLocked, IndexOutdated
from index.query import MatchAll, SearchRequest
from indexer import indexing, pipeline
from indexer.archive import Archive
from indexer.check import check
from indexer.extract import extract
from indexer.raw_page import RawPage
from indexer.sources import SkippedFile
from indexer.store import ArticleStore, StoreMissing
from tests.naive_engine import NaiveBatch
from tests.unit.indexer.conftest import row

Clock = Callable[[], datetime]


def rows(*ids: str, body: str = "Trời mưa.") -> list[RawPage]:
    return [row(json.dumps({"id": i, "title": f"Mưa {i}", "body": body}), f"a.jsonl:{n}") for n, i in enumerate(ids, 1)]


def indexed(archive: Archive) -> set[str]:
    searcher = archive.engine.open_searcher(archive.index)
    return {hit.article.id for hit in searcher.search(SearchRequest(MatchAll(), limit=1000)).hits}


def last_number(archive: Archive) -> int:
    with ArticleStore.open(archive.articles, read_only=True) as store:
        return store.last_seq()


def test_added_articles_are_in_store_and_index(archive: Archive, clock: Clock) -> None:
    report = pipeline.add(archive, rows("a", "b"), clock)

    assert (report.read, report.new, report.indexed, report.rejected) == (2, 2, 2, [])
    assert indexed(archive) == {"a", "b"}
    assert check(archive) == []


def test_report_counts_every_fate(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a", "b"), clock)
    items = [
        *rows("a"),
        *rows("b", body="Trời tạnh."),
        *rows("c"),
        row("[]", "a.jsonl:9"),
        BadArticle("b.txt", "there is no such file"),
        SkippedFile("c.pdf"),
        row('{"title": "x", "body": "x", "url": "ftp://x"}', "a.jsonl:10"),
    ]

    report = pipeline.add(archive, items, clock)

    assert (report.read, report.new, report.changed, report.unchanged) == (6, 2, 1, 1)
    assert [rejected.origin for rejected in report.rejected] == ["a.jsonl:9", "b.txt"]
    assert [warned.origin for warned in report.warnings] == ["a.jsonl:10"]
    assert report.skipped_files == 1
    assert report.indexed == 3


def test_adding_again_writes_nothing(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a"), clock)
    report = pipeline.add(archive, rows("a"), clock)

    assert (report.unchanged, report.indexed) == (1, 0)
    assert archive.engine.open_searcher(archive.index).stats().generation == "1"


def test_removed_articles_leave_store_and_index(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a", "b"), clock)

    report = pipeline.remove(archive, ["a", "nix", "a"], clock)

    assert (report.removed, report.missing, report.unindexed) == (1, ["nix"], 1)
    assert indexed(archive) == {"b"}
    assert check(archive) == []


def test_long_batches_make_a_generation_every_so_many_changes(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "CHECKPOINT", 2)

    pipeline.add(archive, rows(*"abcde"), clock)

    stats = archive.engine.open_searcher(archive.index).stats()
    assert (stats.generation, stats.articles, stats.applied) == ("3", 5, last_number(archive))


def test_interrupted_indexing_goes_on_with_the_next_command(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "CHECKPOINT", 2)
    told: list[int] = []

    def interrupt(step: str, done: int, total: int | None) -> None:
        told.append(done)
        if step == "indexed" and len(told) > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.add(archive, rows(*"abcde"), clock, interrupt)
    assert len(indexed(archive)) == 2

    report = pipeline.add(archive, [], clock)

    assert report.indexed == 3
    assert indexed(archive) == set("abcde")


def test_rebuild_makes_the_index_anew_from_the_store(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a", "b"), clock)
    pipeline.remove(archive, ["a"], clock)

    report = pipeline.rebuild(archive, clock)

    assert report.indexed == 1
    assert indexed(archive) == {"b"}
    assert check(archive) == []


def test_index_of_another_store_is_rebuilt(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(*"abc"), clock)
    _lose_the_store(archive)
    archive.articles.touch()

    pipeline.add(archive, rows("d"), clock)

    assert indexed(archive) == {"d"}


def test_second_writer_is_refused_before_anything_is_read(archive: Archive, clock: Clock) -> None:
    writer = archive.engine.open_writer(archive.index)

    def never() -> Iterator[RawPage]:
        pytest.fail("the source was read")
        yield

    with pytest.raises(IndexLocked):
        pipeline.add(archive, never(), clock)
    writer.close()
    assert not archive.articles.exists()


def test_lock_is_released_when_a_command_fails(archive: Archive, clock: Clock) -> None:
    def failing() -> Iterator[RawPage]:
        yield from rows("a")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        pipeline.add(archive, failing(), clock)
    assert pipeline.add(archive, rows("b"), clock).new == 1


class OutdatedWriter:
    """A writer of an index that this version can't go on with."""

    def update(self, applied: int) -> AbstractContextManager[Batch]:
        raise IndexOutdated("the index is of another version: run `timtin rebuild`")

    @contextmanager
    def rebuild(self, applied: int) -> Iterator[Batch]:
        raise NotImplementedError
        yield

    def close(self) -> None:
        pass


def outdated_on_opening(_: Path) -> Writer:
    raise IndexOutdated("the index is of another version: run `timtin rebuild`")


@pytest.mark.parametrize("open_writer", [lambda _: OutdatedWriter(), outdated_on_opening])
def test_unusable_index_does_not_keep_articles_from_the_store(
    archive: Archive, clock: Clock, open_writer: Callable[[Path], Writer]
) -> None:
    broken = replace(archive, engine=replace(archive.engine, open_writer=open_writer))

    report = pipeline.add(broken, rows("a"), clock)

    assert report.new == 1
    assert report.index_problem == "the index is of another version: run `timtin rebuild`"
    with ArticleStore.open(archive.articles, read_only=True) as store:
        assert store.count() == 1


def test_disk_that_fills_while_the_index_is_made_loses_neither_articles_nor_report(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: NaiveBatch, articles: Iterable[Article]) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(NaiveBatch, "upsert", full)

    report = pipeline.add(archive, [*rows("a", "b"), row("[]", "a.jsonl:9")], clock)

    assert (report.new, len(report.rejected)) == (2, 1)
    assert report.index_problem is not None
    assert "No space left on device" in report.index_problem
    assert "run the command again" in report.index_problem
    monkeypatch.undo()
    assert pipeline.add(archive, [], clock).indexed == 2
    assert check(archive) == []


def test_check_tells_that_nothing_was_added_yet(archive: Archive) -> None:
    assert "there is no article store" in check(archive)[0]


def test_check_tells_an_index_that_is_missing(archive: Archive, clock: Clock) -> None:
    with ArticleStore.open(archive.articles):
        pass
    assert "there is no index" in check(archive)[0]


def test_check_tells_an_index_that_is_behind(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a"), clock)
    with ArticleStore.open(archive.articles) as store:
        store.remove(["a"], clock())

    assert check(archive) == ["the index is behind the store by 1 change; bring it up to date with any timtin add"]


def test_check_tells_of_the_store_and_of_the_index_at_once(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a", "b", "c"), clock)
    with closing(sqlite3.connect(archive.articles)) as other, other:
        other.execute("UPDATE articles SET fields = x'00' WHERE id = 'a'")
    writer = archive.engine.open_writer(archive.index)
    with writer.update(last_number(archive)) as batch:
        batch.delete(["c"])
    writer.close()

    unreadable, fewer, missing = check(archive)

    assert unreadable.startswith("article a can't be read")
    assert fewer == "the index holds 2 articles, the store 3; run timtin rebuild"
    assert missing == "1 article is not in the index (c); run timtin reconcile"


def test_check_names_articles_that_index_and_store_hold_differently(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a", "b"), clock)
    with ArticleStore.open(archive.articles, read_only=True) as store:
        first, second = store.articles()
    writer = archive.engine.open_writer(archive.index)
    with writer.update(last_number(archive)) as batch:
        batch.delete([first.id])
        batch.upsert([replace(second, body="Trời tạnh.")])
    writer.close()

    problems = check(archive)

    assert problems == [
        "the index holds 1 article, the store 2; run timtin rebuild",
        "1 article is not in the index (a); run timtin reconcile",
        "1 article differs from the store's (b); run timtin reconcile",
    ]


def _lose_the_store(archive: Archive) -> None:
    for path in archive.home.glob("articles.db*"):
        path.unlink()


def test_lost_store_never_goes_on_with_the_index_it_had(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(*(f"a{n}" for n in range(20))), clock)
    _lose_the_store(archive)
    archive.articles.touch()

    report = pipeline.add(archive, rows(*(f"b{n}" for n in range(61))), clock)

    assert (report.new, report.indexed) == (61, 61)
    assert any("it was made anew" in notice for notice in report.notices)
    assert indexed(archive) == {f"b{n}" for n in range(61)}
    assert check(archive) == []


def test_restored_copy_never_goes_on_with_later_changes(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a"), clock)
    copy = archive.articles.read_bytes()
    pipeline.add(archive, rows("b", "c"), clock)
    archive.articles.write_bytes(copy)
    with ArticleStore.open(archive.articles) as store:
        store.put_many([(page, extract(page)) for page in rows("d", "e", "f")], clock())
    assert "restored from a copy; run timtin rebuild" in check(archive)[0]

    report = pipeline.add(archive, rows("g"), clock)

    assert len(report.notices) == 1
    assert indexed(archive) == {"a", "d", "e", "f", "g"}
    assert check(archive) == []


def test_emptied_store_is_told(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a"), clock)
    _lose_the_store(archive)
    archive.articles.touch()

    report = pipeline.add(archive, rows("b"), clock)

    assert "was empty (0 bytes), its articles are lost" in report.notices[0]
    assert indexed(archive) == {"b"}


def test_rebuild_without_a_store_leaves_the_index_alone(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a"), clock)
    _lose_the_store(archive)

    with pytest.raises(StoreMissing):
        pipeline.rebuild(archive, clock)

    assert not archive.articles.exists()
    assert indexed(archive) == {"a"}


def test_article_that_cannot_be_read_is_left_out_of_a_rebuild_and_told(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows("a", "b"), clock)
    with closing(sqlite3.connect(archive.articles)) as other, other:
        other.execute("UPDATE articles SET raw = x'01020304' WHERE id = 'a'")

    report = pipeline.rebuild(archive, clock)

    assert (report.indexed, indexed(archive)) == (1, {"b"})
    assert report.unreadable[0].startswith("article a can't be read")
    assert "add it again (it came from a.jsonl:1)" in report.unreadable[0]
    again = pipeline.add(archive, rows("a", "b"), clock)
    assert (again.changed, again.unchanged, again.unreadable) == (1, 1, [])
    assert check(archive) == []


@pytest.mark.parametrize("batch", [1, 1_000])
def test_id_that_stands_twice_is_told_once_and_adding_again_changes_nothing(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("indexer.ingest.BATCH", batch)
    twice = [*rows("a", "b"), *rows("a", body="Trời tạnh."), *rows("a", body="Trời giông.")]

    first = pipeline.add(archive, twice, clock)
    generation = archive.engine.open_searcher(archive.index).stats().generation
    second = pipeline.add(archive, twice, clock)

    assert (first.read, first.new, first.changed, first.unchanged, first.repeated) == (4, 2, 0, 0, 2)
    assert (second.read, second.new, second.changed, second.unchanged, second.repeated) == (4, 0, 0, 2, 2)
    assert [warned.text for warned in second.warnings] == ["the id a stands at a.jsonl:1, too; the last one is kept"]
    assert second.indexed == 0
    assert archive.engine.open_searcher(archive.index).stats().generation == generation
    assert check(archive) == []
