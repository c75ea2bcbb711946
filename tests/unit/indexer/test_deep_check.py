"""Deep checks and what is mended: the store's tables, golden queries, titles, and an index that went wrong."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.analysis.chain import Analyzer
from index.engine import Engine
from index.whoosh_engine import generations, open_searcher, open_writer
from indexer.archive import Archive
from indexer.cli import main
from indexer.cli_context import Settings, now
from indexer.golden_queries import read_golden, title_query
from indexer.reconcile import Looking, reconcile
from indexer.store import ArticleStore, miscounted_portals, recount
from tests.naive_engine import NaiveEngine
from tests.unit.indexer.conftest import PAGE

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *args], input=stdin)

    return invoke


@pytest.fixture
def archive(tmp_path: Path, run: Run) -> Archive:
    """Three rows and four pages of a portal."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(4):
        (pages / f"{number}.txt").write_text(PAGE.replace("mái nhà kho cũ", f"mái nhà số {number}"), "utf-8")
    assert run("add", str(pages)).exit_code == 0
    titles = {"ben": "Bến sông: “chợ” OR -mưa", "cau": "Cầu gỗ qua suối", "doi": "Đồi chè mùa gió nồm"}
    add(run, titles)
    return Settings(tmp_path / "home").archive()


def add(run: Run, titles: dict[str, str]) -> None:
    rows = "".join(
        json.dumps({"id": name, "title": title, "body": "khoai lang"}) + "\n" for name, title in titles.items()
    )
    result = run("add", "-", "--format", "jsonl", stdin=rows)
    assert result.exit_code == 0, result.output


def deep(run: Run) -> list[str]:
    result = run("check", "--deep", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == (0 if told["ok"] else 3)
    problems: list[str] = told["problems"]
    return problems


def sql(archive: Archive, statement: str) -> None:
    with closing(sqlite3.connect(archive.articles)) as database:
        database.execute(statement)
        database.commit()


def harm_index(archive: Archive, *, delete: str, alter: str) -> None:
    """Have the index lack an article and hold another in other words, without the store knowing."""
    with ArticleStore.open(archive.articles, read_only=True) as store:
        found, last = store.get(alter), store.last_seq()
    assert found is not None
    with closing(open_writer(archive.index)) as writer, writer.update(last) as batch:
        batch.delete([delete])
        batch.upsert([replace(found.article, title="Tựa khác hẳn")])


# Looking


def test_a_sound_archive_is_well_and_says_what_was_tried(run: Run, archive: Archive) -> None:
    (archive.home / "golden.csv").write_text("query,id\ncầu gỗ,cau\nđồi chè,doi\n", "utf-8")
    result = run("check", "--deep")
    assert result.exit_code == 0
    assert result.stdout == "All is well.\nTried 2 queries of golden.csv and 7 titles.\n"
    assert run("check", "--deep", "--quiet").stdout == ""
    assert run("check", "--quiet").stdout == ""
    assert json.loads(run("check", "--deep", "--json").stdout) == {
        "ok": True, "problems": [], "queries": 2, "titles": 7,
    }  # fmt: skip


def test_quiet_says_what_is_wrong_all_the_same(run: Run, archive: Archive) -> None:
    (archive.index / "CURRENT").unlink()
    result = run("check", "--deep", "--quiet")
    assert result.exit_code == 3
    assert result.stdout.startswith("Wrong: there is no index")


def test_a_golden_query_that_does_not_find_its_article_is_named(run: Run, archive: Archive) -> None:
    (archive.home / "golden.csv").write_text("query,id,note\ncầu gỗ,cau,\ncầu gỗ,doi,wrong\n", "utf-8")
    [problem] = deep(run)
    assert problem.startswith("golden.csv, row 3: 'cầu gỗ' doesn't find doi among the first 10")


def test_rows_of_the_golden_list_that_are_of_no_use_are_named_and_cost_only_themselves(tmp_path: Path) -> None:
    path, problems = tmp_path / "golden.csv", list[str]()
    path.write_bytes("\ufeffid,query\nben,bến sông\n,cầu\ndoi,\n,\n".encode())
    assert [(golden.query, golden.id) for golden in read_golden(path, problems)] == [("bến sông", "ben")]
    assert [problem.partition(":")[0] for problem in problems] == ["golden.csv, row 3", "golden.csv, row 4"]


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"a,b\n1,2\n", b""])
def test_a_golden_list_that_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    path, problems = tmp_path / "golden.csv", list[str]()
    path.write_bytes(content)
    assert read_golden(path, problems) == []
    assert len(problems) == 1
    assert "golden.csv can't be read" in problems[0]


