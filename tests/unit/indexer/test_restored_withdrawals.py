"""What was withdrawn since a backup stays away when it is restored, whatever is left of the former archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.whoosh_engine import withhold
from indexer.cli import main
from indexer.store import ArticleStore, StoreLocked, standing_still

Run = Callable[..., Result]
TITLES = {"ben": "Bến sông mùa cạn", "cau": "Cầu gỗ qua suối", "doi": "Đồi chè mùa gió nồm"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Run:
    def invoke(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(home), *args], input=stdin)

    return invoke


@pytest.fixture
def backup(run: Run, tmp_path: Path) -> str:
    """A backup in which `doi` is withdrawn; since then that was undone, and `cau` and the new `ao` were withdrawn."""
    add(run, **TITLES)
    decide(run, "withdraw", "doi")
    assert run("backup", str(tmp_path / "kept")).exit_code == 0
    add(run, ao="Ao làng đầy nước")
    decide(run, "withdrawals", "undo", "doi")
    decide(run, "withdraw", "cau", "ao")
    return str(tmp_path / "kept")


def add(run: Run, **titles: str) -> None:
    rows = [{"id": name, "title": title, "body": f"khoai lang {title}"} for name, title in titles.items()]
    result = run("add", "-", "--format", "jsonl", stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert result.exit_code == 0, result.output


def decide(run: Run, *args: str) -> None:
    assert run(*args, "--reason", "Toà soạn yêu cầu").exit_code == 0


def found(run: Run) -> set[str]:
    told = json.loads(run("search", "khoai", "--json").stdout)
    assert told["total"] == len(told["hits"])
    return {hit["id"] for hit in told["hits"]}


def test_what_was_withdrawn_since_stays_away_and_what_was_undone_is_there(run: Run, home: Path, backup: str) -> None:
    result = run("restore", "--replace", backup)

    assert result.exit_code == 0
    assert "3 articles were withdrawn, or that undone, since the backup; that still holds." in result.stdout
    assert found(run) == {"ben", "doi"}
    assert run("check", "--deep").exit_code == 0
    add(run, **TITLES, ao="Ao làng đầy nước")
    assert run("rebuild").exit_code == 0
    assert found(run) == {"ben", "doi"}
    log = json.loads(run("withdrawals", "log", "--json").stdout)["withdrawals"]
    assert [(entry["id"], entry["action"]) for entry in log] == [
        ("doi", "withdrawn"), ("doi", "undone"), ("cau", "withdrawn"), ("ao", "withdrawn"),
    ]  # fmt: skip
    decide(run, "withdrawals", "undo", "ao", "cau")
    assert found(run) == {"ao", "ben", "cau", "doi"}
    assert run("check", "--deep").exit_code == 0


def test_withdrawals_are_forgotten_only_when_that_is_asked_for(run: Run, backup: str) -> None:
    assert run("restore", "--replace", "--forget-withdrawals", backup).exit_code == 0
    assert found(run) == {"ben", "cau"}
    assert run("check", "--deep").exit_code == 0


@pytest.mark.parametrize("is_gone", [True, False])
def test_where_the_former_store_cannot_be_read_the_index_tells_what_is_withheld(
    run: Run, home: Path, backup: str, is_gone: bool
) -> None:
    for path in home.glob("articles.db*"):
        path.unlink()
    if not is_gone:
        (home / "articles.db").write_bytes(b"no store" * 200)

    assert run("restore", "--replace", backup).exit_code == 0

    assert found(run) == {"ben"}
    log = json.loads(run("withdrawals", "log", "--json").stdout)["withdrawals"]
    assert log[-1]["id"] == "cau"
    assert log[-1]["by"] == "timtin restore"
    decide(run, "withdrawals", "undo", "cau")
    assert found(run) == {"ben", "cau"}


def test_a_second_restore_changes_nothing_more(run: Run, home: Path, backup: str) -> None:
    assert run("restore", "--replace", backup).exit_code == 0
    for kept in home.glob("replaced-*"):
        kept.rename(home / "earlier")
    assert run("restore", "--replace", backup).exit_code == 0
    assert found(run) == {"ben", "doi"}
    assert len(json.loads(run("withdrawals", "log", "--json").stdout)["withdrawals"]) == 4


def test_a_withdrawn_article_that_is_not_withheld_is_told_and_withheld_again(run: Run, home: Path, backup: str) -> None:
    withhold(home / "index", [])
    assert "cau is withdrawn but not withheld; run timtin reconcile" in run("check").stdout
    result = run("reconcile")
    assert result.exit_code == 0
    assert "2 withdrawn articles withheld again" in result.stdout
    assert run("check").stdout == "All is well.\n"


def test_where_the_list_of_the_withheld_is_gone_nothing_is_searched_until_it_is_written_anew(
    run: Run, home: Path, backup: str
) -> None:
    (home / "index" / "WITHHELD").unlink()
    refused = run("search", "lũ")
    assert refused.exit_code == 3
    assert "WITHHELD, the list of withdrawn articles, is gone: any `timtin add`" in refused.stderr
    assert "is gone" in run("check").stdout

    assert run("reconcile").exit_code == 0

    assert found(run) == {"ben", "doi"}
    assert run("check").stdout == "All is well.\n"
    (home / "index" / "WITHHELD").unlink()
    add(run, **TITLES)
    assert found(run) == {"ben", "doi"}


def test_a_store_that_is_being_switched_is_opened_by_no_writer_and_none_is_switched_under_a_writer(
    home: Path, run: Run
) -> None:
    add(run, **TITLES)
    with standing_still(home / "articles.db"), pytest.raises(StoreLocked, match="being replaced by a backup"):
        ArticleStore.open(home / "articles.db")
    first, second = ArticleStore.open(home / "articles.db"), ArticleStore.open(home / "articles.db")
    first.close()
    with second, pytest.raises(StoreLocked, match="is writing to"), standing_still(home / "articles.db"):
        pass
    with standing_still(home / "articles.db"), ArticleStore.open(home / "articles.db", read_only=True) as reader:
        assert reader.count() == 3
