"""Upserts, deletions and generations: what a writer promises, whichever the engine."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from index.errors import IndexLocked, IndexMissing
from index.query import Facet, MatchAll, SearchRequest
from tests.conformance.engines import ALL_FACETS, TriedIndex
from tests.conformance.invented_articles import ARCHIVE, article, day, many


def test_an_index_that_was_never_written_is_missing(tried: TriedIndex) -> None:
    for ask in (tried.searcher.stats, lambda: tried.searcher.get("a1"), lambda: tried.ask("hội nghị")):
        with pytest.raises(IndexMissing) as caught:
            ask()
        assert str(tried.path) in str(caught.value)


def test_a_searcher_opened_before_the_index_exists_answers_once_it_does(tried: TriedIndex) -> None:
    with pytest.raises(IndexMissing):
        tried.searcher.stats()

    tried.rebuild(ARCHIVE)

    assert tried.searcher.stats().articles == len(ARCHIVE)


def test_an_empty_generation_answers_everything_with_nothing(tried: TriedIndex) -> None:
    tried.rebuild([])

    response = tried.ask(MatchAll(), facets=ALL_FACETS)

    assert (response.total, response.hits, response.dates, response.notes) == (0, (), (), ())
    assert response.facets == {Facet.AUTHOR: (), Facet.PUBLISHER: (), Facet.SECTION: ()}
    assert tried.found("hội nghị") == tried.found('"hội nghị"') == tried.found("author:mai") == set()
    assert tried.searcher.get("a1") is None
    assert tried.searcher.stats().articles == 0


def test_searchers_know_while_a_generation_is_being_made(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    writer = tried.engine.open_writer(tried.path)
    seen = [tried.searcher.stats().building]
    with writer.rebuild(applied=2) as batch:
        batch.upsert(ARCHIVE)
        seen.append(tried.searcher.stats().building)
    with suppress(ZeroDivisionError), writer.update(applied=3):
        seen.append(tried.searcher.stats().building)
        raise ZeroDivisionError
    writer.close()
    assert [*seen, tried.searcher.stats().building] == [False, True, True, False]


def test_an_update_without_an_index_makes_one(tried: TriedIndex) -> None:
    tried.update(ARCHIVE)

    assert tried.everything() == {"a1", "a2", "a3", "a4", "a5", "a6"}


def test_an_article_comes_back_as_it_was_written(tried: TriedIndex) -> None:
    full = article(
        "nội-bộ/1?x=2",
        "Tiêu đề có “ngoặc” & <thẻ>",
        "Thân bài\nhai dòng\u00a0và dấu cách cứng",
        lead="Sa pô",
        captions=("Chú thích một", "Chú thích hai"),
        url="https://bao.example.vn/bai/1",
        authors=("Lò Thị Ban Mai", "Bàn Văn Sương"),
        byline="LÒ THỊ BAN MAI – BÀN VĂN SƯƠNG",
        section="Đời sống",
        publisher="Báo Bến Gỗ",
        publisher_printed="BÁO BẾN GỖ",
        published_at=day(2020, 7, 1),
    )
    bare = article("trống", "", "")
    tried.rebuild([full, bare])

    assert tried.searcher.get(full.id) == full
    assert tried.searcher.get(bare.id) == bare
    assert {hit.article.id: hit.article for hit in tried.ask("").hits} == {full.id: full, bare.id: bare}


def test_an_upsert_replaces_the_article_of_the_same_id(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)

    tried.update([article("a6", "Bản tin lũ", "Nước lên ở bến đò.")])

    assert tried.found("lũ") == {"a6"}
    assert tried.found("nắng") == set()
    assert tried.searcher.stats().articles == len(ARCHIVE)


def test_the_last_of_several_with_one_id_in_a_batch_wins(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="đầu tiên"), article("y", body="khác"), article("x", body="sau cùng")])

    assert tried.everything() == {"x", "y"}
    assert tried.found("tiên") == set()
    assert tried.found("cùng") == {"x"}

    tried.update([article("x", body="lần ba"), article("x", body="lần bốn")])

    assert tried.everything() == {"x", "y"}
    assert tried.found('"lần ba"') == set()
    assert tried.found('"lần bốn"') == {"x"}
    stored = tried.searcher.get("x")
    assert stored is not None
    assert stored.body == "lần bốn"


def test_upsert_and_delete_count_what_they_did(tried: TriedIndex) -> None:
    writer = tried.engine.open_writer(tried.path)
    with writer.rebuild(1) as batch:
        assert batch.upsert([article("x"), article("y"), article("x")]) == 3
        assert batch.delete(["y", "y", "nobody"]) == 1
    with writer.update(2) as batch:
        assert batch.delete(["x", "y"]) == 1
        assert batch.upsert([]) == 0
    writer.close()

    assert tried.everything() == set()


def test_a_deleted_article_can_be_written_again_in_the_same_batch(tried: TriedIndex) -> None:
    tried.rebuild([article("x", body="cũ"), article("y")])
    writer = tried.engine.open_writer(tried.path)
    with writer.update(2) as batch:
        batch.delete(["x"])
        batch.upsert([article("x", body="mới")])
        batch.upsert([article("z", body="tạm")])
        batch.delete(["z"])
    writer.close()

    assert tried.everything() == {"x", "y"}
    assert tried.found("mới") == {"x"}
    assert tried.found("tạm") == tried.found("cũ") == set()


def test_a_deleted_article_is_gone_from_hits_facets_stats_and_get(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)

    tried.update(delete=["a2", "a3"])

    assert tried.everything() == {"a1", "a4", "a5", "a6"}
    assert tried.found("đường") == set()
    assert tried.searcher.get("a2") is None
    authors = {count.value: count.count for count in tried.ask("", facets=ALL_FACETS).facets[Facet.AUTHOR]}
    assert authors == {"Lò Thị Ban Mai": 1, "Bàn Văn Sương": 1, "unknown": 2}
    assert tried.searcher.stats().articles == 4


def test_a_rebuild_forgets_what_was_there(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)

    tried.rebuild([article("mới", body="chỉ còn bài này")])

    assert tried.everything() == {"mới"}
    assert tried.found("hội nghị") == set()


def test_an_index_can_be_emptied_and_filled_again(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    tried.update(delete=[known.id for known in ARCHIVE])
    assert tried.everything() == set()

    tried.update(ARCHIVE[:2])

    assert tried.everything() == {"a1", "a2"}
    assert tried.found("đường") == {"a2"}


def test_many_small_updates_add_up(tried: TriedIndex) -> None:
    articles = many(60)
    tried.rebuild(articles[:40])
    expected = {known.id: known for known in articles[:40]}
    for number in range(40, 60):
        gone, changed = f"n{number - 40:03}", f"n{number - 20:03}"
        replacement = article(changed, body=f"thay lần {number}", published_at=day(2021, 1, 1 + number % 28))
        tried.update([articles[number], replacement], delete=[gone])
        expected |= {articles[number].id: articles[number], changed: replacement}
        expected.pop(gone, None)

    assert tried.everything() == set(expected)
    assert tried.found("chẵn") == {i for i, known in expected.items() if "chẵn" in known.body}
    assert tried.found('"thay lần 45"') == {i for i, known in expected.items() if known.body == "thay lần 45"}
    assert {i: tried.searcher.get(i) for i in expected} == expected
    assert tried.searcher.stats().articles == len(expected)


def test_stats_count_articles_dates_and_authors(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE, applied=17)
    stats = tried.searcher.stats()
    assert (stats.articles, stats.dated, stats.with_author, stats.applied) == (6, 4, 4, 17)
    assert stats.built_at.tzinfo is not None

    tried.update(delete=["a1", "a6"], applied=21)
    stats = tried.searcher.stats()
    assert (stats.articles, stats.dated, stats.with_author, stats.applied) == (4, 3, 3, 21)


def test_an_open_searcher_sees_every_new_generation(tried: TriedIndex) -> None:
    seen = set()
    for number in range(4):
        tried.update([article(f"x{number}")])
        response = tried.ask("")
        assert response.total == number + 1
        assert response.generation == tried.searcher.stats().generation
        seen.add(response.generation)
    assert len(seen) == 4


@pytest.mark.parametrize("bracket", ["update", "rebuild"])
def test_nothing_is_seen_before_the_bracket_ends(tried: TriedIndex, bracket: str) -> None:
    tried.rebuild(ARCHIVE)
    before = tried.searcher.stats()
    writer = tried.engine.open_writer(tried.path)
    with getattr(writer, bracket)(2) as batch:
        batch.upsert([article("x")])
        batch.delete(["a1"])
        assert tried.everything() == {"a1", "a2", "a3", "a4", "a5", "a6"}
        assert tried.searcher.get("x") is None
        assert tried.searcher.stats() == replace(before, building=True)
    writer.close()

    assert tried.everything() == ({"x"} if bracket == "rebuild" else {"a2", "a3", "a4", "a5", "a6", "x"})


class _Interruption(Exception):
    pass


@pytest.mark.parametrize("bracket", ["update", "rebuild"])
def test_an_exception_inside_a_bracket_leaves_the_last_state(tried: TriedIndex, bracket: str) -> None:
    tried.rebuild(ARCHIVE, applied=5)
    before = tried.searcher.stats()
    writer = tried.engine.open_writer(tried.path)
    with pytest.raises(_Interruption), getattr(writer, bracket)(9) as batch:  # noqa: PT012 -- the bracket is tested
        batch.upsert([article("x"), article("a1", body="thay")])
        batch.delete(["a2"])
        raise _Interruption

    assert tried.everything() == {"a1", "a2", "a3", "a4", "a5", "a6"}
    assert tried.found("thay") == set()
    assert tried.searcher.stats() == before

    with writer.update(6) as batch:
        batch.upsert([article("x")])
    writer.close()
    assert tried.everything() == {"a1", "a2", "a3", "a4", "a5", "a6", "x"}


def test_an_exception_in_the_first_bracket_leaves_no_index(tried: TriedIndex) -> None:
    writer = tried.engine.open_writer(tried.path)
    with pytest.raises(_Interruption), writer.update(1) as batch:  # noqa: PT012 -- the bracket is tested
        batch.upsert([article("x")])
        raise _Interruption
    writer.close()

    with pytest.raises(IndexMissing):
        tried.searcher.stats()


def test_an_article_source_that_fails_throws_the_batch_away(tried: TriedIndex) -> None:
    def failing():
        yield article("x")
        raise _Interruption

    tried.rebuild(ARCHIVE)
    writer = tried.engine.open_writer(tried.path)
    with pytest.raises(_Interruption), writer.update(2) as batch:
        batch.upsert(failing())
    writer.close()

    assert tried.searcher.get("x") is None
    assert tried.searcher.stats().articles == 6


def test_a_second_writer_is_locked_out_until_the_first_closes(tried: TriedIndex) -> None:
    first = tried.engine.open_writer(tried.path)
    with pytest.raises(IndexLocked) as caught:
        tried.engine.open_writer(tried.path)
    assert str(tried.path) in str(caught.value)

    with first.rebuild(1) as batch:
        batch.upsert(ARCHIVE)
    first.close()
    first.close()

    second = tried.engine.open_writer(tried.path)
    second.close()
    assert tried.searcher.stats().articles == 6


def test_readers_need_no_lock(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    writer = tried.engine.open_writer(tried.path)
    other = tried.engine.open_searcher(tried.path)

    assert other.search(SearchRequest(MatchAll())).total == 6

    other.close()
    writer.close()


def test_indexes_in_two_folders_do_not_meet(tried: TriedIndex) -> None:
    other = TriedIndex(tried.engine, tried.path.parent / "other", tried.analyzer)
    tried.rebuild([article("x")])
    other.rebuild([article("y"), article("z")])

    assert (tried.everything(), other.everything()) == ({"x"}, {"y", "z"})
    other.searcher.close()


def test_a_closed_searcher_can_be_closed_again(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE)
    tried.searcher.stats()
    tried.searcher.close()
    tried.searcher.close()


def roll_back(tried: TriedIndex) -> str:
    writer = tried.engine.open_writer(tried.path)
    try:
        return writer.roll_back()
    finally:
        writer.close()


def test_rolled_back_the_generation_before_is_searched_again(tried: TriedIndex) -> None:
    tried.rebuild(ARCHIVE, applied=6)
    before = tried.searcher.stats()
    tried.update([article("x")], delete=[ARCHIVE[0].id], applied=8)

    assert roll_back(tried) == before.generation

    assert tried.searcher.stats() == before
    assert tried.everything() == {each.id for each in ARCHIVE}


def test_a_change_after_rolling_back_starts_from_that_generation(tried: TriedIndex) -> None:
    tried.rebuild([article("a")])
    tried.update([article("b")])
    undone = tried.searcher.stats().generation
    roll_back(tried)

    tried.update([article("c")])

    assert tried.everything() == {"a", "c"}
    assert tried.searcher.stats().generation != undone


@pytest.mark.parametrize("generations", [0, 1])
def test_without_an_earlier_generation_nothing_is_rolled_back(tried: TriedIndex, generations: int) -> None:
    for _ in range(generations):
        tried.rebuild(ARCHIVE)

    with pytest.raises(IndexMissing):
        roll_back(tried)

    if generations:
        assert tried.searcher.stats().articles == len(ARCHIVE)