def test_an_article_that_its_own_title_does_not_find_is_named(run: Run, archive: Archive) -> None:
    with ArticleStore.open(archive.articles, read_only=True) as store:
        last = store.last_seq()
        articles = [found for found in store.articles() if not hasattr(found, "problem")]
    harmed = [replace(each, title="Tựa khác hẳn") if each.id == "cau" else each for each in articles]
    with closing(open_writer(archive.index)) as writer, writer.rebuild(last) as batch:
        batch.upsert(harmed)
    differs, unfound = deep(run)
    assert differs.startswith("1 article differs from the store's (cau)")
    assert unfound == "cau is not found by its own title 'cầu gỗ qua suối'; run timtin rebuild"


def test_titles_are_asked_without_what_a_query_would_take_for_an_operator() -> None:
    assert title_query("“Phố” -cũ OR title:mới*") == "phố cũ or title mới"
    assert len(title_query("bến " * 200)) <= 300


def test_lines_counted_otherwise_than_the_articles_say_are_found_and_counted_anew(run: Run, archive: Archive) -> None:
    assert miscounted_portals(archive.articles) == []
    for harm in (
        "UPDATE portal_lines SET pages = pages + 1 WHERE line = (SELECT min(line) FROM portal_lines)",
        "DELETE FROM portal_lines WHERE line = (SELECT max(line) FROM portal_lines)",
        "INSERT INTO portal_lines SELECT portal, 'dòng lạ', 3 FROM portals",
        "UPDATE portals SET pages = 9",
        "DELETE FROM portals",
    ):
        sql(archive, harm)
        [problem] = deep(run)
        assert problem.startswith("the lines of 1 portal are miscounted")
        assert run("check").exit_code == 0
        recount(archive.articles)
        assert miscounted_portals(archive.articles) == []


def test_names_that_lead_to_no_article_are_found_and_dropped(run: Run, archive: Archive) -> None:
    sql(archive, "INSERT INTO names VALUES ('address:bao.example.vn/mat', 'mat')")
    assert deep(run) == ["1 name leads to an article that is not there; run timtin reconcile"]
    assert reconciled(run)["mended"] == ["lines of 0 portals counted anew, 1 name without an article dropped"]
    assert deep(run) == []


def test_a_change_number_from_nowhere_is_found(run: Run, archive: Archive) -> None:
    sql(archive, "DELETE FROM numbers")
    assert any("a change number that the store never gave out" in problem for problem in deep(run))


# Mending


