"""Moving between the engines: migrate and compare, the cluster's part with a real one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.opensearch_engine import Place
from index.opensearch_engine.connection import Connection
from index.whoosh_engine import open_searcher, open_writer
from indexer.cli import main
from indexer.comparison import Asking, Compared, compare
from tests.cluster.nodes import cluster_urls
from tests.conformance.invented_articles import article, many
from tests.naive_engine import NaiveEngine

ROWS = [
    {
        "id": f"bai-{number}",
        "title": f"Bản tin số {number}",
        "body": f"Nước lên ở bến đò số {number}.",
        "author": "Lò Mai",
    }
    for number in range(12)
]


@pytest.fixture
def asking(analyzer: Analyzer) -> Asking:
    return Asking(analyzer, Abbreviations.builtin(), datetime(2024, 5, 20, tzinfo=UTC))


def test_engines_with_the_same_articles_answer_alike(tmp_path: Path, analyzer: Analyzer, asking: Asking) -> None:
    engine = NaiveEngine(analyzer)
    for open_one in (engine.open_writer, open_writer):
        with closing(open_one(tmp_path)) as writer, writer.rebuild(1) as batch:
            batch.upsert(many(9))
    with closing(open_searcher(tmp_path)) as one:
        found = list(compare(one, engine.open_searcher(tmp_path), ["dòng chữ", "không hề có", ""], asking))
    assert [each.same_matches for each in found] == [True] * 3
    assert [each.overlap for each in found] == [1.0] * 3
    assert [each.totals for each in found] == [(9, 9), (0, 0), (9, 9)]


def test_what_differs_is_told(tmp_path: Path, analyzer: Analyzer, asking: Asking) -> None:
    engine = NaiveEngine(analyzer)
    for number, name in enumerate(("mot", "hai")):
        with closing(engine.open_writer(tmp_path / name)) as writer, writer.rebuild(1) as batch:
            batch.upsert(
                [article("a", body="Nước lên."), *[article("b", body="Nước xuống.", authors=("Lò Mai",))] * number]
            )
    searchers = [engine.open_searcher(tmp_path / name) for name in ("mot", "hai")]
    [found] = compare(searchers[0], searchers[1], ["nước"], asking)
    assert found == Compared("nước", (1, 2), 1, 2, ("author", "publisher", "section", "date"), notes_differ=False)
    assert (found.overlap, found.same_matches) == (0.5, False)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    urls = cluster_urls()
    prefix = f"di-chuyen-{uuid.uuid4().hex[:8]}"
    monkeypatch.setenv("TIMTIN_OPENSEARCH_URL", " ".join(urls))
    monkeypatch.setenv("TIMTIN_OPENSEARCH_PREFIX", prefix)
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    (tmp_path / "queries.txt").write_text("bến đò\nbản tin số 3\ntác_giả:mai\n", encoding="utf-8")
    yield tmp_path
    with closing(Connection(Place(tuple(urls), prefix))) as connection:
        connection.ask("DELETE", f"/{prefix}-*", expand_wildcards="all")


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home / "home"), *arguments])


@pytest.mark.cluster
def test_an_archive_moves_to_a_cluster_and_answers_there_as_before(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(home, "add", str(home / "rows.jsonl")).exit_code == 0
    assert run(home, "withdraw", "bai-3", "--reason", "nhầm").exit_code == 0

    moved = run(home, "migrate", "--to", "opensearch")
    assert (moved.exit_code, moved.stdout) == (
        0,
        "opensearch holds 11 articles; TIMTIN_ENGINE=opensearch makes it answer.\n",
    )
    compared = run(home, "compare", str(home / "queries.txt"))
    assert (compared.exit_code, compared.stdout) == (
        0,
        "3 queries: 3 with the same totals, facets and notes; 100.0% of the first 10 hits in common\n",
    )

    monkeypatch.setenv("TIMTIN_ENGINE", "opensearch")
    assert json.loads(run(home, "search", "bến đò", "--json").stdout)["total"] == 11
    assert run(home, "remove", "bai-5").exit_code == 0
    assert json.loads(run(home, "search", "bến đò", "--json").stdout)["total"] == 10
    assert run(home, "check").exit_code == 0


@pytest.mark.cluster
def test_what_changed_since_is_told_and_brought_by_migrating_again(home: Path) -> None:
    run(home, "add", str(home / "rows.jsonl"))
    run(home, "migrate", "--to", "opensearch")
    run(home, "remove", "bai-1", "bai-2")

    before = run(home, "compare", str(home / "queries.txt"))
    assert before.exit_code == 3
    assert "bến đò: 10 by whoosh against 12 by opensearch; other counts by author" in before.stdout

    assert json.loads(run(home, "migrate", "--to", "opensearch", "--json").stdout)["articles"] == 10
    assert run(home, "compare", str(home / "queries.txt")).exit_code == 0


@pytest.mark.cluster
def test_and_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMTIN_ENGINE", "opensearch")
    assert run(home, "add", str(home / "rows.jsonl")).exit_code == 0
    assert not (home / "home" / "index" / "CURRENT").exists()

    assert run(home, "migrate", "--to", "whoosh").exit_code == 0
    assert run(home, "compare", str(home / "queries.txt")).exit_code == 0


def test_what_the_new_engine_holds_and_refused_is_told_to_programs(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": "bai-1", "title": "Bản tin", "body": "Nước lên ở bến đò."}), "utf-8")
    assert run(tmp_path, "add", str(rows)).exit_code == 0
    told = json.loads(run(tmp_path, "migrate", "--to", "whoosh", "--json").stdout)
    assert (told["engine"], told["articles"], told["rejected"]) == ("whoosh", 1, [])


def test_without_a_store_there_is_nothing_to_move(tmp_path: Path) -> None:
    result = run(tmp_path, "migrate", "--to", "whoosh")
    assert result.exit_code == 3
    assert "timtin add" in result.stderr


def test_a_cluster_that_is_not_there_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(ROWS[0]), encoding="utf-8")
    monkeypatch.setenv("TIMTIN_OPENSEARCH_URL", "http://127.0.0.1:9")
    assert run(tmp_path, "add", str(tmp_path / "rows.jsonl")).exit_code == 0

    result = run(tmp_path, "migrate", "--to", "opensearch")

    assert result.exit_code == 3
    assert "can't be reached" in result.stderr
    assert run(tmp_path, "get", "bai-0").exit_code == 0


def test_a_wrong_setting_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMTIN_ENGINE", "lucene")
    result = run(tmp_path, "stats")
    assert result.exit_code == 2
    assert "TIMTIN_ENGINE must be one of whoosh, opensearch" in result.stderr


@pytest.mark.parametrize("held", ["", "\n \n"])
def test_a_file_without_queries_is_no_file_of_queries(tmp_path: Path, held: str) -> None:
    (tmp_path / "queries.txt").write_text(held, encoding="utf-8")
    result = run(tmp_path, "compare", str(tmp_path / "queries.txt"))
    assert result.exit_code == 2
    assert "one a line" in result.stderr
