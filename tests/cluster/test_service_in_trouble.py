"""What readers and programs get from the service while a real cluster is down, silent, full, red or of another version,
and what the command line says then."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from index.analysis.chain import Analyzer
from index.opensearch_engine import OpenSearchSearcher, OpenSearchWriter, Place, mapping, withhold, writer
from index.opensearch_engine.connection import Connection
from indexer.cli import main
from service import create_app
from service.settings import Settings
from tests.cluster.nodes import MEMORY, Cluster, cluster_urls, running
from tests.conformance.invented_articles import many
from tests.serving import serving

pytestmark = pytest.mark.cluster

SEARCH, READY = "/api/v1/search?q=dòng", "/readyz"
ROWS = [{"id": f"bai-{number}", "title": f"Bản tin số {number}", "body": "Nước lên ở bến đò."} for number in range(5)]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP."""

    status: int
    headers: Message
    body: dict[str, Any]


def get(url: str) -> Answer:
    """Ask as a program does."""
    request = urllib.request.Request(urllib.parse.quote(url, safe=":/?=&"), headers={"Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, answer.headers, json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, json.load(error))


def assert_problem(answer: Answer, status: int, code: str) -> None:
    """Hold that an answer is that problem, and nothing of the inside."""
    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.headers["Retry-After"] is not None) == (status == 503)
    assert set(answer.body) == {"type", "title", "status", "detail", "code", "request_id"}
    assert "127.0.0.1" not in json.dumps(answer.body)


@contextmanager
def service(place: Place) -> Iterator[str]:
    """Serve what a cluster holds; gives the address."""
    settings = Settings(home=Path("nowhere"), rate_limit=0)
    with (
        closing(OpenSearchSearcher(place)) as searcher,
        serving(create_app(settings, searcher, Analyzer.load())) as url,
    ):
        yield url


def fill(place: Place, articles: int = 20) -> None:
    """Index some articles, all of which have the word that is searched for."""
    withhold(place, ())
    with closing(OpenSearchWriter(place)) as writing, writing.rebuild(1) as batch:
        batch.upsert(many(articles))


@pytest.fixture(scope="module")
def pair() -> Iterator[Cluster]:
    """A cluster of two nodes, to be hurt."""
    with running(2, MEMORY / f"timtin-pair-{os.getpid()}" if MEMORY.is_dir() else None) as cluster:
        yield cluster


@pytest.fixture
def place() -> Iterator[Place]:
    """A place of its own in the cluster of all tests."""
    given = Place(tuple(cluster_urls()), f"thu-{uuid.uuid4().hex[:8]}", shards=2, replicas=0)
    yield given
    with closing(Connection(given)) as connection:
        connection.ask("DELETE", f"/{given.prefix}-*", expand_wildcards="all")


def test_a_cluster_that_stands_still_gives_504_and_one_that_is_gone_503(pair: Cluster) -> None:
    place = Place(tuple(pair.urls))
    fill(place)
    with service(place) as url, ThreadPoolExecutor() as asking:
        assert get(url + SEARCH).body["total"] == 20

        for number in range(pair.count):
            pair.hang(number)
        answers = list(asking.map(get, (url + SEARCH, url + READY)))
        for number in range(pair.count):
            pair.wake(number)
        for answer in answers:
            assert_problem(answer, 504, "search_timeout")
        pair.wait()
        assert get(url + SEARCH).body["total"] == 20

        for number in range(pair.count):
            pair.kill(number)
        for path in (SEARCH, READY, "/api/v1/articles/n001", "/api/v1/suggest?q=dòng"):
            assert_problem(get(url + path), 503, "engine_unavailable")
        page = urllib.request.Request(f"{url}/?q=d", headers={"Accept": "text/html"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(page)
        with refused.value as error:
            assert (error.code, error.headers["Content-Type"]) == (503, "text/html; charset=utf-8")

        for number in range(pair.count):
            pair.start(number)
        pair.wait()
        assert get(url + SEARCH).body["total"] == 20
        assert get(url + READY).body["status"] == "ok"


def test_where_a_shard_is_gone_nothing_is_answered_for_a_part(pair: Cluster) -> None:
    place = Place(tuple(pair.urls), "mot-ban", shards=2, replicas=0)
    fill(place)
    pair.wait("green")
    with service(place) as url:
        assert get(url + SEARCH).body["total"] == 20
        lost = 1 - pair.manager()
        pair.kill(lost)
        for path in (SEARCH, READY, "/api/v1/search?facets=author&size=1"):
            assert_problem(get(url + path), 503, "engine_unavailable")
        pair.start(lost)
        pair.wait("green")
        assert get(url + SEARCH).body["total"] == 20
        assert get(url + READY).status == 200


def timtin(home: Path, place: Place, *args: str) -> Result:
    """Run a command over a place of the cluster."""
    environment = {
        "TIMTIN_ENGINE": "opensearch",
        "TIMTIN_OPENSEARCH_URL": " ".join(place.urls),
        "TIMTIN_OPENSEARCH_PREFIX": place.prefix,
        "TIMTIN_OPENSEARCH_REPLICAS": "0",
    }
    return CliRunner(env=environment).invoke(main, ["--home", str(home), *args])


def rows(path: Path, *several: dict[str, Any]) -> str:
    """Write rows to a file; give its name."""
    path.write_text("".join(json.dumps(row) + "\n" for row in several), "utf-8")
    return str(path)


@pytest.mark.parametrize("blocked", ["2*", "records"])
def test_full_disks_stop_writing_and_not_searching(place: Place, tmp_path: Path, blocked: str) -> None:
    assert timtin(tmp_path / "home", place, "add", rows(tmp_path / "1.jsonl", *ROWS[:3])).exit_code == 0
    block = {"index.blocks.read_only_allow_delete": True}
    with closing(Connection(place)) as connection, service(place) as url:
        connection.ask("PUT", f"/{place.prefix}-{blocked}/_settings", block)
        refused = timtin(tmp_path / "home", place, "add", rows(tmp_path / "2.jsonl", *ROWS[3:]))
        assert refused.exit_code == 3
        assert "the articles are stored, but the index is not up to date" in refused.stderr
        assert "make room, and the block goes" in refused.stderr
        assert get(f"{url}/api/v1/search?q=bến").body["total"] == 3
        assert get(url + READY).status == 200

        connection.ask("PUT", f"/{place.prefix}-{blocked}/_settings", dict.fromkeys(block))
        assert timtin(tmp_path / "home", place, "add", rows(tmp_path / "2.jsonl", *ROWS[3:])).exit_code == 0
        assert get(f"{url}/api/v1/search?q=bến").body["total"] == 5


def test_an_index_of_another_version_is_named_with_its_remedy(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fill(place)
    monkeypatch.setattr(mapping, "MAPPING_VERSION", "0")
    with service(place) as url:
        for path in (SEARCH, READY):
            assert_problem(get(url + path), 503, "index_outdated")
    assert "run `timtin rebuild`" in caplog.text
    searched = timtin(tmp_path, place, "search", "dòng")
    assert searched.exit_code == 3
    assert "timtin rebuild" in searched.stderr


def test_an_article_that_the_cluster_refuses_is_reported_and_costs_only_itself(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_numbers(given: Place) -> dict[str, Any]:
        """An index in which publishers must be numbers: the cluster refuses any other."""
        body = mapping.index_body(given)
        body["mappings"]["properties"]["publisher"] = {"type": "long"}
        return body

    monkeypatch.setattr(writer, "index_body", of_numbers)
    bad = {**ROWS[1], "publisher": "Báo Hải Lam"}
    added = timtin(tmp_path / "home", place, "add", "--json", rows(tmp_path / "1.jsonl", ROWS[0], bad, ROWS[2]))
    assert added.exit_code == 0
    told = json.loads(added.stdout)
    assert (told["read"], told["new"], told["indexed"], told["index_problem"]) == (3, 3, 2, None)
    [rejected] = told["rejected"]
    assert rejected["origin"] == "bai-1"
    assert "the cluster does not take it (mapper_parsing_exception" in rejected["reason"]
    assert "add the article again" in rejected["reason"]

    rebuilt = timtin(tmp_path / "home", place, "rebuild")
    assert "Rejected bai-1: the cluster does not take it" in rebuilt.stdout
    moved = timtin(tmp_path / "home", replace(place, prefix=f"{place.prefix}-b"), "migrate", "--to", "opensearch")
    assert "Rejected bai-1: the cluster does not take it" in moved.stderr
    with service(place) as url:
        assert get(f"{url}/api/v1/search?q=bến").body["total"] == 2
        assert get(f"{url}/api/v1/articles/bai-1").status == 404