def reconciled(run: Run) -> dict[str, list[str]]:
    result = run("reconcile", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == (0 if told["ok"] else 3)
    return {name: told[name] for name in ("found", "mended", "left")}


def ids(archive: Archive) -> list[str]:
    with ArticleStore.open(archive.articles, read_only=True) as store:
        return list(store.ids())


def test_what_is_well_is_left_alone(run: Run, archive: Archive) -> None:
    generation = generations.current(archive.index)
    assert reconciled(run) == {"found": [], "mended": [], "left": []}
    assert run("reconcile", "--quiet").stdout == ""
    assert run("reconcile").stdout == "All is well.\n"
    assert generations.current(archive.index) == generation


def test_an_index_that_is_behind_is_brought_up_to_date(run: Run, archive: Archive) -> None:
    assert run("rollback").exit_code == 0
    told = reconciled(run)
    assert "is behind the store by 3 changes" in told["found"][0]
    assert told["mended"] == ["the index brought up to date: 3 written, 0 taken out"]
    assert told["left"] == []
    assert run("check", "--deep").exit_code == 0


def test_articles_that_the_index_lacks_or_has_otherwise_are_written_again(run: Run, archive: Archive) -> None:
    sql(archive, "UPDATE portals SET pages = 9")
    harm_index(archive, delete="ben", alter="cau")
    with closing(open_writer(archive.index)) as writer, ArticleStore.open(archive.articles) as store:
        found = store.get("doi")
        assert found is not None
        with writer.update(store.last_seq()) as batch:
            batch.upsert([replace(found.article, id="nowhere")])  # so that the counts agree
    told = reconciled(run)
    assert told["mended"][:2] == [
        "lines of 1 portal counted anew, 0 names without an article dropped",
        "2 articles written to the index again",
    ]
    assert told["mended"][2].startswith("the index made anew")  # for the one that is nowhere
    assert told["left"] == []
    assert run("check", "--deep").exit_code == 0


def test_an_article_that_the_engine_refuses_is_named_and_not_sent_again_and_again(archive: Archive) -> None:
    naive = NaiveEngine(Analyzer.load(), refuses=frozenset({"cau"}))
    with_it = replace(archive, engine=Engine(naive.open_writer, naive.open_searcher, naive.withhold))
    done = reconcile(with_it, Looking(Settings(archive.home).abbreviations(), now))
    assert done.mended == ["the index made anew: 6 articles"]
    assert done.left[-1] == "cau is not in the index: the engine does not take it"
    assert naive.indexes[archive.index].written == 1


@pytest.mark.parametrize("harm", ["missing", "damaged", "foreign", "fewer"])
def test_an_index_that_is_of_no_use_is_made_anew(run: Run, archive: Archive, harm: str) -> None:
    if harm == "missing":
        shutil.rmtree(archive.index)
    elif harm == "damaged":
        largest = max(
            (archive.index / generations.current(archive.index)).iterdir(), key=lambda each: each.stat().st_size
        )
        content = largest.read_bytes()
        largest.write_bytes(content[:-100] + bytes(100))
    elif harm == "foreign":
        with closing(open_writer(archive.index)) as writer, writer.rebuild(4711):
            pass
    else:
        harm_index(archive, delete="ben", alter="cau")
    told = reconciled(run)
    assert told["found"]
    assert "the index made anew: 7 articles" in told["mended"]
    assert told["left"] == []
    assert run("check", "--deep").exit_code == 0


def test_an_article_that_cannot_be_read_is_told_with_where_it_came_from(run: Run, archive: Archive) -> None:
    sql(archive, "UPDATE articles SET fields = x'00' WHERE id = 'cau'")
    told = reconciled(run)
    assert any("article cau can't be read" in problem and "it came from -:2" in problem for problem in told["left"])
    assert told["left"] == told["found"] or told["mended"]


def test_a_damaged_store_is_told_and_touched_no_further(run: Run, archive: Archive) -> None:
    archive.articles.write_bytes(b"no store" * 200)
    for path in archive.home.glob("articles.db-*"):
        path.unlink()
    before = generations.current(archive.index)
    assert run("reconcile").exit_code == 3
    assert generations.current(archive.index) == before
    assert open_searcher(archive.index).stats().articles == 7


def test_left_overs_of_killed_runs_are_removed(run: Run, archive: Archive) -> None:
    for folder in (archive.index / ".building-00000099", archive.home / ".restoring"):
        folder.mkdir()
        (folder / "half").write_bytes(b"half")
    assert reconciled(run)["mended"] == ["2 left-overs of killed runs removed"]
    assert not list(archive.index.glob(".building-*"))
    assert not (archive.home / ".restoring").exists()


def test_nothing_is_mended_while_another_writes_and_what_is_well_needs_no_lock(run: Run, archive: Archive) -> None:
    with closing(open_writer(archive.index)):
        assert run("reconcile").exit_code == 0
    assert run("rollback").exit_code == 0
    with closing(open_writer(archive.index)):
        assert run("reconcile").exit_code == 75


def test_after_a_bad_rebuild_the_one_before_is_searched_again_and_then_follows_the_store(
    run: Run, archive: Archive
) -> None:
    """A rebuild that came out wrong: check tells, rollback searches the good one, reconcile and check agree."""
    good = generations.current(archive.index)
    with ArticleStore.open(archive.articles, read_only=True) as store:
        last = store.last_seq()
    with closing(open_writer(archive.index)) as writer, writer.rebuild(last):
        pass
    assert "the index holds 0 articles, the store 7; run timtin rebuild" in deep(run)
    assert run("search", "khoai", "--json").stdout.startswith('{"total":0')

    assert run("rollback").exit_code == 0

    assert generations.current(archive.index) == good
    assert run("search", "khoai", "--json").stdout.startswith('{"total":3')
    assert run("check", "--deep").exit_code == 0
    assert reconciled(run) == {"found": [], "mended": [], "left": []}
    assert ids(archive) == sorted(ids(archive))
