"""What only a cluster can get wrong: leftovers of batches, dead writers, facets over many shards, old indexes."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from index.analysis.chain import Analyzer
from index.article import Article
from index.errors import EngineUnavailable, IndexDamaged, IndexLocked, IndexOutdated
from index.opensearch_engine import OpenSearchWriter, facets, lock, mapping, preparation
from index.opensearch_engine.connection import Connection
from index.query import Collapse, Facet, MatchAll, Sort
from tests.cluster.nodes import cluster_urls
from tests.conformance.engines import TriedIndex, opensearch, place_of, remove_opensearch
from tests.conformance.invented_articles import ARCHIVE, article, many

pytestmark = pytest.mark.cluster


@pytest.fixture
def clustered(tmp_path: Path, analyzer: Analyzer) -> Iterator[TriedIndex]:
    urls = cluster_urls()
    index = TriedIndex(opensearch(urls), tmp_path / "index", analyzer)
    yield index
    index.searcher.close()
    remove_opensearch(urls, tmp_path / "index")


def versions(clustered: TriedIndex) -> int:
    """Count the versions of articles that the index holds, seen or not."""
    place = place_of(cluster_urls(), clustered.path)
    with closing(Connection(place)) as connection:
        connection.ask("POST", f"/{place.alias}/_refresh")
        found: int = connection.ask("POST", f"/{place.alias}/_count", {"query": {"exists": {"field": "born"}}})["count"]
        return found


def test_what_a_batch_that_came_to_nothing_has_sent_is_taken_back(clustered: TriedIndex) -> None:
    clustered.rebuild(ARCHIVE)
    writer = clustered.engine.open_writer(clustered.path)
    assert isinstance(writer, OpenSearchWriter)
    with suppress(ZeroDivisionError), writer.update(2) as batch:
        batch.upsert([article("x", body="tạm"), article("a1", body="thay")])
        batch.delete(["a2"])
        batch.finish()
        raise ZeroDivisionError
    writer.close()
    assert clustered.everything() == {each.id for each in ARCHIVE}
    assert versions(clustered) == len(ARCHIVE) + 2

    clustered.update([article("y")])

    assert clustered.everything() == {*(each.id for each in ARCHIVE), "y"}
    assert clustered.found("tạm") == clustered.found("thay") == set()
    assert clustered.searcher.get("a1") == ARCHIVE[0]
    assert versions(clustered) == len(ARCHIVE) + 1


def test_when_a_process_that_prepares_is_killed_the_last_generation_stays(
    clustered: TriedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "TOGETHER", 20)
    clustered.rebuild(ARCHIVE)
    writer = clustered.engine.open_writer(clustered.path)

    def killing_on_the_way() -> Iterator[Article]:
        for number, each in enumerate(many(400)):
            if number == 200:
                for child in multiprocessing.active_children():
                    child.kill()
            yield each

    with closing(writer), pytest.raises(EngineUnavailable, match="run the command again"), writer.update(2) as batch:
        batch.upsert(killing_on_the_way())
    assert clustered.everything() == {each.id for each in ARCHIVE}
    clustered.update([article("y")])
    assert clustered.everything() == {*(each.id for each in ARCHIVE), "y"}


def test_versions_that_no_generation_shows_do_not_pile_up(clustered: TriedIndex) -> None:
    clustered.rebuild(ARCHIVE)
    for number in range(5):
        clustered.update([article("a1", body=f"lần {number}")])
    assert clustered.everything() == {each.id for each in ARCHIVE}
    # The current one's, that of the generation before, and the one before that, which a search may still be reading.
    assert versions(clustered) == len(ARCHIVE) + 2


def test_a_writer_that_was_taken_for_dead_makes_nothing_visible(
    clustered: TriedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    clustered.rebuild(ARCHIVE)
    monkeypatch.setattr(lock, "RENEWAL", 1000.0)
    monkeypatch.setattr(lock, "FRESH", 0.0)
    dead = clustered.engine.open_writer(clustered.path)
    with pytest.raises(IndexLocked), dead.update(2) as batch:  # noqa: PT012 -- the bracket is tested
        batch.upsert([article("x")])
        monkeypatch.setattr(lock, "SILENCE", 0.0)
        heir = clustered.engine.open_writer(clustered.path)
        monkeypatch.setattr(lock, "SILENCE", 60.0)
        with heir.update(2) as other:
            other.upsert([article("y")])
        heir.close()
    dead.close()
    assert clustered.everything() == {*(each.id for each in ARCHIVE), "y"}


def test_facets_are_exact_though_each_shard_counts_few_values(
    clustered: TriedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    names = [f"Tác Giả {number}" for number in range(40)]
    written = [article(f"n{n}", authors=(chance.choice(names[: 1 + n % 40]),)) for n in range(300)]
    clustered.rebuild(written)
    monkeypatch.setattr(facets, "DEEP", 1)
    expected = sorted(Counter(each.authors[0] for each in written).items(), key=lambda pair: (-pair[1], pair[0]))
    for limit in (1, 3, 50):
        counted = clustered.ask(MatchAll(), facets=frozenset({Facet.AUTHOR}), facet_limit=limit).facets[Facet.AUTHOR]
        assert [(each.value, each.count) for each in counted] == expected[:limit]


def test_all_values_of_a_facet_are_given_though_one_answer_holds_fewer(
    clustered: TriedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [article(f"n{number}", authors=(f"Tác Giả {number % 23:02}",)) for number in range(60)]
    clustered.rebuild(written)
    monkeypatch.setattr(facets, "MOST", 5)
    expected = sorted(Counter(each.authors[0] for each in written).items(), key=lambda pair: (-pair[1], pair[0]))
    for limit in (4, 5, 6, 1_000_000):
        counted = clustered.ask(MatchAll(), facets=frozenset({Facet.AUTHOR}), facet_limit=limit).facets[Facet.AUTHOR]
        assert [(each.value, each.count) for each in counted] == expected[:limit]


def test_more_values_than_one_answer_holds_are_walked_through(
    clustered: TriedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [article(f"n{n:03}", story=f"s{n // 2}") for n in range(60)]
    clustered.rebuild(written)
    monkeypatch.setattr(facets, "WALKED", 7)
    response = clustered.ask(MatchAll(), sort=Sort.ID, collapse=Collapse.STORY, limit=3)
    assert (response.total, response.total_stories) == (60, 30)


def test_an_index_of_another_version_is_not_read(clustered: TriedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    clustered.rebuild(ARCHIVE)
    monkeypatch.setattr(mapping, "MAPPING_VERSION", "0")
    for ask in (clustered.searcher.stats, lambda: clustered.ask("lũ"), lambda: clustered.update([article("x")])):
        with pytest.raises(IndexOutdated, match="timtin rebuild"):
            ask()
    clustered.rebuild(ARCHIVE[:2])
    assert clustered.searcher.stats().articles == 2


def test_articles_that_are_gone_from_the_cluster_are_missed(clustered: TriedIndex) -> None:
    clustered.rebuild(many(20))
    clustered.searcher.verify()
    place = place_of(cluster_urls(), clustered.path)
    with closing(Connection(place)) as connection:
        [lost, *_] = connection.search(place.alias, {"query": {"term": {"id": "n003"}}})["hits"]["hits"]
        connection.ask("DELETE", f"/{lost['_index']}/_doc/{lost['_id']}", refresh="true")
    with pytest.raises(IndexDamaged, match="19 articles instead of 20"):
        clustered.searcher.verify()


def test_only_the_index_that_is_searched_and_the_one_before_stay(clustered: TriedIndex) -> None:
    for number in range(4):
        clustered.rebuild(ARCHIVE[: number + 1])
    place = place_of(cluster_urls(), clustered.path)
    with closing(Connection(place)) as connection:
        assert len(connection.ask("GET", f"/{place.prefix}-2*/_alias")) == 2


def test_a_question_of_many_words_is_answered(clustered: TriedIndex) -> None:
    clustered.rebuild(many(20))
    words = " ".join(f"dòng chữ chẵn {number}" for number in range(100))
    assert clustered.ask(words).total == 20
